"""Signs what a run has laid out, and remembers it, so that a second run with nothing changed signs nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import TypeAdapter, ValidationError

from tintype.credentials.claims import Claim, element_claim
from tintype.credentials.keys import SigningKey, signing_key
from tintype.credentials.signing import sidecar_of, sign
from tintype.digests import file_digest
from tintype.documents.base import Model, write_atomic
from tintype.documents.provenance import Element, Provenance

if TYPE_CHECKING:
    from tintype.project import Project

RECORD_FILE = ".tintype/credentials.json"
OF_THE_EDIT = ("film.otio", "cues.csv")


class SignedFile(Model):
    """How a file was signed."""

    content: str  # digest of the file before it was signed
    claim: str  # digest of what was claimed
    signer: str  # fingerprint of the certificate
    signed: str  # digest of the file after it was signed


RECORD = TypeAdapter(dict[str, SignedFile])


class SignedFiles:
    """The record of signed files in a film's folder.

    Args:
        root: the film's folder.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        try:
            self._record = RECORD.validate_json((root / RECORD_FILE).read_bytes())
        except (OSError, ValidationError):  # without a record everything is signed again, which harms nothing
            self._record = {}

    def hold(self, path: Path, content: str) -> bool:
        """Whether ``path`` is, signed, the file that had this digest before."""
        known = self._record.get(self._name(path))
        return known is not None and known.content == content and path.is_file() and file_digest(path) == known.signed

    def sign(self, path: Path, claim: Claim, key: SigningKey) -> None:
        """Sign a file unless it is signed with this claim and key already."""
        name, digest = self._name(path), file_digest(path)
        known = self._record.get(name)
        content = known.content if known and known.signed == digest else digest
        wanted = {"content": content, "claim": claim.digest, "signer": key.fingerprint}
        there = known is not None and (known.content != known.signed or sidecar_of(path).is_file())
        if there and known == SignedFile(signed=digest, **wanted):
            return
        sign(path, claim, key)
        self._record[name] = SignedFile(signed=file_digest(path), **wanted)

    def save(self) -> None:
        data = {name: item.model_dump() for name, item in sorted(self._record.items())}
        write_atomic(self.root / RECORD_FILE, json.dumps(data, indent=2).encode())

    def _name(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()


def sign_results(project: Project, provenance: Provenance) -> None:
    """Sign every voice, head, face track and picture that lies in the film's folder, and the edit for other programs.

    Raises:
        CredentialsError: there is no usable key, or a file cannot be signed.
    """
    signed = SignedFiles(project.root)
    key = signing_key()
    try:
        for element, path in _files(project.root, provenance):
            signed.sign(path, element_claim(project, provenance, element, title=path.name), key)
    finally:
        signed.save()


def _files(root: Path, provenance: Provenance) -> Iterator[tuple[Element, Path]]:
    for element in provenance.elements:
        names = [element.file] if element.file else []
        if element.kind == "face":
            names.append(f"lines/{element.line}/face.csv")
        if element.kind == "edit":
            names = list(OF_THE_EDIT)
        for name in names:
            if (root / name).is_file():
                yield element, root / name
