"""Runs stages, for one subject or for several side by side: consent, settings, cache, plugin, observers."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, Protocol, Self, TypeVar

from tintype import consent
from tintype.cache import Cache, Entry, Recipe
from tintype.errors import DocumentInvalid, PluginFailed
from tintype.job import Job
from tintype.plugins import Plugin, Plugins
from tintype.progress import Run
from tintype.project import Line, Project
from tintype.provider import Settings
from tintype.side_by_side import side_by_side


class Stored(Protocol):
    """What a stage returns: something that lies in a folder and can be read back."""

    @classmethod
    def load(cls, folder: Path) -> Self: ...


T = TypeVar("T", bound=Stored)


@dataclass(frozen=True)
class Call(Generic[T]):
    """One stage asked for one subject.

    Attributes:
        document: what the stage returns.
        subject: names the result for people: a line's id, a file's path.
        inputs: digests and plain values that the result depends on, besides provider, settings and seed.
        arguments: the hook's own arguments, without ``settings`` and ``job``.
        medium: picks the provider of the archive's stages.
        line: may name a provider of its own.
        finish: what the engine does to the result before it is kept, given the folder and the document; ``inputs`` has
            to say so.
    """

    stage: str
    document: type[T]
    subject: str
    inputs: dict[str, Any]
    arguments: dict[str, Any] = field(default_factory=dict)
    medium: str | None = None
    line: Line | None = None
    finish: Callable[[Path, T], None] | None = None


@dataclass(frozen=True)
class Made(Generic[T]):
    """A stage's result: the document, the cache entry that holds it, and who made it."""

    document: T
    entry: Entry
    plugin: Plugin


@dataclass(frozen=True)
class Prepared(Generic[T]):
    """A call that may run: who makes it, with which settings, and the recipe that it is kept under."""

    call: Call[T]
    plugin: Plugin
    settings: Settings
    recipe: Recipe


class StageRunner:
    """Runs stages of one film.

    Args:
        plugins: where providers are found.
        project: the film.
        cache: where results are kept.
        run: told of progress; its switch stops the stage.
        jobs: how many results may be made at the same time.
    """

    def __init__(self, plugins: Plugins, project: Project, cache: Cache, run: Run, jobs: int = 1) -> None:
        self.plugins = plugins
        self.project = project
        self.cache = cache
        self.run = run
        self.jobs = jobs

    def make(self, call: Call[T]) -> Made[T]:
        """The result, from the cache if this recipe has been made before, else by the plugin.

        Raises:
            TintypeError: consent, provider, settings, or the stage itself.
        """
        return self._finish(self._prepare(call))

    def make_each(self, calls: Sequence[Call[T]], chosen: Collection[str] | None = None) -> list[Made[T] | None]:
        """The results of calls that do not depend on each other, in their order.

        Those whose provider is thread-safe are made side by side; everything else, and all that is reported, is as if
        they were made one after the other.

        Args:
            chosen: subjects to make; of the others, only what has been made before is given.

        Raises:
            TintypeError: what the first of them raised; those that were running are finished and kept.
        """
        prepared = [self._prepare(call) for call in calls]
        wanted = [chosen is None or work.call.subject in chosen for work in prepared]
        with side_by_side(self.jobs) as start:
            ahead = self._worth_starting([work for work, make in zip(prepared, wanted, strict=True) if make])
            begun: dict[str, Future[Made[T]]] = {key: start(self._made, work) for key, work in ahead.items()}
            return [
                self._finish(work, begun.pop(work.recipe.key, None)) if make else self._reuse(work)
                for work, make in zip(prepared, wanted, strict=True)
            ]

    def _worth_starting(self, works: Sequence[Prepared[T]]) -> dict[str, Prepared[T]]:
        """What can be made side by side, by recipe: the first call of each that is not in the cache."""
        ahead: dict[str, Prepared[T]] = {}
        if self.jobs > 1:
            for work in works:
                if work.plugin.info.threadsafe and not self.cache.holds(work.recipe):
                    ahead.setdefault(work.recipe.key, work)
        return ahead if len(ahead) > 1 else {}

    def _prepare(self, call: Call[T]) -> Prepared[T]:
        if call.stage in consent.STAGE_SCOPES:
            consent.require(self.project, consent.STAGE_SCOPES[call.stage])
        name = self.project.provider(call.stage, medium=call.medium, line=call.line)
        plugin = self.plugins.provider(call.stage, name)
        settings = self.plugins.settings(call.stage, plugin, self.project.settings(call.stage, line=call.line))
        recipe = Recipe(
            stage=call.stage,
            provider=plugin.name,
            version=plugin.fingerprint,
            settings=settings.model_dump(mode="json"),
            inputs=call.inputs,
            seed=self.project.film.seed,
        )
        return Prepared(call, plugin, settings, recipe)

    def _finish(self, work: Prepared[T], begun: Future[Made[T]] | None = None) -> Made[T]:
        """The result and the report of it; ``begun`` when it is being made already."""
        self.run.check_cancelled()
        if begun is None:
            found = self._reuse(work)
            if found is not None:
                return found
        made = self._made(work) if begun is None else begun.result()
        self.run.finished(work.call.stage, work.call.subject, reused=False)
        return made

    def _reuse(self, work: Prepared[T]) -> Made[T] | None:
        entry = self.cache.find(work.recipe)
        if entry is None:
            return None
        made = Made(work.call.document.load(entry.folder), entry, work.plugin)
        self.run.finished(work.call.stage, work.call.subject, reused=True)
        return made

    def _made(self, work: Prepared[T]) -> Made[T]:
        """Have the plugin make it, and read it back from the cache."""
        self._run_plugin(work.call, work.plugin, work.settings, work.recipe)
        entry = self.cache.find(work.recipe)
        if entry is None:
            raise PluginFailed(
                f"What {work.plugin.name!r} made in {work.call.stage} for {work.call.subject} changed on disk while it "
                "was kept."
            )
        return Made(work.call.document.load(entry.folder), entry, work.plugin)

    def _run_plugin(self, call: Call[T], plugin: Plugin, settings: Settings, recipe: Recipe) -> None:
        observers = self.plugins.manager.hook
        about = {"stage": call.stage, "provider": plugin.name, "subject": call.subject}
        observers.before_stage_run(**about)
        started = time.monotonic()
        try:
            with self.cache.making(recipe) as folder:
                job = Job(
                    folder=folder,
                    seed=recipe.seed,
                    on_progress=lambda fraction, message: self.run.moved(call.stage, call.subject, fraction, message),
                    cancelled=self.run.cancelled,
                )
                result = self.plugins.call(call.stage, plugin, **call.arguments, settings=settings, job=job)
                _check(call, plugin, result, folder)
                if call.finish is not None:
                    call.finish(folder, result)
        except Exception as err:  # observers are told of every failure; the error itself goes on
            observers.on_stage_error(**about, error=err)
            raise
        observers.after_stage_run(**about, seconds=time.monotonic() - started)


def _check(call: Call[T], plugin: Plugin, result: object, folder: Path) -> None:
    if not isinstance(result, call.document):
        raise PluginFailed(
            f"The plugin {plugin.name!r} returned {type(result).__name__} from {call.stage}; "
            f"it has to return {call.document.__name__}."
        )
    try:
        call.document.load(folder)
    except DocumentInvalid as err:
        raise PluginFailed(
            f"The plugin {plugin.name!r} left no readable {call.document.__name__} in job.folder: {err.message}",
            hint="The hook has to save the document there before it returns it.",
        ) from err
