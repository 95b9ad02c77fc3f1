"""`tintype forget`: everything derived from a person goes, the archive stays, and a scan proves it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from tintype.cli import app
from tintype.errors import FilmBusy, FilmNotFound
from tintype.forget import films_of, plan_for, prove, remove
from tintype.pipeline import locked, make_film
from tintype.progress import Run
from tintype.project import read_project
from typer.testing import CliRunner

cli = CliRunner()


@pytest.fixture
def made(film_toml, plugins):
    make_film(read_project(film_toml), plugins, Run())
    return film_toml


def files(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


def test_without_yes_nothing_is_removed_and_everything_is_listed(made):
    before = files(made.parent)
    answer = cli.invoke(app, ["forget", str(made), "--json"])
    assert answer.exit_code == 0
    assert files(made.parent) == before
    film = json.loads(answer.output)["films"][0]
    removable = {Path(item["path"]).relative_to(made.parent).as_posix() for item in film["removable"]}
    assert {"head.glb", "lines/one/speech.wav", "lines/one/face.npz", "lines/one/face.csv"} <= removable
    reasons = {item["reason"] for item in film["removable"]}
    assert {"voice profile", "head model", "face track", "readings of faces and voices"} <= reasons


def test_with_yes_all_that_is_left_is_the_archive_and_records_without_face_or_voice(made):
    answer = cli.invoke(app, ["forget", str(made), "--yes"])
    assert answer.exit_code == 0, answer.output
    assert "none is left" in answer.output
    assert files(made.parent) == {
        "film.toml", "archive/photos/ada.png", "archive/photos/house.png", "edit/film.json", "edit/provenance.json",
        "film.otio", "film.otio.c2pa", "film.srt", "film.vtt", "cues.csv", "cues.csv.c2pa",
    }  # fmt: skip


def test_rendered_films_and_blends_are_listed_and_not_touched(made, tmp_path):
    (made.parent / "film.mp4").write_bytes(b"film")
    (made.parent / "film.blend").write_bytes(b"blend")
    elsewhere = tmp_path / "elsewhere.mp4"
    elsewhere.write_bytes(b"film")
    stamp = made.parent / ".tintype/renders/1.json"
    stamp.parent.mkdir(parents=True)
    stamp.write_text(json.dumps({"path": str(elsewhere)}))
    listed = {found.path for found in plan_for(read_project(made)).beyond_reach}
    assert {made.parent / "film.mp4", made.parent / "film.blend", elsewhere} <= listed
    remove(plan_for(read_project(made)))
    assert (made.parent / "film.mp4").is_file()
    assert elsewhere.is_file()


def test_a_copy_that_somebody_kept_is_found_by_its_content_and_fails_the_command(made, tmp_path):
    kept = made.parent / "my-best-take.wav"
    shutil.copy(made.parent / "lines/one/speech.wav", kept)
    answer = cli.invoke(app, ["forget", str(made), "--yes"])
    assert answer.exit_code == 1
    assert kept.name in answer.output


def test_a_copy_in_another_folder_is_found_when_that_folder_is_named(made, tmp_path):
    kept = tmp_path / "films" / "copy.npz"
    kept.parent.mkdir()
    shutil.copy(made.parent / "lines/two/face.npz", kept)
    plan = plan_for(read_project(made))
    remove(plan)
    assert prove([plan]).remaining == ()
    assert prove([plan], also_scan=[kept.parent]).remaining == (kept,)


def test_the_editors_own_files_among_the_results_are_left_and_named(made):
    own = made.parent / "lines/one/notes.txt"
    own.write_text("Louder here.")
    plan = plan_for(read_project(made))
    remove(plan)
    assert own.is_file()
    assert own in {found.path for found in plan.beyond_reach}


def test_a_person_is_found_by_name_in_all_films_of_a_folder(made, tmp_path):
    second = tmp_path / "deeper" / "second"
    shutil.copytree(made.parent, second)
    other = tmp_path / "other"
    other.mkdir()
    (other / "film.toml").write_text('[subject]\nname = "Somebody else"')
    found = films_of("ada", tmp_path)
    assert {project.path for project in found} == {made, second / "film.toml"}
    answer = cli.invoke(app, ["forget", "Ada", "--in", str(tmp_path), "--yes"])
    assert answer.exit_code == 0, answer.output
    assert not (made.parent / "head.glb").exists()
    assert not (second / "head.glb").exists()


def test_an_unknown_person_is_refused_with_the_folder_that_was_searched(tmp_path):
    with pytest.raises(FilmNotFound, match=str(tmp_path)):
        films_of("Nobody", tmp_path)


def test_a_film_that_is_being_made_is_not_forgotten_under_its_hands(made):
    with locked(read_project(made)), pytest.raises(FilmBusy):
        remove(plan_for(read_project(made)))
    assert (made.parent / "head.glb").is_file()


def test_links_are_removed_and_what_they_point_to_is_kept(made, tmp_path):
    target = tmp_path / "precious.wav"
    target.write_bytes(b"not ours")
    voice = made.parent / "lines/one/speech.wav"
    voice.unlink()
    voice.symlink_to(target)
    outside = tmp_path / "folder"
    outside.mkdir()
    (outside / "a.txt").write_text("not ours")
    (made.parent / ".tintype/frames").symlink_to(outside)
    remove(plan_for(read_project(made)))
    assert target.read_bytes() == b"not ours"
    assert (outside / "a.txt").is_file()
    assert not voice.is_symlink()


def test_a_forgotten_film_can_be_made_again(made, plugins):
    remove(plan_for(read_project(made)))
    make_film(read_project(made), plugins, Run())
    assert (made.parent / "head.glb").is_file()
