"""A picture of the archive for a line: found by its caption, framed so that no face is cut, moved with care."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import Field
from tintype import Asset, Job, PictureRequest, ProviderInfo, Settings, hookimpl
from tintype.documents import Still


class StillsSettings(Settings):
    """How pictures of the archive are framed and moved."""

    move: Literal["auto", "push in", "pull out", "pan", "hold"] = Field(
        "auto", description="How the camera moves over a picture; auto decides by its shape and by what it shows."
    )
    speed: float = Field(
        0.025, ge=0, le=0.1, description="How much larger the picture gets per second, as a fraction of its size."
    )
    easing: Literal["linear", "ease", "ease_in", "ease_out"] = Field(
        "ease", description="How the move speeds up and slows down."
    )
    layout: Literal["auto", "fill", "whole"] = Field(
        "auto",
        description="fill crops the picture to the film's shape; whole shows all of it on a backdrop made from "
        "itself; auto fills unless that would cut a face.",
    )
    restore: Literal["no", "tones", "dust", "tones and dust"] = Field(
        "no", description="Make a restored version of the picture; it is a file of its own, and labelled as restored."
    )
    max_enlargement: float = Field(
        4.0, ge=1, le=8, description="How many times a small detail may be enlarged to the film's size."
    )


@hookimpl
def describe_provider() -> ProviderInfo:
    return ProviderInfo(
        title="Archive stills",
        description="Finds the archive's picture for a line by captions, names, dates and faces, and moves over it.",
        settings={"generate_image": StillsSettings},
        licence="GPL-3.0-or-later AND Apache-2.0 AND MIT-CMU",
    )


@hookimpl
def generate_image(request: PictureRequest, references: Sequence[Asset], settings: StillsSettings, job: Job) -> Still:
    from tintype_archive_stills.stills import make_still

    return make_still(request, references, settings, job)
