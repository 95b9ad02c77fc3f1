"""film.toml: what it accepts, and what it says when it does not."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tintype.errors import FilmFileError, FilmNotFound, TintypeError
from tintype.new_film import write_new_film
from tintype.project import project_from_data, read_project

MINIMAL = {"film": {"title": "A film"}, "subject": {"name": "Ada"}}


def project(**sections):
    return project_from_data({**MINIMAL, **sections}, Path("/films/film.toml"))


def test_a_minimal_film_has_the_embedded_defaults():
    film = project()
    assert film.provider("synthesize_speech") == "espeak"
    assert film.provider("extract_features", medium="photo") == "mediapipe"
    assert film.provider("extract_features", medium="recording") == "librosa"
    assert film.film.size == (1280, 720)


def test_a_stage_may_name_a_provider_for_one_medium_and_keep_the_others():
    film = project(stages={"extract_features": {"photo": "opencv"}})
    assert film.provider("extract_features", medium="photo") == "opencv"
    assert film.provider("extract_features", medium="recording") == "librosa"


def test_a_stage_may_have_settings_and_keep_its_default_provider():
    film = project(stages={"synthesize_speech": {"settings": {"rate_wpm": 150}}})
    assert film.provider("synthesize_speech") == "espeak"
    assert film.settings("synthesize_speech") == {"rate_wpm": 150}


def test_a_line_may_name_its_own_provider():
    film = project(line=[{"id": "a", "text": "Words.", "stages": {"synthesize_speech": "coqui"}}])
    assert film.provider("synthesize_speech", line=film.line[0]) == "coqui"
    assert film.provider("synthesize_speech") == "espeak"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ({"id": "a"}, "neither text nor a recording"),
        ({"id": "A b", "text": "x"}, "lower-case"),
        ({"id": "a", "show": "card"}, "card without text"),
        ({"id": "a", "text": "x", "emotoin": "joy"}, "emotoin"),
        ({"id": "a", "text": "x", "emotion": "bliss"}, "category"),
        ({"id": "a", "text": "x" * 10_001}, "10000"),
        ({"id": "a", "text": "x", "stages": {"speak": "espeak"}}, "'speak'"),
        ({"id": "../a", "text": "x"}, "lower-case"),
    ],
)
def test_a_wrong_line_is_refused_with_its_field(line, says):
    with pytest.raises(FilmFileError, match=says) as caught:
        project(line=[line])
    assert "/films/film.toml" in caught.value.message


def test_two_lines_of_one_name_are_refused():
    with pytest.raises(FilmFileError, match="two lines are called 'a'"):
        project(line=[{"id": "a", "text": "x"}, {"id": "a", "text": "y"}])


def test_an_unknown_stage_is_refused_with_the_stages_there_are():
    with pytest.raises(FilmFileError, match=r"no stage 'synthesise_speech'.*synthesize_speech"):
        project(stages={"synthesise_speech": "espeak"})


@pytest.mark.parametrize("size", [[1281, 720], [0, 0], [100_000, 100]])
def test_a_size_that_cannot_be_encoded_is_refused(size):
    with pytest.raises(FilmFileError, match="even numbers"):
        project(film={"title": "A film", "size": size})


def test_emotion_has_a_short_form():
    film = project(line=[{"id": "a", "text": "x", "emotion": "sadness:0.25"}])
    assert film.line[0].emotion.category == "sadness"
    assert film.line[0].emotion.intensity == 0.25


def test_a_missing_film_says_how_to_make_one(tmp_path):
    with pytest.raises(FilmNotFound, match=r"film\.toml") as caught:
        read_project(tmp_path)
    assert "tintype init" in caught.value.hint


def test_broken_toml_names_the_place(tmp_path):
    path = tmp_path / "film.toml"
    path.write_text("[film]\ntitle = \n")
    with pytest.raises(FilmFileError, match="line 2"):
        read_project(path)


def test_a_huge_film_toml_is_refused(tmp_path):
    path = tmp_path / "film.toml"
    path.write_text("#" * 4_000_001)
    with pytest.raises(FilmFileError, match="4 MB"):
        read_project(path)


def test_a_new_film_can_be_read_and_is_never_written_over(tmp_path):
    path = write_new_film(tmp_path / "film", 'Ada "the Countess" König')
    assert read_project(path).subject.name == 'Ada "the Countess" König'
    assert (path.parent / "archive/letters").is_dir()
    with pytest.raises(FilmFileError, match="exists already"):
        write_new_film(tmp_path / "film", "Ada")


ANY_FIELD = st.sampled_from(["film", "subject", "line", "stages", "title", "id", "consent", "name", "settings"])
ANY_VALUE = st.none() | st.booleans() | st.integers() | st.text(max_size=8)


def nested(inner):
    return st.lists(inner, max_size=3) | st.dictionaries(ANY_FIELD, inner, max_size=4)


@given(st.recursive(ANY_VALUE, nested, max_leaves=20))
def test_any_data_is_either_a_film_or_a_film_error(data):
    try:
        project_from_data(data if isinstance(data, dict) else {"film": data}, Path("/films/film.toml"))
    except TintypeError as error:
        code = error.code
    else:
        code = None
    assert code in (None, "film-invalid")
