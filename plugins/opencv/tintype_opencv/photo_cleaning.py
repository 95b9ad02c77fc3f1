"""Cleans a photo, and keeps the result only where it is measurably better."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from tintype_opencv.sharpness import luminance, noise_of

NOISE_WORTH_CLEANING = 6.0  # luminance steps of 255; grain below this is part of the picture
NOISE_LEFT = 0.6  # cleaning has to take away this much of it ...
EDGES_KEPT = 0.85  # ... and leave this much of the strongest edges
STRENGTH_PER_NOISE = 0.9  # of non-local means, per step of noise; Buades, Coll and Morel 2005 (CVPR) have 0.75 to 1
PATCH_PX, SEARCH_PX = 5, 15
BAND_ROWS = 256
FADED_SPAN = 120.0  # of luminance between the 1st and 99th percentile
DARKEST, BRIGHTEST = 10.0, 245.0
NOISE_ALLOWED_AFTER = 8.0

Pixels = NDArray[np.uint8]


def clean(pixels: Pixels, check: Callable[[], None]) -> tuple[Pixels, tuple[str, ...]]:
    """Reduce noise and stretch faded tones.

    Args:
        pixels: grey or RGB.
        check: called at least once a second; may raise.

    Returns:
        The picture, and what was done in words: nothing when nothing helped.
    """
    quieter, noise_steps = without_noise(pixels, check)
    stretched, tone_steps = without_fading(quieter)
    return stretched, (*noise_steps, *tone_steps)


def without_noise(pixels: Pixels, check: Callable[[], None]) -> tuple[Pixels, tuple[str, ...]]:
    """Non-local means, kept only if the noise falls and the edges stay."""
    before = noise_of(luminance(pixels))
    if before < NOISE_WORTH_CLEANING:
        return pixels, ()
    cleaned = _non_local_means(pixels, STRENGTH_PER_NOISE * before, check)
    after = noise_of(luminance(cleaned))
    if after > before * NOISE_LEFT or edges_kept(luminance(pixels), luminance(cleaned)) < EDGES_KEPT:
        return pixels, ()
    return cleaned, (f"noise reduced from {before:.1f} to {after:.1f} of 255",)


def _non_local_means(pixels: Pixels, strength: float, check: Callable[[], None]) -> Pixels:
    """Band by band, so that a large picture can be stopped; the bands overlap by what the search looks at."""
    margin = SEARCH_PX // 2 + PATCH_PX // 2 + 1
    cleaned = np.empty_like(pixels)
    for top in range(0, len(pixels), BAND_ROWS):
        check()
        first, last = max(0, top - margin), min(len(pixels), top + BAND_ROWS + margin)
        band = np.ascontiguousarray(pixels[first:last])
        if pixels.ndim == 2:
            done = cv2.fastNlMeansDenoising(band, None, strength, PATCH_PX, SEARCH_PX)
        else:
            done = cv2.fastNlMeansDenoisingColored(band, None, strength, strength, PATCH_PX, SEARCH_PX)
        cleaned[top : top + BAND_ROWS] = done[top - first : top - first + BAND_ROWS]
    return cleaned


def edges_kept(before: Pixels, after: Pixels) -> float:
    """How much of the strongest hundredth of edges is left, 0 to 1; noise-sized differences do not count as edges."""
    smooth_before, smooth_after = (cv2.GaussianBlur(grey, (0, 0), 1.5).astype(np.float32) for grey in (before, after))
    strength = _gradient(smooth_before)
    edges = strength >= np.percentile(strength, 99)
    total = float(strength[edges].sum())
    return min(1.0, float(_gradient(smooth_after)[edges].sum()) / total) if total else 1.0


def _gradient(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(np.hypot(cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1)))


def without_fading(pixels: Pixels) -> tuple[Pixels, tuple[str, ...]]:
    """Stretch the tones of a faded picture, all channels by the same amount so that a sepia stays one.

    Kept only if the noise, which is stretched with the picture, stays out of sight.
    """
    grey = luminance(pixels)
    dark, bright = (float(value) for value in np.percentile(grey, (1, 99)))
    span = bright - dark
    if not 1.0 < span < FADED_SPAN:
        return pixels, ()
    factor = (BRIGHTEST - DARKEST) / span
    if noise_of(grey) * factor > NOISE_ALLOWED_AFTER:
        return pixels, ()
    table = np.clip(np.round((np.arange(256) - dark) * factor + DARKEST), 0, 255).astype(np.uint8)
    words = f"faded tones stretched from {dark:.0f}–{bright:.0f} to {DARKEST:.0f}–{BRIGHTEST:.0f} of 255"
    return np.asarray(cv2.LUT(pixels, table), dtype=np.uint8), (words,)
