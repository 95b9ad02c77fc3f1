"""From IPA symbols, as synthesisers and aligners write them, to visemes.

One symbol may hold several sounds in turn (the diphthong ``aɪ``, the affricate ``pf``, eSpeak NG's ``ɑːɹ``); length
marks, tones, ties and most diacritics do not move the mouth and are read over.
"""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from tintype_visemes.visemes import VISEMES

log = logging.getLogger(__name__)

PHONES: Mapping[str, str] = {
    "close_spread": "i",
    "close_central": "ɨ ɯ ᵻ",
    "close_front_rounded": "y",
    "close_rounded": "u ʉ ᵿ",
    "near_close_spread": "ɪ ɩ",
    "near_close_rounded": "ʊ ʏ ɷ",
    "mid_spread": "e",
    "mid_front_rounded": "ø ɵ",
    "mid_rounded": "o",
    "mid_unrounded": "ɤ ɘ",
    "schwa": "ə",
    "rhotic_schwa": "ɚ",
    "open_mid_central": "ɜ ɝ",
    "open_mid_spread": "ɛ",
    "open_mid_front_rounded": "œ ɶ ɞ",
    "open_mid_rounded": "ɔ",
    "open_mid_back": "ʌ",
    "near_open_central": "ɐ",
    "near_open": "æ",
    "open_central": "a",
    "open_back": "ɑ",
    "open_rounded": "ɒ",
    "bilabial_plosive": "p b ɓ ʙ ʘ",
    "bilabial_nasal": "m",
    "bilabial_fricative": "ɸ β",
    "labiodental": "f v ɱ ⱱ",
    "labiodental_approximant": "ʋ",
    "dental": "θ ð",
    "alveolar": "t d n ʈ ɖ ɳ ɾ ɽ ɗ ᶑ ǀ ǃ",
    "lateral": "l ɫ ɭ ɬ ɮ ɺ ʟ ǁ",
    "trill": "r",
    "sibilant": "s z",
    "rounded_sibilant": "ʃ ʒ ʂ ʐ",
    "palatal_sibilant": "ɕ ʑ",
    "rhotic": "ɹ ɻ",
    "palatal": "j ç ʝ ʎ ɲ c ɟ ǂ",
    "labial_glide": "w ʍ ɥ",
    "velar": "k g ɡ ŋ x ɣ ɰ ɠ",
    "uvular": "q ɢ χ ʁ ʀ ɴ ħ ʕ ʜ ʢ ʛ ɧ",
    "glottal": "h ɦ ʔ ʡ",
}
"""Symbols of the International Phonetic Alphabet (revised to 2020) by viseme, with a few that eSpeak NG adds."""

VISEME_OF: Mapping[str, str] = {symbol: viseme for viseme, symbols in PHONES.items() for symbol in symbols.split()}

FIRST_VOWEL, LATER_VOWEL, CONSONANT, LENGTH_MARK, SECONDARY = 1.6, 1.0, 1.0, 0.8, 0.4
"""Relative durations inside one symbol: the nucleus of a diphthong takes about three fifths of it."""

SECONDARY_MARKS = {"ʷ": "labial_glide", "ʲ": "palatal"}
LENGTH_MARKS = "ːˑ"


@lru_cache(maxsize=4096)
def sounds_of(symbol: str) -> tuple[tuple[str, float], ...]:
    """The visemes of a symbol in order, each with its share of the symbol's duration; shares sum to 1.

    An empty symbol is silence; one that holds no known sound counts as a schwa, which its neighbours decide.
    """
    if not symbol.strip():
        return (("silence", 1.0),)
    names: list[str] = []
    weights: list[float] = []
    for char in _letters(symbol):
        if char in LENGTH_MARKS and weights:
            weights[-1] += LENGTH_MARK
        elif char in SECONDARY_MARKS:
            names.append(SECONDARY_MARKS[char])
            weights.append(SECONDARY)
        elif char in VISEME_OF:
            name = VISEME_OF[char]
            later = any(VISEMES[before].vowel for before in names)
            names.append(name)
            weights.append((LATER_VOWEL if later else FIRST_VOWEL) if VISEMES[name].vowel else CONSONANT)
    if not names:
        log.debug("The phone %r has no viseme; its neighbours decide the mouth.", symbol)
        return (("schwa", 1.0),)
    total = sum(weights)
    return tuple((name, weight / total) for name, weight in zip(names, weights, strict=True))


def _letters(symbol: str) -> str:
    """The symbol without combining marks; letters that are IPA symbols with their mark (ç) keep it."""
    composed = unicodedata.normalize("NFC", symbol)
    return "".join(
        char if char in VISEME_OF or char in SECONDARY_MARKS else unicodedata.normalize("NFD", char)[0]
        for char in composed
    )
