"""The conformance kit: everything that holds for every plugin, as checks that say what to change."""

from __future__ import annotations

import json
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any
from unittest import SkipTest

from tintype.digests import file_digest
from tintype.documents import MEDIA
from tintype.errors import Cancelled, ModelMissing, PluginFailed, SettingsInvalid, TintypeError
from tintype.plugins import Plugin, Plugins
from tintype.provider import CONTRACT
from tintype.testing.another_process import Report, try_in_another_process
from tintype.testing.running import Bench, Case, Outcome, StageSettings, Switch, cases_of
from tintype.testing.validity import problems_of

PATIENCE_S = 1.0
"""A stage looks at the switch, and stops, within this."""
ATTEMPTS = 3
"""A busy machine may keep a stage waiting; it is late only when it is late every time."""
SIDE_BY_SIDE = 4
"""Runs at once of a plugin that says it can."""
STOPPED_AT = (0.2, 0.6)
"""When a stage is stopped, as shares of the time that it usually takes."""
DRAWABLE = {"boolean", "integer", "number", "string"}
READ_BY_MEDIUM = ("prepare_archive", "extract_features", "recognize_emotion")


@dataclass(frozen=True)
class Check:
    """One thing that has to hold.  Call it; it raises AssertionError with what to change.

    Attributes:
        about: the plugin, and the stage and medium where it is about one.
    """

    about: str
    name: str
    body: Callable[[], None]

    def __call__(self) -> None:
        self.body()

    def __str__(self) -> str:
        return f"{self.about}: {self.name}"


def checks_of(name: str, *, settings: StageSettings | None = None, plugins: Plugins | None = None) -> list[Check]:
    """Everything that has to hold for an installed plugin.

    A stage that cannot run without a model which is not here (:class:`~tintype.errors.ModelMissing`) is skipped.

    Args:
        name: what ``[stages]`` in film.toml calls it.
        settings: by stage, where the kit should not use the defaults: the folder of a model, for example.
        plugins: where it is found; all that are installed if absent.
    """
    plugins = plugins or Plugins.discover()
    plugin = next((plugin for plugin in plugins.all() if plugin.name == name), None)
    if plugin is None:
        return [Check(name, "loads", lambda: _not_loaded(name, plugins))]
    trial = Trial(plugins, plugin, settings or {})
    return [Check(about, title, body) for about, title, body in trial.checks()]


def _not_loaded(name: str, plugins: Plugins) -> None:
    broken = next((broken for broken in plugins.broken if broken.name == name), None)
    names = ", ".join(plugin.name for plugin in plugins.all())
    assert broken is None, f"{name!r} of {broken.distribution} cannot be loaded: {broken.error}"
    raise AssertionError(
        f"no plugin called {name!r} is installed; its distribution needs an entry point of that name in the group "
        f"'tintype'. Installed: {names}"
    )


