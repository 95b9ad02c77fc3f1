"""Nothing is lost: killed runs, full disks, closed folders and damaged caches end in the same film.

TINTYPE_FAULTS=50 .venv/bin/pytest tests/engine/test_faults.py kills fifty runs instead of eight.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_stages import FakeStages
from tintype.credentials.results import RECORD_FILE
from tintype.credentials.verifying import verify
from tintype.digests import file_digest
from tintype.errors import StorageFailed, TintypeError
from tintype.pipeline import make_film
from tintype.plugins import Plugins
from tintype.progress import Run
from tintype.project import read_project

KILLS = int(os.environ.get("TINTYPE_FAULTS", "8"))
NOBODY = 65534


def make(film: Path) -> None:
    plugins = Plugins()
    plugins.register("fake", FakeStages())
    make_film(read_project(film), plugins, Run())


def in_a_child(target, *arguments) -> multiprocessing.Process:
    """A child that has everything imported already, so that it is killed at work and not while it starts."""
    child = multiprocessing.get_context("fork").Process(target=target, args=arguments)
    child.start()
    return child


def results(film: Path) -> dict[str, str]:
    """What a run has laid out, by the content before it was signed; each signed file must be intact."""
    root = film.parent
    record = json.loads((root / RECORD_FILE).read_bytes())
    found = {}
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(root).parts):
            if name in record:
                assert verify(path).state == "intact", name
            if path.suffix != ".c2pa":
                found[name] = record[name]["content"] if name in record else file_digest(path)
            else:
                found[name] = "a sidecar"
    return found


@pytest.fixture
def uninterrupted(film_toml, tmp_path) -> dict[str, str]:
    """What a run that nothing disturbs lays out, in a copy of the film."""
    copy = tmp_path / "calm"
    shutil.copytree(film_toml.parent, copy)
    make(copy / "film.toml")
    return results(copy / "film.toml")


@pytest.mark.parametrize("seed", range(KILLS))
def test_a_run_that_was_killed_ends_the_next_time_in_the_same_film(film_toml, uninterrupted, seed):
    moments = random.Random(seed)
    for _ in range(moments.choice([1, 1, 2, 3])):
        child = in_a_child(make, film_toml)
        time.sleep(moments.uniform(0.0, 0.6))
        os.kill(child.pid, signal.SIGKILL)
        child.join()
    make(film_toml)
    assert results(film_toml) == uninterrupted
    leftovers = [path.name for path in film_toml.parent.glob(".tintype/cache/tmp/*")]
    assert leftovers == []


def test_runs_are_really_killed_at_work(film_toml):
    """The kills above would prove nothing if they came too early or too late."""
    child = in_a_child(make, film_toml)
    deadline = time.monotonic() + 10
    while not (film_toml.parent / ".tintype/cache/synthesize_speech").is_dir() and time.monotonic() < deadline:
        time.sleep(0.002)
    os.kill(child.pid, signal.SIGKILL)
    child.join()
    assert child.exitcode == -signal.SIGKILL
    assert not (film_toml.parent / "film.otio").exists()


@pytest.mark.parametrize("damage", ["truncated", "emptied", "flipped", "removed"])
def test_a_damaged_cache_is_made_again(film_toml, uninterrupted, damage):
    make(film_toml)
    entries = sorted(path for path in (film_toml.parent / ".tintype/cache").rglob("*") if path.is_file())
    for path in random.Random(1).sample(entries, 8):
        data = path.read_bytes()
        if damage == "removed":
            path.unlink()
        elif damage == "flipped" and data:
            path.write_bytes(bytes([data[0] ^ 0xFF]) + data[1:])
        else:
            path.write_bytes(data[: len(data) // 2] if damage == "truncated" else b"")
    make(film_toml)
    assert results(film_toml) == uninterrupted


def test_damaged_results_are_laid_out_and_signed_again(film_toml, uninterrupted):
    make(film_toml)
    root = film_toml.parent
    (root / "lines/one/speech.wav").write_bytes(b"RIFF")
    (root / "head.glb.c2pa").unlink()
    (root / RECORD_FILE).write_text("{")
    make(film_toml)
    assert results(film_toml) == uninterrupted


@pytest.fixture
def small_disk(tmp_path) -> Iterator[Path]:
    """A disk of 160 kB that can be made larger."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = shutil.which("mount") and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=160k", "tmpfs", str(place)], capture_output=True, check=False
    )
    if not mounted or mounted.returncode:
        pytest.skip("a small disk cannot be mounted here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_is_named_and_with_room_the_same_film_is_made(film_toml, uninterrupted, small_disk):
    copy = small_disk / "film"
    shutil.copytree(film_toml.parent, copy)
    with pytest.raises(StorageFailed, match="is full") as caught:
        make(copy / "film.toml")
    assert "what was finished is kept" in caught.value.hint
    subprocess.run(["mount", "-o", "remount,size=20m", str(small_disk)], check=True)
    make(copy / "film.toml")
    assert results(copy / "film.toml") == uninterrupted


def made_by_nobody(film: Path, said: Path) -> None:
    """Make a film as a user who may write nowhere but into one file, and write the outcome into that."""
    with said.open("w") as answer:
        if os.geteuid() == 0:
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        try:
            make(film)
        except (OSError, TintypeError) as err:
            answer.write(f"{type(err).__name__}: {err}")


def test_a_folder_that_may_not_be_written_is_named(film_toml, tmp_path):
    with tempfile.TemporaryDirectory() as place:
        os.chmod(place, 0o755)
        copy = Path(place) / "film"
        shutil.copytree(film_toml.parent, copy)
        copy.chmod(0o555)
        child = in_a_child(made_by_nobody, copy / "film.toml", tmp_path / "said")
        child.join()
        said = (tmp_path / "said").read_text()
        copy.chmod(0o755)
    assert said.startswith("StorageFailed: "), said
    assert "Make the film's folder writable" in said
