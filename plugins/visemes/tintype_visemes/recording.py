"""What the sound itself says of the mouth: its level and its brightness, frame by frame."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tintype.audio import read_audio

from tintype_visemes.sounds import Sounds

LEVEL_WINDOW_S = 0.040
FLOOR_DB = -80.0
SPECTRUM_WINDOW_S = 0.025
FRAMES_AT_ONCE = 2048

VOWEL_RANGE_DB = (-12.0, 8.0)  # louder and softer than the line's own median than this counts as this
JAW_PER_DB = 0.040  # relative change of the jaw per dB; from -12 to +8 dB about 0.6 to 1.4
STRESSED, SECONDARY, UNSTRESSED = 1.08, 1.0, 0.92
OPENING_LIMITS = (0.60, 1.35)


@dataclass(frozen=True)
class Recording:
    """A line's audio, mono.

    Attributes:
        samples: shape=(n,), in [-1, 1].
        rate_hz: samples per second.
    """

    samples: NDArray[np.float32]
    rate_hz: int

    @classmethod
    def read(cls, path: Path) -> Recording:
        return cls(*read_audio(path))

    @cached_property
    def _energy(self) -> NDArray[np.float64]:
        """Sum of the squares before each sample, shape=(n + 1,)."""
        return np.concatenate([[0.0], np.cumsum(self.samples.astype(np.float64) ** 2)])

    def level_db(self, start_s: NDArray[np.float64], end_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """RMS level of spans in dB below full scale, shape=(spans,)."""
        begin, end = (
            np.clip(np.round(edge * self.rate_hz).astype(int), 0, len(self.samples)) for edge in (start_s, end_s)
        )
        mean = (self._energy[end] - self._energy[begin]) / np.maximum(end - begin, 1)
        return np.maximum(10.0 * np.log10(np.maximum(mean, 1e-12)), FLOOR_DB)

    def level_around_db(self, times_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """RMS level around each moment in dB below full scale, shape=(frames,)."""
        return self.level_db(times_s - LEVEL_WINDOW_S / 2, times_s + LEVEL_WINDOW_S / 2)

    def centroid_hz(
        self, times_s: NDArray[np.float64], tick: Callable[[float], None] = lambda fraction: None
    ) -> NDArray[np.float64]:
        """Centre of the magnitude spectrum around each moment, shape=(frames,); 0 in digital silence."""
        size = round(SPECTRUM_WINDOW_S * self.rate_hz)
        padded = np.pad(self.samples, size)
        shape, frequency = np.hanning(size), np.fft.rfftfreq(size, 1.0 / self.rate_hz)
        centroid = np.zeros(len(times_s))
        for begin in range(0, len(times_s), FRAMES_AT_ONCE):
            tick(begin / len(times_s))
            part = times_s[begin : begin + FRAMES_AT_ONCE]
            first = np.clip(np.round(part * self.rate_hz).astype(int) + size // 2, 0, len(padded) - size)
            magnitude = np.abs(np.fft.rfft(padded[first[:, None] + np.arange(size)] * shape, axis=1))
            total = magnitude.sum(axis=1)
            centroid[begin : begin + len(part)] = (magnitude @ frequency) / np.maximum(total, 1e-9)
        return centroid


def opening_by_loudness(sounds: Sounds, recording: Recording, energy: float) -> NDArray[np.float64]:
    """Factor on each sound's jaw target: louder and stressed vowels open further, shape=(sounds,).

    Measured against the median of the line's own vowels, so that the level of the recording does not matter.

    Args:
        energy: how far the jaw follows, 0 not at all, 1 as measured.
    """
    opening = np.ones(len(sounds.viseme))
    vowels = np.flatnonzero(sounds.is_vowel)
    if not len(vowels):
        return opening
    level = recording.level_db(sounds.start_s[vowels], sounds.end_s[vowels])
    relative = np.clip(level - np.median(level), *VOWEL_RANGE_DB)
    stress = np.array([UNSTRESSED, STRESSED, SECONDARY])[sounds.stress[vowels]]
    opening[vowels] = np.clip(stress * (1.0 + energy * JAW_PER_DB * relative), *OPENING_LIMITS)
    return opening
