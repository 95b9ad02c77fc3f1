"""What a voice says of its feeling: pitch, its range, loudness and pace, against how the person usually speaks.

Directions are those that reviews agree on: arousal raises mean F0, F0 range, intensity, pace and the share of energy
above 1 kHz (Scherer 2003, "Vocal communication of emotion", Speech Communication 40; Juslin and Laukka 2003,
Psychological Bulletin 129, table 7).  Valence is hard to hear: only a wide pitch range with a bright sound speaks for
pleasure, weakly (Goudbeek and Scherer 2010, JASA 128).  Each cue is a z-score, squashed; the weights are ours.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 16000
HOP_S = 0.016
FRAME_S = 0.064
F0_RANGE_HZ = (65.0, 420.0)
SILENCE_DB = -35.0  # below the loudest frame
MIN_SPEECH_S = 0.4
# Spread of each cue within a speaker's neutral reading: semitones of F0, semitones of F0 range, dB, voiced stretches
# per second, dB of tilt.
SPREAD = {"pitch": 2.0, "range": 1.2, "level": 3.5, "pace": 0.8, "tilt": 3.0}
WEIGHTS = {"pitch": 0.30, "range": 0.20, "level": 0.25, "pace": 0.10, "tilt": 0.15}
# A reading voice (means over readers: Baken and Orlikoff 2000, chapter 6), for what no baseline of the person says.
USUAL = {"range": 2.6, "pace": 2.6, "tilt": -14.0}
USUAL_PITCH_HZ = {"low": 120.0, "high": 205.0}
BETWEEN_HZ = 155.0


@dataclass(frozen=True)
class Cues:
    """Frame-wise measurements.

    Attributes:
        times: seconds, shape=(frames,).
        semitones: F0 in semitones above 55 Hz, NaN where unvoiced, shape=(frames,).
        level_db: frame level, shape=(frames,).
        tilt_db: energy above 1 kHz over that below, in dB, shape=(frames,).
        speech: frames with speech, shape=(frames,).
    """

    times: NDArray[np.float64]
    semitones: NDArray[np.float64]
    level_db: NDArray[np.float64]
    tilt_db: NDArray[np.float64]
    speech: NDArray[np.bool_]

    @property
    def speech_s(self) -> float:
        return float(self.speech.sum() * HOP_S)

    @property
    def median_hz(self) -> float:
        return float(55.0 * 2 ** (np.nanmedian(self.semitones) / 12)) if np.isfinite(self.semitones).any() else 0.0


def measure(samples: NDArray[np.float32]) -> Cues:
    """Measure mono samples at 16 kHz, shape=(n,)."""
    import librosa

    hop, frame = round(HOP_S * RATE_HZ), round(FRAME_S * RATE_HZ)
    power = np.abs(librosa.stft(samples, n_fft=frame, hop_length=hop)) ** 2
    high = librosa.fft_frequencies(sr=RATE_HZ, n_fft=frame) >= 1000.0
    level = 10 * np.log10(power.sum(axis=0) + 1e-12)
    tilt = 10 * np.log10((power[high].sum(axis=0) + 1e-12) / (power[~high].sum(axis=0) + 1e-12))
    f0 = librosa.yin(samples, fmin=F0_RANGE_HZ[0], fmax=F0_RANGE_HZ[1], sr=RATE_HZ, frame_length=frame, hop_length=hop)
    count = min(len(f0), power.shape[1])
    level, tilt, f0 = level[:count], tilt[:count], f0[:count]
    speech = (level > level.max() + SILENCE_DB) & (level > -60)
    # YIN gives a value for every frame; voiced ones are loud, not at the rim of the range, and go on smoothly.
    steady = np.abs(np.diff(np.log2(f0), prepend=np.log2(f0[:1]))) < 0.12
    voiced = speech & steady & (f0 > F0_RANGE_HZ[0] * 1.05) & (f0 < F0_RANGE_HZ[1] * 0.95) & (tilt < 3.0)
    semitones = np.where(voiced, 12 * np.log2(f0 / 55.0), np.nan)
    return Cues(np.arange(count) * HOP_S, semitones, level, tilt, speech)


def reading_of(cues: Cues, start_s: float, end_s: float, pitch_hz: float | None) -> tuple[float, float] | None:
    """Valence and arousal between two times; None where there is too little speech.

    Args:
        cues: of the whole recording, whose own level is the usual one.
        pitch_hz: the person's usual median pitch; the usual one of a voice like this if None.
    """
    here = cues.speech & (cues.times >= start_s) & (cues.times < end_s)
    pitch = cues.semitones[here]
    pitch = pitch[np.isfinite(pitch)]
    if here.sum() * HOP_S < MIN_SPEECH_S or len(pitch) * HOP_S < MIN_SPEECH_S / 2:
        return None
    usual_hz = pitch_hz or USUAL_PITCH_HZ["low" if cues.median_hz < BETWEEN_HZ else "high"]
    speech_s = here.sum() * HOP_S
    starts = np.diff(np.isfinite(cues.semitones).astype(int), prepend=0) == 1
    cue = {
        "pitch": float(np.median(pitch)) - 12 * np.log2(usual_hz / 55.0),
        "range": float(np.percentile(pitch, 90) - np.percentile(pitch, 10)) / 2 - USUAL["range"],
        "level": float(cues.level_db[here].mean() - cues.level_db[cues.speech].mean()),
        "pace": float((starts & here).sum() / speech_s) - USUAL["pace"],
        "tilt": float(np.median(cues.tilt_db[here])) - USUAL["tilt"],
    }
    squashed = {name: float(np.tanh(value / SPREAD[name] / 1.5)) for name, value in cue.items()}
    arousal = sum(WEIGHTS[name] * value for name, value in squashed.items())
    valence = 0.25 * (squashed["range"] + squashed["tilt"]) / 2
    return float(np.clip(valence, -1, 1)), float(np.clip(arousal * 1.3, -1, 1))
