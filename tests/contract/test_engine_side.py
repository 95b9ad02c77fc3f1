"""The engine's answers have the shape of the golden messages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tintype.rpc.messages import read_request
from tintype.rpc.methods import Methods
from tintype.rpc.server import Server

HERE = Path(__file__).parent
MESSAGES = {path.stem: json.loads(path.read_text()) for path in sorted(HERE.glob("*.json"))}
REQUESTS = {name: message for name, message in MESSAGES.items() if "request" in message}


def shape(value: Any) -> Any:
    """Field names and types; lists by their first element, free-form values by their type alone."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    if isinstance(value, bool) or value is None:
        return type(value).__name__
    return "number" if isinstance(value, int | float) else type(value).__name__


@pytest.mark.parametrize("name", REQUESTS)
def test_the_engine_reads_every_golden_request(name):
    request = read_request(json.dumps(REQUESTS[name]["request"]).encode())
    known = Methods(lambda status: None)._table
    if request.method not in known:
        assert "error" in REQUESTS[name]["response"]
        return
    model, _ = known[request.method]
    model.model_validate(request.params)


@pytest.fixture
def server(film_toml, plugins, tmp_path):
    source, sink = (tmp_path / "in").open("w+b"), (tmp_path / "out").open("w+b")
    server = Server(source, sink)
    server.methods.plugins = plugins
    yield server
    server.methods.jobs.stop()
    source.close()
    sink.close()


def ask(server, name, **params) -> dict[str, Any]:
    request = json.loads(json.dumps(MESSAGES[name]["request"]))
    request["params"].update(params)
    return server.answer(json.dumps(request).encode())


def assert_same_shape(answer: dict[str, Any], name: str, *, ignoring: tuple[str, ...] = ()) -> None:
    golden = MESSAGES[name]["response"]["result"]
    ours, theirs = shape(answer["result"]), shape(golden)
    for key in ignoring:
        ours.pop(key), theirs.pop(key)
    assert ours == theirs


def test_hello_has_the_golden_shape(server):
    assert_same_shape(ask(server, "engine_hello"), "engine_hello")


def test_plugins_list_has_the_golden_fields(server):
    answer = ask(server, "plugins_list")["result"]
    golden = MESSAGES["plugins_list"]["response"]["result"]
    assert set(answer) == set(golden)
    stage = next(stage for stage in answer["stages"] if stage["stage"] == "synthesize_speech")
    assert set(stage) == set(golden["stages"][0])
    provider, example = stage["providers"][0], golden["stages"][0]["providers"][0]
    assert set(provider) == set(example)
    rate = provider["settings_schema"]["properties"]["rate_wpm"]
    assert {"type", "minimum", "maximum", "default", "description"} <= set(rate)


def test_an_opened_film_has_the_golden_shape(server, film_toml):
    assert_same_shape(ask(server, "film_open", path=str(film_toml)), "film_open")


def test_a_check_lists_problems_as_errors(server, film_toml):
    assert ask(server, "film_check", path=str(film_toml))["result"]["problems"] == []
    (film_toml.parent / "archive/photos/house.png").unlink()
    problems = ask(server, "film_check", path=str(film_toml))["result"]["problems"]
    assert shape(problems[0]) == shape(MESSAGES["film_check"]["response"]["result"]["problems"][0])
    assert problems[0]["code"] == "archive-file-missing"


def wait_for(server, job: str) -> dict[str, Any]:
    server.methods.jobs.jobs[job].finished.wait(20)
    return ask(server, "job_status", job=job)["result"]


def test_a_job_runs_to_its_end_and_reports_progress(server, film_toml, tmp_path):
    job = ask(server, "film_run", path=str(film_toml))["result"]["job"]
    status = wait_for(server, job)
    assert status["state"] == "done"
    assert status["fraction"] == 1.0
    golden = MESSAGES["job_done"]["notification"]["params"]
    assert set(status) == set(golden)
    assert set(status["stages"][0]) == set(golden["stages"][0])
    assert shape(status["result"]) == shape(golden["result"])
    lines = [json.loads(line) for line in (tmp_path / "out").read_bytes().splitlines()]
    assert {line["method"] for line in lines} == {"job.progress"}
    assert lines[-1]["params"]["state"] == "done"


def test_a_failed_job_carries_the_error(server, film_toml):
    (film_toml.parent / "archive/photos/ada.png").write_bytes(b"no face")
    job = ask(server, "film_run", path=str(film_toml))["result"]["job"]
    status = wait_for(server, job)
    assert status["state"] == "failed"
    assert status["error"]["code"] == "face-not-found"
    assert set(status["error"]) == {"code", "message", "hint", "details"}


def test_a_run_without_consent_is_refused_at_once(server, film_toml):
    film_toml.write_text(film_toml.read_text().replace('["voice", "likeness"]', "[]"))
    answer = ask(server, "error_consent", path=str(film_toml))
    golden = MESSAGES["error_consent"]["response"]
    assert shape(answer) == shape(golden)
    assert answer["error"]["data"]["code"] == "consent-scope"


def test_an_unknown_method_and_a_broken_line_get_the_golden_errors(server):
    assert ask(server, "error_method") == MESSAGES["error_method"]["response"]
    assert server.answer(MESSAGES["error_parse"]["raw"].encode()) == MESSAGES["error_parse"]["response"]


def test_wrong_params_name_the_field(server):
    answer = server.answer(b'{"jsonrpc":"2.0","id":3,"method":"film.open","params":{"paht":"x"}}')
    assert answer["error"]["code"] == -32602
    assert "pat" in answer["error"]["message"]
    assert answer["id"] == 3


def test_cancelling_an_unknown_job_is_an_error(server):
    assert ask(server, "job_cancel", job="nope")["error"]["code"] == -32602


def test_shutdown_ends_the_loop(server):
    assert ask(server, "engine_shutdown") == MESSAGES["engine_shutdown"]["response"]
    assert server.methods.closing
