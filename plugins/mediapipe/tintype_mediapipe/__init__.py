"""A living portrait from one photograph, and what can be read in the faces of an archive's photos."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field
from tintype import Asset, Job, ProviderInfo, Settings, hookimpl
from tintype.documents import Features, HeadModel


class HeadSettings(Settings):
    """Which face becomes the head, and how large its plate is."""

    face: int = Field(
        0, ge=0, le=99, description="Which face when a photo shows several, counted from the left; 0 for the best one."
    )
    plate_px: int = Field(
        2048, ge=256, le=8192, description="Longer side of the plate in pixels; larger photos are reduced to it."
    )
    landmarker: str = Field(
        "",
        description="Path of MediaPipe's face_landmarker.task, to use it instead of the models inside MediaPipe; empty "
        "to look for it in the user's data folder.",
    )


class ReadingSettings(Settings):
    """How closely photos are looked at."""

    longer_side_px: int = Field(
        1600, ge=256, le=8192, description="Photos are reduced to this longer side, in pixels, before faces are read."
    )
    landmarker: str = Field(
        "",
        description="Path of MediaPipe's face_landmarker.task, to use it instead of the models inside MediaPipe; empty "
        "to look for it in the user's data folder.",
    )


@hookimpl
def describe_provider() -> ProviderInfo:
    return ProviderInfo(
        title="Living portrait (MediaPipe)",
        description="A head rig with 52 ARKit shapes whose texture is the photograph itself; face readings of photos.",
        settings={"build_head": HeadSettings, "extract_features": ReadingSettings},
        media=("photo",),
        licence="GPL-3.0-or-later AND Apache-2.0",
        model_licence="Apache-2.0",
    )


@hookimpl
def build_head(photos: Sequence[Asset], settings: HeadSettings, job: Job) -> HeadModel:
    from tintype_mediapipe.head import build

    return build(photos, settings, job)


@hookimpl
def extract_features(asset: Asset, settings: ReadingSettings, job: Job) -> Features:
    from tintype_mediapipe.readings import read_faces

    return read_faces(asset, settings, job)
