"""A line of text to ``Speech.1``: eSpeak NG in a worker process, phones from its events, a softer sound."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt
from tintype import Job
from tintype.audio import write_audio
from tintype.documents import EmotionTrack, Phone, Speech, VoiceProfile, Word
from tintype.errors import LanguageUnsupported, SpeechFailed

from tintype_espeak.feeling import delivery_of

if TYPE_CHECKING:
    from tintype_espeak import EspeakSettings

WORKER_TIMEOUT_S = 120
LEVEL_DBFS = -21.0  # RMS of the spoken parts; leaves room for peaks, finish_film sets the final loudness
PEAK_LIMIT = 0.89  # -1 dBFS
FADE_S = 0.004
VARIANTS = {"female": "f3", "male": "m3", "unknown": ""}
# Mean F0 that eSpeak's base pitch of 50 gives with each variant, measured on the demo's lines in en-us.
BASE_F0_HZ = {"female": 165.0, "male": 95.0, "unknown": 105.0}
F0_PER_PITCH_STEP = 1.2 / 100  # relative change of F0 per step of eSpeak's pitch
STRESS = {"ˈ": 1, "ˌ": 2}
SPEAKABLE = re.compile(r"\w")
DASHES = re.compile(r"\s*[—–]\s*|\s+-\s+")


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
    gender = settings.gender if settings.gender != "voice" else voice.gender if voice else "unknown"
    request = {
        "text": spoken_text(text),
        "language": language.lower().replace("_", "-"),
        "variant": settings.variant or VARIANTS[gender],
        "parameters": parameters(voice, gender, emotion, settings),
    }
    job.progress(0.1)
    answer, pcm = run_worker(request, job.folder)
    rate_hz = int(answer["rate_hz"])
    if not len(pcm):
        raise SpeechFailed(f"eSpeak NG spoke nothing for {text[:60]!r}.", hint="Check the line's language.")
    job.progress(0.5)
    start, stop = spoken_part(answer["phones"], len(pcm))
    samples = soften(pcm[start:stop], rate_hz, settings.warmth)
    if voice is not None and voice.arrays is not None and settings.likeness > 0:
        from tintype.voice_match import VoiceStatistics, move_toward

        target = VoiceStatistics.read(voice.file(voice.arrays))
        samples = move_toward(samples, rate_hz, target, amount=settings.likeness)
    job.progress(0.9)
    pause = round(settings.pause_s * rate_hz)
    padded = np.concatenate([np.zeros(pause), levelled(faded(samples, rate_hz)), np.zeros(pause)])
    write_audio(job.folder / "speech.wav", padded, rate_hz)
    offset = pause - start
    duration_s = len(padded) / rate_hz
    return Speech(
        sample_rate_hz=rate_hz,
        duration_s=duration_s,
        text=text,
        language=language,
        phones=phones_of(answer["phones"], offset, stop, rate_hz, duration_s),
        words=words_of(answer["words"], request["text"], offset, stop, rate_hz),
        synthetic=True,
        source=f"eSpeak NG {answer['version']}, voice {request['language']}+{request['variant'] or 'default'}",
        licence="GPL-3.0-or-later",
    ).save(job.folder)


def spoken_text(text: str) -> str:
    """The text as eSpeak NG should read it: dashes and line ends become pauses, control characters go."""
    text = DASHES.sub(", ", text.replace("…", ", "))
    text = re.sub(r"[ \t]*[\r\n]+[ \t]*", ". ", text.strip())
    return "".join(char if char.isprintable() else " " for char in text)


def parameters(
    voice: VoiceProfile | None, gender: str, emotion: EmotionTrack | None, settings: EspeakSettings
) -> dict[str, int]:
    """eSpeak's parameters from settings, voice and feeling."""
    delivery = delivery_of(emotion)
    pitch = 50.0 if settings.pitch is None else float(settings.pitch)
    if settings.pitch is None and voice is not None and voice.pitch_hz:
        pitch += (voice.pitch_hz / BASE_F0_HZ[gender] - 1.0) / F0_PER_PITCH_STEP
    return {
        "rate": round(min(max(settings.rate_wpm * delivery.rate, 80), 400)),
        "pitch": round(min(max(pitch + delivery.pitch, 0), 99)),
        "range": round(min(max(settings.pitch_range + delivery.range, 0), 99)),
        "volume": 100,
    }


