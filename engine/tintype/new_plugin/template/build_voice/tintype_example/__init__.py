"""A voice profile that knows one thing: the pitch of the recordings."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field
from tintype import Asset, Job, ProviderInfo, Settings, hookimpl
from tintype.documents import VoiceProfile


class PitchSettings(Settings):
    """Where the pitch is looked for."""

    lowest_hz: float = Field(70.0, ge=40, le=200, description="Lowest pitch looked for, in Hz.")
    highest_hz: float = Field(350.0, ge=201, le=800, description="Highest pitch looked for, in Hz.")


@hookimpl
def describe_provider() -> ProviderInfo:
    return ProviderInfo(
        title="Example",
        description="Measures the pitch of the recordings.",
        settings={"build_voice": PitchSettings},
        licence="GPL-3.0-or-later",
    )


@hookimpl
def build_voice(recordings: Sequence[Asset], settings: PitchSettings, job: Job) -> VoiceProfile:
    from tintype_example.pitch import measure  # imported here, so that listing plugins stays quick

    return measure(recordings, settings, job)
