"""What ``pytest --tintype-plugin=NAME`` collects."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tintype.plugins import Plugins
from tintype.testing import Check, checks_of


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    plugins = Plugins.discover()
    names: list[str] = metafunc.config.getoption("tintype_plugin")
    file: Path | None = metafunc.config.getoption("tintype_settings")
    settings = tomllib.loads(file.read_text("utf-8")) if file else {}
    checks = [check for name in names for check in checks_of(name, settings=settings, plugins=plugins)]
    metafunc.parametrize("check", checks, ids=str)


def test_conformance(check: Check) -> None:
    check()
