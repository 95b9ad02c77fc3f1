"""What an archive holds, what of it is usable, and what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tintype.archive_files import find_files, transcript_of
from tintype.documents import MEDIA, Archive, ArchiveItem
from tintype.one_shot import Bench

ENOUGH_SPEECH_S = 30.0
"""Below this much transcribed sound a voice can hardly be learnt from it."""
LACKS = {
    "photo": "There is no usable photo: a head needs one of the face, from the front.",
    "recording": "There is no usable recording: the voice will be the synthesiser's own.",
}


@dataclass(frozen=True)
class Survey:
    """What was found.

    Attributes:
        items: every file, medium by medium, in path order.
        transcribed: paths of the recordings whose words are known.
        missing: what would help, in sentences.
    """

    items: tuple[ArchiveItem, ...]
    transcribed: frozenset[str]
    missing: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """For scripts."""
        return {
            "items": [item.model_dump(mode="json") for item in self.items],
            "transcribed": sorted(self.transcribed),
            "missing": list(self.missing),
        }


def survey(place: Bench, root: Path) -> Survey:
    """Look at every file of an archive folder.

    Raises:
        ArchiveFileMissing: the folder does not exist.
    """
    root = root.resolve()
    items: list[ArchiveItem] = []
    for medium, files in find_files(root).items():
        arguments = {"root": root, "files": files, "medium": medium}
        items += place.run("prepare_archive", Archive, arguments, medium=medium).items
    transcribed = frozenset(
        item.path
        for item in items
        if item.medium == "recording" and item.quality > 0 and transcript_of(root / item.path)
    )
    return Survey(tuple(items), transcribed, tuple(_missing(items, transcribed)))


def _missing(items: Sequence[ArchiveItem], transcribed: frozenset[str]) -> list[str]:
    usable = [item for item in items if item.quality > 0]
    sentences = [LACKS[medium] for medium in MEDIA if medium in LACKS and not any(i.medium == medium for i in usable)]
    unreadable = len(items) - len(usable)
    if unreadable:
        sentences.append(f"{unreadable} of {len(items)} files cannot be used; the reasons are beside them.")
    recordings = [item for item in usable if item.medium == "recording"]
    known_s = sum(item.duration_s or 0.0 for item in recordings if item.path in transcribed)
    if recordings and known_s < ENOUGH_SPEECH_S:
        untold = len(recordings) - len(transcribed)
        sentences.append(
            f"{untold} of {len(recordings)} recordings have no transcript ({known_s:.0f} s have one): with the words "
            "beside them, as .txt, .srt or metadata.csv, the voice comes much nearer."
        )
    return sentences
