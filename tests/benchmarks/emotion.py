"""How well the plugin `prosody` orders voices by arousal: .venv/bin/python tests/benchmarks/emotion.py

Six sentences by two voices of eSpeak NG, three each, at four settings from calm to excited: 24 utterances.  Prints the
arousal read from each and the share of the pairs of different settings that come out in the right order, once against
published means and once against each speaker's own baseline (pitch and rate of the second setting, given as settings).
"""

from __future__ import annotations

import itertools
import statistics
import tempfile
from pathlib import Path

from tintype import Asset, Job
from tintype.documents import ArchiveItem
from tintype_espeak import EspeakSettings, synthesize_speech
from tintype_prosody import FeelingSettings, recognize_emotion
from tintype_prosody.voice import cues_of, frames_of

SENTENCES = {
    "m3": (
        "Life was simple before World War Two. After that, we had systems.",
        "Humans are allergic to change. They love to say: we've always done it this way.",
        "I try to fight that. That's why I have a clock on my wall that runs counter-clockwise.",
    ),
    "f1": (
        "It's easier to ask forgiveness than it is to get permission.",
        "A ship in port is safe, but that is not what ships are built for.",
        "Nobody will ever ask the old computer another question, and nobody minds.",
    ),
}
DELIVERIES = (
    {"rate_wpm": 120, "pitch": 40, "pitch_range": 20},
    {"rate_wpm": 150, "pitch": 50, "pitch_range": 40},
    {"rate_wpm": 175, "pitch": 58, "pitch_range": 65},
    {"rate_wpm": 200, "pitch": 64, "pitch_range": 90},
)
"""From calm to excited: rate, pitch and range rise together, as arousal moves them (Scherer 2003)."""


def spoken(sentence: str, variant: str, delivery: dict[str, int], folder: Path) -> Path:
    """The sentence at a delivery, as a wav."""
    folder.mkdir(parents=True)
    settings = EspeakSettings(variant=variant, **delivery)
    speech = synthesize_speech(sentence, "en-us", None, None, settings, Job(folder))
    return speech.file(speech.audio)


def arousal_of(recording: Path, settings: FeelingSettings) -> float:
    """Mean arousal that is read from the voice alone."""
    asset = Asset(ArchiveItem(path=recording.name, medium="recording", sha256="0" * 64, quality=1), recording)
    track = recognize_emotion("", asset, "en-us", settings, Job(recording.parent))
    return statistics.mean(point.arousal for point in track.points)


def own_baseline(recordings: list[Path]) -> FeelingSettings:
    """Pitch and rate of a speaker's usual delivery."""
    cues = [cues_of(frames_of(path, lambda done: None), slice(None)) for path in recordings]
    pitch_st = statistics.mean(cue["pitch"] for cue in cues)
    rate = statistics.mean(cue["rate"] for cue in cues)
    return FeelingSettings(baseline_pitch_hz=2 ** (pitch_st / 12), baseline_syllables_per_s=rate)


def report(title: str, found: list[tuple[int, float]]) -> None:
    print(title)
    for level in range(len(DELIVERIES)):
        print(f"  level {level}: " + " ".join(f"{arousal:+.2f}" for at, arousal in found if at == level))
    pairs = [(one, other) for one, other in itertools.combinations(found, 2) if one[0] != other[0]]
    right = sum((one[0] < other[0]) == (one[1] < other[1]) for one, other in pairs)
    print(f"  right order in {right} of {len(pairs)} pairs: {right / len(pairs):.1%}")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        recordings = {
            (variant, number, level): spoken(sentence, variant, delivery, Path(folder, variant, f"{number}-{level}"))
            for variant, sentences in SENTENCES.items()
            for number, sentence in enumerate(sentences)
            for level, delivery in enumerate(DELIVERIES)
        }
        usual = {
            variant: own_baseline(
                [path for (who, _, level), path in recordings.items() if (who, level) == (variant, 1)]
            )
            for variant in SENTENCES
        }
        report(
            "against published means",
            [(level, arousal_of(path, FeelingSettings())) for (_, _, level), path in recordings.items()],
        )
        report(
            "against the speaker's own baseline",
            [(level, arousal_of(path, usual[variant])) for (variant, _, level), path in recordings.items()],
        )


if __name__ == "__main__":
    main()
