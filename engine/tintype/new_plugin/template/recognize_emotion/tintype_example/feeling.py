"""Looks the words up."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tintype import Job
from tintype.documents import EmotionPoint, EmotionTrack

if TYPE_CHECKING:
    from tintype_example import WordSettings

WORD = re.compile(r"[^\W\d_]+")
# Valence, arousal and category of a word; our own estimates, meant to be replaced.
FEELINGS: dict[str, tuple[float, float, str]] = {
    "happy": (0.8, 0.4, "joy"),
    "glad": (0.7, 0.3, "joy"),
    "love": (0.8, 0.3, "joy"),
    "sad": (-0.7, -0.3, "sadness"),
    "lost": (-0.5, -0.2, "sadness"),
    "afraid": (-0.6, 0.6, "fear"),
    "angry": (-0.6, 0.7, "anger"),
    "suddenly": (0.1, 0.6, "surprise"),
}


def read_feeling(text: str, settings: WordSettings, job: Job) -> EmotionTrack:
    """The mean of the words that are known; neutral, and not sure, when none is."""
    job.progress(0.1, "reading")
    known = [word for word in WORD.findall(text.lower()) if word in FEELINGS]
    feelings = [FEELINGS[word] for word in known]
    count = max(1, len(feelings))
    categories: dict[str, float] = {}
    for _, _, category in feelings:
        categories[category] = min(1.0, categories.get(category, 0.0) + settings.strength / count)
    point = EmotionPoint(
        time_s=0,
        valence=limited(settings.strength * sum(valence for valence, _, _ in feelings) / count),
        arousal=limited(settings.strength * sum(arousal for _, arousal, _ in feelings) / count),
        categories=categories,
    )
    return EmotionTrack(
        points=(point,),
        confidence=min(0.5, 0.25 * len(known)),
        evidence=f"words: {', '.join(known)}" if known else "no word that is known",
    ).save(job.folder)


def limited(value: float) -> float:
    return min(max(value, -1.0), 1.0)
