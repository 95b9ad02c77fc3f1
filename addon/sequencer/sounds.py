"""Sound strips."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from .. import compat
from ..client.film import SoundClip
from ..rig.curves import action_of, write_curve
from .easing import fades
from .paths import blend_path
from .timing import Span, time_of

if TYPE_CHECKING:
    from pathlib import Path

    import bpy


def add_sound(
    strips: Any, scene: bpy.types.Scene, clip: SoundClip, path: Path, channel: int, span: Span, fps: float
) -> bpy.types.Strip:
    """Add sound with its gain; fades are key frames of the volume."""
    strip = strips.new_sound(name=clip.id, filepath=blend_path(path), channel=channel, frame_start=span.start)
    skipped = round(clip.offset_s * fps)
    if skipped > 0:
        compat.trim_start(strip, skipped)
    compat.set_length(strip, span.length)
    strip.sound_offset = rest_of_rounding(clip, span, skipped, fps)
    strip.volume = amplitude(clip.gain_db)
    strip.show_waveform = True
    keys = fades(span, round(clip.fade_in_s * fps), round(clip.fade_out_s * fps), strip.volume)
    if keys is not None:
        action_of(scene, f"{scene.name} edit")
        write_curve(scene, strip.path_from_id("volume"), 0, keys)
    return strip


def rest_of_rounding(clip: SoundClip, span: Span, skipped: int, fps: float) -> float:
    """Seconds by which the sound has to come later than its strip, which starts and is trimmed on whole frames.

    With it the sound is in its place to the sample, as the face's key frames are.
    """
    return (clip.start_s - time_of(span.start, fps)) - (clip.offset_s - skipped / fps)


def amplitude(gain_db: float) -> float:
    """A gain in decibels as a factor of the amplitude."""
    return math.pow(10.0, gain_db / 20.0)
