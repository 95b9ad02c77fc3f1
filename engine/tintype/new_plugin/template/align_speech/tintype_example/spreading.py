"""Gives every letter of the text the same share of the speech."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from tintype import Job
from tintype.audio import read_audio, write_audio
from tintype.documents import Phone, Speech, Word
from tintype.errors import AlignmentFailed
from tintype.voice_activity import find_speech, speech_levels

if TYPE_CHECKING:
    from tintype_example import SpreadSettings

Span = tuple[float, float]
UNKNOWN_TEXT = "a"
"""Stands for a stretch of speech that nobody has written down."""


def align(recording: Path, text: str, language: str, settings: SpreadSettings, job: Job) -> Speech:
    """Write the recording as ``speech.wav`` into ``job.folder`` and say when each word of it is spoken.

    Raises:
        AudioUnreadable: the recording cannot be read.
        AlignmentFailed: there are words, but nobody is heard speaking.
    """
    samples, rate_hz = read_audio(recording)
    job.progress(0.3, "listening")
    parts = find_speech(speech_levels(samples, rate_hz), shortest_pause_s=settings.shortest_pause_s)
    words = text.split()
    if words and not parts:
        raise AlignmentFailed(
            f"{recording.name} should say {text[:60]!r}, but nobody is heard speaking in it.",
            hint="Check that it is the right recording, or make it louder.",
        )
    job.progress(0.7, "spreading")
    write_audio(job.folder / "speech.wav", samples, rate_hz)
    duration_s = len(samples) / rate_hz
    parts = [(start_s, min(end_s, duration_s)) for start_s, end_s in parts]
    spoken = spread(words, parts)
    return Speech(
        sample_rate_hz=rate_hz,
        duration_s=duration_s,
        text=text,
        language=language,
        phones=tuple(phones_of(spoken, parts)),
        words=tuple(spoken),
        synthetic=False,
        source=recording.name,
    ).save(job.folder)


def spread(words: Sequence[str], parts: Sequence[Span]) -> list[Word]:
    """Words with times, each as long as its share of the letters; pauses are jumped over."""
    if not words:
        return []
    lengths = np.array([len(word) for word in words])
    shares = np.concatenate([[0], np.cumsum(lengths)]) / lengths.sum()
    spoken_s = np.concatenate([[0], np.cumsum([end - start for start, end in parts])])
    starts = np.array([start for start, _ in parts])
    part = np.clip(np.searchsorted(spoken_s, shares * spoken_s[-1], side="right") - 1, 0, len(parts) - 1)
    times = starts[part] + shares * spoken_s[-1] - spoken_s[part]
    times[-1] = parts[-1][1]
    return [
        Word(text=word, start_s=float(start), end_s=float(end))
        for word, start, end in zip(words, times[:-1], times[1:], strict=True)
    ]


def phones_of(words: Sequence[Word], parts: Sequence[Span]) -> list[Phone]:
    """One phone per letter of the words; one per stretch of speech when the words are unknown."""
    if not words:
        return [Phone(symbol=UNKNOWN_TEXT, start_s=start, end_s=end) for start, end in parts]
    phones = []
    for word in words:
        letters = [char for char in word.text.lower() if char.isalpha()]
        edges = np.linspace(word.start_s, word.end_s, len(letters) + 1).tolist()
        for letter, start, end in zip(letters, edges[:-1], edges[1:], strict=True):
            phones.append(Phone(symbol=letter, start_s=start, end_s=end))
    return phones
