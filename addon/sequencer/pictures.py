"""Pictures, footage and plain colours as strips."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import compat
from ..client.film import ColourClip, PictureClip
from ..rig.curves import action_of, write_curve
from .easing import eased
from .framing import Placement, placement
from .paths import blend_path
from .timing import Span

if TYPE_CHECKING:
    from pathlib import Path

    import bpy

FOOTAGE = (".mp4", ".mov", ".mkv", ".avi", ".webm", ".m4v", ".mpg", ".mpeg")
SHRINKING = 0.55
"""Below this scale a box filter averages all of a picture's pixels; above it, a cubic keeps it sharp."""


def add_picture(
    strips: Any, scene: bpy.types.Scene, clip: PictureClip, path: Path, channel: int, span: Span
) -> bpy.types.Strip:
    """Add a picture or footage with its pan and zoom as key frames."""
    add = strips.new_movie if path.suffix.lower() in FOOTAGE else strips.new_image
    strip = add(name=clip.id, filepath=blend_path(path), channel=channel, frame_start=span.start, fit_method="ORIGINAL")
    compat.set_length(strip, span.length)
    strip.blend_type = "ALPHA_OVER"
    size, film = pixel_size(strip, clip), (scene.render.resolution_x, scene.render.resolution_y)
    start, end = (placement(frame, size, film) for frame in (clip.move.start, clip.move.end))
    # One filter for the whole strip: "Auto" changes it with the scale, which shows as a flicker in mid-move.
    strip.transform.filter = "BOX" if max(start.scale, end.scale) < SHRINKING else "CUBIC_MITCHELL"
    move(strip, scene, span, start, end, clip.move.easing)
    return strip


def pixel_size(strip: bpy.types.Strip, clip: PictureClip) -> tuple[int, int]:
    """Size of the picture as Blender reads it; as the edit says where Blender does not know."""
    element = strip.elements[0] if strip.elements else None
    if element is not None and element.orig_width > 0:
        return element.orig_width, element.orig_height
    return clip.width_px, clip.height_px


def move(
    strip: bpy.types.Strip, scene: bpy.types.Scene, span: Span, start: Placement, end: Placement, easing: str
) -> None:
    """Animate a strip's transform from one placement to another; what stays the same gets no curve.

    Scale and offset follow the same easing, so every point of the picture runs along a straight line.
    """
    transform = strip.transform
    for name, first, last in (
        ("scale_x", start.scale, end.scale),
        ("scale_y", start.scale, end.scale),
        ("offset_x", start.x, end.x),
        ("offset_y", start.y, end.y),
    ):
        setattr(transform, name, first)
        if abs(last - first) > 1e-6:
            action_of(scene, f"{scene.name} edit")
            write_curve(scene, transform.path_from_id(name), 0, eased(span, first, last, easing))


def add_colour(strips: Any, clip: ColourClip, channel: int, span: Span) -> bpy.types.Strip:
    """Add a plain background."""
    strip = compat.new_effect(strips, clip.id, "COLOR", channel, span.start, span.length)
    strip.color = clip.colour[:3]
    strip.blend_type = "ALPHA_OVER"
    strip.blend_alpha = clip.colour[3]
    return strip
