"""Decides what to clean, by trying it on parts of the recording and keeping only what measurably helps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.signal import welch
from tintype.voice_activity import HOP_S, find_speech, speech_levels

from tintype_librosa.hiss import noise_power, without_hiss
from tintype_librosa.hum import find_hum, line_level_db, without_hum
from tintype_librosa.recording_quality import AWAY_FROM_SPEECH_S, snr_of, speech_mask

HUM_BELOW_SPEECH_DB = 30.0  # fainter hum is masked by the speech, and a notch turns the phase of its neighbours
HUM_GAIN_DB = 6.0  # the lines have to fall by this much ...
SPEECH_LOSS_DB = 0.5  # ... while the speech loses less than this
HISS_BELOW_SNR_DB = 22.0  # cleaner recordings only get worse (measured with known noise: see the tests)
HISS_GAIN_DB = 4.0
CLEAR_BINS_DB = 12.0  # bins of the speech this far over the noise ...
DISTORTION_DB = 1.5  # ... may change by no more than this
ENOUGH_PAUSE_S = 0.3

Samples = NDArray[np.float32]


@dataclass(frozen=True)
class Plan:
    """What to clean.

    Attributes:
        hum_hz: lines to notch out.
        hiss: power of the noise per bin, or None.
        steps: what will be done, in words, with what it gained.
    """

    hum_hz: list[float] = field(default_factory=list)
    hiss: NDArray[np.float64] | None = None
    steps: tuple[str, ...] = ()

    def apply(self, blocks: Iterable[Samples], rate_hz: int) -> Iterator[Samples]:
        """Clean a stream; as many samples come out as go in."""
        stream = iter(blocks)
        if self.hum_hz:
            stream = without_hum(stream, rate_hz, self.hum_hz)
        if self.hiss is not None:
            stream = without_hiss(stream, rate_hz, self.hiss)
        return stream


def plan_cleaning(samples: Samples, rate_hz: int) -> Plan:
    """What would help this recording, judged by parts of it, shape=(n,)."""
    plan = _plan_hum(samples, rate_hz)
    quiet = np.concatenate(list(plan.apply([samples], rate_hz)))
    return _plan_hiss(plan, quiet, rate_hz)


def _plan_hum(samples: Samples, rate_hz: int) -> Plan:
    lines = find_hum(samples, rate_hz)
    loud = float(np.percentile(speech_levels(samples, rate_hz), 95))
    if not lines or line_level_db(samples, rate_hz, lines) < loud - HUM_BELOW_SPEECH_DB:
        return Plan()
    notched = np.concatenate(list(without_hum([samples], rate_hz, lines)))
    gained = line_level_db(samples, rate_hz, lines) - line_level_db(notched, rate_hz, lines)
    speaking = speech_mask(len(samples), rate_hz, find_speech(speech_levels(notched, rate_hz)))
    if gained < HUM_GAIN_DB or _speech_loss_db(samples, notched, speaking, rate_hz) > SPEECH_LOSS_DB:
        return Plan()
    step = f"hum at {', '.join(f'{line:.0f}' for line in lines)} Hz taken out ({gained:.0f} dB lower)"
    return Plan(hum_hz=lines, steps=(step,))


def _speech_loss_db(before: Samples, after: Samples, speaking: NDArray[np.bool_], rate_hz: int) -> float:
    """How much the median level of the speech's spectrum between 300 and 3400 Hz falls."""
    if speaking.sum() < rate_hz:
        return 0.0
    frequency, power = welch(before[speaking], rate_hz, nperseg=1024)
    band = (frequency > 300) & (frequency < 3400)
    left = welch(after[speaking], rate_hz, nperseg=1024)[1]
    return float(np.median(10 * np.log10(power[band] / np.maximum(left[band], 1e-20))))


def _plan_hiss(plan: Plan, samples: Samples, rate_hz: int) -> Plan:
    levels = speech_levels(samples, rate_hz)
    parts = find_speech(levels)
    before = snr_of(levels)
    pausing = ~speech_mask(len(samples), rate_hz, parts, AWAY_FROM_SPEECH_S)
    if not parts or before > HISS_BELOW_SNR_DB or pausing.sum() < ENOUGH_PAUSE_S * rate_hz:
        return plan
    noise = noise_power(samples[pausing], rate_hz)
    cleaned = np.concatenate(list(without_hiss([samples], rate_hz, noise)))
    resting = ~speech_mask(len(levels), round(1 / HOP_S), parts, AWAY_FROM_SPEECH_S)
    gained = float(np.median((levels - speech_levels(cleaned, rate_hz))[resting]))
    speaking = speech_mask(len(samples), rate_hz, parts)
    if gained < HISS_GAIN_DB or distortion_db(samples, cleaned, speaking, pausing, rate_hz) > DISTORTION_DB:
        return plan
    step = f"hiss reduced by {gained:.0f} dB in the pauses"
    return Plan(plan.hum_hz, noise, (*plan.steps, step))


def distortion_db(
    before: Samples, after: Samples, speaking: NDArray[np.bool_], pausing: NDArray[np.bool_], rate_hz: int
) -> float:
    """Mean change of the speech's long-term spectrum where it stands clear of the noise."""
    spectra = [welch(part, rate_hz, nperseg=1024)[1] for part in (before[speaking], after[speaking], before[pausing])]
    speech_db, cleaned_db, noise_db = (10 * np.log10(spectrum + 1e-20) for spectrum in spectra)
    clear = speech_db > noise_db + CLEAR_BINS_DB
    return float(np.abs(speech_db - cleaned_db)[clear].mean()) if clear.any() else float("inf")
