"""Finds Blender and the add-on, and runs the add-on's headless entry point as a child process."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tintype.errors import BlenderMissing, RenderFailed

ADDON_PACKAGE = "tintype_addon"
EVENT_PREFIX = "TINTYPE "
LAST_LINES = 12


def addon_folder() -> Path:
    """The add-on's folder: ``TINTYPE_ADDON`` if set, else as installed with the distribution ``tintype``.

    Raises:
        BlenderMissing: there is none.
    """
    named = os.environ.get("TINTYPE_ADDON")
    if named:
        folder = Path(named).resolve()
        if (folder / "headless.py").is_file():
            return folder
        raise BlenderMissing(f"TINTYPE_ADDON names {folder}, which has no headless.py.")
    spec = importlib.util.find_spec(ADDON_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise BlenderMissing(
            "Tintype's add-on is not installed beside the engine.",
            hint="Install the distribution `tintype`, or set TINTYPE_ADDON to the add-on's folder.",
        )
    return Path(next(iter(spec.submodule_search_locations)))


def headless_command(blender: Path | None, addon: Path) -> list[str]:
    """The command that runs the add-on's headless entry point; its own arguments follow.

    Args:
        blender: a Blender application, or None for the ``bpy`` module of this environment, else ``blender`` on PATH.

    Raises:
        BlenderMissing: none of these is there.
    """
    entry = addon / "headless.py"
    if blender is None and importlib.util.find_spec("bpy") is not None:
        return [sys.executable, str(entry)]
    found = str(blender) if blender is not None else shutil.which("blender")
    if found is None or not (os.access(found, os.X_OK) and Path(found).is_file()):
        raise BlenderMissing(
            f"{found} is no Blender application." if found else "There is no Blender: neither the bpy module nor PATH.",
            hint="Give its path with --blender, or install it with: pip install bpy==5.0.1",
        )
    return [found, "--background", "--factory-startup", "--python-exit-code", "1", "--python", str(entry), "--"]


@contextmanager
def _child(command: list[str]) -> Iterator[subprocess.Popen[str]]:
    """A child process that ends with us: it holds the other end of its standard input and stops when that closes."""
    child = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    try:
        yield child
    finally:
        if child.poll() is None:
            child.kill()
        child.wait()


def run_headless(
    command: list[str], on_event: Callable[[dict[str, Any]], None], cancelled: threading.Event
) -> dict[str, Any]:
    """Run the entry point, pass its progress on and give its last word.

    Args:
        on_event: called for every progress event.
        cancelled: ends the child when set; what it has finished is kept.

    Returns:
        The event ``done``.

    Raises:
        RenderFailed: the child reported an error, or died; carries its last lines.
    """
    last: deque[str] = deque(maxlen=LAST_LINES)
    with _child(command) as child:
        stopper = threading.Thread(target=_kill_when, args=(cancelled, child), daemon=True)
        stopper.start()
        done: dict[str, Any] | None = None
        assert child.stdout is not None
        for line in child.stdout:
            if not line.startswith(EVENT_PREFIX):
                last.append(line.rstrip())
                continue
            event: dict[str, Any] = json.loads(line[len(EVENT_PREFIX) :])
            if event["event"] == "error":
                failure = RenderFailed(event["message"], hint=event.get("hint", ""), details={"cause": event["code"]})
                raise failure
            if event["event"] == "done":
                done = event
            else:
                on_event(event)
        child.wait()
    if done is None:
        raise RenderFailed(
            f"Blender ended with status {child.returncode} before the film was finished. Its last lines were:\n"
            + "\n".join(last),
            hint="Run it again: frames that are finished are kept. `tintype doctor` checks what Blender needs.",
        )
    return done


def _kill_when(cancelled: threading.Event, child: subprocess.Popen[str]) -> None:
    while child.poll() is None:
        if cancelled.wait(0.2):
            child.kill()
            return
