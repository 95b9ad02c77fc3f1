"""One rendered picture of a scene, as an array."""

from __future__ import annotations

import os
from pathlib import Path

import bpy

from .pixels import Pixels, read_bmp


def shoot(scene: bpy.types.Scene, folder: Path) -> Pixels:
    """Render the scene as it is now; ``folder`` is where the picture lies for a moment.

    Raises:
        RuntimeError: Blender rendered nothing.
    """
    shot = folder / f".shot.{os.getpid()}.part"
    scene.render.filepath = str(shot)
    bpy.ops.render.render(write_still=True, scene=scene.name)
    try:
        return read_bmp(shot)
    except FileNotFoundError as err:
        raise RuntimeError(f"{scene.name}, frame {scene.frame_current}: Blender wrote no picture") from err
    finally:
        shot.unlink(missing_ok=True)
