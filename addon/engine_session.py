"""The one session that Blender holds, the timer that polls it, and when they start and end."""

from __future__ import annotations

import tomllib
from pathlib import Path

import bpy
from bpy.app.handlers import persistent

from .client.session import Session
from .properties import show_lines

SOON_S, WORKING_S, IDLE_S = 0.02, 0.1, 0.5
"""How soon the session is polled after it was asked for something; while something is under way; while nothing is."""
REDRAWN = ("SEQUENCE_EDITOR", "VIEW_3D")

_session: Session | None = None


def session() -> Session:
    """The session, made on first use."""
    global _session
    if _session is None:
        _session = Session(addon_version())
    return _session


def addon_version() -> str:
    """Our version, as the manifest has it."""
    return tomllib.loads((Path(__file__).parent / "blender_manifest.toml").read_text("utf-8"))["version"]


def watch() -> None:
    """Poll again soon, and from then on; it stops by itself when there is no engine any more."""
    if bpy.app.timers.is_registered(_tick):
        bpy.app.timers.unregister(_tick)
    if session().state in ("connecting", "ready"):
        bpy.app.timers.register(_tick, first_interval=SOON_S, persistent=True)


def refresh() -> None:
    """Bring the lists up to date, and draw the panels again."""
    current = session()
    manager = bpy.context.window_manager
    show_lines(manager.tintype, current.film, current.job)
    for window in manager.windows:
        for area in window.screen.areas:
            if area.type in REDRAWN:
                area.tag_redraw()


def _tick() -> float | None:
    current = session()
    if current.poll():
        refresh()
    if current.state in ("disconnected", "lost"):
        return None
    return WORKING_S if current.working or current.waiting else IDLE_S


@persistent
def _follow_file(*_: object) -> None:
    """Another .blend has been opened: open its film too."""
    current = session()
    scene = bpy.context.scene
    path = bpy.path.abspath(scene.tintype.film_path) if scene is not None else ""
    if current.state == "ready" and path and (current.film is None or current.film.path != path):
        current.open_film(path)
    refresh()


def register() -> None:
    bpy.app.handlers.load_post.append(_follow_file)


def unregister() -> None:
    global _session
    if _session is not None:
        _session.disconnect()
        _session = None
    if bpy.app.timers.is_registered(_tick):
        bpy.app.timers.unregister(_tick)
    bpy.app.handlers.load_post.remove(_follow_file)
