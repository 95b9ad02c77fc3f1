"""Small curves that everything else is made of: eased steps, bumps, windows, smoothing."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

Curve = NDArray[np.float64]
Span = tuple[float, float, float, float]
"""Times at which a window starts to rise, is full, starts to fall, and is over; seconds, ascending."""


def eased(fraction: Curve) -> Curve:
    """A step from 0 to 1 that starts and ends without a jerk (3x² - 2x³), held outside [0, 1]."""
    x = np.clip(fraction, 0.0, 1.0)
    return x * x * (3.0 - 2.0 * x)


def minimum_jerk(fraction: Curve) -> Curve:
    """A reach from 0 to 1 as arms, eyes and heads make it.

    Source:
        Flash and Hogan (1985), "The coordination of arm movements", Journal of Neuroscience 5 (7), equation 3.
    """
    x = np.clip(fraction, 0.0, 1.0)
    return x**3 * (10.0 - 15.0 * x + 6.0 * x * x)


def window(times_s: Curve, span: Span) -> Curve:
    """1 inside the span, eased to 0 on both sides."""
    rise, full, fall, over = span
    return eased((times_s - rise) / max(full - rise, 1e-6)) * eased((over - times_s) / max(over - fall, 1e-6))


def windows(times_s: Curve, spans: Iterable[Span]) -> Curve:
    """Several windows, joined so that overlapping ones stay smooth, shape=(frames,) in [0, 1]."""
    absent = np.ones(len(times_s))
    for span in spans:
        part = slice(*np.searchsorted(times_s, (span[0], span[3])))
        absent[part] *= 1.0 - window(times_s[part], span)
    return 1.0 - absent


def add_bump(curve: Curve, times_s: Curve, span: Span, height: float) -> None:
    """Add a window of some height to ``curve`` in place."""
    part = slice(*np.searchsorted(times_s, (span[0], span[3])))
    curve[part] += height * window(times_s[part], span)


def above(value: Curve, limit: float, softness: float = 0.01) -> Curve:
    """How far a value lies above a limit; 0 below it, without a corner."""
    over = value - limit
    return np.maximum(0.5 * (over + np.sqrt(over * over + softness * softness)) - 0.5 * softness, 0.0)


def smoothed(curve: Curve, rate_hz: float, sigma_s: float) -> Curve:
    """Low-pass along the first axis without a shift; the ends count as held."""
    return gaussian_filter1d(curve, sigma_s * rate_hz, axis=0, mode="nearest", truncate=4.0)


def noise(random: np.random.Generator, count: int, rate_hz: float, sigma_s: float) -> Curve:
    """Smooth noise of standard deviation 1 that never repeats, shape=(count,).

    Args:
        sigma_s: width of the Gaussian that white noise is smoothed by; half of the power lies below ``0.13 / sigma_s``.
    """
    sigma = sigma_s * rate_hz
    margin = int(4 * sigma) + 1
    white = random.standard_normal(count + 2 * margin)
    return gaussian_filter1d(white, sigma)[margin : margin + count] * np.sqrt(2.0 * np.sqrt(np.pi) * sigma)
