"""Cuts the takes together one after the other, each as long as it takes."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field
from tintype import Job, Project, ProviderInfo, Settings, Take, hookimpl
from tintype.documents import Film, HeadModel


class CutSettings(Settings):
    """How the film is cut."""

    breath_s: float = Field(0.4, ge=0, le=5, description="Pause after every line, in seconds.")
    card_s: float = Field(3.0, ge=1, le=30, description="How long a card or a silent picture shows, in seconds.")


@hookimpl
def describe_provider() -> ProviderInfo:
    return ProviderInfo(
        title="Example",
        description="Cuts the takes together one after the other.",
        settings={"compose_film": CutSettings},
        licence="GPL-3.0-or-later",
    )


@hookimpl
def compose_film(
    project: Project, head: HeadModel | None, takes: Sequence[Take], settings: CutSettings, job: Job
) -> Film:
    from tintype_example.cutting import cut  # imported here, so that listing plugins stays quick

    return cut(project, head, takes, settings, job)
