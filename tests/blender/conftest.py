"""Blender itself, as the module bpy: imported once per process, emptied before every test."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

bpy = pytest.importorskip("bpy", reason="Blender is not installed: pip install bpy==5.0.1")

sys.path.insert(0, str(Path(__file__).parent))  # tiny_head and tiny_film


@pytest.fixture(autouse=True)
def empty_blender():
    """An empty scene, whatever the last test left."""
    bpy.ops.wm.read_factory_settings(use_empty=True)


@pytest.fixture
def film_folder(tmp_path) -> Path:
    """A film of four seconds, made: its folder's name has spaces and umlauts."""
    import tiny_film

    root = tmp_path / "Der Film über Ada"
    tiny_film.write_film(root)
    return root
