"""The engine: one line that says how it is."""

from __future__ import annotations

import bpy

from ..client.session import Session
from ..engine_session import session
from .tab import SequencerTab
from .wrapping import draw_problem, draw_text


def health_line(current: Session) -> tuple[str, str]:
    """What the panel says of the engine, and an icon."""
    if current.state == "connecting":
        return "The engine is starting …", "SORTTIME"
    if current.state == "lost":
        return "The engine has stopped", "ERROR"
    if current.state == "disconnected" or current.hello is None:
        return "No engine", "UNLINKED"
    plugins = {
        (p.distribution, p.version)
        for s in (current.catalogue.stages if current.catalogue else ())
        for p in s.providers
    }
    counted = f", {len(plugins)} plugins" if current.catalogue else ""
    return f"Engine {current.hello.engine} on {current.hello.device}{counted}", "CHECKMARK"


class TINTYPE_PT_engine(SequencerTab, bpy.types.Panel):
    bl_label = "Tintype"
    bl_idname = "TINTYPE_PT_engine"

    def draw(self, context: bpy.types.Context) -> None:
        current = session()
        text, icon = health_line(current)
        row = self.layout.row(align=True)
        row.label(text=text, icon=icon)
        if current.state != "disconnected":
            row.operator("tintype.show_log", text="", icon="TEXT")
            row.operator("tintype.disconnect", text="", icon="X")
        if current.state in ("disconnected", "lost"):
            self.layout.operator("tintype.connect", text="Connect Engine", icon="LINKED")
            if current.film is None:
                draw_text(self.layout, context, "Without an engine you can still open a film that has been made:")
                self.layout.operator("tintype.open_results", text="Open a Film's Results", icon="FILE_FOLDER")
        if current.catalogue:
            for broken in current.catalogue.broken:
                draw_problem(
                    self.layout, context, f"Plugin {broken.get('name', '?')} is broken.", broken.get("error", "")
                )
        if current.error is not None:
            draw_problem(self.layout, context, current.error.message, current.error.hint)
