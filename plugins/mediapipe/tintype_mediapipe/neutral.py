"""Closes a mouth that is open in the photo: the rig's rest pose is a closed one, as speech needs it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tintype_mediapipe.face_frame import FaceFrame
from tintype_mediapipe.faces import Face
from tintype_mediapipe.landmarks import COUNT, LOWER_LIP, UPPER_LIP
from tintype_mediapipe.shapes import Shapes

UPPER_SHARE = 0.45  # of the gap that the upper lip closes


def closed_mouth(points_px: NDArray[np.float64]) -> NDArray[np.float64]:
    """Landmarks with the lips brought together, shape=(478, 3); the skin around follows."""
    frame = FaceFrame.of(Face(points_px))
    shapes = Shapes(frame.points)
    gap = frame.points[LOWER_LIP[0]] - frame.points[UPPER_LIP[0]]
    moved = shapes.lips(
        lambda: np.broadcast_to(UPPER_SHARE * gap, (len(UPPER_LIP), *gap.shape)),
        lambda: np.broadcast_to((UPPER_SHARE - 1) * gap, (len(LOWER_LIP), *gap.shape)),
        reach_cm=2.4,
    )
    closed = points_px.copy()
    closed[:COUNT] += frame.to_px(moved)
    closed[UPPER_LIP[0]] = closed[LOWER_LIP[0]] = (closed[UPPER_LIP[0]] + closed[LOWER_LIP[0]]) / 2
    return closed
