"""A longer film costs more in proportion, and no more: work is counted, not timed."""

from __future__ import annotations

import cProfile
import math
import os
import pstats
import shutil

import pytest
from tintype.pipeline import make_film
from tintype.progress import Run
from tintype.project import read_project

LINE = """
[[line]]
id = "{number}"
text = "Words of line {number:04d}."
source = "A letter"
"""


@pytest.fixture
def film_of(film_toml, plugins):
    """A film of this many lines, spoken by the portrait, with a picture for every fourth."""
    head = film_toml.read_text().split("[[line]]")[0]

    def write(count: int) -> None:
        lines = [LINE.format(number=number) for number in range(count)]
        for number in range(0, count, 4):
            lines[number] += 'show = "picture"\npicture = "photos/house.png"\n'
        film_toml.write_text(head + "".join(lines))

    return write


def calls_of(film_toml, plugins) -> int:
    """How many Python calls making the film takes."""
    project = read_project(film_toml)
    profile = cProfile.Profile()
    profile.enable()
    make_film(project, plugins, Run())
    profile.disable()
    return pstats.Stats(profile).total_calls


def exponent(counts: dict[int, int]) -> float:
    """Of the growth from the middle to the largest film, so that what every film costs once does not hide it."""
    (few, calls_few), (some, calls_some), (many, calls_many) = sorted(counts.items())
    return math.log((calls_many - calls_few) / (calls_some - calls_few)) / math.log((many - few) / (some - few))


def test_making_and_keeping_a_film_grow_in_proportion_to_its_lines(film_of, film_toml, plugins):
    film_of(2)
    calls_of(film_toml, plugins)  # imports what a run needs
    made, kept = {}, {}
    for count in (8, 32, 96):
        film_of(count)
        shutil.rmtree(film_toml.parent / ".tintype")
        made[count] = calls_of(film_toml, plugins)
        kept[count] = calls_of(film_toml, plugins)
    assert exponent(made) < 1.03
    assert exponent(kept) < 1.03
    assert kept[96] < made[96] / 2


def test_one_changed_line_of_fifty_remakes_one(film_of, film_toml, plugins, fake):
    film_of(50)
    make_film(read_project(film_toml), plugins, Run())
    fake.calls.clear()
    film_toml.write_text(film_toml.read_text().replace("line 0033", "line thirty-three"))
    run = Run()
    make_film(read_project(film_toml), plugins, run)
    assert fake.calls == [
        "recognize_emotion Words of line thirty-three.",
        "synthesize_speech Words of line thirty-three.",
        "animate_face Words of line thirty-three.",
        "compose_film",
        "finish_film",
    ]
    assert run.report()["made"] == 5


def test_a_run_that_changes_nothing_waits_for_the_disk_a_few_times_only(film_of, film_toml, plugins, monkeypatch):
    film_of(20)
    make_film(read_project(film_toml), plugins, Run())
    waits = []
    sync = os.fsync
    monkeypatch.setattr(os, "fsync", lambda file: (waits.append(file), sync(file)))
    make_film(read_project(film_toml), plugins, Run())
    assert len(waits) < 10


def test_the_face_s_table_is_written_when_the_face_changed_or_it_is_gone(film_toml, plugins):
    make_film(read_project(film_toml), plugins, Run())
    table = film_toml.parent / "lines/one/face.csv"
    before = table.stat().st_mtime_ns
    make_film(read_project(film_toml), plugins, Run())
    assert table.stat().st_mtime_ns == before
    rows = len(table.read_text().splitlines())
    film_toml.write_text(film_toml.read_text().replace("First words.", "First words, and quite a few more of them."))
    make_film(read_project(film_toml), plugins, Run())
    assert len(table.read_text().splitlines()) > rows
    table.unlink()
    make_film(read_project(film_toml), plugins, Run())
    assert table.is_file()
