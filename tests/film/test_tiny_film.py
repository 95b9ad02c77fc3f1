"""From film.toml to film.mp4 by the command line: what is made, remade, kept and refused."""

from __future__ import annotations

import hashlib
import itertools
import signal
import subprocess
import sys
import time
from pathlib import Path

import av
import numpy as np
import pytest
from tintype.audio import read_audio
from tintype.demo import find_photo

TINTYPE = Path(sys.executable).with_name("tintype")


def streams(path: Path) -> tuple[av.VideoFrame, int, float, float]:
    """The first frame, the number of frames, and the lengths of picture and sound in seconds."""
    with av.open(str(path)) as film:
        frames = list(film.decode(video=0))
    with av.open(str(path)) as film:
        samples = sum(frame.samples for frame in film.decode(audio=0))
        rate = film.streams.audio[0].rate
        fps = float(film.streams.video[0].average_rate)
    return frames[0], len(frames), len(frames) / fps, samples / rate


def pixels(path: Path) -> list[np.ndarray]:
    with av.open(str(path)) as film:
        return [frame.to_ndarray(format="gray") for frame in film.decode(video=0)]


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_film_has_picture_and_sound_of_one_length(finished):
    first, count, picture_s, sound_s = streams(finished.root / "film.mp4")
    assert (first.width, first.height) == (320, 180)
    assert count > 72
    assert abs(picture_s - sound_s) <= 1 / 24 + 1024 / 48000  # a frame, and the last block of AAC


def test_everything_that_others_need_lies_beside_the_film(finished):
    for name in (
        "film.blend", "head.glb", "cues.csv", "film.otio", "film.srt", "lines/maybe/speech.wav",
        "lines/maybe/phones.json", "lines/maybe/face.npz", "lines/maybe/face.csv",
    ):  # fmt: skip
        assert (finished.root / name).stat().st_size > 40, name


def test_the_portrait_moves_while_it_speaks(finished):
    frames = pixels(finished.root / "film.mp4")
    spoken = frames[int(1.3 * 24) : int(2.2 * 24)]
    changes = [float(np.abs(b.astype(int) - a).mean()) for a, b in itertools.pairwise(spoken)]
    assert max(changes) > 0.2


def test_a_second_run_and_render_do_nothing_and_say_so(finished):
    before = {path: path.stat().st_mtime_ns for path in finished.root.iterdir() if path.is_file()}
    run = finished.tintype("run")
    assert run.returncode == 0
    assert "Nothing changed" in run.stdout
    render = finished.tintype("render")
    assert render.returncode == 0
    assert "Nothing changed" in render.stdout
    assert before == {path: path.stat().st_mtime_ns for path in before}


def test_a_changed_line_remakes_its_speech_face_and_frames_and_nothing_else(copy_of_finished):
    film = copy_of_finished
    other = digest(film.root / "lines/pattern/speech.wav")
    film.edit("Maybe papa will make a map of it.", "Maybe mama will make a better map of it.")
    report = film.json("run")
    made = {stage: subjects["made"] for stage, subjects in report["stages"].items() if subjects["made"]}
    assert made.pop("compose_film")
    assert made.pop("finish_film")
    assert made == {"recognize_emotion": ["maybe"], "synthesize_speech": ["maybe"], "animate_face": ["maybe"]}
    assert digest(film.root / "lines/pattern/speech.wav") == other
    rendered = film.json("render")
    assert rendered["made"] > 0
    assert rendered["reused"] > 0  # the other line's portrait comes from the frame cache


@pytest.mark.parametrize("after_s", [0.7, 2.5])
def test_a_killed_run_goes_on_to_the_same_film(film, finished, after_s):
    started = subprocess.Popen(film.command("run"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(after_s)
    started.send_signal(signal.SIGKILL)
    started.wait()
    film.json("run")
    for name in ("edit/film.json", "head.glb", "lines/maybe/face.npz", "lines/maybe/phones.json", "film.otio"):
        assert digest(film.root / name) == digest(finished.root / name), name
    # Signatures carry their time, so a signed file is the same when what it holds is.
    ours, theirs = (read_audio(root / "lines/maybe/speech.wav")[0] for root in (film.root, finished.root))
    assert np.array_equal(ours, theirs)


def test_a_killed_render_goes_on_to_the_same_film(copy_of_finished, finished):
    film = copy_of_finished
    (film.root / "film.mp4").unlink()
    frames = sorted((film.root / ".tintype/frames").rglob("*.png"))
    assert len(frames) > 40
    for frame in frames[::2]:
        frame.unlink()
    started = subprocess.Popen(film.command("render"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(4.0)
    started.send_signal(signal.SIGKILL)
    started.wait()
    rendered = film.json("render")
    assert rendered["made"] + rendered["reused"] == len(frames)
    for ours, theirs in zip(pixels(film.root / "film.mp4"), pixels(finished.root / "film.mp4"), strict=True):
        assert np.array_equal(ours, theirs)


def refusal(film) -> str:
    """What `tintype run` says when it refuses, on one line."""
    done = film.tintype("run")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "What to do:" in done.stderr
    return " ".join(done.stderr.split())


def test_a_film_without_consent_is_refused(film):
    text = film.toml.read_text("utf-8")
    film.toml.write_text(text[: text.index("[consent]")] + text[text.index("[stages") :], "utf-8")
    said = refusal(film)
    assert said.startswith("consent-missing:")
    assert 'basis = "estate"' in said


def test_an_expired_consent_is_refused(film):
    film.edit("date = 2024-05-01", "date = 2024-05-01\nexpires = 2025-05-01")
    said = refusal(film)
    assert said.startswith("consent-expired:")
    assert "2025-05-01" in said


def test_a_missing_photo_is_refused(film):
    (film.root / "archive/photos/grace_hopper.jpg").unlink()
    said = refusal(film)
    assert said.startswith("archive-file-missing:")
    assert "photos/grace_hopper.jpg" in said


def test_a_photo_without_a_face_is_refused(film):
    from PIL import Image

    shades = np.random.default_rng(1).integers(0, 255, (300, 400, 3), dtype=np.uint8)
    Image.fromarray(shades).save(film.root / "archive/photos/grace_hopper.jpg")
    said = refusal(film)
    assert "face-not-found:" in said
    assert "grace_hopper.jpg shows no face" in said
    assert "portrait" in said


def test_an_unknown_provider_is_refused(film):
    film.edit(
        "[stages.build_voice.settings]", '[stages.build_head]\nprovider = "mediapype"\n\n[stages.build_voice.settings]'
    )
    said = refusal(film)
    assert said.startswith("provider-unknown:")
    assert "Did you mean 'mediapipe'?" in said


def test_head_and_voice_come_from_the_command_line(tmp_path):
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([str(TINTYPE), *words], capture_output=True, text=True, timeout=300, check=False)

    assert run("head", str(find_photo()), "-o", str(tmp_path / "head.glb")).returncode == 0
    assert (tmp_path / "head.glb").read_bytes()[:4] == b"glTF"
    spoken = run("speak", "Good morning.", "-o", str(tmp_path / "a.wav"), "--phones", str(tmp_path / "a.json"))
    assert spoken.returncode == 0
    for track, words in (("with.csv", ["--text", "Good morning."]), ("without.npz", [])):
        made = run("animate", str(tmp_path / "a.wav"), "-o", str(tmp_path / track), *words)
        assert made.returncode == 0, made.stderr
        assert (tmp_path / track).stat().st_size > 1000
    measured = run("features", str(find_photo()), str(tmp_path / "a.wav"), "-o", str(tmp_path / "f.npz"))
    assert measured.returncode == 0, measured.stderr
