"""The credentials of a rendered film."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tintype.credentials.claims import Claim, film_claim
from tintype.credentials.keys import SigningKey, signing_key
from tintype.credentials.signing import sign
from tintype.digests import data_digest
from tintype.documents import Film
from tintype.documents.provenance import Provenance
from tintype.errors import DocumentInvalid, RenderFailed
from tintype.project import Project
from tintype.results import edit_path


@dataclass(frozen=True)
class FilmCredentials:
    """What a film will be signed with, ready before it is rendered: nothing is rendered that cannot be signed."""

    claim: Claim
    key: SigningKey

    @property
    def digest(self) -> str:
        """Changes when the film has to be signed again."""
        return data_digest([self.claim.digest, self.key.fingerprint])

    def sign(self, film: Path) -> None:
        """Sign the rendered film.  Nothing may transcode it afterwards.

        Raises:
            CredentialsError: it is damaged, or its folder not writable.
        """
        sign(film, self.claim, self.key)


def film_credentials(project: Project, edit: Film, out: Path, quality: str) -> FilmCredentials:
    """What to sign a film with.

    Raises:
        RenderFailed: the edit does not say how it was made.
        CredentialsError: there is no usable key.
    """
    try:
        provenance = Provenance.load(edit_path(project.root).parent)
    except DocumentInvalid as err:
        raise RenderFailed(
            f"The edit in {project.root} does not say how it was made: {err.message}",
            hint="Make it again with `tintype run film.toml`; what has not changed is reused.",
        ) from err
    return FilmCredentials(film_claim(project, edit, provenance, title=out.name, quality=quality), signing_key())
