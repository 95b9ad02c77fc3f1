"""Commands that work on a film: init, check, run, render."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from tintype.cli.console import Bars, err, escape, out, print_json, reported, stoppable
from tintype.progress import Run
from tintype.side_by_side import cores

FilmPath = Annotated[Path, typer.Argument(metavar="film.toml", help="The film, or the folder that it lies in.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON, for scripts.")]


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to make the film in.")],
    subject: Annotated[str, typer.Option("--subject", help="Name of the person that the film is about.")],
    as_json: AsJson = False,
) -> None:
    """Make a new film: film.toml with everything explained, and an archive folder to fill."""
    from tintype.new_film import write_new_film

    with reported(as_json):
        path = write_new_film(folder, subject)
    if as_json:
        print_json({"film": path})
    else:
        out.print(f"Made {path}.")
        out.print(
            f"Put photos, recordings and letters into {path.parent / 'archive'}, write your lines into film.toml,"
        )
        out.print(f"then: tintype check {path}   tintype run {path}   tintype render {path}")


def check(film: FilmPath, as_json: AsJson = False) -> None:
    """Say everything that would stop the film from being made: consent, files, providers, settings."""
    from tintype.checks import problems_of
    from tintype.plugins import Plugins
    from tintype.project import read_project

    with reported(as_json):
        project = read_project(film)
        problems = problems_of(project, Plugins.discover())
    if as_json:
        print_json({"film": project.path, "problems": [problem.as_dict() for problem in problems]})
    else:
        for problem in problems:
            err.print(f"[bold red]{problem.code}[/]: {escape(problem.message)}")
            err.print(f"[bold]What to do:[/] {escape(problem.hint)}")
        if not problems:
            out.print(f"{project.path} is ready: {len(project.line)} lines.")
    if problems:
        raise typer.Exit(1)


def run(
    film: FilmPath,
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="LINE", help="Make only this line; may repeat.")
    ] = None,
    jobs: Annotated[
        int, typer.Option("--jobs", "-j", min=1, max=256, help="Lines to make at the same time; the cores if absent.")
    ] = cores(),
    as_json: AsJson = False,
) -> None:
    """Make the film's voices, faces, pictures and edit; what has not changed is reused."""
    with reported(as_json):
        report = make(film, only, jobs)
    if as_json:
        print_json(report)
    else:
        print_report(report)


def make(film: Path, only: list[str] | None = None, jobs: int | None = None) -> dict[str, Any]:
    """Run the stages with bars; the cache report with what is missing and where the results lie."""
    from tintype.pipeline import make_film, missing_lines
    from tintype.plugins import Plugins
    from tintype.project import read_project

    project = read_project(film)
    with Bars() as bars:
        progress = Run(bars)
        with stoppable(progress):
            made = make_film(project, Plugins.discover(), progress, only=only, jobs=jobs or cores())
    return {**progress.report(), "folder": project.root, "missing": missing_lines(made)}


def print_report(report: dict[str, Any]) -> None:
    """The cache report in words."""
    if not report["made"]:
        out.print(f"Nothing changed: all {report['reused']} results are there already.")
    else:
        out.print(f"Made {report['made']}, reused {report['reused']}.")
        for stage, subjects in report["stages"].items():
            if subjects["made"]:
                out.print(f"  {stage}: {', '.join(subjects['made'])}")
    if report["missing"]:
        out.print(f"Still to make before there is an edit: {', '.join(report['missing'])}.")


def render(
    film: FilmPath,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The film to write; film.mp4 beside film.toml if absent.")
    ] = None,
    blender: Annotated[Path | None, typer.Option(help="A Blender application; the bpy module if absent.")] = None,
    quality: Annotated[str, typer.Option(help="draft (half size) or final.", metavar="draft|final")] = "final",
    as_json: AsJson = False,
) -> None:
    """Render the edit: film.blend with every strip editable, and film.mp4."""
    if quality not in ("draft", "final"):
        raise typer.BadParameter(f"{quality!r} is neither draft nor final.", param_hint="--quality")
    with reported(as_json):
        report = make_render(film, output, blender, "draft" if quality == "draft" else "final")
    if as_json:
        print_json(report)
    else:
        print_render(report)


def make_render(
    film: Path, output: Path | None, blender: Path | None, quality: Literal["draft", "final"]
) -> dict[str, Any]:
    """Render with bars; where the film and the .blend lie and what was rendered."""
    from tintype.project import read_project
    from tintype.render import render_film

    project = read_project(film)
    with Bars() as bars:
        progress = Run(bars)
        with stoppable(progress):
            rendered = render_film(project, progress, out=output, blender=blender, quality=quality)
    return vars(rendered)


def print_render(report: dict[str, Any]) -> None:
    """What a render did, in words."""
    if report["unchanged"]:
        done = "is signed anew" if report["signed"] else "is up to date"
        out.print(f"Nothing changed: {report['film']} {done}.")
        return
    out.print(f"Rendered {report['film']} and {report['blend']}: ", end="")
    out.print(f"{report['made']} portrait frames made, {report['reused']} reused.")
    if report["kept"]:
        out.print(f"Your own changes to the .blend are kept in {report['kept']}.")
