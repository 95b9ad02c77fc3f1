"""From a photo to a head rig, step by step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from tintype import Asset, Job
from tintype.documents import HeadModel
from tintype.documents.base import write_atomic

from tintype_mediapipe.background import fill_behind
from tintype_mediapipe.choice import Candidate, choose
from tintype_mediapipe.cutout import Cutout
from tintype_mediapipe.enlarge import doubled_if_small
from tintype_mediapipe.eyes import build_eye
from tintype_mediapipe.face_frame import FaceFrame
from tintype_mediapipe.faces import Face
from tintype_mediapipe.glasses import wears_glasses
from tintype_mediapipe.glb import HeadWriter
from tintype_mediapipe.landmarks import COUNT
from tintype_mediapipe.lids import build_lid, follow_shares
from tintype_mediapipe.lip_line import gap_share, with_lips_joined
from tintype_mediapipe.matte import person_matte
from tintype_mediapipe.mouth import build_mouth
from tintype_mediapipe.neutral import closed_mouth
from tintype_mediapipe.person import Person, build_person
from tintype_mediapipe.shapes import Shapes
from tintype_mediapipe.shown_teeth import shown_teeth
from tintype_mediapipe.tones import tones_of

if TYPE_CHECKING:
    from tintype_mediapipe import HeadSettings

BACKGROUND_BEHIND_CM = 4.0
BROWS_UNDER_FRAMES = 0.45


def build(photos: Sequence[Asset], settings: HeadSettings, job: Job) -> HeadModel:
    """Build ``head.glb`` from the best of ``photos``."""
    chosen = choose(photos, settings, job)
    job.progress(0.3, chosen.asset.item.path)
    writer, notes = _model(chosen.photo.rgb, chosen.face, job)
    job.progress(0.95)
    write_atomic(job.folder / "head.glb", writer.to_bytes())
    return HeadModel(
        photo=chosen.asset.item.path,
        photo_sha256=chosen.asset.item.sha256,
        width_px=chosen.photo.width,
        height_px=chosen.photo.height,
        face_box=_fractions(chosen),
        provider="mediapipe",
        notes=" ".join([*chosen.notes, *notes]),
    ).save(job.folder)


def _model(rgb: NDArray[np.uint8], face: Face, job: Job) -> tuple[HeadWriter, list[str]]:
    notes = []
    cutout = Cutout.along(person_matte(rgb, face))
    job.progress(0.45)
    points = with_lips_joined(cutout.with_face_inside(face.points), rgb)
    uv = points[:COUNT, :2]
    if gap_share(points) > 0.02:
        points = closed_mouth(points)
        notes.append("The mouth is open in the photo; at rest it is closed.")
    frame = FaceFrame.of(Face(points))
    shapes = Shapes(frame.points, follow_shares(rgb, points), BROWS_UNDER_FRAMES if wears_glasses(rgb, points) else 1.0)
    shapes_cm = shapes.all()
    person = build_person(frame, points[:COUNT], uv, shapes_cm, cutout.person)
    job.progress(0.6)
    tones = tones_of(rgb, face.points)
    parts = [
        *build_mouth(frame, shapes, shapes_cm, points[:COUNT], uv, rgb, tones, shown_teeth(rgb, face.points)),
        *(
            build_eye(side.lower(), frame, points, rgb, build_lid(side, frame, shapes, points, rgb, tones))
            for side in ("Left", "Right")
        ),
    ]
    job.progress(0.75)
    behind = fill_behind(rgb, cutout.hidden_by(person), cutout.near())
    job.progress(0.85)
    return _written(rgb, behind, person, parts, frame), notes


def _written(rgb, behind, person: Person, parts, frame: FaceFrame) -> HeadWriter:  # type: ignore[no-untyped-def]
    height, width = rgb.shape[:2]
    size = np.array([width, height], dtype=np.float64)
    shoulders = person.pivot + [0, 4.0 * frame.px_per_cm, 0]
    writer = HeadWriter(
        width, height, {"root": shoulders + [0, 6.0 * frame.px_per_cm, 0], "shoulders": shoulders, "head": person.pivot}
    )
    writer.add(
        "person",
        person.points,
        person.uv_px / size,
        person.triangles,
        doubled_if_small(rgb),
        person.displacements,
        person.head_weight,
    )
    for part in parts:
        writer.add(
            part.name, part.points, part.uv, part.triangles, part.texture, part.displacements, np.ones(len(part.points))
        )
    deepest = float(person.points[:, 2].min()) - BACKGROUND_BEHIND_CM * frame.px_per_cm
    corners = np.array([[0, 0, deepest], [width, 0, deepest], [0, height, deepest], [width, height, deepest]], float)
    writer.add("background", corners, corners[:, :2] / size, np.array([[0, 2, 1], [1, 2, 3]]), doubled_if_small(behind))
    return writer


def _fractions(chosen: Candidate) -> tuple[float, float, float, float]:
    x, y, width, height = chosen.face.box
    return (
        x / chosen.photo.width,
        y / chosen.photo.height,
        width / chosen.photo.width,
        height / chosen.photo.height,
    )
