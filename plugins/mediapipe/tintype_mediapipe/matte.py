"""Cuts the person out of the photo along a matte."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tintype_mediapipe.colour_cut import cut_by_colour
from tintype_mediapipe.faces import Face
from tintype_mediapipe.landmarks import OVAL

WORK_PX = 1024  # longer side that edges are refined at
REFINE_SHARE = 0.010  # radius of that refinement, as a share of the longer side
# What is looked at closely around the face, in sizes of the face: to the left and right, above and below its middle.
CLOSE = (1.5, 1.4, 1.6)
SURE_SHARE = 0.88  # of the face's oval, from its middle
FADE_SHARE = 0.12  # of the close view's size, over which it gives way to the view of the whole photo


def person_matte(rgb: NDArray[np.uint8], face: Face) -> NDArray[np.float32]:
    """How much of each pixel is the person, in [0, 1], shape=(height, width).

    MediaPipe's selfie segmentation, of the whole photo and closely around the head, refined along the photo's own
    edges (guided filter: He, Sun and Tang 2013, IEEE TPAMI 35(6)); only the part that is joined to the face counts.
    """
    import cv2

    height, width = rgb.shape[:2]
    scale = min(1.0, WORK_PX / max(height, width))
    small = cv2.resize(rgb, (round(width * scale), round(height * scale)), interpolation=cv2.INTER_AREA)
    rough = np.maximum(_segmented(small, face, scale), _oval(face, scale, small.shape))
    radius = max(2, round(REFINE_SHARE * max(small.shape[:2])))
    soft = cv2.ximgproc.guidedFilter(small, rough, radius, 1e-4 * 255 * 255)
    # Where the person has the background's colours, the model knows better than the edges do.
    soft = np.maximum(np.clip((soft - 0.1) / 0.8, 0, 1), np.clip((rough - 0.4) / 0.2, 0, 1))
    soft *= _joined_to(soft > 0.3, face, scale)
    return np.clip(cv2.resize(soft, (width, height), interpolation=cv2.INTER_CUBIC), 0, 1)


def _segmented(rgb: NDArray[np.uint8], face: Face, scale: float) -> NDArray[np.float32]:
    import mediapipe as mp

    if not hasattr(mp, "solutions"):  # MediaPipe 1.2 and later bring no models
        return cut_by_colour(rgb, face, scale)
    x, y, box_width, box_height = (value * scale for value in face.box)
    size, middle = max(box_width, box_height), (x + box_width / 2, y + box_height / 2)
    left, right = (max(0, round(middle[0] - CLOSE[0] * size)), round(middle[0] + CLOSE[0] * size))
    top, bottom = (max(0, round(middle[1] - CLOSE[1] * size)), round(middle[1] + CLOSE[2] * size))
    near = np.s_[top:bottom, left:right]
    with mp.solutions.selfie_segmentation.SelfieSegmentation(model_selection=0) as model:
        whole = model.process(np.ascontiguousarray(rgb)).segmentation_mask.astype(np.float32)
        close = model.process(np.ascontiguousarray(rgb[near])).segmentation_mask.astype(np.float32)
        mirrored = model.process(np.ascontiguousarray(rgb[near][:, ::-1])).segmentation_mask.astype(np.float32)
    # An ear that one look misses, another finds; what all of them miss is background.
    best = np.maximum(np.maximum(close, mirrored[:, ::-1]), whole[near])
    share = _inner(close.shape, rgb.shape, (top, left))
    mixed = whole.copy()
    mixed[near] = best * share + whole[near] * (1 - share)
    return mixed


def _inner(shape: tuple[int, ...], whole: tuple[int, ...], corner: tuple[int, int]) -> NDArray[np.float32]:
    """1 inside the close view, 0 along those of its edges that are not the photo's own, shape=(height, width)."""
    weights = []
    for size, total, start in zip(shape, whole, corner, strict=False):
        at, fade = np.arange(size) + 0.5, FADE_SHARE * size
        before = np.ones(size) if start == 0 else np.clip(at / fade, 0, 1)
        after = np.ones(size) if start + size >= total else np.clip((size - at) / fade, 0, 1)
        weights.append(np.minimum(before, after))
    return np.asarray(weights[0][:, None] * weights[1][None, :], dtype=np.float32)


def _oval(face: Face, scale: float, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """The face itself is person for certain, but for its rim: a head that looks away hides part of that."""
    import cv2

    filled = np.zeros(shape[:2], np.float32)
    outline = face.points[OVAL, :2]
    middle = outline.mean(axis=0)
    cv2.fillPoly(filled, [np.round((middle + SURE_SHARE * (outline - middle)) * scale).astype(np.int32)], 1.0)
    return filled


def _joined_to(mask: NDArray[np.bool_], face: Face, scale: float) -> NDArray[np.float32]:
    import cv2

    _, labels = cv2.connectedComponents(mask.astype(np.uint8))
    x, y = np.round(face.points[:, :2].mean(axis=0) * scale).astype(int)
    x, y = np.clip(x, 0, mask.shape[1] - 1), np.clip(y, 0, mask.shape[0] - 1)
    return (labels == labels[y, x]).astype(np.float32)


def grown(mask: NDArray[np.bool_], radius_px: int) -> NDArray[np.bool_]:
    """The mask with a rim of ``radius_px`` added."""
    import cv2

    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius_px + 1, 2 * radius_px + 1))
    return cv2.dilate(mask.astype(np.uint8), disc) > 0
