"""The sounds of a line as arrays: one row per sound, symbols of several sounds split, gaps filled with silence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from tintype.documents import Phone

from tintype_visemes.phone_classes import sounds_of
from tintype_visemes.visemes import NAMES, SILENCE, VISEMES

GAP_S = 1e-3  # what lies between two phones and is longer than this is silence
INDEX = {name: index for index, name in enumerate(NAMES)}
IS_VOWEL = np.array([VISEMES[name].vowel for name in NAMES])
RULES = np.array([VISEMES[name].rule for name in NAMES])


@dataclass(frozen=True)
class Sounds:
    """Sounds in order, without gaps, from 0 to the end of the line.

    Attributes:
        start_s: shape=(sounds,), seconds.
        end_s: shape=(sounds,), seconds.
        viseme: index into :data:`tintype_visemes.visemes.NAMES`, shape=(sounds,).
        stress: 0 none, 1 primary, 2 secondary, shape=(sounds,).
        phone: index of the phone that each is part of, or -1 in gaps, shape=(sounds,).
    """

    start_s: NDArray[np.float64]
    end_s: NDArray[np.float64]
    viseme: NDArray[np.int_]
    stress: NDArray[np.int_]
    phone: NDArray[np.int_]

    @cached_property
    def duration_s(self) -> NDArray[np.float64]:
        return self.end_s - self.start_s

    @cached_property
    def middle_s(self) -> NDArray[np.float64]:
        return (self.start_s + self.end_s) / 2

    @cached_property
    def is_vowel(self) -> NDArray[np.bool_]:
        return IS_VOWEL[self.viseme]

    @cached_property
    def is_silence(self) -> NDArray[np.bool_]:
        return self.viseme == SILENCE

    def obeying(self, rule: str) -> NDArray[np.int_]:
        """Indices of the sounds with that rule."""
        return np.flatnonzero(RULES[self.viseme] == rule)


def sounds_in(phones: Sequence[Phone], duration_s: float) -> Sounds:
    """Lay phones out as sounds.

    Args:
        phones: in order; with or without their silences.
        duration_s: length of the line; the last sound ends there.
    """
    rows: list[tuple[float, float, int, int, int]] = []

    def add(start_s: float, end_s: float, viseme: int, stress: int = 0, phone: int = -1) -> None:
        if viseme == SILENCE and rows and rows[-1][2] == SILENCE:
            rows[-1] = (rows[-1][0], end_s, SILENCE, 0, rows[-1][4])
        elif end_s > start_s:
            rows.append((start_s, end_s, viseme, stress, phone))

    at = 0.0
    for number, phone in enumerate(phones):
        if phone.start_s > at + GAP_S:
            add(at, phone.start_s, SILENCE)
        start_s = at = max(phone.start_s, at)
        for name, share in sounds_of(phone.symbol):
            end_s = at + share * (phone.end_s - start_s)
            add(at, end_s, INDEX[name], phone.stress, number)
            at = max(at, end_s)
    if duration_s > at + GAP_S or not rows:
        add(at, max(duration_s, at + GAP_S), SILENCE)
    start, end, viseme, stress, phone_index = zip(*rows, strict=True)
    return Sounds(np.array(start), np.array(end), np.array(viseme), np.array(stress), np.array(phone_index))
