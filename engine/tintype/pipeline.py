"""From a film.toml to an edit, stage by stage.  This module reads like a table of contents."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from tintype import consent, results, watermark
from tintype.archive_files import find_files, transcript_of
from tintype.cache import Cache
from tintype.chosen_emotion import chosen_emotion
from tintype.credentials.results import sign_results
from tintype.digests import data_digest, file_digest
from tintype.disclosure import disclose
from tintype.documents import (
    Archive,
    ArchiveItem,
    EmotionTrack,
    FaceTrack,
    Features,
    Film,
    HeadModel,
    Medium,
    Speech,
    Still,
    VoiceProfile,
)
from tintype.errors import AlignmentFailed, FaceNotFound, FilmBusy, FilmFileError, LanguageUnsupported, PhotoUnreadable
from tintype.film_id import film_id
from tintype.hookspecs import Asset, PictureRequest, Take
from tintype.plugins import Plugins
from tintype.progress import Run
from tintype.project import Line, Project
from tintype.provenance import provenance_of
from tintype.stage_runner import Call, Made, StageRunner
from tintype.storage import storage_of

WORK_FOLDER = ".tintype"
log = logging.getLogger(__name__)


@dataclass
class LineResults:
    """What has been made for one line so far."""

    line: Line
    emotion: EmotionTrack | None = None
    speech: Made[Speech] | None = None
    face: Made[FaceTrack] | None = None
    still: Made[Still] | None = None


@dataclass
class FilmResults:
    """Everything that a run has made, on its way to the film's folder."""

    project: Project
    assets: dict[str, Asset] = field(default_factory=dict)
    asset_digests: dict[str, str] = field(default_factory=dict)
    voice: Made[VoiceProfile] | None = None
    head: Made[HeadModel] | None = None
    lines: dict[str, LineResults] = field(default_factory=dict)
    composed: Made[Film] | None = None
    edit: Made[Film] | None = None


def make_film(
    project: Project, plugins: Plugins, run: Run, *, only: Sequence[str] | None = None, jobs: int = 1
) -> FilmResults:
    """Run every stage of a film, reusing what has been made before, and lay the results out in its folder.

    Args:
        project: the film.
        run: told of progress; its switch stops the run between two results.
        only: ids of the lines to make; the other lines are taken from earlier runs, and the edit is made only
            when none of them is missing.
        jobs: how many lines may be made at the same time, by providers that say they can.

    Raises:
        TintypeError: what has to be put right; everything finished before it is kept.
    """
    consent.require_for_film(project)
    check_providers(project, plugins)
    lines = chosen_lines(project, only)
    with storage_of(project.root), locked(project) as cache:
        runner = StageRunner(plugins, project, cache, run, jobs)
        film = FilmResults(project, lines={line.id: LineResults(line) for line in project.line})
        prepare_archive(runner, film)
        extract_features(runner, film)
        build_voice(runner, film)
        recognize_emotions(runner, film)
        speak_lines(runner, film, lines)
        build_head(runner, film)
        animate_faces(runner, film, lines)
        choose_pictures(runner, film, lines)
        results.lay_out_lines(film)
        if not missing_lines(film):
            compose(runner, film)
        provenance = provenance_of(film)
        if film.edit is not None:
            results.lay_out_edit(film, provenance)
        sign_results(project, provenance)
        results.write_report(film, run)
    return film


@contextmanager
def locked(project: Project) -> Iterator[Cache]:
    """Hold the film against other engines and give its cache.

    Raises:
        FilmBusy: another engine holds it.
    """
    work = project.root / WORK_FOLDER
    work.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(work / "lock", timeout=0):
            cache = Cache(work / "cache")
            cache.clear_unfinished()
            yield cache
    except Timeout as err:
        raise FilmBusy(
            f"Another Tintype is working on {project.path}.",
            hint="Wait until it has finished, or stop it, and try again.",
        ) from err


def chosen_lines(project: Project, only: Sequence[str] | None) -> set[str]:
    """The ids of the lines to make.

    Raises:
        FilmFileError: the film has no lines, or not the one that was asked for.
    """
    known = [line.id for line in project.line]
    if not known:
        raise FilmFileError(
            f"{project.path} has no lines yet.",
            hint='Add one: [[line]] id = "first", text = "…", source = "where the words come from".',
        )
    for wanted in only or ():
        if wanted not in known:
            raise FilmFileError(
                f"{project.path} has no line called {wanted!r}.", hint=f"Its lines are {', '.join(known)}."
            )
    return set(only if only is not None else known)


