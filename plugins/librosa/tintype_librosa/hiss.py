"""Reduces steady noise, by what is heard in the pauses.

Source:
    Ephraim and Malah 1985, "Speech enhancement using a minimum mean-square error log-spectral amplitude estimator",
    IEEE TASSP 33, equations 20 and 51 (decision-directed a-priori SNR); the gain has a floor, so that the room stays
    and no musical noise is left.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.special import exp1

FRAME_S = 0.032
OVERLAP = 4
SMOOTHING = 0.98
GAIN_FLOOR = 10 ** (-12 / 20)
LARGEST_SNR = 1e3

Samples = NDArray[np.float32]
Spectrum = NDArray[np.float64]


def frame_size(rate_hz: int) -> int:
    """Samples per frame: a power of two near 32 ms, divisible by the overlap."""
    return int(2 ** round(np.log2(FRAME_S * rate_hz)))


def noise_power(pauses: Samples, rate_hz: int) -> Spectrum:
    """Mean power per bin of what is heard in the pauses, shape=(frame_size // 2 + 1,).

    Only their quieter half counts: breaths and faint consonants are no noise.
    """
    size = frame_size(rate_hz)
    frames = np.lib.stride_tricks.sliding_window_view(pauses, size)[:: size // 2]
    power = np.abs(np.fft.rfft(frames * _window(size))) ** 2
    loudness = power.sum(axis=1)
    return np.asarray(power[loudness <= np.median(loudness)].mean(axis=0) + 1e-15)


def without_hiss(blocks: Iterable[Samples], rate_hz: int, noise: Spectrum) -> Iterator[Samples]:
    """Reduce noise of the given power in a stream.  As many samples come out as go in, none of them shifted."""
    size = frame_size(rate_hz)
    hop = size // OVERLAP
    window = _window(size)
    scale = 1.0 / (window**2).reshape(OVERLAP, hop).sum(axis=0)
    held = np.zeros(size - hop)  # in front of the first sample, so that every sample is in as many frames
    tail = np.zeros(size)
    clean = np.zeros(size // 2 + 1)
    skip, owed = size - hop, 0
    for block in _with_end(blocks, size):
        owed += len(block) if block is not None else 0
        held = np.concatenate([held, np.zeros(size) if block is None else block])
        out = []
        while len(held) >= size:
            spectrum = np.fft.rfft(held[:size] * window)
            gain, clean = _gain(spectrum, noise, clean)
            tail += np.fft.irfft(spectrum * gain, size) * window
            out.append(tail[:hop] * scale)
            tail = np.concatenate([tail[hop:], np.zeros(hop)])
            held = held[hop:]
        done = np.concatenate(out) if out else np.zeros(0)
        done, skip = done[skip:], max(0, skip - len(done))
        done = done[:owed]
        owed -= len(done)
        yield done.astype(np.float32)


def _gain(spectrum: Spectrum, noise: Spectrum, clean: Spectrum) -> tuple[Spectrum, Spectrum]:
    """Gain per bin, and the power of what is kept, for the next frame."""
    posterior = np.minimum(np.abs(spectrum) ** 2 / noise, LARGEST_SNR)
    prior = np.maximum(SMOOTHING * clean / noise + (1 - SMOOTHING) * np.maximum(posterior - 1, 0), 1e-3)
    share = prior / (1 + prior)
    gain = share * np.exp(0.5 * exp1(np.maximum(share * posterior, 1e-8)))
    gain = np.clip(gain, GAIN_FLOOR, 1.0)
    return gain, (gain**2) * np.abs(spectrum) ** 2


def _with_end(blocks: Iterable[Samples], size: int) -> Iterator[Samples | None]:
    yield from blocks
    yield None


def _window(size: int) -> NDArray[np.float64]:
    return np.sqrt(0.5 - 0.5 * np.cos(2 * np.pi * np.arange(size) / size))
