"""Hums a line, one tone per letter, with the time of every letter and word."""

from __future__ import annotations

from pydantic import Field
from tintype import Job, ProviderInfo, Settings, hookimpl
from tintype.documents import Speech


class HummingSettings(Settings):
    """How the line is hummed."""

    pitch_hz: float = Field(140.0, ge=60, le=400, description="Pitch of the voice, in Hz.")
    letter_s: float = Field(0.09, ge=0.04, le=0.4, description="How long a letter sounds, in seconds.")


@hookimpl
def describe_provider() -> ProviderInfo:
    return ProviderInfo(
        title="Example",
        description="Hums a line, one tone per letter.",
        settings={"synthesize_speech": HummingSettings},
        licence="GPL-3.0-or-later",
    )


@hookimpl
def synthesize_speech(text: str, language: str, settings: HummingSettings, job: Job) -> Speech:
    from tintype_example.humming import hum  # imported here, so that listing plugins stays quick

    return hum(text, language, settings, job)
