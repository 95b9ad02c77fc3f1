"""The eyes: what the photo shows between the lids, continued behind them, so that they can look around.

The eye is a patch behind the opening of the lids.  Looking moves the iris inside it and lets the white follow
elastically; what the lids hid in the photo is completed: the iris by its own colours at the same distance from its
centre, the white by what is nearest to it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tintype_mediapipe.face_frame import FaceFrame
from tintype_mediapipe.landmarks import IRIS, LIDS, OVAL
from tintype_mediapipe.lids import Lid
from tintype_mediapipe.parts import Part, grid_triangles, grid_uv
from tintype_mediapipe.skin import SkinDepth
from tintype_mediapipe.subdivision import refined

ROWS, COLUMNS = 17, 25
MARGIN_X, MARGIN_CM = 0.22, 0.5  # how far the patch reaches beyond the opening: in its widths, and up and down
TEXTURE_PX = 512
MIN_SCALE, MAX_SCALE = 2.0, 6.0  # texture pixels per pixel of the photo
OWN_RIM_PX = 1.0  # pixels of the photo around the opening that stay the photo's own
REACH_CM = 0.36
BEHIND_CM = 0.25
# How far the iris moves at a gaze shape of 1, in cm: an eyeball of 1.2 cm radius turned by about 28 and 20 degrees.
TRAVEL_CM = {"In": (0.52, 0.0), "Out": (0.52, 0.0), "Up": (0.0, 0.36), "Down": (0.0, 0.36)}


def build_eye(side: str, frame: FaceFrame, points_px: NDArray[np.float64], rgb: NDArray[np.uint8], lid: Lid) -> Part:
    """One eye with its upper lid.

    Args:
        side: ``left`` or ``right``, the subject's own.
        points_px: the 478 landmarks, pixels.
        lid: lies before the eye, behind the photo's skin.
    """
    opening = opening_outline(side, points_px)
    low, high = opening.min(axis=0), opening.max(axis=0)
    pad = np.array([MARGIN_X * (high[0] - low[0]), MARGIN_CM * frame.px_per_cm])
    low, high = low - pad, high + pad
    iris, radius = _iris(side, points_px)
    texture = _texture(rgb, opening, iris, radius, low, high)
    u, v = np.meshgrid(np.linspace(0, 1, COLUMNS), np.linspace(0, 1, ROWS))
    place = np.column_stack([low[0] + u.ravel() * (high - low)[0], low[1] + v.ravel() * (high - low)[1]])
    depth = SkinDepth(points_px).at(place) - BEHIND_CM * frame.px_per_cm
    triangles = _behind_face(place, opening, points_px[OVAL, :2], REACH_CM * frame.px_per_cm)
    eye = Part(
        name=f"eye_{side}",
        points=np.column_stack([place, depth]),
        uv=grid_uv(ROWS, COLUMNS),
        triangles=triangles,
        texture=texture,
        displacements=_gaze(side, frame, place, iris, radius, low, high),
    )
    return _with_lid(eye, lid)


def _with_lid(eye: Part, lid: Lid) -> Part:
    """Eye and lid as one mesh, whose texture has the lid's below the eye's."""
    import cv2

    height, width = eye.texture.shape[:2]
    below = cv2.resize(lid.texture, (width, lid.texture.shape[0]), interpolation=cv2.INTER_LINEAR)
    whole = height + len(below)
    half = 0.5 / len(below)  # the filter must not mix the two pictures
    lid_v = half + lid.uv[:, 1] * (1 - 2 * half)
    count = len(eye.points)
    displacements = {
        name: np.concatenate(
            [eye.displacements.get(name, np.zeros((count, 3))), lid.displacements.get(name, np.zeros_like(lid.points))]
        )
        for name in {**eye.displacements, **lid.displacements}
    }
    return Part(
        name=eye.name,
        points=np.concatenate([eye.points, lid.points]),
        uv=np.concatenate(
            [
                np.column_stack([eye.uv[:, 0], np.minimum(eye.uv[:, 1] * height, height - 0.5) / whole]),
                np.column_stack([lid.uv[:, 0], (height + lid_v * len(below)) / whole]),
            ]
        ),
        triangles=np.concatenate([eye.triangles, count + lid.triangles]),
        texture=np.concatenate([eye.texture, below]),
        displacements=displacements,
    )


def _behind_face(
    place: NDArray[np.float64], opening: NDArray[np.float64], oval: NDArray[np.float64], reach_px: float
) -> NDArray[np.int64]:
    """The patch's triangles that lids can uncover; its corners would show through a brow that rises, or beside the
    face of someone who looks away."""
    import cv2

    def inside(outline: NDArray[np.float64]) -> NDArray[np.float64]:
        polygon = outline.astype(np.float32).reshape(-1, 1, 2)
        return np.array([cv2.pointPolygonTest(polygon, (float(x), float(y)), True) for x, y in place])

    triangles = grid_triangles(ROWS, COLUMNS)
    near = inside(opening)[triangles].max(axis=1) > -reach_px
    hidden = inside(oval)[triangles].min(axis=1) > 0
    return triangles[near & hidden]


def opening_outline(side: str, points_px: NDArray[np.float64]) -> NDArray[np.float64]:
    """The edge of the opening between the lids, shape=(n, 2), clockwise from the outer corner."""
    lids = LIDS[side]
    outer, inner = lids["corners"]
    loop = np.array([outer, *lids["upper"], inner, *lids["lower"][::-1]])
    fine = refined()
    ring = fine.ring(loop, closed=True)
    return np.asarray(fine.straight[ring] @ points_px[: fine.straight.shape[1], :2])


def _iris(side: str, points_px: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    index = IRIS[side]
    centre, rim = points_px[index, :2], points_px[index + 1 : index + 5, :2]
    return centre, float(np.linalg.norm(rim - centre, axis=1).mean())


def _gaze(
    side: str,
    frame: FaceFrame,
    place: NDArray[np.float64],
    iris: NDArray[np.float64],
    radius: float,
    low: NDArray[np.float64],
    high: NDArray[np.float64],
) -> dict[str, NDArray[np.float64]]:
    """The iris moves as a whole; from its rim to the edge of the patch the movement dies out."""
    away = np.linalg.norm(place - iris, axis=1)
    edge = np.min(np.concatenate([place - low, high - place], axis=1), axis=1)
    share = np.clip(edge / np.maximum(edge + np.maximum(away - radius * 1.15, 0), 1e-6), 0, 1)
    share = share * share * (3 - 2 * share)
    inward = -1.0 if side == "left" else 1.0
    ways = {"In": (inward, 0), "Out": (-inward, 0), "Up": (0, 1), "Down": (0, -1)}
    name = side.capitalize()
    moved = {}
    for way, (x, y) in ways.items():
        travel = np.array([[x * TRAVEL_CM[way][0], y * TRAVEL_CM[way][1], 0.0]])
        moved[f"eyeLook{way}{name}"] = share[:, None] * frame.to_px(travel)
    return moved


def _texture(
    rgb: NDArray[np.uint8],
    opening: NDArray[np.float64],
    iris: NDArray[np.float64],
    radius: float,
    low: NDArray[np.float64],
    high: NDArray[np.float64],
) -> NDArray[np.uint8]:
    """The eye as if the lids were not there, over the patch from ``low`` to ``high``."""
    import cv2

    extent = high - low
    scale = float(np.clip(TEXTURE_PX / extent.max(), MIN_SCALE, MAX_SCALE))
    width, height = (max(8, round(side * scale)) for side in extent)
    step = extent / [width, height]
    x = (low[0] + (np.arange(width) + 0.5) * step[0]).astype(np.float32)
    y = (low[1] + (np.arange(height) + 0.5) * step[1]).astype(np.float32)
    gx, gy = np.meshgrid(x, y)
    # remap counts from pixel centres, landmarks from pixel edges
    photo = cv2.remap(rgb, gx - 0.5, gy - 0.5, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE).astype(np.float32)
    scaled = ((opening - low) / step).astype(np.float32)
    shown = np.zeros((height, width), np.uint8)
    cv2.fillPoly(shown, [np.round(scaled * 16).astype(np.int32)], 1, shift=4)
    # The rim of the opening is lashes and shadow, which belong to the lids: what is continued comes from farther in.
    inset = max(1, round(0.10 * np.ptp(scaled[:, 1])))
    clean = cv2.erode(shown, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * inset + 1, 2 * inset + 1)))
    if not clean.any():
        clean = shown
    away = np.hypot(gx - iris[0], gy - iris[1])
    in_iris = away < radius * 1.02
    hidden = photo.copy()
    white = (clean > 0) & (away > radius * 1.12)
    if white.any():
        hidden = _nearest(photo, white)
    hidden = np.where(in_iris[..., None], _by_distance(photo, away, radius, clean > 0), hidden)
    soft_rim = np.clip((away - radius * 0.92) / (radius * 0.2), 0, 1)[..., None]
    if white.any():
        hidden = np.where(
            (away < radius * 1.12)[..., None], hidden * (1 - soft_rim) + _nearest(photo, white) * soft_rim, hidden
        )
    shadow = _lid_shadow(shown, scaled)
    hidden = cv2.GaussianBlur(hidden, (0, 0), max(0.8, 0.35 * scale)) * shadow[..., None]
    # Inside the opening, and a rim of the photo around it, the photo itself: at rest nothing changes.
    edge = max(1, round(OWN_RIM_PX * scale))
    own = cv2.dilate(shown, np.ones((2 * edge + 1, 2 * edge + 1), np.uint8))[..., None]
    mixed = np.where(own > 0, photo, hidden)
    return np.clip(mixed + 0.5, 0, 255).astype(np.uint8)


def _nearest(photo: NDArray[np.float32], known: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Each pixel's colour from the nearest known one."""
    from scipy.ndimage import distance_transform_edt

    rows, columns = distance_transform_edt(~known, return_distances=False, return_indices=True)
    return photo[rows, columns]


