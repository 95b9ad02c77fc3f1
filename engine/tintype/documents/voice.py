"""``VoiceProfile.1``: what the recordings say of a voice."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from tintype.documents.base import Document


class VoiceProfile(Document):
    """A voice, described well enough for a synthesiser to move toward it.

    ``arrays`` names an npz beside the document.  The default provider keeps WORLD statistics there (see
    :mod:`tintype.voice_match`); a provider with a model keeps that model's own conditioning.
    """

    FILENAME: ClassVar[str] = "voice.json"

    schema_label: Literal["VoiceProfile.1"] = Field("VoiceProfile.1", alias="schema")
    provider: str = Field(description="The build_voice provider whose arrays these are.")
    arrays: str | None = Field(None, description="File name of the npz beside this document, if there is one.")
    recordings: tuple[str, ...] = Field((), description="File names of the recordings it was made from.")
    speech_s: float = Field(0.0, ge=0, description="Seconds of speech that were used.")
    gender: Literal["female", "male", "unknown"] = Field("unknown", description="Which base voice to start from.")
    pitch_hz: float | None = Field(None, gt=0, description="Median F0 of the recordings, or what the editor asked for.")
    notes: str = Field("", description="What the editor should know, in a sentence.")
