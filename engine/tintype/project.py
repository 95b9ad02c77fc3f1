"""film.toml: the project file that an editor reads and writes by hand."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, PrivateAttr, ValidationError, field_validator, model_validator

from tintype.documents.base import Model, first_problem
from tintype.errors import ArchiveFileMissing, FilmFileError, FilmNotFound
from tintype.hookspecs import STAGES

MAX_FILM_TOML_BYTES = 4_000_000
COUNTRY = re.compile(r"[A-Za-z]{2}")
LINE_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")

DEFAULT_PROVIDERS: dict[str, str | dict[str, str]] = {
    "prepare_archive": {"photo": "opencv", "footage": "opencv", "recording": "librosa", "letter": "letters"},
    "extract_features": {"photo": "mediapipe", "footage": "opencv", "recording": "librosa", "letter": "letters"},
    "build_voice": "espeak",
    "recognize_emotion": "prosody",
    "synthesize_speech": "espeak",
    "align_speech": "pocketsphinx",
    "build_head": "mediapipe",
    "animate_face": "visemes",
    "generate_image": "archive-stills",
    "compose_film": "documentary",
    "finish_film": "finishing",
}
"""The embedded default of every stage; the archive's stages choose by medium."""

PERFORMANCE_PROVIDER = "captured"
"""Animates the lines that name a performance, unless the line names another provider."""

Basis = Literal["self_recorded", "estate", "next_of_kin", "public_domain_historical", "living_consent"]
Words = Literal["own words only", "new words allowed"]
OWN_WORDS: Words = "own words only"
NEW_WORDS: Words = "new words allowed"
WORLDWIDE = "worldwide"
Rectangle = tuple[float, float, float, float]


def known_territory(territory: tuple[str, ...]) -> tuple[str, ...]:
    """Country codes in capitals, or ``worldwide`` alone.

    Raises:
        ValueError: anything else.
    """
    if [part.lower() for part in territory] == [WORLDWIDE]:
        return (WORLDWIDE,)
    for part in territory:
        if not COUNTRY.fullmatch(part):
            raise ValueError(f'{part!r} is neither a country code of two letters, as "DE", nor "{WORLDWIDE}" alone')
    return tuple(part.upper() for part in territory)


class FilmSection(Model):
    """[film]"""

    title: str = Field(min_length=1, description="Title of the film.")
    subtitle: str = Field("", description="Second line of the title card.")
    fps: float = Field(24.0, gt=0, le=120, description="Frames per second.")
    size: tuple[int, int] = Field((1280, 720), description="Width and height in pixels.")
    locale: str = Field("en-us", description="Language of the film as a BCP 47 tag.")
    disclosure: str = Field(
        "Synthetic voice and animation", min_length=1, description="Label shown while the portrait speaks."
    )
    disclosure_waived: str = Field(
        "", max_length=500, description="Why the film shows no label; the reason goes into credentials and cue sheet."
    )
    territory: tuple[str, ...] = Field(
        (), description="Where the film will be shown: ISO 3166 country codes, or worldwide."
    )
    seed: int = Field(0, ge=0, description="Seed of everything random; change it for other takes.")

    @field_validator("territory")
    @classmethod
    def _territory_is_known(cls, territory: tuple[str, ...]) -> tuple[str, ...]:
        return known_territory(territory)

    @field_validator("size")
    @classmethod
    def _size_can_be_encoded(cls, size: tuple[int, int]) -> tuple[int, int]:
        if any(side < 16 or side > 8192 or side % 2 for side in size):
            raise ValueError("width and height must be even numbers between 16 and 8192")
        return size


class SubjectSection(Model):
    """[subject]"""

    name: str = Field(min_length=1, description="Name of the person.")
    born: str | int | dt.date | None = Field(None, description="Year or date of birth.")
    died: str | int | dt.date | None = Field(None, description="Year or date of death.")
    archive: str = Field("archive", description="Archive folder, relative to film.toml.")
    portrait: str | None = Field(None, description="Photo for the head, inside the archive; the best one if absent.")


class ConsentSection(Model):
    """[consent]"""

    basis: Basis = Field(description="On what ground the voice and likeness may be used.")
    granted_by: str = Field(min_length=1, description="Who gave the consent, or why none is needed.")
    relation: str = Field("", description="What that person is to the subject.")
    date: dt.date = Field(description="When it was given.")
    scope: tuple[Literal["voice", "likeness"], ...] = Field(description="What it covers.")
    words: Words = Field(
        OWN_WORDS, description="Whether words that the person never said or wrote may be spoken in their voice."
    )
    territory: tuple[str, ...] = Field(
        (), description="Where it holds: ISO 3166 country codes, or worldwide; absent for no limit."
    )
    expires: dt.date | None = Field(None, description="Last day it is valid; absent for no end.")
    evidence: str | None = Field(None, description="File that proves it, inside the film's folder.")
    evidence_sha256: str | None = Field(
        None,
        pattern="^[0-9a-f]{64}$",
        description="Digest of the evidence when it was checked; another file is refused.",
    )
    conditions: str = Field("", description="Conditions that come with it.")

    @field_validator("territory")
    @classmethod
    def _territory_is_known(cls, territory: tuple[str, ...]) -> tuple[str, ...]:
        return known_territory(territory)


