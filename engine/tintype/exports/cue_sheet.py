"""The cue sheet: everything synthetic in the film, row by row, for the archive producer.

Columns follow the best practices of the Archival Producers Alliance for generative AI in documentaries (2024).  What
only the people who make the film can know is left empty for them: who approved it, whether the words were checked,
who owns a source.  The file is UTF-8 with a byte-order mark, which spreadsheet programs need to read it as such.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Mapping
from pathlib import Path

from tintype.documents import Clip, Film, PictureClip, PortraitClip, SoundClip, TitleClip
from tintype.documents.base import write_atomic
from tintype.exports.timecode import timecode
from tintype.project import Line, Project

COLUMNS = (
    "cue id", "timecode in", "timecode out", "duration (s)", "strip", "kind", "description",
    "words", "whose words", "citation", "verbatim, edited or invented",
    "tool", "model", "version", "weights hash", "licence", "prompt", "seed", "settings",
    "source assets", "source owner", "source licence", "consent reference", "consent scope",
    "made by", "made on", "fact check", "how disclosed", "approved by", "content credential",
)  # fmt: skip

STAGES_OF_KIND = {
    "voice": ("build_voice", "synthesize_speech"),
    "face": ("build_head", "animate_face"),
    "picture": ("generate_image",),
    "restoration": ("generate_image",),
    "sound": ("compose_film",),
}
RESTORED = ".restored."
"""In the file name of a restored picture, which is always a version of its own beside the archive's."""

SCOPE_OF_KIND = {"voice": "voice", "face": "likeness"}
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write_cues(edit: Film, project: Project, provenance: Mapping[str, Mapping[str, str]], path: Path) -> None:
    """Write the cue sheet.

    Args:
        edit: the edit; its ``metadata["cues"]`` may say more of a clip, by clip id and column.
        provenance: tool, version, licence and source assets by clip id, and further columns where they are known.
        path: the .csv to write.
    """
    table = io.StringIO(newline="")
    writer = csv.DictWriter(table, COLUMNS, restval="", extrasaction="raise")
    writer.writeheader()
    for row in cue_rows(edit, project, provenance):
        writer.writerow({column: _as_text(value) for column, value in row.items()})
    write_atomic(path, table.getvalue().encode("utf-8-sig"))


def cue_rows(edit: Film, project: Project, provenance: Mapping[str, Mapping[str, str]]) -> list[dict[str, str]]:
    """A row per synthetic or restored clip, in order of time, columns as in :data:`COLUMNS`."""
    synthetic = [
        (track.name, clip)
        for track in edit.tracks
        for clip in track.clips
        if clip.synthetic or kind_of(clip) == "restoration"
    ]
    lines = {line.id: line for line in project.line}
    labels = [clip for clip in edit.clips() if isinstance(clip, TitleClip) and clip.style == "label"]
    return [
        {"how disclosed": _disclosure(edit, clip, labels)}
        | _row(edit, project, strip, clip, lines.get(clip.line or ""), provenance.get(clip.id, {}))
        for strip, clip in sorted(synthetic, key=lambda pair: pair[1].start_s)
    ]


def _row(
    edit: Film, project: Project, strip: str, clip: Clip, line: Line | None, made: Mapping[str, str]
) -> dict[str, str]:
    kind = kind_of(clip)
    row = {
        "cue id": clip.id,
        "timecode in": timecode(clip.start_s, edit.fps),
        "timecode out": timecode(clip.end_s, edit.fps),
        "duration (s)": f"{clip.duration_s:.3f}",
        "strip": strip,
        "kind": kind,
        "description": _description(kind, project.subject.name),
        "seed": str(project.film.seed),
        "settings": _settings(project, kind, line),
        "made on": _made_on(project.root, clip),
    }
    if line is not None and kind in ("voice", "face"):
        row |= {"words": line.text, "whose words": project.subject.name, "citation": line.source}
    if kind in SCOPE_OF_KIND:
        row |= _consent(project, SCOPE_OF_KIND[kind])
    said_by_edit = edit.metadata.get("cues", {}).get(clip.id, {})
    known = {name.replace("_", " "): value for name, value in {**made, **said_by_edit}.items()}
    return row | {column: known[column] for column in COLUMNS if known.get(column)}


