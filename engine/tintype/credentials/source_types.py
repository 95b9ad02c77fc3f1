"""IPTC digital source types: how a medium came to be, in the words that news agencies share.

Source: IPTC NewsCodes, Digital Source Type, http://cv.iptc.org/newscodes/digitalsourcetype/
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

VOCABULARY = "http://cv.iptc.org/newscodes/digitalsourcetype/"

ALGORITHMIC = "algorithmicMedia"
TRAINED = "trainedAlgorithmicMedia"
COMPOSITE = "composite"
COMPOSITE_SYNTHETIC = "compositeSynthetic"
COMPOSITE_TRAINED = "compositeWithTrainedAlgorithmicMedia"
ENHANCED = "algorithmicallyEnhanced"

IN_WORDS: Mapping[str, str] = {
    ALGORITHMIC: "made by an algorithm that was not trained on anybody's recordings or pictures",
    TRAINED: "made by a trained model (generative AI)",
    COMPOSITE: "put together from several elements, none of them synthetic",
    COMPOSITE_SYNTHETIC: "put together from several elements, at least one of them synthetic",
    COMPOSITE_TRAINED: "put together from several elements, at least one of them made with a trained model (AI)",
    ENHANCED: "a real recording or picture, cleaned by an algorithm",
    "digitalCapture": "captured by a digital camera or recorder",
    "negativeFilm": "digitised from a film negative",
    "positiveFilm": "digitised from a slide or film positive",
    "print": "digitised from a print",
    "humanEdits": "edited by people",
}


def uri(source_type: str) -> str:
    return VOCABULARY + source_type


def in_words(source_type: str) -> str:
    """A source type (its URI or last part) as a phrase; the type itself where we have none."""
    name = source_type.rsplit("/", 1)[-1]
    return IN_WORDS.get(name, name)


def generated(*, trained: bool) -> str:
    """Something that a machine made of nothing: a voice, a picture."""
    return TRAINED if trained else ALGORITHMIC


def animated(*, trained: bool) -> str:
    """A photograph that a machine moves."""
    return COMPOSITE_TRAINED if trained else COMPOSITE_SYNTHETIC


def composed_of(parts: Iterable[str | None]) -> str:
    """A film of parts with these types (None: from the archive, as found)."""
    types = set(parts)
    if types & {TRAINED, COMPOSITE_TRAINED}:
        return COMPOSITE_TRAINED
    if types & {ALGORITHMIC, COMPOSITE_SYNTHETIC}:
        return COMPOSITE_SYNTHETIC
    return COMPOSITE
