"""A spoken line as subtitles: broken at phrases, timed to the voice, readable.

Rules, and where they come from:

- at most two lines of 42 characters, 5/6 to 7 seconds each, two frames between two of them, gaps of less than half a
  second closed, out-times up to 12 frames after the voice where reading needs it: Netflix, Timed Text Style Guide,
  General Requirements (2024) and Subtitle Timing Guidelines;
- a single sentence rather than parts of two, broken at natural points, 160 to 180 words per minute, in with the first
  word and out with the last: BBC Subtitle Guidelines (2024), "Subtitles should contain single sentences", "Target
  minimum timing", "Match subtitles to speech";
- every word that is said, in its order: a quotation is not shortened.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from tintype.documents import Speech

from tintype_documentary.clock import Clock
from tintype_documentary.phrases import (
    BEFORE_CONJUNCTION,
    break_cost,
    ends_sentence,
    joined,
    lines_of,
    tokens_of,
    width_of,
)

MOST_LINES = 2
LEAST_S, MOST_S = 5 / 6, 7.0
GAP_FRAMES = 2
CLOSED_GAP_S = 0.5
LINGER_S = 0.5
PAUSE_S = 0.25  # a silence that long is a place to break, whatever the words say

COMFORTABLE_S = 1.2
# What makes a subtitle worse, in the units of break_cost: each, a sentence that ends inside it, every second under a
# comfortable length, every character a second too fast, and a share of what its own line break costs.
EACH, SENTENCE_INSIDE, SHORT, FAST, INNER_BREAK = 3.0, 4.0, 12.0, 1.5, 0.15


@dataclass(frozen=True)
class Timed:
    """A word with its time in the speech, in seconds."""

    text: str
    start_s: float
    end_s: float


@dataclass(frozen=True)
class Subtitle:
    """A subtitle in frames from the start of the speech.

    Attributes:
        text: one or two lines.
        start: first frame.
        end: frame after the last.
    """

    text: str
    start: int
    end: int


def subtitles_of(speech: Speech, clock: Clock, line_chars: int, reading_cps: float, room: int) -> list[Subtitle]:
    """The subtitles of a speech.

    Args:
        line_chars: longest line, in characters.
        reading_cps: reading speed to aim at, in characters per second; a faster voice is not cut short.
        room: frames after the end of the speech that the last subtitle may still stand.
    """
    words = timed_words(speech)
    if not words:
        return []
    groups = _groups(words, line_chars, reading_cps)
    last = clock.frames(speech.duration_s) + room
    return _timed(groups, clock, line_chars, reading_cps, last)


def phrase_starts(speech: Speech) -> list[tuple[float, float]]:
    """Where a new phrase begins, the beginning left out: places for a cut, and how bad each is (0 for a sentence)."""
    starts = []
    for before, after in pairwise(timed_words(speech)):
        cost = break_cost(before.text, after.text)
        if cost <= BEFORE_CONJUNCTION or after.start_s - before.end_s >= PAUSE_S:
            starts.append((after.start_s, min(cost, BEFORE_CONJUNCTION)))
    return starts


def timed_words(speech: Speech) -> list[Timed]:
    """The words as written, each with a time: the synthesiser's where it says one, else shared out by length."""
    tokens = tokens_of(speech.text)
    if not tokens:
        return []
    spoken = [phone for phone in speech.phones if phone.symbol]
    first_s = spoken[0].start_s if spoken else 0.0
    last_s = spoken[-1].end_s if spoken else speech.duration_s
    if last_s <= first_s:
        first_s, last_s = 0.0, speech.duration_s
    known = _matched(tokens, speech)
    timed: list[Timed] = []
    index = 0
    at_s = first_s
    while index < len(tokens):
        if index in known:
            start_s, end_s = known[index]
            timed.append(Timed(tokens[index], max(start_s, at_s), max(end_s, start_s, at_s)))
            index, at_s = index + 1, timed[-1].end_s
            continue
        stop = next((later for later in range(index, len(tokens)) if later in known), len(tokens))
        until_s = known[stop][0] if stop in known else last_s
        timed += _shared_out(tokens[index:stop], at_s, max(until_s, at_s))
        index, at_s = stop, max(until_s, at_s)
    return timed


