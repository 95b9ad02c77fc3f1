"""``EmotionTrack.1``: what a line, a recording or a face feels like, over time."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from tintype.documents.base import Document, Model

CATEGORIES = ("anger", "contempt", "disgust", "fear", "joy", "sadness", "surprise")
"""Ekman's seven; a weight of 0 for all is neutral."""


class EmotionPoint(Model):
    """The feeling at one moment."""

    time_s: float = Field(ge=0, description="Seconds from the start of the line.")
    valence: float = Field(ge=-1, le=1, description="Unpleasant (-1) to pleasant (1).")
    arousal: float = Field(ge=-1, le=1, description="Calm (-1) to excited (1).")
    dominance: float = Field(0.0, ge=-1, le=1, description="Giving way (-1) to in command (1).")
    categories: dict[str, float] = Field(
        default_factory=dict, description="Weight in [0, 1] per category (anger, joy, ...); missing means 0."
    )


class EmotionTrack(Document):
    """Feeling over time.  A single point stands for the whole line."""

    FILENAME: ClassVar[str] = "emotion.json"

    schema_label: Literal["EmotionTrack.1"] = Field("EmotionTrack.1", alias="schema")
    points: tuple[EmotionPoint, ...] = Field(min_length=1, description="Sorted by time; read linearly in between.")
    confidence: float = Field(ge=0, le=1, description="How sure the reading is.")
    evidence: str = Field("", description="What the reading rests on, for example 'text: VADER compound 0.61'.")
