"""A breath before phrases: the lips part, the nostrils widen, the head comes up a little.

Source:
    People breathe in through the mouth before they speak, for about half a second: Hixon, Goldman and Mead (1973),
    "Kinematics of the chest wall during speech production", Journal of Speech and Hearing Research 16 (1).
"""

from __future__ import annotations

import numpy as np

from tintype_visemes.curves import Curve, add_bump
from tintype_visemes.phrasing import Phrasing

LEAST_PAUSE_S = 0.30
LONGEST_S = 0.55
DEEPEST_PAUSE_S = 0.70  # a pause of this length takes a whole breath
INTAKE = {"jawOpen": 0.085, "mouthLowerDown": 0.05, "noseSneer": 0.06}
HEAD_UP_RAD = np.radians(0.5)


def breath_curve(phrasing: Phrasing, times_s: Curve) -> Curve:
    """How far a breath is drawn, shape=(frames,) in [0, 1]; it goes over into the first sound of the phrase."""
    breath = np.zeros(len(times_s))
    before_s = 0.0
    for phrase in phrasing.phrases:
        pause_s = phrase.start_s - before_s
        if pause_s >= LEAST_PAUSE_S:
            start_s = phrase.start_s - min(0.8 * pause_s, LONGEST_S)
            full_s = start_s + 0.6 * (phrase.start_s - start_s)
            depth = min(pause_s / DEEPEST_PAUSE_S, 1.0)
            add_bump(breath, times_s, (start_s, full_s, full_s, phrase.start_s + 0.06), depth)
        before_s = phrase.end_s
    return breath
