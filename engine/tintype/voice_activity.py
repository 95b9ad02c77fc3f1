"""Finds where somebody speaks, from the level of a recording over time."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

HOP_S = 0.01
WINDOW_S = 0.025
SPEECH_BAND_HZ = (150.0, 4000.0)
SILENT_DB = -90.0  # digital silence is taken as this
FLOOR_WINDOW_S = 20.0
FLOOR_PERCENTILE, LOUD_PERCENTILE = 10.0, 95.0
ABOVE_FLOOR_DB, BELOW_LOUD_DB, HYSTERESIS_DB = 9.0, 32.0, 4.0
SMALLEST_RANGE_DB = 8.0  # speech moves more than this between syllables and pauses; hum, hiss and tones do not
SHORTEST_SPEECH_S, SHORTEST_PAUSE_S, MARGIN_S = 0.10, 0.25, 0.04

Samples = NDArray[np.floating[Any]]
Array = NDArray[np.float64]


def speech_levels(samples: Samples, rate_hz: int) -> Array:
    """Level in the band of speech every 10 ms, in dB of full scale, shape=(n // hop + 1,).

    Frame ``i`` is centred at ``i * HOP_S`` seconds.
    """
    hop, size = round(HOP_S * rate_hz), round(WINDOW_S * rate_hz)
    padded = np.pad(np.asarray(samples, dtype=np.float32), (size // 2, size))
    frames = np.lib.stride_tricks.sliding_window_view(padded, size)[:: max(hop, 1)][: len(samples) // hop + 1]
    window = np.hanning(size + 2)[1:-1].astype(np.float32)
    frequency = np.fft.rfftfreq(size, 1 / rate_hz)
    band = (frequency >= SPEECH_BAND_HZ[0]) & (frequency <= SPEECH_BAND_HZ[1])
    power = np.empty(len(frames))
    for start in range(0, len(frames), 4096):  # bounded memory on long recordings
        spectrum = np.fft.rfft(frames[start : start + 4096] * window)[:, band]
        power[start : start + 4096] = (spectrum.real**2 + spectrum.imag**2).sum(axis=1)
    scale = 2.0 / (size * float((window**2).sum()))
    return np.asarray(np.maximum(10 * np.log10(power * scale + 1e-12), SILENT_DB))


def find_speech(levels_db: Array, *, shortest_pause_s: float = SHORTEST_PAUSE_S) -> list[tuple[float, float]]:
    """Where somebody speaks, as (start, end) in seconds, sorted.

    A frame is speech when it stands out from the quietest tenth of the 20 s around it and is not far below the
    loudest parts of the recording.

    Args:
        levels_db: from :func:`speech_levels`.
        shortest_pause_s: shorter pauses belong to the speech.
    """
    if not len(levels_db):
        return []
    floor = running_floor(levels_db)
    loud = float(np.percentile(levels_db, LOUD_PERCENTILE))
    if loud - float(np.percentile(levels_db, FLOOR_PERCENTILE)) < SMALLEST_RANGE_DB:
        return []
    begins = np.maximum(floor + ABOVE_FLOOR_DB, loud - BELOW_LOUD_DB)
    active = _with_hysteresis(levels_db >= begins, levels_db >= begins - HYSTERESIS_DB)
    runs = [(start, end) for start, end in _runs(active) if (end - start) * HOP_S >= SHORTEST_SPEECH_S]
    parts: list[tuple[float, float]] = []
    length_s = len(levels_db) * HOP_S
    for start, end in runs:
        start_s, end_s = max(0.0, start * HOP_S - MARGIN_S), min(length_s, end * HOP_S + MARGIN_S)
        if parts and start_s - parts[-1][1] < shortest_pause_s:
            parts[-1] = parts[-1][0], end_s
        else:
            parts.append((start_s, end_s))
    return parts


def running_floor(levels_db: Array) -> Array:
    """The quietest tenth of the 20 s around every frame, in dB, the same shape."""
    step = round(FLOOR_WINDOW_S / HOP_S / 4)
    starts = range(0, len(levels_db), step)
    floors = [np.percentile(levels_db[max(0, at - 2 * step) : at + 2 * step], FLOOR_PERCENTILE) for at in starts]
    return np.interp(np.arange(len(levels_db)), list(starts), floors)


def _with_hysteresis(begins: NDArray[np.bool_], goes_on: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Runs of ``goes_on`` that have at least one frame of ``begins``."""
    active = np.zeros_like(goes_on)
    for start, end in _runs(goes_on):
        if begins[start:end].any():
            active[start:end] = True
    return active


def _runs(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
