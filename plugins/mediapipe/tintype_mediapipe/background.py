"""The photo with the person painted out, so that a head that turns uncovers something plausible."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

DEPTH_SHARE = 0.10  # how far behind the silhouette the fill has to be good, as a share of the longer side
WORK_PX = 520


def fill_behind(rgb: NDArray[np.uint8], person: NDArray[np.bool_], unsure: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Paint the person out.

    A head never uncovers more than a band behind its silhouette: there the fill follows the structures around
    (Telea 2004, "An image inpainting technique based on the fast marching method"); farther in, a smooth
    continuation of the colours is enough.

    Args:
        rgb: the photo.
        person: what to paint out.
        unsure: the person and what lies so near that it may carry their colours: no source for the painting.

    Returns:
        A new picture; pixels outside ``person`` are the photo's own.
    """
    import cv2

    if unsure.all():
        return np.full_like(rgb, rgb.reshape(-1, 3).mean(axis=0).astype(np.uint8))
    height, width = rgb.shape[:2]
    scale = min(1.0, WORK_PX / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
    hole = cv2.resize(unsure.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST)
    band = round(DEPTH_SHARE * max(size))
    inner = cv2.erode(hole, np.ones((3, 3), np.uint8), iterations=band, borderType=cv2.BORDER_REPLICATE)
    painted = _continued(small, hole)
    rim = (hole > 0) & (inner == 0)
    structured = cv2.inpaint(small, hole, 5, cv2.INPAINT_TELEA) if rim.any() else painted
    near = np.clip(cv2.distanceTransform(hole, cv2.DIST_L2, 5) / max(band, 1), 0, 1)[..., None]
    mixed = structured * (1 - near) + painted * near
    grain = _grain(small, hole)
    mixed = np.clip(mixed + grain * (hole > 0)[..., None], 0, 255).astype(np.uint8)
    filled = cv2.resize(mixed, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.where(person[..., None], filled, rgb)


def _continued(rgb: NDArray[np.uint8], hole: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Colours continued into the hole from coarse to fine (pull-push; Gortler et al. 1996, "The Lumigraph")."""
    import cv2

    weight = (hole == 0).astype(np.float32)
    levels = [(rgb.astype(np.float32) * weight[..., None], weight)]
    while min(levels[-1][1].shape) > 2:
        colour, known = levels[-1]
        size = ((known.shape[1] + 1) // 2, (known.shape[0] + 1) // 2)
        levels.append(
            (
                cv2.resize(colour, size, interpolation=cv2.INTER_AREA),
                cv2.resize(known, size, interpolation=cv2.INTER_AREA),
            )
        )
    colour, known = levels[-1]
    result = colour / np.maximum(known, 1e-4)[..., None]
    for colour, known in reversed(levels[:-1]):
        wider = cv2.resize(result, (known.shape[1], known.shape[0]), interpolation=cv2.INTER_LINEAR)
        own = np.minimum(known, 1.0)[..., None]
        result = colour / np.maximum(known, 1e-4)[..., None] * own + wider * (1 - own)
    return result


def _grain(rgb: NDArray[np.uint8], hole: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Noise of the photo's own strength, so that the fill is not smoother than what surrounds it; seeded."""
    import cv2

    detail = rgb.astype(np.float32) - cv2.GaussianBlur(rgb, (0, 0), 1.2).astype(np.float32)
    outside = detail[hole == 0]
    strength = 1.4826 * float(np.median(np.abs(outside))) if len(outside) else 0.0
    noise = np.random.default_rng(0).normal(0.0, 1.0, rgb.shape[:2]).astype(np.float32)
    return (cv2.GaussianBlur(noise, (0, 0), 0.6) * 1.8 * min(strength, 6.0))[..., None]
