"""Subtitles as files of their own: SubRip (.srt), which every player reads, and WebVTT (.vtt) for the web."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tintype.documents import Film, TitleClip
from tintype.documents.base import write_atomic
from tintype.exports.timecode import clock


def write_srt(edit: Film, path: Path) -> None:
    """Write the edit's subtitle clips as SubRip, UTF-8 with LF line ends; an edit without any gives an empty file."""
    cues = [
        f"{number}\n{clock(start_s, ',')} --> {clock(end_s, ',')}\n{text}\n"
        for number, (start_s, end_s, text) in enumerate(subtitle_cues(edit), start=1)
    ]
    write_atomic(path, "\n".join(cues).encode())


def write_vtt(edit: Film, path: Path) -> None:
    """Write the edit's subtitle clips as WebVTT (W3C Candidate Recommendation, 4 April 2019)."""
    cues = [
        f"{clock(start_s, '.')} --> {clock(end_s, '.')}\n{_escaped(text)}\n"
        for start_s, end_s, text in subtitle_cues(edit)
    ]
    write_atomic(path, "\n".join(["WEBVTT\n", *cues]).encode())


def subtitle_cues(edit: Film) -> Iterator[tuple[float, float, str]]:
    """Start, end (s) and text of every subtitle in order, none overlapping the next.

    A blank line would end a cue in both formats, so blank lines inside a text are left out.
    """
    clips = sorted(
        (clip for clip in edit.clips() if isinstance(clip, TitleClip) and clip.style == "subtitle"),
        key=lambda clip: clip.start_s,
    )
    for number, clip in enumerate(clips):
        end_s = min(clip.end_s, clips[number + 1].start_s) if number + 1 < len(clips) else clip.end_s
        text = "\n".join(line.strip() for line in clip.text.splitlines() if line.strip())
        if text and end_s > clip.start_s:
            yield clip.start_s, end_s, text


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
