"""Reads ``Film.1``, the edit that the engine composes, into plain dataclasses.

All times are seconds of film time; all paths are relative to the film's folder, with forward slashes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

from .errors import DocumentUnreadable

SCHEMA = "Film.1"
EDIT_FILE = "edit/film.json"

T = TypeVar("T")
Colour = tuple[float, float, float, float]


@dataclass(frozen=True)
class Frame:
    """A rectangle of a picture in fractions of its size; origin top left."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Move:
    """A pan and zoom; ``easing`` is linear, ease, ease_in or ease_out."""

    start: Frame
    end: Frame
    easing: str = "ease"


@dataclass(frozen=True)
class Filter:
    """A look: a strip modifier's type in lower case, and its properties by RNA name."""

    kind: str
    settings: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Clip:
    """What all clips share."""

    id: str
    start_s: float
    duration_s: float
    fade_in_s: float = 0.0
    fade_out_s: float = 0.0
    line: str | None = None
    synthetic: bool = False
    filters: tuple[Filter, ...] = ()

    @property
    def end_s(self) -> float:
        return self.start_s + self.duration_s


@dataclass(frozen=True, kw_only=True)
class PortraitClip(Clip):
    """The head speaking: plate measures in frame heights, zoom at the clip's start and end."""

    head: str
    face: str | None = None
    face_offset_s: float = 0.0
    backdrop: str | None = None
    plate_height: float = 1.0
    plate_x: float = 0.0
    plate_y: float = 0.0
    zoom: tuple[float, float] = (1.0, 1.0)


@dataclass(frozen=True, kw_only=True)
class PictureClip(Clip):
    """A picture or footage that moves inside the frame."""

    path: str
    width_px: int
    height_px: int
    move: Move


@dataclass(frozen=True, kw_only=True)
class SoundClip(Clip):
    """Sound, from ``offset_s`` of its file on."""

    path: str
    offset_s: float = 0.0
    gain_db: float = 0.0


@dataclass(frozen=True, kw_only=True)
class TitleClip(Clip):
    """Words on screen: ``size`` is the height of a line in frame heights, x and y are fractions from bottom left."""

    text: str
    style: str
    size: float = 0.05
    colour: Colour = (1.0, 1.0, 1.0, 1.0)
    box: Colour | None = None
    x: float = 0.5
    y: float = 0.5
    align: str = "center"
    anchor: str = "center"
    wrap: float = 0.8


@dataclass(frozen=True, kw_only=True)
class ColourClip(Clip):
    """A plain background."""

    colour: Colour = (0.0, 0.0, 0.0, 1.0)


CLIPS: dict[str, type[Clip]] = {
    "portrait": PortraitClip,
    "picture": PictureClip,
    "sound": SoundClip,
    "title": TitleClip,
    "colour": ColourClip,
}


@dataclass(frozen=True)
class CrossFade:
    """A cross-fade between two clips of one track that overlap by its length."""

    from_clip: str
    to_clip: str
    start_s: float
    duration_s: float


@dataclass(frozen=True)
class Track:
    """Clips that share a place in the stack; tracks are listed from the bottom up."""

    name: str
    kind: str
    clips: tuple[Clip, ...]
    fades: tuple[CrossFade, ...]


@dataclass(frozen=True)
class Film:
    """The edit."""

    title: str
    subject: str
    width_px: int
    height_px: int
    fps: float
    duration_s: float
    tracks: tuple[Track, ...]
    metadata: dict[str, Any]

    def clips(self) -> Iterator[Clip]:
        """All clips, track by track."""
        return (clip for track in self.tracks for clip in track.clips)

    def portraits(self) -> list[PortraitClip]:
        return [clip for clip in self.clips() if isinstance(clip, PortraitClip)]


def film_folder(path: Path) -> Path:
    """The film's folder, from its film.toml, its edit (``edit/film.json``) or the folder itself.

    >>> film_folder(Path("/films/grace/edit/film.json")) == Path("/films/grace")
    True
    """
    if path.suffix.lower() == ".json":
        return path.parent.parent
    return path.parent if path.suffix else path


def read_film(path: Path) -> Film:
    """Read an edit.

    Args:
        path: ``film.json``.

    Raises:
        DocumentUnreadable: there is none, it is damaged, or of a version that this add-on does not read.
    """
    try:
        data = json.loads(path.read_text("utf-8"))
    except FileNotFoundError as err:
        raise DocumentUnreadable(
            f"{path} does not exist.", hint="Make the film first: Generate, or `tintype run film.toml`."
        ) from err
    except (OSError, ValueError) as err:
        raise DocumentUnreadable(f"{path} is no edit: {err}.", hint="Make the film again.") from err
    return film_from_data(data, where=str(path))


def film_from_data(data: Any, *, where: str = "The edit") -> Film:
    """Build a film from what JSON gave; ``where`` names the file in an error.

    Raises:
        DocumentUnreadable: a field is missing, or the schema is another one.
    """
    label = data.get("schema") if isinstance(data, dict) else None
    if label != SCHEMA:
        newer = isinstance(label, str) and label.startswith("Film.")
        remedy = "Update the Tintype extension in Blender." if newer else "Choose the film.json in the edit folder."
        raise DocumentUnreadable(
            f"{where} holds {label or 'no document'}; this add-on reads {SCHEMA}.",
            hint=remedy,
        )
    try:
        film = _plain(Film, data, tracks=tuple(_track(track) for track in data["tracks"]))
    except (KeyError, TypeError, ValueError, AttributeError) as err:
        raise DocumentUnreadable(
            f"{where} is damaged: {type(err).__name__}: {err}.", hint="Make the film again to replace it."
        ) from err
    if film.fps <= 0 or film.width_px <= 0 or film.height_px <= 0:
        raise DocumentUnreadable(
            f"{where} has an impossible size or rate: {film.width_px}×{film.height_px} at {film.fps} fps.",
            hint="Correct [film] in film.toml and make the film again.",
        )
    return film


def _track(data: dict[str, Any]) -> Track:
    clips = tuple(_clip(clip) for clip in data.get("clips", ()))
    return _plain(Track, data, clips=clips, fades=tuple(_plain(CrossFade, fade) for fade in data.get("fades", ())))


def _clip(data: dict[str, Any]) -> Clip:
    kind = data["kind"]
    if kind not in CLIPS:
        raise ValueError(f"clip {data.get('id')!r} is of the unknown kind {kind!r}")
    given: dict[str, Any] = {"filters": tuple(_plain(Filter, item) for item in data.get("filters", ()))}
    if kind == "picture":
        move = data["move"]
        given["move"] = _plain(Move, move, start=_plain(Frame, move["start"]), end=_plain(Frame, move["end"]))
    for name in ("colour", "box", "zoom"):
        if data.get(name) is not None:
            given[name] = tuple(float(value) for value in data[name])
    return _plain(CLIPS[kind], data, **given)


def _plain(kind: type[T], data: dict[str, Any], **given: Any) -> T:
    """Fill a dataclass from a mapping, ignoring fields that a later minor version may have added."""
    known = {field.name for field in fields(kind)}  # type: ignore[arg-type]
    return kind(**({name: value for name, value in data.items() if name in known} | given))
