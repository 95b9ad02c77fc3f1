"""Key frames for moves and fades, as the cubic curves that Blender draws between two keys."""

from __future__ import annotations

import numpy as np

from ..rig.thinning import Keys
from .timing import Span

SLOPES = {"linear": (1.0, 1.0), "ease": (0.0, 0.0), "ease_in": (0.0, 2.0), "ease_out": (2.0, 0.0)}
"""Slope at the start and at the end, where 1 is even speed: ease_in is t², ease is 3t² - 2t³."""


def eased(span: Span, start: float, end: float, easing: str) -> Keys:
    """Two keys, on the first and the last frame that is shown."""
    last = max(span.last, span.start + 1)
    speed = (end - start) / (last - span.start)
    return Keys(
        np.array([span.start, last], float),
        np.array([start, end], float),
        np.array(SLOPES[easing]) * speed,
    )


def fades(span: Span, fade_in: int, fade_out: int, level: float = 1.0) -> Keys | None:
    """Up to four keys that rise from 0 to ``level`` and fall back to 0; None if there is no fade.

    Args:
        span: frames of the clip.
        fade_in: frames until the level is reached.
        fade_out: frames over which it falls; both are shortened if they do not fit into the clip.
    """
    room = max(span.length - 1, 1)
    if fade_in + fade_out > room:
        fade_in, fade_out = fade_in * room // (fade_in + fade_out), fade_out * room // (fade_in + fade_out)
    points: dict[int, float] = {}
    if fade_in > 0:
        points |= {span.start: 0.0, span.start + fade_in: level}
    if fade_out > 0:
        points = points | {span.last - fade_out: level, span.last: 0.0}
    if not points:
        return None
    frames = sorted(points)
    return Keys(np.array(frames, float), np.array([points[frame] for frame in frames]), np.zeros(len(frames)))
