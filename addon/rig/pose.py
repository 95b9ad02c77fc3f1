"""Head and eye rotations, from what a viewer sees to a bone's own axes: quaternions as rows of (w, x, y, z)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


def world_rotations(yaw: FloatArray, pitch: FloatArray, roll: FloatArray) -> FloatArray:
    """Rotations of a head that faces -Y with Z up: ``Rz(yaw) · Rx(-pitch) · Ry(roll)``, shape=(frames, 4).

    Args:
        yaw: radians; positive turns the face toward the picture's right.
        pitch: positive tips the face up.
        roll: positive tips the top of the head toward the picture's right.
    """
    return multiply(multiply(about(2, yaw), about(0, -np.asarray(pitch))), about(1, roll))


def about(axis: int, angle: FloatArray) -> FloatArray:
    """Rotations about one axis (0 x, 1 y, 2 z)."""
    quaternion = np.zeros((len(angle), 4))
    quaternion[:, 0] = np.cos(np.asarray(angle) / 2)
    quaternion[:, 1 + axis] = np.sin(np.asarray(angle) / 2)
    return quaternion


def multiply(left: FloatArray, right: FloatArray) -> FloatArray:
    """Hamilton product, row by row."""
    a, b, c, d = np.moveaxis(left, -1, 0)
    e, f, g, h = np.moveaxis(right, -1, 0)
    return np.stack(
        [
            a * e - b * f - c * g - d * h,
            a * f + b * e + c * h - d * g,
            a * g - b * h + c * e + d * f,
            a * h + b * g - c * f + d * e,
        ],
        axis=-1,
    )


def in_bone_axes(rotations: FloatArray, rest: FloatArray) -> FloatArray:
    """The same rotations as a bone has to hold them: ``B⁻¹ · Q · B``.

    Args:
        rotations: in world axes, shape=(frames, 4).
        rest: the bone's rest orientation in the world, shape=(4,), unit length.
    """
    inverse = rest * [1, -1, -1, -1]
    return steady_signs(multiply(multiply(inverse[None], rotations), rest[None]))


def steady_signs(rotations: FloatArray) -> FloatArray:
    """Choose between q and -q so that a curve through the rows has no jumps, starting with a positive w."""
    signs = np.ones(len(rotations))
    if rotations[0, 0] < 0:
        signs[0] = -1
    flips = np.sign((rotations[1:] * rotations[:-1]).sum(axis=1))
    flips[flips == 0] = 1
    signs[1:] = signs[0] * np.cumprod(flips)
    return rotations * signs[:, None]
