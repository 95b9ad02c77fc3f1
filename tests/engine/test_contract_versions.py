"""Contract versions: a plugin of another one is left out with a word on which side to update; changes are announced."""

from __future__ import annotations

import logging

import pytest
from tintype import CONTRACT, ProviderInfo, hookimpl
from tintype import plugins as plugins_module
from tintype.cli import app
from tintype.documents import VoiceProfile
from tintype.errors import PluginBroken, ProviderUnknown
from tintype.plugins import Plugins
from tintype.provider import ContractWarning
from tintype.testing import checks_of, describe_only
from typer.testing import CliRunner


class Distribution:
    name = "tintype-acme"
    version = "0.3"


class Point:
    name = value = "acme"
    dist = Distribution()

    def __init__(self, contract: int) -> None:
        self.contract = contract

    def load(self):
        return written_for(self.contract)


def written_for(contract: int):
    class Acme(describe_only(ProviderInfo(title="Acme", description="A voice.", licence="MIT", contract=contract))):
        @hookimpl
        def build_voice(self, recordings, job):
            job.progress(0.5)
            return VoiceProfile(provider="acme").save(job.folder)

    return Acme()


OTHER_CONTRACTS = [
    (CONTRACT + 1, "update Tintype's engine"),
    (CONTRACT - 1, "update the plugin tintype-acme"),
]


@pytest.fixture(params=OTHER_CONTRACTS, ids=["newer", "older"])
def other(request, monkeypatch):
    contract, advice = request.param
    monkeypatch.setattr(plugins_module, "entry_points", lambda group: [Point(contract)])
    return contract, advice


def test_a_plugin_of_another_contract_is_left_out_and_says_which_side_to_update(other):
    contract, advice = other
    (broken,) = Plugins.discover().broken
    assert broken.distribution == "tintype-acme 0.3"
    assert f"'acme' is written for contract {contract}, this engine speaks {CONTRACT}: {advice}" in broken.error


def test_a_film_that_names_it_says_so_too(other):
    with pytest.raises(ProviderUnknown, match=other[1]):
        Plugins.discover().provider("build_voice", "acme")


def test_the_author_sees_it_at_once_with_strict_discovery(other):
    with pytest.raises(PluginBroken, match=other[1]):
        Plugins.discover(strict=True)


def test_the_list_of_plugins_shows_it(other):
    done = CliRunner().invoke(app, ["plugins"])
    assert other[1] in " ".join(done.output.split())


def test_the_conformance_kit_shows_it(other):
    (check,) = checks_of("acme")
    with pytest.raises(AssertionError, match=other[1]):
        check()


@pytest.fixture
def changing():
    """Plugins of an engine that has announced two changes of ``build_voice``."""

    def announce(**changes) -> Plugins:
        plugins = Plugins()
        for name, value in changes.items():
            setattr(plugins.manager.hook.build_voice.spec, name, value)
        return plugins

    return announce


def test_a_hook_that_will_go_is_announced_and_still_works(changing, caplog, tmp_path):
    plugins = changing(warn_on_impl=ContractWarning("build_voice goes in contract 2; implement describe_voice."))
    with caplog.at_level(logging.WARNING):
        plugin = plugins.register("acme", written_for(CONTRACT), distribution="tintype-acme", version="0.3")
    assert plugin.warnings == ("build_voice goes in contract 2; implement describe_voice.",)
    assert "plugin acme of tintype-acme 0.3 has to change: build_voice goes in contract 2" in caplog.text
    assert plugins.provider("build_voice", "acme") is plugin


def test_an_argument_that_will_go_is_announced_to_those_who_use_it(changing):
    goes = {"recordings": ContractWarning("recordings goes in contract 2; take archive.")}
    plugins = changing(warn_on_impl_args=goes)
    assert plugins.register("acme", written_for(CONTRACT)).warnings == ("recordings goes in contract 2; take archive.",)

    class Without(describe_only()):
        @hookimpl
        def build_voice(self, language):
            return None

    assert plugins.register("without", Without()).warnings == ()


def test_the_conformance_kit_fails_for_what_will_go(changing):
    plugins = changing(warn_on_impl=ContractWarning("build_voice goes in contract 2."))
    plugins.register("acme", written_for(CONTRACT))
    check = next(
        check for check in checks_of("acme", plugins=plugins) if check.name == "implements nothing that will go"
    )
    with pytest.raises(AssertionError, match="goes in contract 2"):
        check()


def test_nothing_is_announced_today():
    assert {warning for plugin in Plugins.discover().all() for warning in plugin.warnings} == set()
