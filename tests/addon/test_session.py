"""What the panel sees of the engine, from the first greeting to a job's end."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest
from tintype_addon.client import session as sessions
from tintype_addon.client.errors import EngineDied, EngineSilent
from tintype_addon.client.session import Session

FAKE = Path(__file__).parent / "fake_engine.py"


@pytest.fixture
def start():
    opened = []

    def start(mode: str = "well") -> Session:
        session = Session("0.1.0")
        session.connect([sys.executable, str(FAKE), mode])
        opened.append(session)
        return session

    yield start
    for session in opened:
        session.disconnect()


def until(session, condition, seconds=10.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"it did not happen: {session.state}, {session.error}"
        session.poll()
        time.sleep(0.01)


@pytest.fixture
def film(start):
    def film(mode: str = "well") -> Session:
        session = start(mode)
        session.open_film("/films/grace/film.toml")
        until(session, lambda: session.problems is not None)
        return session

    return film


def test_connecting_ends_ready_with_the_plugins_known(start):
    session = start()
    assert session.state == "connecting"
    until(session, lambda: session.catalogue is not None)
    assert session.state == "ready"
    assert session.hello.engine == "0.1.0"
    assert session.catalogue.broken[0]["name"] == "acme-voice"


@pytest.mark.parametrize(("mode", "side"), [("older", "Update the engine"), ("newer", "Update the Tintype extension")])
def test_another_contract_says_which_side_to_update(start, mode, side):
    session = start(mode)
    until(session, lambda: session.error is not None)
    assert session.state == "disconnected"
    assert session.error.code == "contract-mismatch"
    assert session.error.hint.startswith(side)


def test_an_opened_film_is_checked_at_once(film):
    session = film()
    assert session.film.title == "Grace Hopper"
    assert session.film.lines[0].ready is False
    assert session.problems[0].code == "consent-missing"


def test_a_job_runs_to_its_end_and_the_film_is_read_again(film):
    session = film("work")
    first = session.film
    session.generate()
    until(session, lambda: session.job is not None and session.job.state == "done")
    assert session.job.result["made"] == 3
    assert not session.working
    until(session, lambda: session.film is not first)


def test_progress_before_the_answer_is_not_lost(film):
    session = film("early")
    session.generate()
    until(session, lambda: session.job is not None and session.job.state == "running")
    until(session, lambda: not session.waiting)
    assert session.job.fraction == 0.35
    assert session.job.stage_title == "Synthesise speech"


def test_cancelling_ends_the_job_with_what_was_kept(film):
    session = film()
    session.generate()
    until(session, lambda: session.working)
    session.cancel()
    until(session, lambda: session.job.state == "cancelled")
    assert "kept" in session.job.error.message


def test_a_refused_run_shows_message_and_hint_and_leaves_no_job(film):
    session = film("refuse")
    session.generate()
    until(session, lambda: session.error is not None)
    assert session.error.code == "consent-missing"
    assert session.job is None


def test_an_engine_that_dies_is_reported_and_can_be_started_again(start):
    session = start("die")
    until(session, lambda: session.state == "lost")
    assert isinstance(session.error, EngineDied)
    session.connect([sys.executable, str(FAKE)])
    until(session, lambda: session.state == "ready")
    assert session.error is None


def test_an_answer_of_another_shape_is_an_error_not_a_crash(start):
    session = start("wrong")
    session.open_film("film.toml")
    until(session, lambda: session.error is not None)
    assert "not what this add-on expects" in session.error.message


def test_a_quiet_job_is_asked_how_it_is_and_a_silent_engine_reported(film, monkeypatch):
    session = film()
    session.generate()
    until(session, lambda: session.working)
    monkeypatch.setattr(sessions, "QUIET_S", 0.05)
    monkeypatch.setattr(session._engine, "call", lambda m, p, done, failed, t=0: failed(EngineSilent(m)))
    until(session, lambda: session.error is not None)
    assert session.error.message == "job.status"


def test_listeners_are_told_of_every_change(start):
    told = []
    session = start()
    session.on_change = lambda: told.append(session.state)
    until(session, lambda: session.state == "ready")
    assert "ready" in told


def test_without_an_engine_nothing_happens():
    session = Session("0.1.0")
    assert session.poll() is False
    assert session.state == "disconnected"
    session.generate()
    session.cancel()
    assert session.job is None
