"""Speech by eSpeak NG: robotic, but offline, in a hundred languages, and with the exact time of every phone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import Field
from tintype import Asset, Job, ProviderInfo, Settings, hookimpl
from tintype.documents import EmotionTrack, Speech, VoiceProfile


class EspeakSettings(Settings):
    """How eSpeak NG speaks."""

    rate_wpm: int = Field(150, ge=80, le=400, description="Speaking rate in words per minute.")
    pitch: int | None = Field(None, ge=0, le=99, description="eSpeak's pitch, 0 to 99; from the voice if absent.")
    pitch_range: int = Field(45, ge=0, le=99, description="How far the pitch moves, 0 to 99.")
    variant: str = Field("", max_length=32, description="eSpeak voice variant, such as f3 or m2; by gender if empty.")
    gender: Literal["voice", "female", "male"] = Field("voice", description="Base voice; from the profile by default.")
    pause_s: float = Field(0.12, ge=0, le=2, description="Silence before and after the words, in seconds.")
    warmth: float = Field(0.6, ge=0, le=1, description="How far the synthesiser's buzz is softened, 0 to 1.")
    likeness: float = Field(1.0, ge=0, le=1, description="How far the voice is moved toward the recordings, 0 to 1.")


class VoiceSettings(Settings):
    """What the recordings cannot say."""

    gender: Literal["from recordings", "female", "male"] = Field(
        "from recordings", description="Base voice to start from; by the pitch of the recordings unless stated."
    )
    pitch_hz: float | None = Field(
        None, ge=60, le=400, description="Median pitch in Hz; from the recordings if absent."
    )


@hookimpl
def describe_provider() -> ProviderInfo:
    return ProviderInfo(
        title="eSpeak NG",
        description="Formant synthesis with exact phone times, in about 100 languages.",
        settings={"build_voice": VoiceSettings, "synthesize_speech": EspeakSettings},
        licence="GPL-3.0-or-later",
        threadsafe=True,
    )


@hookimpl
def build_voice(recordings: Sequence[Asset], language: str, settings: VoiceSettings, job: Job) -> VoiceProfile:
    from tintype_espeak.voice_building import build

    return build(recordings, language, settings, job)


@hookimpl
def synthesize_speech(
    text: str,
    language: str,
    voice: VoiceProfile | None,
    emotion: EmotionTrack | None,
    settings: EspeakSettings,
    job: Job,
) -> Speech:
    from tintype_espeak.synthesis import speak

    return speak(text, language, voice, emotion, settings, job)
