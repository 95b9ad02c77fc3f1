"""Eyes that stay with the lens: they turn against the head, and jump a little, as looking eyes do.

Source:
    Duration of a saccade (25 ms and 2.4 ms per degree): Becker (1989), "Metrics", in Wurtz and Goldberg (eds.), The
    Neurobiology of Saccadic Eye Movements, as used for animation by Lee, Badler and Badler (2002), "Eyes alive", ACM
    Transactions on Graphics 21 (3).  How often and how far is ours: someone who speaks to the lens.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tintype_visemes.curves import Curve, minimum_jerk
from tintype_visemes.phrasing import Phrasing

AT_LENS_S, AWAY_S = (0.7, 2.6), (0.35, 0.8)
AWAY_SHARE = 0.15
NEAR_RAD = np.radians([0.7, 0.4])  # standard deviation of yaw and pitch while looking at the lens
AWAY_RAD = np.radians([3.2, 1.6])
LIMIT_RAD = np.radians(14.0)
FULL_LOOK_RAD = np.radians([28.0, 20.0])
"""Yaw and pitch that an ``eyeLook...`` shape of 1 stands for, as in the living portrait."""

SACCADE_S, SACCADE_S_PER_RAD = 0.025, 0.0024 / np.radians(1.0)
QUIET_END_S = 0.5  # the last jump before this goes back to the lens


def eye_rotation(
    phrasing: Phrasing, times_s: Curve, head: NDArray[np.float64], amount: float, random: np.random.Generator
) -> NDArray[np.float64]:
    """Yaw and pitch of both eyes in the head, in radians, shape=(frames, 2).

    Args:
        head: yaw, pitch and roll, shape=(frames, 3), that the eyes make up for.
        amount: factor on the jumps; the turn against the head is whole from 1 on.
    """
    jumps = np.zeros((len(times_s), 2))
    for start_s, step in saccades(phrasing.duration_s, random):
        duration_s = SACCADE_S + SACCADE_S_PER_RAD * float(np.hypot(*step))
        jumps += minimum_jerk((times_s - start_s) / duration_s)[:, None] * step
    return np.clip(amount * jumps - min(amount, 1.0) * head[:, :2], -LIMIT_RAD, LIMIT_RAD)


def saccades(duration_s: float, random: np.random.Generator) -> list[tuple[float, NDArray[np.float64]]]:
    """When each jump starts and how far it goes (yaw, pitch in radians); the last one ends at the lens."""
    steps: list[tuple[float, NDArray[np.float64]]] = []
    at, where, away = random.uniform(0.4, 1.2), np.zeros(2), False
    while at < duration_s - QUIET_END_S:
        away = not away and random.random() < AWAY_SHARE
        target = np.clip(random.standard_normal(2), -1.8, 1.8) * (AWAY_RAD if away else NEAR_RAD)
        steps.append((at, target - where))
        where = target
        at += random.uniform(*(AWAY_S if away else AT_LENS_S))
    if steps:
        steps.append((max(duration_s - QUIET_END_S, steps[-1][0] + 0.1), -where))
    return steps


def look_shapes(rotation: NDArray[np.float64]) -> dict[str, Curve]:
    """The ``eyeLook...`` shapes of a rotation of both eyes toward the picture's right and up, shape=(frames, 2).

    Left is the subject's own left, the picture's right.
    """
    right, up = (rotation / FULL_LOOK_RAD).T
    return {
        "eyeLookOutLeft": np.maximum(right, 0.0),
        "eyeLookInRight": np.maximum(right, 0.0),
        "eyeLookInLeft": np.maximum(-right, 0.0),
        "eyeLookOutRight": np.maximum(-right, 0.0),
        "eyeLookUp": np.maximum(up, 0.0),
        "eyeLookDown": np.maximum(-up, 0.0),
    }
