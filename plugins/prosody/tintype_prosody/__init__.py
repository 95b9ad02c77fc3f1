"""The feeling of a line: from its words, and from the voice of a recording."""

from __future__ import annotations

from pydantic import Field
from tintype import Asset, Job, ProviderInfo, Settings, hookimpl
from tintype.documents import EmotionTrack


class ProsodySettings(Settings):
    """What a voice is compared with, and how much words and voice count."""

    voice_share: float = Field(
        0.65, ge=0, le=1, description="Share of the voice where a recording has both words and voice, 0 to 1."
    )
    strength: float = Field(1.0, ge=0, le=2, description="How strongly feeling is read, 0 (never) to 2; 1 as measured.")
    baseline_pitch_hz: float | None = Field(
        None,
        ge=60,
        le=400,
        description="The person's usual median pitch in Hz; a reading voice of that range if absent.",
    )
    window_s: float = Field(1.6, ge=0.5, le=10, description="Length of voice that one reading rests on, in seconds.")


@hookimpl
def describe_provider() -> ProviderInfo:
    return ProviderInfo(
        title="Words and prosody",
        description="Feeling from the words (VADER, English) and from pitch, loudness and pace of a recording.",
        settings={"recognize_emotion": ProsodySettings},
        media=("text", "recording"),
        licence="GPL-3.0-or-later AND MIT AND ISC",
    )


@hookimpl
def recognize_emotion(
    text: str, recording: Asset | None, language: str, settings: ProsodySettings, job: Job
) -> EmotionTrack:
    from tintype_prosody.reading import read_emotion

    return read_emotion(text, recording, language, settings, job)
