"""For the tests of plugins: small building blocks that need no installed plugin."""

from __future__ import annotations

from tintype.hookspecs import hookimpl
from tintype.provider import ProviderInfo


def describe_only(info: ProviderInfo | None = None) -> type:
    """A plugin class that declares ``info`` and provides nothing; tests subclass it and add a hook."""
    declared = info or ProviderInfo(title="Test", description="A plugin of a test.")

    class Describing:
        @hookimpl
        def describe_provider(self) -> ProviderInfo:
            return declared

    return Describing
