"""The line where the lips meet, as the photo shows it: the darkest path from corner to corner."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tintype_mediapipe.landmarks import COUNT, LIP_COLUMNS, LOWER_LIP, UPPER_LIP

OPEN_ABOVE = 0.11
"""Gap between the lips, as a share of the mouth's width, from which a mouth counts as open."""
SEARCH = 0.055  # how far the line may lie from the landmarks, as a share of the mouth's width
COLUMNS, OFFSETS = 65, 25
BEND_COST = 0.6


def gap_share(points: NDArray[np.float64]) -> float:
    """The gap between the lips as a share of the mouth's width."""
    width = np.linalg.norm(points[UPPER_LIP[0, -1]] - points[UPPER_LIP[0, 0]])
    middle = slice(3, 8)
    gaps = np.linalg.norm(points[LOWER_LIP[0, middle], :2] - points[UPPER_LIP[0, middle], :2], axis=1)
    return float(gaps.mean() / width)


def with_lips_joined(points: NDArray[np.float64], rgb: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Landmarks whose inner lip edges lie on the photo's own lip line; a mouth that is open stays as it is.

    Args:
        points: shape=(478, 3), pixels.
        rgb: the photo.

    Returns:
        New landmarks; the rows between lip line and outer edge keep their proportions.
    """
    if gap_share(points) > OPEN_ABOVE:
        return points
    line = (points[UPPER_LIP[0]] + points[LOWER_LIP[0]]) / 2
    line[:, :2] = _darkest_path(line[:, :2], rgb)
    joined = points.copy()
    for rows in (UPPER_LIP, LOWER_LIP):
        inner, outer = points[rows[0]], points[rows[-1]]
        for row in rows[:-1]:
            # Along each column, how far the row lies from the inner edge to the outer one.
            span = np.sum((outer - inner) ** 2, axis=1)
            share = np.sum((points[row] - inner) * (outer - inner), axis=1) / np.maximum(span, 1e-9)
            share[[0, -1]] = 0.0
            moved = line + np.clip(share, 0, 1)[:, None] * (outer - line)
            moved[[0, -1]] = points[row[[0, -1]]] if row is not rows[0] else line[[0, -1]]
            joined[row] = moved
    joined[COUNT:] = points[COUNT:]
    return joined


def _darkest_path(line: NDArray[np.float64], rgb: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Move a polyline, shape=(11, 2), onto the dark line nearby, by dynamic programming; its ends stay."""
    import cv2
    from scipy.ndimage import map_coordinates

    width = float(np.linalg.norm(line[-1] - line[0]))
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float32)
    grey = cv2.GaussianBlur(grey, (0, 0), max(0.6, width * 0.008))
    along = (line[-1] - line[0]) / width
    across = np.array([-along[1], along[0]])
    at = np.linspace(0, LIP_COLUMNS - 1, COLUMNS)
    base = np.column_stack([np.interp(at, np.arange(LIP_COLUMNS), line[:, axis]) for axis in (0, 1)])
    offsets = np.linspace(-SEARCH * width, SEARCH * width, OFFSETS)
    samples = base[:, None] + offsets[None, :, None] * across
    dark = map_coordinates(grey, [samples[..., 1], samples[..., 0]], order=1, mode="nearest")
    dark = (dark - dark.min(axis=1, keepdims=True)) / (np.ptp(dark, axis=1, keepdims=True) + 8.0)
    taper = np.sin(np.linspace(0, np.pi, COLUMNS))[:, None]
    cost = dark * taper + 0.25 * (offsets / offsets[-1])[None, :] ** 2 * (1.2 - taper)
    steps = np.abs(np.arange(OFFSETS)[:, None] - np.arange(OFFSETS)[None, :])
    bend = BEND_COST * (steps / 4.0) ** 2
    total, came_from = cost[0] + 4.0 * (offsets / offsets[-1]) ** 2, np.zeros((COLUMNS, OFFSETS), dtype=int)
    for column in range(1, COLUMNS):
        ways = total[None, :] + bend
        came_from[column] = ways.argmin(axis=1)
        total = cost[column] + ways.min(axis=1)
    total = total + 4.0 * (offsets / offsets[-1]) ** 2
    path = np.zeros(COLUMNS, dtype=int)
    path[-1] = int(total.argmin())
    for column in range(COLUMNS - 1, 0, -1):
        path[column - 1] = came_from[column, path[column]]
    moved = np.convolve(np.pad(offsets[path], 3, mode="edge"), np.full(7, 1 / 7), mode="valid")
    return line + np.interp(np.arange(LIP_COLUMNS), at, moved)[:, None] * across
