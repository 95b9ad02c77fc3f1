"""What a headless Blender tells whoever started it: one line of JSON per event, and nothing else on its output."""

from __future__ import annotations

import json
import os
import stat
import sys
import threading
from typing import Any

PREFIX = "TINTYPE "
"""Every event's line begins so; the engine's ``tintype.blender`` reads it."""


class Events:
    """Writes events to what was standard output; Blender's own chatter there is thrown away.

    Blender reports every frame on standard output, buffered by C, so its lines could come between the halves of
    ours.  What goes wrong it says on standard error, which stays as it is.
    """

    def __init__(self) -> None:
        sys.stdout.flush()
        self._out = os.dup(1)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.close(nowhere)

    def send(self, event: str, **facts: Any) -> None:
        """Write one event, in one piece."""
        os.write(self._out, f"{PREFIX}{json.dumps({'event': event} | facts)}\n".encode())


def read_event(line: str) -> dict[str, Any] | None:
    """The event in a line, or None if it is something else."""
    return json.loads(line[len(PREFIX) :]) if line.startswith(PREFIX) else None


def end_with_parent() -> None:
    """End this process as soon as its standard input closes, which happens when whoever holds the other end dies.

    Only a pipe is watched: a terminal or a file says nothing about a parent.
    """
    if stat.S_ISFIFO(os.fstat(0).st_mode):
        threading.Thread(target=_wait_for_end, name="end with parent", daemon=True).start()


def _wait_for_end() -> None:
    while os.read(0, 4096):
        pass
    os._exit(3)
