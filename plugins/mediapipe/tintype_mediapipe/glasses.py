"""Whether a face wears glasses: their bridge crosses the bare skin between the eyes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tintype_mediapipe.landmarks import NOSE_BRIDGE, PAIRS

EDGE, CONTRAST = 0.12, 0.30
"""Steepest step along the nose, and how far it leaves its own smooth course, as shares of its mean; set between a
portrait with horn-rimmed glasses (0.16 and 0.47) and seven faces without (up to 0.14 and 0.22, a scratched print)."""
BETWEEN_BROWS, NOSE_RIDGE = 9, 195
LINES, SAMPLES = 7, 40


def wears_glasses(rgb: NDArray[np.uint8], points_px: NDArray[np.float64]) -> bool:
    """Look along the bridge of the nose for an edge that skin does not have."""
    import cv2

    right, left = (points_px[index, :2] for index in PAIRS["eye_outer"])
    width = float(np.linalg.norm(left - right))
    top = 0.35 * points_px[BETWEEN_BROWS, :2] + 0.65 * points_px[NOSE_BRIDGE, :2]
    along = top + (points_px[NOSE_RIDGE, :2] - top) * np.linspace(0, 1, SAMPLES)[:, None]
    across = (left - right) / width
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    grey = cv2.GaussianBlur(grey, (0, 0), max(0.7, 0.008 * width))
    lines = [along + across * shift * width for shift in np.linspace(-0.05, 0.05, LINES)]
    places = np.stack(lines).astype(np.float32) - 0.5
    seen = cv2.remap(grey, places[..., 0], places[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    course = seen.astype(np.float32).mean(axis=0)
    smooth = cv2.GaussianBlur(course[None], (0, 0), SAMPLES / 5)[0]
    mean = max(float(course.mean()), 1.0)
    edge = float(np.abs(np.diff(course)).max()) / mean
    contrast = float(np.ptp(course - smooth)) / mean
    return edge > EDGE and contrast > CONTRAST
