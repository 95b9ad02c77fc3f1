"""Renders the edit into film.mp4: H.264 with AAC, picture and sound of the same length."""

from __future__ import annotations

import glob
import os
from collections.abc import Callable
from pathlib import Path

import bpy

from .. import compat
from ..client.errors import RenderFailed

AUDIO_RATE_HZ = 48000
AUDIO_KBPS = 192


def set_output(scene: bpy.types.Scene, target: str) -> None:
    """H.264 (yuv420p) and AAC in mp4, so that the editor can render the saved .blend as it is."""
    render = scene.render
    compat.set_video_output(render)
    render.image_settings.color_mode = "RGB"
    render.filepath = target
    render.use_file_extension = False
    video = render.ffmpeg
    video.format = "MPEG4"
    video.codec = "H264"
    video.constant_rate_factor = "HIGH"
    video.ffmpeg_preset = "GOOD"
    video.gopsize = max(1, round(render.fps / render.fps_base))
    video.audio_codec = "AAC"
    video.audio_bitrate = AUDIO_KBPS
    video.audio_mixrate = AUDIO_RATE_HZ
    video.audio_channels = "STEREO"


def show_frames(scene: bpy.types.Scene, frames: list[Path], percentage: int) -> None:
    """Let a portrait scene play its rendered frames instead of rendering them again.

    The scene gets a sequence of its own; strips that show it are switched to that by :func:`play_frames`.

    Args:
        frames: the pictures, in order.
        percentage: of the film's size, that they were rendered at and the film will be.
    """
    strips = compat.sequence(scene)
    strip = strips.new_image(
        name=scene.name, filepath=str(frames[0]), channel=1, frame_start=scene.frame_start, fit_method="ORIGINAL"
    )
    for frame in frames[1:]:
        strip.elements.append(frame.name)
    compat.set_length(strip, len(frames))
    scale = scene.render.resolution_x / strip.elements[0].orig_width
    strip.transform.scale_x = strip.transform.scale_y = scale
    strip.transform.filter = "NEAREST"
    scene.render.use_sequencer = True
    scene.render.resolution_percentage = percentage


def play_frames(edit: bpy.types.Scene, scenes: set[bpy.types.Scene]) -> None:
    """Switch every strip that shows one of the scenes to the scene's own sequence; nothing else about it changes."""
    for strip in edit.sequence_editor.strips_all:
        if strip.type == "SCENE" and strip.scene in scenes:
            strip.scene_input = "SEQUENCER"


def clear_unfinished(*targets: Path) -> None:
    """Remove what a stopped run left beside the files that it was writing."""
    for target in targets:
        for part in target.parent.glob(f".{glob.escape(target.stem)}.*.part{target.suffix}"):
            part.unlink(missing_ok=True)


def render_movie(edit: bpy.types.Scene, out: Path, percentage: int, on_frame: Callable[[int], None]) -> None:
    """Render the edit's whole range, beside ``out`` first.

    Args:
        percentage: of the film's size.
        on_frame: told how many frames are written.

    Raises:
        RenderFailed: Blender wrote no film.
    """
    part = out.with_name(f".{out.stem}.{os.getpid()}.part.mp4")
    set_output(edit, str(part))
    edit.render.resolution_percentage = percentage
    edit.render.use_sequencer = True
    written = 0

    def count(*_: object) -> None:
        nonlocal written
        written += 1
        on_frame(written)

    bpy.app.handlers.render_write.append(count)
    try:
        bpy.ops.render.render(animation=True, scene=edit.name)
        if not part.is_file():
            raise RenderFailed("Blender wrote no film.", hint="Its last lines say why; `tintype doctor` helps.")
        os.replace(part, out)
    except RuntimeError as err:
        raise RenderFailed(f"Blender could not write {out}: {err}.", hint="Is the disk full or read-only?") from err
    finally:
        bpy.app.handlers.render_write.remove(count)
        part.unlink(missing_ok=True)
