"""What the editor can do.  Operators collect inputs, call plain functions, and report."""

from __future__ import annotations

import bpy

from .connection import TINTYPE_OT_connect, TINTYPE_OT_disconnect, TINTYPE_OT_show_log
from .face import TINTYPE_OT_apply_face_track
from .film import TINTYPE_OT_check_film, TINTYPE_OT_close_film, TINTYPE_OT_open_film
from .making import TINTYPE_OT_cancel, TINTYPE_OT_generate
from .timeline import TINTYPE_OT_build_timeline, TINTYPE_OT_open_results

CLASSES = (
    TINTYPE_OT_connect,
    TINTYPE_OT_disconnect,
    TINTYPE_OT_show_log,
    TINTYPE_OT_open_film,
    TINTYPE_OT_close_film,
    TINTYPE_OT_check_film,
    TINTYPE_OT_generate,
    TINTYPE_OT_cancel,
    TINTYPE_OT_build_timeline,
    TINTYPE_OT_open_results,
    TINTYPE_OT_apply_face_track,
)


def register() -> None:
    for one in CLASSES:
        bpy.utils.register_class(one)


def unregister() -> None:
    for one in reversed(CLASSES):
        bpy.utils.unregister_class(one)
