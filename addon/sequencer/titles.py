"""Text strips in the film's styles."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .. import compat
from ..client.film import TitleClip
from .timing import Span

if TYPE_CHECKING:
    import bpy

FONT = "Inter.woff2"
"""Ships with Blender (SIL Open Font License).  Without it the bpy module would set everything in a typewriter face."""
LINE_PITCH = 1.21
"""Distance of two lines of that font, in font sizes."""


@dataclass(frozen=True)
class Style:
    """What a style adds to what the clip itself says."""

    bold: bool = False
    italic: bool = False
    shadow: bool = False
    outline: bool = False


STYLES = {
    "title": Style(bold=True),
    "subtitle": Style(shadow=True, outline=True),
    "label": Style(),
    "quotation": Style(italic=True),
    "credit": Style(),
    "lower_third": Style(bold=True, shadow=True),
}
OUTLINE = (0.0, 0.0, 0.0, 0.75)
BOX_MARGIN = 0.01
BOX_ROUNDNESS = 0.25


def add_title(strips: Any, clip: TitleClip, height_px: int, channel: int, span: Span) -> bpy.types.Strip:
    """Add words on screen."""
    strip = compat.new_effect(strips, clip.id, "TEXT", channel, span.start, span.length)
    strip.text = clip.text
    strip.font = film_font()
    strip.font_size = clip.size * height_px / LINE_PITCH
    strip.color = clip.colour
    strip.location = (clip.x, clip.y)
    strip.alignment_x = strip.anchor_x = clip.align.upper()
    strip.anchor_y = clip.anchor.upper()
    strip.wrap_width = clip.wrap
    strip.use_box = clip.box is not None
    if clip.box is not None:
        strip.box_color = clip.box
        strip.box_margin = BOX_MARGIN
        strip.box_roundness = BOX_ROUNDNESS
    style = STYLES.get(clip.style, Style())
    strip.use_bold, strip.use_italic = style.bold, style.italic
    strip.use_shadow, strip.use_outline = style.shadow, style.outline
    strip.outline_color = OUTLINE
    strip.blend_type = "ALPHA_OVER"
    return strip


def film_font() -> bpy.types.VectorFont | None:
    """The films' font, packed so that the .blend looks the same elsewhere; Blender's default where it is missing."""
    import bpy

    path = os.path.join(bpy.utils.system_resource("DATAFILES", path="fonts") or "", FONT)
    if not os.path.isfile(path):
        return None
    font = bpy.data.fonts.load(path, check_existing=True)
    if font.packed_file is None:
        font.pack()
    return font
