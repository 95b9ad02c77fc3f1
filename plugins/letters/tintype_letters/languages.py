"""Which language a text is in, and what the rules know of it."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

WORD = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)*")
FEWEST_WORDS = 4
COMMON_SHARE = 0.12  # of the words that have to be common ones before a language is named
SCRIPTS = (
    ("ru", re.compile(r"[а-яё]", re.IGNORECASE)),
    ("el", re.compile(r"[α-ω]", re.IGNORECASE)),
    ("he", re.compile(r"[א-ת]")),
    ("ar", re.compile(r"[ء-ي]")),
    ("hi", re.compile(r"[ऀ-ॿ]")),
    ("th", re.compile(r"[ก-๛]")),
    ("ko", re.compile(r"[가-힣]")),
    ("ja", re.compile(r"[ぁ-ヿ]")),
    ("zh", re.compile(r"[一-鿿]")),
)
"""Languages that are named by their script alone: the most spoken one that is written in it."""
SCRIPT_SHARE = 0.3


@dataclass(frozen=True)
class Language:
    """What the rules know of a language; every word as it is written, months in lower case."""

    common: frozenset[str]
    months: tuple[str, ...]
    titles: frozenset[str]
    greetings: frozenset[str]
    closings: frozenset[str]
    prepositions: frozenset[str]
    starters: frozenset[str]


@cache
def languages() -> dict[str, Language]:
    """The languages of ``languages.toml`` by code."""
    data = tomllib.loads((Path(__file__).parent / "languages.toml").read_text("utf-8"))
    return {
        code: Language(
            months=tuple(words["months"].lower().split()),
            **{name: frozenset(words[name].split()) for name in words if name != "months"},
        )
        for code, words in data.items()
    }


def guess_language(text: str) -> str:
    """The code of the language, by script and by common words; empty when the text is too short to tell."""
    letters = [char for char in text if char.isalpha()]
    for code, script in SCRIPTS:
        if letters and len(script.findall(text)) > SCRIPT_SHARE * len(letters):
            return code
    words = Counter(word.lower() for word in WORD.findall(text))
    total = words.total()
    if total < FEWEST_WORDS:
        return ""
    shares = {code: sum(words[word] for word in language.common) / total for code, language in languages().items()}
    best = max(shares, key=lambda code: shares[code])
    return best if shares[best] >= COMMON_SHARE else ""


def knowledge_of(code: str) -> Language:
    """What the rules know of a language; English where they know nothing."""
    known = languages()
    return known.get(code.split("-")[0].lower(), known["en"])
