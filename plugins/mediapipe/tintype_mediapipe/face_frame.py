"""A face's own coordinates: centimetres along its left, up and forward directions, whatever the photo's angle."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tintype_mediapipe.faces import Face
from tintype_mediapipe.landmarks import COUNT, PAIRS

EYE_CORNERS_CM = 9.0
"""Between the outer corners of the eyes of an adult (Farkas 1994, "Anthropometry of the Head and Face": 8.8–9.1)."""


@dataclass(frozen=True)
class FaceFrame:
    """The face as the shapes see it.

    Attributes:
        points: the 468 landmarks at rest, shape=(468, 3), in cm: left, up, forward; origin between the eyes.
        axes: rows left, up, forward, as unit vectors in picture axes (x right, y down, z toward the viewer).
        px_per_cm: pixels of the photo per centimetre of the face.
        origin: the point between the eyes, in pixels.
    """

    points: NDArray[np.float64]
    axes: NDArray[np.float64]
    px_per_cm: float
    origin: NDArray[np.float64]

    @classmethod
    def of(cls, face: Face) -> FaceFrame:
        right, left = (face.points[index] for index in PAIRS["eye_outer"])
        origin = (right + left) / 2
        px_per_cm = float(np.linalg.norm(left - right)) / EYE_CORNERS_CM
        axes = face.axes
        return cls((face.points[:COUNT] - origin) @ axes.T / px_per_cm, axes, px_per_cm, origin)

    def to_px(self, displacements_cm: NDArray[np.float64]) -> NDArray[np.float64]:
        """Displacements in cm of the face to pixels of the photo, shape=(n, 3)."""
        return displacements_cm @ self.axes * self.px_per_cm

    def to_photo(self, points_cm: NDArray[np.float64]) -> NDArray[np.float64]:
        """Points in cm of the face to pixels of the photo, shape=(n, 3)."""
        return self.to_px(points_cm) + self.origin