def kind_of(clip: Clip) -> str:
    """``voice``, ``face``, ``picture``, ``restoration``, ``sound`` (not a voice) or ``title``."""
    if isinstance(clip, PortraitClip):
        return "face"
    if isinstance(clip, PictureClip):
        return "restoration" if RESTORED in clip.path and not clip.synthetic else "picture"
    if isinstance(clip, SoundClip):
        return "voice" if clip.line is not None else "sound"
    return "title"


def _description(kind: str, name: str) -> str:
    return {
        "voice": f"Words of {name}, spoken by a machine",
        "face": f"Portrait of {name}, animated by a machine from a photograph",
        "picture": "Picture made by a machine",
        "restoration": "Archive picture, digitally restored",
        "sound": "Sound made by a machine",
        "title": "Text made by a machine",
    }[kind]


def _settings(project: Project, kind: str, line: Line | None) -> str:
    """The stages' providers and settings, as film.toml has them."""
    parts = []
    for stage in STAGES_OF_KIND.get(kind, ()):
        chosen = ", ".join(f"{name} = {value!r}" for name, value in sorted(project.settings(stage).items()))
        provider = project.provider(stage, line=line)
        parts.append(f"{stage}: {provider}" + (f" ({chosen})" if chosen else ""))
    return "; ".join(parts)


def _made_on(root: Path, clip: Clip) -> str:
    """The day on which the clip's file was laid out; results that do not change are left alone, so it stays."""
    name = clip.face if isinstance(clip, PortraitClip) else getattr(clip, "path", None)
    try:
        changed = (root / name).stat().st_mtime if name else None
    except OSError:
        return ""
    return dt.datetime.fromtimestamp(changed, dt.UTC).date().isoformat() if changed else ""


def _disclosure(edit: Film, clip: Clip, labels: Iterable[TitleClip]) -> str:
    """What tells the audience: the labels on screen during the clip, and what of the clip they leave out."""
    labels = [label for label in labels if label.start_s < clip.end_s and label.end_s > clip.start_s]
    if not labels:
        return ""
    texts = " / ".join(dict.fromkeys(label.text for label in labels))
    seen_s = _covered_s(clip, labels)
    whole = seen_s > clip.duration_s - 1.5 / edit.fps
    return f"label on screen: “{texts}”" + ("" if whole else f" ({seen_s:.1f} of {clip.duration_s:.1f} s)")


def _covered_s(clip: Clip, labels: Iterable[Clip]) -> float:
    covered, at = 0.0, clip.start_s
    for label in sorted(labels, key=lambda label: label.start_s):
        end_s = min(label.end_s, clip.end_s)
        covered += max(end_s - max(label.start_s, at), 0.0)
        at = max(at, end_s)
    return covered


def _consent(project: Project, scope: str) -> dict[str, str]:
    consent = project.consent
    if consent is None:
        return {}
    parts = [
        consent.basis,
        f"granted by {consent.granted_by}" + (f" ({consent.relation})" if consent.relation else ""),
        f"dated {consent.date.isoformat()}",
        f"expires {consent.expires.isoformat()}" if consent.expires else "",
        f"evidence {consent.evidence}" if consent.evidence else "",
        consent.conditions,
    ]
    return {"consent reference": "; ".join(part for part in parts if part), "consent scope": scope}


def _as_text(value: str) -> str:
    """A cell that no spreadsheet program takes for a formula (OWASP, "CSV injection")."""
    return f"'{value}" if value.startswith(FORMULA_STARTS) else value
