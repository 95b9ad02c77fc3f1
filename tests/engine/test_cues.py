"""`tintype cues`: the cue sheet as csv, json, pdf and srt."""

from __future__ import annotations

import csv
import io
import json

import pypdf
import pytest
from tintype.cli import app
from tintype.credentials.verifying import verify
from tintype.cue_sheets import write_cue_sheet
from tintype.errors import ExportFailed
from tintype.exports import cue_pdf
from tintype.exports.cue_sheet import COLUMNS
from tintype.film_id import film_id
from tintype.pipeline import make_film
from tintype.progress import Run
from tintype.project import read_project
from typer.testing import CliRunner

cli = CliRunner()


@pytest.fixture
def project(film_toml, plugins):
    text = film_toml.read_text().replace("First words.", "Erste Wörter – «Čeština», Ελληνικά.")
    film_toml.write_text(text)
    make_film(read_project(film_toml), plugins, Run())
    return read_project(film_toml)


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def test_json_has_every_column_of_every_cue(project, tmp_path):
    answer = cli.invoke(app, ["cues", str(project.path), "-o", str(tmp_path / "cues.json")])
    assert answer.exit_code == 0, answer.output
    sheet = json.loads((tmp_path / "cues.json").read_text())
    assert (sheet["schema"], sheet["film_id"]) == ("CueSheet.1", film_id(project))
    assert [cue["kind"] for cue in sheet["cues"]] == ["face", "voice", "face", "voice"]
    assert all(tuple(cue) == COLUMNS for cue in sheet["cues"])


def test_csv_is_the_one_that_a_run_lays_out(project, tmp_path):
    write_cue_sheet(project, tmp_path / "again.csv")
    assert (tmp_path / "again.csv").read_bytes() == (project.root / "cues.csv").read_bytes()
    with (tmp_path / "again.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert rows[0]["content credential"] == f"film id {film_id(project)}"


def test_pdf_shows_every_cue_its_words_and_lines_for_people(project, tmp_path):
    count = write_cue_sheet(project, tmp_path / "cues.pdf")
    text = text_of((tmp_path / "cues.pdf").read_bytes())
    for expected in (
        "A film",
        "one.voice",
        "two.portrait",
        "00:00:00:00",
        "A letter",
        "Her granddaughter",
        "Fact check",
    ):
        assert expected in text, expected
    assert text.count("Approved by") == count + 1


def test_pdf_keeps_letters_of_all_alphabets_that_the_font_has(project, tmp_path):
    write_cue_sheet(project, tmp_path / "cues.pdf")
    assert "Čeština" in text_of((tmp_path / "cues.pdf").read_bytes())


def test_pdf_without_a_font_still_comes_out_with_question_marks(project, tmp_path, monkeypatch):
    monkeypatch.setattr(cue_pdf, "_add_font", lambda pdf: ("Helvetica", False))
    write_cue_sheet(project, tmp_path / "cues.pdf")
    text = text_of((tmp_path / "cues.pdf").read_bytes())
    assert "Wörter" in text
    assert "?e?tina" in text


def test_srt_shows_cues_that_are_on_together_in_one_subtitle(project, tmp_path):
    write_cue_sheet(project, tmp_path / "cues.srt")
    blocks = (tmp_path / "cues.srt").read_text().split("\n\n")
    number, times, *texts = blocks[0].splitlines()
    assert (number, times[:12]) == ("1", "00:00:00,000")
    assert [text.split(" · ")[:2] for text in texts] == [["FACE", "one.portrait"], ["VOICE", "one.voice"]]


def test_cue_sheets_are_signed_beside(project, tmp_path):
    for name in ("cues.csv", "cues.json", "cues.pdf", "cues.srt"):
        write_cue_sheet(project, tmp_path / name)
        assert verify(tmp_path / name).state == "intact", name


def test_another_format_is_refused_with_those_that_there_are(project, tmp_path):
    with pytest.raises(ExportFailed, match=r"cues\.docx") as caught:
        write_cue_sheet(project, tmp_path / "cues.docx")
    assert ".pdf" in caught.value.hint


def test_a_film_that_has_not_been_made_is_refused(film_toml, tmp_path):
    with pytest.raises(ExportFailed, match="has not been made yet"):
        write_cue_sheet(read_project(film_toml), tmp_path / "cues.csv")
