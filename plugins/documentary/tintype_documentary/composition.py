"""Takes to a film: plan the shots, paint the grounds, set the words, lay the tracks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tintype import Job, Project, Take
from tintype.audio import read_audio, write_audio
from tintype.documents import (
    CrossFade,
    Film,
    Frame,
    HeadModel,
    Move,
    PictureClip,
    PortraitClip,
    SoundClip,
    TitleClip,
    Track,
)
from tintype.errors import FilmFileError

from tintype_documentary import typography as type_
from tintype_documentary.clock import Clock
from tintype_documentary.framing import Framing, framings_of
from tintype_documentary.grammar import Shot, beats_of, plan
from tintype_documentary.grounds import behind_plate, ground, read_photo, title_ground, write_png
from tintype_documentary.lettering import Lettering
from tintype_documentary.music import level_dbfs, pieces, write_bed
from tintype_documentary.room_tone import LONGEST_S, RATE_HZ, room_tone
from tintype_documentary.sources import Page as SourcePage
from tintype_documentary.sources import source_pages
from tintype_documentary.subtitles import subtitles_of

if TYPE_CHECKING:
    from tintype_documentary.settings import DocumentarySettings

OPENING_FADE_S, CLOSING_FADE_S = 0.8, 1.2
TONE_FADE_S = 1.0
SILENCE_DBFS = -96.0
USUAL_VOICE_DBFS = -21.0
MUSIC_NAME = "music.wav"
GROUND_ZOOM = 1.04
RESTORED_CREDIT = ", digitally restored"
LOWER_THIRD_S, LOWER_THIRD_AFTER_S = 3.5, 0.4
MERGED_LABELS_S = 0.5
TITLE_FOCUS = (0.68, 0.45)

Span = tuple[int, int]


def compose(
    project: Project, head: HeadModel | None, takes: Sequence[Take], settings: DocumentarySettings, job: Job
) -> Film:
    """Cut the takes into a film and write what it needs (backdrops, room tone) into ``job.folder``.

    Raises:
        FilmFileError: a line shows a portrait, but there is no head.
    """
    check(project, head, takes)
    job.progress(0.05, "shots")
    cut = Cut(project, head, takes, settings)
    job.progress(0.2, "backdrops")
    cut.paint(job)
    job.progress(0.7, "room tone")
    cut.record_tone(job)
    cut.lay_music(job)
    job.progress(0.9, "tracks")
    return cut.film().save(job.folder)


def check(project: Project, head: HeadModel | None, takes: Sequence[Take]) -> None:
    for take in takes:
        if take.line.show == "portrait" and head is None:
            raise FilmFileError(
                f"Line {take.line.id!r} of {project.path} shows a portrait, but no head has been built.",
                hint='Run the film again, or give the line show = "picture".',
            )


class Cut:
    """One film being cut."""

    def __init__(
        self, project: Project, head: HeadModel | None, takes: Sequence[Take], settings: DocumentarySettings
    ) -> None:
        self.project, self.head, self.takes, self.settings = project, head, takes, settings
        self.width_px, self.height_px = project.film.size
        self.clock = Clock(project.film.fps)
        page = type_.Page(self.width_px / self.height_px)
        self.lettering = Lettering(page, settings)
        pages = source_pages(project, head, takes, self.lettering.credit_chars, settings.music)
        self.beats = beats_of(takes, settings, [sum(group.height for group in one) for one in pages])
        self.pages: dict[str, SourcePage] = {f"film.sources-{number}": one for number, one in enumerate(pages, start=1)}
        self.shots = plan(self.beats, self.clock, settings)
        self.end = self.shots[-1].end
        self._following = {shot.beat.id: after for shot, after in pairwise(self.shots)}
        side = 1.0 if settings.label_corner.endswith("right") else -1.0
        self.framings = framings_of(head, self.width_px, self.height_px, side) if head else {}
        self.tone_frames = 0
        self.music_gain_db = 0.0

    # What is painted and recorded

    def paint(self, job: Job) -> None:
        """Write the grounds that the film's shots need."""
        photo = read_photo(self._photo())
        seed = self.project.film.seed
        base = ground(photo, self.settings.ground, (self.width_px, self.height_px), seed)
        face = self.head.face_box if self.head else None
        job.check_cancelled()
        write_png(job.folder / "title.png", title_ground(base, photo, face))
        job.check_cancelled()
        write_png(job.folder / "card.png", base)
        for name in dict.fromkeys(shot.framing for shot in self.shots if shot.framing):
            job.check_cancelled()
            assert self.head is not None
            backdrop = behind_plate(base, self.framings[name], self.head.width_px / self.head.height_px)
            write_png(job.folder / backdrop_name(name), backdrop)

    def record_tone(self, job: Job) -> None:
        """Write the room tone: as long as the film, or a minute that is repeated."""
        if self.settings.room_tone_dbfs <= SILENCE_DBFS:
            return
        self.tone_frames = min(self.end, self.clock.frames(LONGEST_S))
        tone = room_tone(self.clock.seconds(self.tone_frames), self.settings.room_tone_dbfs, job.seed)
        write_audio(job.folder / "room_tone.wav", tone, RATE_HZ)

    def lay_music(self, job: Job) -> None:
        """Write the music that the settings name, as long as the film."""
        if not self.settings.music:
            return
        music = self.project.archive_file(self.settings.music, wanted_by="[stages.compose_film.settings] music")
        level = write_bed(music, self.clock.seconds(self.end), job.folder / MUSIC_NAME)
        self.music_gain_db = round(self._voice_dbfs() + self.settings.music_db - level, 2)

    def _voice_dbfs(self) -> float:
        """Level of the voices, as their files have it; a usual one when there are none."""
        levels = []
        for take in self.takes:
            if take.speech is not None:
                levels.append(level_dbfs(*read_audio(take.speech.file(take.speech.audio))))
        known = [level for level in levels if level > SILENCE_DBFS]
        return sum(known) / len(known) if known else USUAL_VOICE_DBFS

    def _photo(self) -> Path | None:
        """The photo that grounds are made from: the head's, or the first picture's."""
        if self.head is not None:
            return self.project.archive_root / self.head.photo
        return next((take.still.file(take.still.picture) for take in self.takes if take.still), None)

    # The film

    def film(self) -> Film:
        pictures, fades = self.pictures()
        titles = tuple(self.titles())
        tracks = [
            Track(name="Pictures", kind="picture", clips=pictures, fades=fades),
            *_tracks("Titles", "title", titles),
            *_tracks("Label", "title", tuple(self.labels())),
            *_tracks("Subtitles", "title", tuple(self.subtitles())),
            Track(name="Voice", kind="sound", clips=tuple(self.voices())),
        ]
        tone = tuple(self.tone())
        tracks += _tracks("Music", "sound", tuple(self.music()))
        if tone:
            tracks.append(Track(name="Room tone", kind="sound", clips=tone))
        return Film(
            title=self.project.film.title,
            subject=self.project.subject.name,
            width_px=self.width_px,
            height_px=self.height_px,
            fps=self.clock.fps,
            duration_s=self.clock.seconds(self.end),
            tracks=tuple(tracks),
            metadata=self.metadata(bool(tone)),
        )

    def metadata(self, has_tone: bool) -> dict[str, Any]:
        consent = self.project.consent
        said: dict[str, Any] = {"disclosure": self.project.film.disclosure}
        if consent is not None:
            said["consent"] = {"basis": consent.basis, "granted_by": consent.granted_by, "scope": list(consent.scope)}
        if has_tone:
            count = -(-self.end // self.tone_frames)
            said["cues"] = {
                f"room-tone-{number}": {
                    "description": "Quiet noise under the film, computed; no recording and no model",
                    "tool": "Documentary grammar",
                    "how disclosed": "here; it imitates nobody",
                }
                for number in range(1, count + 1)
            }
        said["cuts"] = {shot_id(shot): f"{shot.cut} cut" for shot in self.shots if shot.cut}
        return said

    def pictures(self) -> tuple[tuple[PictureClip | PortraitClip, ...], tuple[CrossFade, ...]]:
        clips = tuple(self._picture(shot) for shot in self.shots)
        fades = tuple(
            CrossFade(
                from_clip=shot_id(before),
                to_clip=shot_id(shot),
                start_s=self.clock.seconds(shot.start),
                duration_s=self.clock.seconds(shot.joint.shared),
            )
            for before, shot in pairwise(self.shots)
            if shot.joint.shared
        )
        return clips, fades

    def _picture(self, shot: Shot) -> PictureClip | PortraitClip:
        common: dict[str, Any] = {"id": shot_id(shot), "line": line_of(shot), **self._when((shot.start, shot.end))}
        if shot.joint.kind == "black":
            common["fade_in_s"] = self.clock.seconds(shot.joint.frames)
        after = self._after(shot)
        if after is not None and after.joint.kind == "black":
            common["fade_out_s"] = self.clock.seconds(after.joint.frames)
        if shot.start == 0:
            common["fade_in_s"] = OPENING_FADE_S
        if shot.end == self.end:
            common["fade_out_s"] = CLOSING_FADE_S
        if shot.beat.kind == "portrait":
            return self._portrait(shot, common)
        take = shot.beat.take
        if shot.beat.kind == "picture" and take is not None and take.still is not None:
            still = take.still
            return PictureClip(
                path=f"{take.folder}/{still.picture}", width_px=still.width_px, height_px=still.height_px,
                move=still.move, synthetic=still.generated, **common,
            )  # fmt: skip
        name = "title.png" if shot.beat.kind == "title" else "card.png"
        focus = TITLE_FOCUS if shot.beat.kind == "title" else (0.5, 0.5)
        return PictureClip(
            path=f"edit/{name}", width_px=self.width_px, height_px=self.height_px, move=drift(focus), **common
        )

    def _portrait(self, shot: Shot, common: dict[str, Any]) -> PortraitClip:
        assert shot.beat.take is not None
        assert shot.voice is not None
        framing: Framing = self.framings[shot.framing]
        take = shot.beat.take
        return PortraitClip(
            head="head.glb",
            face=f"{take.folder}/{take.face.FILENAME}" if take.face is not None else None,
            face_offset_s=self.clock.seconds(shot.start - shot.voice),
            backdrop=f"edit/{backdrop_name(framing.name)}",
            plate_height=framing.height,
            plate_x=framing.x,
            plate_y=framing.y,
            zoom=(1.0, 1.0 + self.settings.push),
            synthetic=True,
            **common,
        )

    def voices(self) -> Iterator[SoundClip]:
        for shot in self.shots:
            take = shot.beat.take
            if shot.voice is None or take is None or take.speech is None:
                continue
            yield SoundClip(
                id=f"{take.line.id}.voice",
                line=take.line.id,
                path=f"{take.folder}/{take.speech.audio}",
                synthetic=take.speech.synthetic,
                **self._when(self._voice_span(shot)),
            )

    def music(self) -> Iterator[SoundClip]:
        if not self.settings.music:
            return
        voices = sorted(self._voice_span(shot) for shot in self.shots if shot.voice is not None)
        for number, piece in enumerate(pieces(voices, self.end, self.clock.fps), start=1):
            when = self._when((piece.start, piece.end))
            yield SoundClip(
                id=f"music-{number}",
                path=f"edit/{MUSIC_NAME}",
                offset_s=when["start_s"],
                gain_db=self.music_gain_db - (self.settings.duck_db if piece.is_under_voice else 0.0),
                fade_in_s=self.clock.seconds(piece.fade_in),
                fade_out_s=self.clock.seconds(piece.fade_out),
                **when,
            )

    def tone(self) -> Iterator[SoundClip]:
        if not self.tone_frames:
            return
        for number, start in enumerate(range(0, self.end, self.tone_frames), start=1):
            end = min(start + self.tone_frames, self.end)
            yield SoundClip(
                id=f"room-tone-{number}",
                path="edit/room_tone.wav",
                synthetic=True,
                fade_in_s=TONE_FADE_S if start == 0 else 0.0,
                fade_out_s=TONE_FADE_S if end == self.end else 0.0,
                **self._when((start, end)),
            )

    def titles(self) -> Iterator[TitleClip]:
        introduced = self.project.subject.name.casefold() in self.project.film.title.casefold()
        for shot in self.shots:
            beat, take = shot.beat, shot.beat.take
            when = self._words_when(shot)
            if beat.kind == "title":
                yield from self.lettering.title(self.project, {**when, "fade_in_s": OPENING_FADE_S})
            elif beat.kind == "sources":
                yield from self.lettering.sources(beat.id, self.pages[beat.id], when)
            elif take is None:
                continue
            elif beat.kind == "card":
                line = take.line
                yield from self.lettering.card(
                    f"{line.id}.card", line.text, line.source, self.project.subject.name, {**when, "line": line.id}
                )
            elif beat.kind == "picture" and self.settings.picture_credits and take.line.source:
                credit = take.line.source + (RESTORED_CREDIT if is_restored(take) else "")
                yield self.lettering.picture_credit(f"{take.line.id}.credit", credit, {**when, "line": take.line.id})
            elif beat.kind == "picture" and is_restored(take):
                words = RESTORED_CREDIT.strip(" ,").capitalize()
                yield self.lettering.picture_credit(f"{take.line.id}.credit", words, {**when, "line": take.line.id})
            elif beat.kind == "portrait" and not introduced:
                introduced = True
                yield from self.lettering.lower_third(f"{take.line.id}.lower-third", self.project, self._third(shot))

    def labels(self) -> Iterator[TitleClip]:
        """The label, for as long as a synthetic voice is heard or the portrait is seen."""
        for number, span in enumerate(self.label_spans(), start=1):
            yield self.lettering.label(f"label-{number}", self.project.film.disclosure, self._when(span))

    def label_spans(self) -> list[Span]:
        spans: list[Span] = []
        for shot in self.shots:
            if shot.beat.kind == "portrait":
                spans.append((shot.start, shot.end))
            take = shot.beat.take
            if shot.voice is not None and take is not None and take.speech is not None and take.speech.synthetic:
                spans.append(self._voice_span(shot))
        return _merged(sorted(spans), self.clock.frames(MERGED_LABELS_S))

    def subtitles(self) -> Iterator[TitleClip]:
        for shot, after in zip(self.shots, [*self.shots[1:], None], strict=True):
            take = shot.beat.take
            if shot.voice is None or take is None or take.speech is None:
                continue
            room = self.clock.frames(self.settings.breath_after_s)
            if after is not None and after.beat.kind in ("card", "title", "sources"):
                room = max(after.start - self._voice_span(shot)[1], 0)
            found = subtitles_of(take.speech, self.clock, self.settings.line_chars, self.settings.reading_cps, room)
            for number, one in enumerate(found, start=1):
                when = self._when((shot.voice + one.start, min(shot.voice + one.end, self.end)))
                yield self.lettering.subtitle(
                    f"{take.line.id}.subtitle-{number}", one.text, {**when, "line": take.line.id}
                )

    # Times

    def _voice_span(self, shot: Shot) -> Span:
        assert shot.voice is not None
        return shot.voice, shot.voice + self.clock.frames_over(shot.beat.voice_s)

    def _third(self, shot: Shot) -> dict[str, Any]:
        start = shot.start + shot.joint.frames + self.clock.frames(LOWER_THIRD_AFTER_S)
        return self._when((start, min(start + self.clock.frames(LOWER_THIRD_S), shot.end)))

    def _words_when(self, shot: Shot) -> dict[str, Any]:
        """Words on a shot: in when it is seen, out before it goes."""
        after = self._after(shot)
        out = after.joint.shared if after is not None else 0
        start = shot.start if shot.start == 0 else shot.start + shot.joint.shared // 2
        return self._when((start, max(shot.end - out // 2, start + 1)))

    def _after(self, shot: Shot) -> Shot | None:
        return self._following.get(shot.beat.id)

    def _when(self, span: Span) -> dict[str, Any]:
        return {"start_s": self.clock.seconds(span[0]), "duration_s": self.clock.seconds(span[1] - span[0])}


def is_restored(take: Take) -> bool:
    """Whether the line shows a restored version of its picture, which the audience is told."""
    return take.still is not None and ".restored." in take.still.picture


def shot_id(shot: Shot) -> str:
    """Id of a shot's clip in the picture track."""
    kind = {"title": "picture", "sources": "picture", "card": "picture"}.get(shot.beat.kind, shot.beat.kind)
    return f"{shot.beat.id}.{kind}"


def line_of(shot: Shot) -> str | None:
    return shot.beat.take.line.id if shot.beat.take else None


def backdrop_name(framing: str) -> str:
    return "backdrop.png" if framing == "wide" else f"backdrop_{framing}.png"


def drift(focus: tuple[float, float]) -> Move:
    """The slow push over a ground, that keeps a card from freezing."""
    size = 1 / GROUND_ZOOM
    x, y = (1 - size) * focus[0], (1 - size) * focus[1]
    whole = Frame(x=0, y=0, width=1, height=1)
    return Move(start=whole, end=Frame(x=x, y=y, width=size, height=size), easing="linear")


def _merged(spans: Sequence[Span], gap: int) -> list[Span]:
    merged: list[Span] = []
    for start, end in spans:
        if merged and start - merged[-1][1] <= gap:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _tracks(name: str, kind: Any, clips: Sequence[TitleClip | SoundClip]) -> list[Track]:
    """The clips in as few tracks as keep them from overlapping."""
    lanes: list[list[TitleClip | SoundClip]] = []
    for clip in clips:
        lane = next((lane for lane in lanes if lane[-1].end_s <= clip.start_s + 1e-6), None)
        if lane is None:
            lanes.append([clip])
        else:
            lane.append(clip)
    return [
        Track(name=name if number == 1 else f"{name} {number}", kind=kind, clips=tuple(lane))
        for number, lane in enumerate(lanes, start=1)
    ]
