"""Makes the paths inside a .blend relative to the folder that it is about to be saved in."""

from __future__ import annotations

from pathlib import Path

import bpy


def make_paths_relative(folder: Path) -> None:
    """Rewrite absolute paths of pictures, sounds and strips; those on another drive stay absolute."""
    for block in (*bpy.data.images, *bpy.data.sounds):
        if block.filepath:
            block.filepath = relative(block.filepath, folder)
    for scene in bpy.data.scenes:
        if scene.sequence_editor is None:
            continue
        for strip in scene.sequence_editor.strips_all:
            if strip.type == "IMAGE":
                strip.directory = relative(strip.directory, folder)
            elif strip.type == "MOVIE":
                strip.filepath = relative(strip.filepath, folder)


def relative(path: str, folder: Path) -> str:
    """A path as Blender writes it relative to ``folder``: ``//lines/one/speech.wav``."""
    if path.startswith("//") or not Path(path).is_absolute():
        return path
    try:
        return bpy.path.relpath(path, start=str(folder))
    except ValueError:  # Windows: another drive
        return path
