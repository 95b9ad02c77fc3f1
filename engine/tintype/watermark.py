"""A mark in the synthetic voice that cannot be heard and survives encoding: the film's id, for `tintype verify`.

Content credentials are lost when a film is encoded again.  The mark is in the sound itself: five noise-like codes of
half a second, repeated as long as the voice lasts and shaped like the voice, about 25 dB below it in every band.  The
first code says where a period starts; the others are turned by as many steps as the ten bits that each of them carries.
A detector keeps only the phases of the sound, in which voice and mark weigh the same everywhere, folds it to one period
and looks for the turns that fit best.

Direct-sequence spread spectrum with code-shift keying, after Cox, Kilian, Leighton and Shamoon, "Secure Spread Spectrum
Watermarking for Multimedia", IEEE Transactions on Image Processing 6(12), 1997, and Kirovski and Malvar,
"Spread-Spectrum Watermarking of Audio Signals", IEEE Transactions on Signal Processing 51(4), 2003.

What it does not survive: changing the speed or the pitch, and whoever sets out to remove it.  It proves nothing by
itself: a mark can be copied.  ``tests/benchmarks/voice_mark.py`` measures all of this.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tintype.archive_files import SUFFIXES
from tintype.audio import read_audio, resample, write_audio
from tintype.errors import AudioUnreadable

Samples = NDArray[np.floating[Any]]
Floats = NDArray[np.float64]

VERSION = 1
RATE_HZ = 16_000  # at which marks are defined and looked for
PERIOD = 8192  # samples of a code, 0.512 s
CODES = 5  # one to find the start, four that carry ten bits each
STEP = 8  # samples that a code is turned by per value
VALUES = PERIOD // STEP
BITS = 10  # of a value
BAND_HZ = (200.0, 7000.0)
LEVEL_DB = -25.0  # of the mark, below the voice's envelope

EMBED_WINDOW_S = 0.016  # short, so that the mark does not sound before the voice does
EMBED_SMOOTHING_HZ = 250.0
DETECT_WINDOW = 768  # samples, 48 ms: long enough to tell the voice's harmonics apart
QUIET_DB = -15.0  # below the loud parts; quieter parts count less

SOUND_SUFFIXES = SUFFIXES["recording"] | SUFFIXES["footage"]
CHUNK_PERIODS = 64  # looked at together, about 33 s
WINDOW_PERIODS = (8, 16)  # lengths in which a mark is looked for, about 4 and 8 s
STARTS, LIKELY_VALUES = 3, 4  # per window: starts and values per code that are tried
SURE_SCORE = 9.5  # standard deviations: by chance about once in ten million windows of sound without a mark
SPAN_SCORE = 6.5  # of a window that carries a payload that has been found
NOISE_SCORE = 4.5  # what any payload reaches somewhere in a window


@dataclass(frozen=True)
class Mark:
    """A mark that was found.

    Attributes:
        film_id: eight hexadecimal digits.
        score: how far the best find stands out, in standard deviations of what is there without a mark.
        spans: seconds in which it was found, joined where they touch.
    """

    film_id: str
    score: float
    spans: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class _Find:
    """One payload in one window."""

    payload: int
    score: float
    start_s: float
    end_s: float


def mark_file(path: Path, film_id: str) -> None:
    """Put a mark into a mono wav, in place; the file is the old or the new one at every moment."""
    samples, rate_hz = read_audio(path)
    write_audio(path, mark(samples, rate_hz, film_id), rate_hz)


def mark(samples: Samples, rate_hz: int, film_id: str, level_db: float = LEVEL_DB) -> Floats:
    """Add a mark to a voice.

    Args:
        samples: shape=(n,), in [-1, 1].
        film_id: eight hexadecimal digits.
        level_db: level of the mark against the voice's own envelope; negative.

    Returns:
        New samples, same shape; where the voice is silent nothing is added.
    """
    from scipy.ndimage import minimum_filter1d

    voice = np.asarray(samples, dtype=np.float64)
    window = max(round(rate_hz * EMBED_WINDOW_S / 4), 1) * 4
    voiced = _spectra(voice, window)
    noise = _spectra(_tiled(film_id, len(voice), rate_hz), window)
    bins = max(round(EMBED_SMOOTHING_HZ * window / rate_hz), 1) | 1
    envelope = minimum_filter1d(_smooth(np.abs(voiced), bins), 3, axis=0)
    loudness = np.sqrt(np.mean(np.abs(noise) ** 2)) or 1.0
    added = _sound(noise * envelope / loudness, window, len(voice))
    return np.asarray(np.clip(voice + added * 10 ** (level_db / 20), -1.0, 1.0))


def find_marks(samples: Samples, rate_hz: int) -> list[Mark]:
    """Look for marks in sound, shape=(n,); the surest first."""
    sound = resample(np.asarray(samples, dtype=np.float32), rate_hz, RATE_HZ)
    return _marks(_chunks([sound]))


def find_marks_in_file(path: Path) -> list[Mark]:
    """Look for marks in the sound of a film or of an audio file, which may be hours long.

    Raises:
        AudioUnreadable: it cannot be decoded, or has no sound.
    """
    return _marks(_chunks(_decoded(path)))


def has_sound(path: Path) -> bool:
    """Whether a file is of a kind that can hold a voice, by its name."""
    return path.suffix.lower() in SOUND_SUFFIXES


def marks_heard_in(path: Path) -> list[Mark] | None:
    """The marks in a file's sound; None when it has no sound that can be decoded."""
    try:
        return find_marks_in_file(path)
    except AudioUnreadable:
        return None


