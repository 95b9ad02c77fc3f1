"""Names of people and places in a text, by rules.

A name is a run of capitalised words that is not merely the first word of a sentence.  Titles, greetings and closings
make it a person's; a list of places, a preposition in front, a date line or a word such as Street make it a place's.
Where all nouns are capitalised (German) a run needs one of those signs.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tintype_letters.languages import Language

CAPITALISED = r"[^\W\d_a-zà-öø-ÿ][^\W\d_]*(?:[-’'][^\W\d_]+)*"
INITIAL = r"(?!I\.)[^\W\d_a-zà-öø-ÿ]\."
PARTICLE = r"(?:de la|de|del|der|den|di|da|du|van der|van den|van|von|of|the|y)"
RUN = re.compile(rf"(?:{INITIAL}|{CAPITALISED}\b)(?:[ ](?:{PARTICLE}[ ])?(?:{INITIAL}|{CAPITALISED}\b))*")
SENTENCE_END = re.compile(r"[.!?:;“”\"»\n][\s“”\"«—–-]*$")
DATE_LINE = re.compile(rf"^\s*({CAPITALISED}(?: {CAPITALISED})*), (?=(?:[^\W\d]+[.,]? ){{0,2}}\d)", re.MULTILINE)
PLACE_WORDS = frozenset({
    "Street", "Road", "Avenue", "Lane", "Square", "Hill", "Bay", "Lake", "River", "Island", "Mountain", "Mountains",
    "County", "City", "Castle", "Bridge", "Harbor", "Harbour", "University", "College", "School", "Hospital", "Church",
    "Station", "Park", "Valley", "Beach", "Straße", "Strasse", "Platz", "Gasse", "Rue", "Plaza", "Calle",
})  # fmt: skip
NOUNS_CAPITALISED = frozenset({"de"})
MOST = 40
LOOKED_BACK = 40  # characters in front of a name that say what it is


@dataclass(frozen=True)
class Names:
    """People and places, each the most frequent first."""

    people: tuple[str, ...]
    places: tuple[str, ...]


@dataclass(frozen=True)
class _Run:
    words: str
    before: str  # the word in front, without its full stop
    starts_sentence: bool


@cache
def known_places() -> frozenset[str]:
    """Countries, states and large cities."""
    return frozenset((Path(__file__).parent / "places.txt").read_text("utf-8").split("\n")) - {""}


def find_names(text: str, code: str, language: Language) -> Names:
    """Names of people and places.

    Args:
        text: the letter.
        code: its language, for whether nouns are capitalised.
        language: what the rules know of that language.
    """
    people: Counter[str] = Counter()
    places: Counter[str] = Counter(match.group(1) for match in DATE_LINE.finditer(text))
    maybe: Counter[str] = Counter()
    for run in _runs(text, language):
        if run.words in known_places() or set(run.words.split()) & PLACE_WORDS:
            places[run.words] += 1
        elif run.before in language.titles or run.before in language.greetings or run.before in language.closings:
            people[run.words] += 1
        elif run.before.lower() in language.prepositions and code not in NOUNS_CAPITALISED:
            places[run.words] += 1
        elif not run.starts_sentence or " " in run.words:
            maybe[run.words] += 1
    signed = _signature(text, language)
    if signed:
        people[signed] += 1
    known = set(people)
    for name, count in maybe.items():
        if name in known or (code not in NOUNS_CAPITALISED and name not in places):
            people[name] += count
        elif name in places:
            places[name] += count
    return Names(_by_count(people - Counter(places.keys())), _by_count(places))


def _runs(text: str, language: Language) -> list[_Run]:
    never = {word.capitalize() for word in language.common} | {month.capitalize() for month in language.months}
    never |= (
        language.starters
        | language.closings
        | {"I", "I'm", "I’m", "I'll", "I’ll", "I've", "I’ve", "I'd", "I’d", "O", "P.S.", "PS"}
    )
    lead_in = language.titles | language.greetings
    padded = "\n" * LOOKED_BACK + text
    runs = []
    for match in RUN.finditer(text):
        words = match.group().split(" ")
        in_front = padded[match.start() : match.start() + LOOKED_BACK]
        before = (in_front.split() or [""])[-1].strip(".,")
        starts = bool(SENTENCE_END.search(in_front))
        while words and (words[0] in never or words[0].strip(".") in lead_in):
            before, words = words[0].strip("."), words[1:]
            starts = starts and before in never
        while words and words[-1] in never:
            words.pop()
        words = [word.removesuffix("'s").removesuffix("’s") for word in words]
        if words and not set(words) <= never and any(len(word.strip(".")) > 1 for word in words):
            runs.append(_Run(" ".join(words), before, starts))
    return runs


def _signature(text: str, language: Language) -> str | None:
    """The name below a closing line."""
    lines = [line.strip(" ,.") for line in text.splitlines() if line.strip()]
    for index, line in enumerate(lines[-6:-1], start=max(0, len(lines) - 6)):
        if set(re.split(r"\W+", line)) & language.closings and len(line.split()) <= 6:
            below = lines[index + 1]
            if RUN.fullmatch(below) and len(below.split()) <= 4:
                return below
    return None


def _by_count(names: Counter[str]) -> tuple[str, ...]:
    return tuple(name for name, count in names.most_common(MOST) if count > 0)
