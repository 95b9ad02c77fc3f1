"""A voice of nobody: a buzz through three resonances that move from phone to phone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tintype.audio import write_audio
from tintype.documents import Phone, Speech, Word

Array = NDArray[np.float64]

RATE_HZ = 16000
PITCH_HZ = (190.0, 150.0)
"""Pitch at the start and at the end."""
BANDWIDTHS_HZ = (80.0, 100.0, 140.0)
GLIDE_S = 0.03


@dataclass(frozen=True)
class Sound:
    """How a phone is made: its resonances in Hz, how loud it is voiced, how loud it hisses, and its length."""

    formants_hz: tuple[float, float, float]
    voiced: float
    hiss: float
    length_s: float


# Formants of the vowels: Peterson and Barney (1952), table II, women and men averaged and rounded.
SOUNDS = {
    "": Sound((500, 1500, 2500), 0.0, 0.0, 0.20),
    "m": Sound((270, 1050, 2250), 0.35, 0.0, 0.09),
    "p": Sound((400, 900, 2300), 0.0, 0.0, 0.09),
    "h": Sound((700, 1200, 2600), 0.0, 0.05, 0.04),
    "s": Sound((400, 1700, 2600), 0.0, 0.12, 0.12),
    "ɑ": Sound((790, 1150, 2630), 1.0, 0.0, 0.17),
    "ə": Sound((620, 1250, 2550), 0.8, 0.0, 0.12),
    "i": Sound((290, 2500, 3150), 0.8, 0.0, 0.17),
}
# A sentence whose every phone is among those above; the h is the puff that belongs to the p in front of it.
TEXT = "Mama see papa."
WORDS = (("Mama", ("m", "ɑ", "m", "ə")), ("see", ("s", "i")), ("papa.", ("p", "h", "ɑ", "p", "h", "ə")))


def sample_speech_in(folder: Path, *, synthetic: bool = True) -> Speech:
    """Say the sample sentence into ``folder`` and give its phones and words with their times."""
    symbols = ["", *(symbol for _, phones in WORDS for symbol in phones), ""]
    samples = spoken(symbols)
    folder.mkdir(parents=True, exist_ok=True)
    write_audio(folder / "speech.wav", samples, RATE_HZ)
    edges = np.concatenate([[0.0], np.cumsum([SOUNDS[symbol].length_s for symbol in symbols])]).tolist()
    phones: list[Phone] = []
    for symbol, start_s, end_s in zip(symbols, edges[:-1], edges[1:], strict=True):
        if symbol == "h":
            phones[-1] = phones[-1].model_copy(update={"end_s": end_s})
        else:
            phones.append(Phone(symbol=symbol, start_s=start_s, end_s=end_s, stress=1 if symbol == "ɑ" else 0))
    words = []
    first = 1
    for text, sounds in WORDS:
        words.append(Word(text=text, start_s=edges[first], end_s=edges[first + len(sounds)]))
        first += len(sounds)
    return Speech(
        sample_rate_hz=RATE_HZ,
        duration_s=len(samples) / RATE_HZ,
        text=TEXT,
        language="en-us",
        phones=tuple(phones),
        words=tuple(words),
        synthetic=synthetic,
        source="tintype.testing",
    ).save(folder)


def spoken(symbols: list[str]) -> Array:
    """Samples of the phones one after the other, shape=(n,), in [-1, 1]."""
    from scipy.signal import butter, sosfilt

    sounds = [SOUNDS[symbol] for symbol in symbols]
    ends_s = np.cumsum([sound.length_s for sound in sounds])
    time_s = np.arange(round(ends_s[-1] * RATE_HZ)) / RATE_HZ
    which = np.minimum(np.searchsorted(ends_s, time_s, side="right"), len(sounds) - 1)
    voiced = glide(np.array([sound.voiced for sound in sounds])[which])
    hiss = glide(np.array([sound.hiss for sound in sounds])[which])
    formants = np.stack([glide(np.array([sound.formants_hz[n] for sound in sounds])[which]) for n in range(3)])
    noise = np.random.default_rng(1).normal(size=len(time_s))
    bright = sosfilt(butter(2, 2500, "high", fs=RATE_HZ, output="sos"), noise)
    samples = resonated(voiced * buzz(time_s), formants)
    samples = 0.5 * samples / np.abs(samples).max() + hiss * bright
    room = 0.0005 * np.random.default_rng(2).normal(size=len(time_s))
    return np.asarray(0.8 * samples / np.abs(samples).max() + room)


def glide(values: Array) -> Array:
    """The same without jumps."""
    window = np.hanning(round(GLIDE_S * RATE_HZ) | 1)
    half = len(window) // 2
    return np.convolve(np.pad(values, half, mode="edge"), window / window.sum(), mode="valid")


def buzz(time_s: Array) -> Array:
    """Pulses of the voice with a falling pitch and a spectrum that falls by 12 dB per octave."""
    from scipy.signal import butter, sosfilt

    pitch = np.linspace(*PITCH_HZ, len(time_s)) * (1 + 0.03 * np.sin(2 * np.pi * 3 * time_s))
    phase = np.cumsum(pitch) / RATE_HZ
    pulses = np.diff(np.floor(phase), prepend=0.0)
    return np.asarray(sosfilt(butter(1, 400, fs=RATE_HZ, output="sos"), pulses))


def resonated(source: Array, formants_hz: Array) -> Array:
    """The source through three resonators in series whose frequencies move, shape=(n,).

    Source: Klatt (1980), "Software for a cascade/parallel formant synthesizer", JASA 67, equations 1 and 2.
    """
    samples = source
    for frequency, bandwidth in zip(formants_hz, BANDWIDTHS_HZ, strict=True):
        c = -np.exp(-2 * np.pi * bandwidth / RATE_HZ)
        b = 2 * np.sqrt(-c) * np.cos(2 * np.pi * frequency / RATE_HZ)
        out = np.zeros(len(samples) + 2)
        for n, (gain, value) in enumerate(zip(b, samples, strict=True)):
            out[n + 2] = (1 - gain - c) * value + gain * out[n + 1] + c * out[n]
        samples = out[2:]
    return samples