def run_worker(request: dict[str, Any], folder: Path) -> tuple[dict[str, Any], NDArray[np.float32]]:
    """Speak in a fresh process and give its events and samples, shape=(n,), in [-1, 1]."""
    exchange = folder / ".worker"
    exchange.mkdir()
    (exchange / "request.json").write_text(json.dumps(request), "utf-8")
    command = [sys.executable, "-m", "tintype_espeak.worker", str(exchange)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=WORKER_TIMEOUT_S, check=False)
    except subprocess.TimeoutExpired as err:
        raise SpeechFailed(
            f"eSpeak NG did not finish within {WORKER_TIMEOUT_S} s.", hint="Split the line into shorter ones."
        ) from err
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise SpeechFailed(f"eSpeak NG ended with status {done.returncode}: {last}.", hint="Reinstall tintype-espeak.")
    answer = json.loads((exchange / "events.json").read_text("utf-8"))
    if "error" in answer:
        raise LanguageUnsupported(
            f"eSpeak NG {answer['error']}.",
            hint="Tags that it knows: en-us, en-gb, de, fr-fr, es, it, pt-br, pl, ru, nl, sv, cmn and about 90 more.",
        )
    pcm = np.frombuffer((exchange / "speech.raw").read_bytes(), dtype=np.int16).astype(np.float32) / 32768.0
    for path in exchange.iterdir():
        path.unlink()
    exchange.rmdir()
    return answer, pcm


def spoken_part(phones: list[tuple[int, str]], length: int) -> tuple[int, int]:
    """First and last sample of the words: leading and trailing pauses are cut, and put back at a known length."""
    sounds = [index for index, (_, symbol) in enumerate(phones) if symbol]
    if not sounds:
        return 0, length
    after = sounds[-1] + 1
    return min(phones[sounds[0]][0], length), min(phones[after][0], length) if after < len(phones) else length


def phones_of(
    events: list[tuple[int, str]], offset: int, stop: int, rate_hz: int, duration_s: float
) -> tuple[Phone, ...]:
    """Phones with times; pauses that follow one another are joined, the edges are silence."""
    bounds = [(sample, symbol) for sample, symbol in events if sample < stop]
    phones: list[Phone] = []
    at = 0.0
    for index, (sample, symbol) in enumerate(bounds):
        start_s = (sample + offset) / rate_hz
        end_s = ((bounds[index + 1][0] if index + 1 < len(bounds) else stop) + offset) / rate_hz
        if start_s > at + 1e-6:
            _append(phones, "", at, start_s)
        stress = next((level for mark, level in STRESS.items() if mark in symbol), 0)
        _append(phones, symbol.strip("ˈˌ"), start_s, end_s, stress)
        at = end_s
    if at < duration_s:
        _append(phones, "", at, duration_s)
    return tuple(phones)


def _append(phones: list[Phone], symbol: str, start_s: float, end_s: float, stress: int = 0) -> None:
    if end_s <= start_s:
        return
    if phones and not symbol and not phones[-1].symbol:
        phones[-1] = phones[-1].model_copy(update={"end_s": end_s})
    else:
        phones.append(Phone(symbol=symbol, start_s=start_s, end_s=end_s, stress=stress))  # type: ignore[arg-type]


def words_of(events: list[tuple[int, int, int]], text: str, offset: int, stop: int, rate_hz: int) -> tuple[Word, ...]:
    """Words with times.  A word ends where the next begins; its punctuation stays with it."""
    words = []
    for index, (sample, position, _) in enumerate(events):
        following = events[index + 1] if index + 1 < len(events) else (stop, len(text), 0)
        written = text[position : following[1]].strip()
        start_s, end_s = (sample + offset) / rate_hz, (min(following[0], stop) + offset) / rate_hz
        if written and end_s > start_s:
            words.append(Word(text=written, start_s=start_s, end_s=end_s))
    return tuple(words)


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
