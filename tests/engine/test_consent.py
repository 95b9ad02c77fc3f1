"""Consent: what may be made of whom, on what ground, and that the audience is told."""

from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path

import pytest
from tintype import consent
from tintype.checks import problems_of
from tintype.credentials.verifying import verify
from tintype.demo import write_demo
from tintype.digests import file_digest
from tintype.disclosure import disclose, labels_of, merged, uncovered
from tintype.documents import Film, SoundClip, TitleClip, Track
from tintype.errors import ConsentError, ConsentExpired, ConsentScope, FilmFileError
from tintype.pipeline import make_film
from tintype.progress import Run
from tintype.project import project_from_data, read_project

CONSENT = {
    "basis": "estate",
    "granted_by": "Her granddaughter",
    "date": "2024-05-01",
    "scope": ["voice", "likeness"],
}
SPOKEN = {"id": "one", "text": "Words.", "source": "A letter"}


def film(tmp_path: Path, *, film=None, subject=None, line=None, **given):
    return project_from_data(
        {
            "film": {"title": "A film", **(film or {})},
            "subject": {"name": "Ada", "died": 1852, **(subject or {})},
            "consent": {**CONSENT, **given},
            "line": [line or SPOKEN],
        },
        tmp_path / "film.toml",
    )


def edit_text(path: Path, old: str, new: str) -> None:
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


def test_a_consent_as_films_have_had_it_so_far_is_enough(tmp_path):
    consent.require_for_film(film(tmp_path))


def test_the_demo_is_covered(tmp_path):
    consent.require_for_film(read_project(write_demo(tmp_path)))


def test_a_line_without_a_source_needs_new_words_and_says_what_would_satisfy_it(tmp_path):
    line = {"id": "one", "text": "Never said."}
    with pytest.raises(ConsentScope, match=r"Line 'one'.*own words only \(\[consent\] words\)") as caught:
        consent.require_for_film(film(tmp_path, line=line))
    assert "source =" in caught.value.hint
    assert 'words = "new words allowed"' in caught.value.hint
    consent.require_for_film(film(tmp_path, line=line, words="new words allowed"))


def test_a_recording_of_the_person_needs_no_source_for_its_words(tmp_path):
    consent.require_for_film(film(tmp_path, line={"id": "one", "recording": "recordings/tape.wav"}))


def test_a_card_without_a_source_is_not_spoken_and_not_refused(tmp_path):
    consent.require_for_film(film(tmp_path, line={"id": "one", "show": "card", "text": "A card."}))


def test_whoever_has_no_date_of_death_is_taken_for_living(tmp_path):
    with pytest.raises(ConsentError, match=r"does not say when Ada died \(died\)") as caught:
        consent.require_for_film(film(tmp_path, subject={"died": None}))
    assert "living_consent" in caught.value.hint


def test_a_living_person_has_to_have_agreed_with_evidence(tmp_path):
    living = {"subject": {"died": None}, "basis": "living_consent"}
    with pytest.raises(ConsentError, match=r"nothing proves it \(evidence\)"):
        consent.require_for_film(film(tmp_path, **living))
    with pytest.raises(ConsentError, match="does not exist"):
        consent.require_for_film(film(tmp_path, evidence="consent.pdf", **living))
    (tmp_path / "consent.pdf").write_bytes(b"signed")
    consent.require_for_film(film(tmp_path, evidence="consent.pdf", **living))


def test_evidence_that_is_not_the_paper_that_was_checked_is_refused(tmp_path):
    paper = tmp_path / "consent.pdf"
    paper.write_bytes(b"signed")
    given = {"evidence": "consent.pdf", "evidence_sha256": file_digest(paper)}
    consent.require_for_film(film(tmp_path, **given))
    paper.write_bytes(b"forged paper")
    with pytest.raises(ConsentError, match=r"evidence_sha256"):
        consent.require_for_film(film(tmp_path, **given))


def test_evidence_outside_the_films_folder_is_refused(tmp_path):
    with pytest.raises(ConsentError, match="outside the film's folder"):
        consent.require_for_film(film(tmp_path, evidence="../../../etc/hostname"))


def test_a_consent_for_some_countries_does_not_cover_others(tmp_path):
    with pytest.raises(ConsentScope, match=r"AT, DE only \(territory\)") as caught:
        consent.require_for_film(film(tmp_path, territory=["at", "DE"]))
    assert 'territory = ["AT", "DE"]' in caught.value.hint
    with pytest.raises(ConsentScope, match="shown in US too"):
        consent.require_for_film(film(tmp_path, territory=["DE"], film={"territory": ["DE", "US"]}))
    with pytest.raises(ConsentScope, match="shown in worldwide too"):
        consent.require_for_film(film(tmp_path, territory=["DE"], film={"territory": ["worldwide"]}))
    consent.require_for_film(film(tmp_path, territory=["DE", "AT"], film={"territory": ["DE"]}))
    consent.require_for_film(film(tmp_path, territory=["worldwide"]))


