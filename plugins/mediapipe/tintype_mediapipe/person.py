"""The person as one mesh: the refined face, and around it hair, hat, neck and shoulders up to the matte's edge."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates
from scipy.sparse import coo_matrix, diags
from scipy.sparse.linalg import factorized
from scipy.spatial import Delaunay, cKDTree

from tintype_mediapipe.face_frame import FaceFrame
from tintype_mediapipe.landmarks import CHIN, FOREHEAD, OVAL, PAIRS
from tintype_mediapipe.subdivision import refined

GRID_SHARE = 0.055  # spacing of the mesh around the face, in face heights
BORDER_SHARE = 0.014  # spacing along the silhouette
MIN_BORDER_PX = 2.0
DECAY_SHARE = 0.20  # how fast the face's movements die out around it, in face heights
NECK_SHARE = 0.62  # over what length below the chin the head's rotation fades out, in face heights
FRAME_SHARE = 0.22  # how far inside a picture edge that cuts the head the head moves freely, in face heights
STEEPEST = 1.3  # depth per distance: where the silhouette is close to the face, a steeper fall would smear as it turns
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
    away, nearest = cKDTree(face[ring, :2]).query(around[border])
    edge = np.maximum(back, face[ring[nearest], 2] - STEEPEST * away)
    depth = extension.interpolate(face[ring, 2:3], border, edge[:, None])[:, 0]
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
        head_weight=_head_weight(points, landmarks_px, face_height, count)
        * _held_by_frame(points, uv, mask.shape, face_height),
        displacements=displacements,
        pivot=pivot,
    )


def _surroundings(
    ring: NDArray[np.float64], mask: NDArray[np.bool_], face_height: float
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.bool_]]:
    """Points around the face, the triangles of ring and points together, and which of the points are the edge."""
    height, width = mask.shape
    step, border_step = GRID_SHARE * face_height, max(MIN_BORDER_PX, BORDER_SHARE * face_height)
    outline = _outline(mask, border_step)
    within = _depth_inside(outline, height, width)
    beyond_face = -_depth_inside(ring, height, width)
    outline = outline[_at(beyond_face, outline) > 0.2 * border_step]
    grid = _hexagonal(width, height, step)
    clear = grid[(_at(beyond_face, grid) > 0.45 * step) & (_at(within, grid) > 0.6 * step)]
    close = _hexagonal(width, height, 0.45 * step)  # finer along the outline, so that no sliver joins it to the grid
    depth = _at(within, close)
    close = close[(_at(beyond_face, close) > 0.3 * step) & (depth > 0.25 * step) & (depth <= 0.6 * step)]
    around = np.concatenate([outline, clear, close])
    everything = np.concatenate([ring, around])
    found = Delaunay(everything).simplices.astype(np.int64)
    centres = everything[found].mean(axis=1)
    keep = (_at(beyond_face, centres) > 0) & (_at(within, centres) > 0)
    border = np.zeros(len(around), dtype=bool)
    border[: len(outline)] = True
    return around, found[keep], border


def _outline(mask: NDArray[np.bool_], step: float) -> NDArray[np.float64]:
    """The edge of the mask as a polygon with corners every ``step`` pixels; it reaches the picture's border."""
    import cv2

    height, width = mask.shape
    padded = np.pad(cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 1.0), 1, mode="edge")
    twice = cv2.resize(padded, None, fx=2, fy=2, interpolation=cv2.INTER_LINEAR)
    solid = np.pad((twice > 0.5).astype(np.uint8), 1)
    contours, _ = cv2.findContours(solid, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    line = max(contours, key=cv2.contourArea)[:, 0].astype(np.float64)
    line = (line - 1 + 0.5) / 2 - 1  # to pixel edges of the photo
    line = _through_corners(_even(_rounded(line, 2.0), step), mask, step)
    return np.clip(
        np.where(line <= 0.75, 0, np.where(line >= [width - 0.75, height - 0.75], [width, height], line)),
        0,
        [width, height],
    )


def _depth_inside(polygon: NDArray[np.float64], height: int, width: int) -> NDArray[np.float32]:
    """How far each pixel's centre lies inside the polygon, in pixels; negative outside.  The frame is no edge."""
    import cv2

    drawn = np.zeros((height, width), np.uint8)
    cv2.fillPoly(drawn, [np.round((polygon - 0.5) * 16).astype(np.int32)], 1, shift=4)
    inside = cv2.distanceTransform(drawn, cv2.DIST_L2, cv2.DIST_MASK_5)
    outside = cv2.distanceTransform(1 - drawn, cv2.DIST_L2, cv2.DIST_MASK_5)
    return np.where(drawn > 0, inside - 0.5, 0.5 - outside)


def _at(picture: NDArray[np.float32], places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values of a picture at places in pixels, shape=(n,)."""
    return np.asarray(map_coordinates(picture, places[:, ::-1].T - 0.5, order=1, mode="nearest"), dtype=np.float64)


def _through_corners(line: NDArray[np.float64], mask: NDArray[np.bool_], step: float) -> NDArray[np.float64]:
    """The outline with the picture's own corners, where the person fills them: rounding had cut them off."""
    height, width = mask.shape
    for x, y in ((0, 0), (width, 0), (0, height), (width, height)):
        if not mask[min(y, height - 1), min(x, width - 1)]:
            continue
        away = np.linalg.norm(line - [x, y], axis=1)
        nearest = int(away.argmin())
        before = line[:nearest][away[:nearest] > 0.5 * step]
        after = line[nearest + 1 :][away[nearest + 1 :] > 0.5 * step]
        line = np.concatenate([before, [[x, y]], after])
    return line


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
    x, y = np.meshgrid(np.arange(0, width + step, step), rows)
    x = x + np.where(np.arange(len(rows)) % 2, step / 2, 0.0)[:, None]
    return np.column_stack([x.ravel(), y.ravel()])


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


def _held_by_frame(
    points: NDArray[np.float64], uv: NDArray[np.float64], shape: tuple[int, ...], face_height: float
) -> NDArray[np.float64]:
    """0 where the picture's edge cuts the person, so that no edge comes into view; 1 a little inside."""
    height, width = shape
    x, y = uv[:, 0], uv[:, 1]
    cut = (x <= 0) | (x >= width) | (y <= 0) | (y >= height)
    if not cut.any():
        return np.ones(len(points))
    away, _ = cKDTree(uv[cut]).query(uv)
    return _eased(away / (FRAME_SHARE * face_height))


def _eased(value: NDArray[np.float64]) -> NDArray[np.float64]:
    t = np.clip(value, 0, 1)
    return t * t * (3 - 2 * t)


def _facing_viewer(triangles: NDArray[np.int64], uv: NDArray[np.float64]) -> NDArray[np.int64]:
    """Triangles wound counter-clockwise as seen by the viewer (y is down in pixels)."""
    a, b, c = (uv[triangles[:, corner]] for corner in range(3))
    twice_area = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
    return np.where((twice_area > 0)[:, None], triangles[:, [0, 2, 1]], triangles)
