"""Connecting to the engine."""

from __future__ import annotations

import bpy

from ..client.command import split_command
from ..engine_session import session
from ..preferences import engine_command
from .reporting import Reporting

LOG_TEXT = "Tintype engine log"


class TINTYPE_OT_connect(Reporting, bpy.types.Operator):
    """Start Tintype's engine with the command in the add-on's preferences"""

    bl_idname = "tintype.connect"
    bl_label = "Connect Tintype Engine"

    @classmethod
    def disabled_reason(cls, context: bpy.types.Context) -> str:
        return "The engine is connected" if session().state in ("connecting", "ready") else ""

    def run(self, context: bpy.types.Context) -> None:
        current = session()
        current.connect(split_command(engine_command(context)))
        if current.film is None and context.scene.tintype.film_path:
            current.open_film(bpy.path.abspath(context.scene.tintype.film_path))


class TINTYPE_OT_disconnect(Reporting, bpy.types.Operator):
    """Leave the engine. A job that is under way stops; what it has finished is kept"""

    bl_idname = "tintype.disconnect"
    bl_label = "Disconnect Tintype Engine"

    @classmethod
    def disabled_reason(cls, context: bpy.types.Context) -> str:
        return "There is no engine" if session().state == "disconnected" else ""

    def run(self, context: bpy.types.Context) -> None:
        session().disconnect()


class TINTYPE_OT_show_log(Reporting, bpy.types.Operator):
    """Copy the engine's log into a text of this file, to be read in the Text Editor"""

    bl_idname = "tintype.show_log"
    bl_label = "Show Tintype Engine Log"

    @classmethod
    def disabled_reason(cls, context: bpy.types.Context) -> str:
        return "" if session().log else "The engine has logged nothing yet"

    def run(self, context: bpy.types.Context) -> None:
        text = bpy.data.texts.get(LOG_TEXT) or bpy.data.texts.new(LOG_TEXT)
        text.from_string("\n".join(session().log))
        self.report({"INFO"}, f"The log is in the text {LOG_TEXT!r}")
