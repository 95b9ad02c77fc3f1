"""Phones and words of a recording: forced alignment with its transcript, or phones alone where there is none."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from tintype import Job, ProviderInfo, Settings, hookimpl
from tintype.documents import Speech


class AlignSettings(Settings):
    """How a transcript is laid on a recording."""

    fewest_fitting: float = Field(
        0.7,
        ge=0,
        le=1,
        description="Share of the words that have to fit the sound; with fewer the transcript is wrong.",
    )
    pronunciations: dict[str, str] = Field(
        default_factory=dict, description="Words, such as names, with their pronunciation in IPA."
    )


@hookimpl
def describe_provider() -> ProviderInfo:
    return ProviderInfo(
        title="PocketSphinx",
        description="Aligns recordings with their words by an English model; other languages as near as it goes.",
        settings={"align_speech": AlignSettings},
        media=("recording",),
        licence="GPL-3.0-or-later AND BSD-2-Clause",
        model_licence="BSD-2-Clause",
    )


@hookimpl
def align_speech(recording: Path, text: str, language: str, settings: AlignSettings, job: Job) -> Speech:
    from tintype_pocketsphinx.aligning import align

    return align(recording, text, language, settings, job)
