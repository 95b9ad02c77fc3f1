"""Reads a captured or hand-made face track, whatever program it comes from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from tintype.audio2face_json import read_audio2face
from tintype.documents import FaceTrack
from tintype.errors import TrackInvalid
from tintype.live_link import read_csv

READERS: Mapping[str, Callable[[Path], FaceTrack]] = {
    ".csv": read_csv,
    ".json": read_audio2face,
    ".npz": FaceTrack.read,
}
"""Live Link Face CSV, Audio2Face JSON, and Tintype's own tracks, by the file's suffix."""


def read_performance(path: Path) -> FaceTrack:
    """Read a face track from a file of any kind in :data:`READERS`.

    Raises:
        TrackInvalid: of another kind, missing or damaged.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise TrackInvalid(
            f"{path.name} is no face track that can be read.",
            hint="Read are Live Link Face .csv, Audio2Face .json and .npz from `tintype animate`.",
        )
    return reader(path)
