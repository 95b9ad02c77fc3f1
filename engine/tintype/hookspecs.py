"""Every stage that a plugin can provide, in running order.

A plugin is a module (or object) with some of these functions marked ``@hookimpl``; its entry point in the group
``tintype`` names it, and that name is what ``[stages]`` in film.toml says.  Exactly one provider runs per call: the
one that the film names, so the order of installation never matters.  An implementation takes only the arguments it
needs.  Inputs are immutable; outputs go into ``job.folder`` and come back as a document.

A stage raises a child of :class:`tintype.errors.TintypeError` for whatever the editor can put right; anything else
is reported with the plugin's name as a fault of the plugin.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pluggy

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
from tintype.job import Job
from tintype.provider import ProviderInfo, Settings
from tintype.stages import STAGES

if TYPE_CHECKING:
    from tintype.project import Line, Project

__all__ = [
    "STAGES",
    "Asset",
    "PictureRequest",
    "Take",
    "hookimpl",
    "hookspec",
]

PROJECT_NAME = "tintype"
hookspec = pluggy.HookspecMarker(PROJECT_NAME)
hookimpl = pluggy.HookimplMarker(PROJECT_NAME)


@dataclass(frozen=True)
class Asset:
    """An archive file as a stage receives it.

    Attributes:
        item: what the archive says of it.
        path: the file to read: the prepared version where there is one.
        features: what was measured in it, when that has run.
        transcript: what is said in a recording, where the film or a text file beside it says so.
        speech: words and phones of a recording with their times, where its transcript has been aligned.
    """

    item: ArchiveItem
    path: Path
    features: Features | None = None
    transcript: str = ""
    speech: Speech | None = None


@dataclass(frozen=True)
class PictureRequest:
    """What a picture is wanted for.

    Attributes:
        text: the words that it goes with, or the prompt.
        picture: path inside the archive folder that the editor asks for; empty to choose.
        frame_start: x, y, width, height in fractions, where the editor wants the move to start.
        frame_end: where the editor wants the move to end.
        width_px: width of the film.
        height_px: height of the film.
        duration_s: how long it will show.
    """

    text: str
    picture: str
    frame_start: tuple[float, float, float, float] | None
    frame_end: tuple[float, float, float, float] | None
    width_px: int
    height_px: int
    duration_s: float


@dataclass(frozen=True)
class Take:
    """What has been made for one line, laid out in the film's folder.

    Attributes:
        line: the line as film.toml has it.
        folder: path of the line's folder, relative to the film's folder; ``speech.wav``, ``face.npz`` and the
            still's picture lie in it.
    """

    line: Line
    folder: str
    speech: Speech | None = None
    emotion: EmotionTrack | None = None
    face: FaceTrack | None = None
    still: Still | None = None


@hookspec(firstresult=True)
def describe_provider() -> ProviderInfo:
    """Say what this plugin is: title, description, licence, and a settings model per stage.

    Called once when plugins are listed; it must not import anything heavy.
    """
    raise AssertionError("a specification")


@hookspec(firstresult=True)
def prepare_archive(root: Path, files: Sequence[Path], medium: Medium, settings: Settings, job: Job) -> Archive:
    """Look at the archive's files of one medium and clean those that need it.

    Runs first, once per medium that the archive has.

    Args:
        root: the archive folder.
        files: the files of that medium, absolute, sorted.
        medium: one of those that the plugin declares in ``ProviderInfo.media``.

    Returns:
        An archive with one item per file, in the order of ``files``; cleaned versions are written into
        ``job.folder`` and named in ``prepared``.  Originals are never touched.  A file that cannot be used stays
        in the list with its problems and quality 0.
    """
    raise AssertionError("a specification")


@hookspec(firstresult=True)
def extract_features(asset: Asset, settings: Settings, job: Job) -> Features:
    """Measure one item of the archive.

    Runs after ``prepare_archive``, once per usable item, by the provider that the film names for its medium.
    """
    raise AssertionError("a specification")


@hookspec(firstresult=True)
def build_voice(recordings: Sequence[Asset], language: str, settings: Settings, job: Job) -> VoiceProfile:
    """Describe the voice in the recordings.

    Runs once per film, after ``extract_features``, and only with consent for the voice.

    Args:
        recordings: usable recordings of the person; may be empty, and the profile then says only what the
            settings say (gender, pitch).
        language: BCP 47 tag of the film.
    """
    raise AssertionError("a specification")


@hookspec(firstresult=True)
def recognize_emotion(
    text: str, recording: Asset | None, face: Asset | None, language: str, settings: Settings, job: Job
) -> EmotionTrack:
    """Read the feeling of a line.

    Runs once per line that does not state its emotion outright, before ``synthesize_speech``.

    Args:
        text: the words; empty when only a recording is given.
        recording: for a line that is an archive recording.
        face: a photo or footage of the person in that moment, where the line names one.
    """
    raise AssertionError("a specification")


@hookspec(firstresult=True)
def synthesize_speech(
    text: str, language: str, voice: VoiceProfile | None, emotion: EmotionTrack | None, settings: Settings, job: Job
) -> Speech:
    """Speak a line in the person's voice and write ``speech.wav`` into ``job.folder``.

    Runs once per line that is not an archive recording, and only with consent for the voice.  Phones and words
    come with times, from the synthesiser itself where it knows them.

    Raises:
        LanguageUnsupported: no voice for that language.
    """
    raise AssertionError("a specification")


@hookspec(firstresult=True)
def align_speech(recording: Path, text: str, language: str, settings: Settings, job: Job) -> Speech:
    """Find the phones and words of a recording, and write it as ``speech.wav`` into ``job.folder``.

    Runs once per line that is an archive recording.  ``text`` may be empty: phones are then recognised as well as
    the provider can.

    Raises:
        AlignmentFailed: the words do not fit the recording.
    """
    raise AssertionError("a specification")


@hookspec(firstresult=True)
def build_head(photos: Sequence[Asset], settings: Settings, job: Job) -> HeadModel:
    """Build a head rig from photos and write ``head.glb`` into ``job.folder``.

    Runs once per film, and only with consent for the likeness.

    Raises:
        FaceNotFound: no photo has a usable face; says what was seen.
    """
    raise AssertionError("a specification")


@hookspec(firstresult=True)
def animate_face(
    speech: Speech, emotion: EmotionTrack | None, performance: Path | None, settings: Settings, job: Job
) -> FaceTrack:
    """Make a face speak.

    Runs once per line that the portrait speaks, after the line's speech, and only with consent for the likeness.

    Args:
        performance: the captured performance that the line names, if it names one.

    Returns:
        A track that covers the speech's duration.
    """
    raise AssertionError("a specification")


@hookspec(firstresult=True)
def generate_image(request: PictureRequest, references: Sequence[Asset], settings: Settings, job: Job) -> Still:
    """Choose or make the picture for a line and write it into ``job.folder``.

    Runs once per line that shows a picture.

    Args:
        request: what is wanted.
        references: the archive's usable photos, with their features.
    """
    raise AssertionError("a specification")


@hookspec(firstresult=True)
def compose_film(project: Project, head: HeadModel | None, takes: Sequence[Take], settings: Settings, job: Job) -> Film:
    """Cut the takes into a film.

    Runs once per film.  Files that it makes go into ``job.folder`` and are named ``edit/NAME`` in the clips.
    The head lies at ``head.glb`` in the film's folder.
    """
    raise AssertionError("a specification")


@hookspec(firstresult=True)
def finish_film(film: Film, root: Path, settings: Settings, job: Job) -> Film:
    """Finish the edit: looks, loudness, grade.

    Runs last, once per film.

    Args:
        film: the edit as composed; give back a copy with filters and gains set.
        root: the film's folder, that the clips' paths are relative to.
    """
    raise AssertionError("a specification")


@hookspec
def before_stage_run(stage: str, provider: str, subject: str) -> None:
    """Observe that a stage is about to run (not when its result is taken from the cache)."""


@hookspec
def after_stage_run(stage: str, provider: str, subject: str, seconds: float) -> None:
    """Observe that a stage has run."""


@hookspec
def on_stage_error(stage: str, provider: str, subject: str, error: Exception) -> None:
    """Observe that a stage has failed."""
