"""Tintype's engine: the public names, for plugins and scripts.

A plugin imports from here and from :mod:`tintype.documents`, :mod:`tintype.errors`, :mod:`tintype.digests`,
:mod:`tintype.audio`, :mod:`tintype.voice_activity`, :mod:`tintype.voice_match` and :mod:`tintype.voice_map`, and from
nowhere else.

Names are imported when they are first used, so that a command which needs none of them starts at once.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tintype.hookspecs import Asset, PictureRequest, Take, hookimpl
    from tintype.job import Job
    from tintype.project import Line, Project
    from tintype.provider import CONTRACT, ProviderInfo, Settings
    from tintype.stages import STAGES

    __version__: str

__all__ = [
    "CONTRACT",
    "STAGES",
    "Asset",
    "Job",
    "Line",
    "PictureRequest",
    "Project",
    "ProviderInfo",
    "Settings",
    "Take",
    "__version__",
    "hookimpl",
]

HOMES = {
    "tintype.hookspecs": ("Asset", "PictureRequest", "Take", "hookimpl"),
    "tintype.job": ("Job",),
    "tintype.project": ("Line", "Project"),
    "tintype.provider": ("CONTRACT", "ProviderInfo", "Settings"),
    "tintype.stages": ("STAGES",),
}
"""Where the public names are defined."""


def __getattr__(name: str) -> object:
    """Import a public name from its home and keep it here."""
    if name == "__version__":
        value: object = _version()
    else:
        home = next((module for module, names in HOMES.items() if name in names), None)
        if home is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("tintype-engine")
    except PackageNotFoundError:  # run from a source folder that is not installed
        return "0.0.0"
