"""What an editor may change about the grammar."""

from __future__ import annotations

from typing import Literal

from pydantic import Field
from tintype import Settings


class DocumentarySettings(Settings):
    """Pace, framing, words on screen and the sound under everything."""

    title_s: float = Field(3.5, ge=1, le=20, description="How long the title card shows, in seconds.")
    sources_s: float = Field(5.0, ge=2, le=60, description="How long a card of sources shows at least, in seconds.")
    breath_before_s: float = Field(0.35, ge=0, le=5, description="Silence before a line once it is seen, in seconds.")
    breath_after_s: float = Field(0.5, ge=0, le=5, description="Silence after a line before the next shot, in seconds.")
    cross_fade_s: float = Field(0.5, ge=0, le=3, description="Length of cross-fades, in seconds; 0 for cuts only.")
    split_cuts: bool = Field(
        True, description="Let a picture come in under the end of a line (L cut), or the next voice under it (J cut)."
    )
    framing: Literal["alternate", "wide", "close"] = Field(
        "alternate", description="How the portrait is framed; alternate changes with every line."
    )
    push: float = Field(0.05, ge=0, le=0.3, description="How much closer the camera comes in a portrait, as a share.")
    reading_wpm: float = Field(
        170, ge=80, le=300, description="Reading speed that the time of cards is made for, in words per minute."
    )
    line_chars: int = Field(42, ge=16, le=60, description="Longest line of a subtitle, in characters.")
    reading_cps: float = Field(
        17, ge=8, le=30, description="Reading speed that subtitles aim at, in characters per second."
    )
    subtitle_size: float = Field(0.06, ge=0.03, le=0.12, description="Height of a line of subtitles, in frame heights.")
    label_corner: Literal["upper right", "upper left", "lower left", "lower right"] = Field(
        "upper right", description="Where the label of synthetic material stands; it cannot be taken out."
    )
    label_size: float = Field(0.042, ge=0.03, le=0.1, description="Height of that label, in frame heights.")
    picture_credits: bool = Field(True, description="Show a picture's source while it is on screen.")
    ground: Literal["photo", "ink", "sepia", "grey"] = Field(
        "photo", description="Backdrop of portraits and cards: from the photo, or plain."
    )
    music: str = Field(
        "",
        max_length=500,
        description="Recording of the archive that plays under the film; empty for none.",
    )
    music_db: float = Field(-12.0, ge=-40, le=0, description="Level of the music against the voices, in dB.")
    duck_db: float = Field(9.0, ge=0, le=40, description="How far the music goes down under a voice, in dB.")
    room_tone_dbfs: float = Field(
        -62.0, ge=-96, le=-40, description="Level of the quiet bed under everything, in dB RMS; -96 for none."
    )
