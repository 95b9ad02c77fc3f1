"""A voice profile from recordings, by WORLD statistics."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import Field
from tintype import Asset, Job, ProviderInfo, Settings, hookimpl
from tintype.documents import VoiceProfile

MALE_BELOW_HZ = 150.0
"""Between the medians of male and female reading F0 (about 120 and 210 Hz; Baken and Orlikoff 2000, chapter 6)."""


class WorldSettings(Settings):
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
        title="WORLD statistics",
        description="Pitch, timbre and breathiness of the recordings, as means and spreads.",
        settings={"build_voice": WorldSettings},
        licence="GPL-3.0-or-later AND MIT",
    )


@hookimpl
def build_voice(recordings: Sequence[Asset], settings: WorldSettings, job: Job) -> VoiceProfile:
    from tintype.audio import read_audio
    from tintype.voice_match import measure

    def read_all() -> object:
        for number, asset in enumerate(recordings):
            job.progress(number / len(recordings), asset.item.path)
            yield read_audio(asset.path)

    statistics = measure(read_all())  # type: ignore[arg-type]
    pitch_hz = settings.pitch_hz or (statistics.pitch_hz if statistics else None)
    gender = settings.gender
    if gender == "from recordings":
        gender = "unknown" if pitch_hz is None else "male" if pitch_hz < MALE_BELOW_HZ else "female"
    if statistics is None:
        notes = "There are no usable recordings: the voice is the synthesiser's own and sounds like nobody."
        return VoiceProfile(provider="world", gender=gender, pitch_hz=pitch_hz, notes=notes).save(job.folder)
    statistics.write(job.folder / "voice.npz")
    return VoiceProfile(
        provider="world",
        arrays="voice.npz",
        recordings=tuple(asset.item.path for asset in recordings),
        speech_s=statistics.speech_s,
        gender=gender,
        pitch_hz=pitch_hz,
        notes=f"From {statistics.speech_s:.0f} s of speech in {len(recordings)} recordings.",
    ).save(job.folder)
