"""What the engine adds to pytest: ``--tintype-plugin=NAME`` and fixtures for the tests of plugins."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tintype.documents import Film, Speech
    from tintype.plugins import Plugins
    from tintype.project import Project
    from tintype.testing import RunStage
    from tintype.testing.inputs import Samples

SUITE = Path(__file__).with_name("suite.py")


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("tintype")
    group.addoption(
        "--tintype-plugin",
        action="append",
        default=[],
        metavar="NAME",
        help="run Tintype's conformance kit over this installed plugin; may repeat",
    )
    group.addoption(
        "--tintype-settings",
        type=Path,
        metavar="FILE.toml",
        help="settings to run the kit with, as [STAGE] tables; the defaults if absent",
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("tintype_plugin"):
        config.args.append(str(SUITE))


@pytest.fixture
def plugin_manager() -> Plugins:
    """The engine's plugins, with none of those that are installed: register what the test needs."""
    from tintype.plugins import Plugins

    return Plugins()


@pytest.fixture(scope="session")
def tintype_samples(tmp_path_factory: pytest.TempPathFactory) -> Samples:
    """Every sample that there is, see :class:`tintype.testing.inputs.Samples`."""
    from tintype.testing.inputs import Samples

    return Samples(tmp_path_factory.mktemp("samples"))


@pytest.fixture
def sample_speech(tintype_samples: Samples) -> Speech:
    """A spoken sentence of one and a half seconds with its phones and words."""
    return tintype_samples.speech


@pytest.fixture
def sample_archive(tintype_samples: Samples) -> Path:
    """An archive folder: photos, a recording with its words, footage, a letter.  Do not write into it."""
    return tintype_samples.archive_root


@pytest.fixture
def sample_portrait(tintype_samples: Samples) -> Path:
    """A drawn portrait in which face detectors find a face."""
    return tintype_samples.portrait.path


@pytest.fixture
def sample_project(tintype_samples: Samples) -> Project:
    """A film.toml of three lines: spoken by a portrait, with a picture, to read."""
    return tintype_samples.project


@pytest.fixture
def sample_film(tintype_samples: Samples) -> Film:
    """That film's edit, before it is finished."""
    return tintype_samples.film


@pytest.fixture(scope="session")
def _installed() -> Plugins:
    from tintype.plugins import Plugins

    return Plugins.discover()


@pytest.fixture
def run_stage(_installed: Plugins, tintype_samples: Samples, tmp_path: Path) -> RunStage:
    """Run a stage of an installed plugin on the samples; see :class:`tintype.testing.RunStage`."""
    from tintype.testing.running import run

    runs = iter(range(1_000))

    def run_one(
        plugin: str,
        stage: str,
        *,
        medium: str = "",
        settings: dict[str, Any] | None = None,
        seed: int = 0,
        **arguments: Any,
    ) -> Any:
        outcome = run(
            _installed,
            _installed.provider(stage, plugin),
            stage,
            {**tintype_samples.arguments(stage, medium), **arguments},
            tmp_path / f"stage-{next(runs)}",
            settings=settings,
            seed=seed,
        )
        if outcome.error is not None:
            raise outcome.error
        return outcome.document

    return run_one
