"""Audio2Face's JSON: read by name, and refused with the place that is wrong."""

from __future__ import annotations

import json

import numpy as np
import pytest
from tintype.audio2face_json import read_audio2face
from tintype.documents import ARKIT_SHAPES, FaceTrack
from tintype.errors import TrackInvalid
from tintype.live_link import write_csv
from tintype.performances import read_performance


@pytest.fixture
def export(tmp_path):
    """Write an export of three frames over all shapes, changed by keywords; a value of None takes a field away."""

    def written(**changes):
        names = [name[0].upper() + name[1:] for name in reversed(ARKIT_SHAPES)]
        weights = np.linspace(0, 1, 3 * len(names)).reshape(3, -1).tolist()
        data = {
            "exportFps": 30.0,
            "trackPath": "C:/take.wav",
            "numPoses": 52,
            "numFrames": 3,
            "facsNames": names,
            "weightMat": weights,
            "joints": [],
        }
        data = {name: value for name, value in (data | changes).items() if value is not None}
        path = tmp_path / "take.json"
        path.write_text(json.dumps(data))
        return path

    return written


def test_weights_are_read_by_name_in_any_case_and_order(export):
    track = read_audio2face(export())
    assert track.fps == 30.0
    np.testing.assert_allclose(track.shapes[:, ::-1], np.linspace(0, 1, 156).reshape(3, -1), atol=1e-6)
    assert not track.pose.any()
    assert "take.json" in track.source


def test_shapes_that_were_not_exported_stay_at_rest_and_strangers_are_passed_over(export):
    names = [*ARKIT_SHAPES[:12], "headTwist"]
    track = read_audio2face(export(facsNames=names, weightMat=[[0.5] * 13] * 3))
    assert (track.shapes[:, :12] == 0.5).all()
    assert not track.shapes[:, 12:].any()


def test_weights_out_of_range_are_clipped(export):
    row = [1.5 if index % 2 else -0.2 for index in range(52)]
    assert set(np.unique(read_audio2face(export(weightMat=[row] * 3)).shapes)) == {0.0, 1.0}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"numFrames": 4}, "4 frames.*3 rows"),
        ({"weightMat": [[0.0] * 52, [0.0] * 51, [0.0] * 52]}, "frame 1 has 51 weights for 52 names"),
        ({"facsNames": ["jawDrop"], "weightMat": [[0.0]] * 3}, "another rig's shapes.*jawDrop"),
        ({"exportFps": 0}, "exportFps"),
        ({"exportFps": None}, "exportFps"),
        ({"facsNames": None}, "facsNames"),
        ({"weightMat": [[0.0] * 51 + ["wide"]] * 3}, r"weightMat\.0\.51"),
        ({"weightMat": [[0.0] * 51 + [float("nan")]] * 3}, r"weightMat\.0\.51"),
        ({"weightMat": []}, "weightMat"),
    ],
)
def test_damage_is_named(export, changes, message):
    with pytest.raises(TrackInvalid, match=message) as caught:
        read_audio2face(export(**changes))
    assert caught.value.hint


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"\xff"])
def test_a_file_that_is_no_export_is_refused(tmp_path, content):
    (tmp_path / "take.json").write_bytes(content)
    with pytest.raises(TrackInvalid, match=r"take\.json"):
        read_audio2face(tmp_path / "take.json")


def test_performances_are_read_by_their_suffix(tmp_path, export):
    track = read_performance(export())
    write_csv(track, tmp_path / "take.CSV")
    track.write(tmp_path / "take.npz")
    for name in ("take.CSV", "take.npz"):
        again = read_performance(tmp_path / name)
        assert isinstance(again, FaceTrack)
        np.testing.assert_allclose(again.shapes, track.shapes, atol=1e-6)


def test_a_performance_of_another_kind_is_refused_with_what_can_be_read(tmp_path):
    with pytest.raises(TrackInvalid, match=r"take\.fbx.*\.csv"):
        read_performance(tmp_path / "take.fbx")
