"""How well the mark in the synthetic voice is heard, and how often where it is not: tests/benchmarks/voice_mark.py

.venv/bin/python tests/benchmarks/voice_mark.py [--real FOLDER] [--level DB]

Marks sentences spoken by eSpeak NG, puts each through what films go through, and prints how many marks were read
right, with the mean and the least score (9.5 is needed).  With a folder of real recordings it also counts marks in 200
excerpts that have none: the recordings one after the other at ten speeds, twenty excerpts of each.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
from tintype import Job
from tintype.audio import read_audio, resample
from tintype.watermark import LEVEL_DB, find_marks, mark
from tintype_espeak import EspeakSettings, synthesize_speech

sys.path.insert(0, str(Path(__file__).parents[1] / "engine"))
from test_watermark import music

FILM = "0fcc4810"
SENTENCES = (
    "It's easier to ask forgiveness than it is to get permission.",
    "Life was simple before World War Two. After that, we had systems.",
    "I try to fight that. That's why I have a clock on my wall that runs counter-clockwise.",
    "Humans are allergic to change. They love to say: we've always done it this way.",
    "A ship in port is safe, but that is not what ships are built for.",
    "We have tended to forget that no computer will ever ask a new question.",
    "The five families have never forgiven him for it, and they never will.",
    "What if the lamp burns out before the boat comes in from the open sea?",
)
SPEEDS = (1.0, 0.985, 1.015, 0.96, 1.04, 0.93, 1.07, 0.9, 1.1, 1.13)
Sound = tuple[np.ndarray, int]


def spoken(text: str) -> Sound:
    with tempfile.TemporaryDirectory() as folder:
        job = Job(Path(folder))
        speech = synthesize_speech(text, "en-us", None, None, EspeakSettings(), job)
        return read_audio(speech.file(speech.audio))


def aac(samples: np.ndarray, rate_hz: int, kbps: int = 128, out_hz: int = 48_000) -> Sound:
    sound = resample(samples.astype(np.float32), rate_hz, out_hz)
    film = io.BytesIO()
    with av.open(film, "w", format="mp4") as container:
        stream = container.add_stream("aac", rate=out_hz, layout="stereo")
        stream.bit_rate = kbps * 1000
        frame = av.AudioFrame.from_ndarray(np.stack([sound, sound]), format="fltp", layout="stereo")
        frame.rate = out_hz
        container.mux([*stream.encode(frame), *stream.encode(None)])
    film.seek(0)
    with av.open(film) as container:
        return np.concatenate([frame.to_ndarray().mean(axis=0) for frame in container.decode(audio=0)]), out_hz


def bed(samples: np.ndarray, rate_hz: int, level_db: float) -> np.ndarray:
    level = np.sqrt(np.mean(samples**2)) * 10 ** (level_db / 20)
    return samples + music(len(samples), rate_hz) * level


def resampled(samples: np.ndarray, rate_hz: int, through_hz: int) -> Sound:
    return resample(samples.astype(np.float32), rate_hz, through_hz), through_hz


CHANNELS: dict[str, Callable[[np.ndarray, int], Sound]] = {
    "as it is": lambda s, r: (s, r),
    "AAC 128k": lambda s, r: aac(s, r),
    "AAC 96k, 44.1 kHz": lambda s, r: aac(s, r, 96, 44_100),
    "AAC 128k twice": lambda s, r: aac(*aac(s, r)),
    "resampled to 44.1 kHz": lambda s, r: resampled(s, r, 44_100),
    "resampled to 16 kHz": lambda s, r: resampled(s, r, 16_000),
    "resampled to 8 kHz": lambda s, r: resampled(s, r, 8_000),
    "music -20 dB": lambda s, r: (bed(s, r, -20), r),
    "music -20 dB, AAC 128k": lambda s, r: aac(bed(s, r, -20), r),
    "music -14 dB, AAC 128k": lambda s, r: aac(bed(s, r, -14), r),
    "1 % faster (not survived)": lambda s, r: (s, round(r * 1.01)),
}


def measure_marks(level_db: float) -> None:
    voices = [spoken(text) for text in SENTENCES]
    marked = [(mark(samples, rate_hz, FILM, level_db), rate_hz) for samples, rate_hz in voices]
    ratios = [10 * np.log10(np.sum(v**2) / np.sum((m - v) ** 2)) for (v, _), (m, _) in zip(voices, marked, strict=True)]
    lengths = [len(samples) / rate_hz for samples, rate_hz in voices]
    print(f"{len(voices)} lines of {min(lengths):.1f} to {max(lengths):.1f} s, mark at {level_db:g} dB")
    print(f"voice to mark: {np.mean(ratios):.1f} dB ({min(ratios):.1f} to {max(ratios):.1f})")
    for name, channel in CHANNELS.items():
        found = [find_marks(*channel(samples, rate_hz)) for samples, rate_hz in marked]
        right = [marks[0].score for marks in found if [item.film_id for item in marks] == [FILM]]
        scores = f"score {np.mean(right):.1f}, least {min(right):.1f}" if right else ""
        print(f"  {name:<28} {len(right)} of {len(marked)}  {scores}")


def measure_false(folder: Path) -> None:
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in (".flac", ".wav"))
    sounds = [read_audio(path) for path in paths]
    whole, rate_hz = np.concatenate([samples for samples, _ in sounds]), sounds[0][1]
    started, tried, wrong = time.monotonic(), 0, 0
    for speed in SPEEDS:
        for part in np.array_split(whole, 20):
            tried += 1
            wrong += bool(find_marks(part, round(rate_hz * speed)))
    seconds = time.monotonic() - started
    heard_s = sum(len(whole) / rate_hz / speed for speed in SPEEDS)
    print(f"{len(paths)} real recordings, {len(whole) / rate_hz:.0f} s: {wrong} of {tried} excerpts with a mark")
    print(f"heard at {heard_s / seconds:.0f} times real time")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--real", type=Path, help="folder of real recordings without a mark")
    parser.add_argument("--level", type=float, default=LEVEL_DB)
    options = parser.parse_args()
    measure_marks(options.level)
    if options.real:
        measure_false(options.real)
