"""A face that opens its jaw on vowels and blinks now and then."""

from __future__ import annotations

from pydantic import Field
from tintype import Job, ProviderInfo, Settings, hookimpl
from tintype.documents import FaceTrack, Speech


class JawSettings(Settings):
    """How the face moves."""

    fps: float = Field(60.0, ge=1, le=240, description="Frames per second of the track.")
    opening: float = Field(0.5, ge=0, le=1, description="How far the jaw opens on a vowel, 0 to 1.")
    blink_every_s: float = Field(4.0, ge=1, le=30, description="Mean time between two blinks, in seconds.")


@hookimpl
def describe_provider() -> ProviderInfo:
    return ProviderInfo(
        title="Example",
        description="Opens the jaw on vowels and blinks now and then.",
        settings={"animate_face": JawSettings},
        licence="GPL-3.0-or-later",
    )


@hookimpl
def animate_face(speech: Speech, settings: JawSettings, job: Job) -> FaceTrack:
    from tintype_example.jaw import animate  # imported here, so that listing plugins stays quick

    return animate(speech, settings, job)
