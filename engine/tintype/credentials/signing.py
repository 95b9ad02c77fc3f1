"""Puts a claim into a file, or beside it where the format has no place for one."""

from __future__ import annotations

import json
import logging
import os
import tempfile
import uuid
from pathlib import Path
from typing import Any

from tintype.credentials.claims import Claim, Ingredient
from tintype.credentials.keys import SigningKey
from tintype.documents.base import write_atomic
from tintype.errors import CredentialsError

EMBEDS: dict[str, str] = {
    ".mp4": "video/mp4", ".mov": "video/quicktime", ".m4v": "video/mp4", ".m4a": "audio/mp4",
    ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".webp": "image/webp", ".tif": "image/tiff",
    ".tiff": "image/tiff", ".gif": "image/gif", ".wav": "audio/wav", ".flac": "audio/flac", ".mp3": "audio/mpeg",
}  # fmt: skip
"""Formats that carry credentials inside; everything else gets a sidecar."""

log = logging.getLogger(__name__)

OTHER_FORMAT = "application/octet-stream"
SIDECAR_SUFFIX = ".c2pa"

OFFLINE: dict[str, Any] = {
    "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False, "verify_trust": True},
    "builder": {"thumbnail": {"enabled": False}},
}
"""c2pa's settings: it asks no server for anything, and takes no thumbnails of the dead."""


def sidecar_of(path: Path) -> Path:
    """Where the credentials of a file lie whose format has no place for them."""
    return path.with_name(path.name + SIDECAR_SUFFIX)


def embeds(path: Path) -> bool:
    return path.suffix.lower() in EMBEDS


def sign(path: Path, claim: Claim, key: SigningKey) -> Path:
    """Sign a file: in place, or by a sidecar.  The file is the old or the new one at every moment.

    A file that is not what its name says (a damaged picture) gets a sidecar too: what it is can still be said.

    Returns:
        Where the credentials lie: the file itself, or its sidecar.

    Raises:
        CredentialsError: the file cannot be read or its folder not written, or the key is refused.
    """
    import c2pa

    try:
        if embeds(path):
            try:
                _embed(path, claim, key)
                sidecar_of(path).unlink(missing_ok=True)
                return path
            except c2pa.C2paError as err:
                log.info("%s takes no credentials inside: %s", path, err)
        _beside(path, claim, key)
        return sidecar_of(path)
    except (c2pa.C2paError, OSError) as err:
        raise CredentialsError(
            f"{path} cannot be signed: {err}.", hint="Check that the file is whole and its folder writable."
        ) from err


def _embed(path: Path, claim: Claim, key: SigningKey) -> None:
    beside = path.with_name(f".{path.stem}.{uuid.uuid4().hex[:8]}.part{path.suffix}")
    try:
        with path.open("rb") as source, beside.open("w+b") as target:
            _builder(claim).sign(_signer(key), EMBEDS[path.suffix.lower()], source, target)
            target.flush()
            os.fsync(target.fileno())
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def _beside(path: Path, claim: Claim, key: SigningKey) -> None:
    builder = _builder(claim)
    builder.set_no_embed()
    with path.open("rb") as source, tempfile.TemporaryFile() as unused:
        manifest = builder.sign(_signer(key), OTHER_FORMAT, source, unused)
    write_atomic(sidecar_of(path), manifest, durable=False)


def _signer(key: SigningKey) -> Any:
    import c2pa

    algorithm = c2pa.C2paSigningAlg[key.algorithm]
    return c2pa.Signer.from_info(c2pa.C2paSignerInfo(algorithm, key.chain, key.key, None))


def _builder(claim: Claim) -> Any:
    import c2pa

    whole = [item for item in claim.ingredients if _can_bring_credentials(item)]
    bare = [item.definition() for item in claim.ingredients if item not in whole]
    builder = c2pa.Builder({**claim.definition(), "ingredients": bare}, context=c2pa.Context.from_dict(OFFLINE))
    for item in whole:
        assert item.path is not None
        with item.path.open("rb") as stream:
            builder.add_ingredient(json.dumps(item.definition()), EMBEDS[item.path.suffix.lower()], stream)
    return builder


def _can_bring_credentials(item: Ingredient) -> bool:
    """Whether the ingredient's file is whole and of a kind that may carry credentials of its own."""
    if item.path is None or not embeds(item.path) or not item.path.is_file():
        return False
    import c2pa

    try:
        with item.path.open("rb") as stream:
            form = EMBEDS[item.path.suffix.lower()]
            reader = c2pa.Reader.try_create(form, stream, context=c2pa.Context.from_dict(OFFLINE))
            if reader is not None:
                reader.close()
    except c2pa.C2paError:  # damaged, or no such file as its name says: it is named by its digest alone
        return False
    return True
