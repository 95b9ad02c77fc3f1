"""A bed of quiet noise under everything, so that a cut does not fall into digital silence."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 48000
LONGEST_S = 60.0
CORNER_HZ, LOWEST_HZ = 180.0, 30.0


def room_tone(duration_s: float, level_dbfs: float, seed: int) -> NDArray[np.float32]:
    """Noise like a quiet room's: flat below 180 Hz, then falling by 6 dB per octave, nothing below 30 Hz.

    It is made in the frequency domain, so its end runs into its beginning without a seam and it can be repeated.

    Args:
        duration_s: its length.
        level_dbfs: RMS level in dB below full scale.

    Returns:
        Samples at 48 kHz in [-1, 1], shape=(n,).
    """
    count = max(round(duration_s * RATE_HZ), 2)
    frequencies = np.fft.rfftfreq(count, 1 / RATE_HZ)
    shape = 1 / np.sqrt(1 + (frequencies / CORNER_HZ) ** 2)
    shape[frequencies < LOWEST_HZ] = 0.0
    rng = np.random.default_rng(seed)
    spectrum = shape * (rng.normal(size=len(shape)) + 1j * rng.normal(size=len(shape)))
    noise = np.fft.irfft(spectrum, count)
    rms = float(np.sqrt(np.mean(noise**2)))
    return (noise * (10 ** (level_dbfs / 20) / rms)).astype(np.float32) if rms > 0 else noise.astype(np.float32)
