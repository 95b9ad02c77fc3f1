"""Transcripts of recordings: a text beside them, subtitles, a list; and the voice that is learnt from their words."""

from __future__ import annotations

import logging

import pytest
from tintype import hookimpl
from tintype.archive_files import find_files, transcript_of
from tintype.documents import Speech
from tintype.errors import AlignmentFailed
from tintype.pipeline import make_film
from tintype.progress import Run
from tintype.project import read_project

SUBTITLES = """\
1
00:00:00,000 --> 00:00:02,500
<i>Life was simple</i>
before World War Two.

2
00:00:03,000 --> 00:00:05,000
{\\an8}After that, we had systems.
"""


@pytest.fixture
def tape(tmp_path):
    path = tmp_path / "tape.wav"
    path.write_bytes(b"sound")
    return path


def test_a_text_beside_a_recording_is_its_transcript(tape):
    tape.with_suffix(".txt").write_text("\ufeffHello there.\n", "utf-8")
    assert transcript_of(tape) == "Hello there."


def test_subtitles_are_read_without_numbers_times_and_markup(tape):
    tape.with_suffix(".srt").write_text(SUBTITLES.replace("\n", "\r\n"), "utf-8")
    assert transcript_of(tape) == "Life was simple before World War Two. After that, we had systems."


def test_a_list_in_the_form_of_ljspeech_is_read(tape):
    tape.with_name("metadata.csv").write_text("other|No.|No.\ntape|In 1906.|In nineteen six.\nbroken\n", "utf-8")
    assert transcript_of(tape) == "In 1906."


def test_without_any_of_them_there_is_no_transcript(tape):
    tape.with_name("metadata.csv").write_text("other|No.\n", "utf-8")
    assert transcript_of(tape) == ""
    assert list(find_files(tape.parent)) == ["recording"]


@pytest.fixture
def film_with_tapes(film_toml):
    tapes = film_toml.parent / "archive" / "recordings"
    tapes.mkdir()
    for name, words in {"told": "What she said.", "untold": ""}.items():
        (tapes / f"{name}.wav").write_bytes(name.encode())
        if words:
            (tapes / f"{name}.txt").write_text(words)
    return film_toml


def test_transcribed_recordings_reach_the_voice_with_their_words(film_with_tapes, plugins, fake, monkeypatch):
    seen = {}
    original = type(fake).build_voice

    @hookimpl
    def build_voice(recordings, job):
        seen.update({asset.item.path: asset.speech for asset in recordings})
        return original(fake, recordings, job)

    monkeypatch.setattr(plugins, "call", _with_voice(plugins.call, build_voice))
    make_film(read_project(film_with_tapes), plugins, Run())
    assert isinstance(seen["recordings/told.wav"], Speech)
    assert seen["recordings/told.wav"].text == "What she said."
    assert seen["recordings/untold.wav"] is None


def _with_voice(call, build_voice):
    def instead(stage, plugin, **arguments):
        if stage == "build_voice":
            return build_voice(arguments["recordings"], arguments["job"])
        return call(stage, plugin, **arguments)

    return instead


def test_a_changed_transcript_builds_the_voice_again(film_with_tapes, plugins, fake):
    make_film(read_project(film_with_tapes), plugins, Run())
    fake.calls.clear()
    make_film(read_project(film_with_tapes), plugins, Run())
    assert fake.calls == []
    (film_with_tapes.parent / "archive" / "recordings" / "told.txt").write_text("What she really said.")
    make_film(read_project(film_with_tapes), plugins, Run())
    assert "align_speech told.wav" in fake.calls
    assert "build_voice" in fake.calls


def test_a_transcript_that_does_not_fit_is_passed_over_with_a_warning(film_with_tapes, plugins, monkeypatch, caplog):
    original = plugins.call

    def call(stage, plugin, **arguments):
        if stage == "align_speech":
            raise AlignmentFailed("The words do not fit.")
        return original(stage, plugin, **arguments)

    monkeypatch.setattr(plugins, "call", call)
    with caplog.at_level(logging.WARNING):
        film = make_film(read_project(film_with_tapes), plugins, Run())
    assert film.voice is not None
    assert "told.wav" in caplog.text
