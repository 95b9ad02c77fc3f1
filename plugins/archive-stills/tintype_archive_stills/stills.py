"""A line's picture: chosen, framed, moved, written.  This module reads like a table of contents."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from math import gcd
from typing import TYPE_CHECKING

from tintype import Asset, Job, PictureRequest
from tintype.documents import Frame, Move, Still
from tintype.errors import FilmFileError, PhotoUnreadable

from tintype_archive_stills.attention import attention_point
from tintype_archive_stills.captions import Caption, caption_of
from tintype_archive_stills.framing import (
    Box,
    Path,
    close_frame,
    focus_of,
    frame_at,
    largest_height,
    pan,
    to_shape,
    wide_frame,
    with_margin,
)
from tintype_archive_stills.picture import Picture, mounted, read_photo, write_picture
from tintype_archive_stills.restoration import Restored, restored
from tintype_archive_stills.retrieval import faces_of, rank

if TYPE_CHECKING:
    from tintype_archive_stills import StillsSettings

PICTURE_NAME, RESTORED_NAME = "picture.png", "picture.restored.png"
MIN_GROWTH, MAX_GROWTH = 1.04, 1.35
PAN_FROM_SHAPE = 1.6  # from here a picture is so much taller or wider than the film that a pan shows more of it
PAN_SPEED = 0.05  # frame sizes per second


def make_still(request: PictureRequest, references: Sequence[Asset], settings: StillsSettings, job: Job) -> Still:
    """Choose the photo, frame it for the film and write it into ``job.folder``.

    Raises:
        PhotoUnreadable: the archive has no usable photo, or not the one that was asked for.
        FilmFileError: a frame that was asked for lies outside the picture.
    """
    photo, caption = choose(request, references)
    job.progress(0.1, photo.item.path)
    faces = [Box(*box) for box in faces_of(photo)]
    better = restored(read_photo(photo.path), settings.restore, faces)
    name = RESTORED_NAME if better.steps else PICTURE_NAME
    job.progress(0.4, photo.item.path)
    picture, path, note = frame(better.picture, faces, request, settings)
    job.progress(0.6, note or photo.item.path)
    frames, (width_px, height_px) = write_picture(
        picture, (path.start, path.end), request.width_px, settings.max_enlargement, job.folder / name
    )
    return Still(
        picture=name,
        width_px=width_px,
        height_px=height_px,
        move=Move(start=_as_frame(frames[0]), end=_as_frame(frames[1]), easing=settings.easing),
        generated=False,
        archive_path=photo.item.path,
        caption="; ".join(part for part in (caption.text, in_words(better), note) if part),
        licence=caption.rights,
    ).save(job.folder)


def in_words(better: Restored) -> str:
    """What was restored, for the cue sheet."""
    return f"digitally restored: {', '.join(better.steps)}" if better.steps else ""


def choose(request: PictureRequest, references: Sequence[Asset]) -> tuple[Asset, Caption]:
    """The photo that the editor names, else the one that fits the words best."""
    if request.picture:
        named = next((photo for photo in references if photo.item.path == request.picture), None)
        if named is None:
            raise PhotoUnreadable(
                f"The picture {request.picture!r} is not among the archive's usable photos.",
                hint="Export it as JPEG or PNG, name another one, or take the name out to have one chosen.",
            )
        return named, caption_of(named)
    if not references:
        raise PhotoUnreadable(
            f"There is no usable photo in the archive to show for {request.text[:60]!r}.",
            hint="Put photos into the archive's photos folder, or make the line a card.",
        )
    best = rank(request.text, references)[0]
    return best.asset, best.caption


def frame(
    picture: Picture, faces: Sequence[Box], request: PictureRequest, settings: StillsSettings
) -> tuple[Picture, Path, str]:
    """The picture to show, the move over it, and what was done to the frames that the editor asked for."""
    kept = [with_margin(face) for face in faces]
    shape = shape_of(picture, request)
    if request.frame_start is not None or request.frame_end is not None:
        path, note = asked_path(request, shape, kept)
        return picture, path, note
    focus = focus_of(kept, (0.5, 0.5), largest_height(shape))
    wide = None if settings.layout == "whole" else wide_frame(shape, kept, focus)
    if wide is None and settings.layout == "fill":
        wide = frame_at(focus, largest_height(shape), shape)
    note = ""
    if wide is None:
        picture, box = mounted(picture, (request.width_px, request.height_px))
        kept = [_mapped(face, box) for face in kept]
        shape = shape_of(picture, request)
        wide = frame_at((0.5, 0.5), largest_height(shape), shape)
        note = "shown whole on a backdrop made from itself"
    return picture, moved(picture, wide, kept, shape, request, settings, is_mounted=bool(note)), note


def shape_of(picture: Picture, request: PictureRequest) -> float:
    """The film's aspect ratio divided by the picture's."""
    height, width = picture.shape[:2]
    return (request.width_px / request.height_px) / (width / height)


def asked_path(request: PictureRequest, shape: float, faces: Sequence[Box]) -> tuple[Path, str]:
    """The editor's own frames in the film's shape; a missing one is made from the other."""
    notes = []
    frames: list[Box | None] = []
    for name, asked in (("start", request.frame_start), ("end", request.frame_end)):
        if asked is None:
            frames.append(None)
            continue
        box, how = to_shape(_checked(asked, name, request.picture), shape, faces)
        frames.append(box)
        if how:
            notes.append(f"{name} {how}")
    start, end = frames
    if end is None:
        assert start is not None
        end = close_frame(start, growth(request, 0.025), start.centre, shape, faces)
    if start is None:
        start = close_frame(end, growth(request, 0.025), end.centre, shape, faces)
    note = f"frames fitted to {ratio(request)} ({', '.join(notes)})" if notes else ""
    return Path(start, end), note


def ratio(request: PictureRequest) -> str:
    """The film's aspect ratio in words, for example ``16:9``."""
    common = gcd(request.width_px, request.height_px)
    return f"{request.width_px // common}:{request.height_px // common}"


