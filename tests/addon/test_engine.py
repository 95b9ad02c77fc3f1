"""The client against a stand-in for the engine that answers, dies, hangs and talks rubbish."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest
from tintype_addon.client.command import split_command
from tintype_addon.client.engine import Engine
from tintype_addon.client.errors import EngineDied, EngineNotFound, EngineSilent, RequestRefused

FAKE = Path(__file__).parent / "fake_engine.py"


@pytest.fixture
def start():
    engines = []

    def start(mode: str = "well", **options) -> Engine:
        engines.append(Engine([sys.executable, str(FAKE), mode], **options))
        return engines[-1]

    yield start
    for engine in engines:
        engine.close()


def wait_until(condition, engine=None, seconds=10.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        if engine is not None:
            engine.poll(wait_s=0.02)
        else:
            time.sleep(0.02)


def test_a_request_gets_its_answer(start):
    assert start().request("engine.hello", {})["contract"] == 1


def test_answers_in_another_order_reach_the_right_requests(start):
    engine, answers = start("backwards"), {}
    engine.call("film.run", {}, lambda result: answers.update(run=result))
    engine.call("jobs.list", {}, lambda result: answers.update(jobs=result))
    wait_until(lambda: len(answers) == 2, engine)
    assert "job" in answers["run"]
    assert "jobs" in answers["jobs"]


def test_rubbish_between_messages_is_kept_in_the_log_and_does_no_harm(start):
    engine = start("rubbish")
    assert engine.request("engine.hello", {})["contract"] == 1
    assert any("Loading weights" in line for line in engine.log)


def test_notifications_reach_the_listener(start):
    heard = []
    engine = start(on_notification=lambda method, params: heard.append((method, params["state"])))
    engine.request("film.run", {"path": "film.toml", "only": None})
    wait_until(lambda: heard, engine)
    assert heard == [("job.progress", "running")]


def test_a_dead_engine_fails_what_is_open_with_its_last_words(start):
    engine = start("die")
    engine.request("engine.hello", {})
    with pytest.raises(EngineDied, match=r"status 7.*out of memory"):
        engine.request("jobs.list", {})
    with pytest.raises(EngineDied):
        engine.request("jobs.list", {})


def test_an_engine_that_does_not_answer_is_reported_in_time(start):
    engine = start("silent")
    engine.request("engine.hello", {})
    began = time.monotonic()
    with pytest.raises(EngineSilent, match=r"jobs\.list"):
        engine.request("jobs.list", {}, timeout_s=0.2)
    assert time.monotonic() - began < 2


def test_a_refusal_carries_the_engines_code_message_and_hint(start):
    with pytest.raises(RequestRefused) as caught:
        start("refuse").request("film.run", {})
    assert (caught.value.code, caught.value.message) == ("consent-missing", "The film has no [consent].")
    assert caught.value.hint == "Add a [consent] section."


def test_a_refusal_without_details_still_has_a_message(start):
    with pytest.raises(RequestRefused, match="no method"):
        start().request("no.such", {})


def test_closing_ends_the_process(start):
    engine = start()
    engine.request("engine.hello", {})
    engine.close()
    wait_until(lambda: engine._process.poll() is not None, seconds=5)


def test_an_engine_that_ignores_the_request_to_leave_is_killed(start, tmp_path):
    stubborn = tmp_path / "stubborn.py"
    stubborn.write_text("import time\nwhile True: time.sleep(1)")
    engine = Engine([sys.executable, str(stubborn)])
    engine.close()
    wait_until(lambda: engine._process.poll() is not None, seconds=6)


def test_polling_never_waits(start):
    engine = start("silent")
    engine.call("engine.hello", {})
    began = time.monotonic()
    for _ in range(100):
        engine.poll()
    assert time.monotonic() - began < 0.2


def test_a_program_that_is_not_there_is_named():
    with pytest.raises(EngineNotFound, match="no-such-tintype"):
        Engine(["no-such-tintype", "serve"])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("tintype serve", ["tintype", "serve"]),
        ('"/opt/my tools/tintype" serve', ["/opt/my tools/tintype", "serve"]),
        ("ssh studio-gpu tintype serve", ["ssh", "studio-gpu", "tintype", "serve"]),
        ("/tmp/grüße/tintype serve", ["/tmp/grüße/tintype", "serve"]),
    ],
)
def test_a_command_is_split_as_a_shell_would(text, words):
    assert split_command(text) == words


def test_a_tilde_is_the_home_folder():
    assert split_command("~/bin/tintype serve")[0] == str(Path.home() / "bin/tintype")


@pytest.mark.parametrize("text", ["", "   ", 'tintype "serve'])
def test_a_command_that_cannot_be_split_says_where_to_correct_it(text):
    with pytest.raises(EngineNotFound, match="preferences"):
        split_command(text)
