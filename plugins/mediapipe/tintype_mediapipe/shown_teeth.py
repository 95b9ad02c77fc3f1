"""The upper teeth that an open mouth shows in the photo, so that the head keeps its own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tintype_mediapipe.landmarks import LOWER_LIP, UPPER_LIP
from tintype_mediapipe.lip_line import OPEN_ABOVE, gap_share
from tintype_mediapipe.tones import LUMA

BRIGHT = 0.62  # of the brightest teeth: darker than this is gap, gum or shadow
LEAST_SHARE = 0.25  # of the opening that has to be teeth
LIP_SHARE = 0.06  # of the opening's height along the lips that is their shade


@dataclass(frozen=True)
class ShownTeeth:
    """What the photo shows between the lips.

    Attributes:
        share: how surely each pixel is an upper tooth, in [0, 1], shape=(height, width).
        edge_px: the row, in pixels, where the front teeth end.
    """

    share: NDArray[np.float32]
    edge_px: float


def shown_teeth(rgb: NDArray[np.uint8], points_px: NDArray[np.float64]) -> ShownTeeth | None:
    """The upper teeth in the photo, or None where the mouth is closed or shows none.

    Args:
        points_px: landmarks as found, before a mouth is closed.
    """
    import cv2

    if gap_share(points_px) < OPEN_ABOVE:
        return None
    upper, lower = points_px[UPPER_LIP[0], :2], points_px[LOWER_LIP[0], :2]
    inset = LIP_SHARE * (lower - upper)
    outline = np.concatenate([upper + inset, (lower - inset)[::-1]])
    inside = np.zeros(rgb.shape[:2], np.uint8)
    cv2.fillPoly(inside, [np.round((outline - 0.5) * 16).astype(np.int32)], 1, shift=4)
    if inside.sum() < 60:
        return None
    smooth = cv2.GaussianBlur(rgb, (0, 0), 0.8).astype(np.float32)
    luma = smooth @ LUMA.astype(np.float32)
    brightest = float(np.percentile(luma[inside > 0], 95))
    saturation = np.ptp(smooth, axis=2) / np.maximum(smooth.max(axis=2), 1)
    teeth = (inside > 0) & (luma > BRIGHT * brightest) & (saturation < 0.42)
    teeth = _from_above(teeth, inside > 0)
    if teeth.sum() < LEAST_SHARE * inside.sum() or brightest < 60:
        return None
    middle = slice(round(upper[3, 0]), max(round(upper[7, 0]), round(upper[3, 0]) + 1))
    ends = [int(np.flatnonzero(column)[-1]) for column in teeth[:, middle].T if column.any()]
    if not ends:
        return None
    radius = max(0.6, 0.01 * float(np.ptp(upper[:, 0])))
    return ShownTeeth(cv2.GaussianBlur(teeth.astype(np.float32), (0, 0), radius), float(np.median(ends)) + 1.0)


def _from_above(teeth: NDArray[np.bool_], inside: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Each column's run of teeth that hangs from the upper lip; gaps between teeth belong to it."""
    import cv2

    closed = cv2.morphologyEx(teeth.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8)) > 0
    kept = np.zeros_like(teeth)
    for x in np.flatnonzero(inside.any(axis=0)):
        rows = np.flatnonzero(inside[:, x])
        run = closed[rows, x]
        first = int(run.argmax()) if run.any() else len(run)
        if first > 0.35 * len(rows):
            continue
        after = np.flatnonzero(~run[first:])
        end = first + (int(after[0]) if len(after) else len(run) - first)
        kept[rows[:end], x] = True
    return kept
