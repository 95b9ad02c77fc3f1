"""New plugins: they work as they are written, whatever their stage and name, and `plugins/example` is one of them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from tintype.cli import app
from tintype.errors import NewPluginRefused
from tintype.hookspecs import STAGES
from tintype.new_plugin import rendered, write_new_plugin
from tintype.plugins import Plugins
from tintype.testing import checks_of
from typer.testing import CliRunner

REPOSITORY = Path(__file__).resolve().parents[2]
EXAMPLE = REPOSITORY / "plugins" / "example"
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]


def files_in(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text("utf-8")
        for path in folder.rglob("*")
        if path.is_file() and not {"__pycache__", ".pytest_cache"} & set(path.parts) and ".egg-info" not in str(path)
    }


def run(*command: object, **environment: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(word) for word in command],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {name: str(value) for name, value in environment.items()},
    )


def test_the_bundled_example_is_what_the_template_gives():
    assert files_in(EXAMPLE) == dict(rendered("example", "generate_image")), (
        "delete plugins/example and write it again: tintype plugin new example --stage generate_image --into "
        "plugins/example"
    )


def test_there_is_a_starting_point_for_every_stage():
    for stage in STAGES:
        texts = dict(rendered("soft-voice", stage))
        assert f"def {stage}(" in texts["tintype_soft_voice/__init__.py"]
        assert any(name.startswith("tests/") and name != "tests/test_soft_voice.py" for name in texts)
        assert not any("example" in text.lower() for text in texts.values()), stage
        project = tomllib.loads(texts["pyproject.toml"])["project"]
        assert project["name"] == "tintype-soft-voice"
        assert project["entry-points"] == {"tintype": {"soft-voice": "tintype_soft_voice"}}


def put_on_path(folder: Path, site: Path) -> None:
    """What an installer does: the package, and the metadata that names its entry point."""
    project = tomllib.loads((folder / "pyproject.toml").read_text())["project"]
    (package,) = folder.glob("tintype_*")
    shutil.copytree(package, site / package.name)
    metadata = site / f"{package.name}-{project['version']}.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    )
    points = "".join(f"{name} = {value}\n" for name, value in project["entry-points"]["tintype"].items())
    (metadata / "entry_points.txt").write_text(f"[tintype]\n{points}")


@pytest.fixture(scope="module")
def starting_points(tmp_path_factory):
    """A plugin per stage, all installed, each called ``new-`` and the stage."""
    site = tmp_path_factory.mktemp("site")
    for stage in STAGES:
        folder = site.parent / f"{site.name}-{stage}"
        put_on_path(write_new_plugin(f"new-{stage.replace('_', '-')}", stage, folder), site)
    sys.path.insert(0, str(site))
    yield Plugins.discover()
    sys.path.remove(str(site))


@pytest.mark.parametrize("stage", STAGES)
def test_every_starting_point_keeps_the_contract(starting_points, stage):
    checks = checks_of(f"new-{stage.replace('_', '-')}", plugins=starting_points)
    assert len(checks) > 10
    for check in checks:
        if check.name != "works in another process" and "heavy" not in check.name:  # tried below, where it is installed
            check()


def install(folder: Path, site: Path) -> None:
    done = run(*PIP, "install", "--no-index", "--no-deps", "--no-build-isolation", "--target", site, folder)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("stage", ["synthesize_speech", "compose_film"])
def test_a_new_plugin_installs_and_its_own_tests_pass(tmp_path, stage):
    folder = write_new_plugin("soft-voice", stage, tmp_path / "tintype-soft-voice")
    install(folder, tmp_path / "site")
    tested = run(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", folder, PYTHONPATH=tmp_path / "site")
    assert tested.returncode == 0, tested.stdout
    assert "skipped" not in tested.stdout


def test_the_kit_runs_over_an_installed_plugin_by_its_name(tmp_path):
    install(write_new_plugin("soft-voice", "build_head", tmp_path / "new"), tmp_path / "site")
    (tmp_path / "elsewhere").mkdir()
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", tmp_path / "elsewhere"]
    tested = run(*command, "--tintype-plugin=soft-voice", PYTHONPATH=tmp_path / "site")
    assert tested.returncode == 0, tested.stdout
    assert "skipped" not in tested.stdout


def test_the_generated_code_is_as_clean_as_ours(tmp_path):
    for stage in STAGES:
        write_new_plugin("soft-voice", stage, tmp_path / stage)
    for command in (["check"], ["format", "--check"]):
        done = run(sys.executable, "-m", "ruff", *command, "--config", REPOSITORY / "pyproject.toml", tmp_path)
        assert done.returncode == 0, done.stdout


def test_the_generated_types_are_strict(tmp_path):
    for stage in STAGES:
        write_new_plugin(stage.replace("_", "-"), stage, tmp_path / stage)
    packages = sorted(tmp_path.glob("*/tintype_*"))
    command = [sys.executable, "-m", "mypy", "--config-file", REPOSITORY / "pyproject.toml", "--follow-imports=silent"]
    done = run(*command, "--cache-dir", tmp_path / "cache", *packages, MYPYPATH=REPOSITORY / "engine")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", ["Soft", "soft_voice", "-soft", "soft-", "söft", "", "4th", "x" * 41, "a--b", "a/b"])
def test_names_that_cannot_be_used_are_refused_with_an_example(tmp_path, name):
    with pytest.raises(NewPluginRefused, match="cannot be called") as caught:
        write_new_plugin(name, "build_voice", tmp_path / "new")
    assert "soft-voice" in caught.value.hint
    assert not (tmp_path / "new").exists()


def test_a_folder_with_files_is_left_alone(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(NewPluginRefused, match="not an empty folder") as caught:
        write_new_plugin("soft-voice", "build_voice", tmp_path)
    assert "--into" in caught.value.hint
    assert files_in(tmp_path) == {"notes.txt": "mine"}


def test_the_command_says_what_to_do_next(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["plugin", "new", "soft-voice", "--stage", "animate_face"])
    assert done.exit_code == 0, done.output
    assert "pip install --editable tintype-soft-voice" in " ".join(done.output.split())
    assert (tmp_path / "tintype-soft-voice" / "pyproject.toml").is_file()


def test_the_command_answers_scripts(tmp_path):
    into = tmp_path / "new"
    done = CliRunner().invoke(
        app, ["plugin", "new", "soft-voice", "--stage", "animate_face", "--into", str(into), "--json"]
    )
    assert json.loads(done.output) == {"plugin": "soft-voice", "stage": "animate_face", "folder": str(into)}
    again = CliRunner().invoke(
        app, ["plugin", "new", "soft-voice", "--stage", "animate_face", "--into", str(into), "--json"]
    )
    assert again.exit_code == 1
    assert json.loads(again.output)["error"]["code"] == "new-plugin-refused"


def test_an_unknown_stage_is_wrong_use_and_names_the_stages(tmp_path):
    done = CliRunner().invoke(app, ["plugin", "new", "soft-voice", "--stage", "speak", "--into", str(tmp_path / "new")])
    assert done.exit_code == 2
    assert "synthesize_speech" in done.output


def test_the_template_is_part_of_the_engine_s_wheel(tmp_path):
    source = tmp_path / "engine"
    shutil.copytree(REPOSITORY / "engine", source, ignore=shutil.ignore_patterns("build", "*.egg-info", "__pycache__"))
    built = run(*PIP, "wheel", "--no-index", "--no-deps", "--no-build-isolation", "--wheel-dir", tmp_path, source)
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    template = source / "tintype" / "new_plugin"
    wanted = {f"tintype/new_plugin/{name}" for name in files_in(template)}
    assert wanted <= set(zipfile.ZipFile(wheel).namelist())


def test_the_example_is_installed_under_its_own_name_only():
    points = [point for point in entry_points(group="tintype") if point.value.startswith("tintype_example")]
    assert [point.name for point in points] == ["example"]
