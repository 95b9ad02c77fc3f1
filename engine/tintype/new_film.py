"""Writes a new film.toml and its archive folder."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

from tintype.documents.base import write_atomic
from tintype.errors import FilmFileError

ARCHIVE_FOLDERS = ("photos", "recordings", "footage", "letters")

TEMPLATE = """\
# A Tintype film.  Text after # explains; times are seconds.
# Check it with `tintype check`, make it with `tintype run`, watch it with `tintype render`.

[film]
title = {title}
fps = 24
size = [1280, 720]
locale = "en-us"                # language of the lines: en-us, en-gb, de, fr-fr, es, it ...

[subject]
name = {name}
# born = 1906
# died = 1992                   # without it the person is taken for living
archive = "archive"             # photos/ recordings/ footage/ letters/
# portrait = "photos/her.jpg"   # the photo to bring to life; the best one if absent

# Nobody speaks for the dead without leave.  Fill this in before the first run.
# [consent]
# basis = "estate"              # self_recorded, estate, next_of_kin, public_domain_historical, living_consent
# granted_by = "who agreed"
# relation = "daughter"
# date = {today}
# scope = ["voice", "likeness"]
# words = "own words only"      # or "new words allowed": for lines that have no source
# territory = ["DE", "FR"]      # where it holds, if it is limited; then also [film] territory
# expires = 2030-12-31
# evidence = "consent.pdf"      # a living person needs living_consent and this

# One [[line]] per thing said, shown or read, in the order of the film.
# [[line]]
# id = "first"
# text = "What was written in the letter."
# source = "Letter to her sister, 3 May 1944"
# show = "portrait"             # portrait (speaks), picture (voice over it, or silent), card (read by the viewer)
# emotion = "joy:0.4"           # absent: read from the words
# picture = "photos/house.jpg"  # for show = "picture"
"""


def write_new_film(folder: Path, subject: str) -> Path:
    """Make ``folder`` with film.toml and an archive folder.

    Raises:
        FilmFileError: there is a film.toml already, or the name is empty.
    """
    path = folder.resolve() / "film.toml"
    if not subject.strip():
        raise FilmFileError("The subject has no name.", hint='Write --subject "Her Name".')
    if path.exists():
        raise FilmFileError(f"{path} exists already.", hint="Choose another folder, or edit that film.")
    for name in ARCHIVE_FOLDERS:
        (path.parent / "archive" / name).mkdir(parents=True, exist_ok=True)
    text = TEMPLATE.format(title=_toml(subject), name=_toml(subject), today=dt.date.today().isoformat())
    write_atomic(path, text.encode())
    return path


def _toml(text: str) -> str:
    """A TOML basic string; its escapes are those of JSON."""
    return json.dumps(text, ensure_ascii=False)
