"""Between the IPA that eSpeak NG writes and ARPABET, the English phones that the acoustic model knows.

Sounds that English does not have are given the nearest one that it has, by place and manner of articulation, and for
vowels by height, backness and rounding (after the IPA chart, International Phonetic Association 2020).
"""

from __future__ import annotations

import unicodedata
from functools import cache

IPA_OF = {
    "AA": "ɑː", "AE": "æ", "AH": "ʌ", "AO": "ɔː", "AW": "aʊ", "AY": "aɪ", "B": "b", "CH": "tʃ", "D": "d", "DH": "ð",
    "EH": "ɛ", "ER": "ɚ", "EY": "eɪ", "F": "f", "G": "ɡ", "HH": "h", "IH": "ɪ", "IY": "iː", "JH": "dʒ", "K": "k",
    "L": "l", "M": "m", "N": "n", "NG": "ŋ", "OW": "oʊ", "OY": "ɔɪ", "P": "p", "R": "ɹ", "S": "s", "SH": "ʃ", "T": "t",
    "TH": "θ", "UH": "ʊ", "UW": "uː", "V": "v", "W": "w", "Y": "j", "Z": "z", "ZH": "ʒ",
}  # fmt: skip
"""ARPABET to IPA, as the espeak plugin writes en-us."""

VOWELS = frozenset({"AA", "AE", "AH", "AO", "AW", "AY", "EH", "ER", "EY", "IH", "IY", "OW", "OY", "UH", "UW"})

NEAREST = {
    # diphthongs and affricates, longest first when they are read
    "aɪ": "AY", "aʊ": "AW", "eɪ": "EY", "oʊ": "OW", "əʊ": "OW", "ɔɪ": "OY", "ɔø": "OY", "ɔʏ": "OY", "ɛɪ": "EY",
    "ʌʊ": "AW", "œy": "AY", "ɑu": "AW", "au": "AW", "ei": "EY", "ou": "OW", "ai": "AY", "oi": "OY", "tʃ": "CH",
    "dʒ": "JH", "tɕ": "CH", "dʑ": "JH", "ʈʂ": "CH", "ɖʐ": "JH", "ts": "T S", "dz": "D Z", "pf": "P F", "sx": "SH",
    "əl": "AH L", "ju": "Y UW",
    # vowels
    "i": "IY", "y": "IY", "ɨ": "IH", "ʉ": "UW", "ɯ": "UW", "u": "UW", "ɪ": "IH", "ʏ": "IH", "ʊ": "UH", "ᵻ": "IH",
    "e": "EY", "ø": "ER", "ɘ": "AH", "ɵ": "UH", "ɤ": "UH", "o": "OW", "ə": "AH", "ɛ": "EH", "œ": "ER", "ɜ": "ER",
    "ɞ": "ER", "ʌ": "AH", "ɔ": "AO", "æ": "AE", "ɐ": "AH", "a": "AA", "ɶ": "AA", "ä": "AA", "ɑ": "AA", "ɒ": "AA",
    "ɚ": "ER", "ɝ": "ER",
    # consonants
    "p": "P", "b": "B", "t": "T", "d": "D", "ʈ": "T", "ɖ": "D", "c": "K", "ɟ": "G", "k": "K", "ɡ": "G", "g": "G",
    "q": "K", "ɢ": "G", "ʔ": "", "m": "M", "ɱ": "M", "n": "N", "ɳ": "N", "ɲ": "N Y", "ŋ": "NG", "ɴ": "NG", "ʙ": "B",
    "r": "R", "ʀ": "R", "ɾ": "D", "ɽ": "R", "ɸ": "F", "β": "V", "f": "F", "v": "V", "θ": "TH", "ð": "DH", "s": "S",
    "z": "Z", "ʃ": "SH", "ʒ": "ZH", "ʂ": "SH", "ʐ": "ZH", "ɕ": "SH", "ʑ": "ZH", "ç": "HH", "ʝ": "Y", "x": "HH",
    "ɣ": "G", "χ": "HH", "ʁ": "R", "ħ": "HH", "ʕ": "HH", "h": "HH", "ɦ": "HH", "ɬ": "L", "ɮ": "L", "ʋ": "V",
    "ɹ": "R", "ɻ": "R", "j": "Y", "ɰ": "W", "w": "W", "ʍ": "W", "l": "L", "ɫ": "L", "ɭ": "L", "ʎ": "L Y", "ʟ": "L",
    "ɥ": "Y",
}  # fmt: skip
LONGEST = max(map(len, NEAREST))
NASAL = "\u0303"


@cache
def arpabet_of(symbol: str) -> tuple[str, ...]:
    """The English phones nearest to one of eSpeak NG's, in order; empty for what has no sound of its own.

    >>> arpabet_of("aɪɚ"), arpabet_of("ɔ̃"), arpabet_of("ɾ")
    (('AY', 'ER'), ('AO', 'N'), ('D',))
    """
    plain = unicodedata.normalize("NFD", symbol)
    nasal = NASAL in plain and plain.replace(NASAL, "")[:1] in "aeiouɐɑɔɛœʊə"
    plain = unicodedata.normalize("NFC", plain.replace(NASAL, "" if nasal else NASAL))
    plain = "".join(char for char in plain if char.isalpha() and unicodedata.category(char) != "Lm")
    phones: list[str] = []
    at = 0
    while at < len(plain):
        length = next((size for size in range(LONGEST, 0, -1) if plain[at : at + size] in NEAREST), 0)
        phones += NEAREST[plain[at : at + length]].split() if length else []
        at += length or 1
    return (*phones, "N") if nasal else tuple(phones)
