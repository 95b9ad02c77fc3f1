"""Chooses the photo and the face that become the plate, or says why none can."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from tintype import Asset, Job
from tintype.errors import FaceNotFound, PhotoUnreadable

from tintype_mediapipe.faces import Face, find_faces
from tintype_mediapipe.photo import Photo, read_photo

if TYPE_CHECKING:
    from tintype_mediapipe import HeadSettings

MIN_FACE_PX = 64
MAX_OUTSIDE = 0.12  # of the landmarks
MAX_YAW = np.radians(42)
GOOD_FACE_PX = 220.0  # a larger face counts for little more
PITCH_AT_EASE = np.radians(-9)  # what the landmarks read for a face that looks straight at the lens


@dataclass(frozen=True)
class Candidate:
    """A face that a head can be built from."""

    asset: Asset
    photo: Photo
    face: Face
    score: float
    notes: tuple[str, ...] = ()


def choose(photos: Sequence[Asset], settings: HeadSettings, job: Job) -> Candidate:
    """The best face of all photos: large, sharp, frontal.

    Raises:
        FaceNotFound: no photo has a usable face; says what each showed.
        PhotoUnreadable: the only photo cannot be read.
    """
    candidates: list[Candidate] = []
    seen: list[str] = []
    for number, asset in enumerate(photos):
        job.progress(0.3 * number / len(photos), asset.item.path)
        try:
            photo = read_photo(asset.path, settings.plate_px)
        except PhotoUnreadable as err:
            if len(photos) == 1:
                raise
            seen.append(err.message.rstrip("."))
            continue
        faces = find_faces(photo.rgb, settings.landmarker)
        usable = sorted((face for face in faces if _problem(face, photo) is None), key=lambda face: face.box[0])
        if not usable:
            seen.append(_what_was_seen(asset.item.path, photo, faces))
        elif settings.face > len(usable):
            seen.append(f"{_how_many(asset.item.path, usable)}, so there is no number {settings.face} from the left")
        else:
            candidates.append(_chosen(asset, photo, usable, settings.face))
    if not candidates:
        raise FaceNotFound(f"No head can be built: {'; '.join(seen)}.", hint=_what_to_do(settings.face))
    return max(candidates, key=lambda candidate: candidate.score)


def _chosen(asset: Asset, photo: Photo, from_left: list[Face], number: int) -> Candidate:
    face = from_left[number - 1] if number else max(from_left, key=_score)
    notes: tuple[str, ...] = ()
    if len(from_left) > 1:
        taken = from_left.index(face) + 1
        notes = (f"{_how_many(asset.item.path, from_left)}; number {taken} from the left was taken.",)
    return Candidate(asset, photo, face, _score(face), notes)


def _how_many(path: str, faces: list[Face]) -> str:
    return f"{path} shows {len(faces)} face{'s' if len(faces) > 1 else ''}"


def _what_to_do(number: int) -> str:
    hint = (
        "Name a photo of the person, seen from the front or up to three quarters, whose face is at least "
        f"{MIN_FACE_PX} pixels high: [subject] portrait in film.toml."
    )
    return (
        f"{hint} Or count again: face = {number} in [stages.build_head.settings]; 0 takes the best." if number else hint
    )


def _score(face: Face) -> float:
    yaw, pitch, _ = face.pose
    frontal = np.cos(min(abs(yaw) * 1.5, np.pi / 2)) * np.cos(min(abs(pitch - PITCH_AT_EASE), np.pi / 2))
    return float(min(face.size_px / GOOD_FACE_PX, 1.0) + 0.1 * np.log2(max(face.size_px / GOOD_FACE_PX, 1.0)) + frontal)


def _problem(face: Face, photo: Photo) -> str | None:
    yaw, _, _ = face.pose
    outside = face.share_outside(photo.width, photo.height)
    if face.size_px < MIN_FACE_PX:
        return f"a face of only {face.size_px:.0f} pixels"
    if outside > MAX_OUTSIDE:
        return f"a face that the picture's edge cuts off by {outside:.0%}"
    if abs(yaw) > MAX_YAW:
        return f"a face turned away by {abs(np.degrees(yaw)):.0f} degrees"
    return None


def _what_was_seen(path: str, photo: Photo, faces: list[Face]) -> str:
    problems = [problem for face in faces if (problem := _problem(face, photo))]
    return f"{path} shows {' and '.join(problems) if problems else 'no face that can be recognised'}"
