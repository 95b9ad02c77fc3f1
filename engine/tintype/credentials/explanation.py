"""Content credentials in plain words, for a newsroom that has never heard of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from tintype.credentials import source_types
from tintype.credentials.statement import ConsentStatement, Interval, Statement
from tintype.credentials.verifying import Made, Report, Signer
from tintype.watermark import Mark

Section = tuple[str, list[str]]

BASES = {
    "self_recorded": "the person recorded the words and agreed while alive",
    "estate": "those who administer the person's estate agreed",
    "next_of_kin": "the next of kin agreed",
    "public_domain_historical": "a historical person; the material is in the public domain, and nobody was asked",
    "living_consent": "the person is alive and agreed in writing",
}

TRUST = {
    "trusted": "{who}. This signer is on the trust list that you use.",
    "this-computer": "{who}. This is the local certificate of this very computer. It is on no trust list.",
    "local": "{who}. A certificate that Tintype made for some computer. It is on no trust list, so it shows that the "
    "file has not changed, not who made it.",
    "unknown": "{who}. This signer is on no trust list that you use, so the name has been checked by nobody here.",
}

PROBLEMS = {
    "assertion.dataHash.mismatch": "The content of the file is not what was signed.",
    "assertion.bmffHash.mismatch": "The picture or sound of the film is not what was signed.",
    "assertion.hashedURI.mismatch": "A statement in the credentials is not the one that was signed.",
    "assertion.missing": "A statement that was signed has been taken out of the credentials.",
    "claimSignature.mismatch": "The signature does not fit the credentials.",
    "claimSignature.outsideValidity": "The certificate had run out, or was not valid yet, when this was signed.",
    "signingCredential.expired": "The certificate has run out.",
    "signingCredential.invalid": "The certificate may not be used to sign content credentials.",
}


def explain(report: Report, marks: Sequence[Mark] | None = None) -> list[Section]:
    """Headings with their lines, in the order in which a reader asks.

    Args:
        marks: the marks heard in the voices; None when nobody listened.
    """
    sections: list[Section] = [("Is it unchanged?", list(_state(report)))]
    if report.signer is not None:
        sections.append(("Who signed it?", [_signed_by(report.signer)]))
    statement = report.statement
    if report.credentials_in is not None and report.state == "altered":
        sections.append(("What it claims", ["Said before the file was changed; do not rely on it."]))
    if statement is not None:
        sections.append(("What is it?", list(_what(report, statement))))
        sections.append(("Which seconds are synthetic?", list(_intervals(statement))))
        sections.append(("Whose words are they?", list(_words(statement))))
        sections.append(("Which tools made it?", list(_tools(statement))))
    elif report.actions:
        sections.append(("What does it claim?", [_action(action) for action in report.actions]))
    if report.ingredients:
        sections.append(("What was it made from?", list(_ingredients(report.ingredients))))
    if marks is not None:
        sections.append(("Is there a mark in the voice?", list(_marks(marks, statement))))
    if statement is not None:
        sections.append(("By what right?", _consent(statement.consent)))
        if statement.kind == "film":
            sections.append(("How is the audience told?", [_disclosure(statement.disclosure)]))
    return [(heading, lines) for heading, lines in sections if lines]


def _state(report: Report) -> Iterator[str]:
    if report.state == "none":
        yield "It carries no content credentials. That proves nothing: they are lost when a file is encoded again."
        return
    if report.state == "intact":
        where = "in the file" if report.credentials_in == report.file else f"beside it, in {_name(report)}"
        yield f"Yes. Nothing has been changed since it was signed. The credentials are {where}."
        return
    yield "NO. The file or its credentials were changed after it was signed, or are damaged."
    for code, explanation in report.problems:
        yield f"{PROBLEMS.get(code, explanation or code)} [{code}]"


def _name(report: Report) -> str:
    return report.credentials_in.name if report.credentials_in else ""


def _signed_by(signer: Signer) -> str:
    who = ", ".join(part for part in (signer.organisation, signer.name) if part) or "Somebody without a name"
    return TRUST[signer.trust].format(who=who)


def _what(report: Report, statement: Statement) -> Iterator[str]:
    kinds = {
        "film": "A film",
        "voice": "A voice made by a machine, from the film",
        "recording": "A recording of the archive, from the film",
        "head": "A head model, from the film",
        "face": "The movements of an animated face, from the film",
        "picture": "A picture, from the film",
        "edit": "Edit data, of the film",
    }
    draft = ", a draft" if statement.quality == "draft" else ""
    yield f"{kinds[statement.kind]} “{statement.film}” about {statement.subject}{draft}. Film id {statement.film_id}."
    yield f"Made with {report.generator}." if report.generator else ""
    created = next((action for action in report.actions if action.get("action") == "c2pa.created"), None)
    kind = str(created.get("digitalSourceType", "")) if created else ""
    if kind:
        yield f"It was {source_types.in_words(kind)}. [{kind.rsplit('/', 1)[-1]}]"


def _intervals(statement: Statement) -> Iterator[str]:
    if statement.kind != "film":
        if any(element.synthetic for element in statement.elements):
            yield "All of it."
        return
    if not statement.synthetic:
        yield "None, by its own account."
    for interval in sorted(statement.synthetic, key=lambda item: (item.kind == "sound", item.start_s)):
        yield f"{_span(interval)}  {_interval_kind(interval)}"


def _interval_kind(interval: Interval) -> str:
    words = {
        "voice": "the voice is a machine's",
        "face": "the face is animated",
        "picture": "the picture is a machine's",
        "sound": "the sound is a machine's (no voice)",
    }[interval.kind]
    lines = f", in {', '.join(interval.lines)}" if interval.lines else ""
    return words + lines


def _span(interval: Interval) -> str:
    return f"{clock(interval.start_s)} – {clock(interval.end_s)}"


def clock(seconds: float) -> str:
    """``M:SS.t``, as people write times."""
    minutes, rest = divmod(round(seconds, 1), 60)
    return f"{int(minutes)}:{rest:04.1f}"


def _tools(statement: Statement) -> Iterator[str]:
    seen: set[str] = set()
    for element in statement.elements:
        for tool in element.tools:
            version = f"{tool.distribution} {tool.version}".strip()
            trained = "; uses a trained model" if tool.trained else ""
            line = f"{tool.stage}: {tool.title} ({version}{trained})"
            if line not in seen:
                seen.add(line)
                yield line


def _words(statement: Statement) -> Iterator[str]:
    for element in statement.elements:
        if element.kind in ("voice", "recording"):
            spoken = f"{element.line}: “{element.words}”" if element.words else f"{element.line}"
            source = element.words_source.rstrip(".")
            if element.kind == "recording":
                yield f"{spoken} – the person's own recording" + (f" ({source})" if source else "") + "."
            else:
                yield f"{spoken} – " + (f"{source}." if source else "NO SOURCE is given for these words.")


def _action(action: Any) -> str:
    kind = str(action.get("digitalSourceType", ""))
    said = [str(action.get("action", "")), str(action.get("description", ""))]
    return ": ".join(part for part in said if part) + (f" ({source_types.in_words(kind)})" if kind else "")


def _ingredients(items: Sequence[Made]) -> Iterator[str]:
    """A line per file, with every way in which it was used."""
    used: dict[str, list[str]] = {}
    for item in items:
        digest = f", sha256 {item.sha256}" if item.sha256 else ""
        own = ", with content credentials of its own" if item.has_credentials else ""
        cleaned = f". {item.description}" if item.description else ""
        used.setdefault(f"{item.title}{digest}{own}{cleaned}", []).append(item.relationship)
    ways = {"inputTo": "something was made from it", "componentOf": "seen or heard in it", "parentOf": "edited into it"}
    for line, relationships in used.items():
        yield f"{line} ({'; '.join(ways.get(way, way) for way in relationships)})"


def _marks(marks: Sequence[Mark], statement: Statement | None) -> Iterator[str]:
    if not marks:
        yield "None was heard. That proves nothing: short voices and a changed speed hide it."
    for mark in marks:
        spans = ", ".join(f"{clock(start_s)} – {clock(end_s)}" for start_s, end_s in mark.spans)
        own = statement is not None and statement.film_id == mark.film_id
        whose = "this film's own" if own else "ask whoever made the film of that id"
        yield f"Yes: a synthetic voice of the film {mark.film_id} ({whose}), around {spans}."


def _disclosure(said: str) -> str:
    if not said:
        return "No label on screen."
    return said if said.startswith("No label") else f"Words on screen: “{said}”."


def _consent(consent: ConsentStatement | None) -> list[str]:
    if consent is None:
        return ["No consent is recorded."]
    lines = [f"{BASES.get(consent.basis, consent.basis).capitalize()}. [{consent.basis}]"]
    covers = ", ".join(consent.scope) or "nothing"
    lines.append(f"It covers: {covers}" + (f"; {consent.words}" if consent.words else "") + ".")
    if consent.territory:
        lines.append(f"It holds in: {consent.territory}.")
    if consent.expires:
        lines.append(f"It ends on {consent.expires}.")
    if consent.evidence_sha256:
        lines.append(f"The paper that proves it is kept by those who made the film: sha256 {consent.evidence_sha256}.")
    return lines


def as_text(sections: Sequence[Section]) -> str:
    """The sections as plain text, headings at the margin."""
    blocks = ["\n".join([heading, *(f"  {line}" for line in lines if line)]) for heading, lines in sections]
    return "\n\n".join(blocks)
