"""Sound strips."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from .. import compat
from ..client.film import SoundClip
from ..rig.curves import action_of, write_curve
from .easing import fades
from .timing import Span

if TYPE_CHECKING:
    from pathlib import Path

    import bpy


def add_sound(
    strips: Any, scene: bpy.types.Scene, clip: SoundClip, path: Path, channel: int, span: Span, fps: float
) -> bpy.types.Strip:
    """Add sound with its gain; fades are key frames of the volume."""
    strip = strips.new_sound(name=clip.id, filepath=str(path), channel=channel, frame_start=span.start)
    if clip.offset_s > 0:
        compat.trim_start(strip, round(clip.offset_s * fps))
    compat.set_length(strip, span.length)
    strip.volume = amplitude(clip.gain_db)
    strip.show_waveform = True
    keys = fades(span, round(clip.fade_in_s * fps), round(clip.fade_out_s * fps), strip.volume)
    if keys is not None:
        action_of(scene, f"{scene.name} edit")
        write_curve(scene, strip.path_from_id("volume"), 0, keys)
    return strip


def amplitude(gain_db: float) -> float:
    """A gain in decibels as a factor of the amplitude."""
    return math.pow(10.0, gain_db / 20.0)
