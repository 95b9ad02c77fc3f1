"""The person as one mesh: the refined face, and around it hair, hat, neck and shoulders up to the matte's edge."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, diags
from scipy.sparse.linalg import factorized
from scipy.spatial import Delaunay

from tintype_mediapipe.face_frame import FaceFrame
from tintype_mediapipe.landmarks import CHIN, FOREHEAD, OVAL, PAIRS
from tintype_mediapipe.subdivision import refined

GRID_SHARE = 0.055  # spacing of the mesh around the face, in face heights
BORDER_SHARE = 0.035  # spacing along the silhouette
DECAY_SHARE = 0.20  # how fast the face's movements die out around it, in face heights
NECK_SHARE = 0.62  # over what length below the chin the head's rotation fades out, in face heights
BACK_CM = 1.2  # the silhouette lies this far behind the sides of the face


@dataclass(frozen=True)
class Person:
    """The person's mesh at rest, in pixels of the photo (x right, y down, z toward the viewer).

    Attributes:
        points: shape=(n, 3); the refined face comes first.
        uv_px: where each vertex is in the photo, shape=(n, 2).
        triangles: shape=(m, 3).
        face_count: how many vertices are the refined face.
        head_weight: how far each vertex follows the head, shape=(n,), in [0, 1].
        displacements: pixels by ARKit name, shape=(n, 3) each.
        pivot: what the head turns about.
    """

    points: NDArray[np.float64]
    uv_px: NDArray[np.float64]
    triangles: NDArray[np.int64]
    face_count: int
    head_weight: NDArray[np.float64]
    displacements: dict[str, NDArray[np.float64]]
    pivot: NDArray[np.float64]


def build_person(
    frame: FaceFrame,
    landmarks_px: NDArray[np.float64],
    uv_px: NDArray[np.float64],
    shapes_cm: dict[str, NDArray[np.float64]],
    mask: NDArray[np.bool_],
) -> Person:
    """Build the mesh.

    Args:
        landmarks_px: the 468 landmarks at rest, shape=(468, 3).
        uv_px: where they are in the photo, shape=(468, 2); differs from rest where an open mouth was closed.
        shapes_cm: displacements of the landmarks by ARKit name.
        mask: the person with the rim that goes with it.
    """
    fine = refined()
    face = fine.straight @ landmarks_px
    face[:, 2] = fine.smooth @ landmarks_px[:, 2]
    face_height = float(np.linalg.norm(landmarks_px[CHIN, :2] - landmarks_px[FOREHEAD, :2]))
    ring = fine.ring(OVAL, closed=True)
    around, faces_around, border = _surroundings(face[ring, :2], mask, face_height)
    count = len(face)
    index = np.concatenate([ring, count + np.arange(len(around))])
    outside = index[faces_around]
    extension = _Extension(np.concatenate([face[ring, :2], around]), faces_around, len(ring), face_height)
    back = min(landmarks_px[list(PAIRS["ear"]), 2]) - BACK_CM * frame.px_per_cm
    depth = extension.interpolate(face[ring, 2:3], border, np.full((border.sum(), 1), back))[:, 0]
    points = np.concatenate([face, np.column_stack([around, np.minimum(depth, face[ring, 2].max())])])
    uv = np.concatenate([fine.straight @ uv_px, around])
    displacements = {}
    for name, moved_cm in shapes_cm.items():
        inner = fine.smooth @ frame.to_px(moved_cm)
        displacements[name] = np.concatenate([inner, extension.fade(inner[ring], border)])
    pivot = np.array([landmarks_px[:, 0].mean(), landmarks_px[CHIN, 1] - 0.06 * face_height, back])
    return Person(
        points=points,
        uv_px=uv,
        triangles=_facing_viewer(np.concatenate([fine.triangles, outside]), uv),
        face_count=count,
        head_weight=_head_weight(points, landmarks_px, face_height, count),
        displacements=displacements,
        pivot=pivot,
    )


def _surroundings(
    ring: NDArray[np.float64], mask: NDArray[np.bool_], face_height: float
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.bool_]]:
    """Points around the face, the triangles of ring and points together, and which of the points are the edge."""
    import cv2

    height, width = mask.shape
    step, border_step = GRID_SHARE * face_height, BORDER_SHARE * face_height
    padded = np.pad(mask.astype(np.uint8), 1)
    contours, _ = cv2.findContours(padded, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    outline = max(contours, key=cv2.contourArea)[:, 0].astype(np.float64) - 1
    outline = _even(_rounded(outline, border_step * 0.35), border_step)
    outline = _through_corners(outline, padded, border_step)
    # Pixel centres to pixel edges at the frame, so that the mesh reaches the picture's border.
    outline = np.where(outline <= 1.0, 0.0, outline)
    outline[:, 0] = np.where(outline[:, 0] >= width - 2.0, width, outline[:, 0] + 0.5 * (outline[:, 0] > 0))
    outline[:, 1] = np.where(outline[:, 1] >= height - 2.0, height, outline[:, 1] + 0.5 * (outline[:, 1] > 0))
    polygon = outline.astype(np.float32).reshape(-1, 1, 2)
    oval = ring.astype(np.float32).reshape(-1, 1, 2)
    grid = _hexagonal(width, height, step)
    clear = [
        point
        for point in grid
        if cv2.pointPolygonTest(oval, (float(point[0]), float(point[1])), True) < -0.45 * step
        and cv2.pointPolygonTest(polygon, (float(point[0]), float(point[1])), True) > 0.45 * border_step
    ]
    inside_oval = np.array(
        [cv2.pointPolygonTest(oval, (float(x), float(y)), True) > -0.2 * border_step for x, y in outline]
    )
    outline = outline[~inside_oval]
    around = np.concatenate([outline, np.array(clear).reshape(-1, 2)])
    everything = np.concatenate([ring, around])
    found = Delaunay(everything).simplices.astype(np.int64)
    centres = everything[found].mean(axis=1)
    keep = [
        cv2.pointPolygonTest(oval, (float(x), float(y)), False) < 0
        and cv2.pointPolygonTest(polygon, (float(x), float(y)), False) >= 0
        for x, y in centres
    ]
    border = np.zeros(len(around), dtype=bool)
    border[: len(outline)] = True
    return around, found[np.array(keep)], border


def _through_corners(outline: NDArray[np.float64], padded: NDArray[np.uint8], step: float) -> NDArray[np.float64]:
    """The outline with the picture's own corners, where the person fills them: rounding had cut them off."""
    height, width = padded.shape[0] - 2, padded.shape[1] - 2
    for x, y in ((0, 0), (width - 1, 0), (0, height - 1), (width - 1, height - 1)):
        if not padded[y + 1, x + 1]:
            continue
        away = np.linalg.norm(outline - [x, y], axis=1)
        nearest = int(away.argmin())
        before = outline[:nearest][away[:nearest] > 0.5 * step]
        after = outline[nearest + 1 :][away[nearest + 1 :] > 0.5 * step]
        outline = np.concatenate([before, [[x, y]], after])
    return outline


