"""How sharp, how bright and how noisy a picture is."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

SEEN_SIDE_PX = 1024
"""Sharpness is judged at this size of the longer side, so that a large soft scan is not called blurred."""
BLUR_TAPS = 9
NEARLY_BLACK, NEARLY_WHITE = 4, 251

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Readings:
    """What a picture looks like.

    Attributes:
        width_px: width in pixels.
        height_px: height in pixels.
        blur: 0 sharp to 1 blurred (:func:`blur_of`).
        dark: 1st percentile of luminance, 0 to 255.
        bright: 99th percentile of luminance, 0 to 255.
        mean: mean luminance, 0 to 255.
        black_share: share of pixels without detail because they are black.
        white_share: share of pixels without detail because they are white.
        noise: standard deviation of the noise in luminance steps (:func:`noise_of`).
    """

    width_px: int
    height_px: int
    blur: float
    dark: float
    bright: float
    mean: float
    black_share: float
    white_share: float
    noise: float


def read(pixels: Pixels) -> Readings:
    """Measure a picture, shape=(height, width) or (height, width, 3) in RGB."""
    grey = luminance(pixels)
    dark, bright = np.percentile(grey, (1, 99))
    return Readings(
        width_px=grey.shape[1],
        height_px=grey.shape[0],
        blur=blur_of(as_seen(grey)),
        dark=float(dark),
        bright=float(bright),
        mean=float(grey.mean()),
        black_share=float((grey <= NEARLY_BLACK).mean()),
        white_share=float((grey >= NEARLY_WHITE).mean()),
        noise=noise_of(grey),
    )


def luminance(pixels: Pixels) -> Pixels:
    """Luminance of a grey or RGB picture, shape=(height, width)."""
    return pixels if pixels.ndim == 2 else np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), dtype=np.uint8)


def as_seen(grey: Pixels) -> Pixels:
    """The picture scaled down to :data:`SEEN_SIDE_PX`; smaller ones stay."""
    scale = SEEN_SIDE_PX / max(grey.shape)
    if scale >= 1:
        return grey
    size = max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale))
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def blur_of(grey: Pixels) -> float:
    """How much of the picture's detail is already smoothed away: 0 sharp to 1 blurred or plain.

    Source:
        Crété, Dolmière, Ladret and Nicolas 2007, "The blur effect: perception and estimation with a new no-reference
        perceptual blur metric", Proc. SPIE 6492: compare neighbouring differences before and after a blur.
    """
    picture = grey.astype(np.float32)
    worst = 0.0
    for axis, size in ((0, (1, BLUR_TAPS)), (1, (BLUR_TAPS, 1))):
        before = np.abs(np.diff(picture, axis=axis))
        after = np.abs(np.diff(cv2.blur(picture, size), axis=axis))
        total = float(before.sum())
        kept = float(np.maximum(before - after, 0.0).sum())
        worst = max(worst, (total - kept) / total if total else 1.0)
    return worst


def noise_of(grey: Pixels) -> float:
    """Standard deviation of the noise, in steps of 255.

    Source:
        Donoho and Johnstone 1994, "Ideal spatial adaptation by wavelet shrinkage", Biometrika 81: the median absolute
        diagonal wavelet coefficient over 0.6745; here of the Haar wavelet, whose edges are few against the median.
    """
    even = grey[: grey.shape[0] // 2 * 2, : grey.shape[1] // 2 * 2].astype(np.float32)
    if not even.size:
        return 0.0
    diagonal = (even[::2, ::2] - even[1::2, ::2] - even[::2, 1::2] + even[1::2, 1::2]) / 2
    return float(np.median(np.abs(diagonal)) / 0.6745)
