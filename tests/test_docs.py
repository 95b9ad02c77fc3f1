"""The pages for plugin authors tell the truth: hooks and arguments, settings and meanings, commands and code."""

from __future__ import annotations

import inspect
import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import tintype
from tintype import errors, hookspecs
from tintype.hookspecs import STAGES
from tintype.new_plugin import rendered
from tintype.plugins import Plugins
from tintype.project import project_from_data
from tintype.testing.checks import Trial

REPOSITORY = Path(__file__).resolve().parents[1]
DOCS = REPOSITORY / "engine" / "docs"
PAGES = ("write_a_plugin.md", "test_a_plugin.md", "hooks.md")
OBSERVERS = ("before_stage_run", "after_stage_run", "on_stage_error")
HOOKS = ("describe_provider", *STAGES, *OBSERVERS)
TEMPLATE = dict(rendered("soft-voice", "synthesize_speech"))


def page(name: str) -> str:
    return (DOCS / name).read_text("utf-8")


def blocks(name: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", page(name), flags=re.M | re.S)


def section(heading: str) -> str:
    """What stands under a hook's heading in the reference."""
    return page("hooks.md").split(f"\n### {heading}(", 1)[1].split("\n#", 1)[0]


def signature(hook: str) -> str:
    return f"{hook}({', '.join(inspect.signature(getattr(hookspecs, hook)).parameters)})"


def test_every_hook_has_a_heading_with_exactly_its_arguments_in_running_order():
    headings = re.findall(r"^### (.*)$", page("hooks.md"), flags=re.M)
    assert headings == [signature(hook) for hook in HOOKS]


def test_every_specification_is_in_the_reference():
    specified = {name for name, value in vars(hookspecs).items() if hasattr(value, "tintype_spec")}
    assert specified == set(HOOKS)


@pytest.mark.parametrize("hook", STAGES)
def test_the_reference_names_what_a_hook_returns_and_raises(hook):
    specification = getattr(hookspecs, hook)
    assert f"`{specification.__annotations__['return']}`" in section(hook)
    raised = re.findall(r"^ +(\w+): ", (specification.__doc__ or "").partition("Raises:")[2], flags=re.M)
    for name in raised:
        assert hasattr(errors, name)
        assert f"`{name}`" in section(hook)


@pytest.mark.parametrize("hook", STAGES)
def test_arguments_that_the_reference_explains_exist(hook):
    explained = re.findall(r"^- ((?:`\w+`(?:, )?)+):|\. (`\w+`):", section(hook), flags=re.M)
    names = {name for pair in explained for group in pair for name in re.findall(r"`(\w+)`", group)}
    assert names <= set(inspect.signature(getattr(hookspecs, hook)).parameters)


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_has_a_test(hook):
    tests = [path for path in (REPOSITORY / "tests").rglob("test_*.py") if path != Path(__file__)]
    assert any(re.search(rf"\b{hook}\b", path.read_text("utf-8")) for path in tests)


def test_every_setting_of_every_plugin_has_a_description_and_a_range():
    plugins = Plugins.discover()
    checked = 0
    for plugin in plugins.all():
        for stage in plugin.info.settings:
            Trial(plugins, plugin, {}).describes_its_settings(stage)
            checked += 1
    assert checked >= len(STAGES)


def test_public_names_in_the_pages_exist():
    for name in PAGES:
        for dotted in set(re.findall(r"`(tintype(?:\.\w+)+)", page(name))):
            module, _, attribute = dotted.rpartition(".")
            found = sys.modules.get(dotted) or getattr(__import__(module, fromlist=[attribute]), attribute, None)
            assert found is not None or __import__(dotted, fromlist=["_"]), f"{name} names {dotted}"


def test_links_lead_somewhere():
    for name in PAGES:
        for target in re.findall(r"\]\((?!http)([^)]+)\)", page(name)):
            path, _, anchor = target.partition("#")
            linked = (DOCS / path).resolve() if path else DOCS / name
            assert linked.exists(), f"{name} links {target}"
            if anchor:
                titles = re.findall(r"^#+ (.*)$", linked.read_text("utf-8"), flags=re.M)
                assert anchor in {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("name", PAGES)
def test_python_in_the_pages_is_the_template_s_tested_code(name):
    code = "\n".join(TEMPLATE.values())
    for block in blocks(name, "python"):
        for passage in block.strip("\n").split("\n\n\n"):
            assert passage in code, f"{name} shows code that the template does not have:\n{passage}"


@pytest.mark.parametrize("name", PAGES)
def test_settings_in_the_pages_are_read(name):
    for block in blocks(name, "toml"):
        data = tomllib.loads(block)
        if "stages" in data:
            film = {"film": {"title": "A film"}, "subject": {"name": "Ada"}, **data}
            project = project_from_data(film, Path("film.toml"))
            assert project.provider("synthesize_speech") == "soft-voice"


def run(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """One line of a page in a shell of its own; pip installs beside the environment instead of into it."""
    site = folder / "site"
    words = shlex.split(line, comments=True)
    if words[:2] == ["pip", "install"]:
        words = ["pip", "install", "--no-index", "--no-deps", "--no-build-isolation", "--target", str(site), words[-1]]
    elif words[:2] == ["pip", "wheel"]:
        words[2:2] = ["--no-index", "--no-build-isolation"]
    if words[0] in ("pip", "pytest"):
        words[:1] = [sys.executable, "-m", words[0]]
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(site),
        "PYTEST_ADDOPTS": "-q -p no:cacheprovider",
    }
    return subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", ["write_a_plugin.md", "test_a_plugin.md"])
def test_commands_in_the_pages_work_one_after_the_other(name, tmp_path):
    lines = [line for block in blocks(name, "sh") for line in block.splitlines() if line.strip()]
    assert lines[0] == "tintype plugin new soft-voice --stage synthesize_speech"
    for line in lines:
        done = run(line, tmp_path)
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
        if line == "tintype plugins":
            assert "soft-voice" in done.stdout


def test_the_pages_name_every_check_of_the_kit():
    plugins = Plugins.discover()
    titles = {title for _, title, _ in Trial(plugins, plugins.provider("build_voice", "world"), {}).checks()}
    shown = re.findall(r"^\| ([a-z][^|]+?) \|", page("test_a_plugin.md"), flags=re.M)
    for title in titles:
        assert title in shown or (title.startswith("is polite about") and "is polite about …" in shown), title


def test_the_pages_name_every_public_module():
    public = set(re.findall(r":mod:`(tintype[.\w]*)`", tintype.__doc__ or ""))
    for module in public:
        assert f"`{module}`" in page("hooks.md"), module
