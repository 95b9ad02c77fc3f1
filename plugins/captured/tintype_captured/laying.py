"""Lays a captured track over a line's speech: shifted, cut or held to its length, eased into rest."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from tintype import Job
from tintype.documents import FaceTrack, Speech
from tintype.errors import TrackInvalid
from tintype.performances import read_performance

if TYPE_CHECKING:
    from tintype_captured import CapturedSettings

EASE_S = 0.30  # from the performance's last (or first) frame to the photo's own face, where it does not fill the line


def lay_over(speech: Speech, performance: Path | None, settings: CapturedSettings, job: Job) -> FaceTrack:
    """The track of one line, at the performance's own rate, saved into ``job.folder``.

    Raises:
        TrackInvalid: the line names no performance, or it is damaged or lies wholly outside the speech.
    """
    if performance is None:
        raise TrackInvalid(
            f"The line {speech.text[:40]!r} goes to 'captured', but names no performance.",
            hint='Add performance = "take.csv" to the line, or let another provider animate it.',
        )
    job.check_cancelled()
    track = read_performance(performance)
    frames = max(1, math.ceil(speech.duration_s * track.fps - 1e-6))
    at = np.arange(frames) / track.fps - settings.delay_s
    if at[-1] < 0 or at[0] > track.duration_s:
        raise TrackInvalid(
            f"{performance.name} lasts {track.duration_s:.2f} s and, with a delay of {settings.delay_s:g} s, does not "
            f"meet the speech of {speech.duration_s:.2f} s.",
            hint="Correct delay_s.",
        )
    job.progress(0.5)
    there = presence(at, track.duration_s)[:, None]
    shapes = settings.strength * there * moved(track.shapes, at * track.fps)
    pose = settings.head_motion * there * moved(track.pose, at * track.fps)
    return FaceTrack(shapes, pose, track.fps, source=f"captured: {track.source}").save(job.folder)


def presence(times_s: NDArray[np.float64], length_s: float) -> NDArray[np.float64]:
    """1 inside the performance, eased to 0 within ``EASE_S`` outside it, shape=(frames,)."""
    outside_s = np.maximum(np.maximum(-times_s, times_s - length_s), 0.0)
    left = np.clip(1.0 - outside_s / EASE_S, 0.0, 1.0)
    return left * left * (3.0 - 2.0 * left)


def moved(values: NDArray[np.float32], frames: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rows at fractional frame numbers, linear in between and held beyond the ends, shape=(len(frames), channels)."""
    inside = np.clip(frames, 0, len(values) - 1)
    before = np.floor(inside).astype(int)
    after = np.minimum(before + 1, len(values) - 1)
    part = (inside - before)[:, None]
    return np.asarray((1.0 - part) * values[before] + part * values[after])
