"""How well and how fast the plugin `visemes` speaks 20 sentences: .venv/bin/python tests/benchmarks/mouth_track.py

Prints, for each sentence spoken by eSpeak NG at each pace, the share of the /p b m/ whose middle is sealed and of the
open vowels that are open, both by the track's own lip gap against its 95th percentile, and how many times faster than
real time phones become a track.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
from tintype import Job
from tintype.documents import FaceTrack, Phone, Speech
from tintype_espeak import EspeakSettings, synthesize_speech
from tintype_visemes import VisemeSettings, animate_face
from tintype_visemes.lip_gap import lip_gap

SENTENCES = (
    "Humans are allergic to change. They love to say: we've always done it this way.",
    "Life was simple before World War Two. After that, we had systems.",
    "I try to fight that. That's why I have a clock on my wall that runs counter-clockwise.",
    "It's easier to ask forgiveness than it is to get permission.",
    "Maybe a big brown bear bought five apple pies from my mother.",
    "Pamela packed a proper copper coffee pot.",
    "The members of the committee remembered the problem.",
    "Bob and Pam jumped up and clapped.",
    "My father's farm was warm and calm in March.",
    "She sells sea shells by the shore, and the shells she sells are sure.",
    "Who would know how to move the blue moon?",
    "We were away a year ago.",
    "The five families have never forgiven him for it.",
    "Put the empty cup back on top of the cupboard.",
    "Nobody expects the impossible to be probable.",
    "A ship in port is safe, but that is not what ships are built for.",
    "What if the lamp burns out before the boat comes?",
    "Thirty thousand thoughtful people gathered there together.",
    "Above all, be honest; people can hear a lie.",
    "The most dangerous phrase in the language is: we have always done it this way.",
)
BILABIALS = tuple("pbm")
OPEN_VOWELS = ("a", "ɑ", "æ", "ɒ", "ʌ", "ɔ")
SEALED_BELOW, OPEN_ABOVE = 0.10, 0.40  # of the 95th percentile of the take's gap


def spoken(text: str, rate_wpm: int, language: str, folder: Path) -> Speech:
    """The sentence as eSpeak NG speaks it."""
    folder.mkdir(parents=True)
    settings = EspeakSettings(rate_wpm=rate_wpm)
    return synthesize_speech(text=text, language=language, voice=None, emotion=None, settings=settings, job=Job(folder))


def share(track: FaceTrack, phones: list[Phone], *, sealed: bool) -> tuple[int, int]:
    """How many of the phones are sealed (or open) at the frame nearest to their middle, and how many there are."""
    gap = lip_gap(track.channel)
    limit = (SEALED_BELOW if sealed else OPEN_ABOVE) * np.percentile(gap, 95)
    at = [min(round((phone.start_s + phone.end_s) / 2 * track.fps), len(gap) - 1) for phone in phones]
    good = [gap[index] < limit if sealed else gap[index] > limit for index in at]
    return sum(map(bool, good)), len(good)


def timed(speech: Speech, folder: Path, repeats: int) -> tuple[FaceTrack, float]:
    """The track, and the median of how many times faster than real time it was made."""
    folder.mkdir(parents=True)
    seconds = []
    for _ in range(repeats + 1):  # the first one warms up
        begin = time.perf_counter()
        track = animate_face(speech=speech, emotion=None, settings=VisemeSettings(), job=Job(folder))
        seconds.append(time.perf_counter() - begin)
    return track, speech.duration_s / statistics.median(seconds[1:])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rates", type=int, nargs="+", default=[150, 300], help="Words per minute.")
    parser.add_argument("--language", default="en-us")
    parser.add_argument("--repeats", type=int, default=3, help="Timed runs per sentence.")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        for rate_wpm in arguments.rates:
            report(rate_wpm, arguments.language, arguments.repeats, Path(scratch) / str(rate_wpm))


def report(rate_wpm: int, language: str, repeats: int, folder: Path) -> None:
    """Print a table for one pace."""
    totals, speeds = np.zeros(4, dtype=int), []
    print(f"{rate_wpm} words per minute\n sealed    open   × real time")
    for number, text in enumerate(SENTENCES):
        speech = spoken(text, rate_wpm, language, folder / f"{number}-speech")
        track, speed = timed(speech, folder / f"{number}-face", repeats)
        closed = share(track, [phone for phone in speech.phones if phone.symbol in BILABIALS], sealed=True)
        opened = share(track, [phone for phone in speech.phones if phone.symbol.startswith(OPEN_VOWELS)], sealed=False)
        totals += (*closed, *opened)
        speeds.append(speed)
        print(f"{closed[0]:3d}/{closed[1]:<3d} {opened[0]:3d}/{opened[1]:<3d} {speed:8.0f}      {text}")
    print(
        f"sealed {100 * totals[0] / totals[1]:.1f} % of {totals[1]}, open {100 * totals[2] / totals[3]:.1f} % of "
        f"{totals[3]}, {statistics.median(speeds):.0f} × real time (slowest {min(speeds):.0f})\n"
    )


if __name__ == "__main__":
    main()
