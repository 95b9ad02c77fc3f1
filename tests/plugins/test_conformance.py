"""Every bundled plugin keeps the contract that strangers' plugins are held to."""

from __future__ import annotations

from pathlib import Path

import pytest
from tintype.plugins import Plugins
from tintype.testing import Check, checks_of

PLUGINS = Path(__file__).resolve().parents[2] / "plugins"
FOUND = Plugins.discover()


def test_every_plugin_of_the_repository_is_installed_and_works() -> None:
    distributions = {f"tintype-{folder.parent.name}" for folder in PLUGINS.glob("*/pyproject.toml")}
    assert not FOUND.broken
    assert distributions <= {plugin.distribution for plugin in FOUND.all()}


@pytest.mark.parametrize(
    "check",
    [
        check
        for plugin in FOUND.all()
        if (PLUGINS / plugin.distribution.removeprefix("tintype-")).is_dir()
        for check in checks_of(plugin.name, plugins=FOUND)
    ],
    ids=str,
)
def test_the_contract_is_kept(check: Check) -> None:
    check()
