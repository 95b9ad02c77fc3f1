"""What is true of a film and of each file of it, as C2PA manifests say it."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tintype
from tintype.consent import evidence_digest
from tintype.credentials import source_types
from tintype.credentials.statement import LABEL, Interval, Statement, consent_statement
from tintype.digests import data_digest
from tintype.documents import Clip, Film, PortraitClip, SoundClip, TitleClip
from tintype.documents.provenance import Element, Provenance, Source
from tintype.project import Project
from tintype.provenance import element_of

ACTIONS = "c2pa.actions.v2"
GENERATOR = "Tintype"


@dataclass(frozen=True)
class Ingredient:
    """A file that another was made from.

    Attributes:
        label: names it inside the manifest.
        relationship: ``inputTo`` (something was computed from it), ``componentOf`` (it is seen or heard), ``parentOf``.
        path: the file, so that credentials of its own come along.
    """

    label: str
    source: Source
    relationship: str
    path: Path | None = None

    def definition(self) -> dict[str, Any]:
        about: dict[str, Any] = {
            "title": self.source.path,
            "format": mimetypes.guess_type(self.source.path)[0] or "application/octet-stream",
            "relationship": self.relationship,
            "label": self.label,
            "instance_id": f"sha256:{self.source.sha256}:{self.label}",
            "metadata": {"sha256": self.source.sha256, "medium": self.source.medium},
        }
        if self.source.steps:
            about["description"] = f"Cleaned before use: {'; '.join(self.source.steps)}"
        return about


@dataclass(frozen=True)
class Claim:
    """A manifest before it is signed; the same film gives the same claim."""

    title: str
    actions: tuple[dict[str, Any], ...]
    statement: Statement
    ingredients: tuple[Ingredient, ...] = field(default=())

    def definition(self) -> dict[str, Any]:
        """The manifest as c2pa's builder takes it, without the ingredients."""
        return {
            "title": self.title,
            "claim_generator_info": [{"name": GENERATOR, "version": tintype.__version__}],
            "assertions": [
                {"label": ACTIONS, "data": {"actions": list(self.actions), "allActionsIncluded": True}},
                {"label": LABEL, "data": self.statement.model_dump(mode="json", by_alias=True, exclude_none=True)},
            ],
        }

    @property
    def digest(self) -> str:
        return data_digest([self.definition(), [item.definition() for item in self.ingredients]])


def film_claim(project: Project, edit: Film, provenance: Provenance, *, title: str, quality: str) -> Claim:
    """What a rendered film is."""
    intervals = synthetic_intervals(edit, provenance)
    shown = [element for element in provenance.elements if element.kind != "edit"]
    ingredients = _ingredients(project, shown)
    kind = source_types.composed_of(element.source_type for element in shown)
    created = _action(
        "c2pa.created",
        source_type=kind,
        description=f"Composed and rendered as a film of {edit.duration_s:.1f} s ({quality})",
        ingredients=[item for item in ingredients if item.relationship == "inputTo"],
    )
    placed = [item for item in ingredients if item.relationship == "componentOf"]
    actions = [created]
    if placed:
        actions.append(_action("c2pa.placed", description="Shown or heard in the film", ingredients=placed))
    actions += [_interval_action(provenance, interval) for interval in intervals]
    statement = _statement(project, provenance, "film").model_copy(
        update={
            "quality": quality,
            "duration_s": round(edit.duration_s, 3),
            "synthetic": tuple(intervals),
            "elements": tuple(shown),
            "made_from": provenance.sources(),
            "disclosure": disclosure_of(edit),
        }
    )
    return Claim(title, tuple(actions), statement, tuple(ingredients))


def element_claim(project: Project, provenance: Provenance, element: Element, *, title: str) -> Claim:
    """What one laid-out file (a voice, a head, a face track, a picture, the edit) is."""
    ingredients = _ingredients(project, [element])
    actions = [
        _action(
            "c2pa.created",
            source_type=element.source_type or source_types.COMPOSITE,
            description=_described(element),
            agent=_agent(element),
            ingredients=[item for item in ingredients if item.relationship == "inputTo"],
        )
    ]
    placed = [item for item in ingredients if item.relationship == "componentOf"]
    if placed:
        actions.append(_action("c2pa.placed", description="Taken from the archive", ingredients=placed))
    statement = _statement(project, provenance, element.kind).model_copy(
        update={"elements": (element,), "made_from": element.sources}
    )
    return Claim(title, tuple(actions), statement, tuple(ingredients))