def check_providers(project: Project, plugins: Plugins) -> None:
    """Refuse unknown providers and wrong settings at once, before anything is made."""
    for stage, choice in project.stages.items():
        names = [choice.provider] if isinstance(choice.provider, str) else list(choice.provider.values())
        found = [plugins.provider(stage, name) for name in names]
        if choice.settings:
            plugins.settings(stage, found[0], choice.settings)
    for line in project.line:
        for stage, name in line.stages.items():
            plugins.provider(stage, name)


def prepare_archive(runner: StageRunner, film: FilmResults) -> None:
    """Look at every file of the archive and clean those that need it."""
    project = film.project
    for line in project.line:
        check_line_files(project, line)
    if project.subject.portrait is not None:
        project.archive_file(project.subject.portrait, wanted_by="[subject] portrait")
    files = find_files(project.archive_root)
    runner.run.begin("prepare_archive", len(files))
    for medium, paths in files.items():
        digests = {path.relative_to(project.archive_root).as_posix(): file_digest(path) for path in paths}
        made = runner.make(
            Call(
                "prepare_archive",
                Archive,
                medium,
                inputs={"medium": medium, "files": digests},
                arguments={"root": project.archive_root, "files": paths, "medium": medium},
                medium=medium,
            )
        )
        for item in made.document.items:
            film.assets[item.path] = asset_of(project, made, item)
            film.asset_digests[item.path] = data_digest([item.sha256, made.entry.digest if item.prepared else ""])


def check_line_files(project: Project, line: Line) -> None:
    if line.recording is not None:
        project.archive_file(line.recording, wanted_by=f"Line {line.id!r}: recording")
    performance_of(project, line)
    if line.picture_choice is not None:
        project.archive_file(line.picture_choice.file, wanted_by=f"Line {line.id!r}: picture")


def asset_of(project: Project, made: Made[Archive], item: ArchiveItem) -> Asset:
    original = project.archive_root / item.path
    path = made.entry.folder / item.prepared if item.prepared else original
    return Asset(item, path, transcript=transcript_of(original) if item.medium == "recording" else "")


def extract_features(runner: StageRunner, film: FilmResults) -> None:
    """Measure every usable item of the archive."""
    usable = [asset for asset in film.assets.values() if asset.item.quality > 0]
    runner.run.begin("extract_features", len(usable))
    measured = runner.make_each([measuring_of(film, asset) for asset in usable])
    for asset, made in zip(usable, measured, strict=True):
        assert made is not None
        path = asset.item.path
        film.assets[path] = replace(asset, features=made.document)
        film.asset_digests[path] = data_digest([film.asset_digests[path], made.entry.digest, asset.transcript])


def measuring_of(film: FilmResults, asset: Asset) -> Call[Features]:
    path = asset.item.path
    return Call(
        "extract_features",
        Features,
        path,
        inputs={"item": film.asset_digests[path], "path": path},
        arguments={"asset": asset},
        medium=asset.item.medium,
    )


def usable(film: FilmResults, medium: Medium) -> list[Asset]:
    return [asset for asset in film.assets.values() if asset.item.medium == medium and asset.item.quality > 0]


def inputs_of(film: FilmResults, assets: Sequence[Asset]) -> dict[str, str]:
    return {asset.item.path: film.asset_digests[asset.item.path] for asset in assets}


def build_voice(runner: StageRunner, film: FilmResults) -> None:
    """Describe the person's voice, if any line has to be spoken for them."""
    needed = any(line.speaks and line.recording is None for line in film.project.line)
    runner.run.begin("build_voice", int(needed))
    if needed:
        language = film.project.film.locale
        words = words_of_recordings(runner, film, language)
        recordings = [
            replace(asset, speech=words[asset.item.path].document if asset.item.path in words else None)
            for asset in usable(film, "recording")
        ]
        film.voice = runner.make(
            Call(
                "build_voice",
                VoiceProfile,
                film.project.subject.name,
                inputs={
                    "recordings": inputs_of(film, recordings),
                    "words": {path: made.entry.digest for path, made in words.items()},
                    "language": language,
                },
                arguments={"recordings": recordings, "language": language},
            )
        )


def words_of_recordings(runner: StageRunner, film: FilmResults, language: str) -> dict[str, Made[Speech]]:
    """Where the words of every recording with a transcript are, by its path: a voice can be learnt from them.

    A transcript that does not fit its recording is passed over with a warning; the recording itself still serves.
    """
    transcribed = [asset for asset in usable(film, "recording") if asset.transcript]
    if transcribed:
        runner.run.begin("align_speech", len(transcribed))
    found = {}
    for asset in transcribed:
        path, text = asset.item.path, asset.transcript
        call = Call(
            "align_speech",
            Speech,
            path,
            inputs={"recording": film.asset_digests[path], "text": text, "language": language},
            arguments={"recording": asset.path, "text": text, "language": language},
        )
        try:
            found[path] = runner.make(call)
        except (AlignmentFailed, LanguageUnsupported) as err:
            log.warning("the transcript of %s is not used for the voice: %s", path, err.message)
    return found