def _by_distance(
    photo: NDArray[np.float32], away: NDArray[np.float32], radius: float, known: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """Colours of the iris by their distance from its centre, the median over what is shown."""
    rings = np.clip((away / radius * 10).astype(int), 0, 10)
    colours = np.zeros((11, 3), np.float32)
    filled = np.zeros(11, bool)
    for ring in range(11):
        here = known & (rings == ring)
        if here.any():
            colours[ring], filled[ring] = np.median(photo[here], axis=0), True
    if not filled.any():
        return photo
    at = np.arange(11)
    colours = np.stack([np.interp(at, at[filled], colours[filled, channel]) for channel in range(3)], axis=1)
    where = np.clip(away / radius * 10, 0, 10)
    low = np.floor(where).astype(int)
    part = (where - low)[..., None]
    return np.asarray(colours[low] * (1 - part) + colours[np.minimum(low + 1, 10)] * part, dtype=np.float32)


def _lid_shadow(shown: NDArray[np.uint8], outline: NDArray[np.float32]) -> NDArray[np.float32]:
    """What lies behind the upper lid is in its shade."""
    from scipy.ndimage import distance_transform_edt

    away = distance_transform_edt(shown == 0).astype(np.float32) / max(float(np.ptp(outline[:, 1])), 1.0)
    return 1.0 - 0.25 * np.clip(away * 2.0, 0, 1)
