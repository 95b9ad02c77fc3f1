"""Everything of headless rendering that needs no Blender: the frame cache, workers that die, pixels."""

from __future__ import annotations

import io
import json
import os
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tintype_addon.client.errors import RenderFailed
from tintype_addon.rendering import farm as farms
from tintype_addon.rendering.farm import Farm, chunks_of
from tintype_addon.rendering.frame_cache import FrameFolder, digest, prune
from tintype_addon.rendering.pixels import edges, read_bmp, write_png

WORKER = """
import json, os, sys
engine, behaviour, folder = sys.argv[1:]
def say(**event): print("TINTYPE " + json.dumps(event), flush=True)
print("Fra:1 chatter", flush=True)
if behaviour == "no opengl" and engine == "BLENDER_WORKBENCH" or behaviour == "nothing works":
    os.abort()
say(event="ready")
for line in sys.stdin:
    order = json.loads(line)
    for frame in order["frames"]:
        if behaviour == "dies once" and frame == 5 and not os.path.exists(folder + "/died"):
            open(folder + "/died", "w").close()
            os.abort()
        if behaviour == "always dies" and frame == 5:
            os.abort()
        if behaviour == "error":
            say(event="error", code="x", message="the disk is full", hint="make room")
        say(event="frame", frame=frame)
    say(event="idle")
"""


@pytest.fixture
def farm(tmp_path):
    script = tmp_path / "worker.py"
    script.write_text(WORKER)
    made, frames = [], []

    def farm(behaviour: str, size: int = 2) -> tuple[Farm, list]:
        def command(engine: str) -> list[str]:
            return [sys.executable, str(script), engine, behaviour, str(tmp_path)]

        made.append(Farm(command, size, lambda scene, frame: frames.append((scene, frame))))
        return made[-1], frames

    yield farm
    for one in made:
        one.close()


def test_every_frame_is_rendered_once(farm, tmp_path):
    workers, frames = farm("well")
    engine = workers.find_engine()
    workers.render(chunks_of("a", tmp_path, range(30)) + chunks_of("b", tmp_path, range(3)), engine)
    assert engine == "BLENDER_WORKBENCH"
    assert sorted(frames) == [("a", n) for n in range(30)] + [("b", n) for n in range(3)]


def test_without_opengl_the_next_engine_is_taken(farm):
    workers, _ = farm("no opengl")
    assert workers.find_engine() == "CYCLES"


def test_when_no_engine_works_it_is_said(farm):
    workers, _ = farm("nothing works")
    with pytest.raises(RenderFailed, match="tintype doctor"):
        workers.find_engine()


def test_a_worker_that_dies_is_replaced_and_its_frames_rendered(farm, tmp_path):
    workers, frames = farm("dies once")
    workers.render(chunks_of("a", tmp_path, range(20)), workers.find_engine())
    assert sorted(frames) == [("a", n) for n in range(20)]


def test_a_frame_that_kills_every_worker_is_named(farm, tmp_path):
    workers, _ = farm("always dies")
    with pytest.raises(RenderFailed, match="a, frame 5"):
        workers.render(chunks_of("a", tmp_path, range(20)), workers.find_engine())


def test_a_workers_error_is_passed_on(farm, tmp_path):
    workers, _ = farm("error")
    with pytest.raises(RenderFailed, match="the disk is full") as caught:
        workers.render(chunks_of("a", tmp_path, range(2)), workers.find_engine())
    assert caught.value.hint == "make room"


def test_few_frames_start_no_second_worker(farm, tmp_path):
    workers, _ = farm("well", size=4)
    workers.render(chunks_of("a", tmp_path, range(farms.CHUNK)), workers.find_engine())
    assert len(workers._workers) == 1


def test_closing_ends_every_worker(farm, tmp_path):
    workers, _ = farm("well")
    workers.render(chunks_of("a", tmp_path, range(30)), workers.find_engine())
    workers.close()
    assert all(worker.process.poll() is not None for worker in workers._workers)


def test_only_missing_frames_are_asked_for(tmp_path):
    folder = FrameFolder(tmp_path / "f", 4)
    assert folder.missing() == [0, 1, 2, 3]
    folder.path.mkdir()
    folder.frame(1).touch()
    (folder.path / ".00002.png.77.part").touch()
    assert folder.missing() == [0, 2, 3]
    folder.clear_unfinished()
    assert [path.name for path in folder.path.iterdir()] == ["00001.png"]


def test_the_digest_does_not_depend_on_the_order_of_keys():
    assert digest({"a": 1, "b": [2, 3]}) == digest({"b": [2, 3], "a": 1}) != digest({"a": 1, "b": [3, 2]})


def test_pruning_keeps_what_is_used_and_the_newest_of_the_rest(tmp_path):
    for number, name in enumerate(["used", "old", "new"]):
        (tmp_path / name).mkdir()
        (tmp_path / name / "00000.png").write_bytes(bytes(100))
        os.utime(tmp_path / name, (time.time() + number, time.time() + number))
    prune(tmp_path, [tmp_path / "used"], max_bytes=150)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new", "used"]


def test_pruning_a_cache_that_is_not_there_does_nothing(tmp_path):
    prune(tmp_path / "none", [])


@pytest.mark.parametrize("size", [(1, 1), (3, 2), (64, 48), (37, 5)])
def test_a_picture_survives_bmp_and_png(tmp_path, size):
    width, height = size
    pixels = np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)
    Image.fromarray(pixels).save(tmp_path / "a.bmp")
    assert np.array_equal(read_bmp(tmp_path / "a.bmp"), pixels)
    write_png(tmp_path / "a.png", pixels)
    assert np.array_equal(np.asarray(Image.open(io.BytesIO((tmp_path / "a.png").read_bytes()))), pixels)


def test_what_is_no_bmp_is_refused(tmp_path):
    (tmp_path / "a.bmp").write_bytes(bytes(100))
    with pytest.raises(ValueError, match="no 24-bit BMP"):
        read_bmp(tmp_path / "a.bmp")


def test_edges_are_the_pixels_on_both_sides_of_a_border():
    ids = np.zeros((4, 6, 3), np.uint8)
    ids[:, 3:] = 200
    assert np.array_equal(edges(ids), np.tile([False, False, True, True, False, False], (4, 1)))


def test_one_thing_alone_has_no_edges():
    assert not edges(np.full((5, 5, 3), 9, np.uint8)).any()


def test_events_are_lines_that_the_engine_reads():
    from tintype.blender import EVENT_PREFIX
    from tintype_addon.rendering.events import PREFIX, read_event

    assert PREFIX == EVENT_PREFIX
    assert read_event(PREFIX + json.dumps({"event": "ready"})) == {"event": "ready"}
    assert read_event("Fra:1 Mem:20M") is None


def test_chunks_cover_all_frames_in_order(tmp_path):
    chunks = chunks_of("a", tmp_path, [1, 2, 4, 7, 9], size=2)
    assert [chunk.frames for chunk in chunks] == [(1, 2), (4, 7), (9,)]
    assert chunks[0].folder == str(Path(tmp_path))
