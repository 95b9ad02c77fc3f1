"""The add-on's preferences."""

from __future__ import annotations

import bpy

from .client.command import DEFAULT_COMMAND


class TintypePreferences(bpy.types.AddonPreferences):
    """How the engine is started."""

    bl_idname = __package__

    engine_command: bpy.props.StringProperty(
        name="Engine",
        description=(
            "Command that starts Tintype's engine, which runs as a program of its own. "
            'Examples: "tintype serve", "/opt/tintype/bin/tintype serve", "ssh studio-gpu tintype serve"'
        ),
        default=DEFAULT_COMMAND,
    )

    def draw(self, context: bpy.types.Context) -> None:
        column = self.layout.column()
        column.prop(self, "engine_command")
        column.label(text="The engine is a separate program; nothing is installed into Blender.", icon="INFO")


def engine_command(context: bpy.types.Context) -> str:
    """The command as the user has set it; the default where the add-on runs without being enabled, as in tests."""
    addon = context.preferences.addons.get(__package__)
    return addon.preferences.engine_command if addon else DEFAULT_COMMAND


def register() -> None:
    bpy.utils.register_class(TintypePreferences)


def unregister() -> None:
    bpy.utils.unregister_class(TintypePreferences)
