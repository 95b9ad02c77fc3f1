"""Heads from glb, and face tracks on rigs of any making."""

from __future__ import annotations

import bpy
import numpy as np
import pytest
from tintype_addon.client.channels import ARKIT_SHAPES, POSE_CHANNELS
from tintype_addon.client.errors import HeadUnreadable, RigUnsuitable
from tintype_addon.client.face_track import FaceTrack
from tintype_addon.rig.face_animation import apply_track
from tintype_addon.rig.head import copy_head, import_head, remove_head
from tiny_head import MORPHS, write_head


@pytest.fixture
def head(tmp_path):
    return import_head(write_head(tmp_path / "head.glb"), bpy.context.scene)


def track(frames: int = 30, **channels: float) -> FaceTrack:
    """Channels that rise from 0 to the given value and fall back."""
    shapes, pose = np.zeros((frames, 52), np.float32), np.zeros((frames, 9), np.float32)
    hill = np.sin(np.linspace(0, np.pi, frames))
    for name, value in channels.items():
        if name in ARKIT_SHAPES:
            shapes[:, ARKIT_SHAPES.index(name)] = value * hill
        else:
            pose[:, POSE_CHANNELS.index(name)] = value * hill
    return FaceTrack(shapes, pose, 24.0)


def apply(objects, face: FaceTrack):
    count = len(face.shapes)
    return apply_track(objects, face, range(1, count + 1), np.arange(count) / face.fps, "test")


def head_turn(armature) -> np.ndarray:
    """The rotation that the head bone has made, in the world's axes, shape=(3, 3)."""
    bone = armature.pose.bones["head"]
    moved = armature.matrix_world @ bone.matrix @ bone.bone.matrix_local.inverted() @ armature.matrix_world.inverted()
    return np.array(moved.to_3x3())


def turn(axis: int, angle: float) -> np.ndarray:
    one, two = (number for number in range(3) if number != axis)
    matrix = np.eye(3)
    matrix[one, one] = matrix[two, two] = np.cos(angle)
    matrix[one, two], matrix[two, one] = (
        (-np.sin(angle), np.sin(angle)) if axis != 1 else (np.sin(angle), -np.sin(angle))
    )
    return matrix


def test_a_head_is_found_with_its_bone_its_shapes_and_its_camera(head):
    assert "head" in head.armature.pose.bones
    person = next(mesh for mesh in head.meshes if mesh.data.shape_keys)
    assert person.data.shape_keys.key_blocks.keys() == ["Basis", *MORPHS]
    assert head.plate_camera.data.type == "ORTHO"
    assert head.deepest() == pytest.approx(0.05, abs=1e-3)


def test_every_texture_is_the_active_node_so_that_workbench_shows_it(head):
    for mesh in head.meshes:
        assert mesh.data.materials[0].node_tree.nodes.active.image.name.startswith("photo")


def test_importing_leaves_the_window_where_it_was(tmp_path):
    before, other = bpy.context.window.scene, bpy.data.scenes.new("other")
    head = import_head(write_head(tmp_path / "head.glb"), other)
    assert bpy.context.window.scene == before
    assert {scene.name for one in head.objects() for scene in one.users_scene} == {"other"}


@pytest.mark.parametrize("content", [b"", b"glTF" + bytes(40)])
def test_a_file_that_is_no_head_is_refused(tmp_path, content):
    (tmp_path / "head.glb").write_bytes(content)
    with pytest.raises(HeadUnreadable, match="Build the head again"):
        import_head(tmp_path / "head.glb", bpy.context.scene)


def test_a_missing_head_says_how_to_make_one(tmp_path):
    with pytest.raises(HeadUnreadable, match="tintype head"):
        import_head(tmp_path / "none.glb", bpy.context.scene)


def test_removing_a_copy_leaves_the_original(head):
    meshes = len(bpy.data.meshes)
    copy = copy_head(head, "twin", bpy.context.scene)
    assert len(bpy.data.meshes) == meshes + 2
    remove_head(copy)
    assert len(bpy.data.meshes) == meshes
    assert head.armature.name == "rig"


@pytest.mark.parametrize("mode", ["ZXY", "XYZ", "QUATERNION", "AXIS_ANGLE"])
@pytest.mark.parametrize("tilt", [0.0, 0.7])
def test_the_head_turns_as_a_viewer_sees_it_whatever_the_rig(head, mode, tilt):
    head.armature.rotation_mode = "XYZ"
    head.armature.rotation_euler.y = tilt
    head.armature.pose.bones["head"].rotation_mode = mode
    bpy.context.view_layer.update()
    apply([head.armature], track(headYaw=0.3, headPitch=0.2, headRoll=0.1))
    bpy.context.scene.frame_set(16)
    bpy.context.view_layer.update()
    hill = np.sin(np.pi * 15 / 29)
    wanted = turn(2, 0.3 * hill) @ turn(0, -0.2 * hill) @ turn(1, 0.1 * hill)
    assert head_turn(head.armature) == pytest.approx(wanted, abs=2e-3)


def test_channels_that_do_not_move_get_no_curve_and_rest_at_their_value(head):
    face = track(jawOpen=0.8)
    face.shapes[:, ARKIT_SHAPES.index("mouthSmileLeft")] = 0.4
    applied = apply(head.objects(), face)
    person = next(mesh for mesh in head.meshes if mesh.data.shape_keys)
    action = person.data.shape_keys.animation_data.action
    paths = [c.data_path for layer in action.layers for s in layer.strips for b in s.channelbags for c in b.fcurves]
    assert paths == ['key_blocks["jawOpen"].value']
    assert person.data.shape_keys.key_blocks["mouthSmileLeft"].value == pytest.approx(0.4)
    assert applied.shapes == ("jawOpen",)
    assert applied.keys < applied.samples


def test_applying_again_replaces_the_first_movement(head):
    apply(head.objects(), track(jawOpen=1.0))
    apply(head.objects(), track(eyeBlinkLeft=1.0))
    bpy.context.scene.frame_set(16)
    person = next(mesh for mesh in head.meshes if mesh.data.shape_keys)
    assert person.data.shape_keys.key_blocks["jawOpen"].value == 0
    assert person.data.shape_keys.key_blocks["eyeBlinkLeft"].value > 0.95


def test_a_rig_without_shapes_or_head_says_what_it_needs():
    bpy.ops.mesh.primitive_cube_add()
    with pytest.raises(RigUnsuitable, match="jawOpen"):
        apply(bpy.context.selected_objects, track(jawOpen=1.0))
