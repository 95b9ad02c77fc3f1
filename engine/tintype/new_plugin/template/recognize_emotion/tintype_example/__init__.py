"""Reads the feeling of a line from a handful of words."""

from __future__ import annotations

from pydantic import Field
from tintype import Job, ProviderInfo, Settings, hookimpl
from tintype.documents import EmotionTrack


class WordSettings(Settings):
    """How strongly the words count."""

    strength: float = Field(1.0, ge=0, le=2, description="Factor on what the words say, 0 to 2.")


@hookimpl
def describe_provider() -> ProviderInfo:
    return ProviderInfo(
        title="Example",
        description="Reads the feeling of a line from a handful of words.",
        settings={"recognize_emotion": WordSettings},
        media=("text",),
        licence="GPL-3.0-or-later",
    )


@hookimpl
def recognize_emotion(text: str, settings: WordSettings, job: Job) -> EmotionTrack:
    from tintype_example.feeling import read_feeling  # imported here, so that listing plugins stays quick

    return read_feeling(text, settings, job)
