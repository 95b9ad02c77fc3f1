"""Whole frames: everything that the grammar decides, it decides in frames, so that cuts and sums come out even."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Clock:
    """Seconds to frames and back.

    Attributes:
        fps: frames per second of the film.
    """

    fps: float

    def frames(self, seconds: float) -> int:
        """The nearest number of whole frames."""
        return round(seconds * self.fps)

    def frames_over(self, seconds: float) -> int:
        """The least number of whole frames that lasts as long."""
        frames = self.frames(seconds)
        return frames if frames / self.fps >= seconds - 1e-6 else frames + 1

    def seconds(self, frames: int) -> float:
        """When a frame starts, or how long that many last."""
        return frames / self.fps