class Trial:
    """One plugin being tried; runs are made once and shared by the checks that look at them."""

    def __init__(self, plugins: Plugins, plugin: Plugin, settings: StageSettings) -> None:
        self.plugins = plugins
        self.plugin = plugin
        self.settings = settings
        self._first: dict[Case, Outcome] = {}
        self._second: dict[Case, Outcome] = {}
        self._touched: dict[Case, list[str]] = {}

    def checks(self) -> Iterator[tuple[str, str, Callable[[], None]]]:
        """Every check, as what it is about, its title and its body."""
        name = self.plugin.name
        yield name, "declares itself", self.declares_itself
        yield name, "is listed without heavy imports", self.is_listed_quickly
        yield name, "implements nothing that will go", self.has_a_future
        for stage in self.plugin.stages:
            about = f"{name} {stage}"
            yield about, "describes its settings", partial(self.describes_its_settings, stage)
            yield about, "refuses unknown settings", partial(self.refuses_unknown_settings, stage)
        for case in cases_of(self.plugin):
            about = f"{name} {case}"
            for title, body in self._checks_of_case(case):
                yield about, title, partial(body, case)
            for problem, arguments in self.bench.samples.bad_arguments(case.stage, case.medium).items():
                yield about, f"is polite about {problem}", partial(self.is_polite, case, arguments)

    def _checks_of_case(self, case: Case) -> Iterator[tuple[str, Callable[[Case], None]]]:
        yield "gives a valid document", self.gives_a_valid_document
        yield "leaves its inputs alone", self.leaves_inputs_alone
        if self.plugin.info.deterministic:
            yield "gives the same again", self.repeats
        yield "works in another process", self.works_in_another_process
        if self.plugin.info.threadsafe:
            yield "works side by side", self.works_side_by_side
        yield "reports progress", self.reports_progress
        yield "stops within a second", self.stops
        yield "asks for no network", self.asks_for_no_network

    @cached_property
    def _folder(self) -> tempfile.TemporaryDirectory[str]:
        return tempfile.TemporaryDirectory(prefix="tintype-testing-", ignore_cleanup_errors=True)

    @cached_property
    def bench(self) -> Bench:
        return Bench(self.plugins, self.plugin, Path(self._folder.name), self.settings)

    @cached_property
    def elsewhere(self) -> Report:
        """What the same runs gave in another process."""
        folder = Path(self._folder.name) / "another process"
        return try_in_another_process(self.plugin.name, folder, self.settings)

    def first(self, case: Case) -> Outcome:
        """The first run on the samples.

        Raises:
            SkipTest: it needs a model that is not here.
        """
        if case not in self._first:
            arguments = self.bench.samples.arguments(case.stage, case.medium)
            before = _digests(self.bench.samples.folder)
            self._first[case] = self.bench.run(case, arguments)
            self._touched[case] = sorted({path for path, _ in _digests(self.bench.samples.folder) ^ before})
        if isinstance(self._first[case].error, ModelMissing):
            raise SkipTest(str(self._first[case].error))
        return self._first[case]

    def second(self, case: Case) -> Outcome:
        """The second run on the samples, with everything imported."""
        self.first(case)
        if case not in self._second:
            self._second[case] = self.bench.run(case)
        return self._second[case]

    # The plugin

    def declares_itself(self) -> None:
        info = self.plugin.info
        assert info.title.strip(), "ProviderInfo.title is empty: it is what menus show"
        assert info.description.strip().endswith("."), "ProviderInfo.description has to be a sentence for an editor"
        assert info.licence.strip(), "ProviderInfo.licence is empty: say the SPDX expression, with what it calls"
        assert info.contract == CONTRACT, f"it is written for contract {info.contract}, the engine speaks {CONTRACT}"
        assert self.plugin.stages, "it implements no stage: mark one of tintype.STAGES with @hookimpl"
        strangers = set(info.settings) - set(self.plugin.stages)
        assert not strangers, f"it has settings for stages that it does not implement: {', '.join(sorted(strangers))}"
        unknown = set(info.media) - {*MEDIA, "text"}
        assert not unknown, f"ProviderInfo.media has {', '.join(sorted(unknown))}; there are {', '.join(MEDIA)}, text"
        by_medium = set(self.plugin.stages) & set(READ_BY_MEDIUM)
        assert info.media or not by_medium, f"ProviderInfo.media is empty: say what {min(by_medium, default='')} reads"

    def is_listed_quickly(self) -> None:
        heavy = self.elsewhere.heavy
        assert not heavy, (
            f"importing the plugin imports {', '.join(heavy)}: import them inside the hook's function, so that "
            "`tintype plugins` stays quick"
        )

    def has_a_future(self) -> None:
        assert not self.plugin.warnings, "; ".join(self.plugin.warnings)

    # A stage's settings

    def describes_its_settings(self, stage: str) -> None:
        model = self.plugin.info.settings.get(stage)
        if model is None:
            return
        self.plugins.settings(stage, self.plugin, {})  # every setting has a default
        schema = model.model_json_schema()
        json.dumps(schema)
        for name, field in schema.get("properties", {}).items():
            assert field.get("description", "").strip(), f"the setting {name!r} of {stage} has no description"
            for kind in _kinds(field, schema):
                _assert_drawable(stage, name, kind)

    def refuses_unknown_settings(self, stage: str) -> None:
        try:
            self.plugins.settings(stage, self.plugin, {"no_such_setting": 1})
        except SettingsInvalid:
            return
        raise AssertionError(f"{stage} takes settings that it does not know: derive its model from tintype.Settings")

    # One case

    def gives_a_valid_document(self, case: Case) -> None:
        outcome = self.first(case)
        assert outcome.error is None, f"it failed on the samples: {outcome.error}"
        problems = problems_of(case.stage, self.bench.samples.arguments(case.stage, case.medium), outcome)
        if case.stage == "prepare_archive":
            problems += [f"{item.path}: {item.problems}" for item in outcome.document.items if item.quality == 0]
        assert not problems, "; ".join(problems)

    def leaves_inputs_alone(self, case: Case) -> None:
        self.first(case)
        touched = self._touched[case]
        assert not touched, f"it wrote outside job.folder: {', '.join(touched)}"

    def repeats(self, case: Case) -> None:
        changed = _differing(self.first(case).files, self.second(case).files)
        assert not changed, (
            f"the same inputs and seed gave another {', '.join(changed)}: seed everything random with job.seed, leave "
            "times and paths out of files, or declare deterministic=False"
        )

    def works_in_another_process(self, case: Case) -> None:
        self.first(case)
        error = self.elsewhere.errors.get(str(case))
        assert error is None, f"it failed in another process: {error}"
        if self.plugin.info.deterministic:
            changed = _differing(self.first(case).files, self.elsewhere.files[str(case)])
            assert not changed, f"another process made another {', '.join(changed)} of the same inputs and seed"

    def works_side_by_side(self, case: Case) -> None:
        alone = self.first(case)
        with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
            outcomes = [
                started.result() for started in [pool.submit(self.bench.run, case) for _ in range(SIDE_BY_SIDE)]
            ]
        for outcome in outcomes:
            assert outcome.error is None, f"it failed when several ran at once: {outcome.error}"
            changed = _differing(alone.files, outcome.files) if self.plugin.info.deterministic else []
            assert not changed, (
                f"run at the same time, it made another {', '.join(changed)}: keep nothing in module globals that one "
                "call takes from another, or do not declare threadsafe=True"
            )

    def reports_progress(self, case: Case) -> None:
        reports = self.first(case).reports
        assert reports, "it never calls job.progress(fraction, message)"
        assert reports == sorted(reports), f"its progress goes backwards: {reports}"
        silences = []
        for _ in range(ATTEMPTS):
            silences.append(self.bench.run(case).longest_silence_s)
            if silences[-1] <= PATIENCE_S:
                return
        raise AssertionError(
            f"it does not look at job.check_cancelled() for {min(silences):.1f} s; call it, or job.progress, at least "
            "once a second"
        )

    def stops(self, case: Case) -> None:
        usual_s = self.second(case).seconds  # libraries are imported by now
        for share in STOPPED_AT:
            delays: list[float] = []
            while not delays or (min(delays) > PATIENCE_S and len(delays) < ATTEMPTS):
                delay_s, error = self._stopped_after(case, share * usual_s)
                assert error is None or isinstance(error, Cancelled), (
                    f"stopped, it raised {type(error).__name__}: {error}"
                )
                delays.append(delay_s)
            assert min(delays) <= PATIENCE_S, (
                f"it stopped {min(delays):.1f} s after it was told to; call job.check_cancelled(), or job.progress, at "
                "least once a second"
            )

    def _stopped_after(self, case: Case, after_s: float) -> tuple[float, Exception | None]:
        """How long it went on after the switch was set, and what it raised."""
        switch = Switch()
        outcomes: list[Outcome] = []
        runner = threading.Thread(target=lambda: outcomes.append(self.bench.run(case, switch=switch)), daemon=True)
        runner.start()
        runner.join(after_s)
        switch.set()
        told = time.monotonic()
        runner.join()
        return time.monotonic() - told, outcomes[0].error

    def asks_for_no_network(self, case: Case) -> None:
        asked_for = self.first(case).asked_for
        assert not asked_for, f"it asked for {', '.join(asked_for)}: a stage goes online only when the editor allows it"

    def is_polite(self, case: Case, arguments: dict[str, Any]) -> None:
        outcome = self.bench.run(case, arguments)
        error = outcome.error
        if error is None:
            problems = [] if _may_differ(case) else problems_of(case.stage, arguments, outcome)
            assert not problems, "; ".join(problems)
            return
        assert not isinstance(error, PluginFailed), (
            f"{error} Raise a child of tintype.errors.TintypeError that says what the editor has to do."
        )
        assert isinstance(error, TintypeError)
        assert case.stage != "prepare_archive", (
            f"one bad file must not stop the archive: keep it in the list with quality 0 and its problem. {error}"
        )
        assert error.message.strip(), f"{type(error).__name__} has no message"
        assert error.hint.strip(), f"{type(error).__name__} says what is wrong, but its hint not what to do: {error}"


