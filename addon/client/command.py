"""The engine's command: one line of text in Blender's preferences, a list of words for the operating system."""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Sequence

from .errors import EngineNotFound

DEFAULT_COMMAND = "tintype serve"


def split_command(text: str) -> list[str]:
    """Split a command as a shell would, without running one: quotes keep spaces, ``~`` is the home folder.

    >>> split_command('ssh studio "my tintype" serve')
    ['ssh', 'studio', 'my tintype', 'serve']

    Raises:
        EngineNotFound: it is empty, or a quote is not closed.
    """
    try:
        words = shlex.split(text, posix=os.name != "nt")
    except ValueError as err:
        raise EngineNotFound(
            f"The engine command {text!r} has an unclosed quote.", hint="Correct it in the add-on's preferences."
        ) from err
    if not words:
        raise EngineNotFound(
            "There is no engine command.", hint=f"Write one in the add-on's preferences, such as: {DEFAULT_COMMAND}"
        )
    return [os.path.expanduser(words[0].strip('"')), *(word.strip('"') for word in words[1:])]


def check_command(words: Sequence[str]) -> None:
    """Refuse a command whose program is not there, before anything is started.

    Raises:
        EngineNotFound: says what was looked for.
    """
    if shutil.which(words[0]) is None:
        raise EngineNotFound(
            f"There is no program {words[0]!r}.",
            hint="Install the engine, and give the full path of its `tintype` in the add-on's preferences.",
        )
