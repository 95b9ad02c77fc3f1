"""What can be read in the faces of a photo: where they are, which way they look, and their expression in outline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from tintype import Asset, Job
from tintype.documents import Features

from tintype_mediapipe.face_frame import FaceFrame
from tintype_mediapipe.faces import Face, find_faces
from tintype_mediapipe.landmarks import LIDS, PAIRS
from tintype_mediapipe.lip_line import gap_share
from tintype_mediapipe.photo import read_photo

if TYPE_CHECKING:
    from tintype_mediapipe import ReadingSettings


def read_faces(asset: Asset, settings: ReadingSettings, job: Job) -> Features:
    """Faces with boxes (fractions of the photo), pose and simple readings; landmarks as arrays."""
    photo = read_photo(asset.path, settings.longer_side_px)
    job.progress(0.3)
    faces = find_faces(photo.rgb, settings.landmarker)
    job.progress(0.9)
    facts: dict[str, Any] = {
        "width_px": photo.width,
        "height_px": photo.height,
        "faces": [_facts_of(face, photo.width, photo.height) for face in faces],
    }
    features = Features(path=asset.item.path, medium=asset.item.medium, facts=facts)
    if not faces:
        return features.save(job.folder)
    size = np.array([photo.width, photo.height, photo.width], dtype=np.float64)
    landmarks = np.stack([face.points / size for face in faces]).astype(np.float32)
    return features.save_with(job.folder, {"landmarks": landmarks})


def _facts_of(face: Face, width: int, height: int) -> dict[str, Any]:
    x, y, box_width, box_height = face.box
    yaw, pitch, roll = np.degrees(face.pose)
    points = FaceFrame.of(face).points
    corner_y = np.mean([points[index, 1] for index in PAIRS["mouth_corner"]])
    middle_y = (points[13, 1] + points[14, 1]) / 2
    openings = [float(np.linalg.norm(points[LIDS[side]["upper"][3]] - points[LIDS[side]["lower"][3]])) for side in LIDS]
    return {
        "box": [round(x / width, 4), round(y / height, 4), round(box_width / width, 4), round(box_height / height, 4)],
        "size_px": round(face.size_px, 1),
        "yaw_deg": round(float(yaw), 1),
        "pitch_deg": round(float(pitch), 1),
        "roll_deg": round(float(roll), 1),
        "mouth_open": round(gap_share(face.points), 3),
        "corners_up_cm": round(float(corner_y - middle_y), 2),
        "eyes_open_cm": round(float(np.mean(openings)), 2),
    }
