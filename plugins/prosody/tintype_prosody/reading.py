"""What a reading of a feeling is, from whatever source."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Reading:
    """A feeling at one moment.

    Attributes:
        valence: unpleasant (-1) to pleasant (1).
        arousal: calm (-1) to excited (1).
        dominance: giving way (-1) to in command (1).
        confidence: how sure it is, 0 to 1.
        hints: weight in [0, 1] of categories that something in particular speaks for.
    """

    valence: float
    arousal: float
    dominance: float
    confidence: float
    hints: tuple[tuple[str, float], ...] = ()


def clipped(value: float) -> float:
    """Within [-1, 1]."""
    return min(max(value, -1.0), 1.0)
