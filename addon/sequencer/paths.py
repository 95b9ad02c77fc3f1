"""How paths are written into a .blend."""

from __future__ import annotations

from pathlib import Path


def blend_path(path: Path) -> str:
    """The path as the user wants it in this file: relative (``//…``) if it is saved and their preferences say so."""
    import bpy

    if bpy.data.filepath and bpy.context.preferences.filepaths.use_relative_paths:
        try:
            return bpy.path.relpath(str(path))
        except ValueError:  # Windows: another drive
            pass
    return str(path)