def _marks(chunks: Iterable[tuple[float, Samples]]) -> list[Mark]:
    """Marks in sound that comes in overlapping chunks, each with the second at which it starts."""
    finds: list[_Find] = []
    scores: list[tuple[float, float, NDArray[np.float32]]] = []
    for start_s, chunk in chunks:
        for window_start_s, window_end_s, correlation in _windows(chunk, start_s):
            scores.append((window_start_s, window_end_s, correlation.astype(np.float32)))
            best = max(_candidates(correlation), key=lambda found: found[1], default=None)
            if best is not None:
                finds.append(_Find(*best, window_start_s, window_end_s))
    return _judged(finds, scores)


def _judged(finds: list[_Find], scores: list[tuple[float, float, NDArray[np.float32]]]) -> list[Mark]:
    """The payloads that were found; of those that look alike, the one that fits best everywhere.

    One find has to be sure by itself.  Two weak ones would prove nothing: films repeat music and recordings.
    """
    marks: list[tuple[float, Mark]] = []
    for payload in dict.fromkeys(find.payload for find in finds):
        score = max(find.score for find in finds if find.payload == payload)
        heard = [(start_s, end_s, float(_joint(c, payload).max())) for start_s, end_s, c in scores]
        spans = sorted((start_s, end_s) for start_s, end_s, fit in heard if fit >= SPAN_SCORE)
        evidence = sum(max(fit - NOISE_SCORE, 0.0) for _, _, fit in heard)
        marks.append((evidence, Mark(f"{payload:08x}", round(score, 2), tuple(_joined(spans)))))
    return _unlike_each_other([found for _, found in sorted(marks, key=lambda pair: -pair[0])])


def _unlike_each_other(marks: list[Mark]) -> list[Mark]:
    """Marks, best first, without those that a better one explains.

    Some codes of a mark that is there, with others taken from noise or from the next line's mark, may pass the checksum
    too.  Their turns differ from the true ones by the same number.
    """
    kept: list[Mark] = []
    for found in marks:
        values = _values(int(found.film_id, 16))
        alike = [_most_common_difference(values, _values(int(other.film_id, 16))) for other in kept]
        if max(alike, default=0) < 2:
            kept.append(found)
    return kept


def _most_common_difference(values: tuple[int, ...], others: tuple[int, ...]) -> int:
    differences = [(value - other) % VALUES for value, other in zip(values, others, strict=True)]
    return max(differences.count(difference) for difference in differences)


