"""A line of text to ``Speech.1``: eSpeak NG in a worker process, phones from its events, a softer sound."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from bisect import bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt
from tintype import Job
from tintype.audio import resample, write_audio
from tintype.documents import EmotionTrack, Phone, Speech, VoiceProfile, Word
from tintype.errors import LanguageUnsupported, SpeechFailed
from tintype.voice_map import VoiceMap, move_by_map
from tintype.voice_match import RATE_HZ, VoiceStatistics, move_toward

from tintype_espeak.base_voice import NEUTRAL_RANGE, NEUTRAL_RATE_WPM, BaseVoice
from tintype_espeak.feeling import delivery_of
from tintype_espeak.phone_events import Events, sounds_of
from tintype_espeak.spoken_text import SPEAKABLE, SpokenText, check_script, spoken_text, written_words

if TYPE_CHECKING:
    from tintype_espeak import EspeakSettings

WORKER_TIMEOUT_S, WORKER_POLL_S = 120, 0.25
LEVEL_DBFS = -21.0  # RMS of the spoken parts; leaves room for peaks, finish_film sets the final loudness
PEAK_LIMIT = 0.89  # -1 dBFS
FADE_S = 0.004
STRESS = {"ˈ": 1, "ˌ": 2}


def speak(
    text: str,
    language: str,
    voice: VoiceProfile | None,
    emotion: EmotionTrack | None,
    settings: EspeakSettings,
    job: Job,
) -> Speech:
    """Speak ``text`` into ``job.folder``.

    Raises:
        SpeechFailed: nothing in the text can be spoken, or the synthesiser failed.
        LanguageUnsupported: eSpeak NG has no voice for the language.
    """
    if not SPEAKABLE.search(text):
        raise SpeechFailed(
            f"There is nothing to speak in {text[:60]!r}.", hint="Write words; signs and emoji have no sound."
        )
    check_script(text, language)
    mapped = read_map(voice, settings)
    gender = settings.gender if settings.gender != "voice" else voice.gender if voice else "unknown"
    base = mapped[1] if mapped else BaseVoice.near(gender, voice.pitch_hz if voice else None)
    said = spoken_text(text)
    request = {
        "text": said.text,
        "language": language.lower().replace("_", "-"),
        "variant": settings.variant or base.variant,
        "parameters": parameters(base, emotion, settings),
    }
    job.progress(0.1)
    answer, pcm = run_worker(request, job)
    rate_hz = int(answer["rate_hz"])
    if not len(pcm):
        raise SpeechFailed(f"eSpeak NG spoke nothing for {text[:60]!r}.", hint="Check the line's language.")
    job.progress(0.5)
    events = sounds_of(answer["phones"], pcm, rate_hz)
    start, stop = spoken_part(events, len(pcm))
    samples = pcm[start:stop].astype(np.float64)
    if mapped:
        # The map was learnt from the voice as it is, so that is what it has to be given.
        phones = phones_of(events, start, stop, -start, rate_hz, len(samples) / rate_hz)
        target = VoiceStatistics.read(voice.file(voice.arrays))  # type: ignore[union-attr, arg-type]
        samples = move_by_map(samples, rate_hz, phones, mapped[0], target, amount=settings.likeness)
    else:
        samples = soften(pcm[start:stop], rate_hz, settings.warmth)
        if voice is not None and voice.arrays is not None and settings.likeness > 0:
            target = VoiceStatistics.read(voice.file(voice.arrays))
            samples = move_toward(samples, rate_hz, target, amount=settings.likeness)
    job.progress(0.9)
    pause = round(settings.pause_s * rate_hz)
    padded = np.concatenate([np.zeros(pause), levelled(faded(samples, rate_hz)), np.zeros(pause)])
    write_audio(job.folder / "speech.wav", padded, rate_hz)
    offset = pause - start
    duration_s = len(padded) / rate_hz
    phones = phones_of(events, start, stop, offset, rate_hz, duration_s)
    return Speech(
        sample_rate_hz=rate_hz,
        duration_s=duration_s,
        text=text,
        language=language,
        phones=phones,
        words=words_of(answer["words"], said, text, phones, offset / rate_hz, rate_hz),
        synthetic=True,
        source=f"eSpeak NG {answer['version']}, voice {request['language']}+{request['variant'] or 'default'}",
        licence="GPL-3.0-or-later",
    ).save(job.folder)


def read_map(voice: VoiceProfile | None, settings: EspeakSettings) -> tuple[VoiceMap, BaseVoice] | None:
    """The profile's map and the base voice that it starts from, unless the settings ask for another voice."""
    chosen = settings.variant or settings.pitch is not None or settings.gender != "voice"
    if voice is None or voice.arrays is None or chosen or settings.likeness == 0:
        return None
    learnt = VoiceMap.read(voice.file(voice.arrays))
    return None if learnt is None else (learnt, BaseVoice.named(learnt.source))


