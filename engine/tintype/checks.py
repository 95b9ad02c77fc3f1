"""Everything that would stop a film from being made, found without making anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from tintype import consent
from tintype.archive_files import find_files
from tintype.errors import TintypeError
from tintype.pipeline import check_line_files, check_providers, chosen_lines
from tintype.plugins import Plugins
from tintype.project import DEFAULT_PROVIDERS, Project


def problems_of(project: Project, plugins: Plugins) -> list[TintypeError]:
    """The film's problems, each as the error that a run would stop with; empty when it is ready."""
    problems = []
    seen = set()
    for attempt in _attempts(project, plugins):
        try:
            attempt()
        except TintypeError as problem:
            if problem.message not in seen:
                seen.add(problem.message)
                problems.append(problem)
    return problems


def _attempts(project: Project, plugins: Plugins) -> Iterator[Callable[[], object]]:
    yield partial(chosen_lines, project, None)
    yield from consent.checks(project)
    yield partial(find_files, project.archive_root)
    if project.subject.portrait is not None:
        yield partial(project.archive_file, project.subject.portrait, wanted_by="[subject] portrait")
    for line in project.line:
        yield partial(check_line_files, project, line)
    yield partial(check_providers, project, plugins)
    for stage, default in DEFAULT_PROVIDERS.items():
        if stage not in project.stages:
            for name in [default] if isinstance(default, str) else default.values():
                yield partial(plugins.provider, stage, name)
