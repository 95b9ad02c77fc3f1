"""What the words of a line say of its feeling.

English: VADER (Hutto and Gilbert 2014, "VADER: a parsimonious rule-based model for sentiment analysis of social media
text", ICWSM), whose compound score is the valence.  Other languages have no lexicon here: only what writing shows in
any of them counts, exclamation marks and shouted words, and the confidence says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

ENGLISH_CONFIDENCE, OTHER_CONFIDENCE = 0.6, 0.15
# How much each sign of emphasis adds to arousal.
PER_EXCLAMATION, MOST_EXCLAMATIONS, PER_SHOUTED_WORD = 0.15, 3, 0.1
CALM = -0.15  # arousal of a plain sentence: a quotation is told, not shouted
PER_INTENSITY = 0.75
SHOUTED = re.compile(r"\b[A-Z]{3,}\b")
# Words that VADER scores alike but that differ in arousal: sorrow is quiet, wrath and fear are not.  Directions from
# the arousal norms of Warriner, Kuperman and Brysbaert 2013, Behavior Research Methods 45.
QUIET = {
    "alone", "bury", "buried", "calm", "cried", "dead", "death", "died", "gone", "grave", "grief", "grieve", "lonely",
    "lost", "mourn", "peace", "quiet", "quietly", "rest", "sad", "sadly", "sadness", "sleep", "sorrow", "tears",
    "tired", "weep", "wept",
}  # fmt: skip
STIRRED = {
    "afraid", "anger", "angry", "battle", "crazy", "danger", "fear", "fight", "fighting", "fire", "furious", "fury",
    "hate", "horror", "hurry", "panic", "rage", "run", "scared", "screamed", "shock", "shocked", "storm", "terror",
    "thrilled", "war", "wonderful",
}  # fmt: skip
PER_QUIET_WORD, PER_STIRRED_WORD = -0.25, 0.2


@dataclass(frozen=True)
class Reading:
    """Valence and arousal in [-1, 1], how sure they are in [0, 1], and what they rest on, in words."""

    valence: float
    arousal: float
    confidence: float
    evidence: str


def read_words(text: str, language: str) -> Reading:
    """Read the feeling of a text."""
    exclaimed = min(text.count("!"), MOST_EXCLAMATIONS)
    emphasis = PER_EXCLAMATION * exclaimed + PER_SHOUTED_WORD * len(SHOUTED.findall(text))
    if not language.lower().startswith("en"):
        return Reading(
            0.0,
            _within(CALM + emphasis),
            OTHER_CONFIDENCE,
            f"text: punctuation alone, there is no lexicon for {language}",
        )
    scores = _vader().polarity_scores(text)
    words = set(re.findall(r"[a-z']+", text.lower()))
    quiet, stirred = len(words & QUIET), len(words & STIRRED)
    arousal = CALM + emphasis + PER_INTENSITY * (1 - scores["neu"]) * abs(scores["compound"])
    arousal += PER_QUIET_WORD * quiet + PER_STIRRED_WORD * stirred
    return Reading(
        _within(scores["compound"]),
        _within(arousal),
        ENGLISH_CONFIDENCE * (0.4 + 0.6 * min(1.0, abs(scores["compound"]) * 1.5)),
        f"text: VADER compound {scores['compound']:.2f}",
    )


def _within(value: float) -> float:
    return round(max(-1.0, min(1.0, value)), 4)


@lru_cache(maxsize=1)
def _vader() -> Any:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    return SentimentIntensityAnalyzer()
