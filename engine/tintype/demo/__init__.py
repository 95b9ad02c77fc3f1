"""The demo film: Grace Hopper, from one photograph and her published words."""

from __future__ import annotations

import importlib.util
import shutil
from importlib.resources import files
from pathlib import Path

from tintype.documents.base import write_atomic
from tintype.errors import ArchiveFileMissing

PHOTO = "mpl-data/sample_data/grace_hopper.jpg"


def write_demo(folder: Path) -> Path:
    """Make the demo's film.toml and archive in ``folder``; a film.toml that is there already is kept.

    Raises:
        ArchiveFileMissing: matplotlib, which carries the photograph, is not installed.
    """
    film = folder.resolve() / "film.toml"
    photo = film.parent / "archive" / "photos" / "grace_hopper.jpg"
    if not photo.is_file():
        photo.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(find_photo(), photo)
    if not film.is_file():
        write_atomic(film, files(__package__).joinpath("film.toml").read_bytes())
    return film


def find_photo() -> Path:
    """The public-domain photograph of Grace Hopper (US Navy, 1984) that matplotlib ships."""
    spec = importlib.util.find_spec("matplotlib")
    photo = Path(spec.origin).parent / PHOTO if spec and spec.origin else None
    if photo is None or not photo.is_file():
        raise ArchiveFileMissing(
            "The demo's photograph ships inside matplotlib, which is not installed.",
            hint="pip install matplotlib",
        )
    return photo
