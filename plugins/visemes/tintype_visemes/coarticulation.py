"""Co-articulation by dominance functions: every sound pulls each articulator, the nearer and stronger the more.

Source:
    Cohen and Massaro (1993), "Modeling coarticulation in synthetic visual speech", in Magnenat Thalmann and Thalmann
    (eds.), Models and Techniques in Computer Animation, Springer, pp. 139-156.  Their dominance of segment s over
    parameter p is ``D(t) = a exp(-theta |tau|^c)`` with its own theta before and after the segment, and the parameter
    follows ``F(t) = sum D(t) T / sum D(t)``.  Here c is 1 and ``1 / theta`` is the time constant in
    :mod:`tintype_visemes.visemes`.  Two changes: tau is measured from the edge of a segment's middle part, so that
    long vowels are held, and the time constants shrink with the pace, so that fast speech keeps its shapes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

from tintype_visemes.sounds import Sounds
from tintype_visemes.visemes import ARTICULATORS, EARLY_S, GESTURES, LATE_S, MOVED_BY, NAMES, SILENCE, VISEMES, Viseme

HELD = 0.5  # the middle part of a sound in which it does not weaken
CORNER_S = 0.008  # |tau| is rounded off within this of a segment's edge, so that curves have no corners
REACH_S = 0.40  # beyond this a sound is not heard of
USUAL_SOUND_S = 0.080  # mean duration for which the time constants are given
PACE_WINDOW = 9  # sounds over which the pace is measured
PACE_LIMITS = (0.50, 1.30)
PAUSE_S = 0.150  # a shorter silence closes the mouth only in part
FRAMES_AT_ONCE = 4096

Gestures = dict[str, NDArray[np.float64]]


def _table(read: str, usual: Mapping[str, float]) -> NDArray[np.float64]:
    def row(viseme: Viseme) -> list[float]:
        own: Mapping[str, float] = getattr(viseme, read)
        return [own.get(articulator, usual[articulator]) for articulator in ARTICULATORS]

    return np.array([row(VISEMES[name]) for name in NAMES])


TARGETS = np.array([[VISEMES[name].targets.get(gesture, 0.0) for gesture in GESTURES] for name in NAMES])
DOMINANCE = _table("dominance", dict.fromkeys(ARTICULATORS, 0.02))
EARLY = _table("early_s", EARLY_S)
LATE = _table("late_s", LATE_S)
ARTICULATOR_OF = np.array([ARTICULATORS.index(MOVED_BY[gesture]) for gesture in GESTURES])


def coarticulate(
    sounds: Sounds,
    times_s: NDArray[np.float64],
    opening: NDArray[np.float64],
    tick: Callable[[float], None] = lambda fraction: None,
) -> Gestures:
    """Blend the sounds' targets into curves.

    Args:
        sounds: at least one.
        times_s: ascending, shape=(frames,).
        opening: factor on each sound's jaw target (loudness, stress), shape=(sounds,).
        tick: told of progress, 0 to 1.

    Returns:
        One curve per gesture, shape=(frames,) each, in [0, 1].
    """
    targets = TARGETS[sounds.viseme]
    targets[:, GESTURES.index("jawOpen")] *= opening
    pace = local_pace(sounds)
    dominance = DOMINANCE[sounds.viseme] * pause_weight(sounds)[:, None]
    early, late = EARLY[sounds.viseme] * pace[:, None], LATE[sounds.viseme] * pace[:, None]
    curves = np.empty((len(times_s), len(GESTURES)))
    for begin in range(0, len(times_s), FRAMES_AT_ONCE):
        tick(begin / len(times_s))
        part = slice(begin, begin + FRAMES_AT_ONCE)
        near, inside = neighbours(sounds, times_s[part])
        weight = dominance_at(sounds, near, times_s[part], dominance, early, late) * inside[:, :, None]
        total = np.maximum(weight.sum(axis=1), 1e-9)
        for articulator in range(len(ARTICULATORS)):
            moved = np.flatnonzero(articulator == ARTICULATOR_OF)
            pulled = np.einsum("fn,fng->fg", weight[:, :, articulator], targets[near][:, :, moved])
            curves[part, moved] = pulled / total[:, articulator, None]
    return dict(zip(GESTURES, curves.T.copy(), strict=True))


def neighbours(sounds: Sounds, times_s: NDArray[np.float64]) -> tuple[NDArray[np.int_], NDArray[np.float64]]:
    """The sounds within reach of each frame.

    Returns:
        Their indices, shape=(frames, most), and how far each counts (1 near, falling to 0 at the end of reach).
    """
    first = np.searchsorted(sounds.end_s, times_s - REACH_S)
    last = np.searchsorted(sounds.start_s, times_s + REACH_S)
    most = max(int((last - first).max()), 1)
    near = first[:, None] + np.arange(most)
    there = near < np.maximum(last, first + 1)[:, None]
    near = np.minimum(near, len(sounds.viseme) - 1)
    middle, half = sounds.middle_s[near], sounds.duration_s[near] / 2
    gap_s = np.maximum(np.abs(times_s[:, None] - middle) - half, 0.0)
    fade = np.clip(2.0 - 2.0 * gap_s / REACH_S, 0.0, 1.0)
    fade[(last <= first)] = 1.0
    return near, np.where(there, fade * fade * (3.0 - 2.0 * fade), 0.0)


def dominance_at(
    sounds: Sounds,
    near: NDArray[np.int_],
    times_s: NDArray[np.float64],
    dominance: NDArray[np.float64],
    early_s: NDArray[np.float64],
    late_s: NDArray[np.float64],
) -> NDArray[np.float64]:
    """D(t) of each frame's neighbours over each articulator, shape=(frames, most, articulators)."""
    tau_s = times_s[:, None] - sounds.middle_s[near]
    held = np.where(sounds.viseme == SILENCE, 1.0, HELD)[near] * sounds.duration_s[near] / 2
    outside_s = np.maximum(np.abs(tau_s) - held, 0.0)
    distance_s = np.sqrt(outside_s**2 + CORNER_S**2) - CORNER_S
    constant_s = np.where(tau_s[:, :, None] < 0, early_s[near], late_s[near])
    return dominance[near] * np.exp(-distance_s[:, :, None] / constant_s)


def local_pace(sounds: Sounds) -> NDArray[np.float64]:
    """Mean duration of the sounds around each one against the usual, within limits, shape=(sounds,)."""
    spoken = ~sounds.is_silence
    total_s = uniform_filter1d(np.where(spoken, sounds.duration_s, 0.0), PACE_WINDOW, mode="constant")
    count = uniform_filter1d(spoken.astype(float), PACE_WINDOW, mode="constant")
    mean_s = np.where(count > 1e-6, total_s / np.maximum(count, 1e-6), USUAL_SOUND_S)
    return np.clip(mean_s / USUAL_SOUND_S, *PACE_LIMITS)


def pause_weight(sounds: Sounds) -> NDArray[np.float64]:
    """1 for sounds and real pauses, less for silences so short that the mouth stays on its way, shape=(sounds,)."""
    return np.where(sounds.is_silence, np.clip(sounds.duration_s / PAUSE_S, 0.15, 1.0), 1.0)