def _rounded(line: NDArray[np.float64], sigma: float) -> NDArray[np.float64]:
    from scipy.ndimage import gaussian_filter1d

    return np.asarray(gaussian_filter1d(line, max(sigma, 0.8), axis=0, mode="wrap"))


def _even(line: NDArray[np.float64], step: float) -> NDArray[np.float64]:
    closed = np.concatenate([line, line[:1]])
    length = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(closed, axis=0), axis=1))])
    at = np.linspace(0, length[-1], max(8, round(length[-1] / step)), endpoint=False)
    return np.column_stack([np.interp(at, length, closed[:, axis]) for axis in (0, 1)])


def _hexagonal(width: int, height: int, step: float) -> NDArray[np.float64]:
    rows = np.arange(0, height + step, step * np.sqrt(3) / 2)
    return np.array(
        [
            [x + (step / 2 if number % 2 else 0), y]
            for number, y in enumerate(rows)
            for x in np.arange(0, width + step, step)
        ]
    )


def covered(person: Person, height: int, width: int) -> NDArray[np.bool_]:
    """The pixels of the photo that the person's mesh hides at rest for certain, shape=(height, width)."""
    import cv2

    drawn = np.zeros((height + 2, width + 2), np.uint8)
    corners = np.round((person.uv_px[person.triangles] + 0.5) * 16).astype(np.int32)
    for triangle in corners:
        cv2.fillConvexPoly(drawn, triangle, 1, shift=4)
    drawn[[0, -1]], drawn[:, [0, -1]] = drawn[[1, -2]], drawn[:, [1, -2]]
    return cv2.erode(drawn, np.ones((3, 3), np.uint8), borderValue=1)[1:-1, 1:-1] > 0


