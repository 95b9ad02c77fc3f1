"""The feeling of a recording from pitch, effort and rate.

Cues and directions: Scherer 2003 ("Vocal communication of emotion", Speech Communication 40), Juslin and Laukka 2003
(Psychological Bulletin 129, table 7) and Goudbeek and Scherer 2010 ("Beyond arousal: valence and potency/control cues
in the vocal expression of emotion", J. Acoust. Soc. Am. 128): arousal raises mean F0, F0 range, level, high-frequency
energy and rate; control raises level and lowers F0; valence is carried weakly (positive: flatter tilt at the same level
and livelier pitch), so its weight here is small.  Level itself is not read across recordings, which are levelled;
vocal effort is read from the spectrum instead (alpha ratio: level above 1 kHz against below, as in Eyben et al. 2016,
"The Geneva minimalistic acoustic parameter set", IEEE Trans. Affective Computing 7), and level only within a recording.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.signal import find_peaks
from tintype.audio import read_audio
from tintype.voice_activity import HOP_S, find_speech, speech_levels

from tintype_prosody.reading import Reading, clipped

RATE_HZ = 16000
F0_FLOOR_HZ, F0_CEIL_HZ = 60.0, 500.0
CHUNK_S = 60.0
LOW_BAND_HZ, HIGH_BAND_HZ = (50.0, 1000.0), (1000.0, 5000.0)
ENOUGH_VOICED_S, ENOUGH_SPEECH_S = 0.3, 0.5
OWN_BASELINE_S = 45.0
SYLLABLE_DIP_DB, SYLLABLE_GAP_S = 2.0, 0.08

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Baseline:
    """What a voice is like when nothing moves it: mean and standard deviation of every cue, and where it is from.

    Attributes:
        pitch_st: median F0 in semitones over 1 Hz.
        spread_st: spread of F0 inside a stretch, in semitones.
        effort_db: alpha ratio of voiced frames.
        level_db: level of the speech.
        rate: syllables per second of speech.
        source: in words.
    """

    pitch_st: tuple[float, float]
    spread_st: tuple[float, float]
    effort_db: tuple[float, float]
    level_db: tuple[float, float]
    rate: tuple[float, float]
    source: str


MALE_F0_HZ, FEMALE_F0_HZ = 119.0, 207.0
"""Mean reading F0 of men and women (Baken and Orlikoff 2000, "Clinical Measurement of Speech and Voice", chapter 6)."""
PITCH_SPREAD_BETWEEN_SPEAKERS_ST = 3.0
USUAL_SPREAD_ST = (
    3.2,
    1.2,
)  # reading aloud: about 2.5 (Baken and Orlikoff 2000) to 4.1 (a lively reader's clips, LJSpeech)
USUAL_EFFORT_DB = (
    -13.6,
    3.0,
)  # of that reader's twenty clips as measured here; the deviation is that of short stretches
USUAL_RATE = (3.7, 0.8)  # syllables per second of speech as counted here, of the same clips

AROUSAL_WEIGHTS = {"pitch": 0.30, "spread": 0.30, "effort": 0.10, "level": 0.10, "rate": 0.20}
VALENCE_WEIGHTS = {"spread": 0.15, "effort": 0.10, "rate": 0.05, "pitch": 0.05}
DOMINANCE_WEIGHTS = {"effort": 0.30, "level": 0.20, "pitch": -0.15, "rate": 0.10}


@dataclass(frozen=True)
class Frames:
    """A recording every 10 ms: all shape=(frames,).

    Attributes:
        f0_st: F0 in semitones over 1 Hz; NaN where unvoiced.
        level_db: level in the band of speech.
        effort_db: alpha ratio; NaN where unvoiced.
        speech: whether somebody speaks.
        nuclei: whether a syllable's nucleus lies here.
    """

    f0_st: Array
    level_db: Array
    effort_db: Array
    speech: NDArray[np.bool_]
    nuclei: NDArray[np.bool_]


def read_voice(
    recording: Path, step_s: float, window_s: float, usual_pitch_hz: float | None, usual_rate: float | None,
    check: Callable[[float], None],
) -> tuple[list[tuple[float, Reading]], str]:  # fmt: skip
    """The feeling of a recording over time, and what it rests on in words.

    Returns:
        (seconds, reading) where somebody speaks, sorted; empty when nobody does.

    Raises:
        AudioUnreadable: the recording cannot be read.
    """
    frames = frames_of(recording, check)
    if frames.speech.sum() * HOP_S < ENOUGH_SPEECH_S or np.isfinite(frames.f0_st).sum() * HOP_S < ENOUGH_VOICED_S:
        return [], "voice: nobody speaks in it"
    baseline = baseline_of(frames, usual_pitch_hz, usual_rate)
    readings = []
    half = round(window_s / HOP_S / 2)
    for at in range(0, len(frames.speech), round(step_s / HOP_S)):
        window = slice(max(0, at - half), at + half)
        cues = cues_of(frames, window)
        if cues is not None:
            readings.append((at * HOP_S, reading_of(cues, baseline)))
    whole = cues_of(frames, slice(None))
    assert whole is not None  # there is enough speech
    if not readings:
        readings = [(0.0, reading_of(whole, baseline))]
    pitch = whole["pitch"] - baseline.pitch_st[0]
    evidence = (
        f"voice: pitch {pitch:+.1f} semitones, pitch spread {whole['spread']:.1f} semitones, "
        f"effort {whole['effort'] - baseline.effort_db[0]:+.1f} dB, {whole['rate']:.1f} syllables per second, "
        f"against {baseline.source}"
    )
    return readings, evidence


def frames_of(recording: Path, check: Callable[[float], None]) -> Frames:
    """Read a recording a minute at a time."""
    import pyworld

    samples, _ = read_audio(recording, RATE_HZ)
    size = round(CHUNK_S * RATE_HZ)
    f0, effort = [], []
    count = len(samples) // round(HOP_S * RATE_HZ) + 1
    for start in range(0, len(samples), size):
        check(start / len(samples))
        chunk = samples[start : start + size].astype(np.float64)
        frames = round(len(chunk) / RATE_HZ / HOP_S) + 1
        if len(chunk) > RATE_HZ // 10:
            found, times = pyworld.dio(
                chunk, RATE_HZ, f0_floor=F0_FLOOR_HZ, f0_ceil=F0_CEIL_HZ, frame_period=HOP_S * 1000
            )
            found = pyworld.stonemask(chunk, found, times, RATE_HZ)
        else:
            found = np.zeros(frames)
        f0.append(found[: size // round(HOP_S * RATE_HZ)])
        effort.append(alpha_ratio(chunk)[: size // round(HOP_S * RATE_HZ)])
    f0_hz, effort_db = (np.resize(np.concatenate(parts), count) for parts in (f0, effort))
    level_db = speech_levels(samples, RATE_HZ)
    speech = np.zeros(count, dtype=bool)
    for start_s, end_s in find_speech(level_db):
        speech[round(start_s / HOP_S) : round(end_s / HOP_S)] = True
    voiced = speech & (f0_hz > 0)
    f0_st = np.full(count, np.nan)
    f0_st[voiced] = 12 * np.log2(f0_hz[voiced])
    return Frames(f0_st, level_db, np.where(voiced, effort_db, np.nan), speech, nuclei_of(level_db, voiced))


def alpha_ratio(samples: Array) -> Array:
    """Level between 1 and 5 kHz over the level between 50 Hz and 1 kHz, in dB every 10 ms, shape=(n // hop + 1,)."""
    hop, size = round(HOP_S * RATE_HZ), 512
    padded = np.pad(samples.astype(np.float32), (size // 2, size))
    frames = np.lib.stride_tricks.sliding_window_view(padded, size)[::hop][: len(samples) // hop + 1]
    power = np.abs(np.fft.rfft(frames * np.hanning(size))) ** 2
    frequency = np.fft.rfftfreq(size, 1 / RATE_HZ)
    low, high = (
        power[:, (frequency >= band[0]) & (frequency < band[1])].sum(axis=1) for band in (LOW_BAND_HZ, HIGH_BAND_HZ)
    )
    return np.asarray(10 * np.log10((high + 1e-9) / (low + 1e-9)))


def nuclei_of(level_db: Array, voiced: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Syllable nuclei: voiced peaks of the level with a dip of 2 dB between them.

    Source:
        de Jong and Wempe 2009, Behavior Research Methods 41.
    """
    smooth = np.convolve(level_db, np.hanning(9)[1:-1] / np.hanning(9).sum(), mode="same")
    peaks, _ = find_peaks(smooth, prominence=SYLLABLE_DIP_DB, distance=round(SYLLABLE_GAP_S / HOP_S))
    nuclei = np.zeros(len(level_db), dtype=bool)
    nuclei[peaks] = True
    return nuclei & voiced


def cues_of(frames: Frames, window: slice) -> dict[str, float] | None:
    """The cues of a stretch; None where there is too little speech in it."""
    speech = frames.speech[window]
    f0 = frames.f0_st[window]
    f0 = f0[np.isfinite(f0)]
    if speech.sum() * HOP_S < ENOUGH_SPEECH_S or len(f0) * HOP_S < ENOUGH_VOICED_S:
        return None
    # Half an octave around the median keeps octave errors of the pitch out of its spread.
    near = f0[np.abs(f0 - np.median(f0)) < 9]
    return {
        "pitch": float(np.median(f0)),
        "spread": float(np.std(near)),
        "effort": float(np.nanmedian(frames.effort_db[window])),
        "level": float(np.median(frames.level_db[window][speech])),
        "rate": float(frames.nuclei[window].sum() / (speech.sum() * HOP_S)),
    }


def baseline_of(frames: Frames, usual_pitch_hz: float | None, usual_rate: float | None) -> Baseline:
    """The speaker's own baseline where the recording is long enough, else published means."""
    whole = cues_of(frames, slice(None))
    assert whole is not None
    if frames.speech.sum() * HOP_S >= OWN_BASELINE_S:
        size = round(2.5 / HOP_S)
        parts = [cues_of(frames, slice(at, at + size)) for at in range(0, len(frames.speech), size)]
        found = [part for part in parts if part is not None]
        own = {
            cue: (
                float(np.median([part[cue] for part in found])),
                max(float(np.std([part[cue] for part in found])), least),
            )
            for cue, least in (("pitch", 1.0), ("spread", 0.5), ("effort", 1.5), ("level", 2.0), ("rate", 0.4))
        }
        return Baseline(
            own["pitch"], own["spread"], own["effort"], own["level"], own["rate"], "the speaker's own recording"
        )
    usual_st, source = _usual_pitch(whole["pitch"])
    if usual_pitch_hz:
        usual_st, source = 12 * float(np.log2(usual_pitch_hz)), "the given baseline"
    return Baseline(
        pitch_st=(usual_st, PITCH_SPREAD_BETWEEN_SPEAKERS_ST),
        spread_st=USUAL_SPREAD_ST,
        effort_db=USUAL_EFFORT_DB,
        level_db=(whole["level"], 6.0),  # levelled: only its changes inside the recording say something
        rate=(usual_rate or USUAL_RATE[0], USUAL_RATE[1]),
        source=source,
    )


def _usual_pitch(pitch_st: float) -> tuple[float, str]:
    """The mean pitch of men and women reading aloud, in semitones, each by how likely the voice is theirs."""
    means = {"man": 12 * np.log2(MALE_F0_HZ), "woman": 12 * np.log2(FEMALE_F0_HZ)}
    likely = {
        who: np.exp(-0.5 * ((pitch_st - mean) / PITCH_SPREAD_BETWEEN_SPEAKERS_ST) ** 2) for who, mean in means.items()
    }
    total = sum(likely.values())
    usual = sum(likely[who] / total * means[who] for who in means) if total > 1e-12 else pitch_st
    who = next((who for who in means if likely[who] > 0.9 * total), "man or woman")
    return float(usual), f"a {who} reading aloud"


def reading_of(cues: dict[str, float], baseline: Baseline) -> Reading:
    """Valence, arousal and dominance from cues, by weighted z-scores, squashed so that extremes stay inside."""
    usual = {
        "pitch": baseline.pitch_st, "spread": baseline.spread_st, "effort": baseline.effort_db,
        "level": baseline.level_db, "rate": baseline.rate,
    }  # fmt: skip
    z = {cue: float(np.clip((cues[cue] - mean) / deviation, -3, 3)) for cue, (mean, deviation) in usual.items()}

    def weighed(weights: dict[str, float]) -> float:
        return clipped(float(np.tanh(sum(weight * z[cue] for cue, weight in weights.items()))))

    return Reading(
        valence=weighed(VALENCE_WEIGHTS), arousal=weighed(AROUSAL_WEIGHTS), dominance=weighed(DOMINANCE_WEIGHTS),
        confidence=0.5,
    )  # fmt: skip
