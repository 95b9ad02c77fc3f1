"""Integrated loudness and true peak of a programme that comes in chunks.

Loudness is ITU-R BS.1770-5, annex 1: K-weighting (pyloudnorm's filters), blocks of 400 ms every 100 ms, gates at
-70 LUFS and 10 LU below the mean; silence thus does not count, whatever there is of it.  True peak is annex 2: the
largest sample after four times oversampling.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyloudnorm.iirfilter import IIRfilter
from scipy.signal import lfilter, resample_poly

from tintype_finishing.mix import RATE_HZ, Samples

# Gain (dB), quality, corner (Hz) and kind of K-weighting's two stages, as pyloudnorm's own Meter sets them.
K_WEIGHTING = ((4.0, 2**-0.5, 1500.0, "high_shelf"), (0.0, 0.5, 38.0, "high_pass"))
SILENCE_LUFS = -70.0
RELATIVE_GATE_LU = 10.0
STEP_S = 0.1
STEPS_PER_BLOCK = 4
OFFSET = -0.691
OVERSAMPLING = 4
MOST_ROUNDS, CLOSE_ENOUGH_LU = 8, 0.01
OVERLAP = 64  # samples of the chunk before, that the oversampling filter reaches into


@dataclass(frozen=True)
class Programme:
    """What was measured of a programme; a gain on all of it needs no second measurement.

    Attributes:
        energies: K-weighted energy per 100 ms, summed over the channels, shape=(steps,).
        peak: highest true peak, as an amplitude.
    """

    energies: NDArray[np.float64]
    peak: float

    @classmethod
    def of(cls, chunks: Iterable[Samples]) -> Programme:
        """Measure a programme in one pass."""
        energies, peaks = _StepEnergies(), _Peaks()
        for chunk in chunks:
            energies.add(chunk)
            peaks.add(chunk)
        return cls(energies.result(), peaks.highest)

    def lufs(self, gain_db: float = 0.0) -> float:
        """Integrated loudness with a gain; ``-inf`` for a programme that is silent throughout."""
        energies = self.energies * 10 ** (gain_db / 10)
        energies = np.pad(energies, (0, max(STEPS_PER_BLOCK - len(energies), 0)))
        blocks = np.convolve(energies, np.full(STEPS_PER_BLOCK, 1 / STEPS_PER_BLOCK), "valid")
        loud = blocks[_lufs(blocks) > SILENCE_LUFS]
        if not len(loud):
            return float("-inf")
        kept = loud[_lufs(loud) > float(_lufs(loud.mean())) - RELATIVE_GATE_LU]
        return float(_lufs(kept.mean()))

    def peak_dbtp(self, gain_db: float = 0.0) -> float:
        """Highest true peak with a gain, in dB below full scale; ``-inf`` for silence."""
        return 20 * float(np.log10(self.peak)) + gain_db if self.peak > 0 else float("-inf")

    def gain_to(self, target_lufs: float) -> float:
        """The gain in dB that brings the programme to a loudness; 0 for a silent one."""
        gain_db = 0.0
        for _ in range(MOST_ROUNDS):  # a gain lifts quiet blocks over the gate, which moves the mean a little
            now = self.lufs(gain_db)
            if not np.isfinite(now):
                return 0.0
            gain_db += target_lufs - now
            if abs(target_lufs - now) < CLOSE_ENOUGH_LU:
                break
        return gain_db


def oversampled(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Samples at four times the rate, shape=(4 n, channels)."""
    return resample_poly(samples, OVERSAMPLING, 1, axis=0).astype(np.float32)


class _StepEnergies:
    """Sum over the channels of the mean square of the K-weighted signal, per 100 ms."""

    def __init__(self) -> None:
        self._filters = [IIRfilter(*stage[:3], RATE_HZ, stage[3]) for stage in K_WEIGHTING]
        self._states = [np.zeros((max(len(stage.a), len(stage.b)) - 1, 2)) for stage in self._filters]
        self._rest = np.zeros((0, 2))
        self._energies: list[NDArray[np.float64]] = []

    def add(self, chunk: Samples) -> None:
        weighted = chunk.astype(np.float64)
        for index, stage in enumerate(self._filters):
            weighted, self._states[index] = lfilter(stage.b, stage.a, weighted, axis=0, zi=self._states[index])
        together = np.concatenate([self._rest, weighted])
        step = round(STEP_S * RATE_HZ)
        whole = len(together) // step
        squares = together[: whole * step].reshape(whole, step, 2) ** 2
        self._energies.append(squares.mean(axis=1).sum(axis=1))
        self._rest = together[whole * step :]

    def result(self) -> NDArray[np.float64]:
        return np.concatenate([*self._energies, np.zeros(0)])


class _Peaks:
    """The highest oversampled amplitude so far."""

    def __init__(self) -> None:
        self.highest = 0.0
        self._before = np.zeros((OVERLAP, 2), np.float32)

    def add(self, chunk: Samples) -> None:
        together = np.concatenate([self._before, chunk])
        fine = oversampled(together)[OVERLAP * OVERSAMPLING // 2 :]
        self.highest = max(self.highest, float(np.abs(fine).max(initial=0.0)))
        self._before = together[-OVERLAP:]


def _lufs(energy: NDArray[np.float64] | float) -> NDArray[np.float64]:
    with np.errstate(divide="ignore"):
        return OFFSET + 10 * np.log10(energy)
