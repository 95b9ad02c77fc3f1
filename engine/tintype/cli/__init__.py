"""The command ``tintype``.

Exit status: 0 done, 1 failed (the message says why and what to do), 2 wrong use.
"""

from __future__ import annotations

from collections.abc import Callable

import typer

from tintype.cli import film, plugin, system, tools, trust, voice
from tintype.cli.native_log import divert_native_chatter

app = typer.Typer(
    name="tintype",
    help="Bring an archive back to voice and face, as a film that stays editable in Blender.",
    epilog="Start with: tintype init DIR --subject NAME   or see a whole film made: tintype demo DIR",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

COMMANDS: dict[str, tuple[Callable[..., None], ...]] = {
    "A film": (film.init, film.check, film.run, film.render),
    "One thing at a time": (tools.speak, tools.head, tools.animate, tools.features),
    "An archive and its voice": (voice.archive, voice.voice, voice.align, voice.emotion),
    "Trust": (trust.verify, trust.cues, trust.forget),
    "Tintype itself": (system.demo, system.plugins, system.doctor, system.serve),
}
for panel, commands in COMMANDS.items():
    for command in commands:
        app.command(rich_help_panel=panel)(command)
app.add_typer(plugin.app, name="plugin", rich_help_panel="Tintype itself")


def main() -> None:
    """Entry point of the command."""
    divert_native_chatter()
    app()