def synthetic_intervals(edit: Film, provenance: Provenance) -> list[Interval]:
    """The seconds in which a voice, a face, a picture or a sound is synthetic; touching ones of a kind are one."""
    clips = [clip for clip in edit.clips() if clip.synthetic and not isinstance(clip, TitleClip)]
    found: list[Interval] = []
    for clip in sorted(clips, key=lambda clip: (_kind(clip), clip.start_s)):
        element = element_of(provenance, clip)
        interval = Interval(
            kind=_kind(clip),
            start_s=round(clip.start_s, 3),
            end_s=round(min(clip.end_s, edit.duration_s), 3),
            source_type=element.source_type if element else None,
            lines=(clip.line,) if clip.line else (),
        )
        before = found[-1] if found else None
        if (
            before
            and (before.kind, before.source_type) == (interval.kind, interval.source_type)
            and interval.start_s <= before.end_s
        ):
            end_s = max(before.end_s, interval.end_s)
            lines = tuple(dict.fromkeys(before.lines + interval.lines))
            found[-1] = before.model_copy(update={"end_s": end_s, "lines": lines})
        else:
            found.append(interval)
    return found


def disclosure_of(edit: Film) -> str:
    """The labels that the film shows, each once; or the recorded reason why it shows none."""
    waived = edit.metadata.get("disclosure_waived")
    if waived:
        return f"No label is shown. Reason: {waived}"
    labels = (clip.text for clip in edit.clips() if isinstance(clip, TitleClip) and clip.style == "label")
    return " / ".join(dict.fromkeys(labels))


def _kind(clip: Clip) -> Any:
    if isinstance(clip, PortraitClip):
        return "face"
    if isinstance(clip, SoundClip):
        return "voice" if clip.line is not None else "sound"
    return "picture"


def _statement(project: Project, provenance: Provenance, kind: Any) -> Statement:
    return Statement(
        film=project.film.title,
        film_id=provenance.film_id,
        subject=project.subject.name,
        kind=kind,
        consent=consent_statement(project.consent, evidence_digest(project)),
    )


def _ingredients(project: Project, elements: Iterable[Element]) -> list[Ingredient]:
    """Every archive file behind the elements, once per way in which it was used."""
    found: dict[tuple[str, str], Ingredient] = {}
    for element in elements:
        as_found = not element.synthetic and element.kind in ("recording", "picture")
        relationship = "componentOf" if as_found else "inputTo"
        for source in element.sources:
            key = (source.path, relationship)
            if key not in found:
                path = project.archive_root / source.path
                found[key] = Ingredient(f"source-{len(found) + 1}", source, relationship, path)
    return list(found.values())


def _action(
    name: str,
    *,
    description: str = "",
    source_type: str | None = None,
    agent: dict[str, str] | None = None,
    ingredients: Sequence[Ingredient] = (),
) -> dict[str, Any]:
    action: dict[str, Any] = {
        "action": name,
        "softwareAgent": agent or {"name": GENERATOR, "version": tintype.__version__},
    }
    if source_type:
        action["digitalSourceType"] = source_types.uri(source_type)
    if description:
        action["description"] = description
    if ingredients:
        action["parameters"] = {"ingredientIds": [item.label for item in ingredients]}
    return action


def _interval_action(provenance: Provenance, interval: Interval) -> dict[str, Any]:
    """A stretch of synthetic voice, face or picture as a standard action with a region in time."""
    line = interval.lines[0] if interval.lines else None
    kind = interval.kind
    element = provenance.find(kind, line) if kind in ("voice", "face", "picture") else None
    action = _action(
        "c2pa.edited",
        source_type=interval.source_type,
        description=_described(element) if element else f"Synthetic {kind}",
        agent=_agent(element) if element else None,
    )
    time = {"type": "npt", "start": f"{interval.start_s:.3f}", "end": f"{interval.end_s:.3f}"}
    action["changes"] = [{"region": [{"type": "temporal", "time": time}], "description": f"Synthetic {kind}"}]
    return action


def _agent(element: Element) -> dict[str, str]:
    names = ", ".join(dict.fromkeys(tool.title for tool in element.tools)) or GENERATOR
    versions = ", ".join(dict.fromkeys(f"{tool.distribution} {tool.version}".strip() for tool in element.tools))
    return {"name": names, "version": versions or tintype.__version__}


def _described(element: Element) -> str:
    return {
        "voice": "Words spoken by a machine",
        "recording": "A recording of the archive, with its words found",
        "head": "A head that can be animated, built from a photograph",
        "face": "A portrait that speaks, animated by a machine from a photograph",
        "picture": "A picture made by a machine" if element.synthetic else "A picture of the archive",
        "edit": "The edit of a film, as data",
    }[element.kind]
