"""Finds the files of an archive folder and says what medium each one is."""

from __future__ import annotations

import re
from pathlib import Path

from tintype.documents import Medium
from tintype.errors import ArchiveFileMissing

SUFFIXES: dict[Medium, frozenset[str]] = {
    "photo": frozenset({".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp", ".bmp", ".gif", ".heic", ".jp2", ".ppm"}),
    "recording": frozenset({".wav", ".flac", ".mp3", ".ogg", ".opus", ".m4a", ".aac", ".aif", ".aiff", ".wma"}),
    "footage": frozenset({".mp4", ".mov", ".mkv", ".avi", ".m4v", ".webm", ".mpg", ".mpeg", ".mts", ".3gp", ".wmv"}),
    "letter": frozenset({".txt", ".md", ".docx", ".pdf", ".rtf", ".odt"}),
}

LIST_NAME = "metadata.csv"
SUBTITLE_TIMES = re.compile(r"\s*(?:\d+:)?\d{1,2}:\d{2}[,.]\d+\s*-->")
SUBTITLE_MARKUP = re.compile(r"<[^>]*>|\{[^}]*\}")


def medium_of(path: Path) -> Medium | None:
    """The medium of a file by its name, or None for files that are none of ours.

    A text file beside a recording of the same name is that recording's transcript, not a letter.
    """
    suffix = path.suffix.lower()
    if suffix == ".txt" and transcribes(path):
        return None
    return next((medium for medium, suffixes in SUFFIXES.items() if suffix in suffixes), None)


def transcribes(text_file: Path) -> bool:
    """Whether a text file is the transcript of a recording or of footage beside it."""
    heard = SUFFIXES["recording"] | SUFFIXES["footage"]
    return any(
        other.suffix.lower() in heard
        for other in text_file.parent.glob(f"{_escaped(text_file.stem)}.*")
        if other.is_file()
    )


def transcript_of(recording: Path) -> str:
    """What is said in a recording; empty if nobody has written it down.

    Read from the text file of the same name beside it, else from subtitles of the same name (.srt), else from a
    ``metadata.csv`` in its folder in the form of LJSpeech: ``name|text`` or ``name|text|normalised text``.
    """
    beside = recording.with_suffix(".txt")
    if beside.is_file():
        return beside.read_text(encoding="utf-8-sig", errors="replace").strip()
    subtitles = recording.with_suffix(".srt")
    if subtitles.is_file():
        return _words_of_subtitles(subtitles.read_text(encoding="utf-8-sig", errors="replace"))
    return _listed_transcript(recording.with_name(LIST_NAME), recording.stem)


def _words_of_subtitles(text: str) -> str:
    """The words of SubRip subtitles, without numbers, times and markup."""
    lines: list[str] = []
    for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n")):
        kept = block.strip().split("\n")
        times = next((index for index, line in enumerate(kept) if SUBTITLE_TIMES.match(line)), None)
        lines += [] if times is None else kept[times + 1 :]
    return " ".join(" ".join(SUBTITLE_MARKUP.sub("", line) for line in lines).split())


def _listed_transcript(path: Path, name: str) -> str:
    if not path.is_file():
        return ""
    for line in path.read_text(encoding="utf-8-sig", errors="replace").splitlines():
        columns = line.split("|")
        if len(columns) >= 2 and columns[0].strip() == name:
            return columns[1].strip()
    return ""


def find_files(root: Path) -> dict[Medium, tuple[Path, ...]]:
    """The archive's files by medium, each sorted by path.  Hidden files and folders are passed over.

    Raises:
        ArchiveFileMissing: the archive folder does not exist.
    """
    if not root.is_dir():
        raise ArchiveFileMissing(
            f"The archive folder {root} does not exist.",
            hint="Make it and put photos, recordings, footage and letters into it, or correct [subject] archive.",
        )
    found: dict[Medium, list[Path]] = {medium: [] for medium in SUFFIXES}
    for path in sorted(root.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(root).parts)
        if hidden or not path.is_file():
            continue
        medium = medium_of(path)
        if medium is not None:
            found[medium].append(path)
    return {medium: tuple(paths) for medium, paths in found.items() if paths}


def _escaped(stem: str) -> str:
    return "".join(f"[{char}]" if char in "*?[" else char for char in stem)
