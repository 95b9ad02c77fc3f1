"""A captured performance on a line: laid over its speech, by itself, whatever the rest of the film uses."""

from __future__ import annotations

import numpy as np
import pytest
from tintype import Job
from tintype.documents import ARKIT_SHAPES, FaceTrack, Speech
from tintype.errors import ArchiveFileMissing, TrackInvalid
from tintype.live_link import write_csv
from tintype.pipeline import make_film
from tintype.plugins import Plugins
from tintype.progress import Run
from tintype.project import read_project
from tintype_captured import CapturedSettings, animate_face
from tintype_captured.laying import EASE_S


@pytest.fixture
def performance(tmp_path):
    """Two seconds at 30 frames per second whose jaw rises from 0 to 1."""
    shapes = np.zeros((60, 52))
    shapes[:, ARKIT_SHAPES.index("jawOpen")] = np.linspace(0, 1, 60)
    path = tmp_path / "take.csv"
    write_csv(FaceTrack(shapes, np.full((60, 9), 0.1), 30.0), path)
    return path


@pytest.fixture
def lay(tmp_path, performance):
    def laid(duration_s, path=performance, **settings):
        speech = Speech(sample_rate_hz=16000, duration_s=duration_s, text="Words.", synthetic=True)
        folder = tmp_path / "face"
        return animate_face(speech=speech, performance=path, settings=CapturedSettings(**settings), job=Job(folder))

    return laid


@pytest.mark.parametrize("duration_s", [0.01, 1.0, 2.0, 3.55])
def test_the_track_covers_the_speech(lay, duration_s):
    track = lay(duration_s)
    assert track.fps == 30.0
    assert duration_s <= track.duration_s < duration_s + 1 / 30 + 1e-6


def test_the_performance_is_repeated_and_says_where_it_comes_from(lay):
    track = lay(2.0)
    np.testing.assert_allclose(track.channel("jawOpen"), np.linspace(0, 1, 60), atol=1e-5)
    assert "take.csv" in track.source


def test_where_the_performance_ends_the_face_eases_into_rest(lay):
    jaw = lay(3.0).channel("jawOpen")
    assert jaw[59] > 0.95
    assert 0.1 < jaw[60 + round(EASE_S * 15)] < 0.9
    assert not jaw[60 + round(EASE_S * 30) + 1 :].any()


def test_a_delay_moves_the_performance(lay):
    usual, late, early = lay(2.0), lay(2.0, delay_s=0.5), lay(1.0, delay_s=-0.5)
    np.testing.assert_allclose(late.channel("jawOpen")[15:], usual.channel("jawOpen")[:-15], atol=1e-5)
    np.testing.assert_allclose(early.channel("jawOpen"), usual.channel("jawOpen")[15:45], atol=1e-5)


def test_amounts_scale_face_and_head(lay):
    half = lay(2.0, strength=0.5, head_motion=0)
    np.testing.assert_allclose(half.channel("jawOpen"), 0.5 * np.linspace(0, 1, 60), atol=1e-5)
    assert not half.pose.any()


def test_a_line_without_a_performance_is_an_error(lay):
    with pytest.raises(TrackInvalid, match="names no performance"):
        lay(2.0, path=None)


def test_a_delay_beyond_the_speech_is_an_error(lay):
    with pytest.raises(TrackInvalid, match="does not meet"):
        lay(2.0, delay_s=5)


def test_a_line_that_names_a_performance_gets_it_in_a_film(film_toml, fake, performance):
    import tintype_captured

    plugins = Plugins()
    plugins.register("fake", fake)
    plugins.register("captured", tintype_captured)
    folder = film_toml.parent / "archive" / "performances"
    folder.mkdir()
    (folder / "take.csv").write_bytes(performance.read_bytes())
    text = film_toml.read_text().replace('id = "two"', 'id = "two"\nperformance = "performances/take.csv"')
    film_toml.write_text(text)
    made = make_film(read_project(film_toml), plugins, Run()).lines
    assert "captured" in made["two"].face.document.source
    assert made["two"].face.document.channel("jawOpen").any()
    assert not made["one"].face.document.shapes.any()

    fake.calls.clear()
    again = make_film(read_project(film_toml), plugins, Run()).lines
    assert again["two"].face.entry.digest == made["two"].face.entry.digest
    assert not fake.calls
    (folder / "take.csv").write_text((folder / "take.csv").read_text().replace("0.1000000", "0.2000000"))
    changed = make_film(read_project(film_toml), plugins, Run()).lines
    assert changed["two"].face.entry.digest != made["two"].face.entry.digest
    assert changed["one"].face.entry.digest == made["one"].face.entry.digest


def test_settings_of_the_film_s_provider_do_not_go_to_a_performance(film_toml, fake, performance):
    import tintype_captured
    import tintype_visemes

    plugins = Plugins()
    for name, module in (("fake", fake), ("captured", tintype_captured), ("visemes", tintype_visemes)):
        plugins.register(name, module)
    (film_toml.parent / "archive" / "take.csv").write_bytes(performance.read_bytes())
    text = film_toml.read_text().replace('id = "two"', 'id = "two"\nperformance = "take.csv"')
    text = text.replace('animate_face = "fake"', 'animate_face = {provider = "visemes", settings = {jaw = 0.5}}')
    film_toml.write_text(text)
    assert "captured" in make_film(read_project(film_toml), plugins, Run()).lines["two"].face.document.source


def test_a_performance_that_does_not_exist_is_an_error_before_anything_is_made(film_toml, fake, plugins):
    film_toml.write_text(film_toml.read_text().replace('id = "two"', 'id = "two"\nperformance = "absent.csv"'))
    with pytest.raises(ArchiveFileMissing, match=r"Line 'two': performance names 'absent\.csv'"):
        make_film(read_project(film_toml), plugins, Run())
    assert not fake.calls