class _Extension:
    """Carries values from the ring around the face outward over the mesh."""

    def __init__(
        self, points: NDArray[np.float64], triangles: NDArray[np.int64], ring_count: int, face_height: float
    ) -> None:
        pairs = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
        rows = np.concatenate([pairs[:, 0], pairs[:, 1]])
        columns = np.concatenate([pairs[:, 1], pairs[:, 0]])
        closeness = 1 / np.maximum(np.sum((points[rows] - points[columns]) ** 2, axis=1), 1e-3)
        weights = coo_matrix((closeness, (rows, columns)), shape=(len(points), len(points))).tocsr()
        weights.data *= face_height**2
        degree = np.asarray(weights.sum(axis=1)).ravel()
        self._laplacian = (diags(np.maximum(degree, 1e-6)) - weights).tocsr()
        self._ring = np.arange(ring_count)
        self._rest = np.arange(ring_count, len(points))
        neighbours = np.maximum(np.bincount(rows, minlength=len(points)), 1)
        self._screen = neighbours / DECAY_SHARE**2 * 0.25

    def interpolate(
        self, ring_values: NDArray[np.float64], border: NDArray[np.bool_], border_values: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """The smoothest values between those of the ring and those of the edge, shape=(around, k)."""
        fixed = np.concatenate([self._ring, self._rest[border]])
        free = self._rest[~border]
        known = np.concatenate([ring_values, border_values])
        values = np.zeros((len(self._rest), ring_values.shape[1]))
        values[border] = border_values
        if len(free):
            solve = factorized(self._laplacian[free][:, free].tocsc())
            right = -(self._laplacian[free][:, fixed] @ known)
            values[~border] = np.column_stack([solve(column) for column in right.T])
        return values

    def fade(self, ring_values: NDArray[np.float64], border: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Values that start as the ring's and die out over ``DECAY_SHARE`` face heights, shape=(around, k)."""
        if not hasattr(self, "_solve_fade"):
            screened = self._laplacian + diags(self._screen)
            self._solve_fade = factorized(screened[self._rest][:, self._rest].tocsc())
            self._from_ring = self._laplacian[self._rest][:, self._ring]
        right = -(self._from_ring @ ring_values)
        return np.column_stack([self._solve_fade(column) if np.any(column) else column for column in right.T])


def _head_weight(
    points: NDArray[np.float64], landmarks_px: NDArray[np.float64], face_height: float, face_count: int
) -> NDArray[np.float64]:
    """1 for face, hair and hat; fades to 0 through the neck; shoulders that rise beside the face stay."""
    below = (points[:, 1] - (landmarks_px[CHIN, 1] - 0.02 * face_height)) / (NECK_SHARE * face_height)
    down = 1 - _eased(below)
    centre = landmarks_px[:, 0].mean()
    beside = (np.abs(points[:, 0] - centre) - 0.75 * face_height) / (0.5 * face_height)
    jaw_line = (points[:, 1] - landmarks_px[list(PAIRS["jaw_angle"]), 1].mean()) / (0.25 * face_height)
    weight = down * (1 - _eased(beside) * _eased(jaw_line))
    weight[:face_count] = 1.0
    return np.asarray(weight)


def _eased(value: NDArray[np.float64]) -> NDArray[np.float64]:
    t = np.clip(value, 0, 1)
    return t * t * (3 - 2 * t)


def _facing_viewer(triangles: NDArray[np.int64], uv: NDArray[np.float64]) -> NDArray[np.int64]:
    """Triangles wound counter-clockwise as seen by the viewer (y is down in pixels)."""
    a, b, c = (uv[triangles[:, corner]] for corner in range(3))
    twice_area = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
    return np.where((twice_area > 0)[:, None], triangles[:, [0, 2, 1]], triangles)
