"""Reads, judges and levels recordings."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from tintype import Job
from tintype.audio import read_audio, write_audio
from tintype.digests import file_digest
from tintype.documents import Archive, ArchiveItem
from tintype.errors import AudioUnreadable
from tintype.voice_activity import find_speech, speech_levels

if TYPE_CHECKING:
    from tintype_example import LevelSettings

ENOUGH_SPEECH_S = 10.0
"""Seconds of speech from which on a recording is as usable as it gets."""


def prepare(root: Path, files: Sequence[Path], settings: LevelSettings, job: Job) -> Archive:
    """Level every file into ``job.folder``; one that cannot be read stays in the list with its problem."""
    items = []
    for number, path in enumerate(files):
        job.progress(number / len(files), path.name)
        about = {
            "path": path.relative_to(root).as_posix(),
            "medium": "recording",
            "sha256": file_digest(path),
        }
        try:
            items.append(levelled(path, f"{number:04d}.wav", about, settings, job))
        except AudioUnreadable as problem:
            items.append(ArchiveItem(**about, quality=0, problems=(problem.message,)))
    return Archive(root=root.name, items=tuple(items)).save(job.folder)


def levelled(path: Path, name: str, about: dict[str, str], settings: LevelSettings, job: Job) -> ArchiveItem:
    """Write one file at its new level and say how usable it is."""
    samples, rate_hz = read_audio(path)
    job.check_cancelled()
    peak = float(np.abs(samples).max())
    if peak == 0:
        return ArchiveItem(**about, quality=0, problems=("It is silent.",))
    write_audio(job.folder / name, samples * (10 ** (settings.peak_dbfs / 20) / peak), rate_hz)
    speech_s = sum(end - start for start, end in find_speech(speech_levels(samples, rate_hz)))
    return ArchiveItem(
        **about,
        prepared=name,
        duration_s=len(samples) / rate_hz,
        quality=min(1.0, speech_s / ENOUGH_SPEECH_S),
        steps=(f"Peak brought to {settings.peak_dbfs:g} dB.",),
        problems=() if speech_s else ("Nobody is heard speaking.",),
    )
