"""Categories from valence, arousal and dominance."""

from __future__ import annotations

from math import hypot, sqrt

PROTOTYPES = {
    "anger": (-0.51, 0.59, 0.25),
    "contempt": (-0.32, 0.08, 0.28),
    "disgust": (-0.60, 0.35, 0.11),
    "fear": (-0.64, 0.60, -0.43),
    "joy": (0.76, 0.48, 0.35),
    "sadness": (-0.63, -0.27, -0.33),
    "surprise": (0.40, 0.67, -0.13),
}
"""Mean valence, arousal and dominance of the words angry, disdainful, disgusted, fearful, joyful, sad and surprised
(Russell and Mehrabian 1977, "Evidence for a three-factor theory of emotions", J. Research in Personality 11)."""
ONLY_BY_WORDS = frozenset({"contempt", "disgust"})
"""What neither pitch nor valence tells from anger; some word has to speak for it."""
SHARPNESS = 4
NEARLY_NEUTRAL = 0.2  # a feeling that short has no name
FEWEST = 0.1
MOST_NAMED = 3
HINT_SHARE = 0.5


def categories_of(valence: float, arousal: float, dominance: float, hints: dict[str, float]) -> dict[str, float]:
    """Weights in [0, 1] of the categories that a feeling is near to; none for a neutral one.

    A category weighs as much as the feeling points its way (the cosine, sharpened) and as strong as it is (its length
    against the prototype's).  ``hints``, from particular words, count for half.
    """
    length = sqrt(valence**2 + arousal**2 + dominance**2)
    weights = {}
    for name, prototype in PROTOTYPES.items():
        own = sqrt(sum(value**2 for value in prototype))
        product = sum(a * b for a, b in zip((valence, arousal, dominance), prototype, strict=True))
        cosine = max(product / (length * own), 0.0) if length > 1e-6 else 0.0
        told = name not in ONLY_BY_WORDS or name in hints
        felt = told * cosine**SHARPNESS * min(max((length - NEARLY_NEUTRAL) / (own - NEARLY_NEUTRAL), 0.0), 1.0)
        weights[name] = min(felt + HINT_SHARE * hints.get(name, 0.0) * min(2 * hypot(valence, arousal), 1.0), 1.0)
    strongest = sorted(weights, key=lambda name: -weights[name])[:MOST_NAMED]
    return {name: round(weights[name], 3) for name in sorted(strongest) if weights[name] >= FEWEST}
