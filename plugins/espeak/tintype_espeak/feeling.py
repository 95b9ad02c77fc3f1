"""How the feeling of a line changes the way eSpeak NG speaks it.

Directions follow the reviews of Juslin and Laukka (2003, "Communication of emotions in vocal expression and music
performance", Psychological Bulletin 129, table 7) and Scherer (2003, "Vocal communication of emotion", Speech
Communication 40): arousal raises rate, mean F0, F0 range and level; sadness lowers all four.  The amounts are ours,
kept small so that a quotation stays a quotation.
"""

from __future__ import annotations

from dataclasses import dataclass

from tintype.documents import EmotionTrack

RATE_PER_AROUSAL = 0.15
PITCH_PER_AROUSAL = 10.0
RANGE_PER_AROUSAL = 22.0
RANGE_PER_VALENCE = 10.0


@dataclass(frozen=True)
class Delivery:
    """Changes to eSpeak's parameters: ``rate`` is a factor, ``pitch`` and ``range`` are steps of 0 to 99."""

    rate: float = 1.0
    pitch: float = 0.0
    range: float = 0.0


def delivery_of(emotion: EmotionTrack | None) -> Delivery:
    """The delivery of a line whose feeling is the mean of its track, weighted by the track's confidence."""
    if emotion is None:
        return Delivery()
    count = len(emotion.points)
    arousal = sum(point.arousal for point in emotion.points) / count * emotion.confidence
    valence = sum(point.valence for point in emotion.points) / count * emotion.confidence
    return Delivery(
        rate=1.0 + RATE_PER_AROUSAL * arousal,
        pitch=PITCH_PER_AROUSAL * arousal,
        range=RANGE_PER_AROUSAL * arousal + RANGE_PER_VALENCE * valence,
    )
