"""Commands about trust: verify, cues, forget."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from tintype.cli.console import out, print_json, reported

AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON, for scripts.")]


def verify(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A film, sound, picture, or a file with a sidecar.")],
    as_json: AsJson = False,
) -> None:
    """Say in plain words who made a file, whether it was altered, and which seconds are synthetic.

    Exit status 0: unchanged since it was signed.  1: altered, or without content credentials.
    """
    from tintype.credentials.explanation import as_text, explain
    from tintype.credentials.verifying import Report
    from tintype.credentials.verifying import verify as verify_file

    with reported(as_json):
        report: Report = verify_file(file)
    if as_json:
        print_json(report_data(report))
    else:
        out.print(file.name, markup=False, style="bold")
        out.print(as_text(explain(report)), markup=False, soft_wrap=True)
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
