"""Measures how loud a recording is over time, and how much speech is in it."""

from __future__ import annotations

from pydantic import Field
from tintype import Asset, Job, ProviderInfo, Settings, hookimpl
from tintype.documents import Features


class MeasureSettings(Settings):
    """How recordings are measured."""

    shortest_pause_s: float = Field(
        0.25, ge=0.05, le=2, description="Shorter pauses count as speech, in seconds of silence."
    )


@hookimpl
def describe_provider() -> ProviderInfo:
    return ProviderInfo(
        title="Example",
        description="Measures how loud a recording is over time, and how much speech is in it.",
        settings={"extract_features": MeasureSettings},
        media=("recording",),
        licence="GPL-3.0-or-later",
    )


@hookimpl
def extract_features(asset: Asset, settings: MeasureSettings, job: Job) -> Features:
    from tintype_example.loudness import measure  # imported here, so that listing plugins stays quick

    return measure(asset, settings, job)
