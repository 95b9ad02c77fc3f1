"""Live Link Face CSV: what is written comes back, and damage is named by row and column."""

from __future__ import annotations

import numpy as np
import pytest
from tintype.documents import ARKIT_SHAPES, POSE_CHANNELS, FaceTrack
from tintype.errors import TrackInvalid
from tintype.live_link import read_csv, write_csv


def track_of(frames=90, fps=60.0, seed=1):
    random = np.random.default_rng(seed)
    return FaceTrack(random.random((frames, 52)), random.normal(0, 0.2, (frames, 9)), fps)


@pytest.fixture
def take(tmp_path):
    path = tmp_path / "take.csv"
    write_csv(track_of(), path)
    return path


def edit(path, row, column, text):
    """Replace one cell; row 1 is the header."""
    rows = [line.split(",") for line in path.read_text().splitlines()]
    rows[row - 1][rows[0].index(column)] = text
    path.write_text("\n".join(",".join(cells) for cells in rows) + "\n")


def test_the_header_is_that_of_live_link_face(take):
    header = take.read_text().splitlines()[0].split(",")
    assert header[:4] == ["Timecode", "BlendshapeCount", "EyeBlinkLeft", "EyeLookDownLeft"]
    assert header[53:] == [
        "TongueOut", "HeadYaw", "HeadPitch", "HeadRoll", "LeftEyeYaw", "LeftEyePitch", "LeftEyeRoll", "RightEyeYaw",
        "RightEyePitch", "RightEyeRoll",
    ]  # fmt: skip
    assert len(header) == 2 + len(ARKIT_SHAPES) + len(POSE_CHANNELS)


def test_rows_have_timecode_and_count(take):
    rows = [line.split(",") for line in take.read_text().splitlines()]
    assert [row[0] for row in rows[1:3]] == ["00:00:00:00.000", "00:00:00:01.000"]
    assert rows[61][0] == "00:00:01:00.000"
    assert {row[1] for row in rows[1:]} == {"61"}


@pytest.mark.parametrize("fps", [1.0, 12.0, 24.0, 25.0, 24000 / 1001, 30000 / 1001, 60.0, 47.3, 120.0, 240.0])
def test_a_track_comes_back_as_it_was_written(tmp_path, fps):
    track = track_of(frames=max(4, round(fps * 2.5)), fps=fps)
    write_csv(track, tmp_path / "take.csv")
    back = read_csv(tmp_path / "take.csv")
    assert back.fps == pytest.approx(fps, abs=2e-3)
    np.testing.assert_allclose(back.shapes, track.shapes, rtol=0, atol=6e-8)
    np.testing.assert_allclose(back.pose, track.pose, rtol=0, atol=6e-8)


def test_writing_what_was_read_gives_the_same_bytes(tmp_path, take):
    write_csv(read_csv(take), tmp_path / "again.csv")
    assert (tmp_path / "again.csv").read_bytes() == take.read_bytes()


def test_a_take_too_short_to_show_its_rate_is_read_at_the_app_s_or_at_the_one_given(tmp_path):
    write_csv(track_of(frames=10, fps=24.0), tmp_path / "take.csv")
    assert read_csv(tmp_path / "take.csv").fps == 60.0
    assert read_csv(tmp_path / "take.csv", fps=24.0).fps == 24.0


def test_a_take_that_starts_at_a_time_of_day_starts_at_zero(take):
    lines = take.read_text().splitlines()
    lines[1:] = [line.replace("00:00:", "14:38:", 1) for line in lines[1:]]
    take.write_text("\n".join(lines))
    assert len(read_csv(take).shapes) == 90


def test_dropped_rows_are_filled_in(take):
    before = read_csv(take).channel("jawOpen")
    lines = take.read_text().splitlines()
    del lines[31]  # frame 30
    take.write_text("\n".join(lines))
    back = read_csv(take)
    assert len(back.shapes) == 90
    assert back.channel("jawOpen")[30] == pytest.approx((before[29] + before[31]) / 2, abs=1e-6)
    np.testing.assert_allclose(back.channel("jawOpen")[31:], before[31:], atol=1e-6)


def test_columns_are_found_by_name_and_rotations_may_be_missing(tmp_path, take):
    rows = [line.split(",") for line in take.read_text().splitlines()]
    rows[0] = [name.upper() for name in rows[0]]
    kept = [[row[0], *reversed(row[2:54])] for row in rows]
    path = tmp_path / "other.csv"
    path.write_text("\ufeff" + "\r\n".join(",".join(row) for row in kept))
    back = read_csv(path)
    np.testing.assert_array_equal(back.shapes, read_csv(take).shapes)
    assert not back.pose.any()


@pytest.mark.parametrize("text", ["", "wide", "nan", "inf", "0,4"])
def test_a_cell_that_is_no_number_is_named_by_row_and_column(take, text):
    edit(take, 5, "JawOpen", text.replace(",", ";"))
    with pytest.raises(TrackInvalid, match=r"row 5, column JawOpen \(column 20\), has") as caught:
        read_csv(take)
    assert caught.value.hint
    assert caught.value.details["row"] == 5


@pytest.mark.parametrize("text", ["", "12:00", "00:00:00", "aa:bb:cc:dd", "-1:00:00:00"])
def test_a_timecode_that_is_none_is_named(take, text):
    edit(take, 7, "Timecode", text)
    with pytest.raises(TrackInvalid, match="row 7, column Timecode"):
        read_csv(take)


def test_a_timecode_that_goes_back_is_named(take):
    edit(take, 9, "Timecode", "00:00:00:02.000")
    with pytest.raises(TrackInvalid, match="row 9, column Timecode"):
        read_csv(take)


def test_a_row_cut_short_is_named(take):
    take.write_text(take.read_text()[:-30])
    with pytest.raises(TrackInvalid, match=r"row 91 has \d\d columns"):
        read_csv(take)


def test_a_missing_column_is_named(take):
    edit(take, 1, "TongueOut", "Tongue")
    with pytest.raises(TrackInvalid, match="row 1, column tongueOut"):
        read_csv(take)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00\x01", b"Timecode\n"])
def test_a_file_that_is_no_take_is_refused(tmp_path, content):
    path = tmp_path / "no.csv"
    path.write_bytes(content)
    with pytest.raises(TrackInvalid):
        read_csv(path)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(TrackInvalid, match=r"absent\.csv"):
        read_csv(tmp_path / "absent.csv")


def test_a_failed_write_leaves_the_old_file_and_nothing_beside_it(tmp_path, take, monkeypatch):
    before = take.read_bytes()
    monkeypatch.setattr("os.replace", lambda *paths: (_ for _ in ()).throw(OSError("full")))
    with pytest.raises(OSError, match="full"):
        write_csv(track_of(frames=3), take)
    assert take.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["take.csv"]
