"""The content-addressed cache: the same recipe is made once.

An entry is a folder ``STAGE/KEY`` with the files of one result and ``entry.json``, which holds the recipe and the
digest of every file.  It is made in ``tmp/`` and renamed into place, so an entry exists whole or not at all.
"""

from __future__ import annotations

import json
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tintype.digests import data_digest, file_digest
from tintype.documents.base import write_atomic

ENTRY_FILE = "entry.json"


@dataclass(frozen=True)
class Recipe:
    """Everything that a result depends on."""

    stage: str
    provider: str
    version: str
    settings: dict[str, Any]
    inputs: dict[str, Any]
    seed: int

    @property
    def key(self) -> str:
        return data_digest(self.as_dict())[:40]

    def as_dict(self) -> dict[str, Any]:
        return {
            "stage": self.stage,
            "provider": self.provider,
            "version": self.version,
            "settings": self.settings,
            "inputs": self.inputs,
            "seed": self.seed,
        }


@dataclass(frozen=True)
class Entry:
    """A finished result.

    Attributes:
        folder: where its files lie; never written to again.
        digest: over all its files, so that a stage that makes the same again does not remake what follows.
    """

    folder: Path
    digest: str


class Cache:
    """A folder of finished results."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def holds(self, recipe: Recipe) -> bool:
        """Whether there is a result of a recipe; it may turn out to be damaged when it is looked at."""
        return self._folder(recipe).is_dir()

    def find(self, recipe: Recipe) -> Entry | None:
        """The finished result of a recipe, or None.  A damaged one is thrown away."""
        folder = self._folder(recipe)
        if not folder.is_dir():
            return None
        digest = self._verified_digest(folder)
        if digest is None:
            shutil.rmtree(folder)
            return None
        return Entry(folder, digest)

    @contextmanager
    def making(self, recipe: Recipe) -> Iterator[Path]:
        """Give an empty folder to make the result in, and keep it as an entry if nothing is raised."""
        beside = self.root / "tmp" / uuid.uuid4().hex
        beside.mkdir(parents=True)
        try:
            yield beside
            files = {
                path.relative_to(beside).as_posix(): file_digest(path)
                for path in sorted(beside.rglob("*"))
                if path.is_file()
            }
            entry = {"recipe": recipe.as_dict(), "files": files}
            data = json.dumps(entry, indent=2, ensure_ascii=False).encode()
            write_atomic(beside / ENTRY_FILE, data, durable=False)
            folder = self._folder(recipe)
            folder.parent.mkdir(parents=True, exist_ok=True)
            if folder.exists():
                shutil.rmtree(folder)
            os.replace(beside, folder)
        finally:
            shutil.rmtree(beside, ignore_errors=True)

    def clear_unfinished(self) -> None:
        """Remove what an interrupted run left half-made.  Call it only while holding the film's lock."""
        shutil.rmtree(self.root / "tmp", ignore_errors=True)

    def _folder(self, recipe: Recipe) -> Path:
        return self.root / recipe.stage / recipe.key

    @staticmethod
    def _verified_digest(folder: Path) -> str | None:
        try:
            files: dict[str, str] = json.loads((folder / ENTRY_FILE).read_bytes())["files"]
            for name, digest in files.items():
                if file_digest(folder / name) != digest:
                    return None
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None
        return data_digest(files)
