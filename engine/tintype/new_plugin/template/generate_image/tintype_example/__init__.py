"""A bare tintype plate, to put behind words for which the archive has no picture."""

from __future__ import annotations

from pydantic import Field
from tintype import Job, PictureRequest, ProviderInfo, Settings, hookimpl
from tintype.documents import Still


class PlateSettings(Settings):
    """How the plate looks."""

    brightness: float = Field(0.35, ge=0, le=1, description="How bright the middle of the plate is, 0 to 1.")
    vignette: float = Field(0.8, ge=0, le=1, description="How far it darkens toward the corners, 0 to 1.")
    scratches: int = Field(40, ge=0, le=400, description="Number of scratches; their places follow the film's seed.")


@hookimpl
def describe_provider() -> ProviderInfo:
    return ProviderInfo(
        title="Example",
        description="Makes a bare, scratched tintype plate for words that have no picture.",
        settings={"generate_image": PlateSettings},
        licence="GPL-3.0-or-later AND MIT-CMU",
    )


@hookimpl
def generate_image(request: PictureRequest, settings: PlateSettings, job: Job) -> Still:
    from tintype_example.plate import make_plate  # imported here, so that listing plugins stays quick

    return make_plate(request, settings, job)
