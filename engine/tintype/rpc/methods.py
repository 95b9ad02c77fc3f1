"""What the add-on can ask for.

What a method needs is imported when it is asked for, so that the engine answers its first message at once.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import Field, ValidationError

import tintype
from tintype.documents.base import Model, first_problem
from tintype.errors import TintypeError
from tintype.provider import CONTRACT
from tintype.rpc.messages import INVALID_PARAMS, METHOD_NOT_FOUND, MessageError, Request

if TYPE_CHECKING:
    from tintype.plugins import Plugins
    from tintype.project import Project
    from tintype.rpc.jobs import FilmJob, JobQueue


class Nothing(Model):
    pass


class Hello(Model):
    client: str = Field(max_length=200)
    contract: int


class FilmAt(Model):
    path: str = Field(max_length=4096)


class FilmRun(FilmAt):
    only: list[str] | None = None


class JobNamed(Model):
    job: str = Field(max_length=64)


class Methods:
    """The methods by name, each with a model of its params.

    Args:
        on_change: told of every change of a job.
    """

    def __init__(self, on_change: Callable[[dict[str, Any]], None]) -> None:
        self._on_change = on_change
        self.closing = False
        self._table: dict[str, tuple[type[Model], Callable[[Any], dict[str, Any]]]] = {
            "engine.hello": (Hello, self.hello),
            "engine.shutdown": (Nothing, self.shutdown),
            "plugins.list": (Nothing, self.list_plugins),
            "film.open": (FilmAt, self.open_film),
            "film.check": (FilmAt, self.check_film),
            "film.run": (FilmRun, self.run_film),
            "job.status": (JobNamed, lambda params: self._job(params).status()),
            "job.cancel": (JobNamed, self.cancel_job),
            "jobs.list": (Nothing, lambda params: {"jobs": [job.status() for job in self.jobs.jobs.values()]}),
        }

    @cached_property
    def plugins(self) -> Plugins:
        from tintype.plugins import Plugins

        return Plugins.discover()

    @cached_property
    def jobs(self) -> JobQueue:
        from tintype.rpc.jobs import JobQueue

        return JobQueue(lambda: self.plugins, self._on_change)

    def stop(self) -> None:
        """Stop every job, if any was ever begun."""
        if "jobs" in vars(self):
            self.jobs.stop()

    def answer(self, request: Request) -> dict[str, Any]:
        """The result of a request.

        Raises:
            MessageError: there is no such method, or its params do not fit.
            TintypeError: what the method itself refuses.
        """
        if request.method not in self._table:
            raise MessageError(METHOD_NOT_FOUND, f"There is no method {request.method!r}.", id=request.id)
        model, method = self._table[request.method]
        try:
            params = model.model_validate(request.params)
        except ValidationError as err:
            raise MessageError(INVALID_PARAMS, f"{request.method}: {first_problem(err)}.", id=request.id) from err
        return method(params)

    def hello(self, params: Hello) -> dict[str, Any]:
        return {
            "engine": tintype.__version__,
            "contract": CONTRACT,
            "python": platform.python_version(),
            "device": "cpu",
            "pid": os.getpid(),
        }

    def shutdown(self, params: Nothing) -> dict[str, Any]:
        self.closing = True
        return {"ok": True}

    def list_plugins(self, params: Nothing) -> dict[str, Any]:
        from tintype.catalogue import catalogue

        return catalogue(self.plugins)

    def open_film(self, params: FilmAt) -> dict[str, Any]:
        from tintype import results
        from tintype.project import read_project

        project = read_project(Path(params.path))
        return {
            "path": str(project.path),
            "folder": str(project.root),
            "title": project.film.title,
            "subject": project.subject.name,
            "width_px": project.film.size[0],
            "height_px": project.film.size[1],
            "fps": project.film.fps,
            "consent": consent_summary(project),
            "lines": [
                {
                    "id": line.id,
                    "text": line.text,
                    "show": line.show,
                    "source": line.source,
                    "ready": (project.root / results.line_folder(line.id)).is_dir(),
                }
                for line in project.line
            ],
            "has_edit": results.edit_path(project.root).is_file(),
        }

    def check_film(self, params: FilmAt) -> dict[str, Any]:
        from tintype.checks import problems_of
        from tintype.project import read_project

        project = read_project(Path(params.path))
        return {"problems": [problem.as_dict() for problem in problems_of(project, self.plugins)]}

    def run_film(self, params: FilmRun) -> dict[str, Any]:
        from tintype import consent
        from tintype.pipeline import chosen_lines
        from tintype.project import read_project

        project = read_project(Path(params.path))
        consent.require_for_film(project)
        chosen_lines(project, params.only)
        return {"job": self.jobs.add(project, params.only).id}

    def cancel_job(self, params: JobNamed) -> dict[str, Any]:
        job = self._job(params)
        job.cancel()
        return job.status()

    def _job(self, params: JobNamed) -> FilmJob:
        try:
            return self.jobs.jobs[params.job]
        except KeyError:
            raise MessageError(INVALID_PARAMS, f"There is no job {params.job!r}.") from None


def consent_summary(project: Project) -> dict[str, Any]:
    """The consent as the panel shows it: basis, scope, and what is wrong with it, if anything."""
    from tintype import consent

    problem = None
    try:
        consent.require_for_film(project)
    except TintypeError as error:
        problem = error.as_dict()
    given = project.consent
    return {
        "basis": given.basis if given else "",
        "scope": sorted(given.scope) if given else [],
        "problem": problem,
    }
