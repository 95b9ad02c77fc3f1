"""Putting a face track on any rig.  Needs no engine."""

from __future__ import annotations

from pathlib import Path

import bpy

from .reporting import Reporting, blender_is_busy


class TINTYPE_OT_apply_face_track(Reporting, bpy.types.Operator):
    """Animate the selected objects by a face track (face.npz, or a CSV of Live Link Face), from the current frame on.
    Meshes need shape keys named as in ARKit, armatures a head bone"""

    bl_idname = "tintype.apply_face_track"
    bl_label = "Apply Face Track to Rig"
    bl_options = {"REGISTER", "UNDO"}

    filepath: bpy.props.StringProperty(subtype="FILE_PATH", options={"SKIP_SAVE"})
    filter_glob: bpy.props.StringProperty(default="*.npz;*.csv", options={"HIDDEN"})

    @classmethod
    def disabled_reason(cls, context: bpy.types.Context) -> str:
        if not context.selected_objects:
            return "Select the head's meshes or its armature"
        return blender_is_busy()

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def run(self, context: bpy.types.Context) -> None:
        import numpy as np

        from ..client.face_track import read_track
        from ..rig.face_animation import apply_track

        path = Path(bpy.path.abspath(self.filepath))
        track = read_track(path)
        scene = context.scene
        fps = scene.render.fps / scene.render.fps_base
        count = max(2, round(track.duration_s * fps))
        frames = scene.frame_current + np.arange(count)
        applied = apply_track(whole_rig(context.selected_objects), track, frames, np.arange(count) / fps, path.stem)
        self.report(
            {"INFO"}, f"{len(applied.shapes)} shapes and {len(applied.bones)} bones move by {applied.keys} key frames"
        )


def whole_rig(selected: list[bpy.types.Object]) -> list[bpy.types.Object]:
    """The selected objects, and the meshes and armatures that belong to them."""
    found = dict.fromkeys(selected)
    for one in selected:
        found |= dict.fromkeys(one.children_recursive)
        found |= {m.object: None for m in one.modifiers if m.type == "ARMATURE" and m.object is not None}
    return list(found)
