"""Consent: what a film may generate of a person.  It lives in the engine, so that no plugin can take it out."""

from __future__ import annotations

import datetime as dt

from tintype.digests import file_digest
from tintype.errors import ConsentError, ConsentExpired, ConsentScope
from tintype.project import Project

STAGE_SCOPES = {
    "build_voice": "voice",
    "synthesize_speech": "voice",
    "build_head": "likeness",
    "animate_face": "likeness",
}
"""What each stage needs to be covered before it may run."""

EXAMPLE = (
    'Add to film.toml: [consent] basis = "estate" (or self_recorded, next_of_kin, public_domain_historical, '
    'living_consent), granted_by = "who agreed", date = 2024-05-01, scope = ["voice", "likeness"].'
)


def needed_scopes(project: Project) -> set[str]:
    """What the film's lines will need: a voice for every line that is spoken for the person, a face per portrait."""
    scopes = set()
    for line in project.line:
        if line.speaks and line.recording is None:
            scopes.add("voice")
        if line.show == "portrait":
            scopes.add("likeness")
    return scopes


def require(project: Project, scope: str, *, today: dt.date | None = None) -> None:
    """Refuse unless the film's consent covers ``scope`` today.

    Raises:
        ConsentError: there is no consent, or its evidence is missing.
        ConsentScope: it does not cover the scope.
        ConsentExpired: its last day is over.
    """
    name = project.subject.name
    consent = project.consent
    if consent is None:
        raise ConsentError(
            f"{project.path} has no [consent], so the {scope} of {name} may not be generated.", hint=EXAMPLE
        )
    if scope not in consent.scope:
        raise ConsentScope(
            f"The consent in {project.path} covers {', '.join(consent.scope) or 'nothing'}, but this film generates "
            f"the {scope} of {name}.",
            hint=f'Ask {consent.granted_by} for it and add "{scope}" to scope, or take out the lines that need it.',
        )
    today = today or dt.date.today()
    if consent.expires is not None and consent.expires < today:
        raise ConsentExpired(
            f"The consent in {project.path} expired on {consent.expires:%Y-%m-%d} (expires), so the {scope} of {name} "
            "may not be generated any more.",
            hint=f"Ask {consent.granted_by} to renew it, then correct date and expires.",
        )
    if consent.date > today:
        raise ConsentError(
            f"The consent in {project.path} is dated {consent.date:%Y-%m-%d} (date), which is still to come.",
            hint="Correct date to the day on which it was given.",
        )
    if consent.evidence is not None and not (project.root / consent.evidence).is_file():
        raise ConsentError(
            f"The consent in {project.path} names the evidence {consent.evidence!r}, but "
            f"{project.root / consent.evidence} does not exist.",
            hint="Put the signed paper there, or take the field out.",
        )


def require_for_film(project: Project) -> None:
    """Refuse at once, before anything is made, when a line needs what the consent does not cover."""
    for scope in sorted(needed_scopes(project)):
        require(project, scope)


def evidence_digest(project: Project) -> str | None:
    """SHA-256 of the paper that proves the consent, if the film names one and it is there."""
    consent = project.consent
    if consent is None or consent.evidence is None:
        return None
    path = project.root / consent.evidence
    return file_digest(path) if path.is_file() else None
