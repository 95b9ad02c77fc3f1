"""For the tests of plugins: samples to run on, fixtures, and a conformance kit.

``pytest --tintype-plugin=NAME`` runs the kit over an installed plugin; :func:`checks_of` gives the same checks to a
test of one's own.  The fixtures (``run_stage``, ``plugin_manager``, ``sample_speech``, ``sample_portrait``,
``sample_archive``, ``sample_project``, ``sample_film``) are there in every run of pytest.
"""

from __future__ import annotations

from tintype.hookspecs import hookimpl
from tintype.provider import ProviderInfo
from tintype.testing.checks import Check, checks_of
from tintype.testing.running import RunStage
from tintype.testing.samples.assets import asset_of

__all__ = ["Check", "RunStage", "asset_of", "checks_of", "describe_only"]


def describe_only(info: ProviderInfo | None = None) -> type:
    """A plugin class that declares ``info`` and provides nothing; tests subclass it and add a hook."""
    declared = info or ProviderInfo(title="Test", description="A plugin of a test.")

    class Describing:
        @hookimpl
        def describe_provider(self) -> ProviderInfo:
            return declared

    return Describing
