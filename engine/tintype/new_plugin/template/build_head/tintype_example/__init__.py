"""A cut-out puppet: the photo on a flat plate whose jaw drops and whose head turns."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field
from tintype import Asset, Job, ProviderInfo, Settings, hookimpl
from tintype.documents import HeadModel


class PuppetSettings(Settings):
    """Where the mouth is cut, and how far the jaw drops."""

    mouth_height: float = Field(0.4, ge=0.1, le=0.9, description="Height of the mouth in the photo, 0 bottom, 1 top.")
    drop: float = Field(0.06, ge=0, le=0.3, description="How far the jaw drops, in heights of the photo.")
    longer_side_px: int = Field(1024, ge=128, le=4096, description="Larger photos are reduced to this, in pixels.")


@hookimpl
def describe_provider() -> ProviderInfo:
    return ProviderInfo(
        title="Example",
        description="Turns a photo into a flat puppet whose jaw drops.",
        settings={"build_head": PuppetSettings},
        licence="GPL-3.0-or-later AND MIT-CMU",
    )


@hookimpl
def build_head(photos: Sequence[Asset], settings: PuppetSettings, job: Job) -> HeadModel:
    from tintype_example.puppet import build  # imported here, so that listing plugins stays quick

    return build(photos, settings, job)
