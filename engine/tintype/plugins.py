"""Finds, loads and lists plugins, and calls the one provider that a film names."""

from __future__ import annotations

import difflib
import inspect
import logging
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, replace
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

import pluggy
from pydantic import ValidationError

from tintype import hookspecs
from tintype.digests import code_digest
from tintype.documents.base import first_problem
from tintype.errors import PluginBroken, PluginFailed, ProviderUnknown, SettingsInvalid, TintypeError
from tintype.provider import CONTRACT, ContractWarning, ProviderInfo, Settings

ENTRY_POINT_GROUP = "tintype"
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Plugin:
    """A plugin that works.

    Attributes:
        name: what ``[stages]`` calls it: the name of its entry point.
        distribution: the installed distribution that it came with; empty when registered by hand.
        stages: the stage hooks that it implements, in running order.
        warnings: what it implements that a later version of the contract will not have, in words.
    """

    name: str
    distribution: str
    version: str
    info: ProviderInfo
    stages: tuple[str, ...]
    module: Any
    warnings: tuple[str, ...] = ()

    @property
    def fingerprint(self) -> str:
        """Version and a digest of the code: changes whenever results may change."""
        source = inspect.getsourcefile(self.module if inspect.ismodule(self.module) else type(self.module))
        if source is None:
            return self.version
        path = Path(source)
        folder_wide = path.name == "__init__.py"
        return f"{self.version}+{code_digest(path.parent)[:12]}" if folder_wide else self.version


@dataclass(frozen=True)
class BrokenPlugin:
    """A plugin that could not be used, and why."""

    name: str
    distribution: str
    error: str


