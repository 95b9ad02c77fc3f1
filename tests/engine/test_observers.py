"""Observers are told of every stage that runs, of its time, and of its failure; not of what the cache holds."""

from __future__ import annotations

import pytest
from tintype import hookimpl
from tintype.errors import FaceNotFound
from tintype.pipeline import make_film
from tintype.progress import Run
from tintype.project import read_project
from tintype.testing import describe_only


class Observer(describe_only()):
    def __init__(self) -> None:
        self.seen: list[tuple[str, str, str]] = []
        self.seconds: list[float] = []
        self.errors: list[tuple[str, Exception]] = []

    @hookimpl
    def before_stage_run(self, stage: str, provider: str, subject: str) -> None:
        self.seen.append((stage, provider, subject))

    @hookimpl
    def after_stage_run(self, stage: str, seconds: float) -> None:
        assert self.seen[-1][0] == stage
        self.seconds.append(seconds)

    @hookimpl
    def on_stage_error(self, stage: str, error: Exception) -> None:
        self.errors.append((stage, error))


@pytest.fixture
def observer(plugins) -> Observer:
    observer = Observer()
    plugins.register("observer", observer)
    return observer


def make(film_toml, plugins):
    return make_film(read_project(film_toml), plugins, Run())


def test_observers_see_what_runs_in_order_and_how_long_it_took(film_toml, plugins, observer):
    make(film_toml, plugins)
    assert ("synthesize_speech", "fake", "one") in observer.seen
    assert [stage for stage, _, _ in observer.seen][-2:] == ["compose_film", "finish_film"]
    assert len(observer.seconds) == len(observer.seen)
    assert all(seconds >= 0 for seconds in observer.seconds)
    assert observer.errors == []


def test_observers_do_not_see_what_is_reused(film_toml, plugins, observer):
    make(film_toml, plugins)
    observer.seen.clear()
    make(film_toml, plugins)
    assert observer.seen == []


def test_observers_see_what_fails(film_toml, plugins, observer):
    (film_toml.parent / "archive/photos/ada.png").write_bytes(b"no face")
    with pytest.raises(FaceNotFound) as caught:
        make(film_toml, plugins)
    assert observer.errors == [("build_head", caught.value)]
    assert len(observer.seconds) == len(observer.seen) - 1
