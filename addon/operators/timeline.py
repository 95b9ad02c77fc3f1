"""Building the timeline from a film's results, in one undoable step.  Needs no engine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import bpy

from .. import compat
from ..client.film import EDIT_FILE, film_folder, read_film
from ..engine_session import session
from .reporting import Reporting, blender_is_busy

if TYPE_CHECKING:
    from ..sequencer.timeline import Timeline


def open_film_folder(context: bpy.types.Context) -> Path | None:
    """Folder of the film that is open in the engine or named in the scene."""
    film = session().film
    if film is not None:
        return Path(film.folder)
    named = context.scene.tintype.film_path
    return film_folder(Path(bpy.path.abspath(named))) if named else None


def build(context: bpy.types.Context, folder: Path) -> Timeline:
    """Build a film's timeline in the scene that the sequencer edits, or in a new one if it edits none."""
    from ..sequencer.timeline import build_timeline

    film = read_film(folder / EDIT_FILE)
    scene = compat.edited_scene(context) or bpy.data.scenes.new(film.title)
    return build_timeline(film, folder, scene)


def show_whole(context: bpy.types.Context) -> None:
    """Zoom the sequencers of this window out to the whole timeline."""
    for area in context.window.screen.areas if context.window is not None else ():
        if area.type != "SEQUENCE_EDITOR" or area.spaces.active.view_type == "PREVIEW":
            continue
        for region in area.regions:
            if region.type == "WINDOW":
                with context.temp_override(area=area, region=region):
                    if bpy.ops.sequencer.view_all.poll():
                        bpy.ops.sequencer.view_all()


class TINTYPE_OT_build_timeline(Reporting, bpy.types.Operator):
    """Put the film on the timeline. Strips that Tintype has made before are replaced, all others stay"""

    bl_idname = "tintype.build_timeline"
    bl_label = "Build Tintype Timeline"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def disabled_reason(cls, context: bpy.types.Context) -> str:
        folder = open_film_folder(context)
        if folder is None:
            return "Open a film first, or open a film's results"
        if not (folder / EDIT_FILE).is_file():
            return "The film has no edit yet: generate it first"
        return blender_is_busy()

    def run(self, context: bpy.types.Context) -> None:
        folder = open_film_folder(context)
        assert folder is not None
        timeline = build(context, folder)
        show_whole(context)
        self.report({"INFO"}, f"{len(timeline.strips)} clips are on the timeline")


class TINTYPE_OT_open_results(Reporting, bpy.types.Operator):
    """Build the timeline of a film that has been made already, here or elsewhere. Needs no engine"""

    bl_idname = "tintype.open_results"
    bl_label = "Open Tintype Film's Results"
    bl_options = {"REGISTER", "UNDO"}

    filepath: bpy.props.StringProperty(subtype="FILE_PATH", options={"SKIP_SAVE"})
    filter_glob: bpy.props.StringProperty(default="*.toml;*.json", options={"HIDDEN"})

    @classmethod
    def disabled_reason(cls, context: bpy.types.Context) -> str:
        return blender_is_busy()

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def run(self, context: bpy.types.Context) -> None:
        folder = film_folder(Path(bpy.path.abspath(self.filepath)))
        timeline = build(context, folder)
        if (folder / "film.toml").is_file():
            timeline.scene.tintype.film_path = str(folder / "film.toml")
        show_whole(context)
        self.report({"INFO"}, f"{len(timeline.strips)} clips are on the timeline")
