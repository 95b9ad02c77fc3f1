"""Reads content credentials back: what a file claims, whether it was altered, and who signed it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from tintype.credentials.keys import LOCAL_ORGANISATION, local_certificate_path
from tintype.credentials.signing import EMBEDS, OFFLINE, OTHER_FORMAT, SIDECAR_SUFFIX, sidecar_of
from tintype.credentials.statement import LABEL, Statement, read_statement
from tintype.errors import CredentialsError
from tintype.user_settings import read_user_settings

MAX_SIDECAR_BYTES = 64_000_000
MAX_PEM_BYTES = 16_000_000

State = Literal["intact", "altered", "none"]
Trust = Literal["trusted", "this-computer", "local", "unknown"]


@dataclass(frozen=True)
class Signer:
    """Who signed a file.

    Attributes:
        trust: ``trusted`` (on the user's trust list), ``this-computer`` (this computer's local certificate),
            ``local`` (says that it is another computer's local one), ``unknown`` (on no list that we were given).
        organisation: as the certificate says; only a trusted one has been checked by anybody.
    """

    trust: Trust
    organisation: str
    name: str
    serial: str


@dataclass(frozen=True)
class Made:
    """An ingredient as the manifest has it."""

    title: str
    relationship: str
    sha256: str = ""
    description: str = ""
    has_credentials: bool = False


@dataclass(frozen=True)
class Report:
    """What the credentials of a file say.

    Attributes:
        state: ``intact``, ``altered`` (the file or its credentials were changed after signing), or ``none``.
        credentials_in: the file itself, or the sidecar that was found.
        problems: what c2pa found wrong, in plain words, with its codes.
        actions: the manifest's actions as they stand.
        statement: Tintype's own assertion; None where another program signed.
    """

    file: Path
    state: State
    credentials_in: Path | None = None
    signer: Signer | None = None
    generator: str = ""
    title: str = ""
    problems: tuple[tuple[str, str], ...] = ()
    actions: tuple[Mapping[str, Any], ...] = ()
    ingredients: tuple[Made, ...] = ()
    statement: Statement | None = None
    manifest: Mapping[str, Any] = field(default_factory=dict, repr=False)


def verify(path: Path) -> Report:
    """Read and check the credentials of a file: inside it, or in a sidecar beside it.

    Raises:
        CredentialsError: the file cannot be read, or the user's trust list cannot.
    """
    import c2pa

    if not path.is_file():
        raise CredentialsError(f"{path} does not exist.", hint="Give the path of a file.")
    anchors = trust_anchors()
    problem = ""
    for place in _places(path):
        try:
            data = _read(path, place, anchors)
        except c2pa.C2paError as err:  # damaged beyond reading: of the file, or of its credentials
            problem = problem or str(err)
            continue
        if data is not None:
            return _report(path, place, data)
    if problem:
        return Report(path, "altered", problems=(("unreadable", f"The credentials cannot be read: {problem}"),))
    return Report(path, "none")


def trust_anchors() -> str:
    """The user's trust list as PEM; empty when there is none."""
    named = read_user_settings().credentials.trust_list
    if named is None:
        return ""
    try:
        with named.open("rb") as stream:
            return stream.read(MAX_PEM_BYTES).decode("ascii")
    except (OSError, UnicodeDecodeError) as err:
        raise CredentialsError(
            f"The trust list {named} cannot be read: {err}.", hint="It is a PEM file of certificates."
        ) from err


def _places(path: Path) -> Iterator[Path]:
    """Where credentials may lie: inside, then ``NAME.EXT.c2pa``, then ``NAME.c2pa`` as other programs name it."""
    if path.suffix.lower() in EMBEDS:
        yield path
    for beside in (sidecar_of(path), path.with_suffix(SIDECAR_SUFFIX)):
        if beside != path and beside.is_file():
            yield beside


def _read(path: Path, place: Path, anchors: str) -> dict[str, Any] | None:
    """c2pa's report on one place, with the trust that the signer has here; None where it holds no credentials."""
    data = _read_once(path, place, anchors)
    if data is None or data.get("validation_state") == "Trusted":
        return data and data | {"tintype_trust": "trusted"}
    if local_certificate_path().is_file():
        own = _read_once(path, place, local_certificate_path().read_text("ascii"))
        if own is not None and own.get("validation_state") == "Trusted":
            return data | {"tintype_trust": "this-computer"}
    return data | {"tintype_trust": "unknown"}


def _read_once(path: Path, place: Path, anchors: str) -> dict[str, Any] | None:
    import c2pa

    settings: dict[str, Any] = dict(OFFLINE)
    if anchors:
        settings["trust"] = {"user_anchors": anchors}
    form = EMBEDS.get(path.suffix.lower(), OTHER_FORMAT) if place == path else OTHER_FORMAT
    manifest = None
    if place != path:
        if place.stat().st_size > MAX_SIDECAR_BYTES:
            raise CredentialsError(f"{place} is too large for credentials.", hint="Look for the right sidecar.")
        manifest = place.read_bytes()
    with path.open("rb") as stream, c2pa.Context.from_dict(settings) as context:
        reader = c2pa.Reader.try_create(form, stream, manifest, context=context)
        if reader is None:
            return None
        with reader:
            data: dict[str, Any] = json.loads(reader.json())
            return data


def _report(path: Path, place: Path, data: dict[str, Any]) -> Report:
    manifest = data.get("manifests", {}).get(data.get("active_manifest", ""), {})
    failures = data.get("validation_results", {}).get("activeManifest", {}).get("failure", [])
    problems = tuple(
        (str(failure.get("code", "")), str(failure.get("explanation", "")))
        for failure in failures
        if failure.get("code") != "signingCredential.untrusted"
    )
    intact = data.get("validation_state") in ("Valid", "Trusted") and not problems
    assertions = {item.get("label"): item.get("data") for item in manifest.get("assertions", [])}
    actions = assertions.get("c2pa.actions.v2") or assertions.get("c2pa.actions") or {}
    generators = manifest.get("claim_generator_info") or [{}]
    return Report(
        file=path,
        state="intact" if intact else "altered",
        credentials_in=place,
        signer=_signer(manifest.get("signature_info") or {}, data["tintype_trust"]),
        generator=" ".join(str(generators[0].get(key, "")) for key in ("name", "version")).strip(),
        title=str(manifest.get("title", "")),
        problems=problems,
        actions=tuple(actions.get("actions", ())),
        ingredients=tuple(_ingredient(item) for item in manifest.get("ingredients", [])),
        statement=read_statement(assertions.get(LABEL)),
        manifest=data,
    )


def _signer(info: Mapping[str, Any], trust: Trust) -> Signer:
    organisation = str(info.get("issuer", ""))
    if trust == "unknown" and organisation == LOCAL_ORGANISATION:
        trust = "local"
    return Signer(trust, organisation, str(info.get("common_name", "")), str(info.get("cert_serial_number", "")))


def _ingredient(item: Mapping[str, Any]) -> Made:
    metadata = item.get("metadata")
    sha256 = metadata.get("sha256", "") if isinstance(metadata, Mapping) else ""
    return Made(
        title=str(item.get("title", "")),
        relationship=str(item.get("relationship", "")),
        sha256=str(sha256),
        description=str(item.get("description", "")),
        has_credentials=bool(item.get("active_manifest")),
    )
