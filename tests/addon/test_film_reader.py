"""Reading Film.1 and FaceTrack.1 without the engine, and refusing what is damaged with advice."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from tintype_addon.client.channels import ARKIT_SHAPES, POSE_CHANNELS, live_link_column
from tintype_addon.client.errors import DocumentUnreadable
from tintype_addon.client.face_track import FaceTrack, read_track
from tintype_addon.client.film import PictureClip, film_folder, film_from_data, read_film

sys.path.insert(0, str(Path(__file__).parent.parent / "blender"))
import tiny_film


def test_an_edit_is_read_with_its_clips_in_order():
    film = film_from_data(tiny_film.edit())
    assert [clip.id for clip in film.clips()][:3] == ["title.ground", "one.portrait", "house.picture"]
    assert [clip.id for clip in film.portraits()] == ["one.portrait"]
    picture = next(clip for clip in film.clips() if isinstance(clip, PictureClip))
    assert picture.move.end.x == 0.5
    assert picture.filters[0].settings == {"bright": 1.0}


def test_fields_that_a_later_version_adds_are_ignored():
    data = tiny_film.edit() | {"loudness_lufs": -23.0, "mood": "calm"}
    data["tracks"][0]["clips"][0]["grain"] = 0.3
    assert film_from_data(data).title == "Tiny film"


def test_a_newer_document_says_to_update_the_extension():
    with pytest.raises(DocumentUnreadable, match=r"Film\.2.*Update the Tintype extension"):
        film_from_data(tiny_film.edit() | {"schema": "Film.2"})


@pytest.mark.parametrize("data", [None, [], {}, {"schema": "Speech.1"}])
def test_another_document_says_which_file_to_choose(data):
    with pytest.raises(DocumentUnreadable, match=r"film\.json"):
        film_from_data(data)


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data["tracks"][0]["clips"][1].pop("head"),
        lambda data: data["tracks"][0]["clips"][1].update(kind="hologram"),
        lambda data: data.pop("fps"),
        lambda data: data.update(fps=0),
        lambda data: data.update(tracks=3),
    ],
)
def test_a_damaged_edit_says_to_make_it_again(damage):
    data = tiny_film.edit()
    damage(data)
    with pytest.raises(DocumentUnreadable, match="again"):
        film_from_data(data)


def test_a_missing_edit_says_how_to_make_it(tmp_path):
    with pytest.raises(DocumentUnreadable, match="Generate"):
        read_film(tmp_path / "film.json")


def test_a_file_that_is_no_json_is_named(tmp_path):
    (tmp_path / "film.json").write_text("{")
    with pytest.raises(DocumentUnreadable, match=r"film\.json is no edit"):
        read_film(tmp_path / "film.json")


@pytest.mark.parametrize("path", ["/films/a b/edit/film.json", "/films/a b/film.toml", "/films/a b"])
def test_the_films_folder_is_found_from_any_of_its_files(path):
    assert film_folder(Path(path)) == Path("/films/a b")


def test_a_track_is_read_between_its_frames_and_holds_outside():
    shapes = np.linspace(0, 1, 3)[:, None] * np.ones((1, 52))
    track = FaceTrack(shapes.astype(np.float32), np.zeros((3, 9), np.float32), 10.0)
    values = track.shapes_at(np.array([-1.0, 0.0, 0.05, 0.2, 9.0]))[:, 0]
    assert values == pytest.approx([0, 0, 0.25, 1, 1])


def write_csv(path: Path, fps: int, rows: int) -> None:
    names = [live_link_column(name) for name in (*ARKIT_SHAPES, *POSE_CHANNELS)]
    lines = [",".join(["Timecode", "BlendshapeCount", *names])]
    for row in range(rows):
        code = f"00:00:{row // fps:02d}:{row % fps:02d}.000"
        lines.append(",".join([code, "61", *[str(row / rows)] * len(names)]))
    path.write_text("\n".join(lines))


@pytest.mark.parametrize("fps", [24, 60])
def test_a_live_link_csv_is_read_at_the_rate_of_its_time_codes(tmp_path, fps):
    write_csv(tmp_path / "face.csv", fps, 3 * fps)
    track = read_track(tmp_path / "face.csv")
    assert track.fps == fps
    assert track.duration_s == pytest.approx(3)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04rubbish", b"\x93NUMPY"])
def test_a_damaged_track_is_refused_with_advice(tmp_path, content):
    (tmp_path / "face.npz").write_bytes(content)
    with pytest.raises(DocumentUnreadable, match="tintype animate"):
        read_track(tmp_path / "face.npz")


def test_a_track_with_numbers_that_are_none_is_refused(tmp_path):
    tiny_film.write_track(tmp_path / "face.npz")
    with np.load(tmp_path / "face.npz") as arrays:
        broken = dict(arrays)
    broken["shapes"][3, 3] = np.nan
    np.savez(tmp_path / "face.npz", **broken)
    with pytest.raises(DocumentUnreadable, match="not numbers"):
        read_track(tmp_path / "face.npz")


def test_the_edit_used_in_tests_keeps_the_engines_model(tmp_path):
    documents = pytest.importorskip("tintype.documents")
    path = tiny_film.write_film(tmp_path)
    assert documents.Film.load(path.parent).title == json.loads(path.read_text())["title"]
