"""A part of the head as a mesh with its own texture: an eye, a row of teeth, the tongue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Part:
    """A textured mesh that moves with the head.

    Attributes:
        name: of its node in the glb.
        points: shape=(n, 3), pixels of the photo (x right, y down, z toward the viewer).
        uv: shape=(n, 2), origin top left, in [0, 1].
        triangles: shape=(m, 3), counter-clockwise for the viewer.
        texture: shape=(height, width, 3), uint8.
        displacements: pixels by ARKit name, shape=(n, 3) each.
    """

    name: str
    points: NDArray[np.float64]
    uv: NDArray[np.float64]
    triangles: NDArray[np.int64]
    texture: NDArray[np.uint8]
    displacements: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)


def grid_triangles(rows: int, columns: int) -> NDArray[np.int64]:
    """Triangles of a grid whose rows run down and columns to the right, shape=(2 (rows-1) (columns-1), 3)."""
    corner = (np.arange(rows - 1)[:, None] * columns + np.arange(columns - 1)[None, :]).ravel()
    below, right, across = corner + columns, corner + 1, corner + columns + 1
    return np.concatenate([np.column_stack([corner, below, right]), np.column_stack([right, below, across])])


def grid_uv(rows: int, columns: int) -> NDArray[np.float64]:
    """Texture coordinates of a grid, shape=(rows * columns, 2)."""
    v, u = np.meshgrid(np.linspace(0, 1, rows), np.linspace(0, 1, columns), indexing="ij")
    return np.column_stack([u.ravel(), v.ravel()])
