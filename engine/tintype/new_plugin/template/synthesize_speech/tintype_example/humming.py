"""Turns letters into tones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from tintype import Job
from tintype.audio import write_audio
from tintype.documents import Phone, Speech, Word
from tintype.errors import SpeechFailed

if TYPE_CHECKING:
    from tintype_example import HummingSettings

RATE_HZ = 22050
PAUSE_S = 0.12
LEVEL = 0.25
# First formant in Hz of the vowels a letter may stand for (Peterson and Barney 1952, table II, men, rounded).
VOWELS_HZ = {"a": 730, "e": 530, "i": 270, "o": 570, "u": 300, "y": 270}
OTHER_LETTERS = {"c": "k", "q": "k", "x": "k", "j": "dʒ", "r": "ɹ", "g": "ɡ"}
"""Phones of letters whose IPA symbol is another letter."""


def hum(text: str, language: str, settings: HummingSettings, job: Job) -> Speech:
    """Hum ``text`` into ``job.folder``.

    Raises:
        SpeechFailed: there is no letter in the text.
    """
    words = [word for word in text.split() if any(char.isalpha() for char in word)]
    if not words:
        raise SpeechFailed(f"There is no letter to hum in {text[:60]!r}.", hint="Write words.")
    sounds = [silence(PAUSE_S)]
    spoken: list[Word] = []
    phones: list[Phone] = [Phone(symbol="", start_s=0, end_s=PAUSE_S)]
    at_s = PAUSE_S
    for number, word in enumerate(words):
        job.progress(number / len(words), word)
        started_s = at_s
        for letter in filter(str.isalpha, word.lower()):
            tone = tone_of(letter, settings)
            sounds.append(tone)
            phones.append(Phone(symbol=symbol_of(letter), start_s=at_s, end_s=at_s + len(tone) / RATE_HZ))
            at_s = phones[-1].end_s
        spoken.append(Word(text=word, start_s=started_s, end_s=at_s))
        sounds.append(silence(PAUSE_S))
        phones.append(Phone(symbol="", start_s=at_s, end_s=at_s + len(sounds[-1]) / RATE_HZ))
        at_s = phones[-1].end_s
    samples = np.concatenate(sounds)
    write_audio(job.folder / "speech.wav", samples, RATE_HZ)
    return Speech(
        sample_rate_hz=RATE_HZ,
        duration_s=len(samples) / RATE_HZ,
        text=text,
        language=language,
        phones=tuple(phones),
        words=tuple(spoken),
        synthetic=True,
        source="tintype-example 0.1.0",
        licence="GPL-3.0-or-later",
    ).save(job.folder)


def symbol_of(letter: str) -> str:
    """The phone that a letter stands for."""
    return OTHER_LETTERS.get(letter, letter)


def tone_of(letter: str, settings: HummingSettings) -> NDArray[np.float64]:
    """The sound of one letter, shape=(samples,): vowels bright and loud, the rest dark and soft."""
    time_s = np.arange(round(settings.letter_s * RATE_HZ)) / RATE_HZ
    voice = np.sin(2 * np.pi * settings.pitch_hz * time_s)
    formant_hz = VOWELS_HZ.get(letter)
    tone = 0.3 * voice if formant_hz is None else 0.6 * voice + 0.4 * np.sin(2 * np.pi * formant_hz * time_s)
    return np.asarray(LEVEL * tone * np.hanning(len(tone)))


def silence(seconds: float) -> NDArray[np.float64]:
    return np.zeros(round(seconds * RATE_HZ))
