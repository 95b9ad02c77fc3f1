"""``Film.1``: the edit as data.  The add-on builds the timeline from it; OpenTimelineIO is exported from it.

All times are seconds of film time.  All paths are relative to the film's folder, with forward slashes; files that
``compose_film`` or ``finish_film`` make themselves lie in ``edit/``.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator

from tintype.documents.base import Document, Model
from tintype.documents.still import Move

Colour = tuple[float, float, float, float]


class Filter(Model):
    """A look or correction that stays editable: a strip modifier in Blender."""

    kind: Literal["bright_contrast", "color_balance", "curves", "hue_correct", "white_balance"] = Field(
        description="Blender's strip modifier type, in lower case."
    )
    settings: dict[str, float | tuple[float, ...]] = Field(
        default_factory=dict, description="Modifier properties by their RNA name; for color_balance lift, gamma, gain."
    )


class Clip(Model):
    """What all clips share."""

    id: str = Field(description="Stable name, unique in the film, for example 'line-1.voice'.")
    start_s: float = Field(ge=0, description="Where it starts in the film.")
    duration_s: float = Field(gt=0, description="How long it shows or sounds.")
    fade_in_s: float = Field(0.0, ge=0, description="Fade from black, or from silence.")
    fade_out_s: float = Field(0.0, ge=0, description="Fade to black, or to silence.")
    line: str | None = Field(None, description="Id of the line that it belongs to.")
    synthetic: bool = Field(False, description="Whether a machine made the voice, face or picture in it.")
    filters: tuple[Filter, ...] = ()

    @property
    def end_s(self) -> float:
        return self.start_s + self.duration_s


class PortraitClip(Clip):
    """The head rig speaking, rendered as a scene of its own over a backdrop."""

    kind: Literal["portrait"] = "portrait"
    head: str = Field(description="Path of head.glb.")
    face: str | None = Field(description="Path of face.npz; None for a portrait at rest.")
    face_offset_s: float = Field(0.0, description="Time in the face track at the clip's start; may be negative.")
    backdrop: str | None = Field(None, description="Picture behind the plate, of the film's size; None for black.")
    plate_height: float = Field(1.0, gt=0, description="Height of the photo in the frame at rest, 1 fills the height.")
    plate_x: float = Field(0.0, description="Centre of the photo from the frame's centre, in frame heights, right > 0.")
    plate_y: float = Field(0.0, description="Centre of the photo from the frame's centre, in frame heights, up > 0.")
    zoom: tuple[float, float] = Field((1.0, 1.0), description="Camera zoom at the clip's start and end, eased.")


class PictureClip(Clip):
    """A picture or clip that moves inside the frame."""

    kind: Literal["picture"] = "picture"
    path: str
    width_px: int = Field(gt=0)
    height_px: int = Field(gt=0)
    move: Move


class SoundClip(Clip):
    """Sound."""

    kind: Literal["sound"] = "sound"
    path: str
    offset_s: float = Field(0.0, ge=0, description="Where in the file it starts.")
    gain_db: float = Field(0.0, description="Gain; finish_film sets it for loudness.")


class TitleClip(Clip):
    """Words on screen."""

    kind: Literal["title"] = "title"
    text: str
    style: Literal["title", "subtitle", "label", "quotation", "credit", "lower_third"]
    size: float = Field(0.05, gt=0, description="Height of a line of text, in frame heights.")
    colour: Colour = (1.0, 1.0, 1.0, 1.0)
    box: Colour | None = Field(None, description="Colour of a box behind the text; None for no box.")
    x: float = Field(0.5, description="Anchor in frame widths from the left.")
    y: float = Field(0.5, description="Anchor in frame heights from the bottom.")
    align: Literal["left", "center", "right"] = "center"
    anchor: Literal["top", "center", "bottom"] = Field("center", description="Which edge of the text y names.")
    wrap: float = Field(0.8, gt=0, le=1, description="Width at which lines wrap, in frame widths.")


class ColourClip(Clip):
    """A plain background."""

    kind: Literal["colour"] = "colour"
    colour: Colour = (0.0, 0.0, 0.0, 1.0)


AnyClip = Annotated[PortraitClip | PictureClip | SoundClip | TitleClip | ColourClip, Field(discriminator="kind")]


class CrossFade(Model):
    """A cross-fade between two clips of one track that overlap by its length."""

    from_clip: str = Field(description="Id of the clip that goes.")
    to_clip: str = Field(description="Id of the clip that comes; it starts where the fade starts.")
    start_s: float = Field(ge=0)
    duration_s: float = Field(gt=0)


class Track(Model):
    """Clips that share a place in the stack; tracks are listed from the bottom up.

    Clips of a track may overlap only where a cross-fade joins them.
    """

    name: str = Field(description="Shown as the channel's name, for example 'Pictures'.")
    kind: Literal["picture", "sound", "title"]
    clips: tuple[AnyClip, ...] = ()
    fades: tuple[CrossFade, ...] = ()


class Film(Document):
    """The edit."""

    FILENAME: ClassVar[str] = "film.json"

    schema_label: Literal["Film.1"] = Field("Film.1", alias="schema")
    title: str
    subject: str
    width_px: int = Field(gt=0)
    height_px: int = Field(gt=0)
    fps: float = Field(gt=0)
    duration_s: float = Field(gt=0)
    tracks: tuple[Track, ...]
    loudness_lufs: float | None = Field(None, description="Integrated loudness that finish_film aimed at.")
    metadata: dict[str, Any] = Field(default_factory=dict, description="Consent basis, disclosure and the like.")

    @model_validator(mode="after")
    def _clips_are_consistent(self) -> Film:
        ids: set[str] = set()
        for track in self.tracks:
            for clip in track.clips:
                if clip.id in ids:
                    raise ValueError(f"two clips are called {clip.id!r}")
                ids.add(clip.id)
                if clip.end_s > self.duration_s + 0.05:
                    raise ValueError(f"clip {clip.id!r} ends at {clip.end_s:.2f} s, after the film")
            for fade in track.fades:
                if fade.from_clip not in ids or fade.to_clip not in ids:
                    raise ValueError(f"a fade joins {fade.from_clip!r} and {fade.to_clip!r}, one of which is missing")
        return self

    def clips(self) -> tuple[AnyClip, ...]:
        """All clips, track by track."""
        return tuple(clip for track in self.tracks for clip in track.clips)
