"""Finds faces in a photo and their 478 landmarks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tintype_mediapipe.landmarker import Landmarker, open_landmarker
from tintype_mediapipe.landmarks import COUNT, OVAL, PAIRS

CROP_PX = 640
# How far crops are moved, in face sizes: landmarks are averaged over them, which halves their jitter.
CROP_SHIFTS = ((0.0, 0.0), (0.05, 0.03), (-0.05, 0.03), (0.0, -0.06))
SAME_FACE = 0.5  # two findings nearer than this share of their size are one face


@dataclass(frozen=True, eq=False)  # an array has no single truth value: faces are compared by identity
class Face:
    """A face in a photo.

    Attributes:
        points: shape=(478, 3): x right, y down, z toward the viewer, all in pixels of the photo.
    """

    points: NDArray[np.float64]

    @property
    def box(self) -> tuple[float, float, float, float]:
        """x, y, width, height of the face's oval, in pixels."""
        low, high = self.points[OVAL, :2].min(axis=0), self.points[OVAL, :2].max(axis=0)
        return float(low[0]), float(low[1]), float(high[0] - low[0]), float(high[1] - low[1])

    @property
    def size_px(self) -> float:
        """The longer side of the box."""
        return max(self.box[2:])

    def share_outside(self, width: int, height: int) -> float:
        """How much of the face lies outside a photo of that size, in [0, 1]."""
        x, y = self.points[:COUNT, 0], self.points[:COUNT, 1]
        return float(np.mean((x < 0) | (x > width) | (y < 0) | (y > height)))

    @property
    def axes(self) -> NDArray[np.float64]:
        """Rows: the directions to the subject's left, up and forward, as unit vectors in picture axes (y down)."""
        left = sum(self.points[b] - self.points[a] for a, b in PAIRS.values())
        left = left / np.linalg.norm(left)
        down = self.points[152] - self.points[10]
        up = -(down - left * (down @ left))
        up = up / np.linalg.norm(up)
        forward = -np.cross(left, up)  # picture axes are left-handed: y points down
        return np.stack([left, up, forward])

    @property
    def pose(self) -> tuple[float, float, float]:
        """Yaw, pitch and roll in radians: positive yaw looks to the picture's right, positive pitch up."""
        left, _, forward = self.axes
        yaw = np.arctan2(forward[0], forward[2])
        pitch = np.arcsin(np.clip(-forward[1], -1, 1))
        roll = np.arctan2(left[1], left[0])
        return float(yaw), float(pitch), float(roll)


def find_faces(rgb: NDArray[np.uint8], landmarker: str = "") -> list[Face]:
    """Every face whose landmarks can be read, largest first.

    Args:
        rgb: shape=(height, width, 3), uint8.
        landmarker: the file that the settings name; empty for what this machine has.
    """
    with open_landmarker(landmarker) as reader:
        boxes: list[tuple[float, float, float]] = []  # centre x, centre y, size
        for x, y, size in reader.places(rgb):
            _add(boxes, x, y, size)
        found = []
        for x, y, size in boxes:
            readings = [_read_crop(reader, rgb, x + dx * size, y + dy * size, size) for dx, dy in CROP_SHIFTS]
            seen = [points for points in readings if points is not None]
            if len(seen) * 2 > len(readings):
                found.append(Face(np.mean(seen, axis=0)))
    return sorted(found, key=lambda face: -face.size_px)


def _add(boxes: list[tuple[float, float, float]], x: float, y: float, size: float) -> None:
    if not any(np.hypot(x - a, y - b) < SAME_FACE * max(size, other) for a, b, other in boxes):
        boxes.append((x, y, size))


def _read_crop(
    reader: Landmarker, rgb: NDArray[np.uint8], x: float, y: float, size: float
) -> NDArray[np.float64] | None:
    """Landmarks from a square crop around one face, in pixels of the whole photo."""
    import cv2

    half = size * 1.05
    scale = CROP_PX / (2 * half)
    shift = np.array([[scale, 0, CROP_PX / 2 - x * scale], [0, scale, CROP_PX / 2 - y * scale]])
    method = cv2.INTER_AREA if scale < 0.7 else cv2.INTER_CUBIC
    source = rgb
    if scale < 0.35:  # warpAffine has no area filter: reduce first
        step = 2 ** int(np.log2(0.7 / scale))
        source = cv2.resize(rgb, (rgb.shape[1] // step, rgb.shape[0] // step), interpolation=cv2.INTER_AREA)
        shift = shift @ np.array(
            [[rgb.shape[1] / source.shape[1], 0, 0], [0, rgb.shape[0] / source.shape[0], 0], [0, 0, 1]]
        )
    crop = cv2.warpAffine(source, shift, (CROP_PX, CROP_PX), flags=method, borderMode=cv2.BORDER_REFLECT)
    seen = reader.landmarks(crop, 1)
    if not seen:
        return None
    points = seen[0]
    return np.column_stack(
        [
            (points[:, 0] - CROP_PX / 2) / scale + x,
            (points[:, 1] - CROP_PX / 2) / scale + y,
            points[:, 2] / scale,
        ]
    )
