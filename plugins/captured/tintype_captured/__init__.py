"""A face that repeats a captured performance: Live Link Face CSV, Audio2Face JSON, or a track of Tintype's own."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from tintype import Job, ProviderInfo, Settings, hookimpl
from tintype.documents import FaceTrack, Speech


class CapturedSettings(Settings):
    """How a performance is laid over a line."""

    delay_s: float = Field(
        0.0,
        ge=-60,
        le=60,
        description="Seconds from the start of the speech to that of the performance; may be below 0.",
    )
    strength: float = Field(1.0, ge=0, le=1.5, description="Factor on the face's weights, 0 to 1.5.")
    head_motion: float = Field(1.0, ge=0, le=1.5, description="Factor on head and eye rotations, 0 to 1.5.")


@hookimpl
def describe_provider() -> ProviderInfo:
    return ProviderInfo(
        title="Captured performance",
        description="A performance from Live Link Face, Audio2Face or a track file, for lines that name one.",
        settings={"animate_face": CapturedSettings},
        licence="GPL-3.0-or-later",
    )


@hookimpl
def animate_face(speech: Speech, performance: Path | None, settings: CapturedSettings, job: Job) -> FaceTrack:
    from tintype_captured.laying import lay_over

    return lay_over(speech, performance, settings, job)
