"""Imports head.glb, and makes copies of it that can be animated each on its own.

The head stands as Blender's importer leaves it: the photo in the XZ plane, 1 unit high, its centre at the origin,
seen from -Y; picture right is +X.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .. import compat
from ..client.errors import HeadUnreadable

if TYPE_CHECKING:
    import bpy

HEAD_BONE = "head"
BONE_ROTATION = "ZXY"
"""Rotation order of the head bone: with its axes it makes x the pitch, y the yaw and z the roll, each a curve alone."""


@dataclass
class Head:
    """The objects of one head.

    Attributes:
        armature: has the bone ``head``.
        meshes: all meshes, those with shape keys and those without.
        plate_camera: shows the photo exactly at rest; None if the glb has none.
    """

    armature: bpy.types.Object
    meshes: list[bpy.types.Object]
    plate_camera: bpy.types.Object | None

    def objects(self) -> list[bpy.types.Object]:
        return [self.armature, *self.meshes, *([self.plate_camera] if self.plate_camera else [])]

    def deepest(self) -> float:
        """World Y of the point farthest from the viewer, at rest."""
        return max((mesh.matrix_world @ vertex.co).y for mesh in self.meshes for vertex in mesh.data.vertices)


def import_head(path: Path, scene: bpy.types.Scene) -> Head:
    """Import a head into a scene.

    Raises:
        HeadUnreadable: the file is missing, no glTF, or has no bone ``head``.
    """
    import bpy

    if not path.is_file():
        raise HeadUnreadable(
            f"{path} does not exist.", hint="Make the film again, or `tintype head PHOTO -o head.glb`."
        )
    before = set(bpy.data.objects)
    scene_before = bpy.context.window.scene
    bpy.context.window.scene = scene
    try:
        compat.import_gltf(path)
    except RuntimeError as err:
        raise HeadUnreadable(f"{path} cannot be imported: {err}.", hint="Build the head again.") from err
    finally:
        bpy.context.window.scene = scene_before
    return head_of([one for one in bpy.data.objects if one not in before], path.name)


def head_of(objects: Iterable[bpy.types.Object], name: str) -> Head:
    """Sort imported objects into a head, and set up its materials and its bone.

    Raises:
        HeadUnreadable: there is no bone ``head``, or no mesh.
    """
    objects = list(objects)
    armatures = [one for one in objects if one.type == "ARMATURE" and HEAD_BONE in one.pose.bones]
    meshes = [one for one in objects if one.type == "MESH"]
    cameras = [one for one in objects if one.type == "CAMERA"]
    if not armatures or not meshes:
        raise HeadUnreadable(
            f"{name} has {len(meshes)} meshes and no bone called {HEAD_BONE!r}."
            if not armatures
            else f"{name} has no mesh.",
            hint="Build the head again with a provider that keeps the contract of head.glb.",
        )
    armatures[0].pose.bones[HEAD_BONE].rotation_mode = BONE_ROTATION
    for mesh in meshes:
        for slot in mesh.material_slots:
            if slot.material is not None:
                show_texture_in_workbench(slot.material)
    return Head(armatures[0], meshes, cameras[0] if cameras else None)


def show_texture_in_workbench(material: bpy.types.Material) -> None:
    """Make the material's picture its active node: Workbench shows that one, and only that."""
    tree = compat.node_tree_of(material)
    textures = [node for node in tree.nodes if node.type == "TEX_IMAGE"]
    if textures:
        tree.nodes.active = textures[0]


def copy_head(head: Head, name: str, scene: bpy.types.Scene) -> Head:
    """Copy a head into a scene, with meshes and shape keys of its own; pictures and materials are shared."""
    twins = {one: one.copy() for one in head.objects()}
    for one, twin in twins.items():
        twin.name = f"{name} {one.name.split('.')[0]}"
        if one.type == "MESH":
            twin.data = one.data.copy()
            twin.data.name = twin.name
            if twin.data.shape_keys is not None:
                twin.data.shape_keys.name = twin.name
        twin.parent = twins.get(one.parent, one.parent)
        for modifier in twin.modifiers:
            if modifier.type == "ARMATURE":
                modifier.object = twins.get(modifier.object, modifier.object)
        scene.collection.objects.link(twin)
    return Head(
        twins[head.armature],
        [twins[mesh] for mesh in head.meshes],
        twins[head.plate_camera] if head.plate_camera else None,
    )


def remove_head(head: Head) -> None:
    """Remove a head's objects and what only they used."""
    import bpy

    data = [one.data for one in head.objects()]
    bpy.data.batch_remove(head.objects())
    bpy.data.batch_remove([block for block in data if block.users == 0])
