"""``VoiceProfile.1``: what the recordings say of a voice."""

from __future__ import annotations

import json
from pathlib import Path
from typing import ClassVar, Literal, Self

from pydantic import Field

from tintype.documents.base import Document
from tintype.errors import DocumentInvalid


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

    @classmethod
    def load_file(cls, path: Path) -> Self:
        """Read a profile from a json of any name; its arrays lie beside it.

        Raises:
            DocumentInvalid: the file is missing or no ``VoiceProfile.1``.
        """
        try:
            data = json.loads(path.read_bytes())
        except (OSError, ValueError, RecursionError) as err:
            raise DocumentInvalid(f"{path} is not a voice profile: {err}.", hint="Build it from recordings.") from err
        profile = cls.from_data(data, where=str(path))
        profile._folder = path.resolve().parent
        return profile
