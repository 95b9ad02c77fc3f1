"""Phrases and accents of a line: what blinks, nods, brows and breath go by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tintype.documents import Word

from tintype_visemes.curves import Curve, windows
from tintype_visemes.recording import Recording
from tintype_visemes.sounds import Sounds

PHRASE_GAP_S = 0.180  # a shorter silence is part of the phrase
ACCENT_SPACING_S = 0.55
LEAST_PROMINENCE = -0.3  # in standard deviations, of loudness and duration together
QUESTION_NEAR_S = 0.30
SPEAKING_EASE_S = 0.25


@dataclass(frozen=True)
class Phrase:
    """A stretch of speech between two pauses."""

    start_s: float
    end_s: float
    question: bool = False


@dataclass(frozen=True)
class Accent:
    """A stressed moment; ``strength`` is in (0, 1]."""

    time_s: float
    strength: float


@dataclass(frozen=True)
class Phrasing:
    """How a line falls into phrases, and where its weight lies."""

    phrases: tuple[Phrase, ...]
    accents: tuple[Accent, ...]
    duration_s: float

    def speaking(self, times_s: Curve) -> Curve:
        """1 while someone speaks, eased to 0 in pauses, shape=(frames,)."""
        ease_s = SPEAKING_EASE_S
        return windows(
            times_s, [(part.start_s - ease_s, part.start_s, part.end_s, part.end_s + ease_s) for part in self.phrases]
        )


def phrasing_of(sounds: Sounds, words: Sequence[Word], recording: Recording, duration_s: float) -> Phrasing:
    """Phrases by the silences between sounds, accents by stress, loudness and duration."""
    spans: list[tuple[float, float]] = []
    for index in np.flatnonzero(~sounds.is_silence):
        start_s, end_s = float(sounds.start_s[index]), float(sounds.end_s[index])
        if spans and start_s - spans[-1][1] < PHRASE_GAP_S:
            spans[-1] = (spans[-1][0], end_s)
        else:
            spans.append((start_s, end_s))
    asked = [word.end_s for word in words if word.text.rstrip("\"'”’») ").endswith(("?", "？", "؟"))]
    phrases = tuple(
        Phrase(start_s, end_s, any(abs(end_s - at) < QUESTION_NEAR_S for at in asked)) for start_s, end_s in spans
    )
    return Phrasing(phrases, accents_of(sounds, recording), duration_s)


def accents_of(sounds: Sounds, recording: Recording) -> tuple[Accent, ...]:
    """Vowels with primary stress that stand out; any vowel where no stress is marked."""
    vowels = np.flatnonzero(sounds.is_vowel & (sounds.stress == 1))
    if not len(vowels):
        vowels = np.flatnonzero(sounds.is_vowel)
    if not len(vowels):
        return ()
    level = recording.level_db(sounds.start_s[vowels], sounds.end_s[vowels])
    prominence = (standard(level) + standard(np.log(sounds.duration_s[vowels]))) / 2
    return strongest(sounds.middle_s[vowels], prominence)


def strongest(times_s: NDArray[np.float64], prominence: NDArray[np.float64]) -> tuple[Accent, ...]:
    """The most prominent moments, at least ``ACCENT_SPACING_S`` apart, in order of time."""
    chosen: list[int] = []
    for index in np.argsort(-prominence, kind="stable"):
        far = all(abs(times_s[index] - times_s[other]) >= ACCENT_SPACING_S for other in chosen)
        if far and prominence[index] >= LEAST_PROMINENCE:
            chosen.append(int(index))
    return tuple(
        Accent(float(times_s[index]), float(np.clip(0.55 + 0.3 * prominence[index], 0.3, 1.0)))
        for index in sorted(chosen)
    )


def standard(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """In standard deviations from the mean; 0 where all are equal."""
    spread = float(values.std())
    return (values - values.mean()) / spread if spread > 1e-9 else np.zeros_like(values)
