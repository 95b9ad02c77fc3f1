"""The finish: loudness by EBU R128, voices at one level, restrained looks that stay editable, ends in black."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field
from tintype import Job, ProviderInfo, Settings, hookimpl
from tintype.documents import Film


class FinishingSettings(Settings):
    """Loudness, look and the film's ends."""

    loudness_lufs: float = Field(
        -23.0, ge=-36, le=-9, description="Integrated loudness: -23 LUFS for television (EBU R 128), -16 for the web."
    )
    peak_dbtp: float = Field(-1.0, ge=-12, le=-0.1, description="Highest true peak of the film, in dBTP.")
    level_voices: bool = Field(True, description="Bring every line to the same loudness before the whole is set.")
    look: Literal["none", "faded print", "silver", "sepia", "warm slide", "cold news"] = Field(
        "none", description="Look of pictures and portraits, as strip modifiers that stay editable."
    )
    look_amount: float = Field(1.0, ge=0, le=1, description="How strong the look is, 0 to 1.")
    fade_in_s: float = Field(0.5, ge=0, le=10, description="Fade from black at the film's start, at least, in seconds.")
    fade_out_s: float = Field(1.0, ge=0, le=10, description="Fade to black at the film's end, at least, in seconds.")


@hookimpl
def describe_provider() -> ProviderInfo:
    return ProviderInfo(
        title="Finishing",
        description="Loudness by EBU R128 with a true-peak limit, voices at one level, looks and fades.",
        settings={"finish_film": FinishingSettings},
        licence="GPL-3.0-or-later AND MIT AND BSD-3-Clause",
    )


@hookimpl
def finish_film(film: Film, root: Path, settings: FinishingSettings, job: Job) -> Film:
    from tintype_finishing.finish import finish

    return finish(film, root, settings, job)
