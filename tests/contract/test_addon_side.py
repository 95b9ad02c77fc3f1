"""The add-on reads every golden message, and asks in the golden shape."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import tintype.documents as engine
import tintype_addon.client.film as addon_film
from tintype import CONTRACT as ENGINE_CONTRACT
from tintype.hookspecs import STAGES
from tintype.live_link import HEADER
from tintype.rpc.messages import read_request
from tintype_addon.client import messages
from tintype_addon.client.channels import ARKIT_SHAPES, POSE_CHANNELS, live_link_column
from tintype_addon.client.contract import CONTRACT
from tintype_addon.client.engine import refusal
from tintype_addon.client.face_track import read_track
from tintype_addon.client.film import film_from_data

HERE = Path(__file__).parent


def golden(name: str) -> dict:
    return json.loads((HERE / f"{name}.json").read_text())


def result(name: str):
    return golden(name)["response"]["result"]


def test_both_sides_speak_the_same_contract():
    assert CONTRACT == ENGINE_CONTRACT == result("engine_hello")["contract"]


def test_hello_is_read():
    hello = messages.read_hello(result("engine_hello"))
    assert (hello.engine, hello.device, hello.pid) == ("0.1.0", "cpu", 4711)


def test_an_opened_film_is_read():
    film = messages.read_film(result("film_open"))
    assert film.lines[0] == messages.Line(
        "change", "Humans are allergic to change.", "portrait", "OCLC Newsletter 167 (1987)", ready=False
    )
    assert film.consent.scope == ("likeness", "voice")
    assert film.consent.problem is None


def test_problems_are_read():
    assert messages.read_problems(result("film_check"))[0].code == "consent-missing"


def test_the_catalogue_is_read_with_its_schemas():
    catalogue = messages.read_catalogue(result("plugins_list"))
    provider = catalogue.stages[0].providers[0]
    assert provider.settings_schema["properties"]["rate_wpm"]["maximum"] == 450
    assert catalogue.stages[0].stage in STAGES


@pytest.mark.parametrize(
    ("data", "state"),
    [
        (golden("job_progress")["notification"]["params"], "running"),
        (golden("job_done")["notification"]["params"], "done"),
        (result("job_status"), "running"),
        (result("job_cancel"), "cancelled"),
        (result("jobs_list")["jobs"][0], "running"),
    ],
)
def test_a_job_is_read(data, state):
    job = messages.read_job(data)
    assert job.state == state
    assert job.stages[1].title == job.stage_title or state == "done"
    assert job.ended == (state != "running")


def test_a_field_from_a_newer_engine_is_ignored():
    assert messages.read_hello(result("engine_hello") | {"mood": "good"}).engine == "0.1.0"


@pytest.mark.parametrize(
    ("name", "code"),
    [("error_consent", "consent-missing"), ("error_method", "engine-error"), ("error_parse", "engine-error")],
)
def test_errors_are_read(name, code):
    error = refusal(golden(name)["response"]["error"])
    assert error.code == code
    assert error.message


def test_the_engine_reads_what_the_client_writes():
    line = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "film.open", "params": {"path": "/films/grüße/film.toml"}})
    assert read_request(line.encode()).params == {"path": "/films/grüße/film.toml"}


def test_channels_have_the_engines_names_and_order():
    assert engine.ARKIT_SHAPES == ARKIT_SHAPES
    assert engine.POSE_CHANNELS == POSE_CHANNELS
    assert [live_link_column(name) for name in (*ARKIT_SHAPES, *POSE_CHANNELS)] == list(HEADER)[2:]


def test_a_face_track_that_the_engine_writes_is_read(tmp_path):
    shapes = np.random.default_rng(1).random((5, 52), np.float32)
    engine.FaceTrack(shapes, np.ones((5, 9)), 60.0, "test").save(tmp_path)
    track = read_track(tmp_path / "face.npz")
    assert np.array_equal(track.shapes, shapes)
    assert (track.fps, track.source) == (60.0, "test")


def every_clip() -> tuple[engine.Clip, ...]:
    frame = engine.Frame(x=0, y=0, width=1, height=1)
    common = {"start_s": 0.0, "duration_s": 1.0}
    look = engine.Filter(kind="color_balance", settings={"gain": (1.0, 0.9, 0.8), "color_multiply": 1.0})
    return (
        engine.PortraitClip(id="a", head="head.glb", face=None, zoom=(1.0, 1.2), filters=(look,), **common),
        engine.PictureClip(
            id="b", path="p.png", width_px=4, height_px=3, move=engine.Move(start=frame, end=frame), **common
        ),
        engine.SoundClip(id="c", path="s.wav", gain_db=-3, **common),
        engine.TitleClip(id="d", text="Ada", style="title", box=(0, 0, 0, 1), **common),
        engine.ColourClip(id="e", **common),
    )


def test_an_edit_that_the_engine_writes_is_read_field_by_field():
    fade = engine.CrossFade(from_clip="a", to_clip="b", start_s=0.5, duration_s=0.5)
    written = engine.Film(
        title="Film",
        subject="Ada",
        width_px=320,
        height_px=180,
        fps=24,
        duration_s=2,
        tracks=(engine.Track(name="All", kind="picture", clips=every_clip(), fades=(fade,)),),
    )
    read = film_from_data(json.loads(written.to_json()))
    assert read.tracks[0].fades[0].to_clip == "b"
    for ours, theirs in zip(read.clips(), every_clip(), strict=True):
        for name, value in theirs.model_dump(mode="python").items():
            if name not in ("kind", "move", "filters"):
                assert getattr(ours, name) == value, f"{theirs.kind}.{name}"
    assert read.tracks[0].clips[0].filters[0].settings["gain"] == [1.0, 0.9, 0.8]
    assert read.tracks[0].clips[1].move.easing == "ease"


def test_the_add_on_knows_every_kind_of_clip():
    assert {clip.kind for clip in every_clip()} == set(addon_film.CLIPS)