def spoken_samples(
    text: str, language: str, base: BaseVoice, job: Job
) -> tuple[NDArray[np.float32], tuple[Phone, ...]]:
    """A phrase by a base voice as it is, from its first sound on: samples at the rate of voice matching, and phones.

    Raises:
        SpeechFailed: there is nothing to speak.
        LanguageUnsupported: eSpeak NG has no voice for the language.
    """
    request = {
        "text": spoken_text(text).text,
        "language": language.lower().replace("_", "-"),
        "variant": base.variant,
        "parameters": {"rate": NEUTRAL_RATE_WPM, "pitch": base.pitch, "range": NEUTRAL_RANGE, "volume": 100},
    }
    answer, pcm = run_worker(request, job)
    rate_hz = int(answer["rate_hz"])
    events = sounds_of(answer["phones"], pcm, rate_hz)
    start, stop = spoken_part(events, len(pcm))
    phones = phones_of(events, start, stop, -start, rate_hz, (stop - start) / rate_hz)
    return resample(pcm[start:stop], rate_hz, RATE_HZ), phones


def parameters(base: BaseVoice, emotion: EmotionTrack | None, settings: EspeakSettings) -> dict[str, int]:
    """eSpeak's parameters from base voice, settings and feeling."""
    delivery = delivery_of(emotion)
    pitch = base.pitch if settings.pitch is None else settings.pitch
    return {
        "rate": round(min(max(settings.rate_wpm * delivery.rate, 80), 400)),
        "pitch": round(min(max(pitch + delivery.pitch, 0), 99)),
        "range": round(min(max(settings.pitch_range + delivery.range, 0), 99)),
        "volume": 100,
    }


