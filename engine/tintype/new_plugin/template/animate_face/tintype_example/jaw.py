"""Moves the jaw and the eyelids."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from tintype import Job
from tintype.documents import ARKIT_SHAPES, POSE_CHANNELS, FaceTrack, Speech

if TYPE_CHECKING:
    from tintype_example import JawSettings

VOWELS = frozenset("aeiouyæɐɑɒɔəɛɜɪʊʌø")
SMOOTHING_S = 0.08
BLINK_S = 0.2


def animate(speech: Speech, settings: JawSettings, job: Job) -> FaceTrack:
    """Move the face for as long as the speech sounds and save the track into ``job.folder``."""
    frames = max(1, math.ceil(speech.duration_s * settings.fps))
    time_s = np.arange(frames) / settings.fps
    shapes = np.zeros((frames, len(ARKIT_SHAPES)), dtype=np.float32)
    job.progress(0.2, "jaw")
    shapes[:, ARKIT_SHAPES.index("jawOpen")] = smoothed(settings.opening * vowels_at(speech, time_s), settings.fps)
    job.progress(0.7, "blinks")
    random = np.random.default_rng(job.seed)
    blinks = np.cumsum(random.exponential(settings.blink_every_s, size=1 + int(speech.duration_s)))
    for side in ("eyeBlinkLeft", "eyeBlinkRight"):
        shapes[:, ARKIT_SHAPES.index(side)] = blinking(time_s, blinks)
    pose = np.zeros((frames, len(POSE_CHANNELS)), dtype=np.float32)
    return FaceTrack(shapes, pose, settings.fps, source="tintype-example 0.1.0").save(job.folder)


def vowels_at(speech: Speech, time_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """1 where a vowel sounds and 0 elsewhere, shape=(frames,)."""
    open_ = np.zeros(len(time_s))
    for phone in speech.phones:
        if phone.symbol[:1] in VOWELS:
            open_[(time_s >= phone.start_s) & (time_s < phone.end_s)] = 1.0
    return open_


def smoothed(values: NDArray[np.float64], fps: float) -> NDArray[np.float64]:
    """The same without jumps, shape=(frames,)."""
    window = np.hanning(round(SMOOTHING_S * fps) + 2)[1:-1]
    if len(window) < 2:
        return values
    padded = np.pad(values, (len(window) // 2, (len(window) - 1) // 2))
    return np.convolve(padded, window / window.sum(), mode="valid")


def blinking(time_s: NDArray[np.float64], blinks_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far the lids are closed, 0 to 1, shape=(frames,), for blinks centred at these times."""
    away_s = np.abs(time_s[:, None] - blinks_s[None, :]).min(axis=1)
    return np.asarray(np.cos(np.minimum(away_s / BLINK_S, 0.5) * np.pi) ** 2)
