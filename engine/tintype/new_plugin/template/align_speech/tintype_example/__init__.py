"""Spreads the words of a recording over the parts in which somebody speaks."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from tintype import Job, ProviderInfo, Settings, hookimpl
from tintype.documents import Speech


class SpreadSettings(Settings):
    """How speech is told from pauses."""

    shortest_pause_s: float = Field(
        0.25, ge=0.05, le=2, description="Shorter pauses belong to the speech, in seconds of silence."
    )


@hookimpl
def describe_provider() -> ProviderInfo:
    return ProviderInfo(
        title="Example",
        description="Spreads the words of a recording over the parts in which somebody speaks.",
        settings={"align_speech": SpreadSettings},
        licence="GPL-3.0-or-later",
    )


@hookimpl
def align_speech(recording: Path, text: str, language: str, settings: SpreadSettings, job: Job) -> Speech:
    from tintype_example.spreading import align  # imported here, so that listing plugins stays quick

    return align(recording, text, language, settings, job)
