"""The film: what it is, whether it may be made, and its lines."""

from __future__ import annotations

import bpy

from ..client.messages import OpenedFilm
from ..engine_session import session
from .tab import SequencerTab
from .wrapping import draw_problem, draw_text

SHOWN_AS = {"portrait": "USER", "picture": "IMAGE_DATA", "card": "FILE_TEXT"}
STATE_ICONS = {"made": "CHECKMARK", "missing": "DOT", "running": "SORTTIME"}


def consent_line(film: OpenedFilm) -> str:
    """The consent in a few words."""
    covered = " and ".join(film.consent.scope) or "nothing"
    basis = film.consent.basis.replace("_", " ") or "none"
    return f"Consent: {basis}, covers {covered}"


class TINTYPE_PT_film(SequencerTab, bpy.types.Panel):
    bl_label = "Film"
    bl_idname = "TINTYPE_PT_film"
    bl_parent_id = "TINTYPE_PT_engine"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return session().state == "ready" or session().film is not None

    def draw(self, context: bpy.types.Context) -> None:
        film = session().film
        if film is None:
            self.layout.operator("tintype.open_film", text="Open Film", icon="FILE_FOLDER")
            return
        row = self.layout.row(align=True)
        row.label(text=film.title, icon="SEQUENCE")
        row.operator("tintype.check_film", text="", icon="FILE_REFRESH")
        row.operator("tintype.open_film", text="", icon="FILE_FOLDER")
        row.operator("tintype.close_film", text="", icon="X")
        column = self.layout.column(align=True)
        column.label(text=f"{film.width_px} × {film.height_px}, {film.fps:g} fps, {len(film.lines)} lines")
        if film.consent.problem is None:
            draw_text(self.layout, context, consent_line(film), "CHECKMARK")
        else:
            draw_problem(self.layout, context, film.consent.problem.message, film.consent.problem.hint)
        for problem in session().problems or ():
            if film.consent.problem is None or problem.message != film.consent.problem.message:
                draw_problem(self.layout, context, problem.message, problem.hint)


class TINTYPE_UL_lines(bpy.types.UIList):
    """The film's lines with their state."""

    bl_idname = "TINTYPE_UL_lines"

    def draw_item(self, context, layout, data, item, icon, active_data, active_property, index=0, flt_flag=0) -> None:
        row = layout.row(align=True)
        row.label(text=item.text or item.name, icon=SHOWN_AS.get(item.show, "DOT"), translate=False)
        row.label(text="", icon=STATE_ICONS.get(item.state, "DOT"))


class TINTYPE_PT_lines(SequencerTab, bpy.types.Panel):
    bl_label = "Lines"
    bl_idname = "TINTYPE_PT_lines"
    bl_parent_id = "TINTYPE_PT_engine"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return session().film is not None

    def draw(self, context: bpy.types.Context) -> None:
        listed = context.window_manager.tintype
        self.layout.template_list(TINTYPE_UL_lines.bl_idname, "", listed, "lines", listed, "active_line", rows=4)
        if 0 <= listed.active_line < len(listed.lines):
            line = listed.lines[listed.active_line]
            if line.source:
                draw_text(self.layout, context, line.source, "BOOKMARKS")
