"""From an edit to a timeline, track by track.  This module reads like a table of contents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import compat
from ..client.film import Clip, ColourClip, CrossFade, Film, PictureClip, PortraitClip, SoundClip, TitleClip
from ..rig.curves import action_of, write_curve
from . import marks
from .easing import fades
from .filters import add_filter
from .lanes import Plan, plan_channels
from .pictures import add_colour, add_picture
from .portraits import HeadLibrary, build_portrait, remove_portrait, set_format
from .sounds import add_sound
from .timing import FIRST_FRAME, Span, frame_at, span_of
from .titles import add_title

if TYPE_CHECKING:
    import bpy


@dataclass
class Timeline:
    """What has been built.

    Attributes:
        scene: the one with the edit.
        strips: strip of each clip, by the clip's id.
        portraits: scene of each portrait clip, by the clip's id.
    """

    scene: bpy.types.Scene
    strips: dict[str, bpy.types.Strip] = field(default_factory=dict)
    portraits: dict[str, bpy.types.Scene] = field(default_factory=dict)


def build_timeline(
    film: Film, root: Path, scene: bpy.types.Scene, on_clip: Callable[[str], None] = lambda clip: None
) -> Timeline:
    """Build a film's timeline in a scene; strips that Tintype did not make stay where they are.

    Args:
        film: the edit.
        root: the film's folder, that its paths are relative to.
        scene: becomes the edit: gets the film's size, rate and length.
        on_clip: told of each clip's id before it is added.
    """
    compat.edit_in(scene)
    remove_timeline(scene)
    strips = compat.sequence(scene)
    plan = plan_channels(film, [(strip.channel, Span(*compat.span(strip))) for strip in strips])
    timeline = Timeline(scene)
    set_up_edit(scene, film, root)
    name_channels(scene, plan)
    library = HeadLibrary()
    try:
        for track in film.tracks:
            for clip in track.clips:
                on_clip(clip.id)
                add_clip(timeline, film, clip, root, plan.clips[clip.id], library)
            for fade in track.fades:
                add_cross_fade(timeline, fade, plan.fades[fade.from_clip, fade.to_clip])
    finally:
        library.close()
    for strip in strips:
        strip.select = False
    return timeline


def set_up_edit(scene: bpy.types.Scene, film: Film, root: Path) -> None:
    """Give the scene the film's size, rate, length and look."""
    set_format(scene, film)
    scene.frame_start = FIRST_FRAME
    scene.frame_end = max(frame_at(film.duration_s, film.fps) - 1, FIRST_FRAME)
    scene.view_settings.view_transform = "Standard"
    scene.view_settings.look = "None"
    scene.render.dither_intensity = 0.0
    scene.render.sequencer_gl_preview = "SOLID"
    scene.sync_mode = "AUDIO_SYNC"
    scene[marks.FILM] = str(root)


def name_channels(scene: bpy.types.Scene, plan: Plan) -> None:
    for number, name in plan.names.items():
        scene.sequence_editor.channels[number].name = name


def remove_timeline(scene: bpy.types.Scene) -> None:
    """Remove what an earlier build left in the scene: Tintype's strips, their curves and their portrait scenes."""
    if scene.sequence_editor is None:
        return
    strips = compat.sequence(scene)
    ours = [strip for strip in strips if marks.is_ours(strip)]
    portraits = {strip.scene for strip in ours if strip.type == "SCENE" and strip.scene is not None}
    for strip in sorted(ours, key=lambda strip: marks.FADE not in strip):  # effects before what they join
        strips.remove(strip)
    for portrait in portraits:
        remove_portrait(portrait)


def add_clip(
    timeline: Timeline, film: Film, clip: Clip, root: Path, channel: int, library: HeadLibrary
) -> bpy.types.Strip:
    """Add one clip as a strip, with its fades, looks and marks."""
    scene = timeline.scene
    strips, span = compat.sequence(scene), span_of(clip, film.fps)
    strip: Any
    if isinstance(clip, PortraitClip):
        kind = "portrait"
        portrait = timeline.portraits[clip.id] = build_portrait(film, clip, root, library)
        strip = strips.new_scene(name=clip.id, scene=portrait, channel=channel, frame_start=span.start)
        strip.blend_type = "ALPHA_OVER"
    elif isinstance(clip, PictureClip):
        kind = "picture"
        strip = add_picture(strips, scene, clip, root / clip.path, channel, span)
    elif isinstance(clip, SoundClip):
        kind = "sound"
        strip = add_sound(strips, scene, clip, root / clip.path, channel, span, film.fps)
    elif isinstance(clip, TitleClip):
        kind = "title"
        strip = add_title(strips, clip, film.height_px, channel, span)
    else:
        assert isinstance(clip, ColourClip)
        kind = "colour"
        strip = add_colour(strips, clip, channel, span)
    if kind != "sound":
        fade(strip, scene, clip, span, film.fps)
    for look in clip.filters:
        add_filter(strip, look)
    marks.mark(strip, clip, kind)
    timeline.strips[clip.id] = strip
    return strip


def fade(strip: bpy.types.Strip, scene: bpy.types.Scene, clip: Clip, span: Span, fps: float) -> None:
    """Fade a strip in from black and out to black by key frames of its opacity."""
    keys = fades(span, round(clip.fade_in_s * fps), round(clip.fade_out_s * fps), strip.blend_alpha)
    if keys is not None:
        action_of(scene, f"{scene.name} edit")
        write_curve(scene, strip.path_from_id("blend_alpha"), 0, keys)


def add_cross_fade(timeline: Timeline, cross: CrossFade, channel: int) -> bpy.types.Strip:
    """Join two overlapping strips by a cross-fade over their overlap."""
    going, coming = timeline.strips[cross.from_clip], timeline.strips[cross.to_clip]
    start, end = compat.span(coming)[0], compat.span(going)[1]
    strip = compat.new_effect(
        compat.sequence(timeline.scene),
        f"{cross.from_clip} to {cross.to_clip}",
        "GAMMA_CROSS",
        channel,
        start,
        max(end - start, 1),
        (going, coming),
    )
    strip.blend_type = "ALPHA_OVER"
    strip[marks.FADE] = [cross.from_clip, cross.to_clip]
    strip.color_tag = marks.COLOUR_TAGS["fade"]
    return strip
