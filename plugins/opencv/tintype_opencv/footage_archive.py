"""Every piece of footage of an archive, as ``Archive.1``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from tintype import Job
from tintype.digests import file_digest
from tintype.documents import Archive, ArchiveItem
from tintype.errors import PhotoUnreadable

from tintype_opencv.footage_reading import About, about, sampled_frames
from tintype_opencv.sharpness import Readings, read

SAMPLES = 16
SMALLEST_SIDE_PX, FULL_SIDE_PX = 48, 720
SHORT_S = 0.5
BLURRED = 0.62  # of frames that are 144 pixels high
DARK, BRIGHT = 40.0, 220.0


def look_at(root: Path, files: Sequence[Path], job: Job) -> Archive:
    """Look at footage: size, length, a few frames.  Nothing is written: players and Blender read the originals."""
    items = []
    for number, path in enumerate(files):
        job.progress(number / len(files), path.name)
        items.append(_item(root, path, job))
    return Archive(root=root.name, items=tuple(items)).save(job.folder)


def _item(root: Path, path: Path, job: Job) -> ArchiveItem:
    known = {"path": path.relative_to(root).as_posix(), "medium": "footage", "sha256": file_digest(path)}
    try:
        said = about(path)
        seen = []
        for frame in sampled_frames(path, SAMPLES, said.duration_s):
            job.check_cancelled()
            seen.append(read(frame.pixels))
    except PhotoUnreadable as err:
        return ArchiveItem(**known, quality=0.0, problems=(f"{err.message} {err.hint}",))
    quality, problems = judge(said, seen)
    return ArchiveItem(
        **known,
        width_px=said.width_px,
        height_px=said.height_px,
        duration_s=round(said.duration_s, 3),
        quality=quality,
        problems=problems,
    )


def judge(said: About, seen: Sequence[Readings]) -> tuple[float, tuple[str, ...]]:
    """Quality, 0 to 1, and problems in words, from what the file says and from some of its frames."""
    side = min(said.width_px, said.height_px)
    if side < SMALLEST_SIDE_PX or not seen:
        return 0.0, (f"only {said.width_px} × {said.height_px} pixels: too small to show",)
    blur = float(np.median([readings.blur for readings in seen]))
    mean = float(np.median([readings.mean for readings in seen]))
    span = float(np.median([readings.bright - readings.dark for readings in seen]))
    size = np.clip(np.log2(side / SMALLEST_SIDE_PX) / np.log2(FULL_SIDE_PX / SMALLEST_SIDE_PX), 0, 1)
    sharp = np.clip((0.85 - blur) / (0.85 - 0.40), 0.05, 1)
    tones = np.clip(span / 120, 0.05, 1) * (1.0 if DARK <= mean <= BRIGHT else 0.5)
    problems = []
    if side < FULL_SIDE_PX / 2:
        problems.append(f"small: {said.width_px} × {said.height_px} pixels")
    if said.duration_s < SHORT_S:
        problems.append(f"only {said.duration_s:.2f} s long")
    if blur > BLURRED:
        problems.append(f"blurred ({blur:.2f}, where 1 is all blur)")
    if not DARK <= mean <= BRIGHT:
        problems.append(f"{'dark' if mean < DARK else 'bright'}: mean luminance {mean:.0f} of 255")
    if said.interlaced:
        problems.append("interlaced: edges of moving things are combed")
    return round(float(max(size**0.4 * sharp**0.4 * tones**0.2, 0.05)), 3), tuple(problems)
