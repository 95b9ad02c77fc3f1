"""Puts a face track on a rig: shape keys by name, the head (and eye bones, where there are some) by rotation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..client.channels import ARKIT_SHAPES, POSE_CHANNELS
from ..client.errors import RigUnsuitable
from ..client.face_track import FaceTrack
from . import pose
from .curves import give_action, write_curve
from .thinning import thin

if TYPE_CHECKING:
    import bpy

SHAPE_TOLERANCE = 0.004
"""Largest error of a shape key's curve; a whole open jaw moves a 720-line frame's pixels by about a quarter of that."""
ROTATION_TOLERANCE = 0.0005
"""Largest error of a rotation in radians (0.03°): a third of a pixel at the crown of a head that fills 720 lines."""
BONES = {
    "head": ("head", "Head", "DEF-head", "mixamorig:Head", "J_Bip_C_Head"),
    "leftEye": ("eye_left", "LeftEye", "eye.L", "DEF-eye.L", "J_Adj_L_FaceEye"),
    "rightEye": ("eye_right", "RightEye", "eye.R", "DEF-eye.R", "J_Adj_R_FaceEye"),
}
"""Names that a bone for each rotation goes by, ours first; then common rigs'."""


@dataclass(frozen=True)
class Applied:
    """What a face track moves now.

    Attributes:
        shapes: ARKIT channels that at least one mesh has and that move.
        bones: names of the bones that turn.
        keys: key frames written.
        samples: frames times curves, what there would be without thinning.
    """

    shapes: tuple[str, ...]
    bones: tuple[str, ...]
    keys: int
    samples: int


def apply_track(
    objects: Iterable[bpy.types.Object], track: FaceTrack, frames: Sequence[int], times_s: np.ndarray, name: str
) -> Applied:
    """Animate meshes and armatures by a face track.

    Channels that never move get no curve; their shape keys are set to the value that they rest at.

    Args:
        objects: meshes with shape keys named as in ARKit, and armatures with a head bone.
        track: the movement.
        frames: whole frames of the scene to put samples on, increasing.
        times_s: time in the track at each of these frames.
        name: of the new actions.

    Raises:
        RigUnsuitable: none of the objects has anything that the track can move.
    """
    objects = list(objects)
    meshes = [one for one in objects if one.type == "MESH" and one.data.shape_keys is not None]
    armatures = [one for one in objects if one.type == "ARMATURE" and find_bones(one)]
    targets = [
        mesh.data.shape_keys for mesh in meshes if set(mesh.data.shape_keys.key_blocks.keys()) & set(ARKIT_SHAPES)
    ]
    if not targets and not armatures:
        raise RigUnsuitable(
            f"None of the {len(objects)} chosen objects has shape keys named as in ARKit, or a head bone.",
            hint="Select the head's meshes, or its armature. Names are jawOpen, eyeBlinkLeft and so on.",
        )
    at = np.asarray(frames, float)
    shapes, poses = track.shapes_at(times_s), track.pose_at(times_s)
    written = [_animate_shapes(keys, shapes, at, name) for keys in targets]
    written += [_animate_bones(armature, poses, at, name) for armature in armatures]
    return Applied(
        tuple(channel for channel in ARKIT_SHAPES if any(channel in moved for moved, _ in written)),
        tuple(bone for armature in armatures for bone in find_bones(armature).values()),
        keys=sum(count for _, count in written),
        samples=len(at) * sum(len(moved) for moved, _ in written),
    )


def find_bones(armature: bpy.types.Object) -> dict[str, str]:
    """The bones for head and eyes, as far as the armature has them."""
    found = {}
    for part, names in BONES.items():
        bone = next((name for name in names if name in armature.pose.bones), None)
        if bone is not None:
            found[part] = bone
    return found if "head" in found else {}


def _animate_shapes(keys: bpy.types.Key, shapes: np.ndarray, frames: np.ndarray, name: str) -> tuple[list[str], int]:
    moved, count = [], 0
    give_action(keys, f"{name} face")
    for column, channel in enumerate(ARKIT_SHAPES):
        block = keys.key_blocks.get(channel)
        if block is None:
            continue
        thinned = thin(frames, shapes[:, column], SHAPE_TOLERANCE)
        block.value = float(thinned.values[0])
        if len(thinned.frames) > 1:
            write_curve(keys, f'key_blocks["{channel}"].value', 0, thinned)
            moved.append(channel)
            count += len(thinned.frames)
    return moved, count


def _animate_bones(
    armature: bpy.types.Object, poses: np.ndarray, frames: np.ndarray, name: str
) -> tuple[list[str], int]:
    moved, count = [], 0
    give_action(armature, f"{name} head")
    for part, bone_name in find_bones(armature).items():
        yaw, pitch, roll = (poses[:, POSE_CHANNELS.index(f"{part}{axis}")] for axis in ("Yaw", "Pitch", "Roll"))
        bone = armature.pose.bones[bone_name]
        values = bone_values(armature, bone, pose.world_rotations(yaw, pitch, roll))
        for index in range(values.shape[1]):
            thinned = thin(frames, values[:, index], ROTATION_TOLERANCE)
            path = f'pose.bones["{bone_name}"].{rotation_property(bone)}'
            bone.path_resolve(rotation_property(bone))[index] = float(thinned.values[0])
            if len(thinned.frames) > 1:
                write_curve(armature, path, index, thinned)
                moved.append(f"{path}[{index}]")
                count += len(thinned.frames)
    return moved, count


def rotation_property(bone: bpy.types.PoseBone) -> str:
    """The property that turns the bone, by its rotation mode."""
    return "rotation_quaternion" if bone.rotation_mode in ("QUATERNION", "AXIS_ANGLE") else "rotation_euler"


def bone_values(armature: bpy.types.Object, bone: bpy.types.PoseBone, rotations: np.ndarray) -> np.ndarray:
    """Rotations in world axes as values of the bone's rotation property, shape=(frames, 4) or (frames, 3)."""
    from mathutils import Euler, Quaternion

    if bone.rotation_mode == "AXIS_ANGLE":
        bone.rotation_mode = "QUATERNION"
    rest = (armature.matrix_world @ bone.bone.matrix_local).to_quaternion()
    local = pose.in_bone_axes(rotations, np.array(rest))
    if bone.rotation_mode == "QUATERNION":
        return local
    before = Euler((0, 0, 0), bone.rotation_mode)
    values = []
    for row in local:
        before = Quaternion(row).to_euler(bone.rotation_mode, before)
        values.append(tuple(before))
    return np.array(values)
