"""Brows that rise on accents and at the end of questions.

Source:
    Cavé et al. (1996), "About the relationship between eyebrow movements and F0 variations", ICSLP 96; Flecha-García
    (2010), "Eyebrow raises in dialogue and their relation to discourse structure, utterance function and pitch accents
    in English", Speech Communication 52 (6).
"""

from __future__ import annotations

import numpy as np

from tintype_visemes.curves import Curve, add_bump
from tintype_visemes.phrasing import Phrasing

RAISED_SHARE = 0.7  # of the accents that qualify
LEAST_STRENGTH = 0.5
APART_S = (1.4, 4.0)  # after a raise, none for a time in this range, or they would beat time
RAISE = {"browInnerUp": 0.24, "browOuterUp": 0.17}
RAISE_S = (0.26, 0.04, 0.14, 0.55)  # starts this long before the accent, is up from here, to there, and is over
QUESTION, QUESTION_S = 0.9, 0.7


def brow_curves(phrasing: Phrasing, times_s: Curve, random: np.random.Generator) -> dict[str, Curve]:
    """``browInnerUp`` and ``browOuterUp`` (both sides), shape=(frames,) each."""
    lift = np.zeros(len(times_s))
    next_s = 0.0
    for accent in phrasing.accents:
        chance, size = random.random(), random.uniform(0.6, 1.0)
        if accent.strength < LEAST_STRENGTH or accent.time_s < next_s or chance > RAISED_SHARE:
            continue
        before, full, fall, after = RAISE_S
        at = accent.time_s
        next_s = at + random.uniform(*APART_S)
        add_bump(lift, times_s, (at - before, at - full, at + fall, at + after), accent.strength * size)
    for phrase in phrasing.phrases:
        if phrase.question:
            start_s = max(phrase.end_s - QUESTION_S, phrase.start_s)
            add_bump(lift, times_s, (start_s, start_s + 0.35, phrase.end_s, phrase.end_s + 0.4), QUESTION)
    lift = np.tanh(lift)
    return {name: height * lift for name, height in RAISE.items()}
