"""Recordings of an archive: decoded, judged, cleaned where that helps, levelled, and measured."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from pydantic import Field
from tintype import Asset, Job, ProviderInfo, Settings, hookimpl
from tintype.documents import Archive, Features, Medium


class PrepareSettings(Settings):
    """What is done to recordings before they are used."""

    clean: bool = Field(True, description="Take out mains hum and heavy hiss where that measurably helps.")
    level: bool = Field(True, description="Bring every recording to the same loudness.")
    loudness_lufs: float = Field(-23.0, ge=-40, le=-10, description="That loudness, in LUFS (EBU R 128).")
    channel: Literal["auto", "mix", "left", "right"] = Field(
        "auto", description="Which channel of a stereo recording; auto mixes them unless that loses the voice."
    )


class MeasureSettings(Settings):
    """How recordings are measured."""

    mfcc: int = Field(20, ge=4, le=40, description="Number of mel-frequency cepstral coefficients.")
    mel_bands: int = Field(80, ge=20, le=128, description="Number of mel bands that they are made from.")
    f0_floor_hz: float = Field(60.0, ge=40, le=200, description="Lowest pitch looked for, in Hz.")
    f0_ceil_hz: float = Field(500.0, ge=200, le=800, description="Highest pitch looked for, in Hz.")


@hookimpl
def describe_provider() -> ProviderInfo:
    return ProviderInfo(
        title="librosa",
        description="Decodes, judges, cleans and levels recordings; measures MFCC, pitch, energy and rate.",
        settings={"prepare_archive": PrepareSettings, "extract_features": MeasureSettings},
        media=("recording",),
        licence="GPL-3.0-or-later AND ISC AND MIT AND BSD-3-Clause AND LGPL-2.1-or-later",
    )


@hookimpl
def prepare_archive(root: Path, files: Sequence[Path], medium: Medium, settings: PrepareSettings, job: Job) -> Archive:
    from tintype_librosa.recording_archive import prepare

    return prepare(root, files, settings, job)


@hookimpl
def extract_features(asset: Asset, settings: MeasureSettings, job: Job) -> Features:
    from tintype_librosa.recording_features import measure

    return measure(asset, settings, job)
