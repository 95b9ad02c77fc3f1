"""Consent: what a film may generate of a person.  It lives in the engine, so that no plugin can take it out.

The rules and where they come from stand in ``engine/docs/consent.md``.  They are checked before the first stage, before
every stage that makes a voice or a likeness, and again before a film is rendered.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tintype.digests import file_digest
from tintype.errors import ConsentError, ConsentExpired, ConsentScope
from tintype.project import NEW_WORDS, WORLDWIDE, ConsentSection, Line, Project

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


def require_for_film(project: Project, *, today: dt.date | None = None) -> None:
    """Refuse at once, before anything is made, when a line needs what the consent does not cover.

    Raises:
        ConsentError: as :func:`require` and :func:`require_words` do.
    """
    for check in checks(project, today=today):
        check()


def checks(project: Project, *, today: dt.date | None = None) -> list[Callable[[], None]]:
    """Every check that the film's lines call for, each to be called by itself."""
    scopes = [partial(require, project, scope, today=today) for scope in sorted(needed_scopes(project))]
    return [*scopes, *(partial(require_words, project, line) for line in project.line)]


def require(project: Project, scope: str, *, today: dt.date | None = None) -> None:
    """Refuse unless the film's consent covers ``scope`` today, for this person, where the film will be shown.

    Raises:
        ConsentError: there is no consent, it is not one for a living person, or its evidence is missing or changed.
        ConsentScope: it does not cover the scope, or not the territory.
        ConsentExpired: its last day is over.
    """
    consent = project.consent
    if consent is None:
        raise ConsentError(
            f"{project.path} has no [consent], so the {scope} of {project.subject.name} may not be generated.",
            hint=EXAMPLE,
        )
    _require_scope(project, consent, scope)
    _require_today(project, consent, scope, today or dt.date.today())
    _require_living_consent(project, consent)
    _require_evidence(project, consent)
    _require_territory(project, consent)


def require_words(project: Project, line: Line) -> None:
    """Refuse a line that would put new words into the person's mouth, unless the consent allows that.

    Raises:
        ConsentScope: names the line, and the two things either of which would satisfy it.
    """
    consent = project.consent
    if not line.new_words or consent is None or consent.words == NEW_WORDS:
        return
    raise ConsentScope(
        f"Line {line.id!r} in {project.path} has no source, so its words count as new ones, but the consent covers "
        f"{consent.words} ([consent] words).",
        hint=f'Say where the words come from (source = "Letter, 3 May 1944"), or ask {consent.granted_by} and write '
        f'words = "{NEW_WORDS}" into [consent]: the film then says on screen that the words are new.',
    )


def new_words_lines(project: Project) -> tuple[Line, ...]:
    """The lines whose words nobody has given a source for."""
    return tuple(line for line in project.line if line.new_words)


def evidence_path(project: Project, consent: ConsentSection) -> Path | None:
    """Where the paper lies that proves the consent.

    Raises:
        ConsentError: it lies outside the film's folder.
    """
    if consent.evidence is None:
        return None
    path = (project.root / consent.evidence).resolve()
    if not path.is_relative_to(project.root.resolve()):
        raise ConsentError(
            f"The consent in {project.path} names the evidence {consent.evidence!r}, which lies outside the film's "
            "folder (evidence).",
            hint="Copy the paper into the film's folder and name it from there.",
        )
    return path


def evidence_digest(project: Project) -> str | None:
    """SHA-256 of the paper that proves the consent, if the film names one and it is there."""
    path = evidence_path(project, project.consent) if project.consent is not None else None
    return file_digest(path) if path is not None and path.is_file() else None


def _require_scope(project: Project, consent: ConsentSection, scope: str) -> None:
    if scope not in consent.scope:
        raise ConsentScope(
            f"The consent in {project.path} covers {', '.join(consent.scope) or 'nothing'} (scope), but this film "
            f"generates the {scope} of {project.subject.name}.",
            hint=f'Ask {consent.granted_by} for it and add "{scope}" to scope, or take out the lines that need it.',
        )


def _require_today(project: Project, consent: ConsentSection, scope: str, today: dt.date) -> None:
    if consent.expires is not None and consent.expires < today:
        raise ConsentExpired(
            f"The consent in {project.path} expired on {consent.expires:%Y-%m-%d} (expires), so the {scope} of "
            f"{project.subject.name} may not be generated any more.",
            hint=f"Ask {consent.granted_by} to renew it, then correct date and expires.",
        )
    if consent.date > today:
        raise ConsentError(
            f"The consent in {project.path} is dated {consent.date:%Y-%m-%d} (date), which is still to come.",
            hint="Correct date to the day on which it was given.",
        )


def _require_living_consent(project: Project, consent: ConsentSection) -> None:
    """Whoever has no date of death is taken for living, and has to have agreed in writing themselves."""
    subject = project.subject
    if consent.basis == "living_consent" and consent.evidence is None:
        raise ConsentError(
            f"The consent in {project.path} is a living person's (basis), but nothing proves it (evidence).",
            hint='Put what they signed into the film\'s folder and name it: evidence = "consent.pdf".',
        )
    if subject.died is None and consent.basis != "living_consent":
        raise ConsentError(
            f"{project.path} does not say when {subject.name} died (died), so they are taken for living, and the "
            f"basis {consent.basis} does not cover the living.",
            hint="If they are dead, add died = 1992 to [subject]. If they live, they have to agree: basis = "
            '"living_consent" and evidence = "consent.pdf", signed by them.',
        )


def _require_evidence(project: Project, consent: ConsentSection) -> None:
    path = evidence_path(project, consent)
    if path is None:
        if consent.evidence_sha256 is not None:
            raise ConsentError(
                f"The consent in {project.path} has evidence_sha256, but no evidence.",
                hint="Name the file that has this digest, or take the field out.",
            )
        return
    if not path.is_file():
        raise ConsentError(
            f"The consent in {project.path} names the evidence {consent.evidence!r}, but {path} does not exist.",
            hint="Put the signed paper there, or take the field out.",
        )
    if consent.evidence_sha256 is not None and file_digest(path) != consent.evidence_sha256:
        raise ConsentError(
            f"The evidence {consent.evidence!r} is not the file that was checked: its SHA-256 is "
            f"{file_digest(path)}, not {consent.evidence_sha256} (evidence_sha256).",
            hint="Put the paper back that was checked, or check the new one and correct evidence_sha256.",
        )


def _require_territory(project: Project, consent: ConsentSection) -> None:
    if not consent.territory or consent.territory == (WORLDWIDE,):
        return
    shown = project.film.territory
    held = ", ".join(consent.territory)
    if not shown:
        raise ConsentScope(
            f"The consent in {project.path} holds in {held} only (territory), and the film does not say where it will "
            "be shown.",
            hint=f"Add it to [film]: territory = {[*consent.territory]}".replace("'", '"') + ".",
        )
    beyond = [place for place in shown if place not in consent.territory]
    if beyond:
        raise ConsentScope(
            f"The consent in {project.path} holds in {held} (territory), but the film will be shown in "
            f"{', '.join(beyond)} too ([film] territory).",
            hint=f"Ask {consent.granted_by} for it, or do not show the film there.",
        )
