"""How far apart the lips are, from ARKit weights alone."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

LOWER_DOWN, UPPER_UP, FUNNEL = 0.35, 0.25, 0.20
"""What each shape adds to the gap per unit, as a share of what ``jawOpen`` adds."""


def lip_gap(read: Callable[[str], NDArray[np.floating]]) -> NDArray[np.float64]:
    """The gap between the inner lips in units of a fully open jaw, shape=(frames,); 0 is closed.

    ``mouthClose`` takes away what ``jawOpen`` opens (Apple: the lips meet while the jaw is down); the shapes that part
    the lips by themselves add to it.

    Args:
        read: gives the curve of an ARKit shape or, for both sides together, of its name without the side, as
            :meth:`tintype.documents.FaceTrack.channel` does for full names.
    """
    gap = np.maximum(read("jawOpen") - read("mouthClose"), 0.0).astype(np.float64)
    for left, right, share in (
        ("mouthLowerDownLeft", "mouthLowerDownRight", LOWER_DOWN),
        ("mouthUpperUpLeft", "mouthUpperUpRight", UPPER_UP),
    ):
        gap += share * 0.5 * (read(left) + read(right))
    return gap + FUNNEL * read("mouthFunnel")
