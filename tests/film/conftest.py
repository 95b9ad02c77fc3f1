"""A tiny film about Grace Hopper, made by the command that people use."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tintype.demo import find_photo

TINTYPE = Path(sys.executable).with_name("tintype")

FILM_TOML = """\
[film]
title = "Tiny"
size = [320, 180]

[subject]
name = "Grace Hopper"
born = 1906
died = 1992
portrait = "photos/grace_hopper.jpg"

[consent]
basis = "public_domain_historical"
granted_by = "nobody: the photograph is in the public domain"
date = 2024-05-01
scope = ["voice", "likeness"]

[stages.build_voice.settings]
gender = "female"

[stages.compose_film.settings]
title_s = 1.0
sources_s = 2.0
breath_before_s = 0.1
breath_after_s = 0.1
cross_fade_s = 0.25

[[line]]
id = "maybe"
text = "Maybe papa will make a map of it."
source = "A test"

[[line]]
id = "pattern"
text = "Nobody will believe him, but he made it."
source = "A test"
"""


@dataclass
class FilmFolder:
    """A film's folder, and the command that works on it."""

    root: Path

    @property
    def toml(self) -> Path:
        return self.root / "film.toml"

    def command(self, name: str, *words: str) -> list[str]:
        return [str(TINTYPE), name, str(self.toml), *words]

    def tintype(self, name: str, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(self.command(name, *words), capture_output=True, text=True, timeout=600, check=False)

    def json(self, name: str, *words: str) -> dict[str, Any]:
        done = self.tintype(name, *words, "--json")
        assert done.returncode == 0, done.stderr + done.stdout
        return json.loads(done.stdout)

    def edit(self, old: str, new: str) -> None:
        text = self.toml.read_text("utf-8")
        assert old in text
        self.toml.write_text(text.replace(old, new), "utf-8")


def write_film(root: Path) -> FilmFolder:
    photos = root / "archive" / "photos"
    photos.mkdir(parents=True)
    shutil.copyfile(find_photo(), photos / "grace_hopper.jpg")
    film = FilmFolder(root)
    film.toml.write_text(FILM_TOML, "utf-8")
    return film


@pytest.fixture
def film(tmp_path: Path) -> FilmFolder:
    """A film of which nothing has been made yet."""
    return write_film(tmp_path / "film")


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> FilmFolder:
    """A film that has been made and rendered once.  Tests that change it work on a copy."""
    film = write_film(tmp_path_factory.mktemp("finished") / "film")
    film.json("run")
    film.json("render")
    return film


@pytest.fixture
def copy_of_finished(finished: FilmFolder, tmp_path: Path) -> FilmFolder:
    shutil.copytree(finished.root, tmp_path / "film")
    return FilmFolder(tmp_path / "film")
