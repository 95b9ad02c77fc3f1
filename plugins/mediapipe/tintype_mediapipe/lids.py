"""Upper eyelids as the photo does not show them: smooth skin with a line of lashes, rolled up behind the open lid.

Where the skin above an eye is clean, the photo's own skin stretches down when the eye closes, and the lid behind it
stays unseen.  Where it is not (glasses, brows in deep shade), stretching would drag frames and shadows over the eye:
there the photo's skin follows only a little, and this lid comes down behind it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tintype_mediapipe.face_frame import FaceFrame
from tintype_mediapipe.glasses import wears_glasses
from tintype_mediapipe.landmarks import LIDS, PAIRS
from tintype_mediapipe.parts import grid_triangles, grid_uv
from tintype_mediapipe.shapes import SIDES, Shapes, smooth
from tintype_mediapipe.skin import SkinDepth, colours_at
from tintype_mediapipe.tones import LUMA, Tones, grained

Array = NDArray[np.float64]

ROWS, COLUMNS = 9, 33
TEXTURE_PX = (96, 192)
TUCKED_CM = 0.03  # how far above the open lid's margin the lashes wait
BEHIND_CM, ROLLED_BEHIND_CM = 0.10, 0.60  # behind the skin: at the lashes, and at the rolled-up end below the brow
UNROLLED = 0.5  # how far the upper end stays back when the eye is shut, as a share of how far it lay
OVERLAP_CM = 0.12  # of the rolled-up lid beyond what the opening needs
FOLLOW_LEAST = 0.30  # share of a closing lid's way that the photo's skin goes where it is not clean
DARK, CLEAN = 0.40, 0.58  # luma of the skin above the eye, as a share of the cheeks': below, and from which on
LASHES = (0.86, 0.93)  # where the lashes begin and are darkest, as shares of the lid's height


def follow_shares(rgb: NDArray[np.uint8], points_px: Array) -> dict[str, float]:
    """How far the photo's skin follows a closing upper lid, by side (``Left``, ``Right``), in [0.3, 1]."""
    if wears_glasses(rgb, points_px):
        return dict.fromkeys(SIDES, FOLLOW_LEAST)
    return {
        side: FOLLOW_LEAST + (1 - FOLLOW_LEAST) * float(smooth(_light_above(side, rgb, points_px), DARK, CLEAN))
        for side in SIDES
    }


def _light_above(side: str, rgb: NDArray[np.uint8], points_px: Array) -> float:
    """Luma of the skin between an eye and its brow, as a share of the cheeks'."""
    cheeks = colours_at(rgb, points_px[[*PAIRS["cheek"], *PAIRS["cheekbone"]]]) @ LUMA
    skin, fold = (points_px[list(LIDS[side.lower()][name])][1:6] for name in ("upper_skin", "upper_fold"))
    between = np.concatenate([skin * (1 - t) + fold * t for t in np.linspace(0, 1, 9)])
    return float(np.median(colours_at(rgb, between) @ LUMA) / max(float(np.median(cheeks)), 1.0))


@dataclass(frozen=True)
class Lid:
    """One lid: shape=(n, 3) points and displacements in pixels of the photo, its texture, uv and triangles."""

    points: Array
    uv: Array
    triangles: NDArray[np.int64]
    texture: NDArray[np.uint8]
    displacements: dict[str, Array]


