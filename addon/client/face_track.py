"""Reads ``FaceTrack.1`` (npz), and Live Link Face's CSV."""

from __future__ import annotations

import csv
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .channels import ARKIT_SHAPES, POSE_CHANNELS, live_link_column
from .errors import DocumentUnreadable

SCHEMA = "FaceTrack.1"
DEFAULT_CSV_FPS = 60.0


@dataclass(frozen=True)
class FaceTrack:
    """How a face moves.

    Attributes:
        shapes: weights in [0, 1], shape=(frames, 52), columns as in :data:`ARKIT_SHAPES`.
        pose: rotations in radians, shape=(frames, 9), columns as in :data:`POSE_CHANNELS`.
        fps: frames per second; row ``i`` is at ``i / fps`` seconds.
        source: what made it.
    """

    shapes: NDArray[np.float32]
    pose: NDArray[np.float32]
    fps: float
    source: str = ""

    @property
    def duration_s(self) -> float:
        return len(self.shapes) / self.fps

    def shapes_at(self, times_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """Weights at the given times, shape=(times, 52); the first and last rows hold outside the track."""
        return _at(self.shapes, self.fps, times_s)

    def pose_at(self, times_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """Rotations at the given times, shape=(times, 9)."""
        return _at(self.pose, self.fps, times_s)


def _at(rows: NDArray[np.float32], fps: float, times_s: NDArray[np.float64]) -> NDArray[np.float64]:
    position = np.clip(np.asarray(times_s, float) * fps, 0, len(rows) - 1)
    before = np.floor(position).astype(int)
    after = np.minimum(before + 1, len(rows) - 1)
    part = (position - before)[:, None]
    return rows[before] * (1 - part) + rows[after] * part


def read_track(path: Path) -> FaceTrack:
    """Read a face track, npz or Live Link Face CSV by the file's suffix.

    Raises:
        DocumentUnreadable: it is neither, damaged, or of a version that this add-on does not read.
    """
    try:
        track = _read_csv(path) if path.suffix.lower() == ".csv" else _read_npz(path)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as err:
        raise DocumentUnreadable(
            f"{path} is no face track: {err}.", hint="Make it again with `tintype animate`, or choose another file."
        ) from err
    _check(track, path)
    return track


def _read_npz(path: Path) -> FaceTrack:
    with np.load(path, allow_pickle=False) as arrays:
        label = str(arrays["schema"])
        if label != SCHEMA:
            raise DocumentUnreadable(
                f"{path} holds a {label}; this add-on reads {SCHEMA}.", hint="Update the Tintype extension in Blender."
            )
        return FaceTrack(arrays["shapes"], arrays["pose"], float(arrays["fps"]), str(arrays["source"]))


def _read_csv(path: Path) -> FaceTrack:
    """Live Link Face's CSV.  Its time codes count frames (``hh:mm:ss:ff.fff``), so the rate is read from them."""
    with path.open(newline="", encoding="utf-8-sig") as stream:
        rows = list(csv.DictReader(stream))
    if not rows:
        raise ValueError("it has no rows")

    def columns(names: tuple[str, ...]) -> NDArray[np.float32]:
        return np.array([[float(row[live_link_column(name)]) for name in names] for row in rows], np.float32)

    fps = _csv_fps([row["Timecode"] for row in rows])
    return FaceTrack(columns(ARKIT_SHAPES), columns(POSE_CHANNELS), fps, source=path.name)


def _csv_fps(timecodes: list[str]) -> float:
    """Frames per second: the rows between two changes of the seconds field."""
    seconds = [code.split(":")[2] for code in timecodes if code.count(":") == 3]
    changes = [number for number in range(1, len(seconds)) if seconds[number] != seconds[number - 1]]
    if len(changes) >= 2:
        return (changes[-1] - changes[0]) / (len(changes) - 1)
    return DEFAULT_CSV_FPS


def _check(track: FaceTrack, path: Path) -> None:
    frames = len(track.shapes)
    right = track.shapes.shape == (frames, len(ARKIT_SHAPES)) and track.pose.shape == (frames, len(POSE_CHANNELS))
    if not (frames and right and track.fps > 0 and np.isfinite(track.shapes).all() and np.isfinite(track.pose).all()):
        raise DocumentUnreadable(
            f"{path} is damaged: {track.shapes.shape} weights and {track.pose.shape} rotations at {track.fps} fps."
            if not right
            else f"{path} is damaged: it has no frames, no rate, or values that are not numbers.",
            hint="Make it again with `tintype animate`.",
        )
