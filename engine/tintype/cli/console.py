"""What commands print: bars, results, errors."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console

from tintype.errors import TintypeError
from tintype.progress import Run, StageProgress

if TYPE_CHECKING:
    from rich.progress import TaskID

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


class Bars:
    """One bar per stage on a terminal; one line per finished stage elsewhere."""

    def __init__(self) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        self.progress = Progress(
            TextColumn("{task.description:<22}"),
            BarColumn(bar_width=28),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[message]}", style="dim"),
            console=err,
            disable=not err.is_terminal,
        )
        self._tasks: dict[str, TaskID] = {}
        self._told: set[str] = set()

    def __enter__(self) -> Bars:
        self.progress.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.progress.stop()

    def stage_changed(self, stage: StageProgress, message: str) -> None:
        if stage.stage not in self._tasks:
            self._tasks[stage.stage] = self.progress.add_task(stage.title, total=stage.total, message="")
        finished = stage.done >= stage.total
        said = summary_of(stage) if finished else message[:40]
        self.progress.update(self._tasks[stage.stage], completed=stage.done, message=said)
        if finished and not err.is_terminal and stage.stage not in self._told:
            self._told.add(stage.stage)
            err.print(f"{stage.title:<22} {said}")


def summary_of(stage: StageProgress) -> str:
    """What a finished stage did."""
    if not stage.total:
        return "not needed"
    return ", ".join(f"{number} {word}" for number, word in ((stage.made, "made"), (stage.reused, "reused")) if number)


@contextmanager
def stoppable(run: Run) -> Iterator[None]:
    """Let Ctrl-C and SIGTERM stop the run between two results."""

    def stop(number: int, frame: object) -> None:
        run.cancelled.set()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def reported(as_json: bool) -> Iterator[None]:
    """Turn a :class:`TintypeError` into its message and exit status 1."""
    try:
        yield
    except TintypeError as error:
        if as_json:
            print_json({"error": error.as_dict()})
        else:
            err.print(f"[bold red]{error.code}[/]: {escape(error.message)}")
            if error.hint:
                err.print(f"[bold]What to do:[/] {escape(error.hint)}")
        raise typer.Exit(1) from error


def print_json(data: Mapping[str, Any]) -> None:
    """Print a result for scripts."""
    sys.stdout.write(json.dumps(data, indent=2, ensure_ascii=False, default=_plain) + "\n")


def _plain(value: object) -> str:
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} is not JSON")


def escape(text: str) -> str:
    """Keep rich from reading square brackets as markup."""
    return text.replace("[", "\\[")
