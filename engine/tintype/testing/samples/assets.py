"""Files as stages receive them."""

from __future__ import annotations

from pathlib import Path

from tintype.archive_files import medium_of, transcript_of
from tintype.digests import file_digest
from tintype.documents import ArchiveItem
from tintype.hookspecs import Asset


def asset_of(path: Path, root: Path | None = None) -> Asset:
    """A file as a stage receives it, taken for perfectly usable.

    Args:
        path: a file of a kind that an archive holds.
        root: the archive folder; the file's own if absent.
    """
    medium = medium_of(path)
    if medium is None:
        raise ValueError(f"{path.name} is no file of an archive")
    inside = path.relative_to(root or path.parent).as_posix()
    item = ArchiveItem(path=inside, medium=medium, sha256=file_digest(path), quality=1.0)
    return Asset(item, path, transcript=transcript_of(path) if medium == "recording" else "")