class Plugins:
    """The plugins of this environment."""

    def __init__(self) -> None:
        self.manager = pluggy.PluginManager(hookspecs.PROJECT_NAME)
        self.manager.add_hookspecs(hookspecs)
        self._working: dict[str, Plugin] = {}
        self.broken: list[BrokenPlugin] = []

    @classmethod
    def discover(cls, *, strict: bool = False) -> Plugins:
        """Load every installed plugin.

        Args:
            strict: raise for the first broken plugin instead of listing it; for plugin authors.

        Raises:
            PluginBroken: only with ``strict``.
        """
        plugins = cls()
        for point in _sorted_points(entry_points(group=ENTRY_POINT_GROUP)):
            plugins._load(point, strict=strict)
        return plugins

    def _load(self, point: EntryPoint, *, strict: bool) -> None:
        distribution = point.dist.name if point.dist else ""
        version = point.dist.version if point.dist else ""
        try:
            self.register(point.name, point.load(), distribution=distribution, version=version)
        except Exception as err:  # a stranger's code may raise anything while it is imported; it must stop no one else
            reason = err.message if isinstance(err, TintypeError) else f"{type(err).__name__}: {err}"
            log.warning("plugin %s of %s %s is left out: %s", point.name, distribution, version, reason)
            if strict:
                raise PluginBroken(
                    f"The plugin {point.name!r} of {distribution} {version} cannot be loaded: {reason}."
                ) from err
            self.broken.append(BrokenPlugin(point.name, f"{distribution} {version}".strip(), reason))

    def register(self, name: str, module: Any, *, distribution: str = "", version: str = "") -> Plugin:
        """Add a plugin by hand, as tests do.

        Raises:
            PluginBroken: it implements an unknown hook or argument, declares nothing, or needs another contract.
        """
        if name in self._working:
            other = self._working[name]
            raise PluginBroken(
                f"Two plugins are called {name!r}: of {other.distribution or 'no distribution'} and of {distribution}.",
                hint="Uninstall one of them.",
            )
        try:
            with warnings.catch_warnings(record=True) as noticed:
                warnings.simplefilter("always", ContractWarning)
                self.manager.register(module, name=name)
            self.manager.check_pending()
            plugin = self._described(name, module, distribution, version)
            plugin = replace(plugin, warnings=_announced(noticed))
        except (pluggy.PluginValidationError, PluginBroken) as err:
            self._withdraw(module)
            raise PluginBroken(str(err).replace("\n", " ")) from err
        except Exception:  # whatever a stranger's code raises, it is withdrawn first and the error goes on
            self._withdraw(module)
            raise
        for warning in plugin.warnings:
            log.warning("plugin %s of %s %s has to change: %s", name, distribution, version, warning)
        self._working[name] = plugin
        return plugin

    def _withdraw(self, module: Any) -> None:
        if self.manager.is_registered(module):
            self.manager.unregister(module)

    def _described(self, name: str, module: Any, distribution: str, version: str) -> Plugin:
        info = self._caller("describe_provider", module)()
        if not isinstance(info, ProviderInfo):
            raise PluginBroken(f"{name!r} has no hook describe_provider() that returns a ProviderInfo.")
        if info.contract != CONTRACT:
            update = "Tintype's engine" if info.contract > CONTRACT else f"the plugin {distribution or name}"
            raise PluginBroken(
                f"{name!r} is written for contract {info.contract}, this engine speaks {CONTRACT}: update {update}."
            )
        implemented = {caller.name for caller in self.manager.get_hookcallers(module) or ()}
        stages = tuple(stage for stage in hookspecs.STAGES if stage in implemented)
        return Plugin(name, distribution, version, info, stages, module)

    def _caller(self, hook: str, module: Any) -> pluggy.HookCaller:
        others = [plugin for plugin in self.manager.get_plugins() if plugin is not module]
        return self.manager.subset_hook_caller(hook, others)

    def all(self) -> tuple[Plugin, ...]:
        """Every working plugin, by name."""
        return tuple(self._working[name] for name in sorted(self._working))

    def providers(self, stage: str) -> tuple[Plugin, ...]:
        """The plugins that provide a stage."""
        return tuple(plugin for plugin in self.all() if stage in plugin.stages)

    def provider(self, stage: str, name: str) -> Plugin:
        """The plugin that a film names for a stage.

        Raises:
            ProviderUnknown: nothing of that name provides the stage; says what does, and what is broken.
        """
        plugin = self._working.get(name)
        if plugin is not None and stage in plugin.stages:
            return plugin
        broken = next((item for item in self.broken if item.name == name), None)
        if broken is not None:
            raise ProviderUnknown(
                f"[stages] {stage} names {name!r} ({broken.distribution}), which is broken: "
                f"{broken.error.rstrip('.')}.",
                hint="Reinstall or update that plugin, or choose another provider.",
            )
        names = [plugin.name for plugin in self.providers(stage)]
        close = difflib.get_close_matches(name, names, n=1)
        raise ProviderUnknown(
            f"[stages] {stage} names {name!r}, but no installed plugin provides it.",
            hint=(f"Did you mean {close[0]!r}? " if close else "")
            + f"Installed for this stage: {', '.join(names) or 'none'}. `tintype plugins` lists all.",
        )

    def settings(self, stage: str, plugin: Plugin, raw: dict[str, Any]) -> Settings:
        """Validate a stage's settings by the provider's own model.

        Raises:
            SettingsInvalid: names the setting, the value and what is allowed.
        """
        model = plugin.info.settings.get(stage, Settings)
        try:
            return model.model_validate(raw)
        except ValidationError as err:
            known = ", ".join(model.model_fields) or "none"
            raise SettingsInvalid(
                f"[stages.{stage}.settings] for {plugin.name!r}: {first_problem(err)}.",
                hint=f"Settings of {plugin.name!r}: {known}.",
            ) from err

    def call(self, stage: str, plugin: Plugin, **arguments: Any) -> Any:
        """Run one stage by one provider.

        Raises:
            TintypeError: as the plugin raised it.
            PluginFailed: the plugin raised anything else, or returned nothing; names plugin, hook and version.
        """
        try:
            result = self._caller(stage, plugin.module)(**arguments)
        except TintypeError:
            raise
        except Exception as err:  # named with its plugin here, so that the reader knows whose fault it is
            log.exception("%s of plugin %s %s failed", stage, plugin.name, plugin.version)
            raise PluginFailed(
                f"The plugin {plugin.name!r} ({plugin.distribution} {plugin.version}) failed in {stage}: "
                f"{type(err).__name__}: {err}.",
                hint="Choose another provider for this stage, or report this to the plugin's author with the log.",
            ) from err
        if result is None:
            raise PluginFailed(f"The plugin {plugin.name!r} returned nothing from {stage}.")
        return result


def _announced(noticed: Iterable[warnings.WarningMessage]) -> tuple[str, ...]:
    return tuple(str(warning.message) for warning in noticed if issubclass(warning.category, ContractWarning))


def _sorted_points(points: Iterable[EntryPoint]) -> list[EntryPoint]:
    return sorted(points, key=lambda point: (point.name, point.value))