def _joined(spans: list[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    before: tuple[float, float] | None = None
    for start_s, end_s in spans:
        if before is not None and start_s <= before[1]:
            before = (before[0], max(before[1], end_s))
            continue
        if before is not None:
            yield before
        before = (start_s, end_s)
    if before is not None:
        yield before


def _windows(chunk: Samples, start_s: float) -> Iterator[tuple[float, float, Floats]]:
    """Every window of a chunk with its correlation with the codes, shape=(CODES, PERIOD), in standard deviations."""
    white = _whitened(chunk)
    periods = len(white) // PERIOD
    if not periods:
        return
    folded = np.fft.rfft(white[: periods * PERIOD].reshape(periods, PERIOD), axis=1)
    for length in sorted({min(length, periods) for length in WINDOW_PERIODS}):
        for first in range(0, periods - length + 1, max(length // 2, 1)):
            summed = folded[first : first + length].sum(axis=0)
            correlation = np.fft.irfft(summed * _conjugates(), PERIOD, axis=1)
            spread = np.median(np.abs(correlation), axis=1, keepdims=True) / 0.6745  # that of a normal distribution
            if spread.min() <= 1e-12:
                continue
            begin_s = start_s + first * PERIOD / RATE_HZ
            yield begin_s, begin_s + length * PERIOD / RATE_HZ, correlation / spread


def _candidates(correlation: Floats) -> Iterator[tuple[int, float]]:
    """Payloads that fit a window well and whose checksum is right, with their scores.

    For each possible start the best turn of each data code is taken; the likeliest starts are then looked at closely.
    """
    total = correlation[0].copy()
    for code in range(1, CODES):
        total += np.tile(correlation[code].reshape(VALUES, STEP).max(axis=0), VALUES)
    seen: set[int] = set()
    for start in np.argsort(total)[-STARTS:]:
        choices = []
        for code in range(1, CODES):
            turned = correlation[code][(start + STEP * np.arange(VALUES)) % PERIOD]
            likely = np.argsort(turned)[-LIKELY_VALUES:]
            choices.append([(int(value), float(turned[value])) for value in likely])
        for chosen in product(*choices):
            payload = _payload([value for value, _ in chosen])
            score = (correlation[0][start] + sum(height for _, height in chosen)) / np.sqrt(CODES)
            if payload is not None and payload not in seen and score >= SURE_SCORE:
                seen.add(payload)
                yield payload, float(score)


def _joint(correlation: NDArray[Any], payload: int) -> NDArray[Any]:
    """How well a payload fits a window at each possible start, shape=(PERIOD,), in standard deviations."""
    total = correlation[0].copy()
    for code, value in enumerate(_values(payload), start=1):
        total += np.roll(correlation[code], -STEP * value)
    return np.asarray(total / np.sqrt(CODES))


def _whitened(samples: Samples) -> Floats:
    """Sound of which only the phases are left, so that every band says as much; what is nearly silent says nothing."""
    spectra = _spectra(np.asarray(samples, dtype=np.float64), DETECT_WINDOW)
    magnitude = np.abs(spectra)
    level = np.sqrt(np.mean(magnitude**2, axis=1))
    loud = np.percentile(level, 95) + 1e-9
    weight = np.clip(level / loud / 10 ** (QUIET_DB / 20), 0.0, 1.0)
    hertz = np.fft.rfftfreq(DETECT_WINDOW, 1 / RATE_HZ)
    band = (hertz >= BAND_HZ[0]) & (hertz <= BAND_HZ[1])
    return _sound(spectra / (magnitude + 1e-6 * loud) * weight[:, None] * band, DETECT_WINDOW, len(samples))


@lru_cache(maxsize=1)
def _codes() -> Floats:
    """The codes, shape=(CODES, PERIOD), of power 1; the same on every computer."""
    hertz = np.fft.rfftfreq(PERIOD, 1 / RATE_HZ)
    codes = []
    for number in range(CODES):
        random = hashlib.shake_256(f"tintype voice mark {VERSION}:{number}".encode()).digest(PERIOD // 8)
        signs = np.unpackbits(np.frombuffer(random, np.uint8)) * 2.0 - 1.0
        spectrum = np.fft.rfft(signs) * ((hertz >= BAND_HZ[0]) & (hertz <= BAND_HZ[1]))
        code = np.fft.irfft(spectrum, PERIOD)
        codes.append(code / np.sqrt(np.mean(code**2)))
    return np.array(codes)


@lru_cache(maxsize=1)
def _conjugates() -> NDArray[np.complex128]:
    return np.asarray(np.conj(np.fft.rfft(_codes(), axis=1)))


def _tiled(film_id: str, length: int, rate_hz: int) -> Floats:
    """The mark as long as a voice, at its rate, before it is shaped."""
    turned = [np.roll(code, STEP * turn) for code, turn in zip(_codes(), (0, *_values(int(film_id, 16))), strict=True)]
    period = np.sum(turned, axis=0) / np.sqrt(CODES)
    repeats = int(length / rate_hz * RATE_HZ) // PERIOD + 2
    tiled = np.tile(period, repeats).astype(np.float32)
    return np.asarray(resample(tiled, RATE_HZ, rate_hz)[:length], dtype=np.float64)


def _values(payload: int) -> tuple[int, ...]:
    """The turns of the data codes: the payload's 32 bits, then a checksum of eight."""
    bits = payload << 8 | _checksum(payload)
    return tuple(bits >> BITS * place & (1 << BITS) - 1 for place in reversed(range(CODES - 1)))


def _payload(values: Iterable[int]) -> int | None:
    """The payload of four turns; None when the checksum does not fit."""
    bits = 0
    for value in values:
        bits = bits << BITS | value
    payload = bits >> 8
    return payload if _checksum(payload) == bits & 0xFF else None


@lru_cache(maxsize=65_536)
def _checksum(payload: int) -> int:
    return hashlib.sha256(payload.to_bytes(4, "big")).digest()[0]


def _spectra(samples: Floats, window: int) -> NDArray[np.complex128]:
    """Short-time spectra with a quarter of a window from one to the next, shape=(frames, window // 2 + 1)."""
    hop = window // 4
    padded = np.pad(samples, (window, window + hop))
    frames = np.lib.stride_tricks.sliding_window_view(padded, window)[::hop]
    return np.asarray(np.fft.rfft(frames * _taper(window), axis=1))


def _sound(spectra: NDArray[np.complexfloating[Any, Any]], window: int, length: int) -> Floats:
    """The sound of short-time spectra, shape=(length,): the inverse of :func:`_spectra`."""
    hop = window // 4
    frames = np.fft.irfft(spectra, window, axis=1) * _taper(window)
    sound = np.zeros((len(frames) + 3, hop))
    for part in range(4):
        sound[part : part + len(frames)] += frames[:, part * hop : (part + 1) * hop]
    return np.asarray(sound.ravel()[window : window + length] / 2.0)  # four tapers squared sum to 2


def _taper(window: int) -> Floats:
    return np.asarray(np.sqrt(np.hanning(window + 1)[:-1]), dtype=np.float64)


def _smooth(magnitude: Floats, bins: int) -> Floats:
    """Root of the mean power over some bins."""
    from scipy.ndimage import uniform_filter1d

    power = uniform_filter1d(magnitude**2, bins, axis=1, mode="nearest")
    return np.asarray(np.sqrt(np.maximum(power, 0.0)))  # running sums end a hair below zero in silence


def _chunks(sound: Iterable[Samples]) -> Iterator[tuple[float, Samples]]:
    """Sound at :data:`RATE_HZ` in chunks that overlap by the longest window, each with its start in seconds."""
    size, overlap = CHUNK_PERIODS * PERIOD, max(WINDOW_PERIODS) * PERIOD
    kept: list[Samples] = []
    length, start = 0, 0
    for part in sound:
        kept.append(part)
        length += len(part)
        while length >= size:
            whole = np.concatenate(kept)
            yield start / RATE_HZ, whole[:size]
            kept = [whole[size - overlap :]]
            length, start = len(kept[0]), start + size - overlap
    rest = np.concatenate(kept) if kept else np.zeros(0)
    if len(rest) >= PERIOD and (start == 0 or len(rest) > overlap):
        yield start / RATE_HZ, rest


def _decoded(path: Path) -> Iterator[Samples]:
    """A file's sound as mono at :data:`RATE_HZ`, in parts."""
    import av

    try:
        with av.open(str(path), options={"protocol_whitelist": "file"}) as container:
            if not container.streams.audio:
                raise AudioUnreadable(f"{path.name} has no sound in it.", hint="Choose a film or an audio file.")
            resampler = av.AudioResampler(format="fltp", layout="mono", rate=RATE_HZ)
            for frame in container.decode(audio=0):
                for resampled in resampler.resample(frame):
                    yield resampled.to_ndarray()[0]
            for resampled in resampler.resample(None):
                yield resampled.to_ndarray()[0]
    except (av.FFmpegError, OSError) as err:
        raise AudioUnreadable(
            f"The sound of {path.name} cannot be decoded: {err}.", hint="Check that the file is whole."
        ) from err
