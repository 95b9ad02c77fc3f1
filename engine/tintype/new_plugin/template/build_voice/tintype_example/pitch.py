"""Measures pitch by autocorrelation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from tintype import Asset, Job
from tintype.audio import read_audio
from tintype.documents import VoiceProfile

if TYPE_CHECKING:
    from tintype_example import PitchSettings

RATE_HZ = 8000
FRAME_S = 0.05
HOP_S = 0.02
VOICED_ABOVE = 0.5
"""Normalised autocorrelation from which on a frame is voiced."""
MALE_BELOW_HZ = 150.0
"""Between the medians of male and female reading pitch (about 120 and 210 Hz; Baken and Orlikoff 2000, chapter 6)."""


def measure(recordings: Sequence[Asset], settings: PitchSettings, job: Job) -> VoiceProfile:
    """The median pitch of everything that is voiced in the recordings, saved into ``job.folder``."""
    found: list[float] = []
    job.progress(0.0, "recordings")
    for number, asset in enumerate(recordings):
        samples, _ = read_audio(asset.path, RATE_HZ)
        for at in range(0, len(samples) - round(FRAME_S * RATE_HZ), round(HOP_S * RATE_HZ)):
            job.progress((number + at / len(samples)) / len(recordings), asset.item.path)
            pitch_hz = pitch_of(samples[at : at + round(FRAME_S * RATE_HZ)], settings)
            if pitch_hz is not None:
                found.append(pitch_hz)
    median_hz = float(np.median(found)) if found else None
    gender = "unknown" if median_hz is None else "male" if median_hz < MALE_BELOW_HZ else "female"
    return VoiceProfile(
        provider="example",
        recordings=tuple(asset.item.path for asset in recordings),
        speech_s=len(found) * HOP_S,
        gender=gender,
        pitch_hz=median_hz,
        notes=f"Median of {len(found)} voiced frames." if found else "There is no voice in the recordings.",
    ).save(job.folder)


def pitch_of(frame: NDArray[np.float32], settings: PitchSettings) -> float | None:
    """Pitch of one frame, shape=(samples,), in Hz; None when it is not voiced."""
    frame = frame - frame.mean()
    spectrum = np.fft.rfft(frame, 2 * len(frame))
    likeness = np.fft.irfft(np.abs(spectrum) ** 2)[: len(frame)]
    if likeness[0] <= 1e-6 * len(frame):
        return None
    shortest, longest = round(RATE_HZ / settings.highest_hz), round(RATE_HZ / settings.lowest_hz)
    likeness = likeness / likeness[0] * len(frame) / (len(frame) - np.arange(len(frame)))
    best = shortest + int(likeness[shortest : longest + 1].argmax())
    return RATE_HZ / best if likeness[best] > VOICED_ABOVE else None
