"""Lays clips on four tracks: pictures, voice, subtitles and the label of synthetic material."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tintype import Job, Project, Take
from tintype.documents import Clip, Film, HeadModel, PictureClip, PortraitClip, SoundClip, TitleClip, Track

if TYPE_CHECKING:
    from tintype_example import CutSettings

VEIL = (0.0, 0.0, 0.0, 0.6)


def cut(project: Project, head: HeadModel | None, takes: Sequence[Take], settings: CutSettings, job: Job) -> Film:
    """Cut the takes into a film and save it into ``job.folder``."""
    pictures: list[Clip] = []
    voices: list[Clip] = []
    titles: list[Clip] = []
    labels: list[Clip] = []
    at_s = 0.0
    for number, take in enumerate(takes):
        job.progress(number / len(takes), take.line.id)
        when: dict[str, Any] = {"start_s": at_s, "duration_s": length_of(take, settings), "line": take.line.id}
        pictures += picture_of(take, head, when)
        voices += voice_of(take, when)
        titles += words_of(take, when)
        if (take.speech and take.speech.synthetic) or take.face:
            labels.append(label_of(take, project.film.disclosure, when))
        at_s += when["duration_s"]
    return Film(
        title=project.film.title,
        subject=project.subject.name,
        width_px=project.film.size[0],
        height_px=project.film.size[1],
        fps=project.film.fps,
        duration_s=at_s,
        tracks=(
            Track(name="Pictures", kind="picture", clips=tuple(pictures)),
            Track(name="Words", kind="title", clips=tuple(titles)),
            Track(name="Label", kind="title", clips=tuple(labels)),
            Track(name="Voice", kind="sound", clips=tuple(voices)),
        ),
        metadata={"disclosure": project.film.disclosure},
    ).save(job.folder)


def length_of(take: Take, settings: CutSettings) -> float:
    """How long a take shows, in seconds."""
    if take.speech is not None:
        return take.speech.duration_s + settings.breath_s
    return take.line.duration_s or settings.card_s


def picture_of(take: Take, head: HeadModel | None, when: dict[str, Any]) -> list[Clip]:
    """The portrait or the picture of a take, if it shows one."""
    if take.face is not None and head is not None:
        face = f"{take.folder}/{take.face.FILENAME}"
        return [PortraitClip(id=f"{take.line.id}.portrait", head=head.model, face=face, synthetic=True, **when)]
    if take.still is not None:
        return [
            PictureClip(
                id=f"{take.line.id}.picture",
                path=f"{take.folder}/{take.still.picture}",
                width_px=take.still.width_px,
                height_px=take.still.height_px,
                move=take.still.move,
                synthetic=take.still.generated,
                **when,
            )
        ]
    return []


def voice_of(take: Take, when: dict[str, Any]) -> list[Clip]:
    """The voice of a take, if it speaks."""
    if take.speech is None:
        return []
    path = f"{take.folder}/{take.speech.audio}"
    return [SoundClip(id=f"{take.line.id}.voice", path=path, synthetic=take.speech.synthetic, **when)]


def words_of(take: Take, when: dict[str, Any]) -> list[Clip]:
    """A card's words in the middle, or a line's words as a subtitle."""
    text = take.line.text or (take.speech.text if take.speech else "")
    if not text:
        return []
    name = f"{take.line.id}.words"
    if take.line.show == "card":
        return [TitleClip(id=name, text=text, style="quotation", **when)]
    return [TitleClip(id=name, text=text, style="subtitle", y=0.06, anchor="bottom", box=VEIL, **when)]


def label_of(take: Take, disclosure: str, when: dict[str, Any]) -> Clip:
    """What tells the audience that a machine made the voice or the face."""
    return TitleClip(
        id=f"{take.line.id}.label",
        text=disclosure,
        style="label",
        size=0.03,
        x=0.97,
        y=0.95,
        align="right",
        anchor="top",
        box=VEIL,
        **when,
    )
