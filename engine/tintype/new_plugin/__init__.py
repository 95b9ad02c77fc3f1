"""Writes a new plugin distribution: a working one for the stage that it is wanted for, to be changed step by step.

The starting points lie in ``template/``: a folder per stage with a package and its tests, and what all share in
``common``.  They are written for a plugin called ``example``; its name is replaced.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from string import Template

from tintype.documents.base import write_atomic
from tintype.errors import NewPluginRefused
from tintype.project import DEFAULT_PROVIDERS

NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
LONGEST_NAME = 40
DEPENDENCIES_LINE = '    "stage-dependencies",\n'
DEPENDENCIES: dict[str, tuple[str, ...]] = {
    "prepare_archive": ("numpy>=1.26",),
    "extract_features": ("numpy>=1.26",),
    "build_voice": ("numpy>=1.26",),
    "recognize_emotion": (),
    "synthesize_speech": ("numpy>=1.26",),
    "align_speech": ("numpy>=1.26",),
    "build_head": ("numpy>=1.26", "pillow>=10.1"),
    "animate_face": ("numpy>=1.26",),
    "generate_image": ("numpy>=1.26", "pillow>=10.1"),
    "compose_film": (),
    "finish_film": (),
}
"""What each starting point needs besides the engine."""


def write_new_plugin(name: str, stage: str, folder: Path) -> Path:
    """Write the distribution ``tintype-NAME``, which provides ``stage``, into ``folder`` and give that folder.

    Args:
        name: what ``[stages]`` in film.toml will call it: lower-case words joined by hyphens.
        stage: one of :data:`tintype.STAGES`.
        folder: made if it does not exist.

    Raises:
        NewPluginRefused: the name cannot be used, or the folder has files in it.
    """
    if len(name) > LONGEST_NAME or not NAME.fullmatch(name):
        raise NewPluginRefused(
            f"A plugin cannot be called {name!r}.",
            hint="Use at most 40 lower-case letters and digits, with hyphens between words, as in soft-voice.",
        )
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise NewPluginRefused(f"{folder} is not an empty folder.", hint="Choose another with --into.")
    for path, text in rendered(name, stage):
        write_atomic(folder / path, text.encode())
    return folder


def rendered(name: str, stage: str) -> Iterator[tuple[str, str]]:
    """The files of a new plugin: paths inside its folder, and their texts."""
    template = files(__package__) / "template"
    package = (template / stage / "tintype_example" / "__init__.py").read_text("utf-8")
    facts = {"stage": stage, "summary": package.split('"""')[1], "choice": choice_in_toml(stage)}
    for path, text in read_tree(template / "common"):
        yield renamed(path, name), renamed(Template(with_dependencies(text, stage)).substitute(facts), name)
    for path, text in read_tree(template / stage):
        yield renamed(path, name), renamed(text, name)


def read_tree(folder: Traversable, inside: str = "") -> Iterator[tuple[str, str]]:
    """Every text file under a folder: path with forward slashes, and text."""
    for item in sorted(folder.iterdir(), key=lambda item: item.name):
        if item.is_dir() and item.name != "__pycache__":
            yield from read_tree(item, f"{inside}{item.name}/")
        elif item.is_file():
            yield f"{inside}{item.name}", item.read_text("utf-8")


def choice_in_toml(stage: str) -> str:
    """What film.toml says to choose the plugin; the archive's stages choose by medium, here for recordings."""
    return '{ recording = "example" }' if isinstance(DEFAULT_PROVIDERS[stage], dict) else '"example"'


def with_dependencies(text: str, stage: str) -> str:
    """One line per library that the stage's starting point needs."""
    return text.replace(DEPENDENCIES_LINE, "".join(f'    "{needed}",\n' for needed in DEPENDENCIES[stage]))


def renamed(text: str, name: str) -> str:
    """The same with ``example`` replaced by the plugin's name: as it is, as a Python name, and as a title."""
    text = text.replace("_example", f"_{name.replace('-', '_')}")
    text = re.sub(r"\bexample\b", name, text)
    return re.sub(r"\bExample\b", name.replace("-", " ").capitalize(), text)
