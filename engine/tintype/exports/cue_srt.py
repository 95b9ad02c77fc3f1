"""The cues as subtitles, to lay over the picture while a film is reviewed: what is synthetic, second by second."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from tintype.documents import Film
from tintype.documents.base import write_atomic
from tintype.exports.timecode import clock

Row = Mapping[str, str]


def write_cue_srt(edit: Film, rows: Sequence[Row], path: Path) -> None:
    """Write the cues as SubRip, UTF-8 with LF line ends.

    Cues that are on at the same time stand in one subtitle, so that every player shows all of them.
    """
    spans = {clip.id: (clip.start_s, min(clip.end_s, edit.duration_s)) for clip in edit.clips()}
    shown = [(*spans[row["cue id"]], row) for row in rows]
    edges = sorted({time for start_s, end_s, _ in shown for time in (start_s, end_s)})
    blocks: list[str] = []
    for start_s, end_s in pairwise(edges):
        texts = [cue_text(row) for first_s, last_s, row in shown if first_s <= start_s and last_s >= end_s]
        if texts:
            body = "\n".join(texts)
            blocks.append(f"{len(blocks) + 1}\n{clock(start_s, ',')} --> {clock(end_s, ',')}\n{body}\n")
    write_atomic(path, "\n".join(blocks).encode())


def cue_text(row: Row) -> str:
    """A cue in one line: kind, id, tool; and that the words are new, if they are."""
    parts = [row["kind"].upper(), row["cue id"], row.get("tool", "")]
    if row.get("verbatim, edited or invented", "").startswith("new words"):
        parts.append("NEW WORDS")
    return " · ".join(part.replace("\n", " ") for part in parts if part)
