"""Making the film: the engine works, Blender polls."""

from __future__ import annotations

import bpy

from ..engine_session import session
from .film import no_engine
from .reporting import Reporting


class TINTYPE_OT_generate(Reporting, bpy.types.Operator):
    """Make what is missing or has changed; everything else is reused"""

    bl_idname = "tintype.generate"
    bl_label = "Generate Tintype Film"

    only_active: bpy.props.BoolProperty(
        name="Only the active line", description="Make only the line that is selected in the list", default=False
    )

    @classmethod
    def disabled_reason(cls, context: bpy.types.Context) -> str:
        reason = no_engine()
        if reason:
            return reason
        film = session().film
        if film is None:
            return "Open a film first"
        if film.consent.problem is not None:
            return film.consent.problem.message
        return "A job is running" if session().working else ""

    def run(self, context: bpy.types.Context) -> None:
        listed = context.window_manager.tintype
        only = [listed.lines[listed.active_line].name] if self.only_active and len(listed.lines) else None
        session().generate(only)


class TINTYPE_OT_cancel(Reporting, bpy.types.Operator):
    """Stop the job; what is finished is kept, and the next run goes on from there"""

    bl_idname = "tintype.cancel"
    bl_label = "Cancel Tintype Job"

    @classmethod
    def disabled_reason(cls, context: bpy.types.Context) -> str:
        return "" if session().working else "No job is running"

    def run(self, context: bpy.types.Context) -> None:
        session().cancel()
