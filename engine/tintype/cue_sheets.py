"""Writes a film's cue sheet in the format that somebody asks for."""

from __future__ import annotations

from pathlib import Path

from tintype.credentials.claims import element_claim
from tintype.credentials.keys import signing_key
from tintype.credentials.signing import sign
from tintype.documents import Film
from tintype.documents.provenance import Provenance
from tintype.errors import DocumentInvalid, ExportFailed
from tintype.exports.cue_json import write_cue_json
from tintype.exports.cue_pdf import write_cue_pdf
from tintype.exports.cue_sheet import cue_rows, write_cues
from tintype.exports.cue_srt import write_cue_srt
from tintype.project import Project
from tintype.provenance import cue_columns
from tintype.results import EDIT_FOLDER

FORMATS = (".csv", ".json", ".pdf", ".srt")


def write_cue_sheet(project: Project, path: Path) -> int:
    """Write the cue sheet of a film that has been made, signed by a sidecar; how many cues it has.

    Args:
        path: its ending says the format: .csv, .json, .pdf or .srt.

    Raises:
        ExportFailed: there is no such format, or the film has not been made yet.
        CredentialsError: there is no usable key.
    """
    form = path.suffix.lower()
    if form not in FORMATS:
        raise ExportFailed(
            f"A cue sheet cannot be written as {path.name!r}.", hint=f"Name it with one of {' '.join(FORMATS)}."
        )
    folder = project.root / EDIT_FOLDER
    try:
        edit, provenance = Film.load(folder), Provenance.load(folder)
    except DocumentInvalid as err:
        raise ExportFailed(
            f"{project.path} has not been made yet: {err.message}", hint="Make it first: `tintype run film.toml`."
        ) from err
    columns = cue_columns(provenance, edit)
    rows = cue_rows(edit, project, columns)
    if form == ".csv":
        write_cues(edit, project, columns, path)
    elif form == ".json":
        write_cue_json(edit, provenance.film_id, rows, path)
    elif form == ".srt":
        write_cue_srt(edit, rows, path)
    else:
        write_cue_pdf(edit, project, provenance.film_id, rows, path)
    element = provenance.find("edit")
    if element is not None:
        sign(path, element_claim(project, provenance, element, title=path.name), signing_key())
    return len(rows)
