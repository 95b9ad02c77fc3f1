"""How usable a recording is, and what stands in the way, in words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tintype.voice_activity import HOP_S, find_speech, speech_levels

CLIP_RUN = 3  # this many samples in a row at the very peak are a clipped wave
CLIP_NEAR = 0.999
CLIP_WORTH_SAYING, CLIP_FATAL = 0.0005, 0.02  # share of the samples
SPECTRUM_SIZE, MOST_SPECTRA = 1024, 6000
BAND_BELOW_PEAK_DB, BAND_ABOVE_NOISE_DB = 60.0, 3.0
TELEPHONE_HZ, FULL_BAND_HZ = 4600.0, 10_000.0
POOR_SNR_DB, GOOD_SNR_DB, NOISY_SNR_DB = 0.0, 30.0, 15.0
SHORT_S, ENOUGH_S = 1.0, 5.0
AWAY_FROM_SPEECH_S = 0.1
WORST_USABLE = 0.05

Samples = NDArray[np.float32]


@dataclass(frozen=True)
class Readings:
    """What a recording is like.

    Attributes:
        duration_s: length of the whole file.
        speech_share: share of it in which somebody speaks, 0 to 1.
        snr_db: level of the speech over what is heard in its pauses.
        bandwidth_hz: highest frequency at which speech is heard.
        clipped_share: share of the samples at a flattened peak.
    """

    duration_s: float
    speech_share: float
    snr_db: float
    bandwidth_hz: float
    clipped_share: float

    @property
    def speech_s(self) -> float:
        return self.duration_s * self.speech_share


def read(samples: Samples, rate_hz: int, duration_s: float) -> Readings:
    """Measure a recording by parts of it.

    Args:
        samples: parts of the recording, one after the other, shape=(n,).
        duration_s: length of the whole.
    """
    levels = speech_levels(samples, rate_hz)
    speaking = speech_mask(len(samples), rate_hz, find_speech(levels))
    return Readings(
        duration_s=duration_s,
        speech_share=float(speaking.mean()) if len(speaking) else 0.0,
        snr_db=snr_of(levels),
        bandwidth_hz=bandwidth_of(samples, rate_hz, speaking),
        clipped_share=clipped_share(samples),
    )


def speech_mask(
    length: int, rate_hz: int, parts: list[tuple[float, float]], margin_s: float = 0.0
) -> NDArray[np.bool_]:
    """Which samples are speech, shape=(length,); ``margin_s`` widens every part."""
    mask = np.zeros(length, dtype=bool)
    for start_s, end_s in parts:
        mask[max(0, round((start_s - margin_s) * rate_hz)) : round((end_s + margin_s) * rate_hz)] = True
    return mask


def snr_of(levels_db: NDArray[np.float64]) -> float:
    """Mean power in speech over mean power in its pauses, in dB; 0 when there is no speech."""
    parts = find_speech(levels_db)
    if not parts:
        return 0.0
    power = 10 ** (levels_db / 10)
    speaking = speech_mask(len(levels_db), round(1 / HOP_S), parts)
    resting = ~speech_mask(len(levels_db), round(1 / HOP_S), parts, AWAY_FROM_SPEECH_S)
    # Where nobody pauses, the quietest twentieth of the speech stands in for the pauses.
    # Breaths and faint sounds lie in the pauses too, so the quieter third of them speaks for the noise.
    noise = np.percentile(power[resting], 30) if resting.sum() * HOP_S >= 0.3 else np.percentile(power, 5)
    return float(np.clip(10 * np.log10(max(power[speaking].mean() - noise, 1e-12) / max(noise, 1e-12)), 0, 80))


def bandwidth_of(samples: Samples, rate_hz: int, speaking: NDArray[np.bool_]) -> float:
    """Highest frequency in Hz where speech stands over its pauses and is not 60 dB below its own peak."""
    speech, rest = samples[speaking], samples[~speaking]
    if len(speech) < 4 * SPECTRUM_SIZE:
        return 0.0
    power_db = _level_db(_spectra(speech).mean(axis=0))
    heard = power_db > power_db[2:].max() - BAND_BELOW_PEAK_DB
    if len(rest) >= 8 * SPECTRUM_SIZE:
        pauses = _spectra(rest)
        loudness = pauses.sum(axis=1)  # the louder half may be breath
        heard &= power_db > _level_db(pauses[loudness <= np.median(loudness)].mean(axis=0)) + BAND_ABOVE_NOISE_DB
    return float(np.flatnonzero(heard)[-1] * rate_hz / SPECTRUM_SIZE) if heard.any() else 0.0


def _spectra(samples: Samples) -> NDArray[np.float64]:
    hop = max(SPECTRUM_SIZE // 2, len(samples) // MOST_SPECTRA)
    frames = np.lib.stride_tricks.sliding_window_view(samples, SPECTRUM_SIZE)[::hop]
    return np.asarray(np.abs(np.fft.rfft(frames * np.hanning(SPECTRUM_SIZE))) ** 2)


def _level_db(power: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(10 * np.log10(np.convolve(power, np.ones(5) / 5, mode="same") + 1e-20))


def clipped_share(samples: Samples) -> float:
    """Share of the samples in runs that stay at the recording's own peak: a flattened wave, at whatever level."""
    size = np.abs(samples)
    peak = float(size.max(initial=0.0))
    if peak < 0.05:
        return 0.0
    flat = np.concatenate([[False], size >= CLIP_NEAR * peak, [False]])
    edges = np.flatnonzero(np.diff(flat.astype(np.int8)))
    runs = edges[1::2] - edges[::2]
    return float(runs[runs >= CLIP_RUN].sum() / len(samples))


def judge(readings: Readings) -> tuple[float, tuple[str, ...]]:
    """Quality, 0 to 1, and problems in words."""
    if readings.speech_s <= 0:
        return 0.0, ("nobody speaks in it",)
    band = _between(readings.bandwidth_hz, 2000.0, FULL_BAND_HZ)
    clear = _between(readings.snr_db, POOR_SNR_DB, GOOD_SNR_DB)
    whole = _between(readings.clipped_share, CLIP_FATAL, 0.0)
    long = _between(readings.speech_s, 0.0, ENOUGH_S)
    quality = max(band, 0.1) ** 0.3 * max(clear, 0.05) ** 0.4 * max(whole, 0.02) ** 0.3 * max(long, 0.05) ** 0.1
    problems = []
    if readings.speech_s < SHORT_S:
        problems.append(f"only {readings.speech_s:.1f} s of speech")
    if readings.bandwidth_hz < TELEPHONE_HZ:
        problems.append(f"telephone sound: nothing above {readings.bandwidth_hz / 1000:.1f} kHz")
    if readings.snr_db < NOISY_SNR_DB:
        problems.append(f"noisy: the speech is only {readings.snr_db:.0f} dB over its pauses")
    if readings.clipped_share > CLIP_WORTH_SAYING:
        problems.append(f"clipped: {readings.clipped_share:.1%} of it lies at a flattened peak")
    return round(max(quality, WORST_USABLE), 3), tuple(problems)


def _between(value: float, worst: float, best: float) -> float:
    """0 at ``worst``, 1 at ``best``, clipped; ``worst`` may be the larger one."""
    return float(np.clip((value - worst) / (best - worst), 0.0, 1.0))