def recognize_emotions(runner: StageRunner, film: FilmResults) -> None:
    """Read the feeling of every spoken line whose film.toml does not state it."""
    speaking = [item for item in film.lines.values() if item.line.speaks]
    for item in speaking:
        item.emotion = chosen_emotion(item.line.emotion) if item.line.emotion else None
    unstated = [item for item in speaking if item.emotion is None]
    runner.run.begin("recognize_emotion", len(unstated))
    for item, made in zip(unstated, runner.make_each([reading_of(film, item) for item in unstated]), strict=True):
        item.emotion = made.document if made else None


def reading_of(film: FilmResults, item: LineResults) -> Call[EmotionTrack]:
    line = item.line
    recording = film.assets.get(line.recording) if line.recording else None
    language = language_of(film, line)
    return Call(
        "recognize_emotion",
        EmotionTrack,
        line.id,
        inputs={
            "text": line.text,
            "language": language,
            "recording": film.asset_digests[line.recording] if line.recording else None,
        },
        arguments={"text": line.text, "recording": recording, "face": None, "language": language},
        line=line,
    )


def language_of(film: FilmResults, line: Line) -> str:
    return line.language or film.project.film.locale


def speak_lines(runner: StageRunner, film: FilmResults, chosen: set[str]) -> None:
    """Give every speaking line its audio with phones and words: synthesised, or aligned with its recording."""
    speaking = [item for item in film.lines.values() if item.line.speaks]
    synthetic = [item for item in speaking if item.line.recording is None]
    recorded = [item for item in speaking if item.line.recording is not None]
    for stage, items, call_of in (
        ("synthesize_speech", synthetic, synthesis_of),
        ("align_speech", recorded, alignment_of),
    ):
        runner.run.begin(stage, len(items))
        calls = [call_of(film, item) for item in items]
        for item, made in zip(items, runner.make_each(calls, chosen), strict=True):
            item.speech = made


def synthesis_of(film: FilmResults, item: LineResults) -> Call[Speech]:
    """Speech by a plugin, and in it the film's mark, which is the engine's own."""
    language = language_of(film, item.line)
    voice = film.voice
    name = film_id(film.project)
    return Call(
        "synthesize_speech",
        Speech,
        item.line.id,
        inputs={
            "text": item.line.text,
            "language": language,
            "voice": voice.entry.digest if voice else None,
            "emotion": emotion_data(item),
            "mark": [watermark.VERSION, name],
        },
        arguments={
            "text": item.line.text,
            "language": language,
            "voice": voice.document if voice else None,
            "emotion": item.emotion,
        },
        line=item.line,
        finish=lambda folder, speech: watermark.mark_file(folder / speech.audio, name),
    )


def alignment_of(film: FilmResults, item: LineResults) -> Call[Speech]:
    assert item.line.recording is not None
    asset = film.assets[item.line.recording]
    text = item.line.text or asset.transcript
    language = language_of(film, item.line)
    return Call(
        "align_speech",
        Speech,
        item.line.id,
        inputs={"recording": film.asset_digests[item.line.recording], "text": text, "language": language},
        arguments={"recording": asset.path, "text": text, "language": language},
        line=item.line,
    )


def emotion_data(item: LineResults) -> Any:
    return item.emotion.model_dump(mode="json") if item.emotion else None


def build_head(runner: StageRunner, film: FilmResults) -> None:
    """Build the head rig, if a portrait is shown.

    Raises:
        PhotoUnreadable: the portrait that the film names cannot be used.
        FaceNotFound: the archive has no photo.
    """
    needed = any(line.show == "portrait" for line in film.project.line)
    runner.run.begin("build_head", int(needed))
    if not needed:
        return
    photos = portrait_photos(film)
    film.head = runner.make(
        Call(
            "build_head",
            HeadModel,
            film.project.subject.name,
            inputs={"photos": inputs_of(film, photos)},
            arguments={"photos": photos},
        )
    )


def portrait_photos(film: FilmResults) -> list[Asset]:
    project = film.project
    named = project.subject.portrait
    if named is not None:
        relative = project.archive_file(named, wanted_by="[subject] portrait").relative_to(project.archive_root)
        asset = film.assets.get(relative.as_posix())
        if asset is None or asset.item.quality <= 0:
            reasons = "; ".join(asset.item.problems) if asset else "it is not a picture"
            raise PhotoUnreadable(
                f"[subject] portrait names {named!r}, which cannot be used: {reasons}.",
                hint="Export it as JPEG or PNG, or name another photo.",
            )
        return [asset]
    photos = usable(film, "photo")
    if not photos:
        raise FaceNotFound(
            f"{project.path} shows a portrait, but {project.archive_root} has no usable photo.",
            hint="Put a photo of the person, seen from the front, into the archive's photos folder.",
        )
    return photos


