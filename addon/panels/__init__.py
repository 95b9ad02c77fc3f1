"""The tab "Tintype" in the sidebar of the Video Sequencer, and the one of the 3D View."""

from __future__ import annotations

import bpy

from .film import TINTYPE_PT_film, TINTYPE_PT_lines, TINTYPE_UL_lines
from .head import TINTYPE_PT_head
from .health import TINTYPE_PT_engine
from .making import TINTYPE_PT_generate

CLASSES = (
    TINTYPE_UL_lines,
    TINTYPE_PT_engine,
    TINTYPE_PT_film,
    TINTYPE_PT_generate,
    TINTYPE_PT_lines,
    TINTYPE_PT_head,
)


def register() -> None:
    for one in CLASSES:
        bpy.utils.register_class(one)


def unregister() -> None:
    for one in reversed(CLASSES):
        bpy.utils.unregister_class(one)
