"""How like a reader, and how clear, the default voice is: .venv/bin/python tests/benchmarks/voice.py [--judge PYTHON]

Needs LJSpeech beside the repository (../shared/archive/ljspeech): a voice is built from clips 1 to 10, of which eight
have transcripts, and speaks six sentences that nobody has read.  Clarity is PocketSphinx's word error rate, with the
reader's own transcribed clips as the ceiling.  Likeness is resemblyzer's cosine to clips 11 to 20, which nothing has
been learnt from; it needs a Python with resemblyzer (pip install torch==2.13.0 resemblyzer "setuptools<81" into an
environment of its own, for it is no part of the product), given by --judge.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
from pocketsphinx import Decoder
from tintype import Asset, Job
from tintype.audio import read_audio, write_audio
from tintype.documents import ArchiveItem, Speech, VoiceProfile
from tintype_espeak import EspeakSettings, VoiceSettings, build_voice, synthesize_speech
from tintype_espeak.voice_trial import WORD, word_errors
from tintype_pocketsphinx import AlignSettings, align_speech

LJSPEECH = Path(__file__).resolve().parents[3] / "shared" / "archive" / "ljspeech"
LEARNT_FROM, HELD_OUT = range(1, 11), range(11, 21)
SENTENCES = (
    "Life was simple before World War Two. After that, we had systems.",
    "Humans are allergic to change. They love to say: we've always done it this way.",
    "I try to fight that. That's why I have a clock on my wall that runs counter-clockwise.",
    "A ship in port is safe, but that is not what ships are built for.",
    "It's easier to ask forgiveness than it is to get permission.",
    "The most dangerous phrase in the language is the one that everybody has heard before.",
)
EMBED = """
import json, sys, warnings
warnings.filterwarnings("ignore")
import soundfile
from resemblyzer import VoiceEncoder, preprocess_wav
encoder = VoiceEncoder("cpu", verbose=False)
def embed(path):
    samples, rate = soundfile.read(path, dtype="float32")
    return encoder.embed_utterance(preprocess_wav(samples, source_sr=rate)).tolist()
print(json.dumps([embed(path) for path in sys.argv[1:]]))
"""


def clip(number: int) -> Path:
    return LJSPEECH / f"LJ001-{number:04d}.flac"


def new_folder(root: Path, name: str) -> Path:
    folder = root / name
    folder.mkdir(parents=True)
    return folder


def recordings(root: Path, transcripts: dict[str, str]) -> list[Asset]:
    """Clips to learn from, aligned where there is a transcript."""
    assets = []
    for number in LEARNT_FROM:
        path = clip(number)
        item = ArchiveItem(path=path.name, medium="recording", sha256="0" * 64, quality=1)
        text = transcripts.get(path.stem, "")
        job = Job(new_folder(root, f"aligned-{number}"))
        speech = align_speech(path, text, "en-us", AlignSettings(), job) if text else None
        assets.append(Asset(item, path, transcript=text, speech=speech))
    return assets


def spoken(root: Path, name: str, voice: VoiceProfile) -> tuple[list[Speech], float]:
    """The sentences in a voice, and how many times faster than real time they were made."""
    started = time.perf_counter()
    speeches = [
        synthesize_speech(text, "en-us", voice, None, EspeakSettings(), Job(new_folder(root, f"{name}-{number}")))
        for number, text in enumerate(SENTENCES)
    ]
    return speeches, sum(speech.duration_s for speech in speeches) / (time.perf_counter() - started)


def word_error_rate(paths: list[Path], texts: list[str]) -> float:
    decoder = Decoder(samprate=16000, loglevel="FATAL")
    errors = words = 0
    for path, text in zip(paths, texts, strict=True):
        samples, _ = read_audio(path, 16000)
        room = np.random.default_rng(0).normal(0, 0.001, len(samples))
        pcm = np.round((samples / np.abs(samples).max() * 0.7 + room) * 32767).astype(np.int16)
        decoder.start_utt()
        decoder.process_raw(pcm.tobytes(), full_utt=True)
        decoder.end_utt()
        found = decoder.hyp()
        wanted = WORD.findall(text.lower())
        errors += word_errors(wanted, found.hypstr.split() if found else [])
        words += len(wanted)
    return errors / words


def likeness(judge: Path, root: Path, voices: dict[str, list[Path]]) -> dict[str, float]:
    """Cosine of each voice, all its sentences together, to the mean of the held-out clips."""
    joined = []
    for name, paths in voices.items():
        samples = [read_audio(path, 16000)[0] for path in paths]
        joined.append(root / f"joined-{name}.wav")
        write_audio(joined[-1], np.concatenate(samples), 16000)
    held_out = [clip(number) for number in HELD_OUT]
    command = [str(judge), "-c", EMBED, *map(str, joined), *map(str, held_out)]
    found = np.array(json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout))
    person = found[len(joined) :].mean(axis=0)
    cosines = found[: len(joined)] @ person / np.linalg.norm(person) / np.linalg.norm(found[: len(joined)], axis=1)
    return dict(zip(voices, cosines.tolist(), strict=True))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--judge", type=Path, help="a Python that has resemblyzer")
    parser.add_argument("--keep", type=Path, help="a folder to keep the wavs in, to listen to them")
    options = parser.parse_args()
    with (LJSPEECH / "metadata.csv").open(encoding="utf-8", newline="") as stream:
        transcripts = {row[0]: row[1] for row in csv.reader(stream, delimiter="|", quoting=csv.QUOTE_NONE)}
    with tempfile.TemporaryDirectory() as name:
        root = options.keep or Path(name)
        assets = recordings(root, transcripts)
        learnt = build_voice(assets, "en-us", VoiceSettings(), Job(new_folder(root, "learnt")))
        print(learnt.notes)
        untold = [Asset(asset.item, asset.path) for asset in assets]
        profiles = {
            "eSpeak NG as it is": VoiceProfile(provider="espeak", gender=learnt.gender, pitch_hz=learnt.pitch_hz),
            "by statistics": build_voice(untold, "en-us", VoiceSettings(), Job(new_folder(root, "statistics"))),
            "by transcripts": learnt,
        }
        paths, speeds = {}, {}
        for number, (title, voice) in enumerate(profiles.items()):
            speeches, speeds[title] = spoken(root, f"voice{number}", voice)
            paths[title] = [speech.file(speech.audio) for speech in speeches]
        alike = likeness(options.judge, root, paths) if options.judge else {}
        for title, wavs in paths.items():
            error_rate = word_error_rate(wavs, list(SENTENCES))
            cosine = f"cosine {alike[title]:.3f}, " if alike else ""
            print(f"{title:<20} {cosine}word error rate {error_rate:.2f}, {speeds[title]:.1f} x real time")
        known = {stem: text for stem, text in transcripts.items() if clip(int(stem[-4:])).is_file()}
        ceiling = word_error_rate([LJSPEECH / f"{stem}.flac" for stem in known], list(known.values()))
        print(f"{'the reader herself':<20} word error rate {ceiling:.2f} (her own transcribed clips)")


if __name__ == "__main__":
    main()
