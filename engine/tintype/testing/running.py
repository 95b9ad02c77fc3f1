"""Runs a stage of a plugin on samples and keeps what was seen while it ran."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count, pairwise
from pathlib import Path
from typing import Any, Protocol

from tintype.digests import file_digest
from tintype.errors import TintypeError
from tintype.job import Job
from tintype.plugins import Plugin, Plugins
from tintype.testing.inputs import Arguments, Samples
from tintype.testing.network import no_network

StageSettings = Mapping[str, dict[str, Any]]


class RunStage(Protocol):
    """The fixture ``run_stage``: runs one stage of an installed plugin on samples and gives its document."""

    def __call__(
        self,
        plugin: str,
        stage: str,
        *,
        medium: str = "",
        settings: dict[str, Any] | None = None,
        seed: int = 0,
        **arguments: Any,
    ) -> Any:
        """Run it.

        Args:
            plugin: its name in film.toml.
            stage: one of :data:`tintype.STAGES`.
            medium: for stages that choose by medium.
            settings: those that differ from the defaults.
            seed: of everything random.
            arguments: of the hook, in place of the samples.
        """


class Switch(threading.Event):
    """The switch that stops a job; remembers when the stage looked at it."""

    def __init__(self) -> None:
        super().__init__()
        self.looked_at: list[float] = []

    def is_set(self) -> bool:
        self.looked_at.append(time.monotonic())
        return super().is_set()


@dataclass
class Outcome:
    """One run of a stage.

    Attributes:
        document: what it returned, if it returned.
        error: what it raised, if it raised.
        folder: where its files lie.
        reports: fractions that it reported, in order.
        longest_silence_s: longest time in which it did not look at the switch.
        asked_for: machines that it asked the network for.
        seconds: how long it ran.
    """

    folder: Path
    document: Any = None
    error: Exception | None = None
    reports: list[float] = field(default_factory=list)
    longest_silence_s: float = 0.0
    asked_for: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def files(self) -> dict[str, str]:
        """Digests of the files that it left, by their path in the job's folder."""
        return {
            path.relative_to(self.folder).as_posix(): file_digest(path)
            for path in sorted(self.folder.rglob("*"))
            if path.is_file()
        }


def run(
    plugins: Plugins,
    plugin: Plugin,
    stage: str,
    arguments: Arguments,
    folder: Path,
    *,
    settings: dict[str, Any] | None = None,
    seed: int = 0,
    switch: Switch | None = None,
) -> Outcome:
    """Run one stage in an empty folder, with the network closed."""
    folder.mkdir(parents=True)
    outcome = Outcome(folder)
    switch = switch or Switch()
    job = Job(folder, seed, lambda fraction, message: outcome.reports.append(fraction), switch)
    chosen = plugins.settings(stage, plugin, settings or {})
    started = time.monotonic()
    with no_network() as outcome.asked_for:
        try:
            outcome.document = plugins.call(stage, plugin, **arguments, settings=chosen, job=job)
        except TintypeError as error:
            outcome.error = error
    outcome.seconds = time.monotonic() - started
    moments = [started, *switch.looked_at, time.monotonic()]
    outcome.longest_silence_s = max(after - before for before, after in pairwise(moments))
    return outcome


@dataclass(frozen=True)
class Case:
    """One thing that a plugin says it can do: a stage, and a medium where the stage chooses by medium."""

    stage: str
    medium: str = ""

    def __str__(self) -> str:
        return f"{self.stage}-{self.medium}" if self.medium else self.stage


BY_MEDIUM = {
    "prepare_archive": ("photo", "recording", "footage", "letter"),
    "extract_features": ("photo", "recording", "footage", "letter"),
    "recognize_emotion": ("text", "recording", "photo"),
}
"""Stages that choose their provider by medium, and the media that there are samples of."""


def cases_of(plugin: Plugin) -> list[Case]:
    """Everything that a plugin says it can do."""
    return [
        Case(stage, medium)
        for stage in plugin.stages
        for medium in (
            [medium for medium in BY_MEDIUM[stage] if medium in plugin.info.media] if stage in BY_MEDIUM else [""]
        )
    ]


class Bench:
    """A place to try one plugin: its samples, and a new folder for every run.

    Args:
        settings: of its stages, where they differ from the defaults.
    """

    def __init__(self, plugins: Plugins, plugin: Plugin, folder: Path, settings: StageSettings) -> None:
        self.plugins = plugins
        self.plugin = plugin
        self.settings = settings
        self.samples = Samples(folder / "film")
        self.folder = folder
        self._runs = count(1)

    def run(self, case: Case, arguments: Arguments | None = None, *, switch: Switch | None = None) -> Outcome:
        """Try it on the samples, or on other arguments."""
        return run(
            self.plugins,
            self.plugin,
            case.stage,
            self.samples.arguments(case.stage, case.medium) if arguments is None else arguments,
            self.folder / f"run-{next(self._runs)}",
            settings=self.settings.get(case.stage),
            switch=switch,
        )
