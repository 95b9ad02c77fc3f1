"""The feeling of a line from its words.

English: VADER (Hutto and Gilbert 2014, "VADER: a parsimonious rule-based model for sentiment analysis of social media
text", Proc. ICWSM): its compound score is the valence, unchanged.  Arousal comes from what VADER does not read:
emphasis (exclamation marks, capitals, drawn-out letters), words for excitement or calm, and strong valence itself,
which goes with arousal (Kuppens, Tuerlinckx, Russell and Feldman Barrett 2013, "The relation between valence and
arousal in subjective experience", Psychological Bulletin 139).

Other languages: only what needs no lexicon: emphasis, ellipses and emoji, with a low confidence.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from math import tanh
from pathlib import Path

from tintype_prosody.reading import Reading, clipped

AROUSAL_PER_VALENCE = 0.25
AROUSAL_PER_MARK, MOST_MARKS = 0.18, 3
AROUSAL_PER_CAPITALS = 0.25
AROUSAL_PER_STRETCH = 0.15
AROUSAL_PER_WORD = 0.25
AROUSAL_OF_ELLIPSIS = -0.12
AROUSAL_OF_CATEGORY = {
    "anger": 0.25, "contempt": 0.0, "disgust": 0.1, "fear": 0.25, "joy": 0.15, "sadness": -0.45, "surprise": 0.3,
}  # fmt: skip
DOMINANCE_OF_CATEGORY = {"anger": 0.25, "contempt": 0.3, "fear": -0.45, "joy": 0.2, "sadness": -0.3, "surprise": -0.1}
HINT_PER_WORD = 0.35
LEAST_CONFIDENCE, CONFIDENCE_PER_VALENCE, MOST_CONFIDENCE = 0.25, 0.45, 0.7
OTHER_LANGUAGE_CONFIDENCE = 0.15
EMOJI_CONFIDENCE = 0.35

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
EMOJI = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf]")


def read_words(text: str, language: str) -> tuple[Reading, str]:
    """The feeling of a line, and what it rests on in words."""
    emphasis = emphasis_of(text)
    if language.lower().split("-")[0] != "en":
        return _without_lexicon(text, language, emphasis)
    valence = compound_of(text)
    hints = hints_of(text)
    categories = {name: weight for name, weight in hints.items() if name in AROUSAL_OF_CATEGORY}
    arousal = (
        emphasis
        + AROUSAL_PER_VALENCE * abs(valence)
        + AROUSAL_PER_WORD * (_count(hints, "excited") - _count(hints, "calm"))
        + sum(AROUSAL_OF_CATEGORY[name] * _count(hints, name) for name in categories)
    )
    dominance = 0.2 * valence + sum(DOMINANCE_OF_CATEGORY.get(name, 0.0) * _count(hints, name) for name in categories)
    evidence = f"words: VADER compound {valence:+.2f}"
    if categories:
        evidence += f", words of {', '.join(sorted(categories))}"
    if abs(emphasis) >= 0.05:
        evidence += f", emphasis {emphasis:+.2f}"
    confidence = min(LEAST_CONFIDENCE + CONFIDENCE_PER_VALENCE * abs(valence) + 0.1 * len(categories), MOST_CONFIDENCE)
    reading = Reading(valence, tanh(arousal), tanh(dominance), confidence, tuple(sorted(categories.items())))
    return reading, evidence


def _without_lexicon(text: str, language: str, emphasis: float) -> tuple[Reading, str]:
    emoji = " ".join(EMOJI.findall(text))
    valence = compound_of(emoji) if emoji else 0.0
    confidence = EMOJI_CONFIDENCE if emoji else OTHER_LANGUAGE_CONFIDENCE
    evidence = f"words: no lexicon for {language or 'this language'}, only emphasis {emphasis:+.2f}"
    if emoji:
        evidence += f" and emoji {valence:+.2f}"
    return Reading(valence, tanh(emphasis + AROUSAL_PER_VALENCE * abs(valence)), 0.0, confidence), evidence


def compound_of(text: str) -> float:
    """VADER's compound score, -1 to 1."""
    return float(_analyser().polarity_scores(text)["compound"])  # type: ignore[attr-defined]


@cache
def _analyser() -> object:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    return SentimentIntensityAnalyzer()


def emphasis_of(text: str) -> float:
    """Arousal that signs and letters show in any language, -1 to 1: exclamation marks, capitals, drawn-out letters."""
    words = WORD.findall(text)
    shouted = sum(len(word) > 1 and word.isupper() for word in words)
    # A single word in capitals is an abbreviation, unless the line exclaims.
    shouting = AROUSAL_PER_CAPITALS if shouted > 1 or (shouted and "!" in text) else 0.0
    marks = min(text.count("!") + text.count("！") + text.count("¡"), MOST_MARKS)
    stretched = AROUSAL_PER_STRETCH if STRETCHED.search(text) else 0.0
    trailing = AROUSAL_OF_ELLIPSIS if text.rstrip().endswith(("…", "...")) else 0.0
    return clipped(AROUSAL_PER_MARK * marks + shouting + stretched + trailing)


def hints_of(text: str) -> dict[str, float]:
    """Weight in [0, 1] of every category of ``words.toml`` that some English word of the text speaks for."""
    words = [word.lower().replace("’", "'") for word in WORD.findall(text)]
    counts = {name: sum(bool(pattern.fullmatch(word)) for word in words) for name, pattern in _patterns().items()}
    return {name: min(HINT_PER_WORD * count, 1.0) for name, count in counts.items() if count}


def _count(hints: dict[str, float], name: str) -> float:
    return min(hints.get(name, 0.0) / HINT_PER_WORD, 2.0)


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    lists = tomllib.loads((Path(__file__).parent / "words.toml").read_text("utf-8"))
    return {name: re.compile("|".join(words.replace("*", r"[a-z']*").split())) for name, words in lists.items()}
