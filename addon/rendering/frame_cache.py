"""Rendered frames of portraits, in folders named by a digest of everything that they depend on.

A frame is written beside its place and renamed, so that a run that was stopped goes on at the next frame.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MAX_CACHE_BYTES = 4_000_000_000
"""Folders that the film no longer uses are kept up to this size, so that going back to an earlier version is free."""


@dataclass(frozen=True)
class FrameFolder:
    """The frames of one portrait clip, numbered from 0."""

    path: Path
    count: int

    def frame(self, index: int) -> Path:
        return self.path / f"{index:05d}.png"

    def missing(self) -> list[int]:
        """Numbers of the frames that are still to be rendered."""
        there = {path.name for path in self.path.glob("*.png")} if self.path.is_dir() else set()
        return [index for index in range(self.count) if self.frame(index).name not in there]

    def clear_unfinished(self) -> None:
        """Remove what a stopped run left half-written."""
        for part in self.path.glob(".*.part"):
            part.unlink(missing_ok=True)


def digest(data: Any) -> str:
    """Digest of JSON-serialisable data."""
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


def file_digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def code_digest(files: Iterable[Path]) -> str:
    """Digest of source files: another way to draw makes other frames."""
    return digest([[path.name, file_digest(path)] for path in sorted(files)])


def prune(cache: Path, used: Iterable[Path], max_bytes: int = MAX_CACHE_BYTES) -> None:
    """Remove the longest unused folders until those that ``used`` does not name fit into ``max_bytes``."""
    keep = {path.name for path in used}
    others = [path for path in cache.iterdir() if path.is_dir() and path.name not in keep] if cache.is_dir() else []
    total = 0
    for folder in sorted(others, key=lambda path: path.stat().st_mtime, reverse=True):
        total += sum(path.stat().st_size for path in folder.iterdir())
        if total > max_bytes:
            shutil.rmtree(folder, ignore_errors=True)
