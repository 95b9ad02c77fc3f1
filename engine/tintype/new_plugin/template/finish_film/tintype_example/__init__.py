"""Gives the whole film one tone, by filters that an editor can change in Blender."""

from __future__ import annotations

from pydantic import Field
from tintype import Job, ProviderInfo, Settings, hookimpl
from tintype.documents import Film


class ToneSettings(Settings):
    """The tone."""

    warmth: float = Field(0.5, ge=0, le=1, description="How brown the pictures become, 0 to 1.")
    contrast: float = Field(10.0, ge=-50, le=50, description="Change of contrast, in Blender's units.")


@hookimpl
def describe_provider() -> ProviderInfo:
    return ProviderInfo(
        title="Example",
        description="Gives every picture of the film the same warm tone.",
        settings={"finish_film": ToneSettings},
        licence="GPL-3.0-or-later",
    )


@hookimpl
def finish_film(film: Film, settings: ToneSettings, job: Job) -> Film:
    from tintype_example.tone import toned  # imported here, so that listing plugins stays quick

    return toned(film, settings, job)
