"""Discovery: broken plugins are data, misspelt hooks are errors, failures name their plugin."""

from __future__ import annotations

from importlib.metadata import EntryPoint

import pytest
from tintype import ProviderInfo, hookimpl
from tintype import plugins as plugins_module
from tintype.errors import PluginBroken, PluginFailed, ProviderUnknown
from tintype.plugins import Plugins
from tintype.testing import describe_only


class Distribution:
    name = "tintype-acme"
    version = "0.3"


class Point:
    """An entry point that loads what it is given, or raises."""

    def __init__(self, name, module):
        self.name = self.value = name
        self.module = module
        self.dist = Distribution()

    def load(self):
        if isinstance(self.module, Exception):
            raise self.module
        return self.module


@pytest.fixture
def installed(monkeypatch):
    points: list[Point] = []
    monkeypatch.setattr(plugins_module, "entry_points", lambda group: points)
    return points


def test_a_plugin_that_cannot_be_imported_does_not_stop_the_others(installed, fake):
    installed += [Point("acme", ModuleNotFoundError("No module named 'acme'")), Point("fake", fake)]
    found = Plugins.discover()
    assert [plugin.name for plugin in found.all()] == ["fake"]
    (broken,) = found.broken
    assert (broken.name, broken.distribution) == ("acme", "tintype-acme 0.3")
    assert "No module named 'acme'" in broken.error


def test_strict_discovery_raises_for_plugin_authors(installed):
    installed.append(Point("acme", ImportError("boom")))
    with pytest.raises(PluginBroken, match=r"acme.*boom"):
        Plugins.discover(strict=True)


def test_a_misspelt_hook_is_an_error(installed, fake):
    class Misspelt(describe_only()):
        @hookimpl
        def synthesise_speech(self, text):
            return None

    installed += [Point("misspelt", Misspelt()), Point("zfake", fake)]
    found = Plugins.discover()
    assert [plugin.name for plugin in found.all()] == ["zfake"]
    assert "synthesise_speech" in found.broken[0].error


def test_a_misspelt_argument_is_an_error():
    class Misspelt(describe_only()):
        @hookimpl
        def synthesize_speech(self, txt):
            return None

    with pytest.raises(PluginBroken, match="txt"):
        Plugins().register("misspelt", Misspelt())


def test_a_plugin_that_declares_nothing_is_broken():
    with pytest.raises(PluginBroken, match="describe_provider"):
        Plugins().register("silent", object())


def test_a_plugin_for_a_newer_contract_says_which_side_to_update():
    newer = describe_only(ProviderInfo(title="n", description="n", contract=99))()
    with pytest.raises(PluginBroken, match="update Tintype's engine"):
        Plugins().register("newer", newer)
    older = describe_only(ProviderInfo(title="o", description="o", contract=0))()
    with pytest.raises(PluginBroken, match="update the plugin"):
        Plugins().register("older", older)


def test_two_plugins_of_one_name_are_refused(plugins, fake):
    with pytest.raises(PluginBroken, match="Two plugins are called 'fake'"):
        plugins.register("fake", type(fake)())


def test_a_failing_plugin_is_named_with_its_stage_and_version(tmp_path):
    class Failing(describe_only()):
        @hookimpl
        def build_voice(self):
            raise RuntimeError("out of luck")

    plugins = Plugins()
    plugin = plugins.register("failing", Failing(), distribution="tintype-failing", version="2.1")
    with pytest.raises(
        PluginFailed, match=r"'failing' \(tintype-failing 2\.1\) failed in build_voice: RuntimeError"
    ) as caught:
        plugins.call("build_voice", plugin, recordings=(), language="en", settings=None, job=None)
    assert isinstance(caught.value.__cause__, RuntimeError)


def test_asking_a_broken_plugin_says_why_it_is_broken(installed):
    installed.append(Point("acme", ImportError("needs CUDA")))
    found = Plugins.discover()
    with pytest.raises(ProviderUnknown, match="needs CUDA"):
        found.provider("synthesize_speech", "acme")


def test_the_provider_that_is_named_runs_whatever_was_installed_last():
    def speaking(word):
        class Speaking(describe_only()):
            @hookimpl
            def build_voice(self):
                return word

        return Speaking()

    plugins = Plugins()
    plugins.register("first", speaking("first"))
    plugins.register("last", speaking("last"))
    for name in ("first", "last"):
        plugin = plugins.provider("build_voice", name)
        result = plugins.call("build_voice", plugin, recordings=(), language="en", settings=None, job=None)
        assert result == name


def test_every_bundled_plugin_loads():
    found = Plugins.discover()
    assert found.broken == []
    for stage in plugins_module.hookspecs.STAGES:
        assert found.providers(stage), f"no bundled plugin provides {stage}"


def test_entry_points_of_the_standard_library_have_what_discovery_reads():
    point = EntryPoint(name="a", value="json", group=plugins_module.ENTRY_POINT_GROUP)
    assert point.dist is None
    assert point.load().__name__ == "json"
