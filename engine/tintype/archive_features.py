"""Several files' features in one npz."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tintype.errors import ArchiveFileMissing
from tintype.hookspecs import Asset


def write_npz(assets: Sequence[Asset], path: Path) -> dict[str, dict[str, Any]]:
    """Write every asset's arrays as ``FILE/ARRAY`` and its facts as the JSON string ``FILE/facts``.

    Returns:
        The facts by file.

    Raises:
        ArchiveFileMissing: two files have the same name, so their arrays could not be told apart.
    """
    facts: dict[str, dict[str, Any]] = {}
    arrays: dict[str, Any] = {}
    for asset in assets:
        name = asset.item.path
        if name in facts:
            raise ArchiveFileMissing(f"Two of the files are called {name}.", hint="Measure them one at a time.")
        measured = asset.features
        facts[name] = dict(measured.facts) if measured else {}
        arrays |= {f"{name}/{key}": value for key, value in (measured.load_arrays() if measured else {}).items()}
        arrays[f"{name}/facts"] = np.array(json.dumps(facts[name], ensure_ascii=False))
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{uuid.uuid4().hex[:8]}.{path.name}")
    with beside.open("wb") as stream:
        np.savez_compressed(stream, **arrays)
    os.replace(beside, path)
    return facts
