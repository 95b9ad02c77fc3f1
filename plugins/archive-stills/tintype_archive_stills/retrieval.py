"""Finds the archive's picture for a line.

Captions, tags and names are ranked by BM25 (Robertson and Zaragoza 2009, "The probabilistic relevance framework",
section 3.4.1: k1 and b as there) over stems; what a line and a caption share only as a concept (sea and ship) counts
for less.  Years, decades and the number of people in sight then move the ranking, and quality decides between equals.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tintype import Asset

from tintype_archive_stills.captions import Caption, caption_of
from tintype_archive_stills.words import concepts, decades, stems, years

K1, B = 1.2, 0.75
KEYWORD_WEIGHT = 0.7  # of a word in tags, folders or the file name, against one in the caption
CONCEPT_WEIGHT = 0.55  # of a shared concept, against a shared word
YEAR_POINTS, DECADE_POINTS = 2.0, 1.0
PEOPLE_POINTS = 0.8
ALONE = re.compile(r"\b(alone|by myself|by herself|by himself|on my own|lonely)\b", re.IGNORECASE)
TOGETHER = re.compile(r"\b(all of us|family|together|everyone|everybody|crowd|the whole|reunion|team)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Found:
    """A picture and how well it fits; 0 when nothing in the line speaks for it."""

    asset: Asset
    caption: Caption
    score: float


@dataclass(frozen=True)
class _Written:
    terms: Counter[str]
    concepts: frozenset[int]
    years: frozenset[int]
    decades: frozenset[int]
    length: float


def rank(text: str, photos: Sequence[Asset]) -> list[Found]:
    """The photos, those that fit the line best first; always in the same order for the same archive."""
    captions = [caption_of(photo) for photo in photos]
    written = [_written(caption) for caption in captions]
    scores = _scores(text, written)
    found = [
        Found(photo, caption, score + (_people_points(text, photo) if score else 0.0))
        for photo, caption, score in zip(photos, captions, scores, strict=True)
    ]
    return sorted(found, key=lambda one: (-round(one.score, 6), -one.asset.item.quality, one.asset.item.path))


def faces_of(photo: Asset) -> list[tuple[float, float, float, float]]:
    """Boxes of the faces as x, y, width and height in fractions of the photo, as its features have them."""
    facts = photo.features.facts if photo.features else {}
    return [tuple(face["box"]) for face in facts.get("faces") or () if len(face.get("box") or ()) == 4]


def _written(caption: Caption) -> _Written:
    terms: Counter[str] = Counter()
    caption_stems, keyword_stems = stems(caption.text), stems(caption.keywords)
    for word in caption_stems:
        terms[word] += 1.0
    for word in keyword_stems:
        terms[word] += KEYWORD_WEIGHT
    everything = f"{caption.text} {caption.keywords}"
    return _Written(
        terms,
        concepts(caption_stems + keyword_stems),
        years(everything),
        decades(everything),
        len(caption_stems) + KEYWORD_WEIGHT * len(keyword_stems),
    )


def _scores(text: str, written: Sequence[_Written]) -> list[float]:
    wanted = list(dict.fromkeys(stems(text)))
    wanted_concepts = concepts(wanted)
    count = len(written)
    average = sum(doc.length for doc in written) / max(count, 1) or 1.0
    word_rarity = {word: _rarity(sum(word in doc.terms for doc in written), count) for word in wanted}
    concept_rarity = {
        number: _rarity(sum(number in doc.concepts for doc in written), count) for number in wanted_concepts
    }
    scores = []
    for doc in written:
        score = 0.0
        for word in wanted:
            frequency = doc.terms.get(word, 0.0)
            if frequency:
                saturation = frequency + K1 * (1 - B + B * doc.length / average)
                score += word_rarity[word] * frequency * (K1 + 1) / saturation
        score += CONCEPT_WEIGHT * sum(concept_rarity[number] for number in wanted_concepts & doc.concepts)
        if years(text) & doc.years:
            score += YEAR_POINTS
        elif decades(text) & doc.decades:
            score += DECADE_POINTS
        scores.append(score)
    return scores


def _rarity(having: int, count: int) -> float:
    """Inverse document frequency, never negative."""
    return math.log(1 + (count - having + 0.5) / (having + 0.5))


def _people_points(text: str, photo: Asset) -> float:
    people = len(faces_of(photo))
    if ALONE.search(text):
        return PEOPLE_POINTS if people == 1 else -PEOPLE_POINTS if people > 2 else 0.0
    if TOGETHER.search(text):
        return PEOPLE_POINTS if people >= 3 else 0.0
    return 0.0
