"""The words of a transcript, and every way to pronounce each of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tintype_pocketsphinx.arpabet import IPA_OF, VOWELS, arpabet_of
from tintype_pocketsphinx.espeak_phones import pronounce

SPOKEN = re.compile(r"\w")
IDEOGRAPH = r"[\u3400-\u4dbf\u4e00-\u9fff]"  # Chinese is written without spaces: every character is a word
TOKEN = re.compile(rf"{IDEOGRAPH}[^\s\w—–…]*|(?:(?!{IDEOGRAPH})[^\s—–…])+[—–…]*|[—–…]+")
EDGES = re.compile(r"^[^\w'’]+|[^\w'’]+$")
YEAR = re.compile(r"1[1-9](?!00)\d\d")
REDUCED = frozenset({"ə", "ɐ", "ᵻ"})
GAP_COST, VOWEL_COST, OTHER_COST = 1.0, 0.7, 1.2


@dataclass(frozen=True)
class Unit:
    """A phone as it is written into the document.

    Attributes:
        symbol: IPA.
        stress: 0 none, 1 primary, 2 secondary.
        arpabet: the model's phones that stand for it, at least one.
    """

    symbol: str
    stress: int
    arpabet: tuple[str, ...]


Pronunciation = tuple[Unit, ...]


@dataclass(frozen=True)
class Entry:
    """A word as written, with its pronunciations, the likeliest first."""

    text: str
    pronunciations: tuple[Pronunciation, ...]


def words_of(text: str) -> list[str]:
    """The words of a text as written, each with its punctuation; what has no sound goes with the word before."""
    words: list[str] = []
    for token in TOKEN.findall(text):
        if SPOKEN.search(token):
            words.append(token)
        elif words:
            words[-1] += f" {token}"
    return words


def lexicon(text: str, language: str, own: Mapping[str, str]) -> list[Entry]:
    """The words of a text with their pronunciations: the editor's own, else the dictionary's and eSpeak NG's.

    Args:
        text: the transcript.
        language: BCP 47 tag; for English the CMU dictionary that comes with the model is read too.
        own: words with their pronunciation in IPA.

    Returns:
        One entry per word that has a sound.

    Raises:
        LanguageUnsupported: eSpeak NG has no voice for the language.
    """
    words = words_of(text)
    bare = [EDGES.sub("", word) for word in words]
    distinct = list(dict.fromkeys(bare))
    english = language.lower().split("-")[0] == "en"
    years = [year_read_in_pairs(word) for word in distinct] if english else [""] * len(distinct)
    spoken = dict(zip(distinct, pronounce(distinct, language), strict=True))
    paired = dict(zip(distinct, pronounce(years, language), strict=True))
    mine = {word.lower(): ipa for word, ipa in own.items()}
    entries = []
    for word, plain in zip(words, bare, strict=True):
        guessed = units_of(spoken[plain])
        if plain.lower() in mine:
            found = [units_of(split_ipa(mine[plain.lower()]))]
        else:
            listed = dictionary().get(plain.lower().replace("’", "'"), ()) if english else ()
            found = [guessed, units_of(paired[plain]), *(from_dictionary(phones, guessed) for phones in listed)]
        different = {tuple(phone for unit in said for phone in unit.arpabet): said for said in reversed(found) if said}
        entries.append(Entry(word, tuple(reversed(different.values()))))
    return [entry for entry in entries if entry.pronunciations]


def year_read_in_pairs(word: str) -> str:
    """``1455`` as ``14 55``: the way years are read in English, where eSpeak NG says thousands and hundreds."""
    return f"{word[:2]} {word[2:]}" if YEAR.fullmatch(word) else ""


@cache
def dictionary() -> dict[str, tuple[tuple[str, ...], ...]]:
    """The CMU pronouncing dictionary that comes with PocketSphinx: every pronunciation of every word."""
    from pocketsphinx import get_model_path

    found: dict[str, tuple[tuple[str, ...], ...]] = {}
    for line in Path(get_model_path("en-us/cmudict-en-us.dict")).read_text("utf-8").splitlines():
        word, *phones = line.split()
        name = word.partition("(")[0]
        found[name] = (*found.get(name, ()), tuple(phones))
    return found


def units_of(phones: Sequence[tuple[str, int]]) -> Pronunciation:
    """eSpeak NG's phones as units; what has no sound of its own (a glottal stop) is left out."""
    units = (Unit(symbol, stress, arpabet_of(symbol)) for symbol, stress in phones)
    return tuple(unit for unit in units if unit.arpabet)


def split_ipa(ipa: str) -> list[tuple[str, int]]:
    """IPA as an editor writes it, sound by sound, with stress marks in front of a vowel or a syllable."""
    phones: list[tuple[str, int]] = []
    stress = 0
    for sound in re.findall(r"[ˈˌ]|t[ʃɕs]|d[ʒʑz]|[^\W\d_ˈˌ][ːʰʲ\u0300-\u036f]*", ipa):
        if sound in "ˈˌ":
            stress = 1 if sound == "ˈ" else 2
            continue
        vowel = bool(set(arpabet_of(sound)) & VOWELS)
        phones.append((sound, stress if vowel else 0))
        stress = 0 if vowel else stress
    return phones


def from_dictionary(phones: Sequence[str], guessed: Pronunciation) -> Pronunciation:
    """A dictionary pronunciation in IPA, with stress and reduced vowels from eSpeak NG's where the two agree."""
    units = [Unit(IPA_OF[phone], 0, (phone,)) for phone in phones]
    flat = [(phone, unit) for unit in guessed for phone in unit.arpabet]
    for index, other in _matched(phones, [phone for phone, _ in flat]):
        unit = flat[other][1]
        if phones[index] not in VOWELS or not set(unit.arpabet) & VOWELS:
            continue
        symbol = unit.symbol if phones[index] == "AH" and unit.symbol in REDUCED else units[index].symbol
        if phones[index] == "ER" and unit.stress:
            symbol = "ɜː"
        units[index] = Unit(symbol, unit.stress, units[index].arpabet)
    return tuple(units)


def _matched(one: Sequence[str], other: Sequence[str]) -> list[tuple[int, int]]:
    """Which phones of two pronunciations stand for each other: the cheapest edit between them."""
    cost = [[0.0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for i in range(len(one) + 1):
        for j in range(len(other) + 1):
            if i and j:
                swap = cost[i - 1][j - 1] + _swap_cost(one[i - 1], other[j - 1])
                cost[i][j] = min(swap, cost[i - 1][j] + GAP_COST, cost[i][j - 1] + GAP_COST)
            else:
                cost[i][j] = GAP_COST * (i + j)
    pairs = []
    i, j = len(one), len(other)
    while i and j:
        if cost[i][j] == cost[i - 1][j - 1] + _swap_cost(one[i - 1], other[j - 1]):
            i, j = i - 1, j - 1
            pairs.append((i, j))
        elif cost[i][j] == cost[i - 1][j] + GAP_COST:
            i -= 1
        else:
            j -= 1
    return pairs[::-1]


def _swap_cost(one: str, other: str) -> float:
    if one == other:
        return 0.0
    return VOWEL_COST if one in VOWELS and other in VOWELS else OTHER_COST
