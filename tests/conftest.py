"""Fixtures of every test: the fake plugin, a film to make with it, a home of the tests' own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_stages import FakeStages
from tintype.hookspecs import STAGES
from tintype.plugins import Plugins


@pytest.fixture(autouse=True, scope="session")
def user_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home of its own for what Tintype keeps for the user: tests sign with keys that are thrown away."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TINTYPE_HOME", str(home))
        for name in ("TINTYPE_CERTIFICATE", "TINTYPE_KEY", "TINTYPE_KEY_PASSPHRASE", "TINTYPE_TRUST_LIST"):
            patch.delenv(name, raising=False)
        yield home


@pytest.fixture
def fake() -> FakeStages:
    return FakeStages()


@pytest.fixture
def plugins(fake: FakeStages) -> Plugins:
    """Plugins that hold the fake alone: tests of the engine see nothing that is installed."""
    found = Plugins()
    found.register("fake", fake)
    return found


FILM_TOML = """\
[film]
title = "A film"
size = [320, 180]

[subject]
name = "Ada"
died = 1852
portrait = "photos/ada.png"

[consent]
basis = "estate"
granted_by = "Her granddaughter"
date = 2024-05-01
scope = ["voice", "likeness"]

[stages]
{stages}

[[line]]
id = "one"
text = "First words."
source = "A letter"

[[line]]
id = "two"
text = "Second words."
source = "Another letter"
emotion = "joy:0.4"

[[line]]
id = "house"
show = "picture"
picture = "photos/house.png"

[[line]]
id = "card"
show = "card"
text = "Read this."
"""


@pytest.fixture
def film_toml(tmp_path: Path) -> Path:
    """A film with two portrait lines, a picture and a card, whose stages all name the fake."""
    photos = tmp_path / "film" / "archive" / "photos"
    photos.mkdir(parents=True)
    (photos / "ada.png").write_bytes(b"a face")
    (photos / "house.png").write_bytes(b"a house")
    path = tmp_path / "film" / "film.toml"
    path.write_text(FILM_TOML.format(stages="\n".join(f'{stage} = "fake"' for stage in STAGES)))
    return path


@pytest.fixture
def yesterday() -> dt.date:
    return dt.date.today() - dt.timedelta(days=1)
