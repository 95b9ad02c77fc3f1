"""The pipeline with a fake plugin: order, reuse, consent, cancelling, failures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tintype import results
from tintype.documents import FaceTrack, Film
from tintype.errors import (
    ArchiveFileMissing,
    Cancelled,
    ConsentError,
    FaceNotFound,
    FilmBusy,
    FilmFileError,
    ProviderUnknown,
    SettingsInvalid,
)
from tintype.pipeline import locked, make_film, missing_lines
from tintype.progress import Run
from tintype.project import read_project


def make(path, plugins, **options):
    run = Run()
    film = make_film(read_project(path), plugins, run, **options)
    return film, run.report()


def edit_text(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_a_film_runs_every_stage_and_lays_out_its_results(film_toml, plugins):
    film, report = make(film_toml, plugins)
    root = film_toml.parent
    assert set(report["stages"]) == {
        "prepare_archive", "extract_features", "build_voice", "recognize_emotion", "synthesize_speech",
        "build_head", "animate_face", "generate_image", "compose_film", "finish_film",
    }  # fmt: skip
    for name in (
        "head.glb", "lines/one/speech.wav", "lines/one/phones.json", "lines/one/face.npz", "lines/one/face.csv",
        "lines/house/picture.png", "edit/film.json", "film.otio", "film.srt", "cues.csv",
    ):  # fmt: skip
        assert (root / name).is_file(), name
    assert Film.load(root / "edit").loudness_lufs == -23.0
    assert FaceTrack.load(root / "lines/one").fps == 60
    assert missing_lines(film) == []


def test_a_second_run_with_nothing_changed_makes_nothing(film_toml, plugins, fake):
    _, first = make(film_toml, plugins)
    fake.calls.clear()
    _, second = make(film_toml, plugins)
    assert fake.calls == []
    assert second["made"] == 0
    assert second["reused"] == first["made"]


def test_a_changed_line_remakes_that_line_and_the_edit_and_nothing_else(film_toml, plugins, fake):
    make(film_toml, plugins)
    fake.calls.clear()
    edit_text(film_toml, "First words.", "Other words.")
    make(film_toml, plugins)
    assert fake.calls == [
        "recognize_emotion Other words.",
        "synthesize_speech Other words.",
        "animate_face Other words.",
        "compose_film",
        "finish_film",
    ]


def test_a_changed_source_remakes_only_the_edit(film_toml, plugins, fake):
    make(film_toml, plugins)
    fake.calls.clear()
    edit_text(film_toml, "Another letter", "A diary")
    make(film_toml, plugins)
    assert fake.calls == ["compose_film", "finish_film"]


def test_settings_of_a_stage_remake_that_stage(film_toml, plugins, fake):
    make(film_toml, plugins)
    fake.calls.clear()
    edit_text(
        film_toml,
        'synthesize_speech = "fake"',
        'synthesize_speech = { provider = "fake", settings = { rate_wpm = 120 } }',
    )
    make(film_toml, plugins)
    assert "synthesize_speech First words." in fake.calls
    # The fake speaks the same at any rate, so what follows is not remade.
    assert not any(call.startswith("animate_face") for call in fake.calls)


def test_a_damaged_cache_entry_is_made_again(film_toml, plugins, fake):
    make(film_toml, plugins)
    wav = next((film_toml.parent / ".tintype/cache/synthesize_speech").glob("*/speech.wav"))
    wav.write_bytes(wav.read_bytes()[:50])
    fake.calls.clear()
    make(film_toml, plugins)
    assert len(fake.calls) == 1
    assert fake.calls[0].startswith("synthesize_speech")


def test_only_makes_one_line_and_says_what_is_missing(film_toml, plugins, fake):
    film, _ = make(film_toml, plugins, only=["two"])
    assert "synthesize_speech Second words." in fake.calls
    assert "synthesize_speech First words." not in fake.calls
    assert missing_lines(film) == ["one", "house"]
    assert not (film_toml.parent / "edit/film.json").exists()
    make(film_toml, plugins, only=["one"])
    film, _ = make(film_toml, plugins, only=["house"])
    assert missing_lines(film) == []
    assert (film_toml.parent / "edit/film.json").is_file()


def test_only_an_unknown_line_is_refused_with_the_lines_there_are(film_toml, plugins):
    with pytest.raises(FilmFileError, match="no line called 'three'") as caught:
        make(film_toml, plugins, only=["three"])
    assert "one, two, house, card" in caught.value.hint


def test_without_consent_nothing_runs(film_toml, plugins, fake):
    edit_text(film_toml, "[consent]", "[notes]")
    text = film_toml.read_text()
    film_toml.write_text(text[: text.index("[notes]")] + text[text.index("[stages]") :])
    with pytest.raises(ConsentError) as caught:
        make(film_toml, plugins)
    assert caught.value.code == "consent-missing"
    assert "[consent] basis" in caught.value.hint
    assert fake.calls == []


def test_expired_consent_is_refused_with_its_date(film_toml, plugins, fake, yesterday):
    edit_text(film_toml, "date = 2024-05-01", f"date = 2024-05-01\nexpires = {yesterday}")
    with pytest.raises(ConsentError, match=str(yesterday)) as caught:
        make(film_toml, plugins)
    assert caught.value.code == "consent-expired"
    assert "Her granddaughter" in caught.value.hint
    assert fake.calls == []


def test_consent_without_likeness_does_not_make_a_head(film_toml, plugins, fake):
    edit_text(film_toml, '["voice", "likeness"]', '["voice"]')
    with pytest.raises(ConsentError, match="likeness of Ada") as caught:
        make(film_toml, plugins)
    assert caught.value.code == "consent-scope"
    assert fake.calls == []


def test_missing_consent_evidence_is_refused(film_toml, plugins):
    edit_text(film_toml, "date = 2024-05-01", 'date = 2024-05-01\nevidence = "consent.pdf"')
    with pytest.raises(ConsentError, match=r"consent\.pdf"):
        make(film_toml, plugins)


def test_a_missing_photo_is_named_with_the_line_that_wants_it(film_toml, plugins):
    (film_toml.parent / "archive/photos/house.png").unlink()
    with pytest.raises(ArchiveFileMissing, match=r"Line 'house': picture names 'photos/house\.png'"):
        make(film_toml, plugins)


def test_a_picture_outside_the_archive_is_refused(film_toml, plugins):
    edit_text(film_toml, "photos/house.png", "../../../etc/hostname")
    with pytest.raises(ArchiveFileMissing, match="outside the archive"):
        make(film_toml, plugins)


def test_a_photo_without_a_face_stops_the_run_and_keeps_what_was_made(film_toml, plugins, fake):
    (film_toml.parent / "archive/photos/ada.png").write_bytes(b"no face")
    with pytest.raises(FaceNotFound):
        make(film_toml, plugins)
    (film_toml.parent / "archive/photos/ada.png").write_bytes(b"a face")
    fake.calls.clear()
    make(film_toml, plugins)
    assert not any(call.startswith("synthesize_speech") for call in fake.calls)


def test_an_unknown_provider_is_refused_before_anything_runs(film_toml, plugins, fake):
    edit_text(film_toml, 'build_head = "fake"', 'build_head = "fakke"')
    with pytest.raises(ProviderUnknown, match="fakke") as caught:
        make(film_toml, plugins)
    assert "Did you mean 'fake'?" in caught.value.hint
    assert fake.calls == []


def test_wrong_settings_are_refused_with_the_value_and_the_range(film_toml, plugins, fake):
    edit_text(
        film_toml,
        'synthesize_speech = "fake"',
        'synthesize_speech = { provider = "fake", settings = { rate_wpm = 9000 } }',
    )
    with pytest.raises(SettingsInvalid, match=r"rate_wpm.*450.*9000") as caught:
        make(film_toml, plugins)
    assert "rate_wpm" in caught.value.hint
    assert fake.calls == []


def test_cancelling_stops_between_results_and_a_later_run_goes_on(film_toml, plugins, fake):
    run = Run()

    class Stopper:
        def stage_changed(self, stage, message):
            if stage.stage == "synthesize_speech" and stage.made == 1:
                run.cancelled.set()

    run.watcher = Stopper()
    with pytest.raises(Cancelled):
        make_film(read_project(film_toml), plugins, run)
    spoken = [call for call in fake.calls if call.startswith("synthesize_speech")]
    assert spoken == ["synthesize_speech First words."]
    make(film_toml, plugins)
    spoken = [call for call in fake.calls if call.startswith("synthesize_speech")]
    assert spoken == ["synthesize_speech First words.", "synthesize_speech Second words."]


def test_two_engines_on_one_film_are_told_apart(film_toml, plugins):
    with locked(read_project(film_toml)), pytest.raises(FilmBusy, match="Another Tintype"):
        make(film_toml, plugins)


def test_a_recording_line_is_aligned_and_not_synthesised(film_toml, plugins, fake):
    recordings = film_toml.parent / "archive/recordings"
    recordings.mkdir()
    (recordings / "tape.wav").write_bytes(b"RIFF")
    (recordings / "tape.txt").write_text("What she said.")
    edit_text(film_toml, 'text = "First words."', 'recording = "recordings/tape.wav"')
    film, _ = make(film_toml, plugins)
    assert "align_speech tape.wav" in fake.calls
    assert film.lines["one"].speech.document.text == "What she said."


def test_the_cache_report_is_kept_beside_the_cache(film_toml, plugins):
    _, report = make(film_toml, plugins)
    assert json.loads((film_toml.parent / results.REPORT_FILE).read_text()) == report


def test_laid_out_files_that_did_not_change_are_left_alone(film_toml, plugins):
    make(film_toml, plugins)
    wav = film_toml.parent / "lines/two/speech.wav"
    before = wav.stat().st_mtime_ns
    edit_text(film_toml, "First words.", "Other words.")
    make(film_toml, plugins)
    assert wav.stat().st_mtime_ns == before
