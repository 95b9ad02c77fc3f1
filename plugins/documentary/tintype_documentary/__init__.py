"""Takes cut into a documentary by readable rules."""

from __future__ import annotations

from collections.abc import Sequence

from tintype import Job, Project, ProviderInfo, Take, hookimpl
from tintype.documents import Film, HeadModel

from tintype_documentary.settings import DocumentarySettings


@hookimpl
def describe_provider() -> ProviderInfo:
    return ProviderInfo(
        title="Documentary grammar",
        description="Cuts lines, pictures and cards into a film with breathing room, subtitles, labels and sources.",
        settings={"compose_film": DocumentarySettings},
        licence="GPL-3.0-or-later AND Apache-2.0",
    )


@hookimpl
def compose_film(
    project: Project, head: HeadModel | None, takes: Sequence[Take], settings: DocumentarySettings, job: Job
) -> Film:
    from tintype_documentary.composition import compose

    return compose(project, head, takes, settings, job)
