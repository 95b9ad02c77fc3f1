"""A head that lives: a drift that never repeats, another posture for every phrase, nods on accents.

Source:
    That heads move with stress and juncture: Hadar, Steiner, Grant and Clifford Rose (1983), "Head movement correlates
    of juncture and stress at sentence level", Language and Speech 26 (2), and Munhall et al. (2004), "Visual prosody
    and speech intelligibility", Psychological Science 15 (2).  The amounts are ours, for a seated interview.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tintype_visemes.curves import Curve, add_bump, minimum_jerk, noise
from tintype_visemes.phrasing import Phrasing

DRIFT_RAD = np.radians([0.8, 0.6, 0.5])  # standard deviation of yaw, pitch, roll
DRIFT_S = 0.75
POSTURE_RAD = np.radians([1.6, 0.8, 1.1])
POSTURE_S = (0.7, 1.1)
POSTURE_AHEAD_S = 0.15
NOD_RAD = np.radians(1.5)
NOD_S = (0.20, 0.02, 0.10, 0.45)  # starts this long before the accent, is down from here, to there, and is over
SWAY_RAD = np.radians(0.5)  # sideways with a nod, left or right
LIMIT_RAD = np.radians(4.5)


def head_pose(phrasing: Phrasing, times_s: Curve, rate_hz: float, random: np.random.Generator) -> NDArray[np.float64]:
    """Yaw, pitch and roll in radians, shape=(frames, 3)."""
    pose = np.stack([noise(random, len(times_s), rate_hz, DRIFT_S) for _ in range(3)], axis=1) * DRIFT_RAD
    pose += postures(phrasing, times_s, random)
    for accent in phrasing.accents:
        before, down, up, after = NOD_S
        span = (accent.time_s - before, accent.time_s - down, accent.time_s + up, accent.time_s + after)
        height = accent.strength * random.uniform(0.5, 1.0)
        sway = random.normal(0.0, SWAY_RAD)
        for axis, amount in ((0, 0.6 * sway), (1, -NOD_RAD * height), (2, sway)):
            add_bump(pose[:, axis], times_s, span, amount)
    return LIMIT_RAD * np.tanh(pose / LIMIT_RAD)


def postures(phrasing: Phrasing, times_s: Curve, random: np.random.Generator) -> NDArray[np.float64]:
    """Where the head rests in each phrase, with reaches in between, shape=(frames, 3)."""
    pose = np.zeros((len(times_s), 3))
    before = np.zeros(3)
    for phrase in phrasing.phrases:
        after = np.clip(random.standard_normal(3), -1.6, 1.6) * POSTURE_RAD
        reach = minimum_jerk((times_s - phrase.start_s + POSTURE_AHEAD_S) / random.uniform(*POSTURE_S))
        pose += reach[:, None] * (after - before)
        before = after
    return pose
