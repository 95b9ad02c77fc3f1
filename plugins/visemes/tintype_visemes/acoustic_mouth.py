"""A mouth from the sound alone, for recordings whose words nobody has written down.

The jaw follows the level, since louder syllables are more open ones; dark, loud sound is rounded, bright sound is a
sibilant with the teeth together.  It keeps the rhythm and the pauses; it cannot know a /p/ from a /k/.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tintype_visemes.curves import Curve, eased, smoothed
from tintype_visemes.mouth_rules import Face
from tintype_visemes.phrasing import PHRASE_GAP_S, Phrase, Phrasing, standard, strongest
from tintype_visemes.recording import Recording

RANGE_DB = 26.0  # from a closed mouth to the loudest syllables
ABOVE_NOISE_DB = 8.0
LEAST_PEAK_DB = -55.0  # a recording that never gets louder is silence
SMOOTH_S = 0.022
JAW = 0.40
ROUNDED, FUNNELLED = 0.42, 0.18
DARK_HZ, BRIGHT_HZ = 900.0, 3200.0
NARROW, SPREAD = 0.65, 0.16
SHORTEST_PHRASE_S = 0.08


def mouth_of_sound(
    recording: Recording, times_s: Curve, rate_hz: float, energy: float, tick: Callable[[float], None]
) -> tuple[Face, Phrasing]:
    """Curves of the mouth, and the phrases and accents, shape=(frames,) each.

    Args:
        rate_hz: frames per second of ``times_s``.
        energy: how far the jaw tells loud syllables from soft ones.
        tick: told of progress, 0 to 1.
    """
    openness = openness_of(recording, times_s, rate_hz)
    centroid = smoothed(recording.centroid_hz(times_s, tick), rate_hz, SMOOTH_S)
    bright = eased((centroid - DARK_HZ) / (BRIGHT_HZ - DARK_HZ))
    voiced = openness * (1.0 - bright)
    jaw = JAW * openness ** (0.6 + 0.4 * energy) * (1.0 - NARROW * bright)
    dark = eased((1.4 * DARK_HZ - centroid) / DARK_HZ) * voiced
    face = {
        "jawOpen": jaw,
        "mouthPucker": ROUNDED * dark,
        "mouthFunnel": FUNNELLED * dark,
        "mouthStretch": SPREAD * bright * openness,
        "mouthLowerDown": 0.12 * openness,
        "mouthUpperUp": 0.05 * openness,
    }
    return face, phrasing_of_sound(openness, times_s, rate_hz)


def openness_of(recording: Recording, times_s: Curve, rate_hz: float) -> Curve:
    """Level between what counts as silence and the loudest syllables, in [0, 1], shape=(frames,)."""
    level = recording.level_around_db(times_s)
    loudest, noise = np.percentile(level, 97), np.percentile(level, 5)
    if loudest < LEAST_PEAK_DB:
        return np.zeros(len(times_s))
    quiet = max(loudest - RANGE_DB, min(noise + ABOVE_NOISE_DB, loudest - RANGE_DB / 2))
    return smoothed(eased((level - quiet) / (loudest - quiet)), rate_hz, SMOOTH_S)


def phrasing_of_sound(openness: Curve, times_s: Curve, rate_hz: float) -> Phrasing:
    """Phrases where there is sound, accents at the loudest syllables."""
    loud = np.concatenate([[False], openness > 0.05, [False]])
    edges = np.flatnonzero(np.diff(loud.astype(int)))
    spans: list[tuple[float, float]] = []
    for begin, end in zip(edges[::2] / rate_hz, edges[1::2] / rate_hz, strict=True):
        if spans and begin - spans[-1][1] < PHRASE_GAP_S:
            spans[-1] = (spans[-1][0], float(end))
        else:
            spans.append((float(begin), float(end)))
    phrases = tuple(Phrase(begin, end) for begin, end in spans if end - begin >= SHORTEST_PHRASE_S)
    slow = smoothed(openness, rate_hz, 0.06)
    peaks = np.flatnonzero((slow[1:-1] > slow[:-2]) & (slow[1:-1] >= slow[2:]) & (slow[1:-1] > 0.2)) + 1
    accents = strongest(times_s[peaks], standard(slow[peaks])) if len(peaks) else ()
    return Phrasing(phrases, accents, len(times_s) / rate_hz)
