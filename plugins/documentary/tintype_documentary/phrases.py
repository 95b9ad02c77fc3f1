"""Where a text may be broken, and at what cost: the rules of subtitling, used for subtitles and cards alike.

The BBC's Subtitle Guidelines (version 1.2.4, 2024, sections "Break at natural points" and "Line length") and
Netflix's Timed Text Style Guide (General Requirements, "Line Treatment") agree: break after punctuation, before a
conjunction or a preposition; do not separate an article or adjective from its noun, a first from a last name, a verb
from its pronoun, auxiliary, negation or preposition.  The lists are English; other languages break at punctuation and
at even lengths.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

SENTENCE_END = re.compile(r"[.!?…。！？]+[\"'”’»)\]]*$")
CLAUSE_END = re.compile(r"[,;:—–，、；：]+[\"'”’»)\]]*$")
ABBREVIATION = re.compile(r"^(?:mr|mrs|ms|dr|st|prof|gen|col|capt|lt|sgt|rev|hon|jr|sr|vs|no|[a-z])\.$", re.IGNORECASE)

CONJUNCTIONS = frozenset(
    ["and", "but", "or", "nor", "because", "although", "though", "while", "when", "where", "if", "unless", "until",
     "since", "after", "before", "so", "yet", "than", "that", "which", "who", "whom", "whose", "as"]
)  # fmt: skip
PREPOSITIONS = frozenset(
    ["about", "above", "across", "against", "along", "among", "around", "at", "behind", "beneath", "beside",
     "between", "beyond", "by", "down", "during", "for", "from", "in", "inside", "into", "like", "near", "of", "off",
     "on", "onto", "out", "outside", "over", "past", "through", "to", "toward", "towards", "under", "up", "upon",
     "with", "within", "without"]
)  # fmt: skip
BINDS_FORWARD = frozenset(
    ["a", "an", "the", "this", "these", "those", "my", "your", "his", "her", "its", "our", "their", "no", "every",
     "some", "any", "each", "i", "you", "he", "she", "we", "they", "it", "i'm", "you're", "we're", "they're", "i've",
     "you've", "we've", "they've", "i'd", "i'll", "you'll", "we'll", "they'll", "he's", "she's", "it's", "that's",
     "am", "is", "are", "was", "were", "be", "been", "being", "have", "has", "had", "do", "does", "did", "will",
     "would", "shall", "should", "can", "could", "may", "might", "must", "not", "never", "don't", "doesn't", "didn't",
     "won't", "can't", "couldn't", "wouldn't", "isn't", "aren't", "wasn't", "weren't", "very", "more", "most", "mr.",
     "mrs.", "ms.", "dr.", "miss", "st."]
)  # fmt: skip

AFTER_SENTENCE, AFTER_CLAUSE, BEFORE_CONJUNCTION, BEFORE_PREPOSITION = 0.0, 1.0, 2.5, 3.5
ANYWHERE, AGAINST_THE_RULES = 6.0, 14.0
ANOTHER_LINE = 5.0


def tokens_of(text: str) -> list[str]:
    """The text's words with their punctuation; each sign of its own where a script has no spaces."""
    tokens: list[str] = []
    for word in text.split():
        if any(_is_wide(char) for char in word):
            for char in word:
                closes = unicodedata.category(char).startswith("P") and unicodedata.category(char) not in ("Ps", "Pi")
                if tokens and closes and _is_wide(tokens[-1][0]):
                    tokens[-1] += char
                else:
                    tokens.append(char)
        else:
            tokens.append(word)
    return tokens


def joined(tokens: Sequence[str]) -> str:
    """The tokens as text again: with spaces, except between signs of scripts that have none."""
    text = ""
    for token in tokens:
        gap = " " if text and not (_is_wide(text[-1]) and _is_wide(token[0])) else ""
        text += gap + token
    return text


def width_of(text: str) -> int:
    """Length in characters, wide signs counted twice, marks that combine not at all."""
    return sum(0 if unicodedata.combining(char) else 2 if _is_wide(char) else 1 for char in text)


