"""The engine's answers as plain dataclasses.

Golden examples of every message lie in ``tests/contract``; both sides read them in their tests.  Fields that this
version does not know are ignored, so that a newer engine of the same contract can say more.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

from .errors import EngineError

T = TypeVar("T")
ENDED = ("done", "failed", "cancelled")
"""States that a job does not leave."""


@dataclass(frozen=True)
class Hello:
    """Who is at the other end."""

    engine: str
    contract: int
    python: str
    device: str
    pid: int


@dataclass(frozen=True)
class Problem:
    """Something that stops a film, as the engine puts it."""

    code: str
    message: str
    hint: str = ""


@dataclass(frozen=True)
class Consent:
    """The film's consent: its basis, what it covers, and what is wrong with it."""

    basis: str
    scope: tuple[str, ...]
    problem: Problem | None = None


@dataclass(frozen=True)
class Line:
    """One line of the film."""

    id: str
    text: str
    show: str
    source: str = ""
    ready: bool = False


@dataclass(frozen=True)
class OpenedFilm:
    """A film.toml as the engine reads it."""

    path: str
    folder: str
    title: str
    subject: str
    width_px: int
    height_px: int
    fps: float
    consent: Consent
    lines: tuple[Line, ...]
    has_edit: bool


@dataclass(frozen=True)
class Stage:
    """How far one stage of a job is."""

    stage: str
    title: str
    done: float
    total: int
    made: int = 0
    reused: int = 0


@dataclass(frozen=True)
class JobStatus:
    """A job: queued, running, done, failed or cancelled.  ``message`` names what is being made, often a line's id."""

    job: str
    film: str
    state: str
    stage: str = ""
    message: str = ""
    fraction: float = 0.0
    stages: tuple[Stage, ...] = ()
    result: dict[str, Any] | None = None
    error: Problem | None = None

    @property
    def ended(self) -> bool:
        return self.state in ENDED

    @property
    def stage_title(self) -> str:
        """Title of the stage that is running."""
        return next((stage.title for stage in self.stages if stage.stage == self.stage), self.stage)


@dataclass(frozen=True)
class Provider:
    """A plugin that can run a stage; ``settings_schema`` is JSON Schema."""

    name: str
    title: str
    description: str
    distribution: str
    version: str
    licence: str = ""
    model_licence: str = ""
    media: tuple[str, ...] = ()
    settings_schema: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class StageProviders:
    """Who can run a stage."""

    stage: str
    title: str
    providers: tuple[Provider, ...]


@dataclass(frozen=True)
class Catalogue:
    """All stages with their providers; ``broken`` are plugins that could not be loaded: name, distribution, error."""

    stages: tuple[StageProviders, ...]
    broken: tuple[dict[str, str], ...] = ()


def read_hello(data: Any) -> Hello:
    return _read(Hello, data)


def read_film(data: Any) -> OpenedFilm:
    def consent(given: dict[str, Any]) -> Consent:
        return _read(Consent, given, scope=tuple(given["scope"]), problem=_problem(given.get("problem")))

    return _read(
        OpenedFilm,
        data,
        consent=lambda: consent(data["consent"]),
        lines=lambda: tuple(_read(Line, line) for line in data["lines"]),
    )


def read_problems(data: Any) -> tuple[Problem, ...]:
    return _guarded("problems", lambda: tuple(_read(Problem, problem) for problem in data["problems"]))


def read_job(data: Any) -> JobStatus:
    return _read(
        JobStatus,
        data,
        stages=lambda: tuple(_read(Stage, stage) for stage in data["stages"]),
        error=lambda: _problem(data.get("error")),
    )


def read_jobs(data: Any) -> tuple[JobStatus, ...]:
    return _guarded("jobs", lambda: tuple(read_job(job) for job in data["jobs"]))


def read_catalogue(data: Any) -> Catalogue:
    def stage(given: dict[str, Any]) -> StageProviders:
        providers = tuple(_read(Provider, one, media=tuple(one.get("media", ()))) for one in given["providers"])
        return _read(StageProviders, given, providers=providers)

    return _read(
        Catalogue,
        data,
        stages=lambda: tuple(stage(one) for one in data["stages"]),
        broken=lambda: tuple(data.get("broken", ())),
    )


def _problem(data: dict[str, Any] | None) -> Problem | None:
    return None if data is None else _read(Problem, data)


def _read(kind: type[T], data: Any, **given: Any) -> T:
    """Fill a dataclass; ``given`` replaces fields, functions in it are called first."""

    def build() -> T:
        known = {one.name for one in fields(kind)}  # type: ignore[arg-type]
        values = {name: value for name, value in data.items() if name in known}
        return kind(**(values | {name: value() if callable(value) else value for name, value in given.items()}))

    return _guarded(kind.__name__, build)


def _guarded(what: str, build: Any) -> Any:
    try:
        return build()
    except (TypeError, KeyError, AttributeError, ValueError) as err:
        raise EngineError(
            f"The engine's answer ({what}) is not what this add-on expects: {type(err).__name__}: {err}.",
            hint="Update the engine and the extension to the same release.",
        ) from err
