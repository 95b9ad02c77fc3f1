"""Every difference between the Blender versions that the add-on runs on (4.5, 5.0, 5.1, 5.2), in one place.

Everything else is written for the newest names.
"""

from __future__ import annotations

import logging
import sys
import warnings
from pathlib import Path
from typing import Any

import bpy


def is_module() -> bool:
    """Whether this is the ``bpy`` module inside a Python, rather than a Blender application."""
    return not bpy.app.binary_path


def python_command(script: Path) -> list[str]:
    """The command that runs a script in another Blender like this one; the script's arguments follow."""
    if is_module():
        return [sys.executable, str(script)]
    flags = ["--background", "--factory-startup", "--python-exit-code", "1"]
    return [bpy.app.binary_path, *flags, "--python", str(script), "--"]


def sequence(scene: bpy.types.Scene) -> Any:
    """The scene's top-level strips; the scene gets a sequencer if it has none.

    4.5 still has the old name ``sequences`` beside ``strips``.
    """
    editor = scene.sequence_editor or scene.sequence_editor_create()
    return editor.strips


def edit_in(scene: bpy.types.Scene) -> None:
    """Make ``scene`` the one that sequencers edit.

    On 5.0 and 5.1 ``strip.modifiers.new()`` crashes without it, so it comes before anything is put on strips.
    """
    workspaces = [bpy.context.workspace] if bpy.context.workspace else list(bpy.data.workspaces)
    for workspace in workspaces:
        if hasattr(workspace, "sequencer_scene"):
            workspace.sequencer_scene = scene


def edited_scene(context: bpy.types.Context) -> bpy.types.Scene | None:
    """The scene that the sequencer edits: before 5.0 the window's; from then on the workspace's, if it has one."""
    return context.sequencer_scene if hasattr(context, "sequencer_scene") else context.scene


def new_effect(
    strips: Any, name: str, kind: str, channel: int, start: int, length: int, inputs: tuple[Any, Any] | None = None
) -> bpy.types.Strip:
    """Add an effect strip; the argument for its length was called ``frame_end`` before 5.0."""
    first, second = inputs or (None, None)
    arguments = {"name": name, "type": kind, "channel": channel, "frame_start": start}
    if bpy.app.version >= (5, 0, 0):
        arguments["length"] = length
    else:
        arguments["frame_end"] = start + length
    if inputs is not None:
        arguments |= {"input1": first, "input2": second}
    return strips.new_effect(**arguments)


def set_length(strip: bpy.types.Strip, frames: int) -> None:
    """Show the strip for this many frames from where it starts."""
    if bpy.app.version >= (5, 1, 0):
        strip.right_handle = strip.left_handle + frames
    else:
        strip.frame_final_duration = frames


def span(strip: bpy.types.Strip) -> tuple[int, int]:
    """First frame of the strip and the first one after it."""
    if bpy.app.version >= (5, 1, 0):
        return strip.left_handle, strip.right_handle
    return strip.frame_final_start, strip.frame_final_end


def trim_start(strip: bpy.types.Strip, frames: float) -> None:
    """Skip the first frames of the strip's material; the strip keeps its place in time."""
    if bpy.app.version >= (5, 1, 0):
        left = strip.left_handle
        strip.content_start -= frames
        strip.left_handle = left
    else:
        strip.frame_start -= frames
        strip.frame_offset_start = frames


def set_video_output(render: bpy.types.RenderSettings) -> None:
    """Write video; from 5.0 on the kind of medium is chosen first."""
    if hasattr(render.image_settings, "media_type"):
        render.image_settings.media_type = "VIDEO"
    render.image_settings.file_format = "FFMPEG"


def set_image_output(render: bpy.types.RenderSettings, file_format: str) -> None:
    """Write pictures: PNG, BMP."""
    if hasattr(render.image_settings, "media_type"):
        render.image_settings.media_type = "IMAGE"
    render.image_settings.file_format = file_format


def node_tree_of(owner: bpy.types.Material | bpy.types.World) -> bpy.types.NodeTree:
    """The shader nodes of a material or world; before 5.0 they have to be switched on, and from 6.0 they always are."""
    if owner.node_tree is None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            owner.use_nodes = True
    return owner.node_tree


def import_gltf(path: Path) -> None:
    """Run Blender's glTF importer on the active scene; its options grew over the versions."""
    wanted = {
        "filepath": str(path),
        "bone_heuristic": "BLENDER",
        "disable_bone_shape": True,
        "import_pack_images": True,
        "import_scene_as_collection": False,
        "merge_vertices": False,
    }
    enable_gltf()
    known = bpy.ops.import_scene.gltf.get_rna_type().properties.keys()
    logging.disable(logging.INFO)  # the importer sets its own level, and tells of every mesh
    try:
        bpy.ops.import_scene.gltf(**{name: value for name, value in wanted.items() if name in known})
    finally:
        logging.disable(logging.NOTSET)


def enable_gltf() -> None:
    """Switch Blender's own glTF add-on on, for users who have switched it off."""
    import addon_utils

    if not hasattr(bpy.types, "IMPORT_SCENE_OT_gltf"):
        addon_utils.enable("io_scene_gltf2")