def _may_differ(case: Case) -> bool:
    """Stages whose answer to bad input is checked by its schema alone: files that are named are not there."""
    return case.stage == "finish_film"


def _kinds(field: dict[str, Any], schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The alternatives of a field's schema, without null; what is defined elsewhere in the schema is looked up."""
    if "$ref" in field:
        field = schema["$defs"][field["$ref"].rsplit("/", 1)[-1]]
    alternatives = field.get("anyOf") or field.get("allOf")
    if alternatives is None:
        yield field
        return
    for alternative in alternatives:
        if alternative.get("type") != "null":
            yield from _kinds(alternative, schema)


def _assert_drawable(stage: str, name: str, kind: dict[str, Any]) -> None:
    where = f"the setting {name!r} of {stage}"
    if "enum" in kind or "const" in kind:
        return
    if kind.get("type") == "array":
        items = kind.get("prefixItems") or [kind.get("items", {})]
        assert all(item.get("type") in DRAWABLE for item in items), f"{where} is a list of what no panel can draw"
        return
    if kind.get("type") == "object":
        kind = kind.get("additionalProperties") or {}  # a table of names, each with a value of the kind that follows
    assert kind.get("type") in DRAWABLE, f"{where} is of a type that no panel can draw: {kind}"
    if kind["type"] in ("integer", "number"):
        low = {"minimum", "exclusiveMinimum"} & set(kind)
        high = {"maximum", "exclusiveMaximum"} & set(kind)
        assert low, f"{where} has no lower end: say ge=, so that its slider has two ends"
        assert high, f"{where} has no upper end: say le=, so that its slider has two ends"


def _differing(first: dict[str, str], second: dict[str, str]) -> list[str]:
    return sorted({name for name, _ in first.items() ^ second.items()})


def _digests(folder: Path) -> set[tuple[str, str]]:
    return {(path.relative_to(folder).as_posix(), file_digest(path)) for path in folder.rglob("*") if path.is_file()}
