"""A finer face mesh: each triangle in four, twice, with weights that carry values from the landmarks to it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, identity, lil_matrix

from tintype_mediapipe.landmarks import COUNT, triangles

LEVELS = 2


@dataclass(frozen=True)
class Refined:
    """The refined mesh.

    Attributes:
        triangles: shape=(faces, 3).
        straight: shape=(vertices, 468): midpoints; the first 468 vertices are the landmarks themselves.
        smooth: shape=(vertices, 468): Loop's weights, so that displacements bend instead of folding along edges.
    """

    triangles: NDArray[np.int64]
    straight: csr_matrix
    smooth: csr_matrix

    def ring(self, landmarks: NDArray[np.int64], *, closed: bool) -> NDArray[np.int64]:
        """The refined vertices along a path of neighbouring landmarks, ends included."""
        path = list(landmarks)
        for edges in _refined()[1]:
            pairs = zip(path, path[1:] + path[:1] if closed else path[1:], strict=False)
            longer = [vertex for a, b in pairs for vertex in (a, edges[min(a, b), max(a, b)])]
            path = longer if closed else [*longer, path[-1]]
        return np.array(path)


def refined() -> Refined:
    """The face mesh, refined twice (Loop 1987, "Smooth subdivision surfaces based on triangles")."""
    return _refined()[0]


@lru_cache(maxsize=1)
def _refined() -> tuple[Refined, tuple[dict[tuple[int, int], int], ...]]:
    faces = triangles()
    straight = smooth = identity(COUNT, format="csr")
    edges_of_levels = []
    for _ in range(LEVELS):
        faces, edges, halves, loop = _split(faces, straight.shape[0])
        straight, smooth = halves @ straight, loop @ smooth
        edges_of_levels.append(edges)
    return Refined(faces, straight.tocsr(), smooth.tocsr()), tuple(edges_of_levels)


def _split(
    faces: NDArray[np.int64], count: int
) -> tuple[NDArray[np.int64], dict[tuple[int, int], int], csr_matrix, csr_matrix]:
    """One level: new faces, the new vertex of each edge, midpoint weights and Loop weights."""
    opposite: dict[tuple[int, int], list[int]] = {}
    for a, b, c in faces.tolist():
        for p, q, r in ((a, b, c), (b, c, a), (c, a, b)):
            opposite.setdefault((min(p, q), max(p, q)), []).append(r)
    edges = {edge: count + number for number, edge in enumerate(sorted(opposite))}
    halves, loop = lil_matrix((count + len(edges), count)), lil_matrix((count + len(edges), count))
    neighbours: dict[int, set[int]] = {}
    border: dict[int, list[int]] = {}
    for (a, b), across in opposite.items():
        neighbours.setdefault(a, set()).add(b)
        neighbours.setdefault(b, set()).add(a)
        row = edges[a, b]
        halves[row, [a, b]] = 0.5
        if len(across) == 2:
            loop[row, [a, b]] = 3 / 8
            loop[row, across] = 1 / 8
        else:
            loop[row, [a, b]] = 0.5
            border.setdefault(a, []).append(b)
            border.setdefault(b, []).append(a)
    for vertex in range(count):
        halves[vertex, vertex] = 1.0
        around = border.get(vertex) or sorted(neighbours[vertex])
        share = 1 / 8 if vertex in border else _loop_share(len(around))
        loop[vertex, around] = share
        loop[vertex, vertex] = 1 - share * len(around)
    quarters = []
    for a, b, c in faces.tolist():
        ab, bc, ca = (edges[min(p, q), max(p, q)] for p, q in ((a, b), (b, c), (c, a)))
        quarters += [(a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca)]
    return np.array(quarters), edges, halves.tocsr(), loop.tocsr()


def _loop_share(valence: int) -> float:
    return (5 / 8 - (3 / 8 + np.cos(2 * np.pi / valence) / 4) ** 2) / valence
