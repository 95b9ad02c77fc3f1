"""Every photo of an archive, as ``Archive.1``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image
from tintype import Job
from tintype.digests import file_digest
from tintype.documents import Archive, ArchiveItem
from tintype.errors import PhotoUnreadable

from tintype_opencv.photo_cleaning import clean
from tintype_opencv.photo_quality import judge
from tintype_opencv.photo_reading import read_photo
from tintype_opencv.sharpness import read

if TYPE_CHECKING:
    from tintype_opencv import PrepareSettings

PNG_EFFORT = 3  # of 9: a scan of 20 million pixels in about a second


def prepare(root: Path, files: Sequence[Path], settings: PrepareSettings, job: Job) -> Archive:
    """Look at photos; write upright, cleaned versions of those that need it into ``job.folder`` as PNG."""
    items = []
    for number, path in enumerate(files):
        job.progress(number / len(files), path.name)
        items.append(_item(root, path, settings, job))
    return Archive(root=root.name, items=tuple(items)).save(job.folder)


def _item(root: Path, path: Path, settings: PrepareSettings, job: Job) -> ArchiveItem:
    known = {"path": path.relative_to(root).as_posix(), "medium": "photo", "sha256": file_digest(path)}
    try:
        photo = read_photo(path, settings.max_megapixels)
    except PhotoUnreadable as err:
        return ArchiveItem(**known, quality=0.0, problems=(f"{err.message} {err.hint}",))
    job.check_cancelled()
    pixels, steps = photo.pixels, photo.steps
    if settings.clean:
        pixels, cleaned = clean(pixels, job.check_cancelled)
        steps = (*steps, *cleaned)
    readings = read(pixels)
    quality, problems = judge(readings)
    prepared = None
    if steps and quality > 0:
        prepared = f"{path.stem}-{known['sha256'][:12]}.png"
        Image.fromarray(pixels).save(job.folder / prepared, compress_level=PNG_EFFORT)
    return ArchiveItem(
        **known,
        prepared=prepared,
        width_px=readings.width_px,
        height_px=readings.height_px,
        quality=quality,
        steps=steps,
        problems=problems,
    )
