"""Commands about trust: verify, cues, forget."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from tintype.cli.console import out, print_json, reported

AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON, for scripts.")]


def verify(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A film, sound, picture, or a file with a sidecar.")],
    mark: Annotated[
        bool, typer.Option("--mark/--no-mark", help="Also listen for the mark in synthetic voices (a minute per hour).")
    ] = True,
    as_json: AsJson = False,
) -> None:
    """Say in plain words who made a file, whether it was altered, and which seconds are synthetic.

    Exit status 0: unchanged since it was signed.  1: altered, or without content credentials.
    """
    from tintype.credentials.explanation import as_text, explain
    from tintype.credentials.verifying import verify as verify_file
    from tintype.watermark import has_sound, marks_heard_in

    with reported(as_json):
        report = verify_file(file)
        marks = marks_heard_in(file) if mark and has_sound(file) else None
    if as_json:
        heard = None if marks is None else [asdict(found) for found in marks]
        print_json({**report_data(report), "voice_marks": heard})
    else:
        out.print(file.name, markup=False, style="bold")
        out.print(as_text(explain(report, marks)), markup=False, soft_wrap=True)
    if report.state != "intact":
        raise typer.Exit(1)


def report_data(report: Any) -> dict[str, Any]:
    """A report as plain data for scripts, without c2pa's own long one."""
    data = asdict(report)
    data.pop("manifest")
    statement = report.statement
    data["statement"] = statement.model_dump(mode="json", by_alias=True) if statement else None
    data["problems"] = [{"code": code, "explanation": explanation} for code, explanation in report.problems]
    return data


def cues(
    film: Annotated[Path, typer.Argument(metavar="film.toml", help="The film, or the folder that it lies in.")],
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="CUES.csv|json|pdf|srt", help="The cue sheet to write."),
    ],
    as_json: AsJson = False,
) -> None:
    """Write the cue sheet: every generated or altered element with its sources, tools and consent.

    .pdf to hand in, .csv and .json to work with, .srt to lay over the picture.
    """
    from tintype.cue_sheets import write_cue_sheet
    from tintype.project import read_project

    with reported(as_json):
        count = write_cue_sheet(read_project(film), output)
    if as_json:
        print_json({"cues": output, "count": count})
    else:
        out.print(f"{output}: {count} cues.", markup=False, soft_wrap=True)


def forget(
    who: Annotated[str, typer.Argument(metavar="SUBJECT|film.toml", help="A film, or the name of its person.")],
    folder: Annotated[Path, typer.Option("--in", metavar="DIR", help="Where films about that person lie.")] = Path(),
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without this, only say what would be done.")] = False,
    as_json: AsJson = False,
) -> None:
    """Remove what was computed from a person's face and voice: profiles, heads, readings, speech, caches.

    The archive itself is kept.  Exit status 1 if something is left that could not be removed.
    """
    from tintype.forget import films_of, plan_for, prove, remove

    with reported(as_json):
        plans = [plan_for(project) for project in films_of(who, folder)]
        removed = sum(remove(plan) for plan in plans) if yes else 0
        proof = prove(plans, also_scan=[folder] if folder != Path() else []) if yes else None
    if as_json:
        print_json(
            {
                "films": [plan_data(plan) for plan in plans],
                "removed": removed,
                "proof": asdict(proof) if proof else None,
            }
        )
    else:
        for plan in plans:
            print_plan(plan)
        if proof is None:
            out.print("Nothing has been removed yet. To do it, add --yes.")
        else:
            print_proof(removed, proof)
    if proof is not None and proof.remaining:
        raise typer.Exit(1)


def plan_data(plan: Any) -> dict[str, Any]:
    return {
        "film": plan.project.path,
        "subject": plan.project.subject.name,
        "removable": [{"path": found.path, "reason": found.reason} for found in plan.removable],
        "beyond_reach": [{"path": found.path, "reason": found.reason} for found in plan.beyond_reach],
        "size_bytes": plan.size_bytes,
    }


def print_plan(plan: Any) -> None:
    """What would be removed, by kind, and what would not."""
    from tintype.forget import ORIGINAL

    project = plan.project
    out.print(f"{project.subject.name}: {project.path}", markup=False, style="bold")
    out.print(f"To remove: {len(plan.removable)} files", markup=False)
    for reason, count in sorted(Counter(found.reason for found in plan.removable).items()):
        out.print(f"  {count:>6}  {reason}", markup=False)
    out.print("Not removed:")
    originals = [found for found in plan.beyond_reach if found.reason == ORIGINAL]
    for found in plan.beyond_reach:
        if found.reason != ORIGINAL:
            out.print(f"  {found.path}: {found.reason}", markup=False, soft_wrap=True)
    out.print(f"  {project.archive_root}: the archive's own {len(originals)} files", markup=False, soft_wrap=True)
    out.print("  Copies that were given away, backups, and what a disk keeps of deleted files.")


def print_proof(removed: int, proof: Any) -> None:
    """What was removed, and what the scan found."""
    out.print(
        f"Removed {removed} files. Read the {proof.scanned} files that are left and compared them with "
        f"{proof.compared} digests of what was to go: ",
        end="",
    )
    if not proof.remaining:
        out.print("none is left.")
        return
    out.print(f"[bold red]{len(proof.remaining)} copies are left[/]:")
    for path in proof.remaining:
        out.print(f"  {path}", markup=False, soft_wrap=True)
