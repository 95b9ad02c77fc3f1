"""What the editor sees of the engine: one film, its state, one job.  All decisions; no Blender.

The panel draws a session, operators call its methods, and a timer calls :meth:`Session.poll`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from .contract import CLIENT, CONTRACT, check_contract
from .engine import Engine
from .errors import AddonError, EngineError, EngineSilent
from .messages import (
    Catalogue,
    Hello,
    JobStatus,
    OpenedFilm,
    Problem,
    read_catalogue,
    read_film,
    read_hello,
    read_job,
    read_problems,
)

GREETING_S = 30.0
"""The engine may be at the other end of ssh."""
LISTING_S = 60.0
"""Loading every plugin once may import a lot."""
QUIET_S = 10.0
"""A job that says nothing for so long is asked how it is."""


class Session:
    """A connection to an engine, and the film that is open in it.

    Attributes:
        hello: who answered; None until it has.
        film: the film as the engine read it last.
        problems: what would stop it; None if it has not been checked.
        job: the last job's status.
        error: what went wrong last, until the next thing is tried.
    """

    def __init__(self, version: str, on_change: Callable[[], None] = lambda: None) -> None:
        self.version = version
        self.on_change = on_change
        self.hello: Hello | None = None
        self.catalogue: Catalogue | None = None
        self.film: OpenedFilm | None = None
        self.problems: tuple[Problem, ...] | None = None
        self.job: JobStatus | None = None
        self.error: AddonError | None = None
        self._engine: Engine | None = None
        self._asked_at = 0.0

    @property
    def state(self) -> str:
        """``disconnected``, ``connecting``, ``ready`` or ``lost``."""
        if self._engine is None:
            return "disconnected"
        if self._engine.death is not None:
            return "lost"
        return "connecting" if self.hello is None else "ready"

    @property
    def working(self) -> bool:
        """Whether a job is under way."""
        return self.state == "ready" and self.job is not None and not self.job.ended

    @property
    def waiting(self) -> bool:
        """Whether an answer is due."""
        return self._engine is not None and self._engine.busy

    @property
    def log(self) -> list[str]:
        """What the engine has logged."""
        return list(self._engine.log) if self._engine is not None else []

    def connect(self, command: Sequence[str]) -> None:
        """Start an engine and greet it; a former one is left.

        Raises:
            EngineNotFound: it cannot be started.
        """
        self.disconnect()
        self.error = None
        try:
            self._engine = Engine(command, self._told)
        except EngineError as error:
            self.error = error
            raise
        params = {"client": f"{CLIENT} {self.version}", "contract": CONTRACT}
        self._engine.call("engine.hello", params, self._greeted, self._refused_greeting, GREETING_S)
        self.on_change()

    def disconnect(self) -> None:
        """Leave the engine.  A job that is under way stops; what it has finished is kept."""
        if self._engine is not None:
            self._engine.close()
        self._engine = self.hello = self.catalogue = self.problems = self.job = None
        self.on_change()

    def open_film(self, path: str) -> None:
        """Read a film.toml, check it, and see whether it has an edit."""
        self._ask("film.open", {"path": path}, self._opened)

    def close_film(self) -> None:
        self.film = self.problems = self.error = None
        self.on_change()

    def check_film(self) -> None:
        """Ask what would stop the film."""
        if self.film is not None:
            self._ask("film.check", {"path": self.film.path}, self._checked, LISTING_S)

    def generate(self, only: Sequence[str] | None = None) -> None:
        """Make the film, or only some of its lines."""
        if self.film is not None and not self.working:
            self.job = None
            self._ask("film.run", {"path": self.film.path, "only": list(only) if only else None}, self._started)

    def cancel(self) -> None:
        """Stop the job; what is finished is kept."""
        if self.working and self.job is not None:
            self._ask("job.cancel", {"job": self.job.job}, self._moved)

    def poll(self) -> bool:
        """Deal with what has arrived.  Returns whether the panel has to be drawn again."""
        engine = self._engine
        if engine is None:
            return False
        alive = engine.death is None
        happened = engine.poll()
        if alive and engine.death is not None:
            self.error = engine.death
        if self.working:
            self._look_after_job(engine)
        if happened:
            self.on_change()
        return happened

    def _ask(self, method: str, params: dict[str, Any], done: Callable[[Any], None], timeout_s: float = 15.0) -> None:
        self.error = None
        if self._engine is not None:
            self._engine.call(method, params, done, self._failed, timeout_s)
        self.on_change()

    def _look_after_job(self, engine: Engine) -> None:
        """Ask a job that has gone quiet how it is; an engine that does not answer then is reported as silent."""
        now = time.monotonic()
        if now - max(engine.heard_at, self._asked_at) > QUIET_S and self.job is not None:
            self._asked_at = now
            engine.call("job.status", {"job": self.job.job}, self._moved, self._failed)

    def _told(self, method: str, params: Any) -> None:
        if method == "job.progress":
            self._moved(params)

    def _greeted(self, result: Any) -> None:
        hello = read_hello(result)
        check_contract(hello)
        self.hello = hello
        assert self._engine is not None
        self._engine.call("plugins.list", {}, self._listed, self._failed, LISTING_S)
        if self.film is not None:
            self.open_film(self.film.path)

    def _refused_greeting(self, error: AddonError) -> None:
        self.disconnect()
        self.error = error

    def _listed(self, result: Any) -> None:
        self.catalogue = read_catalogue(result)

    def _opened(self, result: Any) -> None:
        self.film = read_film(result)
        self.check_film()

    def _checked(self, result: Any) -> None:
        self.problems = read_problems(result)

    def _started(self, result: Any) -> None:
        job = str(result["job"])
        if self.film is not None and (self.job is None or self.job.job != job):  # progress may come before the answer
            self.job = JobStatus(job=job, film=self.film.path, state="queued")

    def _moved(self, status: Any) -> None:
        job = read_job(status)
        if self.job is not None and (job.job != self.job.job or self.job.ended):
            return  # news of another job, or older news
        self.job = job
        if isinstance(self.error, EngineSilent):
            self.error = None
        if job.ended and self.film is not None:
            self._ask("film.open", {"path": self.film.path}, self._opened)

    def _failed(self, error: AddonError) -> None:
        self.error = error
