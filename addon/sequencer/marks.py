"""What Tintype writes on strips and scenes so that it finds its own again, and editors see what is synthetic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..client.film import Clip

if TYPE_CHECKING:
    import bpy

CLIP, LINE, SYNTHETIC, FILM, FADE = (
    "tintype_clip", "tintype_line", "tintype_synthetic", "tintype_film", "tintype_fade",
)  # fmt: skip

COLOUR_TAGS = {
    "portrait": "COLOR_06",
    "picture": "COLOR_05",
    "sound": "COLOR_04",
    "title": "COLOR_02",
    "colour": "COLOR_09",
    "fade": "COLOR_08",
}
"""Strip colour tag per kind of clip."""


def mark(strip: bpy.types.Strip, clip: Clip, kind: str) -> None:
    """Write the clip's identity on its strip."""
    strip[CLIP] = clip.id
    strip[SYNTHETIC] = clip.synthetic
    if clip.line is not None:
        strip[LINE] = clip.line
    strip.color_tag = COLOUR_TAGS[kind]


def is_ours(strip: bpy.types.Strip) -> bool:
    """Whether Tintype made this strip."""
    return CLIP in strip or FADE in strip
