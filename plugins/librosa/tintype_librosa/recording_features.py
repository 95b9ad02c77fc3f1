"""What can be measured in a recording, as ``Features.1``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import librosa
import numpy as np
import pyworld
import soxr
from numpy.typing import NDArray
from scipy.signal import find_peaks
from tintype import Asset, Job
from tintype.documents import Features
from tintype.voice_activity import HOP_S, find_speech, speech_levels

from tintype_librosa.channels import mono
from tintype_librosa.decoding import opened
from tintype_librosa.recording_quality import snr_of, speech_mask

if TYPE_CHECKING:
    from tintype_librosa import MeasureSettings

RATE_HZ = 16000
HOP = round(HOP_S * RATE_HZ)
WINDOW = 400  # 25 ms
FFT_SIZE = 512
CHUNK = 30 * RATE_HZ  # a multiple of HOP, so that chunks meet between two frames
CONTEXT = RATE_HZ // 2  # heard before and after a chunk, for pitch and the frames at its edges
SYLLABLE_DIP_DB, SYLLABLE_GAP_S, SYLLABLE_BELOW_LOUD_DB = 2.0, 0.08, 25.0

Samples = NDArray[np.float32]


def measure(asset: Asset, settings: MeasureSettings, job: Job) -> Features:
    """Measure a recording that has been prepared, half a minute at a time.

    Arrays have one row per 10 ms; row ``i`` is centred at ``i * 0.01`` seconds: ``mfcc`` (frames, coefficients),
    ``f0_hz`` (0 where unvoiced), ``energy_db`` (level in the band of speech), ``speech`` (whether somebody speaks);
    and ``speech_s`` (parts, 2): start and end of every stretch of speech in seconds.

    Raises:
        AudioUnreadable: it cannot be decoded.
    """
    mfcc, f0, energy = [], [], []
    seconds = asset.item.duration_s or 0.0
    for number, (samples, inside) in enumerate(_chunks(asset)):
        done = number * CHUNK / RATE_HZ
        job.progress(min(done / seconds, 1.0) if seconds else 0.5, asset.item.path)
        mfcc.append(mfcc_of(samples, settings.mfcc, settings.mel_bands)[inside])
        f0.append(f0_of(samples, settings.f0_floor_hz, settings.f0_ceil_hz)[inside])
        energy.append(speech_levels(samples, RATE_HZ)[inside])
    energy_db, f0_hz = np.concatenate(energy), np.concatenate(f0)
    parts = find_speech(energy_db)
    speaking = speech_mask(len(energy_db), round(1 / HOP_S), parts)
    f0_hz[~speaking] = 0.0
    arrays = {
        "mfcc": np.concatenate(mfcc).astype(np.float32),
        "f0_hz": f0_hz.astype(np.float32),
        "energy_db": energy_db.astype(np.float32),
        "speech": speaking,
        "speech_s": np.array(parts, dtype=np.float32).reshape(-1, 2),
    }
    facts = facts_of(energy_db, f0_hz, parts)
    return Features(path=asset.item.path, medium="recording", facts=facts).save_with(job.folder, arrays)


def _chunks(asset: Asset) -> Iterator[tuple[Samples, slice]]:
    """Half minutes at 16 kHz with half a second around them, and which of their frames are inside."""
    before: Samples = np.zeros(0, dtype=np.float32)
    held: Samples = before
    with opened(asset.path) as recording:
        resampler = soxr.ResampleStream(recording.rate_hz, RATE_HZ, 1, dtype="float32")
        for block in mono(recording.blocks(), "mix"):
            held = np.concatenate([held, resampler.resample_chunk(np.ascontiguousarray(block))])
            while len(held) >= CHUNK + CONTEXT:
                yield np.concatenate([before, held[: CHUNK + CONTEXT]]), _inside(before, CHUNK)
                before, held = held[CHUNK - CONTEXT : CHUNK], held[CHUNK:]
        held = np.concatenate([held, resampler.resample_chunk(np.zeros(0, dtype=np.float32), last=True)])
    yield np.concatenate([before, held]), _inside(before, len(held) + HOP)


def _inside(before: Samples, length: int) -> slice:
    return slice(len(before) // HOP, (len(before) + length) // HOP)


def mfcc_of(samples: Samples, count: int, mel_bands: int) -> NDArray[np.float32]:
    """Mel-frequency cepstral coefficients: the DCT of the log mel spectrogram, shape=(frames, count).

    Source:
        Davis and Mermelstein 1980, IEEE TASSP 28, by librosa.feature.mfcc; the log is not clipped to the loudest
        frame, so that a chunk gives what the whole would give.
    """
    mel = librosa.feature.melspectrogram(
        y=samples, sr=RATE_HZ, n_fft=FFT_SIZE, win_length=WINDOW, hop_length=HOP, n_mels=mel_bands, pad_mode="constant"
    )
    log_mel = librosa.power_to_db(mel, top_db=None)
    return np.asarray(librosa.feature.mfcc(S=log_mel, n_mfcc=count).T, dtype=np.float32)


def f0_of(samples: Samples, floor_hz: float, ceil_hz: float) -> NDArray[np.float64]:
    """Pitch in Hz every 10 ms, 0 where unvoiced, shape=(n // hop + 1,).

    Source:
        DIO and StoneMask of WORLD (Morise, Kawahara and Katayose 2009; Morise, Yokomori and Ozawa 2016).
    """
    x = samples.astype(np.float64)
    if len(x) < RATE_HZ // 20:
        return np.zeros(len(x) // HOP + 1)
    f0, times = pyworld.dio(x, RATE_HZ, f0_floor=floor_hz, f0_ceil=ceil_hz, frame_period=HOP_S * 1000)
    return np.asarray(pyworld.stonemask(x, f0, times, RATE_HZ))


def facts_of(
    energy_db: NDArray[np.float64], f0_hz: NDArray[np.float64], parts: list[tuple[float, float]]
) -> dict[str, Any]:
    """What people want to know of a recording."""
    speech_s = sum(end - start for start, end in parts)
    duration_s = (len(energy_db) - 1) * HOP_S
    facts: dict[str, Any] = {
        "duration_s": round(duration_s, 3),
        "speech_s": round(speech_s, 2),
        "speech_share": round(min(speech_s / duration_s, 1.0), 3) if duration_s else 0.0,
        "stretches": len(parts),
        "snr_db": round(snr_of(energy_db), 1),
    }
    voiced = f0_hz[f0_hz > 0]
    if speech_s and len(voiced):
        speaking = speech_mask(len(energy_db), round(1 / HOP_S), parts)
        facts |= {
            "pitch_hz": round(float(np.median(voiced)), 1),
            "pitch_spread_semitones": round(float(np.std(12 * np.log2(voiced / np.median(voiced)))), 2),
            "voiced_share": round(len(voiced) * HOP_S / speech_s, 3),
            "energy_db": round(float(np.median(energy_db[speaking])), 1),
            "energy_spread_db": round(float(np.std(energy_db[speaking])), 1),
            "syllables_per_s": round(syllables(energy_db, f0_hz, parts) / speech_s, 2),
        }
    return facts


def syllables(energy_db: NDArray[np.float64], f0_hz: NDArray[np.float64], parts: list[tuple[float, float]]) -> int:
    """Number of syllables: voiced peaks of energy with a dip of 2 dB between them.

    Source:
        de Jong and Wempe 2009, "Praat script to detect syllable nuclei and measure speech rate automatically",
        Behavior Research Methods 41.
    """
    smooth = np.convolve(energy_db, np.hanning(9)[1:-1] / np.hanning(9).sum(), mode="same")
    count = 0
    for start_s, end_s in parts:
        first, last = round(start_s / HOP_S), round(end_s / HOP_S)
        level = smooth[first:last]
        if len(level) < 3:
            continue
        lowest = np.percentile(level, 95) - SYLLABLE_BELOW_LOUD_DB
        gap = round(SYLLABLE_GAP_S / HOP_S)
        peaks, _ = find_peaks(level, height=lowest, prominence=SYLLABLE_DIP_DB, distance=gap)
        count += int((f0_hz[first:last][peaks] > 0).sum())
    return count