class PictureChoice(Model):
    """Which picture of the archive, and where the move starts and ends."""

    file: str = Field(description="Path inside the archive folder.")
    start: Rectangle | None = Field(None, description="x, y, width, height in fractions of the picture.")
    end: Rectangle | None = Field(None, description="x, y, width, height in fractions of the picture.")


class EmotionChoice(Model):
    """The feeling of a line as the editor wants it."""

    category: Literal["neutral", "anger", "contempt", "disgust", "fear", "joy", "sadness", "surprise"]
    intensity: float = Field(0.6, ge=0, le=1)


class Line(Model):
    """[[line]]: something said, shown or read."""

    id: str = Field(description="Short name, unique in the film: lower-case letters, digits, - and _.")
    text: str = Field("", max_length=10_000, description="What is said, or what the card says.")
    recording: str | None = Field(None, description="Archive recording that says it, inside the archive folder.")
    source: str = Field("", description="Where these words come from.")
    performance: str | None = Field(
        None, description="Captured face track for this line, inside the archive folder: .csv, .json or .npz."
    )
    show: Literal["portrait", "picture", "card"] = Field("portrait", description="What is on screen.")
    emotion: EmotionChoice | None = Field(None, description="Feeling; read from the words when absent.")
    picture: str | PictureChoice | None = Field(None, description="Picture to show, inside the archive folder.")
    language: str | None = Field(None, description="Language of this line; the film's if absent.")
    duration_s: float | None = Field(None, gt=0, le=600, description="How long a picture or card without voice shows.")
    stages: dict[str, str] = Field(default_factory=dict, description="Providers for this line alone.")
    notes: str = ""

    @field_validator("emotion", mode="before")
    @classmethod
    def _emotion_from_text(cls, value: Any) -> Any:
        """Accept ``sad:0.6``-like short forms: ``joy`` or ``joy:0.4``."""
        if isinstance(value, str):
            category, _, intensity = value.partition(":")
            return {"category": category} | ({"intensity": intensity} if intensity else {})
        return value

    @model_validator(mode="after")
    def _says_or_shows_something(self) -> Self:
        if not LINE_ID.fullmatch(self.id):
            raise ValueError(f"id {self.id!r} may have only lower-case letters, digits, - and _")
        if self.show == "card" and not self.text.strip():
            raise ValueError(f"line {self.id!r} is a card without text")
        if self.show == "portrait" and not self.text.strip() and self.recording is None:
            raise ValueError(f"line {self.id!r} has neither text nor a recording for the portrait to speak")
        unknown = set(self.stages) - set(STAGES)
        if unknown:
            raise ValueError(f"line {self.id!r} names the stage {min(unknown)!r}; stages are {', '.join(STAGES)}")
        return self

    @property
    def new_words(self) -> bool:
        """Whether a machine will speak words for which no source is given."""
        return self.speaks and self.recording is None and not self.source.strip()

    @property
    def speaks(self) -> bool:
        """Whether the line has a voice: portraits always, pictures when they have text or a recording."""
        return self.show != "card" and bool(self.text.strip() or self.recording)

    @property
    def picture_choice(self) -> PictureChoice | None:
        """The picture that the line asks for, in its long form."""
        return PictureChoice(file=self.picture) if isinstance(self.picture, str) else self.picture


class StageChoice(Model):
    """Provider and settings of one stage."""

    provider: str | dict[str, str]
    settings: dict[str, Any] = Field(default_factory=dict)


