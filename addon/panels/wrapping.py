"""Text that is longer than a panel is wide."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import bpy

CHARACTER_PX = 6.6
"""Mean width of a letter in Blender's interface font at scale 1, in pixels."""
MARGIN_PX = 60
"""What the panel's edges, a box and an icon take, in pixels at scale 1."""


def wrap(text: str, width_px: float, scale: float) -> list[str]:
    """Cut text into lines that fit.

    Args:
        text: may have several paragraphs.
        width_px: width of the region.
        scale: Blender's interface scale.
    """
    letters = max(12, int((width_px / scale - MARGIN_PX) / CHARACTER_PX))
    return [line for paragraph in text.splitlines() for line in textwrap.wrap(paragraph, letters) or [""]]


def draw_text(layout: bpy.types.UILayout, context: bpy.types.Context, text: str, icon: str = "NONE") -> None:
    """Draw wrapped text, with an icon in front of its first line."""
    column = layout.column(align=True)
    column.scale_y = 0.8
    for number, line in enumerate(wrap(text, context.region.width, context.preferences.system.ui_scale)):
        if icon == "NONE":
            column.label(text=line)
        else:
            column.label(text=line, icon=icon if number == 0 else "BLANK1")


def draw_problem(layout: bpy.types.UILayout, context: bpy.types.Context, message: str, hint: str) -> None:
    """A box that says what is wrong and what to do."""
    box = layout.box()
    warning = box.column()
    warning.alert = True
    draw_text(warning, context, message, "ERROR")
    if hint:
        draw_text(box, context, hint, "BLANK1")
