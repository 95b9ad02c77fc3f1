"""A look-ahead limiter for single sounds, so that one loud consonant does not hold a whole film down."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import minimum_filter1d, uniform_filter1d

from tintype_finishing.loudness import OVERSAMPLING, oversampled
from tintype_finishing.mix import RATE_HZ

ATTACK_S = 0.004
"""Short enough to keep a consonant, long enough not to click."""

RELEASE_S = 0.06
"""Within the fall of a syllable, so that nobody hears the level come back."""


def limited(samples: NDArray[np.float32], ceiling: float) -> NDArray[np.float32]:
    """Samples whose true peak is at most ``ceiling``.

    The gain is the least that every oversampled peak within reach allows, smoothed over the same reach: what is
    smoothed never exceeds it (the usual look-ahead design, as in Giannoulis, Massberg and Reiss 2012, JAES 60, but
    with a symmetric window).

    Args:
        samples: shape=(n, channels), at 48 kHz.
        ceiling: amplitude, full scale at 1.

    Returns:
        New array, same shape.
    """
    peaks = np.abs(oversampled(samples)).max(axis=1).reshape(-1, OVERSAMPLING).max(axis=1)
    needed = np.minimum(1.0, ceiling / np.maximum(peaks, 1e-9)).astype(np.float32)
    reach = 2 * round(ATTACK_S * RATE_HZ) + 1
    held = minimum_filter1d(needed, reach, mode="nearest")
    gain = np.minimum(uniform_filter1d(held, reach, mode="nearest"), _released(held))
    return (samples * gain[:, None]).astype(np.float32)


def _released(held: NDArray[np.float32]) -> NDArray[np.float32]:
    """The gain coming back slowly after each peak: it rises by an exponential curve, in steps of a millisecond."""
    step = RATE_HZ // 1000
    count = -(-len(held) // step)
    padded = np.concatenate([held, np.ones(count * step - len(held), np.float32)]).reshape(count, step).min(axis=1)
    back = float(np.exp(-0.001 / RELEASE_S))
    level = 1.0
    curve = np.empty(count + 1, np.float32)
    for index, now in enumerate(padded):
        level = min(now, 1 - (1 - level) * back)
        curve[index] = level
    curve[count] = level
    places = (np.arange(len(held)) / step).astype(np.float32)
    return np.interp(places, np.arange(count + 1), curve).astype(np.float32)
