"""Brings every recording of the archive to the same peak."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pydantic import Field
from tintype import Job, ProviderInfo, Settings, hookimpl
from tintype.documents import Archive


class LevelSettings(Settings):
    """What is done to recordings."""

    peak_dbfs: float = Field(-3.0, ge=-30, le=0, description="Peak of every recording, in dB of full scale.")


@hookimpl
def describe_provider() -> ProviderInfo:
    return ProviderInfo(
        title="Example",
        description="Brings every recording to the same peak.",
        settings={"prepare_archive": LevelSettings},
        media=("recording",),
        licence="GPL-3.0-or-later",
    )


@hookimpl
def prepare_archive(root: Path, files: Sequence[Path], settings: LevelSettings, job: Job) -> Archive:
    from tintype_example.levelling import prepare  # imported here, so that listing plugins stays quick

    return prepare(root, files, settings, job)
