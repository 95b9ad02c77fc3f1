"""From seconds of film time to whole frames of a scene.  This is the only place where that happens."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..client.film import Clip

FIRST_FRAME = 1
"""Frame of the scene that film time 0 falls on."""


@dataclass(frozen=True)
class Span:
    """Frames from ``start`` up to, and without, ``end``."""

    start: int
    end: int

    @property
    def length(self) -> int:
        return self.end - self.start

    @property
    def last(self) -> int:
        """The last frame that is shown."""
        return self.end - 1

    def overlaps(self, other: Span) -> bool:
        return self.start < other.end and other.start < self.end


def frame_at(time_s: float, fps: float) -> int:
    """The frame that starts nearest to a time; halves go up, so that equal times always give equal frames."""
    return FIRST_FRAME + math.floor(time_s * fps + 0.5)


def time_of(frame: float, fps: float) -> float:
    """Film time at which a frame starts, in seconds."""
    return (frame - FIRST_FRAME) / fps


def span_of(clip: Clip, fps: float) -> Span:
    """The clip's frames, at least one; clips that touch in seconds touch in frames."""
    start = frame_at(clip.start_s, fps)
    return Span(start, max(frame_at(clip.end_s, fps), start + 1))


def fps_parts(fps: float) -> tuple[int, float]:
    """A rate as Blender keeps it: a whole number, and what to divide it by (24000/1001 is 24 and 1.001)."""
    whole = max(1, math.ceil(fps - 1e-6))
    return whole, whole / fps
