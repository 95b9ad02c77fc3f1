"""eSpeak NG's phone events as speech sounds: without its own marks, and with stops that begin when the mouth closes."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

STOPS = tuple("pbtdkɡgcɟqɢʈɖ")  # also what affricates begin with
SILENT_DB, CLOSED_DB = (
    -50.0,
    -40.0,
)  # of full scale; some voice variants have an echo, which a closed mouth does not stop
ABOVE_QUIETEST_DB = 7.0
LONGEST_CLOSURE_S = 0.08
STEP_S = 0.0025
LANGUAGE_SWITCH = re.compile(r"\([^)]*\)")

Events = list[tuple[int, str]]


def sounds_of(events: Events, pcm: NDArray[np.float32], rate_hz: int) -> Events:
    """Events as (sample, symbol), cleaned.

    eSpeak NG reports a stop when it bursts; the silence in front of the burst, in which the lips or the tongue are
    closed, is counted to the sound before.  Here the stop begins with that silence, as phoneticians and faces have it.
    A switch of language, which is reported as a phone, is dropped.

    Args:
        events: (sample, symbol) in order; an empty symbol is a pause.
        pcm: the speech, shape=(n,), in [-1, 1].
        rate_hz: samples per second.
    """
    sounds: Events = []
    for sample, raw in events:
        if LANGUAGE_SWITCH.fullmatch(raw):
            continue
        symbol = raw.strip("-")
        begins = sample
        if symbol.strip("ˈˌ").startswith(STOPS) and sounds:
            earliest = max(sounds[-1][0] + 1, sample - round(LONGEST_CLOSURE_S * rate_hz))
            begins = closure_start(pcm, sample, earliest, rate_hz)
        sounds.append((begins, symbol))
    return sounds


def closure_start(pcm: NDArray[np.float32], burst: int, earliest: int, rate_hz: int) -> int:
    """The first sample of the silence in front of a burst, to 2.5 ms; ``burst`` itself where there is none."""
    step = round(STEP_S * rate_hz)
    count = (burst - earliest) // step
    if not count:
        return burst
    steps = pcm[burst - count * step : burst].astype(np.float64).reshape(count, step)
    level_db = 10 * np.log10((steps**2).mean(axis=1) + 1e-10)
    quietest = float(level_db[-6:].min())  # of the last 15 ms
    if quietest > CLOSED_DB:
        return burst
    heard = np.flatnonzero(level_db > max(SILENT_DB, quietest + ABOVE_QUIETEST_DB))
    heard = heard[heard < count - 2]  # the step at the burst itself may already sound
    return burst - (count - 1 - int(heard[-1])) * step if len(heard) else burst - count * step
