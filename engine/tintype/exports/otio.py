"""The edit as OpenTimelineIO, for other editing programs.

Times are whole frames at the film's rate.  Clips keep their id, line and whether they are synthetic under
``metadata["tintype"]``; synthetic ones carry a marker.  What is a file is an external reference with a path relative
to the .otio; titles and portraits are generators, and a portrait names the rendered film as a second reference.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import opentimelineio as otio
import soundfile

from tintype.documents import Clip, ColourClip, CrossFade, Film, PictureClip, PortraitClip, SoundClip, TitleClip, Track
from tintype.documents.base import write_atomic
from tintype.exports.timecode import frame_at

RENDERED_FILM = "film.mp4"
RENDERED = "rendered_film"
LABEL_OF_SYNTHETIC = {"portrait": "Synthetic face", "sound": "Synthetic voice or sound", "picture": "Generated picture"}


def write_otio(edit: Film, root: Path, path: Path) -> None:
    """Write the edit to ``path``.

    Args:
        root: the film's folder, which the clips' paths are relative to; sounds there are read for their length.
        path: the .otio to write, in that folder.
    """
    write_atomic(path, (otio.adapters.write_to_string(timeline_of(edit, root), "otio_json") + "\n").encode())


def timeline_of(edit: Film, root: Path) -> Any:
    """The edit as an ``otio.schema.Timeline``; its tracks are listed from the bottom up, as the film's are."""
    timeline = otio.schema.Timeline(name=edit.title, global_start_time=_time(0, edit.fps))
    timeline.metadata["tintype"] = {
        "schema": edit.schema_label,
        "subject": edit.subject,
        "width_px": edit.width_px,
        "height_px": edit.height_px,
        "loudness_lufs": edit.loudness_lufs,
        **edit.metadata,
    }
    for track in edit.tracks:
        kind = otio.schema.TrackKind.Audio if track.kind == "sound" else otio.schema.TrackKind.Video
        for number, clips in enumerate(lanes_of(track), start=1):
            name = track.name if number == 1 else f"{track.name} {number}"
            made = otio.schema.Track(name=name, kind=kind)
            made.extend(_items(clips, track.fades, edit, root))
            timeline.tracks.append(made)
    return timeline


def lanes_of(track: Track) -> list[list[Clip]]:
    """The track's clips in as few lanes as it takes for clips to overlap only where a cross-fade joins them."""
    joined = {(fade.from_clip, fade.to_clip) for fade in track.fades}
    lanes: list[list[Clip]] = []
    for clip in sorted(track.clips, key=lambda clip: clip.start_s):
        free = (lane for lane in lanes if clip.start_s >= lane[-1].end_s - 1e-6 or (lane[-1].id, clip.id) in joined)
        lane = next(free, None)
        if lane is None:
            lanes.append([clip])
        else:
            lane.append(clip)
    return lanes or [[]]


def _items(clips: Sequence[Clip], fades: Iterable[CrossFade], edit: Film, root: Path) -> list[Any]:
    """Clips, gaps and transitions in order, from the film's first frame to its last.

    OpenTimelineIO wants clips of a track to touch, and a transition to say how far it reaches to both sides of the
    cut; so two clips that overlap are cut in the middle of their cross-fade.
    """
    joins = {(fade.from_clip, fade.to_clip) for fade in fades}
    bounds = [[frame_at(clip.start_s, edit.fps), frame_at(clip.end_s, edit.fps)] for clip in clips]
    reach: dict[int, tuple[int, int]] = {}
    for number in range(1, len(clips)):
        overlap = bounds[number - 1][1] - bounds[number][0]
        if (clips[number - 1].id, clips[number].id) in joins and overlap > 0:
            before, after = overlap // 2, overlap - overlap // 2
            reach[number] = (before, after)
            bounds[number - 1][1] -= after
            bounds[number][0] += before
        elif overlap > 0:  # half a frame of rounding
            bounds[number][0] += overlap
    items: list[Any] = []
    at = 0
    for number, (clip, (start, end)) in enumerate(zip(clips, bounds, strict=True)):
        if start > at:
            items.append(_gap(start - at, edit.fps))
        if number in reach:
            items.append(_transition(clips[number - 1], clip, reach[number], edit.fps))
        if end > start:
            items.append(_clip(clip, start, end, edit, root))
        at = max(at, end)
    last = frame_at(edit.duration_s, edit.fps)
    if last > at:
        items.append(_gap(last - at, edit.fps))
    return items


