"""The words of a line or a caption, made comparable: stems, the concepts behind them, years, numbers of people."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from importlib.resources import files

WORD = re.compile(r"[^\W\d_]+", re.UNICODE)
YEAR = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d)(?!\d)")
DECADE = re.compile(
    r"\b(?:(1[89]|20)(\d)0['’]?s|(twenties|thirties|forties|fifties|sixties|seventies|eighties|nineties))\b"
)
DECADES = {
    "twenties": 192, "thirties": 193, "forties": 194, "fifties": 195, "sixties": 196, "seventies": 197,
    "eighties": 198, "nineties": 199,
}  # fmt: skip

IRREGULAR = {"children": "child", "men": "man", "women": "woman", "wives": "wife", "taught": "teach", "flew": "fly",
             "drove": "drive", "wrote": "write", "sang": "sing", "swam": "swim", "born": "birth", "loaves": "loaf",
             "rode": "ride", "built": "build", "died": "death", "dying": "death"}  # fmt: skip
SUFFIXES = ("ations", "ation", "ings", "ing", "edly", "ed", "ies", "ers", "er", "es", "ly", "s", "e")


def stem(word: str) -> str:
    """A word without its usual English ending, so that ``sailing`` finds ``sailor`` only by concept but ``sails``.

    Light on purpose, as in Harman (1991, "How effective is suffixing?", JASIS 42): strong stemmers gain nothing on
    texts as short as captions.
    """
    folded = "".join(char for char in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(char))
    folded = IRREGULAR.get(folded, folded)
    for suffix in SUFFIXES:
        if folded.endswith(suffix) and len(folded) - len(suffix) >= 3:
            folded = folded[: -len(suffix)] + ("y" if suffix == "ies" else "")
            break
    if len(folded) > 3 and folded[-1] == folded[-2] and folded[-1] not in "aeiouls":
        folded = folded[:-1]
    return folded[:-1] + "i" if len(folded) > 3 and folded.endswith("y") else folded


@lru_cache(maxsize=1)
def stop_words() -> frozenset[str]:
    """Words that say nothing of what a picture shows."""
    return frozenset(files(__package__).joinpath("stop_words.txt").read_text("utf-8").split())


def stems(text: str) -> list[str]:
    """Stems of the words that carry meaning, in order."""
    return [stem(word) for word in WORD.findall(text) if word.casefold() not in stop_words() and len(word) > 1]


@lru_cache(maxsize=1)
def concept_groups() -> dict[str, frozenset[int]]:
    """Stems to the numbers of the concept groups that they stand in."""
    groups: dict[str, set[int]] = {}
    lines = files(__package__).joinpath("concepts.txt").read_text("utf-8").splitlines()
    for number, line in enumerate(line for line in lines if line and not line.startswith("#")):
        for word in line.split():
            groups.setdefault(stem(word), set()).add(number)
    return {word: frozenset(numbers) for word, numbers in groups.items()}


def concepts(words: list[str]) -> frozenset[int]:
    """The groups that any of these stems stands in."""
    known = concept_groups()
    return frozenset(number for word in words for number in known.get(word, ()))


def years(text: str) -> frozenset[int]:
    """Years that are named, 1800 to 2099."""
    return frozenset(int(year) for year in YEAR.findall(text))


def decades(text: str) -> frozenset[int]:
    """Decades that are named, as the first three digits of their years: 194 for the forties."""
    named = {int(century + ten) if century else DECADES[word] for century, ten, word in DECADE.findall(text.casefold())}
    return frozenset(named | {year // 10 for year in years(text)})
