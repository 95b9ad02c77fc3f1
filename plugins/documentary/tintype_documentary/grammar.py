"""The grammar: which shot follows which, how long it stands, where the voice lies under it.

The rules, each a function or a constant here:

1. The film opens with a title and closes with its sources.
2. A line has breathing room: the face is seen before it speaks and after it has spoken.
3. Shots are joined by cross-fades, except portrait to portrait, which is a straight cut to another framing.
4. No jump cut: two portrait shots in a row never have the same framing with a cut between them.
5. The framing alternates from one portrait to the next, whatever lies between.
6. L cut: a silent picture after a portrait comes in at the beginning of the line's last phrases, while it is heard.
7. J cut: after a silent picture, the next voice begins while it is still seen.
8. Voices never overlap, and a breath lies between two of them.
9. A card stands as long as it takes to read; a picture as long as film.toml says, and never too short to be seen.

Everything is in whole frames.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from tintype import Take

from tintype_documentary.clock import Clock
from tintype_documentary.phrases import width_of
from tintype_documentary.subtitles import phrase_starts

if TYPE_CHECKING:
    from tintype_documentary.settings import DocumentarySettings

Kind = Literal["title", "portrait", "picture", "card", "sources"]

PICTURE_S = 4.0
LEAST_PICTURE_S = 2.0
LEAST_CARD_S = 3.0
FIND_THE_PAGE_S = 1.0  # before a viewer reads, they look where the words are
RECOGNISE_SOURCE_S = 1.0
SOURCE_LINE_S = 0.5  # closing cards are looked through, not read
VOICE_GAP_S = 0.6
LEAST_FACE_S = 2.2  # of a face before an L cut takes it away
LEAST_UNDER_PICTURE_S, MOST_UNDER_PICTURE = 0.8, 0.5  # of a voice under the picture of an L cut; a share of the line
LEAD_OF_VOICE_S = 0.6  # of a J cut
PICTURE_AFTER_VOICE_S = 1.0
CHARS_PER_WORD = 6


@dataclass(frozen=True)
class Beat:
    """One thing to be shown.

    Attributes:
        id: names its clips: the line's id, ``title``, ``sources-1``.
        take: what has been made for the line; ``None`` for the title and the sources.
        silent_s: how long it shows when nothing is said.
    """

    id: str
    kind: Kind
    take: Take | None = None
    silent_s: float = 0.0

    @property
    def voice_s(self) -> float:
        return self.take.speech.duration_s if self.take and self.take.speech else 0.0

    @property
    def is_silent_picture(self) -> bool:
        return self.kind == "picture" and not self.voice_s


@dataclass(frozen=True)
class Shot:
    """A beat with its place in the film, in frames.

    Attributes:
        start, end: of what is seen, with the fades that it shares with its neighbours.
        shared: frames of the cross-fade with the shot before; 0 for a cut.
        voice: frame at which its voice starts.
        framing: of a portrait.
        cut: how it is joined to its voice: ``L``, ``J``, ``LJ`` or empty.
    """

    beat: Beat
    start: int
    end: int
    shared: int = 0
    voice: int | None = None
    framing: str = ""
    cut: str = ""


def beats_of(takes: Sequence[Take], settings: DocumentarySettings, source_lines: Sequence[float]) -> list[Beat]:
    """Title, lines in order, sources.

    Args:
        source_lines: number of lines on each closing card.
    """
    beats = [Beat("title", "title", silent_s=settings.title_s)]
    for take in takes:
        line = take.line
        if line.show == "card":
            silent_s = line.duration_s or reading_s(line.text, line.source, settings.reading_wpm)
        else:
            silent_s = line.duration_s or PICTURE_S
        beats.append(Beat(line.id, line.show, take, silent_s))
    for number, lines in enumerate(source_lines, start=1):
        silent_s = max(settings.sources_s, FIND_THE_PAGE_S + lines * SOURCE_LINE_S)
        beats.append(Beat(f"sources-{number}", "sources", silent_s=silent_s))
    return beats


def reading_s(text: str, source: str, reading_wpm: float) -> float:
    """How long a card has to stand to be read, in seconds; its source is recognised rather than read."""
    words_s = width_of(text) * 60 / (reading_wpm * CHARS_PER_WORD)
    return max(FIND_THE_PAGE_S + words_s + (RECOGNISE_SOURCE_S if source else 0.0), LEAST_CARD_S)


def framings_in_turn(beats: Sequence[Beat], choice: str) -> list[str]:
    """The framing of every beat: alternating from one portrait to the next, beginning wide; empty for the others."""
    names, number = [], 0
    for beat in beats:
        if beat.kind != "portrait":
            names.append("")
            continue
        names.append(("wide", "close")[number % 2] if choice == "alternate" else choice)
        number += 1
    return names


def shared_frames(before: Beat | None, after: Beat | None, framings: tuple[str, str], fade: int) -> int:
    """Length of the cross-fade between two beats; 0 for a straight cut, which only portraits in two framings get."""
    if before is None or after is None:
        return 0
    if before.kind == after.kind == "portrait" and framings[0] != framings[1]:
        return 0
    return fade


def plan(beats: Sequence[Beat], clock: Clock, settings: DocumentarySettings) -> list[Shot]:
    """Lay the beats out in time."""
    fade = clock.frames(settings.cross_fade_s)
    framings = framings_in_turn(beats, settings.framing)
    shots: list[Shot] = []
    at, voice_until = 0, -clock.frames(10)
    for index, beat in enumerate(beats):
        before = beats[index - 1] if index else None
        after = beats[index + 1] if index + 1 < len(beats) else None
        shared = _shared(beats, framings, index, fade) if before else 0
        shared_out = _shared(beats, framings, index + 1, fade) if after else 0
        seen = at + shared
        if beat.voice_s:
            voice, cut = _voice_start(beat, before, at, seen, voice_until, clock, settings)
            voice_until = voice + clock.frames_over(beat.voice_s)
            hold_until = max(voice_until + clock.frames(settings.breath_after_s), seen + clock.frames(LEAST_PICTURE_S))
            early = _early_end(beat, after, seen, voice, shared_out, clock, settings)
            if early is not None:
                hold_until, cut = early, "L" + cut
            elif beat.kind == "picture" and beat.take and beat.take.line.duration_s:
                hold_until = max(hold_until, at + clock.frames(beat.silent_s) - shared_out)
        else:
            voice, cut = None, ""
            hold_until = _silent_end(beat, at, seen, shared_out, voice_until, clock, settings)
        shots.append(Shot(beat, at, hold_until + shared_out, shared, voice, framings[index], cut))
        at = hold_until
    return shots


def _shared(beats: Sequence[Beat], framings: Sequence[str], index: int, fade: int) -> int:
    return shared_frames(beats[index - 1], beats[index], (framings[index - 1], framings[index]), fade)


def _voice_start(
    beat: Beat, before: Beat | None, at: int, seen: int, voice_until: int, clock: Clock, settings: DocumentarySettings
) -> tuple[int, str]:
    """When the voice starts, and ``J`` when that is before its face is seen."""
    earliest = voice_until + clock.frames(VOICE_GAP_S)
    if settings.split_cuts and beat.kind == "portrait" and before is not None and before.is_silent_picture:
        lead = max(at - clock.frames(LEAD_OF_VOICE_S), earliest)
        if lead < at:
            return lead, "J"
    return max(seen + clock.frames(settings.breath_before_s), earliest), ""


def _early_end(
    beat: Beat, after: Beat | None, seen: int, voice: int, shared_out: int, clock: Clock, settings: DocumentarySettings
) -> int | None:
    """Where an L cut to the next picture begins: with the last sentence, else the last phrase, that allows it."""
    if not (settings.split_cuts and beat.kind == "portrait" and after is not None and after.is_silent_picture):
        return None
    assert beat.take is not None
    assert beat.take.speech is not None
    most_s = min(beat.voice_s * MOST_UNDER_PICTURE, after.silent_s - PICTURE_AFTER_VOICE_S)
    places = []
    for start_s, cost in phrase_starts(beat.take.speech):
        end = voice + clock.frames(start_s) - shared_out // 2
        is_seen = end - seen >= clock.frames(LEAST_FACE_S)
        if is_seen and LEAST_UNDER_PICTURE_S <= beat.voice_s - start_s <= most_s:
            places.append((cost, -end))
    return -min(places)[1] if places else None


def _silent_end(
    beat: Beat, at: int, seen: int, shared_out: int, voice_until: int, clock: Clock, settings: DocumentarySettings
) -> int:
    least = LEAST_PICTURE_S if beat.kind == "picture" else LEAST_CARD_S if beat.kind == "card" else 1.0
    least = min(least, beat.silent_s)
    hold_until = max(at + clock.frames(beat.silent_s) - shared_out, seen + clock.frames(least))
    if voice_until > at:  # the end of an L cut: the picture stays a little after the voice
        hold_until = max(hold_until, voice_until + clock.frames(max(settings.breath_after_s, PICTURE_AFTER_VOICE_S)))
    return hold_until
