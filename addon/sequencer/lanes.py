"""Which channel each clip lands on.  Tracks keep their order; a track takes more channels only where clips overlap."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ..client.film import Film, Track
from .timing import Span, span_of


@dataclass
class Plan:
    """Channels by number, from 1 at the bottom.

    Attributes:
        names: name per channel number.
        clips: channel of each clip, by its id.
        fades: channel of each cross-fade, by the ids of its two clips.
    """

    names: dict[int, str] = field(default_factory=dict)
    clips: dict[str, int] = field(default_factory=dict)
    fades: dict[tuple[str, str], int] = field(default_factory=dict)


def plan_channels(film: Film, taken: Iterable[tuple[int, Span]] = ()) -> Plan:
    """Give every clip and every cross-fade a channel.

    Args:
        film: the edit.
        taken: channel and frames of strips that are there already and stay where they are.
    """
    plan = Plan()
    occupied: dict[int, list[Span]] = {}
    for channel, span in taken:
        occupied.setdefault(channel, []).append(span)
    base = 1
    for track in film.tracks:
        base = _plan_track(track, film.fps, base, occupied, plan)
    return plan


def _plan_track(track: Track, fps: float, base: int, occupied: dict[int, list[Span]], plan: Plan) -> int:
    """Place one track's clips from channel ``base`` up; returns the channel above them."""
    top = base
    for clip in sorted(track.clips, key=lambda clip: clip.start_s):
        span = span_of(clip, fps)
        channel = _free(span, base, occupied)
        occupied.setdefault(channel, []).append(span)
        plan.clips[clip.id] = channel
        top = max(top, channel)
    for number, channel in enumerate(range(base, top + 1)):
        plan.names[channel] = track.name if number == 0 else f"{track.name} {number + 1}"
    if not track.fades:
        return top + 1
    spans = {clip.id: span_of(clip, fps) for clip in track.clips}
    for fade in track.fades:
        going, coming = spans[fade.from_clip], spans[fade.to_clip]
        span = Span(coming.start, max(going.end, coming.start + 1))
        channel = _free(span, top + 1, occupied)
        occupied.setdefault(channel, []).append(span)
        plan.fades[fade.from_clip, fade.to_clip] = channel
        plan.names[channel] = f"{track.name} fades"
    return max(plan.fades[fade.from_clip, fade.to_clip] for fade in track.fades) + 1


def _free(span: Span, lowest: int, occupied: dict[int, list[Span]]) -> int:
    channel = lowest
    while any(span.overlaps(other) for other in occupied.get(channel, ())):
        channel += 1
    return channel