def moved(
    picture: Picture,
    wide: Box,
    faces: Sequence[Box],
    shape: float,
    request: PictureRequest,
    settings: StillsSettings,
    *,
    is_mounted: bool,
) -> Path:
    """The move that suits the picture, or that the settings ask for."""
    seen = [face for face in faces if wide.holds(face)]
    if settings.move == "hold" or settings.speed == 0:
        return Path(wide, wide)
    far = max(shape, 1 / shape) >= PAN_FROM_SHAPE and not seen and not is_mounted
    if settings.move == "pan" or (settings.move == "auto" and far):
        path = pan(wide, PAN_SPEED * request.duration_s, shape, faces)
        if path is not None:
            return path
    focus = wide.centre if is_mounted else focus_of(seen, attention_point(picture), wide.height)
    close = close_frame(wide, growth(request, settings.speed), focus, shape, faces)
    pulls = settings.move == "pull out" or (settings.move == "auto" and not seen and _coin(request))
    return Path(close, wide) if pulls else Path(wide, close)


def growth(request: PictureRequest, speed: float) -> float:
    """How many times closer the close frame is: slow enough that nobody notices, fast enough to be alive."""
    return min(max(1 + speed * request.duration_s, MIN_GROWTH), MAX_GROWTH)


def _checked(asked: tuple[float, float, float, float], name: str, picture: str) -> Box:
    x, y, width, height = asked
    slack = 0.005
    if not (width > 0 and height > 0 and min(x, y) >= -slack and x + width <= 1 + slack and y + height <= 1 + slack):
        raise FilmFileError(
            f"The {name} frame of {picture or 'a picture'} is {list(asked)}, which does not lie inside the picture.",
            hint="Write x, y, width and height as fractions of the picture, each between 0 and 1.",
        )
    return Box(max(x, 0.0), max(y, 0.0), min(width, 1.0), min(height, 1.0))


def _mapped(face: Box, box: Box) -> Box:
    return Box(
        box.x + face.x * box.width, box.y + face.y * box.height, face.width * box.width, face.height * box.height
    )


def _coin(request: PictureRequest) -> bool:
    """Heads or tails by the picture and its words, so that not every picture moves the same way."""
    return hashlib.sha256(f"{request.picture}\n{request.text}".encode()).digest()[0] % 2 == 1


def _as_frame(box: Box) -> Frame:
    """A frame whose numbers lie between 0 and 1 whatever rounding did."""
    width, height = min(box.width, 1.0), min(box.height, 1.0)
    return Frame(x=min(max(box.x, 0.0), 1 - width), y=min(max(box.y, 0.0), 1 - height), width=width, height=height)
