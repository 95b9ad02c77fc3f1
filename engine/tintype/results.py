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
from tintype.documents import EmotionTrack, FaceTrack, Film, PictureClip, PortraitClip, SoundClip
from tintype.documents.base import write_atomic
from tintype.exports.cue_sheet import write_cues
from tintype.exports.otio import write_otio
from tintype.exports.subtitles import write_srt, write_vtt
from tintype.live_link import write_csv
from tintype.stage_runner import Made

if TYPE_CHECKING:
    from tintype.pipeline import FilmResults
    from tintype.progress import Run
    from tintype.project import Line

EDIT_FOLDER = "edit"
REPORT_FILE = ".tintype/last_run.json"


def line_folder(line_id: str) -> str:
    """Where a line's results lie, relative to the film's folder."""
    return f"lines/{line_id}"


def lay_out_lines(film: FilmResults) -> None:
    """Copy the head and every finished line's speech, phones, face track and picture into the film's folder."""
    root = film.project.root
    if film.head is not None:
        lay_out_files(film.head.entry.folder, root)
    for item in film.lines.values():
        folder = root / line_folder(item.line.id)
        for made in (item.speech, item.face, item.still):
            if made is not None:
                lay_out_files(made.entry.folder, folder)
        if item.emotion is not None:
            _write_if_changed(folder / EmotionTrack.FILENAME, item.emotion.to_json().encode())
        if item.face is not None:
            _export_face(item.face, folder)


def _export_face(face: Made[FaceTrack], folder: Path) -> None:
    beside = folder / f".{uuid.uuid4().hex[:8]}.csv"
    try:
        write_csv(face.document, beside)
        _write_if_changed(folder / "face.csv", beside.read_bytes())
    finally:
        beside.unlink(missing_ok=True)


def lay_out_edit(film: FilmResults) -> None:
    """Write the edit, and what other programs read of it: OpenTimelineIO, subtitles, the cue sheet."""
    assert film.edit is not None
    root, edit = film.project.root, film.edit.document
    lay_out_files(film.edit.entry.folder, root / EDIT_FOLDER)
    write_otio(edit, root, root / "film.otio")
    write_srt(edit, root / "film.srt")
    write_vtt(edit, root / "film.vtt")
    write_cues(edit, film.project, provenance(film), root / "cues.csv")


def provenance(film: FilmResults) -> dict[str, dict[str, str]]:
    """Who made what is in the edit: tool, version, licence and source assets per clip id."""
    assert film.edit is not None
    made_by = {}
    for clip in film.edit.document.clips():
        item = film.lines.get(clip.line or "")
        if item is None:
            continue
        if isinstance(clip, PortraitClip):
            plugins, sources = [made.plugin for made in (film.head, item.face) if made], head_sources(film)
        elif isinstance(clip, SoundClip):
            plugins, sources = [made.plugin for made in (item.speech,) if made], voice_sources(film, item.line)
        elif isinstance(clip, PictureClip) and item.still is not None:
            plugins, sources = [item.still.plugin], item.still.document.archive_path or ""
        else:
            continue
        made_by[clip.id] = {
            "tool": ", ".join(plugin.info.title for plugin in plugins),
            "version": ", ".join(f"{plugin.distribution} {plugin.version}" for plugin in plugins),
            "licence": ", ".join(plugin.info.licence for plugin in plugins if plugin.info.licence),
            "source_assets": sources,
        }
    return made_by


def head_sources(film: FilmResults) -> str:
    """The photo that the head was made from, with its digest."""
    return f"{film.head.document.photo} (sha256 {film.head.document.photo_sha256})" if film.head else ""


def voice_sources(film: FilmResults, line: Line) -> str:
    """The recording that speaks the line, or those that the voice was made from."""
    paths = [line.recording] if line.recording else list(film.voice.document.recordings) if film.voice else []
    return "; ".join(
        f"{path} (sha256 {film.assets[path].item.sha256})" if path in film.assets else path for path in paths
    )


def write_report(film: FilmResults, run: Run) -> None:
    """Keep the cache report of this run: what was made, what was reused."""
    write_atomic(film.project.root / REPORT_FILE, (json.dumps(run.report(), indent=2) + "\n").encode())


def lay_out_files(source: Path, target: Path, *, skip: Collection[str] = ()) -> None:
    """Copy a cache entry's files into ``target``; files that are there with the same content are left alone."""
    for path in sorted(source.rglob("*")):
        name = path.relative_to(source).as_posix()
        if path.is_file() and name != ENTRY_FILE and name not in skip:
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


def _write_if_changed(path: Path, data: bytes) -> None:
    if not path.is_file() or path.read_bytes() != data:
        write_atomic(path, data)


def edit_path(root: Path) -> Path:
    """Where a film's edit lies."""
    return root / EDIT_FOLDER / Film.FILENAME
