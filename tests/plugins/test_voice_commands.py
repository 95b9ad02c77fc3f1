"""The commands archive, voice, align and emotion, with the bundled plugins."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest
import soundfile
from tintype.cli import app
from tintype.documents import VoiceProfile
from typer.testing import CliRunner

TEXT = "Life was simple before World War Two. After that, we had systems."
SENTENCES = (
    TEXT,
    "Humans are allergic to change. They love to say: we've always done it this way.",
    "A ship in port is safe, but that is not what ships are built for.",
    "The members of the committee remembered the problem of the missing computer.",
)


@pytest.fixture
def command():
    def run(*arguments: object, status: int = 0):
        result = CliRunner().invoke(app, [str(argument) for argument in arguments])
        assert result.exit_code == status, result.output
        return result

    return run


@pytest.fixture
def tapes(tmp_path, spoken):
    folder = tmp_path / "tapes"
    folder.mkdir()
    for number, text in enumerate(SENTENCES):
        speech = spoken(text, variant="f5", pitch=45)
        shutil.copyfile(speech.file(speech.audio), folder / f"tape{number}.wav")
    return folder


def test_a_recording_is_aligned_with_its_words(command, tapes, tmp_path):
    output = tmp_path / "phones.json"
    said = json.loads(command("align", tapes / "tape0.wav", "--text", TEXT, "-o", output, "--json").stdout)
    written = json.loads(output.read_text())
    assert said["words"] == len(written["words"]) == len(TEXT.split())
    assert written["audio"] == "tape0.wav"


def test_the_transcript_beside_a_recording_is_used(command, tapes, tmp_path):
    (tapes / "metadata.csv").write_text(f"tape0|{TEXT}\n")
    command("align", tapes / "tape0.wav", "-o", tmp_path / "phones.json")
    assert json.loads((tmp_path / "phones.json").read_text())["text"] == TEXT


def test_a_wrong_transcript_fails_with_its_code(command, tapes, tmp_path):
    wrong = "Purple elephants wildly danced under chandeliers nobody ever wanted."
    result = command("align", tapes / "tape0.wav", "--text", wrong, "-o", tmp_path / "p.json", "--json", status=1)
    assert json.loads(result.stdout)["error"]["code"] == "alignment-failed"
    assert not (tmp_path / "p.json").exists()


def test_a_feeling_is_read_from_words_and_from_a_recording(command, tapes):
    words = json.loads(command("emotion", "--text", "What a wonderful day!", "--json").stdout)
    assert words["points"][0]["valence"] > 0.5
    assert len(json.loads(command("emotion", tapes / "tape0.wav", "--json").stdout)["points"]) > 1
    assert "Confidence" in command("emotion", "--text", "What a wonderful day!").stdout
    command("emotion", status=2)


def test_a_voice_is_built_from_tapes_and_speaks(command, tapes, tmp_path):
    for number, text in enumerate(SENTENCES):
        (tapes / f"tape{number}.txt").write_text(text)
    (tapes / "broken.wav").write_bytes(b"nothing")
    output = tmp_path / "grace.json"
    files = sorted(tapes.glob("*.wav"))
    said = json.loads(command("voice", *files, "-o", output, "--json").stdout)
    assert list(said["left_out"]) == ["broken.wav"]
    profile = VoiceProfile.load_file(output)
    assert profile.arrays == "grace.npz"
    assert profile.file("grace.npz").is_file()
    assert "4 of them with transcripts" in profile.notes
    command("speak", "Hello there.", "-o", tmp_path / "hello.wav", "--voice", output)
    assert soundfile.info(tmp_path / "hello.wav").duration > 0.5


def test_without_a_usable_recording_there_is_no_voice(command, tmp_path):
    soundfile.write(tmp_path / "silent.wav", np.zeros(16000), 16000)
    result = command("voice", tmp_path / "silent.wav", "-o", tmp_path / "v.json", "--json", status=1)
    error = json.loads(result.stdout)["error"]
    assert error["code"] == "audio-unreadable"
    assert "nobody speaks" in error["message"]
    assert not (tmp_path / "v.json").exists()


def test_an_archive_says_what_it_holds_and_what_is_missing(command, tapes):
    (tapes / "tape0.txt").write_text(TEXT)
    (tapes / "letter.txt").write_text("Dear Ada, it rained in Boston today, and I thought of you.")
    (tapes / "scan.jpg").write_bytes(b"no picture")
    before = {path.name: path.read_bytes() for path in tapes.iterdir()}
    found = json.loads(command("archive", tapes, "--json").stdout)
    assert {item["path"]: item["medium"] for item in found["items"]} == {
        "scan.jpg": "photo", "letter.txt": "letter", **{f"tape{number}.wav": "recording" for number in range(4)},
    }  # fmt: skip
    assert found["transcribed"] == ["tape0.wav"]
    missing = " ".join(found["missing"])
    assert "no usable photo" in missing
    assert "1 of 6 files cannot be used" in missing
    assert "3 of 4 recordings have no transcript" in missing
    assert {path.name: path.read_bytes() for path in tapes.iterdir()} == before
    assert "letter.txt: letter" in command("archive", tapes).stdout


def test_a_missing_archive_is_named(command, tmp_path):
    result = command("archive", tmp_path / "nowhere", "--json", status=1)
    assert json.loads(result.stdout)["error"]["code"] == "archive-file-missing"
