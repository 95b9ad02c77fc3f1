"""``Still.1``: a picture or clip to show, how it moves, and where it comes from."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from tintype.documents.base import Document, Model


class Frame(Model):
    """A rectangle of a picture, in fractions of its width and height; origin top left.

    It has the film's aspect ratio once the picture's own is taken into account.
    """

    x: float = Field(ge=0, le=1, description="Left edge.")
    y: float = Field(ge=0, le=1, description="Top edge.")
    width: float = Field(gt=0, le=1, description="Width.")
    height: float = Field(gt=0, le=1, description="Height.")


class Move(Model):
    """A pan and zoom from one frame of the picture to another."""

    start: Frame
    end: Frame
    easing: Literal["linear", "ease", "ease_in", "ease_out"] = Field("ease", description="How it speeds up and slows.")


class Still(Document):
    """A picture or clip for the film."""

    FILENAME: ClassVar[str] = "still.json"

    schema_label: Literal["Still.1"] = Field("Still.1", alias="schema")
    picture: str = Field(description="File name of the picture or clip, beside this document.")
    width_px: int = Field(gt=0)
    height_px: int = Field(gt=0)
    move: Move
    generated: bool = Field(description="Whether a machine made the picture; False for one from the archive.")
    archive_path: str | None = Field(None, description="Path inside the archive folder when it comes from there.")
    caption: str = Field("", description="What it shows, for the cue sheet.")
    prompt: str = Field("", description="What a generator was asked for.")
    model: str = Field("", description="Model and version, when generated.")
    seed: int | None = None
    licence: str = Field("", description="Licence of the model or of the archive picture.")
