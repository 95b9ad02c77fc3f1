"""The cache: whole entries or none."""

from __future__ import annotations

import json

import pytest
from tintype.cache import Cache, Recipe


@pytest.fixture
def cache(tmp_path):
    return Cache(tmp_path / "cache")


def recipe(**changes):
    fields = {"stage": "s", "provider": "p", "version": "1", "settings": {}, "inputs": {"text": "a"}, "seed": 0}
    return Recipe(**(fields | changes))


def put(cache, key, content=b"data"):
    with cache.making(key) as folder:
        (folder / "file.bin").write_bytes(content)


def test_what_was_made_is_found_again(cache):
    put(cache, recipe())
    entry = cache.find(recipe())
    assert (entry.folder / "file.bin").read_bytes() == b"data"


@pytest.mark.parametrize(
    "change",
    [
        {"provider": "q"},
        {"version": "2"},
        {"settings": {"a": 1}},
        {"inputs": {"text": "b"}},
        {"seed": 1},
        {"stage": "t"},
    ],
)
def test_any_difference_in_the_recipe_is_another_entry(cache, change):
    put(cache, recipe())
    assert cache.find(recipe(**change)) is None


def test_a_failed_run_leaves_nothing(cache):
    def fail_half_way():
        with cache.making(recipe()) as folder:
            (folder / "half.bin").write_bytes(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_half_way()
    assert cache.find(recipe()) is None
    assert not any(path.is_file() for path in cache.root.rglob("*"))


@pytest.mark.parametrize("damage", ["truncate", "remove", "entry", "entry-shape"])
def test_a_damaged_entry_counts_as_absent_and_is_thrown_away(cache, damage):
    put(cache, recipe())
    folder = cache.find(recipe()).folder
    if damage == "truncate":
        (folder / "file.bin").write_bytes(b"da")
    elif damage == "remove":
        (folder / "file.bin").unlink()
    else:
        (folder / "entry.json").write_text("{" if damage == "entry" else json.dumps({"files": []}))
    assert cache.find(recipe()) is None
    put(cache, recipe())
    assert cache.find(recipe()) is not None


def test_same_content_has_the_same_digest_whatever_made_it(cache):
    put(cache, recipe())
    put(cache, recipe(seed=1))
    assert cache.find(recipe()).digest == cache.find(recipe(seed=1)).digest
    put(cache, recipe(seed=2), b"other")
    assert cache.find(recipe(seed=2)).digest != cache.find(recipe()).digest


def test_making_again_replaces_the_entry(cache):
    put(cache, recipe())
    put(cache, recipe(), b"new")
    assert (cache.find(recipe()).folder / "file.bin").read_bytes() == b"new"
