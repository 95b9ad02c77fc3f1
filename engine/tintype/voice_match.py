"""Moves a voice toward a person by WORLD statistics, without moving a single phone.

Analysis and synthesis are WORLD's (Morise, Yokomori and Ozawa 2016, IEICE Transactions E99-D): F0, a smooth spectral
envelope and band aperiodicity.  The person's statistics are the mean and spread of log F0, of mel-cepstral
coefficients of the envelope in voiced frames, and the mean aperiodicity per frequency band; speech is moved by
shifting and scaling its own to theirs (mean and variance normalisation, as in Toda, Black and Tokuda 2007, IEEE TASLP
15, section II).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tintype.arrays import read_arrays
from tintype.audio import resample
from tintype.documents.base import write_atomic
from tintype.errors import DocumentInvalid

RATE_HZ = 22050
FRAME_MS = 5.0
ORDER = 32  # mel-cepstral coefficients kept
F0_FLOOR_HZ, F0_CEIL_HZ = 60.0, 500.0
SPEECH_BELOW_PEAK_DB = 40.0
LOWEST_OF_MEDIAN, HIGHEST_OF_MEDIAN = 0.6, 1.8  # nine semitones down and ten up
CHUNK_S = 30.0
MAX_SPREAD = (0.6, 1.6)  # how far a coefficient's spread may be scaled; beyond this the envelope rings

Samples = NDArray[np.floating[Any]]
Array = NDArray[np.float64]


@dataclass(frozen=True)
class VoiceStatistics:
    """What WORLD says of a voice.

    Attributes:
        f0: mean and standard deviation of the natural log of F0 in Hz, shape=(2,).
        cepstrum: mean and standard deviation per mel-cepstral coefficient in voiced frames, shape=(2, ORDER).
        aperiodicity: mean aperiodicity per band in voiced frames, in dB, shape=(bands,).
        speech_s: seconds of speech measured.
    """

    f0: Array
    cepstrum: Array
    aperiodicity: Array
    speech_s: float

    @property
    def pitch_hz(self) -> float:
        return float(np.exp(self.f0[0]))

    def write(self, path: Path, **more: NDArray[Any]) -> None:
        """Write the statistics, and ``more`` arrays beside them, as one npz."""
        import io

        buffer = io.BytesIO()
        np.savez(
            buffer,
            **more,
            schema=np.array("VoiceStatistics.1"),
            f0=self.f0,
            cepstrum=self.cepstrum,
            aperiodicity=self.aperiodicity,
            speech_s=np.array(self.speech_s),
        )
        write_atomic(path, buffer.getvalue(), durable=False)

    @classmethod
    def read(cls, path: Path) -> VoiceStatistics:
        """Raises :class:`DocumentInvalid` when the file is not ``VoiceStatistics.1``."""
        try:
            arrays = read_arrays(path)
            if str(arrays["schema"]) != "VoiceStatistics.1":
                raise DocumentInvalid(f"{path} holds {str(arrays['schema'])[:40]}, not VoiceStatistics.1.")
            return cls(arrays["f0"], arrays["cepstrum"], arrays["aperiodicity"], float(arrays["speech_s"]))
        except (OSError, ValueError, KeyError, TypeError) as err:
            raise DocumentInvalid(f"{path} holds no voice statistics: {err}.", hint="Build the voice again.") from err


@dataclass(frozen=True)
class Frames:
    """Speech every 5 ms as WORLD sees it.

    Attributes:
        f0: Hz, 0 where unvoiced, shape=(frames,).
        cepstrum: mel-cepstral coefficients of the envelope, shape=(frames, ORDER).
        aperiodicity: per band in dB, shape=(frames, bands).
        loud: whether a frame belongs to the speech, shape=(frames,).
    """

    f0: Array
    cepstrum: Array
    aperiodicity: Array
    loud: NDArray[np.bool_]

    @property
    def voiced(self) -> NDArray[np.bool_]:
        return (self.f0 > 0) & self.loud


def fft_size() -> int:
    """Size of the spectra that WORLD works with at :data:`RATE_HZ`."""
    import pyworld

    return int(pyworld.get_cheaptrick_fft_size(RATE_HZ, F0_FLOOR_HZ))


def analyse(samples: Samples) -> Frames:
    """Speech at :data:`RATE_HZ`, shape=(n,), as frames.  Pitch is by DIO and StoneMask, far faster than Harvest."""
    import pyworld

    x = np.ascontiguousarray(samples, dtype=np.float64)
    f0, times = pyworld.dio(x, RATE_HZ, f0_floor=F0_FLOOR_HZ, f0_ceil=F0_CEIL_HZ, frame_period=FRAME_MS)
    f0 = in_one_octave(pyworld.stonemask(x, f0, times, RATE_HZ))
    envelope = pyworld.cheaptrick(x, f0, times, RATE_HZ, f0_floor=F0_FLOOR_HZ, fft_size=fft_size())
    aperiodicity = pyworld.d4c(x, f0, times, RATE_HZ, fft_size=fft_size())
    level_db = 10 * np.log10(envelope.sum(axis=1) + 1e-12)
    return Frames(
        f0=f0,
        cepstrum=pyworld.code_spectral_envelope(envelope, RATE_HZ, ORDER),
        aperiodicity=pyworld.code_aperiodicity(aperiodicity, RATE_HZ),
        loud=level_db > level_db.max() - SPEECH_BELOW_PEAK_DB,
    )


def in_one_octave(f0: Array) -> Array:
    """Pitch in Hz, shape=(frames,), with the frames that were found an octave too low or too high put right.

    A rough voice has every second pulse alike, and pitch finders halve it; moved down once more, that is heard as a
    growl.  Frames further from the median than speech goes, whose octave is not, are moved by it.
    """
    voiced = f0 > 0
    if not voiced.any():
        return f0
    median = float(np.median(f0[voiced]))
    right = f0.copy()
    for factor, wrong in ((2.0, voiced & (f0 < LOWEST_OF_MEDIAN * median)), (0.5, f0 > HIGHEST_OF_MEDIAN * median)):
        moved = f0 * factor
        fits = wrong & (moved >= LOWEST_OF_MEDIAN * median) & (moved <= HIGHEST_OF_MEDIAN * median)
        right[fits] = moved[fits]
    return right


def render(f0: Array, cepstrum: Array, aperiodicity: Array) -> Array:
    """Frames back to samples at :data:`RATE_HZ`, in [-1, 1] for speech of usual level."""
    import pyworld

    return np.asarray(
        pyworld.synthesize(
            np.clip(f0, 0.0, F0_CEIL_HZ),
            pyworld.decode_spectral_envelope(np.ascontiguousarray(cepstrum), RATE_HZ, fft_size()),
            pyworld.decode_aperiodicity(np.ascontiguousarray(np.clip(aperiodicity, -60.0, 0.0)), RATE_HZ, fft_size()),
            RATE_HZ,
            FRAME_MS,
        )
    )


def measure(recordings: Iterable[tuple[Samples, int]]) -> VoiceStatistics | None:
    """Statistics of a voice over recordings, half a minute at a time, so that memory stays bounded.

    Args:
        recordings: samples, shape=(n,), with their rate in Hz.

    Returns:
        None when there is less than a second of voiced speech.
    """
    f0, cepstra, aperiodicities, loud = [], [], [], 0
    for samples, rate_hz in recordings:
        whole = resample(np.asarray(samples, dtype=np.float32), rate_hz, RATE_HZ)
        step = round(CHUNK_S * RATE_HZ)
        for start in range(0, len(whole), step):
            chunk = whole[start : start + step]
            if len(chunk) < RATE_HZ // 5 or float(np.abs(chunk).max()) < 1e-3:
                continue
            frames = analyse(chunk)
            f0.append(np.log(frames.f0[frames.voiced]))
            cepstra.append(frames.cepstrum[frames.voiced])
            aperiodicities.append(frames.aperiodicity[frames.voiced])
            loud += int(frames.loud.sum())
    if not f0 or sum(map(len, f0)) * FRAME_MS < 1000:
        return None
    pitch, cepstrum = np.concatenate(f0), np.concatenate(cepstra)
    return VoiceStatistics(
        f0=np.array([np.median(pitch), pitch.std()]),
        cepstrum=np.stack([cepstrum.mean(axis=0), cepstrum.std(axis=0)]),
        aperiodicity=np.concatenate(aperiodicities).mean(axis=0),
        speech_s=loud * FRAME_MS / 1000,
    )


def move_toward(samples: Samples, rate_hz: int, target: VoiceStatistics, *, amount: float = 1.0) -> Array:
    """Speech moved toward a person's statistics; every sound stays where it is.

    Args:
        samples: speech, shape=(n,), in [-1, 1].
        amount: 0 leaves the voice as it is, 1 moves it all the way.

    Returns:
        Samples, shape=(n,), at the same rate.
    """
    length = len(samples)
    x = resample(np.asarray(samples, dtype=np.float32), rate_hz, RATE_HZ)
    frames = analyse(x)
    voiced = frames.voiced
    if voiced.sum() < 10:
        return np.asarray(samples, dtype=np.float64)
    log_f0 = np.log(frames.f0[voiced])
    mean, spread = np.median(log_f0), max(float(log_f0.std()), 1e-3)
    scale = 1 + amount * (np.clip(target.f0[1] / spread, *MAX_SPREAD) - 1)
    moved_f0 = np.where(
        frames.f0 > 0,
        np.exp((np.log(np.maximum(frames.f0, 1.0)) - mean) * scale + mean + amount * (target.f0[0] - mean)),
        0.0,
    )
    own_mean, own_spread = frames.cepstrum[voiced].mean(axis=0), frames.cepstrum[voiced].std(axis=0) + 1e-6
    factor = 1 + amount * (np.clip(target.cepstrum[1] / own_spread, *MAX_SPREAD) - 1)
    shifted = (frames.cepstrum - own_mean) * factor + own_mean + amount * (target.cepstrum[0] - own_mean)
    shifted[:, 0] = frames.cepstrum[:, 0]  # the level belongs to the words, not to the person
    shift_db = amount * (target.aperiodicity - frames.aperiodicity[voiced].mean(axis=0))
    breath = np.where(voiced[:, None], np.clip(frames.aperiodicity + shift_db, -60.0, 0.0), frames.aperiodicity)
    moved = render(moved_f0, shifted, breath)
    back = resample(moved.astype(np.float32), RATE_HZ, rate_hz).astype(np.float64)
    return np.pad(back, (0, max(0, length - len(back))))[:length]
