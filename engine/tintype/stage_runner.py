"""Runs one stage for one subject: consent, settings, cache, plugin, observers."""

from __future__ import annotations

import time
from collections.abc import Callable
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


class StageRunner:
    """Runs stages of one film.

    Args:
        plugins: where providers are found.
        project: the film.
        cache: where results are kept.
        run: told of progress; its switch stops the stage.
    """

    def __init__(self, plugins: Plugins, project: Project, cache: Cache, run: Run) -> None:
        self.plugins = plugins
        self.project = project
        self.cache = cache
        self.run = run

    def find(self, call: Call[T]) -> Made[T] | None:
        """The result, if this recipe has been made before."""
        plugin, _, recipe = self._prepare(call)
        return self._reuse(call, plugin, recipe)

    def make(self, call: Call[T]) -> Made[T]:
        """The result, from the cache if this recipe has been made before, else by the plugin.

        Raises:
            TintypeError: consent, provider, settings, or the stage itself.
        """
        self.run.check_cancelled()
        plugin, settings, recipe = self._prepare(call)
        found = self._reuse(call, plugin, recipe)
        if found is not None:
            return found
        self._run_plugin(call, plugin, settings, recipe)
        entry = self.cache.find(recipe)
        if entry is None:
            raise PluginFailed(
                f"What {plugin.name!r} made in {call.stage} for {call.subject} changed on disk while it was kept."
            )
        self.run.finished(call.stage, call.subject, reused=False)
        return Made(call.document.load(entry.folder), entry, plugin)

    def _prepare(self, call: Call[T]) -> tuple[Plugin, Settings, Recipe]:
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
        return plugin, settings, recipe

    def _reuse(self, call: Call[T], plugin: Plugin, recipe: Recipe) -> Made[T] | None:
        entry = self.cache.find(recipe)
        if entry is None:
            return None
        made = Made(call.document.load(entry.folder), entry, plugin)
        self.run.finished(call.stage, call.subject, reused=True)
        return made

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
                    on_progress=lambda fraction, message: self.run.moved(call.stage, fraction, message or call.subject),
                    cancelled=self.run.cancelled,
                )
                result = self.plugins.call(call.stage, plugin, **call.arguments, settings=settings, job=job)
                _check(call, plugin, result, folder)
                if call.finish is not None:
                    call.finish(folder, result)
        except Exception as err:
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