def test_a_territory_that_is_no_country_code_is_refused_with_the_value(tmp_path):
    with pytest.raises(FilmFileError, match="'Germany' is neither a country code"):
        film(tmp_path, territory=["Germany"])


def test_the_last_day_still_counts_and_the_next_does_not(tmp_path):
    until = film(tmp_path, expires="2030-12-31")
    consent.require_for_film(until, today=dt.date(2030, 12, 31))
    with pytest.raises(ConsentExpired, match=r"2030-12-31 \(expires\)"):
        consent.require_for_film(until, today=dt.date(2031, 1, 1))


def test_a_consent_of_the_future_is_refused(tmp_path):
    with pytest.raises(ConsentError, match=r"\(date\), which is still to come"):
        consent.require_for_film(film(tmp_path), today=dt.date(2024, 4, 30))


def test_check_lists_every_refusal_at_once(film_toml, plugins):
    edit_text(film_toml, "died = 1852\n", "")
    edit_text(film_toml, 'source = "A letter"\n', "")
    codes = [problem.code for problem in problems_of(read_project(film_toml), plugins)]
    assert codes == ["consent-missing", "consent-scope"]


def test_new_words_are_told_on_screen_and_in_the_cue_sheet(film_toml, plugins):
    edit_text(film_toml, 'source = "A letter"\n', "")
    edit_text(film_toml, "date = 2024-05-01", 'date = 2024-05-01\nwords = "new words allowed"')
    make_film(read_project(film_toml), plugins, Run())
    edit = Film.load(film_toml.parent / "edit")
    said = [label for label in labels_of(edit) if "The words are new" in label.text]
    assert [(label.line, label.start_s, label.end_s) for label in said] == [("one", 0.0, 1.0)]
    with (film_toml.parent / "cues.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = {row["cue id"]: row for row in csv.DictReader(stream)}
    assert rows["one.voice"]["verbatim, edited or invented"].startswith("new words")
    assert rows["two.voice"]["verbatim, edited or invented"] == ""
    voice = verify(film_toml.parent / "lines/one/speech.wav").statement
    assert voice.consent.words == "new words allowed"
    assert voice.elements[0].words_source == ""


def test_a_film_that_a_plugin_cut_without_labels_gets_them_from_the_engine(film_toml, plugins):
    make_film(read_project(film_toml), plugins, Run())
    edit = Film.load(film_toml.parent / "edit")
    assert uncovered(edit) == []
    labels = labels_of(edit)
    assert {label.text for label in labels} == {"Synthetic voice and animation"}
    assert merged((label.start_s, label.end_s) for label in labels) == [(0.0, 2.0)]
    with (film_toml.parent / "cues.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert all("label on screen" in row["how disclosed"] for row in csv.DictReader(stream))


def edit_with(*labels: TitleClip) -> Film:
    voice = SoundClip(id="v", start_s=1, duration_s=4, path="v.wav", line="one", synthetic=True)
    tracks = (Track(name="Voice", kind="sound", clips=(voice,)), Track(name="Labels", kind="title", clips=labels))
    return Film(title="A film", subject="Ada", width_px=320, height_px=180, fps=25, duration_s=10, tracks=tracks)


def test_labels_of_a_plugin_that_cover_everything_are_left_as_they_are(tmp_path):
    label = TitleClip(id="l", start_s=0.5, duration_s=5, text="Machine voice", style="label")
    edit = edit_with(label)
    assert disclose(film(tmp_path), edit) is edit


def test_only_the_seconds_that_a_plugin_left_out_get_another_label(tmp_path):
    label = TitleClip(id="l", start_s=2, duration_s=1, text="Machine voice", style="label")
    told = disclose(film(tmp_path), edit_with(label))
    assert [(clip.start_s, clip.end_s) for clip in labels_of(told)] == [(2, 3), (1, 2), (3, 5)]
    assert uncovered(told) == []


def test_labels_go_only_for_a_recorded_reason_which_is_told_instead(film_toml, plugins):
    edit_text(film_toml, "size = [320, 180]", 'size = [320, 180]\ndisclosure_waived = "Narrator says so in the film"')
    make_film(read_project(film_toml), plugins, Run())
    root = film_toml.parent
    assert labels_of(Film.load(root / "edit")) == []
    with (root / "cues.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert all(
            row["how disclosed"] == "not on screen: Narrator says so in the film" for row in csv.DictReader(stream)
        )


def test_the_digest_of_the_evidence_is_kept_in_the_credentials_and_the_paper_is_not(film_toml, plugins):
    paper = film_toml.parent / "consent.pdf"
    paper.write_bytes(b"signed by her granddaughter")
    edit_text(film_toml, "date = 2024-05-01", 'date = 2024-05-01\nevidence = "consent.pdf"')
    make_film(read_project(film_toml), plugins, Run())
    report = verify(film_toml.parent / "head.glb")
    assert report.statement.consent.evidence_sha256 == file_digest(paper)
    assert "consent.pdf" not in json.dumps(report.manifest)
