"""Live Link Face CSV: the face tracks that Unreal Engine's phone app records, and that most face tools read.

A header, then one row per frame: ``Timecode`` (``HH:MM:SS:FF.sss``, the frame with thousandths), ``BlendshapeCount``
(61), the 52 ARKit shapes and nine rotations in radians.  The format has no field for the frame rate; it is read from
where ``FF`` starts over.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tintype.documents.base import write_atomic
from tintype.documents.face import ARKIT_SHAPES, POSE_CHANNELS, FaceTrack
from tintype.errors import TrackInvalid

CHANNELS = ARKIT_SHAPES + POSE_CHANNELS
HEADER = ("Timecode", "BlendshapeCount", *(name[0].upper() + name[1:] for name in CHANNELS))
DECIMALS = 10  # as the app writes them
TICKS = 1000  # parts of a frame in a timecode
APP_FPS = 60.0  # the app's own rate, for takes too short to show theirs
TIMECODE = re.compile(r"(\d{1,4})[:;](\d{1,2})[:;](\d{1,2})[:;](\d{1,3}(?:\.\d+)?)")
MAX_BYTES = 1 << 30
MAX_FRAMES = 4 * 3600 * 240  # four hours at 240 frames per second
REPAIR = "Export the take again; one row per frame, numbers with a decimal point, commas between them."


def write_csv(track: FaceTrack, path: Path) -> None:
    """Write a track as Live Link Face CSV, beside ``path`` first and then renamed.

    Timecodes start at zero and tell real time: at 29.97 frames per second they fall behind the frame count.
    """
    values = np.concatenate([track.shapes, track.pose], axis=1)
    text = io.StringIO()
    text.write(",".join(HEADER) + "\n")
    row_format = ",".join(["%s", str(len(CHANNELS))] + [f"%.{DECIMALS}f"] * len(CHANNELS)) + "\n"
    for code, row in zip(timecodes(len(values), track.fps), values.tolist(), strict=True):
        text.write(row_format % (code, *row))
    write_atomic(path, text.getvalue().encode("ascii"))


def read_csv(path: Path, fps: float | None = None) -> FaceTrack:
    """Read a Live Link Face CSV, of ours or of the app.

    Columns are found by name, in any case and order; rotations may be missing and are then zero.  Rows that the app
    dropped or that came late are filled in along straight lines, so that the track has one row per frame.

    Args:
        path: the file.
        fps: frames per second; from the timecodes if absent (60 where a take is too short to show its rate).

    Raises:
        TrackInvalid: missing, damaged or not such a file; names the row (1 is the header) and the column.
    """
    rows = _rows(path)
    columns = _columns(path, rows[0])
    seconds, frames, values = [], [], np.zeros((len(rows) - 1, len(CHANNELS)))
    for index, row in enumerate(rows[1:]):
        if len(row) != len(rows[0]):
            raise _damaged(path, index + 2, f"has {len(row)} columns, the header has {len(rows[0])}")
        second, frame = _timecode(path, index + 2, row[columns["timecode"]])
        seconds.append(second)
        frames.append(frame)
        for channel, name in enumerate(CHANNELS):
            column = columns.get(name.lower())
            if column is not None:
                values[index, channel] = _number(path, index + 2, column, rows[0][column], row[column])
    base = nominal_rate(np.array(seconds), np.array(frames)) if fps is None else max(1, round(fps))
    times_s = np.array(seconds) + np.array(frames) / base
    late = np.flatnonzero(np.diff(times_s) <= 0)
    if len(late):
        raise _damaged(path, int(late[0]) + 3, "has a timecode that is not after the row before", "Timecode")
    rate = fps or frame_rate(times_s - times_s[0], base)
    if float(times_s[-1] - times_s[0]) * rate > MAX_FRAMES:
        raise _damaged(path, len(rows), f"ends more than {MAX_FRAMES} frames after the first", "Timecode")
    shapes, pose = np.split(evenly(values, times_s - times_s[0], rate).astype(np.float32), [len(ARKIT_SHAPES)], axis=1)
    return FaceTrack(shapes, pose, rate, source=f"Live Link Face CSV {path.name}")


def timecodes(count: int, fps: float) -> Iterable[str]:
    """``HH:MM:SS:FF.sss`` of ``count`` frames from zero; ``FF`` counts to the next whole rate."""
    base = max(1, round(fps))
    for index in range(count):
        second, tick = divmod(round(index / fps * base * TICKS), base * TICKS)
        yield f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}:{tick // TICKS:02d}.{tick % TICKS:03d}"


def nominal_rate(seconds: NDArray[np.int_], frames: NDArray[np.float64]) -> int:
    """The whole rate that ``FF`` counts to: one more than the largest, if it ever starts over."""
    highest = int(frames.max()) + 1
    return highest if seconds[-1] > seconds[0] else max(highest, int(APP_FPS))


def frame_rate(times_s: NDArray[np.float64], base: int) -> float:
    """The exact rate of rows at ``times_s``, shape=(frames,), in seconds from the first.

    The whole rate or its NTSC relative if the timecodes agree with it to their last digit; the rate that a straight
    line through them has if they are even; otherwise (rows were dropped) the whole rate.
    """
    index = np.arange(len(times_s))
    tick_s = 1.5 / (TICKS * base)
    for rate in (float(base), base * 1000 / 1001):
        if np.abs(times_s - index / rate).max() <= tick_s:
            return rate
    mean = (len(times_s) - 1) / float(times_s[-1])
    return round(mean, 4) if np.abs(times_s - index / mean).max() <= 2 * tick_s else float(base)


def evenly(values: NDArray[np.float64], times_s: NDArray[np.float64], fps: float) -> NDArray[np.float64]:
    """Rows at ``times_s``, shape=(rows, channels), laid on an even grid; left alone where they are on it already."""
    grid_s = np.arange(round(float(times_s[-1]) * fps) + 1) / fps
    if len(grid_s) == len(values) and np.abs(times_s - grid_s).max() < 0.5 / fps:
        return values
    return np.stack([np.interp(grid_s, times_s, column) for column in values.T], axis=1)


def _rows(path: Path) -> list[list[str]]:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise TrackInvalid(f"{path} has more than 1 GiB.", hint="Cut the take into parts.")
        rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))
    except (OSError, UnicodeDecodeError, csv.Error) as err:
        raise TrackInvalid(f"{path} cannot be read as a Live Link Face CSV: {err}.", hint=REPAIR) from err
    rows = [row for row in rows if row]
    if len(rows) < 2:
        raise TrackInvalid(f"{path} has no frames.", hint=REPAIR)
    return rows


def _columns(path: Path, header: Sequence[str]) -> dict[str, int]:
    columns = {name.strip().lower(): index for index, name in enumerate(header)}
    missing = [name for name in ("Timecode", *ARKIT_SHAPES) if name.lower() not in columns]
    if missing:
        raise _damaged(path, 1, f"lacks {len(missing)} of the 53 columns that a face needs", missing[0])
    return columns


def _timecode(path: Path, row: int, text: str) -> tuple[int, float]:
    match = TIMECODE.fullmatch(text.strip())
    if match is None:
        raise _damaged(path, row, f"has {text[:40]!r}, not HH:MM:SS:FF.sss", "Timecode")
    hours, minutes, seconds, frame = match.groups()
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds), float(frame)


def _number(path: Path, row: int, column: int, name: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not np.isfinite(value):
        raise _damaged(path, row, f"has {text[:40]!r}, not a number", f"{name} (column {column + 1})")
    return value


def _damaged(path: Path, row: int, what: str, column: str = "") -> TrackInvalid:
    where = f"row {row}" + (f", column {column}," if column else "")
    return TrackInvalid(f"{path}: {where} {what}.", hint=REPAIR, details={"row": row, "column": column})