class Project(Model):
    """A film.toml, validated.  Its folder is the film's folder: results are laid out beside it."""

    film: FilmSection
    subject: SubjectSection
    consent: ConsentSection | None = None
    stages: dict[str, StageChoice] = Field(default_factory=dict)
    line: tuple[Line, ...] = Field((), max_length=10_000)
    _path: Path | None = PrivateAttr(default=None)

    @field_validator("stages", mode="before")
    @classmethod
    def _stages_from_short_form(cls, value: Any) -> Any:
        """Accept ``build_head = "mediapipe"``, ``[stages.build_head] provider = …`` and settings alone."""
        if not isinstance(value, dict):
            return value
        unknown = set(value) - set(STAGES)
        if unknown:
            raise ValueError(f"there is no stage {min(unknown)!r}; stages are {', '.join(STAGES)}")
        chosen = {}
        for stage, choice in value.items():
            if isinstance(choice, str):
                choice = {"provider": choice}
            if isinstance(choice, dict) and not {"provider", "settings"} & set(choice):
                choice = {"provider": choice}
            if isinstance(choice, dict):
                choice = {"provider": DEFAULT_PROVIDERS[stage]} | choice
            chosen[stage] = choice
        return chosen

    @model_validator(mode="after")
    def _line_ids_are_unique(self) -> Self:
        seen: set[str] = set()
        for line in self.line:
            if line.id in seen:
                raise ValueError(f"two lines are called {line.id!r}")
            seen.add(line.id)
        return self

    @property
    def path(self) -> Path:
        """The film.toml itself, absolute."""
        if self._path is None:
            raise FilmNotFound("This film has not been read from a file, so it has no folder.")
        return self._path

    @property
    def root(self) -> Path:
        """The film's folder."""
        return self.path.parent

    @property
    def archive_root(self) -> Path:
        return (self.root / self.subject.archive).resolve()

    def provider(self, stage: str, *, medium: str | None = None, line: Line | None = None) -> str:
        """The provider that the film (or the line) names for a stage."""
        if line is not None and stage in line.stages:
            return line.stages[stage]
        if line is not None and stage == "animate_face" and line.performance is not None:
            return PERFORMANCE_PROVIDER
        choice = self.stages[stage].provider if stage in self.stages else DEFAULT_PROVIDERS[stage]
        if isinstance(choice, str):
            return choice
        fallback = DEFAULT_PROVIDERS[stage]
        merged = {**fallback, **choice} if isinstance(fallback, dict) else choice
        if medium is None or medium not in merged:
            raise FilmFileError(
                f"{self.path}: [stages] {stage} names a provider per medium, but none for {medium or 'this film'}.",
                hint=f'Write {stage} = "NAME", or add {medium} = "NAME".',
            )
        return merged[medium]

    def settings(self, stage: str, *, line: Line | None = None) -> dict[str, Any]:
        """The stage's settings as written, not yet validated by its provider.

        They are the film's provider's: a line that goes to another one gets that one's defaults.
        """
        if stage not in self.stages:
            return {}
        chosen = self.stages[stage]
        elsewhere = line is not None and self.provider(stage, line=line) != chosen.provider
        return {} if elsewhere else chosen.settings

    def archive_file(self, path: str, *, wanted_by: str) -> Path:
        """Absolute path of a file in the archive.

        Raises:
            ArchiveFileMissing: it does not exist, or lies outside the archive folder.
        """
        absolute = (self.archive_root / path).resolve()
        if not absolute.is_relative_to(self.archive_root):
            raise ArchiveFileMissing(
                f"{wanted_by} names {path!r}, which lies outside the archive folder {self.archive_root}.",
                hint="Copy the file into the archive folder and name it from there.",
            )
        if not absolute.is_file():
            raise ArchiveFileMissing(
                f"{wanted_by} names {path!r}, but {absolute} does not exist.",
                hint=f"Put the file there, or correct the name in {self.path.name}.",
            )
        return absolute


def read_project(path: Path) -> Project:
    """Read and validate a film.toml.

    Args:
        path: the file, or the folder that it lies in.

    Raises:
        FilmNotFound: there is no such file.
        FilmFileError: it is not TOML, too large, or says something unknown; names the field and the value.
    """
    try:
        path = path.resolve()
        if path.is_dir():
            path = path / "film.toml"
        with path.open("rb") as stream:
            raw = stream.read(MAX_FILM_TOML_BYTES + 1)
    except (OSError, ValueError, RuntimeError) as err:  # missing, not a name at all, a loop of links
        raise FilmNotFound(
            f"{path} cannot be read: {getattr(err, 'strerror', None) or err}.",
            hint="`tintype init DIR --subject NAME` makes a new film.",
        ) from err
    if len(raw) > MAX_FILM_TOML_BYTES:
        raise FilmFileError(
            f"{path} is too large: a film.toml has at most {MAX_FILM_TOML_BYTES / 1e6:.0f} MB.",
            hint="Keep recordings and pictures in the archive folder, and only their names in film.toml.",
        )
    try:
        data = tomllib.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError) as err:  # of TOML, of UTF-8, of numbers with thousands of digits
        raise FilmFileError(f"{path} is not valid TOML: {err}.", hint="Correct that place and try again.") from err
    return project_from_data(data, path)


def project_from_data(data: dict[str, Any], path: Path) -> Project:
    """Validate what a film.toml says; ``path`` is where it lies or will lie."""
    try:
        project = Project.model_validate(data)
    except ValidationError as err:
        raise FilmFileError(
            f"{path}: {first_problem(err)}.", hint="The README's section on film.toml shows every field."
        ) from err
    project._path = path
    return project
