"""What the closing cards say: where the words and pictures come from, and what a machine made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from tintype import Project, Take
from tintype.documents import HeadModel

from tintype_documentary.phrases import lines_of, width_of

LINES_PER_PAGE = 14
BETWEEN_GROUPS = 1  # lines: an empty one, or the next heading's


@dataclass(frozen=True)
class Group:
    """A heading, and its entries beside it, each broken into lines."""

    heading: str
    entries: tuple[tuple[str, ...], ...]

    @property
    def lines(self) -> list[str]:
        return [line for entry in self.entries for line in entry]

    @property
    def height(self) -> int:
        """In lines, with the room to the next group."""
        return len(self.lines) + BETWEEN_GROUPS


Page = tuple[Group, ...]


def source_pages(
    project: Project, head: HeadModel | None, takes: Sequence[Take], line_chars: int, music: str = ""
) -> list[Page]:
    """The groups on each card."""
    groups = [
        Group(heading, tuple(_broken(entry, line_chars) for entry in entries))
        for heading, entries in credits_of(project, head, takes, music).items()
        if entries
    ]
    return _paged(groups)


def credits_of(project: Project, head: HeadModel | None, takes: Sequence[Take], music: str) -> dict[str, list[str]]:
    """Entries by heading, each once, in the order of the film."""
    spoken = [take for take in takes if take.line.text.strip() or take.line.recording]
    shown = [take for take in takes if take.line.show == "picture"]
    return {
        "Words": _once(take.line.source for take in spoken if take.line.show != "picture" or take.line.text.strip()),
        "Recordings": _once(_name(take.line.recording or "") for take in takes),
        "Music": _once([_name(music)]),
        "Pictures": _once([*(take.line.source for take in shown), _portrait_credit(project, head, takes)]),
        "Voice and animation": _synthetic_credits(project, head, takes),
    }


def _portrait_credit(project: Project, head: HeadModel | None, takes: Sequence[Take]) -> str:
    """The portrait's photo, unless a line that shows it has said where it comes from."""
    if head is None:
        return ""
    credited = {take.still.archive_path for take in takes if take.still and take.line.source}
    return "" if head.photo in credited else f"Portrait after {_name(head.photo)}"


def _synthetic_credits(project: Project, head: HeadModel | None, takes: Sequence[Take]) -> list[str]:
    """What the audience has to know at the end too: films are excerpted, but they are also watched to the end."""
    name = project.subject.name
    voices = _once(take.speech.source for take in takes if take.speech and take.speech.synthetic)
    animated = head is not None and any(take.line.show == "portrait" for take in takes)
    if voices and animated:
        said = f"{project.film.disclosure}. {name} is neither heard nor filmed speaking here."
    elif voices:
        said = f"{project.film.disclosure}. The voice is not {name}’s."
    elif animated:
        said = f"{project.film.disclosure}. The portrait was animated from a photograph."
    else:
        return []
    return _once([said, *(f"Voice by {voice}" for voice in voices), _consent_credit(project)])


def _consent_credit(project: Project) -> str:
    consent = project.consent
    if consent is None or consent.basis in ("public_domain_historical", "self_recorded"):
        return ""
    return f"With the consent of {consent.granted_by}"


def _name(path: str) -> str:
    """A file as a viewer may read it: without folders and ending."""
    return PurePosixPath(path).stem.replace("_", " ") if path else ""


def _once(entries: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(entry.strip() for entry in entries if entry.strip()))


def _broken(entry: str, line_chars: int) -> tuple[str, ...]:
    return tuple(lines_of(entry, line_chars) or [entry[: width_of(entry)]])


def _paged(groups: Sequence[Group]) -> list[Page]:
    """Groups on as few cards as hold them; one that is too long goes on on the next card under its heading."""
    pages: list[list[Group]] = [[]]
    left = LINES_PER_PAGE
    for group in groups:
        entries = list(group.entries)
        while entries:
            taken = []
            room = left
            while entries and (len(entries[0]) <= room or (not taken and not pages[-1])):
                room -= len(entries[0])
                taken.append(entries.pop(0))
            if taken:
                pages[-1].append(Group(group.heading, tuple(taken)))
                left = room - BETWEEN_GROUPS
            if entries:
                pages.append([])
                left = LINES_PER_PAGE
    return [tuple(page) for page in pages if page]
