"""Notices, and refuses, connections to other machines while a stage is tried."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

HERE = ("127.", "::1", "localhost")
"""Addresses of this machine; pools of processes use them."""

_asked_for: list[str] | None = None
_hooked = False


class NetworkRefused(OSError):
    """A stage asked for the network while it was tried."""


@contextmanager
def no_network() -> Iterator[list[str]]:
    """Refuse connections to other machines and give a list that fills with what was asked for.

    It sees what Python's own ``socket`` does, in this process; a library that opens sockets in C goes unseen.
    """
    global _asked_for, _hooked
    if not _hooked:
        sys.addaudithook(_on_event)  # an audit hook cannot be taken away again, so it is added once and switched
        _hooked = True
    before, _asked_for = _asked_for, []
    try:
        yield _asked_for
    finally:
        _asked_for = before


def _on_event(event: str, arguments: tuple[Any, ...]) -> None:
    if _asked_for is None or not event.startswith("socket."):
        return
    place = ""
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        place = str(arguments[1][0])
    elif event in ("socket.getaddrinfo", "socket.gethostbyname") and arguments[0]:
        place = arguments[0].decode() if isinstance(arguments[0], bytes) else str(arguments[0])
    if place and not place.startswith(HERE):
        _asked_for.append(place)
        raise NetworkRefused(f"the network is closed while a stage is tried; it asked for {place}")
