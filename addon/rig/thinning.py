"""Fewer key frames for the same movement, with a bounded error.

Every key lies on a sample.  Between two keys Blender draws a cubic Bézier; with its handles a third of the way to
the neighbouring key, time runs evenly along it, so that it is the cubic Hermite polynomial of the two values and
slopes, which can be checked against every sample in between.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Keys:
    """Key frames of one curve.

    Attributes:
        frames: where they are, shape=(keys,).
        values: shape=(keys,).
        slopes: change per frame at each key, shape=(keys,); the same on both sides.
    """

    frames: FloatArray
    values: FloatArray
    slopes: FloatArray

    def at(self, frames: FloatArray) -> FloatArray:
        """What the curve gives at the frames, which must lie between the first and the last key."""
        right = np.clip(np.searchsorted(self.frames, frames, side="right"), 1, max(len(self.frames) - 1, 1))
        if len(self.frames) == 1:
            return np.full(len(frames), self.values[0])
        left = right - 1
        return hermite(
            (frames - self.frames[left]) / (self.frames[right] - self.frames[left]),
            self.values[left],
            self.values[right],
            self.slopes[left] * (self.frames[right] - self.frames[left]),
            self.slopes[right] * (self.frames[right] - self.frames[left]),
        )


def thin(frames: FloatArray, values: FloatArray, tolerance: float) -> Keys:
    """Choose the keys of a curve that stays within ``tolerance`` of every sample.

    Args:
        frames: where the samples are, increasing, shape=(samples,).
        values: the samples, shape=(samples,).
        tolerance: largest difference allowed, in the unit of ``values``.

    Returns:
        Keys at some of the samples, the first and the last always among them; a channel that never leaves
        ``tolerance`` of its first value gives a single key.
    """
    frames, values = np.asarray(frames, float), np.asarray(values, float)
    if np.abs(values - values[0]).max() <= tolerance:
        return Keys(frames[:1], values[:1], np.zeros(1))
    slopes = slopes_of(frames, values)
    kept = {0, len(values) - 1}
    spans = [(0, len(values) - 1)]
    while spans:
        first, last = spans.pop()
        if last - first < 2:
            continue
        inner = np.arange(first + 1, last)
        length = frames[last] - frames[first]
        curve = hermite(
            (frames[inner] - frames[first]) / length,
            values[first],
            values[last],
            slopes[first] * length,
            slopes[last] * length,
        )
        error = np.abs(curve - values[inner])
        worst = int(error.argmax())
        if error[worst] > tolerance:
            split = int(inner[worst])
            kept.add(split)
            spans += [(first, split), (split, last)]
    chosen = np.array(sorted(kept))
    return Keys(frames[chosen], values[chosen], slopes[chosen])


def slopes_of(frames: FloatArray, values: FloatArray) -> FloatArray:
    """Change per frame at every sample: central differences, flat at the ends and at peaks.

    Flat peaks keep a curve that rests at 0 or 1 from swinging past it (monotone interpolation).

    Source:
        Fritsch and Carlson, "Monotone Piecewise Cubic Interpolation", SIAM J. Numer. Anal. 17(2), 1980.
    """
    slopes = np.zeros(len(values))
    if len(values) < 3:
        return slopes
    steps = np.diff(values) / np.diff(frames)
    before, after = steps[:-1], steps[1:]
    slope = (before + after) / 2
    limit = 3 * np.minimum(np.abs(before), np.abs(after))
    slopes[1:-1] = np.where(before * after > 0, np.clip(slope, -limit, limit), 0.0)
    return slopes


def hermite(part: FloatArray, start: FloatArray, end: FloatArray, out: FloatArray, into: FloatArray) -> FloatArray:
    """Cubic Hermite polynomial at ``part`` in [0, 1]; ``out`` and ``into`` are the slopes per whole span."""
    square, cube = part * part, part * part * part
    return (
        (2 * cube - 3 * square + 1) * start
        + (cube - 2 * square + part) * out
        + (3 * square - 2 * cube) * end
        + (cube - square) * into
    )
