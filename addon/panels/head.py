"""The tab of the 3D View: a face track on any rig."""

from __future__ import annotations

import bpy


class TINTYPE_PT_head(bpy.types.Panel):
    bl_label = "Tintype"
    bl_idname = "TINTYPE_PT_head"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Tintype"

    def draw(self, context: bpy.types.Context) -> None:
        self.layout.operator("tintype.apply_face_track", text="Apply Face Track", icon="SHAPEKEY_DATA")
