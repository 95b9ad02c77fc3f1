"""Tintype's engine: the public names, for plugins and scripts.

A plugin imports from here and from :mod:`tintype.documents`, :mod:`tintype.errors`, :mod:`tintype.digests`,
:mod:`tintype.audio`, :mod:`tintype.voice_activity` and :mod:`tintype.voice_match`, and from nowhere else.
"""

from importlib.metadata import PackageNotFoundError, version

from tintype.hookspecs import STAGES, Asset, PictureRequest, Take, hookimpl
from tintype.job import Job
from tintype.project import Line, Project
from tintype.provider import CONTRACT, ProviderInfo, Settings

try:
    __version__ = version("tintype-engine")
except PackageNotFoundError:  # run from a source folder that is not installed
    __version__ = "0.0.0"

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
