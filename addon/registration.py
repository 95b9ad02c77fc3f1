"""What Blender is given, in order; taken back in reverse."""

from __future__ import annotations

from . import engine_session, operators, panels, preferences, properties

PARTS = (preferences, properties, operators, panels, engine_session)


def register() -> None:
    for part in PARTS:
        part.register()


def unregister() -> None:
    for part in reversed(PARTS):
        part.unregister()
