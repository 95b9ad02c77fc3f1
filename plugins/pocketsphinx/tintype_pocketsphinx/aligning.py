"""A recording and its words to ``Speech.1``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from tintype import Job
from tintype.audio import read_audio, resample, write_audio
from tintype.documents import Phone, Speech, Word
from tintype.errors import AlignmentFailed
from tintype.voice_activity import find_speech, speech_levels

from tintype_pocketsphinx.arpabet import IPA_OF
from tintype_pocketsphinx.decoding import FRAMES_PER_S, RATE_HZ, Segment, align_words, recognize_phones
from tintype_pocketsphinx.lexicon import Entry, lexicon

if TYPE_CHECKING:
    from tintype_pocketsphinx import AlignSettings

FRAME_SHIFT_S = 0.010
"""A boundary is heard this much after its frame begins; the median over eSpeak NG's exact times (tests/benchmarks)."""
FITTING_MISFIT = 50.0
"""Words with at most this misfit per frame fit: of the words of right transcripts 91 % or more did (a reader's clips,
clean, with noise and by telephone; eSpeak NG in English and German), of the words of wrong ones rarely two thirds."""
OTHER_LANGUAGES_ALLOWANCE = 0.2  # the model's sounds are English; other languages' right transcripts fit from 0.71
WORST_SHOWN = 3
SHORTEST_S = 0.1

Samples = NDArray[np.float32]


def align(recording: Path, text: str, language: str, settings: AlignSettings, job: Job) -> Speech:
    """Lay ``text`` on the recording, or recognise its phones where there is none.

    Raises:
        AudioUnreadable: the recording cannot be read.
        AlignmentFailed: the words do not fit the recording.
        LanguageUnsupported: nothing is known of how the language is pronounced.
    """
    samples, rate_hz = read_audio(recording)
    duration_s = len(samples) / rate_hz
    job.progress(0.1)
    heard = resample(samples, rate_hz, RATE_HZ)
    if text.strip():
        entries = lexicon(text, language, settings.pronunciations)
        job.progress(0.2)
        allowance = 0.0 if language.lower().startswith("en") else OTHER_LANGUAGES_ALLOWANCE
        segments = fitting(heard, entries, settings.fewest_fitting - allowance, recording.name)
        phones = phones_of(segments, duration_s)
        words = words_of(segments, entries, duration_s)
    else:
        phones, words = recognized(heard, duration_s), ()
    job.progress(0.9)
    write_audio(job.folder / "speech.wav", samples, rate_hz)
    return Speech(
        sample_rate_hz=rate_hz,
        duration_s=duration_s,
        text=text,
        language=language,
        phones=phones,
        words=words,
        synthetic=False,
        source=recording.name,
    ).save(job.folder)


def fitting(heard: Samples, entries: Sequence[Entry], fewest_fitting: float, name: str) -> list[Segment]:
    """The words laid on the recording.

    Raises:
        AlignmentFailed: too few of them fit; names the words that fit worst.
    """
    if not entries:
        raise AlignmentFailed(
            f"The transcript of {name} has nothing that can be spoken.", hint="Write what is said, or leave it empty."
        )
    hint = "Compare the transcript with the recording: are words missing, or is it another recording's?"
    if len(heard) < SHORTEST_S * RATE_HZ:
        raise AlignmentFailed(f"{name} is only {len(heard) / RATE_HZ:.2f} s long.", hint=hint)
    segments = align_words(heard, entries)
    if segments is None:
        raise AlignmentFailed(f"The transcript of {len(entries)} words does not fit {name}.", hint=hint)
    misfits = word_misfits(segments)
    fitting_share = float(np.mean([misfit <= FITTING_MISFIT for misfit in misfits.values()]))
    if fitting_share < fewest_fitting:
        worst = sorted(misfits, key=lambda index: -misfits[index])[:WORST_SHOWN]
        raise AlignmentFailed(
            f"Only {fitting_share:.0%} of the transcript's {len(misfits)} words fit {name}; the worst are "
            f"{', '.join(repr(entries[index].text) for index in sorted(worst))}.",
            hint=hint,
            details={"fitting": round(fitting_share, 3)},
        )
    return segments


def word_misfits(segments: Sequence[Segment]) -> dict[int, float]:
    """Misfit per frame of every word, by its index."""
    of_word: dict[int, list[Segment]] = {}
    for segment in segments:
        if segment.word is not None:
            of_word.setdefault(segment.word, []).append(segment)
    return {
        index: sum(part.misfit * (part.end - part.start) for part in parts) / (parts[-1].end - parts[0].start)
        for index, parts in of_word.items()
    }


def phones_of(segments: Sequence[Segment], duration_s: float) -> tuple[Phone, ...]:
    """Phones without gaps from 0 to the end; silences next to each other are one."""
    phones: list[Phone] = []
    for segment in segments:
        symbol, stress = (segment.unit.symbol, segment.unit.stress) if segment.unit else ("", 0)
        _append(phones, symbol, stress, time_s(segment.start, duration_s), time_s(segment.end, duration_s))
    return tuple(_to_the_ends(phones, duration_s))


def time_s(frame: int, duration_s: float) -> float:
    """When a frame begins, in seconds."""
    return float(np.clip(frame / FRAMES_PER_S + FRAME_SHIFT_S, 0.0, duration_s)) if frame else 0.0


def _append(phones: list[Phone], symbol: str, stress: int, start_s: float, end_s: float) -> None:
    if end_s <= start_s:
        return
    if phones and not symbol and not phones[-1].symbol:
        phones[-1] = phones[-1].model_copy(update={"end_s": end_s})
    else:
        phones.append(Phone(symbol=symbol, start_s=start_s, end_s=end_s, stress=stress))  # type: ignore[arg-type]


def _to_the_ends(phones: list[Phone], duration_s: float) -> list[Phone]:
    """Silence from the start, in every gap, and to the end."""
    whole: list[Phone] = []
    at = 0.0
    for phone in phones:
        _append(whole, "", 0, at, phone.start_s)
        _append(whole, phone.symbol, phone.stress, phone.start_s, phone.end_s)
        at = phone.end_s
    _append(whole, "", 0, at, duration_s)
    return whole


def words_of(segments: Sequence[Segment], entries: Sequence[Entry], duration_s: float) -> tuple[Word, ...]:
    """Words from their first sound to their last."""
    bounds: dict[int, tuple[int, int]] = {}
    for segment in segments:
        if segment.word is not None:
            start, _ = bounds.get(segment.word, (segment.start, 0))
            bounds[segment.word] = start, segment.end
    return tuple(
        Word(text=entries[index].text, start_s=time_s(start, duration_s), end_s=time_s(end, duration_s))
        for index, (start, end) in sorted(bounds.items())
    )


def recognized(heard: Samples, duration_s: float) -> tuple[Phone, ...]:
    """Phones recognised without words, inside the stretches in which somebody speaks; empty when nobody does."""
    parts = find_speech(speech_levels(heard, RATE_HZ))
    phones: list[Phone] = []
    for name, start, end in recognize_phones(heard) if parts else ():
        middle = (start + end) / 2 / FRAMES_PER_S
        if any(start_s <= middle <= end_s for start_s, end_s in parts):
            _append(phones, IPA_OF[name], 0, time_s(start, duration_s), time_s(end, duration_s))
    return tuple(_to_the_ends(phones, duration_s)) if phones else ()
