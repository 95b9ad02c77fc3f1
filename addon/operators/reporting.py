"""What all our operators share: they say why they are disabled, and show errors with what to do next."""

from __future__ import annotations

import logging

import bpy

from ..client.errors import AddonError
from ..engine_session import refresh, watch

NO_NUMPY = AddonError(
    "This Blender came without numpy, which its own glTF importer needs too.",
    hint="Take Blender from blender.org, or install your distribution's package: apt-get install python3-numpy.",
)
log = logging.getLogger(__name__)


class Reporting:
    """Mix-in for operators; subclasses write ``run`` and, where they can be disabled, ``disabled_reason``."""

    @classmethod
    def disabled_reason(cls, context: bpy.types.Context) -> str:
        """Why the operator cannot be used now; empty if it can."""
        return ""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        reason = cls.disabled_reason(context)
        if reason:
            cls.poll_message_set(reason)
        return not reason

    def execute(self, context: bpy.types.Context) -> set[str]:
        try:
            self.run(context)
        except AddonError as error:
            return self.refuse(error)
        except ModuleNotFoundError as error:
            if error.name != "numpy":
                raise
            return self.refuse(NO_NUMPY)
        finally:
            watch()
            refresh()
        return {"FINISHED"}

    def refuse(self, error: AddonError) -> set[str]:
        """Show an error with what to do next."""
        log.warning("%s: %s", type(self).__name__, error)
        self.report({"ERROR"}, f"{error.message}\n{error.hint}".strip())
        return {"CANCELLED"}

    def run(self, context: bpy.types.Context) -> None:
        raise NotImplementedError


def blender_is_busy() -> str:
    """Why strips must not be touched now; empty if they may be."""
    return "Wait until the render has finished" if bpy.app.is_job_running("RENDER") else ""
