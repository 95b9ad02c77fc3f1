"""Lays a run's results out in the film's folder, where editors and other programs find them."""

from __future__ import annotations

import json
import os
import shutil
import uuid
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from tintype.cache import ENTRY_FILE
from tintype.digests import file_digest
from tintype.documents import EmotionTrack, FaceTrack, Film
from tintype.documents.base import write_atomic
from tintype.documents.provenance import Provenance

if TYPE_CHECKING:
    from tintype.credentials.results import SignedFiles
    from tintype.pipeline import FilmResults
    from tintype.progress import Run
    from tintype.stage_runner import Made

EDIT_FOLDER = "edit"
REPORT_FILE = ".tintype/last_run.json"


def line_folder(line_id: str) -> str:
    """Where a line's results lie, relative to the film's folder."""
    return f"lines/{line_id}"


def lay_out_lines(film: FilmResults) -> None:
    """Copy the head and every finished line's speech, phones, face track and picture into the film's folder."""
    from tintype.credentials.results import SignedFiles

    root = film.project.root
    signed = SignedFiles(root)
    if film.head is not None:
        lay_out_files(film.head.entry.folder, root, signed=signed)
    for item in film.lines.values():
        folder = root / line_folder(item.line.id)
        for made in (item.speech, item.face, item.still):
            if made is not None:
                lay_out_files(made.entry.folder, folder, signed=signed)
        if item.emotion is not None:
            write_atomic(folder / EmotionTrack.FILENAME, item.emotion.to_json().encode())
        if item.face is not None:
            _export_face(item.face, folder)


def _export_face(face: Made[FaceTrack], folder: Path) -> None:
    """Write the face for other programs, when the track beside it is newer (:func:`lay_out_files` leaves it alone)."""
    track, table = folder / FaceTrack.FILENAME, folder / "face.csv"
    if not table.is_file() or table.stat().st_mtime_ns < track.stat().st_mtime_ns:
        from tintype.live_link import write_csv

        write_csv(face.document, table)


def lay_out_edit(film: FilmResults, provenance: Provenance) -> None:
    """Write the edit, and what other programs read of it: OpenTimelineIO, subtitles, the cue sheet."""
    from tintype.exports.cue_sheet import write_cues
    from tintype.exports.otio import write_otio
    from tintype.exports.subtitles import write_srt, write_vtt
    from tintype.provenance import cue_columns

    assert film.edit is not None
    root, edit = film.project.root, film.edit.document
    lay_out_files(film.edit.entry.folder, root / EDIT_FOLDER, skip={Film.FILENAME})
    write_atomic(edit_path(root), edit.to_json().encode())
    write_atomic(root / EDIT_FOLDER / Provenance.FILENAME, provenance.to_json().encode())
    write_otio(edit, root, root / "film.otio")
    write_srt(edit, root / "film.srt")
    write_vtt(edit, root / "film.vtt")
    write_cues(edit, film.project, cue_columns(provenance, edit), root / "cues.csv")


def write_report(film: FilmResults, run: Run) -> None:
    """Keep the cache report of this run: what was made, what was reused."""
    write_atomic(film.project.root / REPORT_FILE, (json.dumps(run.report(), indent=2) + "\n").encode())


def lay_out_files(source: Path, target: Path, *, skip: Collection[str] = (), signed: SignedFiles | None = None) -> None:
    """Copy a cache entry's files into ``target``; files that are there with the same content are left alone.

    Args:
        skip: names that are not copied.
        signed: knows the files that are the same but for their content credentials.
    """
    for path in sorted(source.rglob("*")):
        name = path.relative_to(source).as_posix()
        if not path.is_file() or name == ENTRY_FILE or name in skip:
            continue
        if signed is None or not signed.hold(target / name, file_digest(path)):
            _copy_if_changed(path, target / name)


def _copy_if_changed(source: Path, target: Path) -> None:
    if target.is_file() and file_digest(target) == file_digest(source):
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}.part")
    try:
        shutil.copyfile(source, beside)
        os.replace(beside, target)
    finally:
        beside.unlink(missing_ok=True)


def edit_path(root: Path) -> Path:
    """Where a film's edit lies."""
    return root / EDIT_FOLDER / Film.FILENAME
