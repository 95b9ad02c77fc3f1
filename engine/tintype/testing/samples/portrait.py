"""A portrait of nobody, good enough for a face detector: a shaded relief with eyes, brows, lips, hair and shoulders.

Lengths are in half widths of the picture, times 0.8; the origin lies between the eyes and the mouth, y points down.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Colour = tuple[float, float, float]

LIGHT = np.array([-0.35, -0.5, 0.8]) / np.linalg.norm([-0.35, -0.5, 0.8])
SKIN, HAIR, COAT, WALL = (0.86, 0.68, 0.56), (0.22, 0.15, 0.10), (0.25, 0.28, 0.36), (0.50, 0.55, 0.61)
# Height, x, y and half axes of the bumps and hollows of the face; those beside the middle come twice.
RELIEF = (
    (0.13, 0.0, 0.10, 0.055, 0.05),  # tip of the nose
    (0.07, 0.0, -0.03, 0.045, 0.12),  # bridge of the nose
    (0.03, 0.055, 0.115, 0.035, 0.03),  # wings of the nose
    (-0.06, 0.17, -0.09, 0.10, 0.05),  # eye sockets
    (0.03, 0.0, -0.19, 0.30, 0.05),  # brow ridge
    (0.03, 0.0, 0.27, 0.12, 0.05),  # lips
    (0.04, 0.0, 0.43, 0.10, 0.06),  # chin
    (0.04, 0.22, 0.08, 0.10, 0.08),  # cheeks
)
HEAD, HAIR_BACK, FRINGE = (0.0, 0.0, 0.44, 0.60), (0.0, -0.10, 0.53, 0.66), (0.0, -0.66, 0.58, 0.31)
EYE_X, EYE_Y = 0.17, -0.087


def draw_portrait(width_px: int = 240, height_px: int = 300) -> NDArray[np.uint8]:
    """The portrait, shape=(height, width, 3)."""
    x, y = places(width_px, height_px)
    canvas = np.ones((height_px, width_px, 3)) * WALL
    lay(canvas, inside(x, y, *HAIR_BACK), HAIR)
    lay(canvas, inside(x, y, 0, 0.80, 0.17, 0.40), SKIN, 0.72)
    lay(canvas, inside(x, y, 0, 1.25, 0.80, 0.55), COAT)
    shade = shading(x, y, 1.6 / width_px)
    lay(canvas, inside(x, y, *HEAD), SKIN, shade)
    lay(canvas, inside(x, y, *HAIR_BACK) * inside(x, y, *FRINGE, edge=0.15), HAIR)
    for side in (-1, 1):
        draw_eye(canvas, x - side * EYE_X, y - EYE_Y)
        lay(canvas, 0.8 * inside(x, y, side * 0.032, 0.150, 0.017, 0.010, edge=0.8), (0.30, 0.16, 0.12))
    draw_lips(canvas, x, y, shade)
    return np.asarray(np.clip(canvas * 255, 0, 255), dtype=np.uint8)


def places(width_px: int, height_px: int) -> tuple[Array, Array]:
    """x and y of every pixel, shape=(height, width) each."""
    rows, columns = np.mgrid[0:height_px, 0:width_px].astype(float)
    unit = 1.6 / width_px
    return (columns - width_px / 2) * unit, (rows - height_px * 0.45) * unit


def inside(x: Array, y: Array, cx: float, cy: float, rx: float, ry: float, edge: float = 0.07) -> Array:
    """1 inside an ellipse and 0 outside, with a soft edge, the shape of ``x``."""
    return np.clip((1 - ((x - cx) / rx) ** 2 - ((y - cy) / ry) ** 2) / edge, 0, 1)


def lay(canvas: Array, mask: Array, colour: Colour, shade: float | Array = 1.0) -> None:
    """Paint a colour over the canvas where the mask is, in place."""
    paint = np.ones_like(canvas) * colour * np.expand_dims(np.asarray(shade), -1)
    canvas += mask[:, :, None] * (paint - canvas)


def shading(x: Array, y: Array, unit: float) -> Array:
    """How bright the relief of the face is under the light, the shape of ``x``."""
    _, _, rx, ry = HEAD
    depth = 0.5 * np.sqrt(np.clip(1 - (x / rx) ** 2 - (y / ry) ** 2, 0, 1))
    for height, cx, cy, half_x, half_y in RELIEF:
        for side in (-1, 1) if cx else (1,):
            depth += height * np.exp(-(((x - side * cx) / half_x) ** 2) - ((y - cy) / half_y) ** 2)
    slope_y, slope_x = np.gradient(depth, unit)
    normals = np.stack([-slope_x, -slope_y, np.ones_like(depth)], axis=-1)
    normals /= np.linalg.norm(normals, axis=-1, keepdims=True)
    return np.asarray(0.45 + 0.6 * np.clip(normals @ LIGHT, 0, 1))


def draw_eye(canvas: Array, x: Array, y: Array) -> None:
    """One open eye with its brow; x and y are measured from its pupil."""
    arch = -0.098 + 0.02 * np.abs(x / 0.1) ** 2
    lay(canvas, 0.85 * inside(x, y - arch, 0, 0, 0.115, 0.022, edge=0.6), HAIR)
    lay(canvas, 0.6 * inside(x, y, 0, -0.003, 0.088, 0.046, edge=0.3), (0.35, 0.22, 0.16))
    lids = inside(x, y, 0, 0.002, 0.078, 0.036, edge=0.25)
    for radius, colour in ((1.0, (0.93, 0.92, 0.90)), (0.037, (0.30, 0.20, 0.12)), (0.017, (0.03, 0.03, 0.03))):
        lay(canvas, lids * inside(x, y, 0, 0, radius, radius, edge=0.2), colour)
    lay(canvas, lids * inside(x, y, -0.012, -0.011, 0.007, 0.007, edge=0.5), (1.0, 1.0, 1.0))


def draw_lips(canvas: Array, x: Array, y: Array, shade: Array) -> None:
    """A closed mouth."""
    lay(canvas, 0.9 * inside(x, y, 0, 0.262, 0.130, 0.026, edge=0.4), (0.62, 0.32, 0.30), shade)
    lay(canvas, 0.9 * inside(x, y, 0, 0.300, 0.110, 0.032, edge=0.4), (0.74, 0.42, 0.40), shade)
    lay(canvas, 0.9 * inside(x, y, 0, 0.279, 0.125, 0.0055, edge=0.5), (0.28, 0.12, 0.12))
