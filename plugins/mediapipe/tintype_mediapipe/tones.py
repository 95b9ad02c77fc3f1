"""Colours of what the photo does not show, in the photo's own light: teeth, gums, tongue, the dark of the mouth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tintype_mediapipe.landmarks import LOWER_LIP, PAIRS, UPPER_LIP
from tintype_mediapipe.lip_line import OPEN_ABOVE, gap_share

Colour = NDArray[np.float64]
LUMA = np.array([0.299, 0.587, 0.114])


@dataclass(frozen=True)
class Tones:
    """sRGB colours, 0 to 255, shape=(3,) each."""

    skin: Colour
    lip: Colour
    teeth: Colour
    gum: Colour
    tongue: Colour
    dark: Colour
    grain: float


def tones_of(rgb: NDArray[np.uint8], points_px: NDArray[np.float64]) -> Tones:
    """Read the light of the photo off the cheeks and lips.

    Teeth are a little darker than the brightest skin and take half of its tint; the rest of the mouth is the
    lips' colour, darker the deeper it lies.  A monochrome photo gives monochrome teeth by itself.
    """
    import cv2

    cheeks = _around(rgb, points_px, [index for name in ("cheek", "cheekbone") for index in PAIRS[name]])
    skin = np.median(cheeks, axis=0)
    bright = np.percentile(cheeks @ LUMA, 85)
    lips = _around(rgb, points_px, [*LOWER_LIP[1:3, 2:9].ravel(), *UPPER_LIP[1:3, 2:9].ravel()])
    lip = np.median(lips, axis=0)
    tint = skin / max(float(skin @ LUMA), 1.0)
    lip_tint = lip / max(float(lip @ LUMA), 1.0)
    teeth = _shown_teeth(rgb, points_px)
    if teeth is None:
        teeth = float(np.clip(0.98 * bright, 40, 220)) * (1 + 0.45 * (tint - 1))
    near = _face_of(rgb, points_px)
    noise = np.abs(near.astype(np.float32) - cv2.GaussianBlur(near, (0, 0), 1.2)).mean(axis=2)
    return Tones(
        skin=skin,
        lip=lip,
        teeth=teeth,
        gum=lip_tint**1.15 * float(lip @ LUMA) * 0.62,
        tongue=lip_tint**1.25 * float(lip @ LUMA) * 0.92,
        # A faded print has no black: neither has the mouth in it.
        dark=lip_tint**1.6 * max(6.0, 0.075 * float(skin @ LUMA), 0.85 * float(np.percentile(near @ LUMA, 0.5))),
        grain=float(np.clip(1.25 * np.median(noise), 0.0, 6.0)),
    )


def _shown_teeth(rgb: NDArray[np.uint8], points_px: NDArray[np.float64]) -> Colour | None:
    """The teeth's own colour where an open mouth shows them."""
    import cv2

    if gap_share(points_px) < OPEN_ABOVE:
        return None
    outline = points_px[[*UPPER_LIP[0], *LOWER_LIP[0][::-1]], :2]
    inside = np.zeros(rgb.shape[:2], np.uint8)
    cv2.fillPoly(inside, [np.round(outline).astype(np.int32)], 1)
    colours = rgb[inside > 0].astype(np.float64)
    if len(colours) < 20:
        return None
    luma = colours @ LUMA
    brightest = colours[luma > np.percentile(luma, 65)]
    found = np.median(brightest, axis=0)
    return found if np.ptp(found) < 0.45 * found.max() and found @ LUMA > 50 else None


def _face_of(rgb: NDArray[np.uint8], points_px: NDArray[np.float64]) -> NDArray[np.uint8]:
    """The part of the photo that the landmarks span."""
    height, width = rgb.shape[:2]
    low, high = points_px[:, :2].min(axis=0), points_px[:, :2].max(axis=0)
    left, top = (int(np.clip(value, 0, size - 2)) for value, size in zip(low, (width, height), strict=True))
    right, bottom = (int(np.clip(value, 2, size)) for value, size in zip(high, (width, height), strict=True))
    return rgb[top:bottom, left:right]


def _around(rgb: NDArray[np.uint8], points_px: NDArray[np.float64], indices: list[int]) -> NDArray[np.float64]:
    """Colours near landmarks, shape=(n, 3)."""
    radius = max(1, round(0.012 * float(np.ptp(points_px[:, 1]))))
    height, width = rgb.shape[:2]
    patches = []
    for x, y in np.round(points_px[indices, :2]).astype(int):
        rows, columns = (
            slice(max(0, y - radius), min(height, y + radius + 1)),
            slice(max(0, x - radius), min(width, x + radius + 1)),
        )
        patches.append(rgb[rows, columns].reshape(-1, 3))
    return np.concatenate(patches).astype(np.float64)


def grained(picture: NDArray[np.floating], grain: float, seed: int) -> NDArray[np.uint8]:
    """The photo's own grain over a painted texture, so that it does not look like plastic."""
    import cv2

    noise = np.random.default_rng(seed).normal(0, 1, picture.shape[:2]).astype(np.float32)
    noise = cv2.GaussianBlur(noise, (0, 0), 1.3)
    noise *= grain / max(float(noise.std()), 1e-6)
    return np.clip(picture + noise[..., None] * 0.9, 0, 255).astype(np.uint8)
