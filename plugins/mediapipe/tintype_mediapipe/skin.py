"""What the photo shows of the skin: how deep it lies, what colour it has at a place."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tintype_mediapipe.landmarks import COUNT


class SkinDepth:
    """Depth of the face's surface by place in the photo; over an opening, that of the skin around it."""

    def __init__(self, points_px: NDArray[np.float64]) -> None:
        from scipy.interpolate import LinearNDInterpolator

        landmarks = points_px[:COUNT]
        self._deepest = float(landmarks[:, 2].min())
        self._surface = LinearNDInterpolator(landmarks[:, :2], landmarks[:, 2])

    def at(self, places: NDArray[np.float64]) -> NDArray[np.float64]:
        """Depths in pixels at places in pixels, shape=(n, 2) to (n,)."""
        return np.asarray(np.nan_to_num(self._surface(places), nan=self._deepest))


def colours_at(rgb: NDArray[np.uint8], places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Colours at places in pixels, shape=(n, 2) to (n, 3)."""
    height, width = rgb.shape[:2]
    x = np.clip(places[:, 0].astype(int), 0, width - 1)
    y = np.clip(places[:, 1].astype(int), 0, height - 1)
    return rgb[y, x].astype(np.float64)
