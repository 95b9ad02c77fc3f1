"""``Speech.1``: a line as audio, with phones and words and their times."""

from __future__ import annotations

from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from tintype.documents.base import Document, Model


class Phone(Model):
    """One speech sound, or a silence (symbol ``""``)."""

    symbol: str = Field(description="IPA symbol without stress marks; empty for silence.")
    start_s: float = Field(ge=0, description="Start, in seconds from the start of the audio.")
    end_s: float = Field(ge=0, description="End, in seconds from the start of the audio.")
    stress: Literal[0, 1, 2] = Field(0, description="0 none, 1 primary, 2 secondary.")


class Word(Model):
    """One word of the text with its time."""

    text: str = Field(description="The word as written.")
    start_s: float = Field(ge=0, description="Start, in seconds from the start of the audio.")
    end_s: float = Field(ge=0, description="End, in seconds from the start of the audio.")


class Speech(Document):
    """Audio of a line, and what is said in it when.

    Phones are sorted, do not overlap and lie inside ``[0, duration_s]``.
    """

    FILENAME: ClassVar[str] = "phones.json"

    schema_label: Literal["Speech.1"] = Field("Speech.1", alias="schema")
    audio: str = Field("speech.wav", description="File name of the audio, beside this document (mono PCM wav).")
    sample_rate_hz: int = Field(gt=0, description="Samples per second of the audio.")
    duration_s: float = Field(ge=0, description="Length of the audio in seconds.")
    text: str = Field("", description="What is said; empty when nobody has written it down.")
    language: str = Field("en-us", description="BCP 47 tag of the language spoken.")
    phones: tuple[Phone, ...] = Field((), description="Speech sounds in order.")
    words: tuple[Word, ...] = Field((), description="Words in order.")
    synthetic: bool = Field(description="Whether a machine made this voice; False for an archive recording.")
    source: str = Field("", description="Synthesiser with version and voice, or the recording's file name.")
    licence: str = Field("", description="SPDX licence of the synthesiser or model.")

    @model_validator(mode="after")
    def _phones_in_order(self) -> Self:
        before = 0.0
        for number, phone in enumerate(self.phones):
            if phone.start_s < before - 1e-4 or phone.end_s < phone.start_s:
                raise ValueError(f"phone {number} ({phone.symbol!r}) starts before the one in front of it ends")
            before = phone.end_s
        if before > self.duration_s + 0.02:
            raise ValueError(f"the last phone ends at {before:.3f} s, after the audio ({self.duration_s:.3f} s)")
        return self
