"""Finds mains hum and notches it out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.signal import iirnotch, sosfilt, sosfilt_zi, tf2sos

MAINS_HZ = (50.0, 60.0)
DRIFT = 0.03  # a copied tape may run this much too fast or too slow
HARMONICS = 12
LINE_OVER_AROUND_DB = 10.0
FEWEST_LINES = 2
STEADY_PERCENTILE = 20.0  # of a bin over time: speech comes and goes, hum stays
WINDOW_S = 1.0
NOTCH_WIDTH_HZ = 4.0
LOWEST_LEVEL_DB = -75.0  # below this a line is not heard

Samples = NDArray[np.float32]


def steady_spectrum(samples: Samples, rate_hz: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Frequencies in Hz, and the level that each keeps even in its quiet moments, in dB of full scale."""
    size = round(WINDOW_S * rate_hz)
    starts = range(0, max(len(samples) - size, 0) + 1, max(size // 2, 1))
    window = np.hanning(size)
    frames = [np.abs(np.fft.rfft(samples[start : start + size] * window, size)) for start in starts]
    level = np.percentile(frames, STEADY_PERCENTILE, axis=0) * 2 / window.sum()
    return np.fft.rfftfreq(size, 1 / rate_hz), 20 * np.log10(level + 1e-9)


def find_hum(samples: Samples, rate_hz: int) -> list[float]:
    """Frequencies of hum lines in Hz, sorted; empty when there is no hum.

    Args:
        samples: at least three seconds; shorter ones give an empty list, for a vowel looks like hum in them.
    """
    if len(samples) < 3 * WINDOW_S * rate_hz:
        return []
    frequency, level = steady_spectrum(samples, rate_hz)
    found: list[float] = []
    for mains in MAINS_HZ:
        for base in np.arange(mains * (1 - DRIFT), mains * (1 + DRIFT) + 0.01, 0.25):
            lines = [
                line for n in range(1, HARMONICS + 1) if (line := _line_at(frequency, level, n * base)) is not None
            ]
            if len(lines) >= FEWEST_LINES and len(lines) > len(found):
                found = lines
    return found


def _line_at(frequency: NDArray[np.float64], level: NDArray[np.float64], wanted_hz: float) -> float | None:
    step = frequency[1]
    at = round(wanted_hz / step)
    reach = max(1, round(0.5 / step))
    if at + round(16 / step) >= len(level):
        return None
    peak = at - reach + int(np.argmax(level[at - reach : at + reach + 1]))
    around = np.concatenate(
        [
            level[max(0, at - round(15 / step)) : at - round(5 / step)],
            level[at + round(5 / step) : at + round(15 / step)],
        ]
    )
    stands_out = level[peak] > np.median(around) + LINE_OVER_AROUND_DB and level[peak] > LOWEST_LEVEL_DB
    return float(frequency[peak]) if stands_out else None


def line_level_db(samples: Samples, rate_hz: int, lines: list[float]) -> float:
    """Summed power of the lines' steady level, in dB."""
    frequency, level = steady_spectrum(samples, rate_hz)
    bins = [int(np.argmin(np.abs(frequency - line))) for line in lines]
    return float(10 * np.log10(sum(10 ** (level[at] / 10) for at in bins)))


def without_hum(blocks: Iterable[Samples], rate_hz: int, lines: list[float]) -> Iterator[Samples]:
    """Notch the lines out of a stream; every notch is 4 Hz wide."""
    sections = np.concatenate([tf2sos(*iirnotch(line, line / NOTCH_WIDTH_HZ, rate_hz)) for line in lines])
    state = sosfilt_zi(sections) * 0.0
    for block in blocks:
        filtered, state = sosfilt(sections, block, zi=state)
        yield filtered.astype(np.float32)
