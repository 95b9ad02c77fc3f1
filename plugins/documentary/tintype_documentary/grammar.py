"""The grammar: which shot follows which, how long it stands, where the voice lies under it.

The rules, each a function or a constant here:

1. The film opens with a title and closes with its sources.
2. A line has breathing room: the face is seen before it speaks and after it has spoken.
3. Shots are joined by cross-fades, except where a face would show through something: portrait to portrait is a straight
   cut to another framing, portrait to picture and back are straight cuts that the voice bridges, and title to portrait
   goes through black.
4. No jump cut: two portrait shots in a row never have the same framing with a cut between them.
5. The framing alternates from one portrait to the next, whatever lies between.
6. L cut: a silent picture after a portrait comes in at the beginning of the line's last phrases, while it is heard.
7. J cut: after a silent picture, the next voice begins while it is still seen.
8. Voices never overlap, and a breath lies between two of them.
9. The last line rests before the sources come.
10. A card stands as long as it takes to read; a picture as long as film.toml says, and never too short to be seen.

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
FINAL_REST_S = 0.8
CHARS_PER_WORD = 6


@dataclass(frozen=True)
class Beat:
    """One thing to be shown.

    Attributes:
        id: names its clips: the line's id, or ``film.title`` and ``film.sources-1``, which no line can be called.
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
class Joint:
    """How two shots meet.

    Attributes:
        kind: ``cut``, ``fade`` (they overlap) or ``black`` (one fades out, then the other in).
        frames: length of the fade, or of each half through black; 0 for a cut.
    """

    kind: Literal["cut", "fade", "black"] = "cut"
    frames: int = 0

    @property
    def shared(self) -> int:
        """Frames in which both are seen."""
        return self.frames if self.kind == "fade" else 0


NO_JOINT = Joint()


@dataclass(frozen=True)
class Shot:
    """A beat with its place in the film, in frames.

    Attributes:
        start, end: of what is seen, with the fades that it shares with its neighbours.
        joint: how it is joined to the shot before.
        voice: frame at which its voice starts.
        framing: of a portrait.
        cut: how it is joined to its voice: ``L``, ``J``, ``LJ`` or empty.
    """

    beat: Beat
    start: int
    end: int
    joint: Joint = NO_JOINT
    voice: int | None = None
    framing: str = ""
    cut: str = ""


def beats_of(takes: Sequence[Take], settings: DocumentarySettings, source_lines: Sequence[float]) -> list[Beat]:
    """Title, lines in order, sources.

    Args:
        source_lines: number of lines on each closing card.
    """
    beats = [Beat("film.title", "title", silent_s=settings.title_s)]
    for take in takes:
        line = take.line
        if line.show == "card":
            silent_s = line.duration_s or reading_s(line.text, line.source, settings.reading_wpm)
        else:
            silent_s = line.duration_s or PICTURE_S
        beats.append(Beat(line.id, line.show, take, silent_s))
    for number, lines in enumerate(source_lines, start=1):
        silent_s = max(settings.sources_s, FIND_THE_PAGE_S + lines * SOURCE_LINE_S)
        beats.append(Beat(f"film.sources-{number}", "sources", silent_s=silent_s))
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


def joint_of(before: Beat | None, after: Beat | None, framings: tuple[str, str], fade: int) -> Joint:
    """How two beats meet."""
    if before is None or after is None or fade == 0:
        return NO_JOINT
    kinds = {before.kind, after.kind}
    if kinds == {"portrait", "picture"} or (kinds == {"portrait"} and framings[0] != framings[1]):
        return NO_JOINT
    return Joint("black" if (before.kind, after.kind) == ("title", "portrait") else "fade", fade)


def plan(beats: Sequence[Beat], clock: Clock, settings: DocumentarySettings) -> list[Shot]:
    """Lay the beats out in time."""
    return Plan(beats, clock, settings).shots


@dataclass(frozen=True)
class Slot:
    """A beat between its neighbours.

    Attributes:
        joint, next_joint: how it is joined to the one before and to the one after.
    """

    beat: Beat
    before: Beat | None
    after: Beat | None
    joint: Joint
    next_joint: Joint
    framing: str


