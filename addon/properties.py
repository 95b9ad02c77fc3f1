"""What is kept in the .blend (which film), and what the lists in the panel show."""

from __future__ import annotations

import bpy

from .client.messages import JobStatus, OpenedFilm
from .line_states import line_state


class TintypeLine(bpy.types.PropertyGroup):
    """One line of the film, as the list shows it."""

    text: bpy.props.StringProperty(name="Text", description="What is said or shown")
    source: bpy.props.StringProperty(name="Source", description="Where these words come from")
    show: bpy.props.StringProperty(name="Show", description="portrait, picture or card")
    state: bpy.props.StringProperty(name="State", description="made, missing or running")


class TintypeScene(bpy.types.PropertyGroup):
    """What a scene knows of its film."""

    film_path: bpy.props.StringProperty(
        name="Film", description="The film.toml that this timeline is made from", subtype="FILE_PATH"
    )


class TintypeWindow(bpy.types.PropertyGroup):
    """What the panel shows; not saved."""

    lines: bpy.props.CollectionProperty(type=TintypeLine)
    active_line: bpy.props.IntProperty(name="Active line", description="The line that is selected in the list")


CLASSES = (TintypeLine, TintypeScene, TintypeWindow)


def show_lines(window: TintypeWindow, film: OpenedFilm | None, job: JobStatus | None) -> None:
    """Bring the list up to date; rows that have not changed are not touched."""
    lines = film.lines if film is not None else ()
    while len(window.lines) > len(lines):
        window.lines.remove(len(window.lines) - 1)
    for number, line in enumerate(lines):
        row = window.lines[number] if number < len(window.lines) else window.lines.add()
        values = {"name": line.id, "text": line.text, "source": line.source, "show": line.show}
        for name, value in (values | {"state": line_state(line, job)}).items():
            if getattr(row, name) != value:
                setattr(row, name, value)
    window.active_line = min(window.active_line, max(len(lines) - 1, 0))


def register() -> None:
    for one in CLASSES:
        bpy.utils.register_class(one)
    bpy.types.Scene.tintype = bpy.props.PointerProperty(type=TintypeScene)
    bpy.types.WindowManager.tintype = bpy.props.PointerProperty(type=TintypeWindow)


def unregister() -> None:
    del bpy.types.WindowManager.tintype
    del bpy.types.Scene.tintype
    for one in reversed(CLASSES):
        bpy.utils.unregister_class(one)
