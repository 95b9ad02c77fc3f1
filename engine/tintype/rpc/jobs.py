"""Runs of films, one after the other, each with an id under which its progress can be asked for."""

from __future__ import annotations

import logging
import queue
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tintype import results
from tintype.errors import PluginFailed, TintypeError
from tintype.hookspecs import STAGES
from tintype.pipeline import make_film, missing_lines
from tintype.plugins import Plugins
from tintype.progress import Run, StageProgress
from tintype.project import Project, read_project
from tintype.side_by_side import cores

PROGRESS_INTERVAL_S = 0.1
log = logging.getLogger(__name__)


class FilmJob:
    """One run of one film.

    Args:
        on_change: called with the status whenever something changed, at most ten times a second.

    Attributes:
        finished: set once the job has ended, well or badly.
    """

    def __init__(self, project: Project, only: list[str] | None, on_change: Callable[[dict[str, Any]], None]) -> None:
        self.id = uuid.uuid4().hex[:8]
        self.path = project.path
        self.only = only
        self.run = Run(self)
        self.state = "queued"
        self.stage = ""
        self.message = ""
        self.result: dict[str, Any] | None = None
        self.error: dict[str, object] | None = None
        self._on_change = on_change
        self.finished = threading.Event()
        self._told_at = 0.0

    def stage_changed(self, stage: StageProgress, message: str) -> None:
        self.stage, self.message = stage.stage, message
        now = time.monotonic()
        if now - self._told_at >= PROGRESS_INTERVAL_S:
            self._told_at = now
            self._on_change(self.status())

    def cancel(self) -> None:
        self.run.cancelled.set()
        if self.state == "queued":
            self._fail(
                "cancelled", {"code": "cancelled", "message": "Stopped before it began.", "hint": "", "details": {}}
            )

    def perform(self, plugins: Plugins) -> None:
        """Make the film; the outcome, good or bad, ends up in the status."""
        if self.run.cancelled.is_set():
            return
        self.state = "running"
        self._on_change(self.status())
        try:
            film = make_film(read_project(self.path), plugins, self.run, only=self.only, jobs=cores())
        except TintypeError as error:
            self._fail("cancelled" if error.code == "cancelled" else "failed", error.as_dict())
            return
        except Exception as err:  # whatever it is, the job has to end in a state that the editor can see
            log.exception("job %s", self.id)
            self._fail("failed", PluginFailed(f"Making the film stopped: {type(err).__name__}: {err}.").as_dict())
            return
        missing = missing_lines(film)
        report = self.run.report()
        self.result = {
            "folder": str(self.path.parent),
            "edit": None if missing else results.edit_path(Path()).as_posix(),
            "made": report["made"],
            "reused": report["reused"],
        }
        self.state = "done"
        self._on_change(self.status())
        self.finished.set()

    def _fail(self, state: str, error: dict[str, object]) -> None:
        self.state, self.error = state, error
        self._on_change(self.status())
        self.finished.set()

    @property
    def fraction(self) -> float:
        """How much of the planned results is there, 0 to 1; stages that have not begun count as one result each."""
        if self.state == "done":
            return 1.0
        begun = self.run.stages
        total = sum(stage.total for stage in begun.values()) + len(STAGES) - len(begun)
        return sum(stage.done for stage in begun.values()) / max(total, 1)

    def status(self) -> dict[str, Any]:
        return {
            "job": self.id,
            "film": str(self.path),
            "state": self.state,
            "stage": self.stage,
            "message": self.message,
            "fraction": round(self.fraction, 4),
            "stages": [asdict(stage) for stage in self.run.stages.values()],
            "result": self.result,
            "error": self.error,
        }


class JobQueue:
    """Jobs in the order in which they came, performed one at a time on a thread of their own."""

    def __init__(self, plugins: Callable[[], Plugins], on_change: Callable[[dict[str, Any]], None]) -> None:
        self._plugins = plugins
        self._on_change = on_change
        self.jobs: dict[str, FilmJob] = {}
        self._waiting: queue.Queue[FilmJob | None] = queue.Queue()
        self._thread = threading.Thread(target=self._work, name="jobs", daemon=True)
        self._thread.start()

    def add(self, project: Project, only: list[str] | None) -> FilmJob:
        job = FilmJob(project, only, self._on_change)
        self.jobs[job.id] = job
        self._waiting.put(job)
        return job

    def stop(self) -> None:
        """Cancel everything and wait until the running job has noticed."""
        for job in self.jobs.values():
            job.run.cancelled.set()
        self._waiting.put(None)
        self._thread.join(timeout=5)

    def _work(self) -> None:
        while (job := self._waiting.get()) is not None:
            job.perform(self._plugins())