def _clip(clip: Clip, start: int, end: int, edit: Film, root: Path) -> Any:
    offset = start - frame_at(clip.start_s, edit.fps)
    if isinstance(clip, SoundClip):
        first = clip.offset_s * edit.fps + offset
    elif isinstance(clip, PortraitClip):
        first = start  # in film time, as the rendered film has it
    else:
        first = offset
    source_range = otio.opentime.TimeRange(_time(first, edit.fps), _time(end - start, edit.fps))
    made = otio.schema.Clip(name=clip.id, source_range=source_range)
    made.set_media_references(_references(clip, edit, root), otio.schema.Clip.DEFAULT_MEDIA_KEY)
    made.metadata["tintype"] = clip.model_dump(mode="json", exclude={"filters"})
    made.effects.extend(_effects(clip))
    if clip.synthetic:
        made.markers.append(_marker(clip, source_range, edit))
    return made


def _references(clip: Clip, edit: Film, root: Path) -> dict[str, Any]:
    key = otio.schema.Clip.DEFAULT_MEDIA_KEY
    if isinstance(clip, PictureClip):
        return {key: _external(clip.path, frame_at(clip.duration_s, edit.fps), edit.fps)}
    if isinstance(clip, SoundClip):
        return {key: _external(clip.path, _sound_frames(clip, root, edit.fps), edit.fps)}
    if isinstance(clip, PortraitClip):
        whole = _range(frame_at(edit.duration_s, edit.fps), edit.fps)
        parameters = clip.model_dump(mode="json", include={"head", "face", "face_offset_s", "backdrop"})
        generator = otio.schema.GeneratorReference("Portrait", "tintype.portrait", whole, parameters)
        return {key: generator, RENDERED: otio.schema.ExternalReference(RENDERED_FILM, whole)}
    kind = "tintype.title" if isinstance(clip, TitleClip) else "tintype.colour"
    shown = clip.model_dump(mode="json", exclude=set(Clip.model_fields))
    frames = _range(frame_at(clip.duration_s, edit.fps), edit.fps)
    name = clip.text if isinstance(clip, TitleClip) else "Colour" if isinstance(clip, ColourClip) else clip.id
    return {key: otio.schema.GeneratorReference(name, kind, frames, shown)}


def _sound_frames(clip: SoundClip, root: Path, fps: float) -> float:
    """Length of the file in frames; of what is used of it when it is not there."""
    try:
        return float(soundfile.info(root / clip.path).duration * fps)
    except (soundfile.LibsndfileError, OSError):
        return (clip.offset_s + clip.duration_s) * fps


def _effects(clip: Clip) -> list[Any]:
    effects = [
        otio.schema.Effect(
            name=look.kind, effect_name=f"tintype.{look.kind}", metadata={"tintype": look.model_dump(mode="json")}
        )
        for look in clip.filters
    ]
    if isinstance(clip, PictureClip):
        move = {"tintype": clip.move.model_dump(mode="json")}
        effects.append(otio.schema.Effect(name="move", effect_name="tintype.move", metadata=move))
    return effects


def _marker(clip: Clip, source_range: Any, edit: Film) -> Any:
    kind = getattr(clip, "kind", "clip")
    return otio.schema.Marker(
        name=LABEL_OF_SYNTHETIC.get(kind, "Synthetic"),
        marked_range=source_range,
        color=otio.schema.MarkerColor.MAGENTA,
        metadata={"tintype": {"synthetic": True, "subject": edit.subject, "clip": clip.id}},
    )


def _transition(before: Clip, after: Clip, reach: tuple[int, int], fps: float) -> Any:
    return otio.schema.Transition(
        name=f"{before.id} to {after.id}",
        transition_type=otio.schema.TransitionTypes.SMPTE_Dissolve,
        in_offset=_time(reach[0], fps),
        out_offset=_time(reach[1], fps),
    )


def _external(path: str, frames: float, fps: float) -> Any:
    return otio.schema.ExternalReference(quote(path), _range(frames, fps))


def _gap(frames: int, fps: float) -> Any:
    return otio.schema.Gap(duration=_time(frames, fps))


def _range(frames: float, fps: float) -> Any:
    return otio.opentime.TimeRange(_time(0, fps), _time(frames, fps))


def _time(frames: float, fps: float) -> Any:
    return otio.opentime.RationalTime(frames, fps)