def animate_faces(runner: StageRunner, film: FilmResults, chosen: set[str]) -> None:
    """Make the face speak every portrait line."""
    portraits = [item for item in film.lines.values() if item.line.show == "portrait"]
    runner.run.begin("animate_face", len(portraits))
    spoken = [item for item in portraits if item.speech is not None]
    calls = [animation_of(film, item) for item in spoken]
    for item, made in zip(spoken, runner.make_each(calls, chosen), strict=True):
        item.face = made


def animation_of(film: FilmResults, item: LineResults) -> Call[FaceTrack]:
    assert item.speech is not None
    performance = performance_of(film.project, item.line)
    return Call(
        "animate_face",
        FaceTrack,
        item.line.id,
        inputs={"speech": item.speech.entry.digest, "emotion": emotion_data(item)}
        | ({"performance": file_digest(performance)} if performance else {}),
        arguments={"speech": item.speech.document, "emotion": item.emotion, "performance": performance},
        line=item.line,
    )


def performance_of(project: Project, line: Line) -> Path | None:
    """The captured face track that a line names."""
    if line.performance is None:
        return None
    return project.archive_file(line.performance, wanted_by=f"Line {line.id!r}: performance")


def choose_pictures(runner: StageRunner, film: FilmResults, chosen: set[str]) -> None:
    """Choose or make a picture for every line that shows one."""
    shown = [item for item in film.lines.values() if item.line.show == "picture"]
    photos = usable(film, "photo")
    runner.run.begin("generate_image", len(shown))
    calls = [choice_of(film, item, photos) for item in shown]
    for item, made in zip(shown, runner.make_each(calls, chosen), strict=True):
        item.still = made


def choice_of(film: FilmResults, item: LineResults, photos: Sequence[Asset]) -> Call[Still]:
    request = picture_request(film, item)
    return Call(
        "generate_image",
        Still,
        item.line.id,
        inputs={"request": vars(request), "photos": inputs_of(film, photos)},
        arguments={"request": request, "references": photos},
        line=item.line,
    )


def picture_request(film: FilmResults, item: LineResults) -> PictureRequest:
    choice = item.line.picture_choice
    width, height = film.project.film.size
    spoken_s = item.speech.document.duration_s if item.speech else 0.0
    return PictureRequest(
        text=item.line.text or item.line.notes,
        picture=choice.file if choice else "",
        frame_start=choice.start if choice else None,
        frame_end=choice.end if choice else None,
        width_px=width,
        height_px=height,
        duration_s=item.line.duration_s or spoken_s or 4.0,
    )


def missing_lines(film: FilmResults) -> list[str]:
    """Ids of the lines that still have to be made."""
    return [
        item.line.id
        for item in film.lines.values()
        if (item.line.speaks and item.speech is None)
        or (item.line.show == "portrait" and item.face is None)
        or (item.line.show == "picture" and item.still is None)
    ]


def compose(runner: StageRunner, film: FilmResults) -> None:
    """Cut the takes into a film and finish it."""
    project = film.project
    takes = [take_of(item) for item in film.lines.values()]
    digests = [
        [
            item.line.model_dump(mode="json"),
            emotion_data(item),
            *(made.entry.digest if made else None for made in (item.speech, item.face, item.still)),
        ]
        for item in film.lines.values()
    ]
    runner.run.begin("compose_film", 1)
    composed = runner.make(
        Call(
            "compose_film",
            Film,
            project.film.title,
            inputs={
                "project": project.model_dump(mode="json", exclude={"line", "stages"}),
                "head": film.head.entry.digest if film.head else None,
                "takes": digests,
            },
            arguments={"project": project, "head": film.head.document if film.head else None, "takes": takes},
        )
    )
    runner.run.begin("finish_film", 1)
    results.lay_out_files(composed.entry.folder, project.root / results.EDIT_FOLDER, skip={Film.FILENAME})
    finished = runner.make(
        Call(
            "finish_film",
            Film,
            project.film.title,
            inputs={"film": composed.entry.digest},
            arguments={"film": composed.document, "root": project.root},
        )
    )
    film.composed = composed
    film.edit = replace(finished, document=disclose(project, finished.document))


def take_of(item: LineResults) -> Take:
    return Take(
        line=item.line,
        folder=results.line_folder(item.line.id),
        speech=item.speech.document if item.speech else None,
        emotion=item.emotion,
        face=item.face.document if item.face else None,
        still=item.still.document if item.still else None,
    )
