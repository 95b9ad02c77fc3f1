"""Blinks: at the pace of a person who talks, now and then twice, and gladly where a phrase ends.

Source:
    Rates: Bentivoglio et al. (1997), "Analysis of blink rate patterns in normal subjects", Movement Disorders 12 (6):
    on average 17 a minute at rest, 26 in conversation.  Phrase ends: Nakano and Kitazawa (2010), "Eyeblink entrainment
    at breakpoints of speech", Experimental Brain Research 205.  Shape (a fast closing, an opening about twice as long):
    Trutoiu, Carter, Matthews and Hodgins (2011), "Modeling and animating eye blinks", ACM Transactions on Applied
    Perception 8 (3).
"""

from __future__ import annotations

import numpy as np

from tintype_visemes.curves import Curve, eased, minimum_jerk
from tintype_visemes.phrasing import Phrasing

CLOSING_S, CLOSED_S, OPENING_S = 0.080, 0.030, 0.180
BLINK_S = CLOSING_S + CLOSED_S + OPENING_S
SPREAD = 3.0  # shape of the gamma distribution of the intervals: skewed, and rarely very short
LEAST_APART_S = 0.75
SECOND_AFTER_S = (0.30, 0.40)
AFTER_PHRASE_S = (-0.06, 0.12)
QUIET_START_S = 0.25  # the line opens with open eyes


def blink_curve(
    phrasing: Phrasing,
    times_s: Curve,
    per_minute: float,
    double_share: float,
    phrase_end_share: float,
    random: np.random.Generator,
) -> Curve:
    """How far both lids are closed, shape=(frames,) in [0, 1]."""
    lids = np.zeros(len(times_s))
    for start_s in blink_times(phrasing, per_minute, double_share, phrase_end_share, random):
        part = slice(*np.searchsorted(times_s, (start_s, start_s + BLINK_S)))
        lids[part] = np.maximum(lids[part], one_blink(times_s[part] - start_s))
    return lids


def one_blink(time_s: Curve) -> Curve:
    """A blink that starts at 0, shape as given."""
    closing = minimum_jerk(time_s / CLOSING_S)
    opening = eased(np.sqrt(np.clip((time_s - CLOSING_S - CLOSED_S) / OPENING_S, 0.0, 1.0)) ** 1.4)
    return closing * (1.0 - opening)


def blink_times(
    phrasing: Phrasing, per_minute: float, double_share: float, phrase_end_share: float, random: np.random.Generator
) -> list[float]:
    """When blinks start, in seconds, ascending; all are over before the line ends."""
    if per_minute <= 0:
        return []
    last_s = phrasing.duration_s - BLINK_S
    wanted = per_minute * phrasing.duration_s / 60
    ends = [
        phrase.end_s + random.uniform(*AFTER_PHRASE_S)
        for phrase in phrasing.phrases
        if random.random() < phrase_end_share * min(1.0, per_minute / 10)
    ]
    pace_s = phrasing.duration_s / max(wanted - len(ends), 0.3 * wanted)
    times = list(ends)
    at = random.uniform(0.2, 1.0) * pace_s
    while at < last_s:
        if all(abs(at - other) >= LEAST_APART_S for other in times):
            times.append(at)
        at += max(random.gamma(SPREAD, pace_s / SPREAD), LEAST_APART_S)
    times = [time for time in sorted(times) if QUIET_START_S <= time <= last_s]
    doubles = [time + random.uniform(*SECOND_AFTER_S) for time in times if random.random() < double_share]
    return sorted(times + [time for time in doubles if time <= last_s])