def _matched(tokens: Sequence[str], speech: Speech) -> dict[int, tuple[float, float]]:
    """Times by token, for those that the speech's words can be recognised in."""
    known = {}
    at = 0
    for index, token in enumerate(tokens):
        for ahead in range(at, min(at + 6, len(speech.words))):
            if _letters(speech.words[ahead].text) == _letters(token) != "":
                known[index] = (speech.words[ahead].start_s, speech.words[ahead].end_s)
                at = ahead + 1
                break
    return known


def _letters(word: str) -> str:
    return "".join(char for char in word.casefold() if char.isalnum())


def _shared_out(tokens: Sequence[str], start_s: float, end_s: float) -> list[Timed]:
    total = sum(width_of(token) + 1 for token in tokens)
    timed, passed = [], 0
    for token in tokens:
        begin = start_s + (end_s - start_s) * passed / total
        passed += width_of(token) + 1
        timed.append(Timed(token, begin, start_s + (end_s - start_s) * passed / total))
    return timed


def _groups(words: Sequence[Timed], line_chars: int, reading_cps: float) -> list[list[Timed]]:
    """The words of each subtitle, by the cheapest way to cut the whole line."""
    best: list[tuple[float, int]] = [(0.0, 0)] + [(float("inf"), 0)] * len(words)
    for end in range(1, len(words) + 1):
        for start in range(end - 1, -1, -1):
            group = words[start:end]
            cost_of_group = _group_cost(group, line_chars, reading_cps)
            if cost_of_group is None:
                if start < end - 1:
                    break
                cost_of_group = 0.0  # a single word longer than a line has to stand somewhere
            cost = best[start][0] + cost_of_group
            if end < len(words):
                pause_s = words[end].start_s - group[-1].end_s
                cost += break_cost(group[-1].text, words[end].text) * (0.4 if pause_s >= PAUSE_S else 1.0)
            if cost < best[end][0]:
                best[end] = (cost, start)
    groups: list[list[Timed]] = []
    end = len(words)
    while end:
        start = best[end][1]
        groups.insert(0, list(words[start:end]))
        end = start
    return groups


def _group_cost(group: Sequence[Timed], line_chars: int, reading_cps: float) -> float | None:
    """How bad these words are as one subtitle; ``None`` when they do not fit into one."""
    text = joined([word.text for word in group])
    duration_s = max(group[-1].end_s - group[0].start_s, 0.05)
    width = width_of(text)
    if width > line_chars * MOST_LINES or duration_s > MOST_S - LINGER_S:
        return None
    lines = lines_of(text, line_chars, MOST_LINES)
    if lines is None:
        return None
    cost = EACH
    cost += SENTENCE_INSIDE * sum(ends_sentence(word.text) for word in group[:-1])
    cost += SHORT * max(COMFORTABLE_S - duration_s, 0.0)
    cost += FAST * max(width / (duration_s + LINGER_S) - reading_cps, 0.0)
    if len(lines) == MOST_LINES:
        cost += INNER_BREAK * _inner_break_cost(lines)
    return cost


def _inner_break_cost(lines: Sequence[str]) -> float:
    return break_cost(tokens_of(lines[0])[-1], tokens_of(lines[1])[0])


def _timed(
    groups: Sequence[Sequence[Timed]], clock: Clock, line_chars: int, reading_cps: float, last: int
) -> list[Subtitle]:
    starts = [clock.frames(group[0].start_s) for group in groups]
    for index in range(1, len(starts)):
        starts[index] = max(starts[index], starts[index - 1] + 1 + GAP_FRAMES)
    subtitles = []
    for index, group in enumerate(groups):
        text = joined([word.text for word in group])
        spoken_until = clock.frames_over(group[-1].end_s)
        limit = starts[index + 1] - GAP_FRAMES if index + 1 < len(groups) else max(last, spoken_until)
        wanted = starts[index] + max(clock.frames_over(LEAST_S), clock.frames_over(width_of(text) / reading_cps))
        end = max(spoken_until, min(wanted, spoken_until + clock.frames(LINGER_S)))
        if index + 1 < len(groups) and limit - end < clock.frames(CLOSED_GAP_S):
            end = limit
        end = max(min(end, limit, starts[index] + clock.frames(MOST_S)), starts[index] + 1)
        lines = lines_of(text, line_chars, MOST_LINES) or [text]
        subtitles.append(Subtitle("\n".join(lines), starts[index], end))
    return subtitles
