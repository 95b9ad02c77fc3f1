"""The feeling of a line, from its words and from the voice that says it."""

from __future__ import annotations

from pydantic import Field
from tintype import Asset, Job, ProviderInfo, Settings, hookimpl
from tintype.documents import EmotionTrack


class FeelingSettings(Settings):
    """How a feeling is read."""

    step_s: float = Field(1.0, ge=0.2, le=10, description="Time between two readings of a recording, in seconds.")
    window_s: float = Field(2.5, ge=1, le=20, description="How much of a recording one reading hears, in seconds.")
    baseline_pitch_hz: float | None = Field(
        None, ge=50, le=500, description="The speaker's usual median pitch in Hz; a published mean if absent."
    )
    baseline_syllables_per_s: float | None = Field(
        None, ge=1, le=10, description="The speaker's usual rate in syllables per second; a published mean if absent."
    )


@hookimpl
def describe_provider() -> ProviderInfo:
    return ProviderInfo(
        title="Prosody and words",
        description="Reads valence and arousal from a line's words (VADER) and from pitch, effort and rate of a voice.",
        settings={"recognize_emotion": FeelingSettings},
        media=("text", "recording"),
        licence="GPL-3.0-or-later AND MIT",
    )


@hookimpl
def recognize_emotion(
    text: str, recording: Asset | None, language: str, settings: FeelingSettings, job: Job
) -> EmotionTrack:
    from tintype_prosody.feeling import feeling_of

    return feeling_of(text, recording, language, settings, job)
