"""Commands for those who write plugins."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tintype.cli.console import out, print_json, reported
from tintype.stages import STAGES

app = typer.Typer(help="Write a plugin of your own.", no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON, for scripts.")]


@app.callback()
def plugin() -> None:
    """Write a plugin of your own."""


@app.command()
def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What films will call it, for example soft-voice.")],
    stage: Annotated[str, typer.Option("--stage", metavar="STAGE", help=f"One of {', '.join(STAGES)}.")],
    into: Annotated[
        Path | None, typer.Option("--into", metavar="DIR", help="Folder to write; tintype-NAME here if absent.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a working plugin for one stage, with tests that pass, to be changed step by step."""
    if stage not in STAGES:
        raise typer.BadParameter(f"{stage!r} is no stage. Stages are {', '.join(STAGES)}.", param_hint="--stage")
    from tintype.new_plugin import write_new_plugin

    with reported(as_json):
        folder = write_new_plugin(name, stage, into or Path(f"tintype-{name}"))
    if as_json:
        print_json({"plugin": name, "stage": stage, "folder": folder})
    else:
        out.print(f"Made {folder}: the plugin {name!r}, which provides {stage}.")
        out.print(f"Next: pip install --editable {folder}   tintype plugins   pytest {folder}", soft_wrap=True)