def _is_wide(char: str) -> bool:
    return unicodedata.east_asian_width(char) in ("W", "F")


def ends_sentence(token: str) -> bool:
    return bool(SENTENCE_END.search(token)) and not ABBREVIATION.match(token)


def break_cost(before: str, after: str) -> float:
    """How bad a break between two words is: 0 at the end of a sentence, 14 between an article and its noun."""
    if ends_sentence(before):
        return AFTER_SENTENCE
    if CLAUSE_END.search(before):
        return AFTER_CLAUSE
    left, right = _plain(before), _plain(after)
    if left in BINDS_FORWARD or left in PREPOSITIONS or _is_name(before, after):
        return AGAINST_THE_RULES
    if right in CONJUNCTIONS:
        return BEFORE_CONJUNCTION
    if right in PREPOSITIONS:
        return BEFORE_PREPOSITION
    if left in CONJUNCTIONS:
        return AGAINST_THE_RULES
    return ANYWHERE


def _plain(token: str) -> str:
    word = token.casefold().replace("’", "'").strip("\"'“”‘’«»()[]")
    return word if word.endswith(".") and word in BINDS_FORWARD else word.rstrip(".,;:!?…")


def _is_name(before: str, after: str) -> bool:
    """Two words with capitals, as in a first and a last name, or a title and a name."""
    return before[:1].isupper() and after[:1].isupper() and before.casefold() not in ("i",)


def lines_of(text: str, line_chars: int, most: int | None = None) -> list[str] | None:
    """Break a text into few lines that fit, at its best places; another line is worth it if it saves a bad break.

    Args:
        line_chars: longest line, in characters.
        most: at most so many lines.

    Returns:
        ``None`` when it cannot be done: a word is longer than a line, or there are too many.
    """
    tokens = tokens_of(text)
    if not tokens:
        return []
    fewest = -(-width_of(joined(tokens)) // line_chars)
    if fewest == 1:
        return [joined(tokens)]
    best: tuple[float, list[str]] | None = None
    for count in range(fewest, min(most or len(tokens), len(tokens)) + 1):
        if best is not None and count > fewest + 1:
            break
        found = _broken(tokens, count, line_chars)
        if found is not None and (best is None or found[0] + ANOTHER_LINE < best[0]):
            best = found
    return best[1] if best else None


def _broken(tokens: Sequence[str], count: int, line_chars: int) -> tuple[float, list[str]] | None:
    """The cheapest way to set the tokens in exactly ``count`` lines, and its cost."""
    begins, ends = _extents(tokens)
    ideal = ends[-1] / count
    best: list[dict[int, tuple[float, int]]] = [{0: (0.0, 0)}]
    for line in range(1, count + 1):
        reached: dict[int, tuple[float, int]] = {}
        for start, (cost_before, _) in best[-1].items():
            for end in range(start + 1, len(tokens) + 1):
                width = ends[end - 1] - begins[start]
                if width > line_chars:
                    break
                cost = cost_before + 8 * ((width - ideal) / ideal) ** 2
                if line < count and width > ideal:  # a long line over a short one hides more of the picture
                    cost += 0.5 * (width - ideal) / ideal
                if end < len(tokens):
                    cost += break_cost(tokens[end - 1], tokens[end])
                if end not in reached or cost < reached[end][0]:
                    reached[end] = (cost, start)
        best.append(reached)
    if len(tokens) not in best[count]:
        return None
    lines: list[str] = []
    end = len(tokens)
    for line in range(count, 0, -1):
        start = best[line][end][1]
        lines.insert(0, joined(tokens[start:end]))
        end = start
    return best[count][len(tokens)][0], lines


def _extents(tokens: Sequence[str]) -> tuple[list[int], list[int]]:
    """Where each token begins and ends when all stand in one line, in characters."""
    begins, ends = [], []
    for index, token in enumerate(tokens):
        is_apart = index > 0 and not (_is_wide(tokens[index - 1][-1]) and _is_wide(token[0]))
        begins.append((ends[-1] if ends else 0) + is_apart)
        ends.append(begins[-1] + width_of(token))
    return begins, ends
