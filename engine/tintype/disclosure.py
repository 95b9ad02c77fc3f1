"""Makes sure that the audience is told, whatever the plugins that cut the film did.

A label stands on screen while a synthetic voice is heard or an animated face is seen; where the plugin put none, the
engine does.  Lines whose words are new say so.  Only a recorded reason takes labels off, and then it goes into the
credentials and the cue sheet instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tintype.documents import Clip, Film, PortraitClip, SoundClip, TitleClip, Track
from tintype.project import Project

Span = tuple[float, float]

TRACK = "Disclosure"
NEW_WORDS_TEXT = "The words are new: {name} did not say or write them"
GAP_S = 0.3  # two labels closer than this would only flicker
SIZE = 0.03  # frame heights
MARGIN = 0.05  # frame widths and heights from the edge
ROW = 1.9  # distance of a second label from the first, in heights of its text
PAPER = (1.0, 1.0, 1.0, 1.0)
VEIL = (0.0, 0.0, 0.0, 0.6)


def disclose(project: Project, edit: Film) -> Film:
    """The edit with every label that is missing; the same edit if none is."""
    metadata = dict(edit.metadata)
    if project.film.disclosure_waived:
        metadata["disclosure_waived"] = project.film.disclosure_waived
        tracks = tuple(_without_labels(track) for track in edit.tracks)
        return edit.model_copy(update={"tracks": tracks, "metadata": metadata})
    added = [*_missing_labels(project, edit)]
    added += _new_words_labels(project, edit, [*labels_of(edit), *added])
    if not added:
        return edit
    track = Track(name=TRACK, kind="title", clips=tuple(sorted(added, key=lambda clip: clip.start_s)))
    return edit.model_copy(update={"tracks": (*edit.tracks, track)})


def labels_of(edit: Film) -> list[TitleClip]:
    """The labels that are on screen."""
    return [clip for clip in edit.clips() if isinstance(clip, TitleClip) and clip.style == "label"]


def needs_label(clip: Clip) -> bool:
    """Whether the audience has to be told while this clip runs: a machine's voice, or an animated face."""
    return clip.synthetic and (
        isinstance(clip, PortraitClip) or (isinstance(clip, SoundClip) and clip.line is not None)
    )


def uncovered(edit: Film) -> list[Span]:
    """Seconds in which something synthetic has no label, leaving out what is shorter than a frame."""
    wanted = merged((clip.start_s, clip.end_s) for clip in edit.clips() if needs_label(clip))
    told = merged((label.start_s, label.end_s) for label in labels_of(edit))
    bare: list[Span] = []
    for start_s, end_s in wanted:
        at = start_s
        for label_start_s, label_end_s in told:
            if label_end_s <= at or label_start_s >= end_s:
                continue
            bare.append((at, label_start_s))
            at = label_end_s
        bare.append((at, end_s))
    return [(start_s, end_s) for start_s, end_s in bare if end_s - start_s > 1.5 / edit.fps]


def merged(spans: Iterable[Span], gap_s: float = 0.0) -> list[Span]:
    """Spans in order, those that touch or lie closer than ``gap_s`` joined."""
    found: list[Span] = []
    for start_s, end_s in sorted(spans):
        if found and start_s <= found[-1][1] + gap_s:
            found[-1] = (found[-1][0], max(found[-1][1], end_s))
        else:
            found.append((start_s, end_s))
    return found


def _missing_labels(project: Project, edit: Film) -> list[TitleClip]:
    return [
        _label(f"disclosure-{number}", project.film.disclosure, span)
        for number, span in enumerate(merged(uncovered(edit), GAP_S), start=1)
    ]


def _new_words_labels(project: Project, edit: Film, labels: Sequence[TitleClip]) -> list[TitleClip]:
    """A second label, beside the first, for each line whose words nobody has given a source for."""
    text = NEW_WORDS_TEXT.format(name=project.subject.name)
    found: list[TitleClip] = []
    spoken: dict[str | None, list[Span]] = {}
    for clip in filter(needs_label, edit.clips()):
        spoken.setdefault(clip.line, []).append((clip.start_s, clip.end_s))
    for line in project.line:
        for span in merged(spoken.get(line.id, ())) if line.new_words else ():
            above = next((label for label in labels if label.start_s < span[1] and label.end_s > span[0]), None)
            found.append(_label(f"new-words-{line.id}-{len(found) + 1}", text, span, beside=above, line=line.id))
    return found


def _label(name: str, text: str, span: Span, *, beside: TitleClip | None = None, line: str | None = None) -> TitleClip:
    """A label in the upper right, or one row from another."""
    place = {"x": 1 - MARGIN, "y": 1 - MARGIN, "align": "right", "anchor": "top", "size": SIZE}
    if beside is not None:
        down = -1 if beside.anchor == "top" else 1
        place = {"x": beside.x, "align": beside.align, "anchor": beside.anchor, "size": beside.size}
        place["y"] = beside.y + down * ROW * beside.size
    when = {"start_s": span[0], "duration_s": span[1] - span[0], "line": line}
    return TitleClip.model_validate(
        {"id": name, "style": "label", "text": text, "colour": PAPER, "box": VEIL, "wrap": 0.9, **place, **when}
    )


def _without_labels(track: Track) -> Track:
    kept = tuple(clip for clip in track.clips if not (isinstance(clip, TitleClip) and clip.style == "label"))
    return track.model_copy(update={"clips": kept})
