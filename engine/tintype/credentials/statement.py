"""What Tintype's own assertion says of a file, in a form that `tintype verify` reads back.

It stands in the signed manifest under :data:`LABEL`, beside the standard C2PA actions and ingredients, and says what
these have no words for: which seconds are synthetic, on what consent, and how the audience is told.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, ValidationError

from tintype.documents.base import Model
from tintype.documents.provenance import Element, Source
from tintype.project import ConsentSection

LABEL = "org.tintype.provenance"
SCHEMA = "Statement.1"


class Interval(Model):
    """Seconds of the film in which something is synthetic."""

    kind: Literal["voice", "face", "picture", "sound"]
    start_s: float = Field(ge=0)
    end_s: float = Field(ge=0)
    source_type: str | None = Field(None, description="IPTC digital source type, its last part.")
    lines: tuple[str, ...] = Field((), description="Ids of the lines that it belongs to.")


class ConsentStatement(Model):
    """The consent's basis without anything private: no names, no relation, no conditions, no paper."""

    basis: str
    scope: tuple[str, ...]
    words: str = ""
    territory: str = ""
    expires: str | None = None
    evidence_sha256: str | None = Field(None, description="Digest of the paper that proves it; the paper stays home.")


class Statement(Model):
    """Everything that Tintype says of a file."""

    schema_label: Literal["Statement.1"] = Field("Statement.1", alias="schema")
    film: str = Field(description="Title of the film.")
    film_id: str
    subject: str = Field(description="Name of the person that the film is about.")
    kind: Literal["film", "voice", "recording", "head", "face", "picture", "edit"]
    quality: str = Field("", description="draft or final, of a rendered film.")
    duration_s: float | None = None
    synthetic: tuple[Interval, ...] = ()
    elements: tuple[Element, ...] = ()
    made_from: tuple[Source, ...] = ()
    consent: ConsentStatement | None = None
    disclosure: str = Field("", description="Words on screen that tell the audience, or why there are none.")


def consent_statement(consent: ConsentSection | None, evidence_sha256: str | None) -> ConsentStatement | None:
    """The public part of a consent."""
    if consent is None:
        return None
    return ConsentStatement(
        basis=consent.basis,
        scope=tuple(sorted(consent.scope)),
        words=consent.words,
        territory=", ".join(consent.territory),
        expires=consent.expires.isoformat() if consent.expires else None,
        evidence_sha256=evidence_sha256,
    )


def read_statement(data: Any) -> Statement | None:
    """A statement from a manifest; None for one that this version does not understand."""
    try:
        return Statement.model_validate(data)
    except ValidationError:
        return None
