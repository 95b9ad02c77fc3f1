"""How exactly and how fast the plugin `pocketsphinx` aligns: .venv/bin/python tests/benchmarks/alignment.py

Speech by eSpeak NG, whose phone times are exact, in several voices and languages: prints how far the starts of the
phones are off (of the phones that both have in the same order) and how many times faster than real time alignment is.
With LJSpeech beside the repository (../shared/archive/ljspeech) also the reader's clips: are all words there in order,
and how long is the longest silence inside a phrase (between words that no sign separates)?
"""

from __future__ import annotations

import csv
import difflib
import tempfile
import time
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

import numpy as np
from tintype import Job
from tintype.documents import Speech
from tintype_espeak import EspeakSettings, synthesize_speech
from tintype_pocketsphinx import AlignSettings, align_speech

LJSPEECH = Path(__file__).resolve().parents[3] / "shared" / "archive" / "ljspeech"
ENGLISH = (
    "Life was simple before World War Two. After that, we had systems.",
    "Humans are allergic to change. They love to say: we've always done it this way.",
    "I try to fight that. That's why I have a clock on my wall that runs counter-clockwise.",
    "A human must turn information into intelligence or knowledge.",
    "It's easier to ask forgiveness than it is to get permission.",
    "The quick brown fox jumps over the lazy dog, and seven wizards from Greenwich measured his voyage.",
)
OTHERS = {
    "de": "Ich möchte Ihnen von meiner Kindheit in den Bergen erzählen.",
    "fr-fr": "Je voudrais vous parler de mon enfance dans les montagnes.",
    "es": "Quisiera hablarles de mi infancia en las montañas.",
    "it": "Vorrei parlarvi della mia infanzia in montagna.",
    "pl": "Chciałbym opowiedzieć wam o moim dzieciństwie w górach.",
    "ru": "Я хотел бы рассказать вам о своём детстве в горах.",
    "nl": "Ik wil u graag vertellen over mijn jeugd in de bergen.",
    "sv": "Jag skulle vilja berätta om min barndom i bergen.",
    "tr": "Size dağlardaki çocukluğumdan bahsetmek istiyorum.",
    "hi": "मैं आपको पहाड़ों में अपने बचपन के बारे में बताना चाहूँगा।",
    "cmn": "我想告诉你们我在山里的童年。",
}


def start_errors_s(truth: Speech, found: Speech) -> list[float]:
    """How much later the phones start than they should, of those that both have in the same order."""
    one, other = ([phone for phone in speech.phones if phone.symbol] for speech in (truth, found))
    matcher = difflib.SequenceMatcher(None, [p.symbol for p in one], [p.symbol for p in other], autojunk=False)
    return [
        other[block.b + k].start_s - one[block.a + k].start_s
        for block in matcher.get_matching_blocks()
        for k in range(block.size)
    ]


def measure(name: str, language: str, texts: Iterable[str], folder: Path, variant: str = "") -> None:
    errors: list[float] = []
    phones, spoken_s, took_s = 0, 0.0, 0.0
    for text in texts:
        truth = synthesize_speech(text, language, None, None, EspeakSettings(variant=variant), Job(folder))
        started = time.perf_counter()
        found = align_speech(truth.file(truth.audio), text, language, AlignSettings(), Job(folder / "aligned"))
        took_s += time.perf_counter() - started
        spoken_s += truth.duration_s
        phones += sum(bool(phone.symbol) for phone in truth.phones)
        errors += start_errors_s(truth, found)
    off_ms = np.abs(errors) * 1000
    print(
        f"{name:<18} {phones:4d} phones, {len(errors) / phones:4.0%} matched: median {np.median(off_ms):4.1f} ms, "
        f"90 % within {np.percentile(off_ms, 90):5.1f} ms, bias {np.median(errors) * 1000:+5.1f} ms; "
        f"{spoken_s / took_s:5.1f} x real time"
    )


def measure_reader(folder: Path) -> None:
    if not LJSPEECH.is_dir():
        print("no LJSpeech clips: the real reader is left out")
        return
    with (LJSPEECH / "metadata.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream, delimiter="|", quoting=csv.QUOTE_NONE))
    complete, longest_s, spoken_s, took_s = 0, 0.0, 0.0, 0.0
    for name, text, _ in rows:
        started = time.perf_counter()
        speech = align_speech(LJSPEECH / f"{name}.flac", text, "en-us", AlignSettings(), Job(folder / "aligned"))
        took_s += time.perf_counter() - started
        spoken_s += speech.duration_s
        complete += [word.text for word in speech.words] == text.split()
        inside = [other.start_s - one.end_s for one, other in pairwise(speech.words) if one.text[-1].isalnum()]
        longest_s = max([longest_s, *inside])
    print(
        f"a real reader: {complete} of {len(rows)} clips with all words in order, longest silence inside a phrase "
        f"{longest_s:.2f} s; {spoken_s / took_s:.1f} x real time"
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "aligned").mkdir()
        for variant in ("", "f1", "f3", "m3"):
            measure(f"en-us {variant or 'default'}", "en-us", ENGLISH, folder, variant)
        measure("en-gb", "en-gb", ENGLISH, folder)
        for language, text in OTHERS.items():
            measure(language, language, [text], folder)
        measure_reader(folder)


if __name__ == "__main__":
    main()
