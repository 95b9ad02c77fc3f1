"""Opening and checking a film."""

from __future__ import annotations

from pathlib import Path

import bpy

from ..client.errors import DocumentUnreadable
from ..engine_session import session
from .reporting import Reporting


def no_engine() -> str:
    """Why the engine cannot be asked anything; empty if it can."""
    state = session().state
    if state == "ready":
        return ""
    return "The engine is starting" if state == "connecting" else "Connect the engine first"


class TINTYPE_OT_open_film(Reporting, bpy.types.Operator):
    """Open a film.toml: its lines, its consent and its state"""

    bl_idname = "tintype.open_film"
    bl_label = "Open Tintype Film"

    filepath: bpy.props.StringProperty(subtype="FILE_PATH", options={"SKIP_SAVE"})
    filter_glob: bpy.props.StringProperty(default="*.toml", options={"HIDDEN"})

    @classmethod
    def disabled_reason(cls, context: bpy.types.Context) -> str:
        return no_engine()

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def run(self, context: bpy.types.Context) -> None:
        path = Path(bpy.path.abspath(self.filepath))
        if not path.is_file():
            raise DocumentUnreadable(f"{path} is no file.", hint="Choose a film.toml.")
        context.scene.tintype.film_path = str(path)
        session().open_film(str(path))


class TINTYPE_OT_close_film(Reporting, bpy.types.Operator):
    """Close the film; its files and this timeline stay as they are"""

    bl_idname = "tintype.close_film"
    bl_label = "Close Tintype Film"

    @classmethod
    def disabled_reason(cls, context: bpy.types.Context) -> str:
        if session().film is None:
            return "No film is open"
        return "Cancel the job first" if session().working else ""

    def run(self, context: bpy.types.Context) -> None:
        context.scene.tintype.film_path = ""
        session().close_film()


class TINTYPE_OT_check_film(Reporting, bpy.types.Operator):
    """Read film.toml again, and list everything that would stop the film from being made"""

    bl_idname = "tintype.check_film"
    bl_label = "Check Tintype Film"

    @classmethod
    def disabled_reason(cls, context: bpy.types.Context) -> str:
        return no_engine() or ("" if session().film else "Open a film first")

    def run(self, context: bpy.types.Context) -> None:
        session().open_film(session().film.path)
