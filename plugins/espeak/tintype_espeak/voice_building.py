"""A person's voice from recordings: how eSpeak NG has to change to sound like them.

Statistics need nothing but recordings.  Where their transcripts have been aligned, eSpeak NG speaks the same words,
and a map from its sounds to the person's is learnt (:mod:`tintype.voice_map`).  Which of them is used is decided on
phrases that the learning has not seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tintype import Asset, Job
from tintype.audio import read_audio
from tintype.documents import Phone, Speech, VoiceProfile
from tintype.voice_map import Parallel, VoiceMap, fit
from tintype.voice_match import RATE_HZ, Samples, VoiceStatistics, analyse, measure

from tintype_espeak.base_voice import BaseVoice
from tintype_espeak.synthesis import spoken_samples
from tintype_espeak.voice_trial import Spoken, best_of

if TYPE_CHECKING:
    from tintype_espeak import VoiceSettings

MALE_BELOW_HZ = 150.0
"""Between the medians of male and female reading F0 (about 120 and 210 Hz; Baken and Orlikoff 2000, chapter 6)."""
PAUSE_S, SHORTEST_S, LONGEST_S = 0.25, 0.8, 15.0
ENOUGH_S, MOST_S = 12.0, 300.0
MOST_JUDGED = 24
FOLDS = 4  # every phrase is judged by a map that was learnt from the other three quarters


@dataclass(frozen=True)
class Phrase:
    """A phrase of the person: its words, sound at :data:`RATE_HZ` and phones, with times from its first sample."""

    text: str
    samples: Samples
    phones: tuple[Phone, ...]

    @property
    def duration_s(self) -> float:
        return len(self.samples) / RATE_HZ


def build(recordings: Sequence[Asset], language: str, settings: VoiceSettings, job: Job) -> VoiceProfile:
    """Describe the voice in the recordings, and say how near eSpeak NG comes to it.

    Raises:
        AudioUnreadable: a recording cannot be read.
        LanguageUnsupported: eSpeak NG has no voice for the language.
    """
    statistics = measure(_sounds(recordings, job))
    pitch_hz = settings.pitch_hz or (statistics.pitch_hz if statistics else None)
    gender = settings.gender
    if gender == "from recordings":
        gender = "unknown" if pitch_hz is None else "male" if pitch_hz < MALE_BELOW_HZ else "female"
    if statistics is None:
        notes = "There are no usable recordings: the voice is the synthesiser's own and sounds like nobody."
        return VoiceProfile(provider="espeak", gender=gender, pitch_hz=pitch_hz, notes=notes).save(job.folder)
    base = BaseVoice.near(gender, pitch_hz)
    phrases = chosen_phrases(recordings)
    learnt, words = learn(phrases, base, statistics, language, job)
    statistics.write(job.folder / "voice.npz", **(learnt.arrays() if learnt else {}))
    transcribed = sum(asset.speech is not None for asset in recordings)
    return VoiceProfile(
        provider="espeak",
        arrays="voice.npz",
        recordings=tuple(asset.item.path for asset in recordings),
        speech_s=statistics.speech_s,
        gender=gender,
        pitch_hz=pitch_hz,
        notes=f"From {statistics.speech_s:.0f} s of speech in {len(recordings)} recordings, {transcribed} of them with "
        f"transcripts. {words}",
    ).save(job.folder)


def _sounds(recordings: Sequence[Asset], job: Job) -> Iterator[tuple[Samples, int]]:
    for number, asset in enumerate(recordings):
        job.progress(0.3 * number / len(recordings), asset.item.path)
        yield read_audio(asset.path)


def chosen_phrases(recordings: Sequence[Asset]) -> list[Phrase]:
    """Phrases of the recordings that have been aligned, at most five minutes, from the start of every recording."""
    phrases: list[Phrase] = []
    for asset in recordings:
        if asset.speech is not None and sum(phrase.duration_s for phrase in phrases) < MOST_S:
            samples, _ = read_audio(asset.path, RATE_HZ)
            phrases += phrases_of(asset.speech, samples)
    return phrases


def phrases_of(speech: Speech, samples: Samples) -> list[Phrase]:
    """A recording cut at its pauses; what is too short or too long to learn from is left out."""
    groups: list[list[int]] = []
    for index, word in enumerate(speech.words):
        if groups and word.start_s - speech.words[groups[-1][-1]].end_s < PAUSE_S:
            groups[-1].append(index)
        else:
            groups.append([index])
    phrases = []
    for group in groups:
        start_s, end_s = speech.words[group[0]].start_s, speech.words[group[-1]].end_s
        if SHORTEST_S <= end_s - start_s <= LONGEST_S:
            text = " ".join(speech.words[index].text for index in group)
            inside = [
                phone for phone in speech.phones if start_s - 1e-6 <= phone.start_s and phone.end_s <= end_s + 1e-6
            ]
            phones = tuple(
                phone.model_copy(update={"start_s": max(0.0, phone.start_s - start_s), "end_s": phone.end_s - start_s})
                for phone in inside
            )
            phrases.append(Phrase(text, samples[round(start_s * RATE_HZ) : round(end_s * RATE_HZ)], phones))
    return phrases


def learn(
    phrases: Sequence[Phrase], base: BaseVoice, statistics: VoiceStatistics, language: str, job: Job
) -> tuple[VoiceMap | None, str]:
    """The map that does best on phrases kept from the learning, if it does better than statistics; and so in words."""
    seconds = sum(phrase.duration_s for phrase in phrases)
    if seconds < ENOUGH_S:
        return None, (
            f"Only {seconds:.0f} s of it have transcripts, so the voice is moved by its statistics alone; "
            "transcripts beside more of the tapes would bring it nearer."
        )
    said = []
    for number, phrase in enumerate(phrases):
        job.progress(0.3 + 0.4 * number / len(phrases), phrase.text[:40])
        said.append(spoken_samples(phrase.text, language, base, job))
    spoken = [
        Spoken(phrase.text, samples, phones, Parallel(analyse(samples), phones, analyse(phrase.samples), phrase.phones))
        for phrase, (samples, phones) in zip(phrases, said, strict=True)
    ]
    unseen = []
    for fold in range(FOLDS):
        job.progress(0.8 + 0.02 * fold, "learning")
        kept = [phrase.parallel for number, phrase in enumerate(spoken) if number % FOLDS != fold]
        learnt = fit(kept, str(base))
        if learnt is None:
            return None, "Too little of it matches its transcripts, so the voice is moved by its statistics alone."
        unseen += [(phrase, learnt) for phrase in spoken[fold::FOLDS]]
    best = best_of(unseen[:: -(-len(unseen) // MOST_JUDGED)], statistics, language, job.check_cancelled)
    words = f"{best}, each phrase judged by what was learnt from the others"
    if not best.mapped:
        return None, f"{words}; moved by statistics, for the map learnt from transcripts was no better."
    whole = fit([phrase.parallel for phrase in spoken], str(base))
    return whole, f"{words}; more tapes with transcripts would help." if seconds < MOST_S / 2 else f"{words}."