def slots_of(beats: Sequence[Beat], choice: str, fade: int) -> list[Slot]:
    """The beats with what lies around them.

    Args:
        choice: of framing, as in the settings.
        fade: length of a cross-fade in frames.
    """
    framings = framings_in_turn(beats, choice)
    around, names = [None, *beats, None], ["", *framings, ""]
    joints = [joint_of(*around[at : at + 2], (names[at], names[at + 1]), fade) for at in range(len(beats) + 1)]
    return [
        Slot(beat, around[at], around[at + 2], joints[at], joints[at + 1], framings[at])
        for at, beat in enumerate(beats)
    ]


class Plan:
    """Lays beats out in time, one after the other; all times are frames."""

    def __init__(self, beats: Sequence[Beat], clock: Clock, settings: DocumentarySettings) -> None:
        self.clock, self.settings = clock, settings
        self.shots: list[Shot] = []
        self.voice_until = -clock.frames(VOICE_GAP_S)
        at = 0
        for slot in slots_of(beats, settings.framing, clock.frames(settings.cross_fade_s)):
            at = self._add(slot, at)

    def _add(self, slot: Slot, at: int) -> int:
        """Place one beat; gives where the next one starts."""
        seen = at + slot.joint.frames
        voice, cut = None, ""
        if slot.beat.voice_s:
            voice, cut = self._voice_start(slot, at, seen)
            self.voice_until = voice + self.clock.frames_over(slot.beat.voice_s)
            until = self._spoken_end(slot, at, seen)
            early = self._early_end(slot, seen, voice)
            if early is not None:
                until, cut = early, "L" + cut
        else:
            until = self._silent_end(slot, at, seen)
        self.shots.append(Shot(slot.beat, at, until + slot.next_joint.shared, slot.joint, voice, slot.framing, cut))
        return until

    def _voice_start(self, slot: Slot, at: int, seen: int) -> tuple[int, str]:
        """When the voice starts, and ``J`` when that is before its face is seen."""
        earliest = self.voice_until + self.clock.frames(VOICE_GAP_S)
        is_after_picture = slot.before is not None and slot.before.is_silent_picture
        if self.settings.split_cuts and slot.beat.kind == "portrait" and is_after_picture:
            lead = max(at - self.clock.frames(LEAD_OF_VOICE_S), earliest)
            if lead < at:
                return lead, "J"
        return max(seen + self.clock.frames(self.settings.breath_before_s), earliest), ""

    def _spoken_end(self, slot: Slot, at: int, seen: int) -> int:
        """Where the shot of a line may go: after it has been heard, and a breath."""
        is_last = slot.after is not None and slot.after.kind == "sources"
        breath_s = self.settings.breath_after_s + (FINAL_REST_S if is_last else 0.0)
        until = max(self.voice_until + self.clock.frames(breath_s), seen + self.clock.frames(LEAST_PICTURE_S))
        if slot.beat.kind == "picture" and slot.beat.take is not None and slot.beat.take.line.duration_s:
            until = max(until, at + self.clock.frames(slot.beat.silent_s) - slot.next_joint.shared)
        return until

    def _early_end(self, slot: Slot, seen: int, voice: int) -> int | None:
        """Where an L cut to the next picture begins: with the last sentence, else the last phrase, that allows it."""
        beat, after = slot.beat, slot.after
        if not (self.settings.split_cuts and beat.kind == "portrait" and after is not None and after.is_silent_picture):
            return None
        assert beat.take is not None
        assert beat.take.speech is not None
        most_s = min(beat.voice_s * MOST_UNDER_PICTURE, after.silent_s - PICTURE_AFTER_VOICE_S)
        places = []
        for start_s, cost in phrase_starts(beat.take.speech):
            end = voice + self.clock.frames(start_s) - slot.next_joint.shared // 2
            is_seen = end - seen >= self.clock.frames(LEAST_FACE_S)
            if is_seen and LEAST_UNDER_PICTURE_S <= beat.voice_s - start_s <= most_s:
                places.append((cost, -end))
        return -min(places)[1] if places else None

    def _silent_end(self, slot: Slot, at: int, seen: int) -> int:
        least_s = {"picture": LEAST_PICTURE_S, "card": LEAST_CARD_S}.get(slot.beat.kind, 1.0)
        until = at + self.clock.frames(slot.beat.silent_s) - slot.next_joint.shared
        until = max(until, seen + self.clock.frames(min(least_s, slot.beat.silent_s)))
        if self.voice_until > at:  # the end of an L cut: the picture stays a little after the voice
            after_s = max(self.settings.breath_after_s, PICTURE_AFTER_VOICE_S)
            until = max(until, self.voice_until + self.clock.frames(after_s))
        return until
