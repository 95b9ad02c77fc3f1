"""From valence, arousal and dominance to named feelings: the circumplex, cut into sectors.

Places of the categories are those of Russell and Mehrabian (1977, J. Research in Personality 11); a feeling counts the
more the nearer the point lies to its direction and the farther from the neutral centre.
"""

from __future__ import annotations

import math

# Direction (valence, arousal) of each category that two dimensions can tell apart; contempt and disgust need a face.
DIRECTIONS = {"joy": (0.76, 0.48), "surprise": (0.40, 0.67), "anger": (-0.51, 0.59), "sadness": (-0.63, -0.27)}
NEUTRAL_RADIUS = 0.2
SHARPNESS = 6.0


def categories_of(valence: float, arousal: float) -> dict[str, float]:
    """Weights in [0, 1] per category; empty near the centre."""
    strength = math.hypot(valence, arousal)
    if strength <= NEUTRAL_RADIUS:
        return {}
    share = min(1.0, (strength - NEUTRAL_RADIUS) / (1 - NEUTRAL_RADIUS))
    weights = {}
    for name, (x, y) in DIRECTIONS.items():
        cosine = (valence * x + arousal * y) / (strength * math.hypot(x, y))
        weight = share * max(0.0, cosine) ** SHARPNESS
        if weight >= 0.05:
            weights[name] = round(weight, 3)
    return weights