def build_lid(
    side: str, frame: FaceFrame, shapes: Shapes, points_px: Array, rgb: NDArray[np.uint8], tones: Tones
) -> Lid:
    """The lid of one eye (``Left`` or ``Right``, the subject's own)."""
    lids = LIDS[side.lower()]
    outer, inner = lids["corners"]
    margin = [outer, *lids["upper"], inner]
    opening = np.concatenate([[np.zeros(3)], shapes.opening(side), [np.zeros(3)]])
    moved = shapes.margin_of_upper_lid(side)
    left_to_right = slice(None) if side == "Right" else slice(None, None, -1)
    at, ends = np.linspace(0, len(margin) - 1, COLUMNS), np.arange(len(margin))

    def along(values: Array) -> Array:
        return np.column_stack([np.interp(at, ends, values[left_to_right, axis]) for axis in range(3)])

    edge, height = along(frame.points[margin]), np.linalg.norm(along(opening), axis=1)
    arch = np.clip(height / max(height.max(), 1e-6) * 3, 0, 1)
    rows = []
    for share in np.linspace(1, 0, ROWS):  # from the rolled-up end to the lashes
        up = arch * (TUCKED_CM + share * (height + OVERLAP_CM))
        rows.append(edge + np.column_stack([np.zeros(COLUMNS), up, np.zeros(COLUMNS)]))
    place = frame.to_photo(np.concatenate(rows))
    depth = SkinDepth(points_px)
    behind = BEHIND_CM * frame.px_per_cm
    rolled = np.repeat(np.linspace(1, 0, ROWS), COLUMNS) * (ROLLED_BEHIND_CM - BEHIND_CM) * frame.px_per_cm
    place[:, 2] = depth.at(place[:, :2]) - behind - rolled
    shut = frame.to_px(np.tile(along(moved[f"eyeBlink{side}"]), (ROWS, 1)))
    forward = depth.at(place[:, :2] + shut[:, :2]) - behind - UNROLLED * rolled - place[:, 2]
    middle = len(margin) // 2
    displacements = {}
    for name, by in moved.items():
        way = frame.to_px(np.tile(along(by), (ROWS, 1)))
        # Forward in proportion, so that shapes that add up do not push the lid through the skin.
        way[:, 2] = forward * np.linalg.norm(by[middle]) / max(np.linalg.norm(moved[f"eyeBlink{side}"][middle]), 1e-6)
        displacements[name] = way
    return Lid(
        points=place,
        uv=grid_uv(ROWS, COLUMNS),
        triangles=grid_triangles(ROWS, COLUMNS),
        texture=_texture(side, points_px, rgb, tones),
        displacements=displacements,
    )


def _texture(side: str, points_px: Array, rgb: NDArray[np.uint8], tones: Tones) -> NDArray[np.uint8]:
    """Skin of the photo from below the eye, in the lid's own light, with lashes as dark as the photo's."""
    import cv2

    height, width = TEXTURE_PX
    lids = LIDS[side.lower()]
    order = slice(None) if side == "Right" else slice(None, None, -1)
    below = colours_at(rgb, (points_px[list(lids["lower_skin"])] + points_px[list(lids["lower_fold"])])[order] / 2)
    column = np.stack([np.interp(np.linspace(0, 6, width), np.arange(7), below[:, c]) for c in range(3)], axis=1)
    column = cv2.GaussianBlur(column[None], (0, 0), width / 6, borderType=cv2.BORDER_REPLICATE)[0]
    skin = 0.5 * column + 0.5 * tones.skin
    down = np.linspace(0, 1, height)[:, None]
    crease = float(np.clip(np.sqrt(_light_above(side, rgb, points_px)), 0.45, 0.84))  # deep-set eyes lie in the shade
    light = crease + (0.5 + 0.5 * crease - 0.05 - crease) * smooth(down, 0.25, 0.95) - 0.08 * smooth(down, 0.75, 0.90)
    sides = 1 - 0.10 * np.linspace(-1, 1, width)[None, :] ** 2
    margin = colours_at(rgb, points_px[list(lids["upper"])]) @ LUMA
    dark = float(np.clip(np.percentile(margin, 25) / max(float(tones.skin @ LUMA), 1.0), 0.18, 0.62))
    lashes = smooth(down, *LASHES) * (1 - 0.5 * np.linspace(-1, 1, width)[None, :] ** 6)
    shade = (light * sides) * (1 - (1 - dark) * lashes)
    return grained(skin[None] * shade[..., None], tones.grain, seed=5)
