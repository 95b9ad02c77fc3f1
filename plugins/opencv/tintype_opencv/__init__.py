"""Photos and footage of an archive: straightened, judged, cleaned where that helps, and measured."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pydantic import Field
from tintype import Asset, Job, ProviderInfo, Settings, hookimpl
from tintype.documents import Archive, Features, Medium


class PrepareSettings(Settings):
    """What is done to photos before they are used."""

    clean: bool = Field(True, description="Reduce noise and stretch faded tones where that measurably helps.")
    max_megapixels: float = Field(
        150.0, ge=1, le=175, description="Larger pictures are not opened, in millions of pixels."
    )


class MeasureSettings(Settings):
    """How closely photos and footage are looked at."""

    analysed_fps: float = Field(12.5, ge=1, le=60, description="Frames of footage measured, per second of footage.")
    key_frame_rise: float = Field(
        0.3, gt=0, le=1, description="How far motion has to rise between two key frames, as a fraction of its range."
    )
    palette_size: int = Field(5, ge=1, le=16, description="Number of colours in a photo's palette.")


@hookimpl
def describe_provider() -> ProviderInfo:
    return ProviderInfo(
        title="OpenCV",
        description="Straightens, judges and cleans photos; finds shots and key frames of footage by optical flow.",
        settings={"prepare_archive": PrepareSettings, "extract_features": MeasureSettings},
        media=("photo", "footage"),
        licence="GPL-3.0-or-later AND Apache-2.0 AND MIT-CMU AND BSD-3-Clause",
    )


@hookimpl
def prepare_archive(root: Path, files: Sequence[Path], medium: Medium, settings: PrepareSettings, job: Job) -> Archive:
    if medium == "footage":
        from tintype_opencv.footage_archive import look_at

        return look_at(root, files, job)
    from tintype_opencv.photo_archive import prepare

    return prepare(root, files, settings, job)


@hookimpl
def extract_features(asset: Asset, settings: MeasureSettings, job: Job) -> Features:
    if asset.item.medium == "footage":
        from tintype_opencv.footage_features import measure

        return measure(asset, settings, job)
    from tintype_opencv.photo_features import measure_photo

    return measure_photo(asset, settings, job)
