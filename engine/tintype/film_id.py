"""The film id: eight hexadecimal digits that name a film in its credentials and in the mark of its voices."""

from __future__ import annotations

from tintype.digests import data_digest
from tintype.project import Project

FILM_ID_BITS = 32


def film_id(project: Project) -> str:
    """The id of a film, the same on every computer: from its title and its subject's name."""
    return data_digest(["tintype film", project.film.title, project.subject.name])[: FILM_ID_BITS // 4]
