"""What a run tells whoever watches: which stage, how far, what was made and what was reused."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Event, Lock
from typing import Any, Protocol

from tintype.errors import Cancelled
from tintype.stages import STAGES

NEARLY = 0.999
"""A result counts as done when it is there, not when its stage says so."""


@dataclass
class StageProgress:
    """One stage of a run.

    Attributes:
        total: how many results the stage has to give.
        done: how many are finished; fractions count those being made.
        made: of those, how many were made in this run.
        reused: of those, how many came from the cache.
    """

    stage: str
    title: str
    total: int
    done: float = 0.0
    made: int = 0
    reused: int = 0


class Watcher(Protocol):
    """Whoever is told of progress."""

    def stage_changed(self, stage: StageProgress, message: str) -> None:
        """A stage started, moved or finished (``done == total``)."""


class Run:
    """One run of a film: its stages' progress, and the switch that stops it."""

    def __init__(self, watcher: Watcher | None = None) -> None:
        self.watcher = watcher
        self.cancelled = Event()
        self.stages: dict[str, StageProgress] = {}
        self.made: list[tuple[str, str]] = []
        self.reused: list[tuple[str, str]] = []
        self._moving: dict[tuple[str, str], float] = {}
        self._lock = Lock()

    def begin(self, stage: str, total: int, title: str | None = None) -> None:
        """A stage is about to give ``total`` results."""
        self.stages[stage] = StageProgress(stage, title or STAGES[stage], total)
        self._tell(stage, "")

    def moved(self, stage: str, subject: str, fraction: float, message: str) -> None:
        """A result being made is ``fraction`` done (0 to 1)."""
        self.check_cancelled()
        with self._lock:
            self._moving[stage, subject] = min(max(fraction, 0.0), NEARLY)
            self._count(stage)
        self._tell(stage, message or subject)

    def finished(self, stage: str, subject: str, *, reused: bool) -> None:
        """One result is there."""
        with self._lock:
            self._moving.pop((stage, subject), None)
            progress = self.stages[stage]
            if reused:
                progress.reused += 1
                self.reused.append((stage, subject))
            else:
                progress.made += 1
                self.made.append((stage, subject))
            self._count(stage)
        self._tell(stage, subject)

    def _count(self, stage: str) -> None:
        progress = self.stages[stage]
        moving = sum(fraction for (moving, _), fraction in self._moving.items() if moving == stage)
        progress.done = progress.made + progress.reused + moving

    def check_cancelled(self) -> None:
        if self.cancelled.is_set():
            raise Cancelled

    def report(self) -> dict[str, Any]:
        """What was made and what was reused, by stage: the cache report."""
        stages: dict[str, dict[str, list[str]]] = {}
        for kind, pairs in (("made", self.made), ("reused", self.reused)):
            for stage, subject in pairs:
                stages.setdefault(stage, {"made": [], "reused": []})[kind].append(subject)
        return {"made": len(self.made), "reused": len(self.reused), "stages": stages}

    def _tell(self, stage: str, message: str) -> None:
        if self.watcher is not None:
            self.watcher.stage_changed(self.stages[stage], message)
