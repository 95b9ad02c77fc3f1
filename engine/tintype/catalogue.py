"""The plugins as data: what ``tintype plugins --json`` prints and the add-on draws its panels from."""

from __future__ import annotations

from typing import Any

from tintype.hookspecs import STAGES
from tintype.plugins import Plugin, Plugins
from tintype.provider import Settings


def catalogue(plugins: Plugins) -> dict[str, Any]:
    """Stages in running order with their providers and settings schemas, and what is broken."""
    return {
        "stages": [
            {
                "stage": stage,
                "title": title,
                "providers": [_entry(plugin, stage) for plugin in plugins.providers(stage)],
            }
            for stage, title in STAGES.items()
        ],
        "broken": [vars(broken) for broken in plugins.broken],
    }


def _entry(plugin: Plugin, stage: str) -> dict[str, Any]:
    info = plugin.info
    return {
        "name": plugin.name,
        "title": info.title,
        "description": info.description,
        "distribution": plugin.distribution,
        "version": plugin.version,
        "licence": info.licence,
        "model_licence": info.model_licence,
        "media": list(info.media),
        "settings_schema": info.settings.get(stage, Settings).model_json_schema(),
    }
