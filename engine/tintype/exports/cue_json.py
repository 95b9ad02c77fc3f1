"""``CueSheet.1``: the cue sheet as JSON, for other programs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from tintype.documents import Film
from tintype.documents.base import write_atomic
from tintype.exports.cue_sheet import COLUMNS

SCHEMA = "CueSheet.1"


def write_cue_json(edit: Film, film_id: str, rows: Sequence[Mapping[str, str]], path: Path) -> None:
    """Write the rows with every column of :data:`COLUMNS`; times are timecodes at the film's rate."""
    sheet = {
        "schema": SCHEMA,
        "film": edit.title,
        "film_id": film_id,
        "subject": edit.subject,
        "fps": edit.fps,
        "duration_s": edit.duration_s,
        "cues": [{column: row.get(column, "") for column in COLUMNS} for row in rows],
    }
    write_atomic(path, (json.dumps(sheet, indent=2, ensure_ascii=False) + "\n").encode())
