"""Every letter of an archive, as ``Archive.1``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tintype import Job
from tintype.digests import file_digest
from tintype.documents import Archive, ArchiveItem
from tintype.documents.base import write_atomic
from tintype.errors import LetterUnreadable

from tintype_letters.languages import WORD
from tintype_letters.reading import read_letter

if TYPE_CHECKING:
    from tintype_letters import PrepareSettings

ENOUGH_WORDS = 30
SMALLEST_QUALITY = 0.05
REPLACEMENT = "\ufffd"


def prepare(root: Path, files: Sequence[Path], settings: PrepareSettings, job: Job) -> Archive:
    """Read letters; write the text of all but plain UTF-8 ones into ``job.folder`` as plain UTF-8."""
    items = []
    for number, path in enumerate(files):
        job.progress(number / len(files), path.name)
        items.append(_item(root, path, settings, job))
    return Archive(root=root.name, items=tuple(items)).save(job.folder)


def _item(root: Path, path: Path, settings: PrepareSettings, job: Job) -> ArchiveItem:
    known = {"path": path.relative_to(root).as_posix(), "medium": "letter", "sha256": file_digest(path)}
    try:
        text = read_letter(path, settings.max_megabytes * 1e6, job.check_cancelled)
    except LetterUnreadable as err:
        return ArchiveItem(**known, quality=0.0, problems=(f"{err.message} {err.hint}",))
    quality, problems = judge(text)
    if quality == 0 or path.read_bytes() == text.encode():
        return ArchiveItem(**known, quality=quality, problems=problems)
    name = f"{path.stem}-{known['sha256'][:12]}.txt"
    write_atomic(job.folder / name, text.encode())
    steps = (f"text of the {path.suffix.lower()} file saved as plain text",)
    return ArchiveItem(**known, prepared=name, quality=quality, steps=steps, problems=problems)


def judge(text: str) -> tuple[float, tuple[str, ...]]:
    """Quality, 0 to 1, and problems in words."""
    words = len(WORD.findall(text))
    if not words:
        return 0.0, ("there are no words in it",)
    garbled = text.count(REPLACEMENT) / len(text)
    problems = []
    if words < ENOUGH_WORDS:
        problems.append(f"only {words} words")
    if garbled:
        problems.append(f"{text.count(REPLACEMENT)} characters could not be read")
    quality = min(1.0, 0.5 + 0.5 * words / ENOUGH_WORDS) * max(0.0, 1.0 - 10 * garbled)
    return round(max(quality, SMALLEST_QUALITY), 3), tuple(problems)