def run_worker(request: dict[str, Any], job: Job) -> tuple[dict[str, Any], NDArray[np.float32]]:
    """Speak in a fresh process and give its events and samples, shape=(n,), in [-1, 1].

    Raises:
        SpeechFailed: the process failed or took too long.
        LanguageUnsupported: eSpeak NG has no voice for the language.
    """
    exchange = job.folder / ".worker"
    exchange.mkdir()
    (exchange / "request.json").write_text(json.dumps(request), "utf-8")
    command = [sys.executable, "-m", "tintype_espeak.worker", str(exchange)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        try:
            said = _wait(process, job)
        finally:
            process.kill()
    if process.returncode:
        last = (said.strip().splitlines() or ["no message"])[-1]
        raise SpeechFailed(
            f"eSpeak NG ended with status {process.returncode}: {last}.", hint="Reinstall tintype-espeak."
        )
    answer = json.loads((exchange / "events.json").read_text("utf-8"))
    if "error" in answer:
        raise LanguageUnsupported(
            f"eSpeak NG {answer['error']}.",
            hint="Tags that it knows: en-us, en-gb, de, fr-fr, es, it, pt-br, pl, ru, nl, sv, cmn and about 90 more.",
        )
    pcm = np.frombuffer((exchange / "speech.raw").read_bytes(), dtype=np.int16).astype(np.float32) / 32768.0
    shutil.rmtree(exchange)
    return answer, pcm


def _wait(process: subprocess.Popen[str], job: Job) -> str:
    """Wait for the worker, looking out for the user; what it said on standard error."""
    for _ in range(round(WORKER_TIMEOUT_S / WORKER_POLL_S)):
        job.check_cancelled()
        try:
            return process.communicate(timeout=WORKER_POLL_S)[1]
        except subprocess.TimeoutExpired:
            continue
    raise SpeechFailed(
        f"eSpeak NG did not finish within {WORKER_TIMEOUT_S} s.", hint="Split the line into shorter ones."
    )


def spoken_part(phones: Events, length: int) -> tuple[int, int]:
    """First and last sample of the words: leading and trailing pauses are cut, and put back at a known length."""
    sounds = [index for index, (_, symbol) in enumerate(phones) if symbol]
    if not sounds:
        return 0, length
    after = sounds[-1] + 1
    return min(phones[sounds[0]][0], length), min(phones[after][0], length) if after < len(phones) else length


def phones_of(events: Events, start: int, stop: int, offset: int, rate_hz: int, duration_s: float) -> tuple[Phone, ...]:
    """Phones with times; pauses that follow one another are joined, the edges are silence.

    Args:
        events: (sample, symbol with stress marks) in order.
        start: first sample of the words; events before it are pauses.
        stop: sample after the words.
        offset: what a sample of the events is later in the finished audio.
    """
    bounds = [(sample, symbol) for sample, symbol in events if start <= sample < stop]
    phones: list[Phone] = []
    _append(phones, "", 0.0, (start + offset) / rate_hz)
    for index, (sample, symbol) in enumerate(bounds):
        following = bounds[index + 1][0] if index + 1 < len(bounds) else stop
        stress = next((level for mark, level in STRESS.items() if mark in symbol), 0)
        _append(phones, symbol.strip("ˈˌ"), (sample + offset) / rate_hz, (following + offset) / rate_hz, stress)
    _append(phones, "", (stop + offset) / rate_hz, duration_s)
    return tuple(phones)


def _append(phones: list[Phone], symbol: str, start_s: float, end_s: float, stress: int = 0) -> None:
    if end_s <= start_s:
        return
    if phones and not symbol and not phones[-1].symbol:
        phones[-1] = phones[-1].model_copy(update={"end_s": end_s})
    else:
        phones.append(Phone(symbol=symbol, start_s=start_s, end_s=end_s, stress=stress))  # type: ignore[arg-type]


def words_of(
    events: Sequence[tuple[int, int, int]],
    said: SpokenText,
    line: str,
    phones: Sequence[Phone],
    offset_s: float,
    rate_hz: int,
) -> tuple[Word, ...]:
    """Words as the line has them, from their first sound to their last; pauses belong to none.

    eSpeak NG reports ``$5.50`` as three words; those that stand together in the line are one.

    Args:
        events: (sample, position in the spoken text, length) in order.
        said: the spoken text.
        line: the line as written.
        phones: with times.
        offset_s: how much later than in the events everything is in the finished audio.
        rate_hz: of the events.
    """
    written = written_words(line)
    begins = [begin for begin, _ in written]
    starts: dict[int, float] = {}
    for sample, reported, _ in events:
        # After a full stop eSpeak NG reports the space in front of the word.
        position = reported + len(said.text[reported:]) - len(said.text[reported:].lstrip())
        if 0 <= position < len(said.origins):
            word = bisect_right(begins, said.origins[position]) - 1
            starts.setdefault(word, sample / rate_hz + offset_s)
    order = sorted((start_s, word) for word, start_s in starts.items())
    own: dict[int, list[Phone]] = {}
    for phone in phones:
        place = bisect_right(order, ((phone.start_s + phone.end_s) / 2, len(written))) - 1
        if phone.symbol and place >= 0:
            own.setdefault(order[place][1], []).append(phone)
    return tuple(
        Word(text=written[word][1], start_s=own[word][0].start_s, end_s=own[word][-1].end_s)
        for _, word in order
        if word in own and SPEAKABLE.search(written[word][1])
    )


def soften(samples: NDArray[np.float32], rate_hz: int, warmth: float) -> NDArray[np.float64]:
    """Take the edge off formant synthesis: a gentle low-pass mixed in by ``warmth``, same length.

    Recorded voices fall by about 12 dB per octave above 3 kHz; eSpeak's pulses fall less, which is heard as buzz.
    """
    if warmth <= 0:
        return samples.astype(np.float64)
    dull = sosfilt(butter(1, 3000.0, fs=rate_hz, output="sos"), samples)
    return np.asarray((1.0 - warmth) * samples + warmth * dull, dtype=np.float64)


def faded(samples: NDArray[np.float64], rate_hz: int) -> NDArray[np.float64]:
    """Without a click at either end."""
    length = min(round(FADE_S * rate_hz), len(samples) // 2)
    ramp = np.sin(np.linspace(0, np.pi / 2, length)) ** 2
    shaped = samples.copy()
    shaped[:length] *= ramp
    shaped[len(shaped) - length :] *= ramp[::-1]
    return shaped


def levelled(samples: NDArray[np.float64]) -> NDArray[np.float64]:
    """At the working level, without clipping."""
    loud = samples[np.abs(samples) > 0.01]
    rms = float(np.sqrt(np.mean(loud**2))) if len(loud) else 0.0
    if rms == 0.0:
        return samples
    gain = min(10 ** (LEVEL_DBFS / 20) / rms, PEAK_LIMIT / float(np.abs(samples).max()))
    return samples * gain
