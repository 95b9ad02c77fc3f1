"""Commands about Tintype itself: demo, plugins, doctor, serve."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tintype.cli.console import err, escape, out, print_json, reported
from tintype.cli.film import make, make_render, print_render, print_report

AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON, for scripts.")]


def demo(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to make the demo film in.")],
    quality: Annotated[str, typer.Option(help="draft (half size) or final.", metavar="draft|final")] = "final",
) -> None:
    """Make a short film about Grace Hopper, from one photograph and four of her published sentences."""
    from tintype.demo import write_demo

    with reported(False):
        film = write_demo(folder)
        print_report(make(film))
        print_render(make_render(film, None, None, "draft" if quality == "draft" else "final"))
    out.print(f"Results are in {film.parent}.")


def plugins(as_json: AsJson = False) -> None:
    """List every stage with the plugins that provide it, and every plugin that is broken."""
    from tintype.catalogue import catalogue
    from tintype.plugins import Plugins

    listing = catalogue(Plugins.discover())
    if as_json:
        print_json(listing)
        return
    for stage in listing["stages"]:
        out.print(f"[bold]{stage['stage']}[/]  {stage['title']}")
        for provider in stage["providers"]:
            about = f"{provider['distribution']} {provider['version']}".strip()
            media = f" ({', '.join(provider['media'])})" if provider["media"] else ""
            out.print(f"  {provider['name']:<16} {escape(provider['description'])}{media}  [dim]{about}[/]")
    for broken in listing["broken"]:
        err.print(f"[bold red]broken[/] {broken['name']} ({broken['distribution']}): {escape(broken['error'])}")


def doctor(as_json: AsJson = False) -> None:
    """Check what Tintype needs on this machine, and say the one command that installs what is missing."""
    from tintype.doctor import examine

    findings = examine()
    if as_json:
        print_json({"ok": all(finding.ok for finding in findings), "findings": [vars(finding) for finding in findings]})
    else:
        for finding in findings:
            mark = "[green]ok[/]     " if finding.ok else "[bold red]missing[/]"
            out.print(f"{mark} {finding.name}: {escape(finding.found)}")
            if finding.remedy:
                out.print(f"        {escape(finding.remedy)}")
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)


def serve() -> None:
    """Answer an editor's add-on: JSON-RPC 2.0, one message a line, on standard input and output."""
    from tintype.rpc.server import serve_stdio

    serve_stdio()
