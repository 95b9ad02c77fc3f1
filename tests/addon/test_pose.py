"""Head rotations: signs as a viewer sees them, and the same turn in any bone's own axes."""

from __future__ import annotations

import numpy as np
import pytest
from tintype_addon.rig import pose


def turned(quaternion: np.ndarray, vector: tuple[float, float, float]) -> np.ndarray:
    pure = np.array([[0.0, *vector]])
    back = quaternion * [1, -1, -1, -1]
    return pose.multiply(pose.multiply(quaternion[None], pure), back[None])[0, 1:]


def rotation(yaw=0.0, pitch=0.0, roll=0.0) -> np.ndarray:
    return pose.world_rotations(np.array([yaw]), np.array([pitch]), np.array([roll]))[0]


FACE, CROWN = (0.0, -1.0, 0.0), (0.0, 0.0, 1.0)


def test_positive_yaw_turns_the_face_to_the_pictures_right():
    assert turned(rotation(yaw=0.3), FACE)[0] > 0.2


def test_positive_pitch_tips_the_face_up():
    assert turned(rotation(pitch=0.3), FACE)[2] > 0.2


def test_positive_roll_tips_the_crown_to_the_pictures_right():
    assert turned(rotation(roll=0.3), CROWN)[0] > 0.2


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_a_bone_with_other_axes_turns_the_head_the_same_way(axis):
    rest = pose.about(axis, np.array([1.1]))[0]
    wanted = rotation(0.2, -0.1, 0.15)
    local = pose.in_bone_axes(wanted[None], rest)[0]
    again = pose.multiply(pose.multiply(rest[None], local[None]), (rest * [1, -1, -1, -1])[None])[0]
    assert np.abs(again @ wanted) == pytest.approx(1)


def test_signs_do_not_jump_between_frames():
    yaw = np.linspace(-3, 3, 40)
    rows = pose.world_rotations(yaw, 0 * yaw, 0 * yaw)
    rows[::3] *= -1
    steady = pose.steady_signs(rows)
    assert ((steady[1:] * steady[:-1]).sum(axis=1) > 0).all()
    assert steady[0, 0] > 0
