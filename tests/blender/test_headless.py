"""The headless entry point, as the engine starts it: film.blend, frames, film.mp4; stopped, resumed, without OpenGL."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import av
import bpy
import numpy as np
import pytest
import tintype_addon
from PIL import Image
from tintype_addon.client.film import EDIT_FILE

ENTRY = Path(tintype_addon.__file__).parent / "headless.py"


def command(folder: Path, *more: str) -> list[str]:
    named = {"film": folder / EDIT_FILE, "root": folder, "blend": folder / "film.blend", "out": folder / "film.mp4"}
    words = [word for name, value in named.items() for word in (f"--{name}", str(value))]
    return [sys.executable, str(ENTRY), *words, "--cache", str(folder / ".tintype/frames"), *more]


def run(folder: Path, *more: str, **environment: str) -> list[dict]:
    """Render, and give the events."""
    done = subprocess.run(
        command(folder, *more),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=240,
        env=os.environ | environment,
        check=False,
    )
    assert all(line.startswith("TINTYPE {") for line in done.stdout.splitlines()), done.stdout
    return [json.loads(line.removeprefix("TINTYPE ")) for line in done.stdout.splitlines()]


def frames_of(film: Path) -> list[np.ndarray]:
    with av.open(str(film)) as container:
        return [frame.to_ndarray(format="rgb24").astype(int) for frame in container.decode(video=0)]


@pytest.fixture(scope="module")
def rendered(tmp_path_factory) -> tuple[Path, list[dict]]:
    import tiny_film

    folder = tmp_path_factory.mktemp("Der Film über Ada")
    tiny_film.write_film(folder)
    return folder, run(folder)


def test_progress_counts_up_to_the_end(rendered):
    _, events = rendered
    heads = [event for event in events if event.get("step") == "heads"]
    film = [event for event in events if event.get("step") == "film"]
    assert [event["done"] for event in heads] == list(range(49))
    assert heads[-1] | {"clip": ""} == heads[0] | {"done": 48, "made": 48}
    assert [event["done"] for event in film] == list(range(97))
    assert events[-1]["event"] == "done"
    assert (events[-1]["heads_made"], events[-1]["heads_reused"]) == (48, 0)


def test_picture_and_sound_have_the_films_length(rendered):
    folder, _ = rendered
    with av.open(str(folder / "film.mp4")) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        assert (video.codec_context.name, video.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert (audio.codec_context.name, audio.rate) == ("aac", 48000)
        lengths = [float(stream.duration * stream.time_base) for stream in (video, audio)]
    assert lengths[0] == pytest.approx(4.0)
    assert abs(lengths[1] - lengths[0]) < 1 / 24


def test_the_film_shows_title_portrait_and_picture(rendered):
    folder, _ = rendered
    frames = frames_of(folder / "film.mp4")
    assert len(frames) == 96
    assert frames[15][70:110, 100:220].min(axis=2).max() > 200
    assert np.abs(frames[30][90, 20] - (0, 0, 200)).max() < 20
    assert np.abs(frames[24] - frames[30])[95:160, 130:230].mean() > 3
    assert frames[95].max() < 24


def test_the_film_plays_the_very_frames_of_the_cache(rendered):
    folder, _ = rendered
    (cached,) = (folder / ".tintype/frames").glob("*/00010.png")
    wanted = np.asarray(Image.open(cached)).astype(float)[:, :250]
    shown = frames_of(folder / "film.mp4")[24 + 10][:, :250]
    assert np.abs(wanted - shown).mean() < 6  # H.264 halves the resolution of colour


def test_the_saved_blend_is_the_edit_with_nothing_baked(rendered):
    folder, _ = rendered
    moved = folder.rename(folder.with_name("moved"))
    try:
        bpy.ops.wm.open_mainfile(filepath=str(moved / "film.blend"))
        scene = next(one for one in bpy.data.scenes if one.name == "Tiny film")
        kinds = sorted(strip.type for strip in scene.sequence_editor.strips_all)
        assert kinds == ["COLOR", "GAMMA_CROSS", "IMAGE", "SCENE", "SOUND", "TEXT", "TEXT"]
        portrait = next(strip for strip in scene.sequence_editor.strips_all if strip.type == "SCENE")
        assert portrait.scene_input == "CAMERA"
        assert portrait.scene.sequence_editor is None
        assert portrait.scene.camera.data.animation_data.action is not None
        assert scene.render.filepath == "//film.mp4"
        for path in bpy.utils.blend_paths(absolute=True):
            assert Path(path).is_relative_to(moved)
            assert Path(path).exists()
    finally:
        moved.rename(folder)


def test_a_second_run_renders_no_portrait_again(rendered):
    folder, _ = rendered
    assert run(folder)[-1]["heads_reused"] == 48


def test_another_zoom_is_another_set_of_frames(rendered):
    folder, _ = rendered
    path = folder / EDIT_FILE
    before = path.read_text()
    try:
        path.write_text(before.replace("1.1", "1.2"))
        assert run(folder)[-1]["heads_made"] == 48
    finally:
        path.write_text(before)


def test_a_draft_has_half_the_size_and_the_same_picture(rendered):
    folder, _ = rendered
    full = frames_of(folder / "film.mp4")[30]
    run(folder, "--quality", "draft")
    half = frames_of(folder / "film.mp4")[30]
    assert half.shape == (90, 160, 3)
    assert np.abs(full[::2, ::2] - half)[20:70, 10:100].mean() < 12


def test_a_run_that_is_stopped_goes_on_where_it_was(film_folder):
    child = subprocess.Popen(command(film_folder, "--workers", "1"), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    for line in child.stdout:
        if b'"made": 7' in line:
            break
    began = time.monotonic()
    child.stdin.close()  # as when the engine is killed
    child.wait(timeout=20)
    assert time.monotonic() - began < 10
    child.stdout.close()
    there = len(list((film_folder / ".tintype/frames").glob("*/*.png")))
    assert 7 <= there < 48
    assert not (film_folder / "film.mp4").exists()
    assert run(film_folder)[-1]["heads_reused"] >= there
    assert not list(film_folder.rglob("*.part*"))


@pytest.mark.skipif(sys.platform != "linux", reason="hides Mesa's EGL, which only Linux has")
def test_without_opengl_portraits_are_rendered_by_cycles(film_folder):
    done = run(film_folder, "--quality", "draft", __EGL_VENDOR_LIBRARY_FILENAMES=os.devnull)[-1]
    assert done["engine"] == "CYCLES"
    assert np.abs(frames_of(film_folder / "film.mp4")[30][45, 10] - (0, 0, 200)).max() < 20


def test_a_missing_file_is_an_error_with_advice(film_folder):
    (film_folder / "lines/one/face.npz").unlink()
    error = run(film_folder)[-1]
    assert error["event"] == "error"
    assert "face.npz" in error["message"]
    assert "tintype run" in error["hint"]
