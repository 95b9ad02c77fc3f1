"""Digests of files, data and plugin code: what the cache and the provenance rest on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

CHUNK_BYTES = 1 << 20


def file_digest(path: Path) -> str:
    """SHA-256 of a file's bytes, read anew only when its size or modification time changed."""
    stat = path.stat()
    return _file_digest(path, stat.st_size, stat.st_mtime_ns)


@lru_cache(maxsize=65_536)
def _file_digest(path: Path, size: int, mtime_ns: int) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def data_digest(data: Any) -> str:
    """SHA-256 of plain data by its canonical JSON."""
    return hashlib.sha256(json.dumps(data, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def code_digest(folder: Path, suffixes: Iterable[str] = (".py",)) -> str:
    """SHA-256 of a package's source files, so that changed code remakes what it made."""
    wanted = set(suffixes)
    return data_digest(
        {
            str(path.relative_to(folder)): file_digest(path)
            for path in sorted(folder.rglob("*"))
            if path.suffix in wanted and "__pycache__" not in path.parts
        }
    )
