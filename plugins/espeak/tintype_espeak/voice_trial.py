"""How like a person, and how clear, moved speech is: judged on phrases that the learning has not seen.

Likeness is 0 for eSpeak NG as it is and 1 for the recording itself: how much of the mel-cepstral distortion between the
two is gone (Kubichek 1993, "Mel-cepstral distance measure for objective speech quality assessment", Proc. PACRIM).
Clarity is the share of the words that PocketSphinx hears right; its language model is English, so in other languages
clarity is not measured.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from tintype.audio import resample
from tintype.documents import Phone
from tintype.voice_map import Parallel, VoiceMap, matching_frames, move_by_map
from tintype.voice_match import RATE_HZ, Frames, Samples, VoiceStatistics, analyse, move_toward

COEFFICIENTS = slice(1, 25)  # the level is not the person's, and the highest ones are noise
CLARITY_GIVEN_UP = 0.05
RECOGNISER_RATE_HZ = 16000
PEAK, ROOM_NOISE = 0.7, 0.001  # digital silence is a sound that the recogniser has never heard
WORD = re.compile(r"[a-z]+(?:'[a-z]+)*")


@dataclass(frozen=True)
class Spoken:
    """A phrase by eSpeak NG and by the person.

    Attributes:
        text: its words.
        samples: eSpeak NG's, at the rate of voice matching.
        phones: eSpeak NG's, with times from the first sample.
        parallel: both as frames.
    """

    text: str
    samples: Samples
    phones: tuple[Phone, ...]
    parallel: Parallel


@dataclass(frozen=True)
class Verdict:
    """How a way of moving did; clarities are None where they are not measured.

    Attributes:
        mapped: whether it is the map, or the statistics.
        likeness: 0 to 1.
        clarity: 0 to 1.
        plain_clarity: that of eSpeak NG as it is.
    """

    mapped: bool
    likeness: float
    clarity: float | None
    plain_clarity: float | None

    def __str__(self) -> str:
        if self.clarity is None:
            return f"Likeness {self.likeness:.2f}"
        return (
            f"Likeness {self.likeness:.2f}, clarity {self.clarity:.2f} (eSpeak NG as it is: {self.plain_clarity:.2f})"
        )


def best_of(
    unseen: Sequence[tuple[Spoken, VoiceMap]], statistics: VoiceStatistics, language: str, check: Callable[[], None]
) -> Verdict:
    """The liker of map and statistics; the map only if it is about as clear as eSpeak NG itself.

    Args:
        unseen: phrases, each with a map that was learnt without it.
        statistics: the person's.
        language: BCP 47 tag; clarity is measured in English only.
        check: called between phrases; may raise.
    """
    ways: dict[str, Callable[[Spoken, VoiceMap], Samples]] = {
        "plain": lambda phrase, learnt: phrase.samples,
        "statistics": lambda phrase, learnt: move_toward(phrase.samples, RATE_HZ, statistics),
        "map": lambda phrase, learnt: move_by_map(
            phrase.samples, RATE_HZ, phrase.phones, learnt, statistics, amount=1.0
        ),
    }
    english = language.lower().split("-")[0] == "en"
    distortions: dict[str, float] = {}
    clarities: dict[str, float | None] = {}
    for way, move in ways.items():
        moved = []
        for phrase, learnt in unseen:
            check()
            moved.append(move(phrase, learnt))
        apart = [distortion(samples, phrase.parallel) for samples, (phrase, _) in zip(moved, unseen, strict=True)]
        distortions[way] = float(np.mean(apart))
        clarities[way] = clarity_of(moved, [phrase.text for phrase, _ in unseen], check) if english else None
    by_statistics, by_map = (
        Verdict(
            way == "map", max(0.0, 1.0 - distortions[way] / distortions["plain"]), clarities[way], clarities["plain"]
        )
        for way in ("statistics", "map")
    )
    clear = by_map.clarity is None or by_map.clarity >= (by_map.plain_clarity or 0.0) - CLARITY_GIVEN_UP
    return by_map if clear and by_map.likeness > by_statistics.likeness else by_statistics


def distortion(samples: Samples, parallel: Parallel) -> float:
    """Mean distance, in mel-cepstrum, of moved speech from the frames of the recording that belong to it."""
    frames: Frames = analyse(samples)
    apart = [
        frames.cepstrum[np.minimum(own, len(frames.f0) - 1), COEFFICIENTS] - parallel.target.cepstrum[to, COEFFICIENTS]
        for own, to, _ in matching_frames(parallel)
    ]
    return float(np.sqrt((np.concatenate(apart) ** 2).sum(axis=1)).mean()) if apart else 0.0


def clarity_of(spoken: Sequence[Samples], texts: Sequence[str], check: Callable[[], None]) -> float:
    """Share of the words that a recogniser hears right: 1 less the word error rate, at least 0."""
    from pocketsphinx import Decoder

    decoder = Decoder(samprate=RECOGNISER_RATE_HZ, loglevel="FATAL", logfn=os.devnull)
    errors = words = 0
    for samples, text in zip(spoken, texts, strict=True):
        check()
        wanted = WORD.findall(text.lower().replace("’", "'"))
        errors += word_errors(wanted, _heard(decoder, samples))
        words += len(wanted)
    return max(0.0, 1.0 - errors / words) if words else 0.0


def _heard(decoder: object, samples: Samples) -> list[str]:
    heard = resample(np.asarray(samples, dtype=np.float32), RATE_HZ, RECOGNISER_RATE_HZ)
    room = np.random.default_rng(0).normal(0.0, ROOM_NOISE, len(heard))
    loud = heard * (PEAK / max(float(np.abs(heard).max(initial=0.0)), 1e-6)) + room
    decoder.start_utt()  # type: ignore[attr-defined]
    decoder.process_raw(np.round(np.clip(loud, -1, 1) * 32767).astype(np.int16).tobytes(), full_utt=True)  # type: ignore[attr-defined]
    decoder.end_utt()  # type: ignore[attr-defined]
    found = decoder.hyp()  # type: ignore[attr-defined]
    return found.hypstr.split() if found else []


def word_errors(wanted: Sequence[str], heard: Sequence[str]) -> int:
    """Words to change, put in or take out to make one of the other (Levenshtein)."""
    row = list(range(len(heard) + 1))
    for i, word in enumerate(wanted, start=1):
        above, row = row, [i]
        for j, other in enumerate(heard, start=1):
            row.append(min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (word != other)))
    return row[-1]
