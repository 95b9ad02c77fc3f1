"""Cuts the person out of the photo along a soft matte."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tintype_mediapipe.faces import Face
from tintype_mediapipe.landmarks import OVAL

WORK_PX = 640
REFINE_SHARE = 0.02  # radius of the refinement, as a share of the longer side


def person_matte(rgb: NDArray[np.uint8], face: Face) -> NDArray[np.float32]:
    """How much of each pixel is the person, in [0, 1], shape=(height, width).

    MediaPipe's selfie segmentation, refined along the photo's own edges (guided filter: He, Sun and Tang 2013,
    IEEE TPAMI 35(6)); only the part that is joined to the face counts.
    """
    import cv2
    import mediapipe as mp

    height, width = rgb.shape[:2]
    scale = min(1.0, WORK_PX / max(height, width))
    small = cv2.resize(rgb, (round(width * scale), round(height * scale)), interpolation=cv2.INTER_AREA)
    with mp.solutions.selfie_segmentation.SelfieSegmentation(model_selection=0) as model:
        rough = model.process(np.ascontiguousarray(small)).segmentation_mask.astype(np.float32)
    rough = np.maximum(rough, _oval(face, scale, rough.shape))
    refined = _grab_cut(small, rough)
    radius = max(2, round(REFINE_SHARE * max(small.shape[:2])))
    soft = cv2.ximgproc.guidedFilter(small, refined, radius, 1e-4 * 255 * 255)
    soft = np.clip((soft - 0.1) / 0.8, 0, 1)
    soft *= _joined_to(soft > 0.3, face, scale)
    return np.clip(cv2.resize(soft, (width, height), interpolation=cv2.INTER_CUBIC), 0, 1)


def _oval(face: Face, scale: float, shape: tuple[int, ...]) -> NDArray[np.float32]:
    import cv2

    filled = np.zeros(shape[:2], np.float32)
    cv2.fillPoly(filled, [np.round(face.points[OVAL, :2] * scale).astype(np.int32)], 1.0)
    return filled


def _grab_cut(rgb: NDArray[np.uint8], rough: NDArray[np.float32]) -> NDArray[np.float32]:
    """Let colours decide where the model is unsure (Rother, Kolmogorov and Blake 2004, "GrabCut")."""
    import cv2

    sure, unsure = max(3, round(0.012 * max(rgb.shape[:2]))), max(5, round(0.02 * max(rgb.shape[:2])))
    inside = cv2.erode((rough > 0.9).astype(np.uint8), _disc(sure))
    outside = cv2.erode((rough < 0.1).astype(np.uint8), _disc(unsure))
    labels = np.where(rough > 0.5, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    labels[inside > 0], labels[outside > 0] = cv2.GC_FGD, cv2.GC_BGD
    if not (labels == cv2.GC_BGD).any() or not (labels == cv2.GC_FGD).any():
        return (rough > 0.5).astype(np.float32)
    cv2.setRNGSeed(0)
    cv2.grabCut(rgb[:, :, ::-1].copy(), labels, None, np.zeros((1, 65)), np.zeros((1, 65)), 2, cv2.GC_INIT_WITH_MASK)
    cut = np.isin(labels, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.uint8)
    cut = cv2.morphologyEx(cut, cv2.MORPH_CLOSE, _disc(sure))
    return cv2.morphologyEx(cut, cv2.MORPH_OPEN, _disc(max(2, sure // 2))).astype(np.float32)


def _joined_to(mask: NDArray[np.bool_], face: Face, scale: float) -> NDArray[np.float32]:
    import cv2

    _, labels = cv2.connectedComponents(mask.astype(np.uint8))
    x, y = np.round(face.points[:, :2].mean(axis=0) * scale).astype(int)
    x, y = np.clip(x, 0, mask.shape[1] - 1), np.clip(y, 0, mask.shape[0] - 1)
    return (labels == labels[y, x]).astype(np.float32)


def _disc(radius: int) -> NDArray[np.uint8]:
    import cv2

    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))


def grown(mask: NDArray[np.bool_], radius_px: int) -> NDArray[np.bool_]:
    """The mask with a rim of ``radius_px`` added."""
    import cv2

    return cv2.dilate(mask.astype(np.uint8), _disc(radius_px)) > 0
