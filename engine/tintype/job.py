"""What a stage is given besides its inputs: a folder to write into, progress, cancelling, a seed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from tintype.errors import Cancelled


@dataclass(frozen=True)
class Job:
    """One run of one stage.

    Attributes:
        folder: an empty folder; everything written here becomes part of the cached result, and nothing else does.
        seed: for anything random.  The same inputs, settings and seed must give the same files.
    """

    folder: Path
    seed: int = 0
    on_progress: Callable[[float, str], None] = field(default=lambda fraction, message: None)
    cancelled: Event = field(default_factory=Event)

    def progress(self, fraction: float, message: str = "") -> None:
        """Say how far this run is, 0 to 1.

        Raises:
            Cancelled: the user stopped the job.
        """
        self.check_cancelled()
        self.on_progress(min(max(fraction, 0.0), 1.0), message)

    def check_cancelled(self) -> None:
        """Raise :class:`Cancelled` if the user stopped the job.  Call it at least once a second."""
        if self.cancelled.is_set():
            raise Cancelled
