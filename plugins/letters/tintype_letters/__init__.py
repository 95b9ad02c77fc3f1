"""Letters of an archive: read whatever they were written with, and searched for names, places and dates."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pydantic import Field
from tintype import Asset, Job, ProviderInfo, Settings, hookimpl
from tintype.documents import Archive, Features, Medium


class PrepareSettings(Settings):
    """How letters are read."""

    max_megabytes: float = Field(100.0, gt=0, le=2000, description="Larger letters are not opened, in megabytes.")


class MeasureSettings(Settings):
    """What is looked for in letters."""

    language: str = Field("", max_length=16, description="Language of the letters, such as en or de; guessed if empty.")
    text_characters: int = Field(4000, ge=0, le=100_000, description="How much of the text is kept in the facts.")


@hookimpl
def describe_provider() -> ProviderInfo:
    return ProviderInfo(
        title="Letters",
        description="Reads text, Word, OpenDocument, RTF and PDF letters; finds names, places and dates by rules.",
        settings={"prepare_archive": PrepareSettings, "extract_features": MeasureSettings},
        media=("letter",),
        licence="GPL-3.0-or-later AND MIT AND BSD-3-Clause",
    )


@hookimpl
def prepare_archive(root: Path, files: Sequence[Path], medium: Medium, settings: PrepareSettings, job: Job) -> Archive:
    from tintype_letters.letter_archive import prepare

    return prepare(root, files, settings, job)


@hookimpl
def extract_features(asset: Asset, settings: MeasureSettings, job: Job) -> Features:
    from tintype_letters.letter_features import measure

    return measure(asset, settings, job)
