"""MediaPipe's face mesh: which landmark is where, and how the 468 are joined.

Indices are those of the canonical face model (MediaPipe Face Mesh, Apache-2.0).  Left and right are the subject's
own; rows of the mouth run from the subject's right corner to the left one, from the inner edge (row 0) outward.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

COUNT = 468
IRIS = {"right": 468, "left": 473}  # centres; four points on the rim follow each

UPPER_LIP = np.array(
    [
        [78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308],
        [62, 183, 42, 41, 38, 12, 268, 271, 272, 407, 292],
        [76, 184, 74, 73, 72, 11, 302, 303, 304, 408, 306],
        [61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291],
    ]
)
LOWER_LIP = np.array(
    [
        [78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308],
        [62, 96, 89, 179, 86, 15, 316, 403, 319, 325, 292],
        [76, 77, 90, 180, 85, 16, 315, 404, 320, 307, 306],
        [61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291],
    ]
)
LIP_COLUMNS = UPPER_LIP.shape[1]

OVAL = np.array(
    [
        10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377,
        152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
    ]
)  # fmt: skip

# Eyelids by side: margins without the corners, from the outer corner to the inner one, and the skin rows beyond.
LIDS = {
    "right": {
        "corners": (33, 133),
        "upper": (246, 161, 160, 159, 158, 157, 173),
        "lower": (7, 163, 144, 145, 153, 154, 155),
        "upper_skin": (247, 30, 29, 27, 28, 56, 190),
        "lower_skin": (25, 110, 24, 23, 22, 26, 112),
        "upper_fold": (113, 225, 224, 223, 222, 221, 189),
        "lower_fold": (31, 228, 229, 230, 231, 232, 233),
    },
    "left": {
        "corners": (263, 362),
        "upper": (466, 388, 387, 386, 385, 384, 398),
        "lower": (249, 390, 373, 374, 380, 381, 382),
        "upper_skin": (467, 260, 259, 257, 258, 286, 414),
        "lower_skin": (255, 339, 254, 253, 252, 256, 341),
        "upper_fold": (342, 445, 444, 443, 442, 441, 413),
        "lower_fold": (261, 448, 449, 450, 451, 452, 453),
    },
}

# Single landmarks that the shapes are anchored at, as (right, left).
PAIRS = {
    "mouth_corner": (61, 291),
    "brow_inner": (107, 336),
    "brow_middle": (105, 334),
    "brow_outer": (70, 300),
    "cheek": (205, 425),
    "cheekbone": (50, 280),
    "alar": (129, 358),
    "nostril": (98, 327),
    "nose_side": (198, 420),
    "nasolabial": (203, 423),
    "ear": (234, 454),
    "tragus": (93, 323),
    "eye_outer": (33, 263),
    "eye_inner": (133, 362),
    "temple": (54, 284),
    "jaw_angle": (172, 397),
}
CHIN, FOREHEAD, NOSE_TIP, NOSE_BRIDGE, CHIN_BOSS = 152, 10, 1, 168, 199

# Three landmarks that are all joined to each other without bounding a face of the mesh.
_NOT_FACES = {(49, 64, 129), (279, 294, 358)}


@lru_cache(maxsize=1)
def triangles() -> NDArray[np.int64]:
    """The 852 triangles of the mesh, shape=(852, 3), with holes at the eyes and between the lips."""
    from mediapipe.tasks.python.vision.face_landmarker import FaceLandmarksConnections

    joins = FaceLandmarksConnections.FACE_LANDMARKS_TESSELATION
    edges = {(min(join.start, join.end), max(join.start, join.end)) for join in joins}
    joined: dict[int, set[int]] = {}
    for a, b in edges:
        joined.setdefault(a, set()).add(b)
        joined.setdefault(b, set()).add(a)
    found = {tuple(sorted((a, b, c))) for a, b in edges for c in joined[a] & joined[b]}
    return np.array(sorted(found - _NOT_FACES))
