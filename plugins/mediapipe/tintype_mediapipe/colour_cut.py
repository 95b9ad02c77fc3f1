"""Cuts a person out by colours alone, where there is no model that knows people."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tintype_mediapipe.faces import Face
from tintype_mediapipe.landmarks import OVAL

WORK_PX = 320
ROUNDS = 5
# Around the face, in its own width and height: hair may reach this far up and aside; shoulders spread this much.
HAIR_UP, HAIR_ASIDE, SHOULDERS_ASIDE = 0.75, 0.55, 1.7
SURE_NECK, SURE_SHOULDERS = 0.30, 0.9


def cut_by_colour(rgb: NDArray[np.uint8], face: Face, scale: float) -> NDArray[np.float32]:
    """1 on the person, 0 elsewhere, shape=(height, width): GrabCut started from where the face is.

    Rother, Kolmogorov and Blake 2004, "GrabCut: interactive foreground extraction using iterated graph cuts".

    Args:
        rgb: the photo, reduced by ``scale``.
    """
    import cv2

    height, width = rgb.shape[:2]
    step = min(1.0, WORK_PX / max(height, width))
    small = cv2.resize(rgb, (max(8, round(width * step)), max(8, round(height * step))), interpolation=cv2.INTER_AREA)
    labels = _first_guess(small.shape, face, scale * step)
    cv2.setRNGSeed(0)
    cv2.grabCut(
        np.ascontiguousarray(small[:, :, ::-1]),
        labels,
        None,
        np.zeros((1, 65)),
        np.zeros((1, 65)),
        ROUNDS,
        cv2.GC_INIT_WITH_MASK,
    )
    cut = np.isin(labels, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.uint8)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5))
    cut = cv2.morphologyEx(cv2.morphologyEx(cut, cv2.MORPH_CLOSE, disc), cv2.MORPH_OPEN, disc)
    return cv2.resize(cut.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)


def _first_guess(shape: tuple[int, ...], face: Face, scale: float) -> NDArray[np.uint8]:
    """What is person or background for certain or perhaps, by the build of people."""
    import cv2

    height, width = shape[:2]
    left, top, face_width, face_height = (value * scale for value in face.box)
    middle, chin = left + face_width / 2, top + face_height
    labels = np.full((height, width), cv2.GC_BGD, np.uint8)
    head = (round(middle), round(chin - 0.5 * (1 + HAIR_UP) * face_height))
    axes = (round((0.5 + HAIR_ASIDE) * face_width), round(0.5 * (1.15 + HAIR_UP) * face_height))
    cv2.ellipse(labels, head, axes, 0, 0, 360, cv2.GC_PR_FGD, cv2.FILLED)
    labels[round(chin) :, :] = np.where(_shoulders(height, width, middle, chin, face_width), cv2.GC_PR_FGD, cv2.GC_BGD)[
        round(chin) :
    ]
    oval = np.round(face.points[OVAL, :2] * scale).astype(np.int32)
    cv2.fillPoly(labels, [oval], cv2.GC_FGD)
    neck = np.array(
        [
            [middle - SURE_NECK * face_width, chin - 0.1 * face_height],
            [middle + SURE_NECK * face_width, chin - 0.1 * face_height],
            [middle + SURE_SHOULDERS * face_width, chin + 2.0 * face_height],
            [middle - SURE_SHOULDERS * face_width, chin + 2.0 * face_height],
        ]
    )
    cv2.fillPoly(labels, [np.round(neck).astype(np.int32)], cv2.GC_FGD)
    return labels


def _shoulders(height: int, width: int, middle: float, chin: float, face_width: float) -> NDArray[np.bool_]:
    """A neck that widens into shoulders, shape=(height, width)."""
    y, x = np.mgrid[0:height, 0:width]
    down = np.clip((y - chin) / face_width, 0, None)
    reach = np.minimum(0.6 + 1.4 * down, SHOULDERS_ASIDE + 0.3 * down) * face_width
    return np.abs(x - middle) < reach
