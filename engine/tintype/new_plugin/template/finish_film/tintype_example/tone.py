"""Puts the filters on the clips."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tintype import Job
from tintype.documents import Film, Filter, PictureClip, PortraitClip

if TYPE_CHECKING:
    from tintype_example import ToneSettings


def toned(film: Film, settings: ToneSettings, job: Job) -> Film:
    """A copy of the film whose portraits and pictures have the tone, saved into ``job.folder``."""
    filters = filters_of(settings)
    tracks = []
    for number, track in enumerate(film.tracks):
        job.progress(number / len(film.tracks), track.name)
        clips = tuple(
            clip.model_copy(update={"filters": clip.filters + filters})
            if isinstance(clip, PictureClip | PortraitClip)
            else clip
            for clip in track.clips
        )
        tracks.append(track.model_copy(update={"clips": clips}))
    return film.model_copy(update={"tracks": tuple(tracks)}).save(job.folder)


def filters_of(settings: ToneSettings) -> tuple[Filter, ...]:
    """Blender's strip modifiers for the tone: more red and less blue, then contrast."""
    gain = (1 + 0.2 * settings.warmth, 1.0, 1 - 0.3 * settings.warmth)
    return (
        Filter(kind="color_balance", settings={"gain": gain}),
        Filter(kind="bright_contrast", settings={"contrast": settings.contrast}),
    )
