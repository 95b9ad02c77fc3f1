"""A film's edit into film.blend and film.mp4, step by step.  This module reads like a table of contents."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import bpy

from .. import compat
from ..client.errors import RenderFailed
from ..client.film import Film, PortraitClip, read_film
from ..sequencer.framing import half_size_percentage
from ..sequencer.timeline import Timeline, build_timeline
from ..sequencer.timing import span_of, time_of
from . import movie
from .events import Events
from .farm import ENGINES, Chunk, Farm, chunks_of
from .frame_cache import FrameFolder, code_digest, digest, file_digest, prune

PACKAGE = Path(__file__).parent.parent
DRAWING = (
    "rig",
    "sequencer/easing.py",
    "sequencer/framing.py",
    "sequencer/portraits.py",
    "rendering/pixels.py",
    "rendering/shot.py",
    "rendering/smoothing.py",
    "rendering/worker.py",
)
"""The modules that decide what a portrait's frame looks like."""


@dataclass(frozen=True)
class Order:
    """What to render.

    Attributes:
        film: the edit (``film.json``).
        root: the film's folder.
        blend: where the .blend is saved.
        out: the mp4 to write.
        cache: folder of the frame cache.
        quality: ``draft`` renders at half size, ``final`` at full size.
        workers: Blender processes that render portraits side by side.
    """

    film: Path
    root: Path
    blend: Path
    out: Path
    cache: Path
    quality: str
    workers: int

    @property
    def smooth(self) -> bool:
        """Whether outlines are smoothed: in the film, not in drafts."""
        return self.quality == "final"


def render_film(order: Order, entry: Path, events: Events) -> dict[str, Any]:
    """Build the timeline, save it, render the portraits that are missing, render the film.

    Args:
        order: what to render.
        entry: the script that starts a worker.
        events: told of progress.

    Returns:
        What the event ``done`` says.
    """
    film = read_film(order.film)
    check_files(film, order.root)
    movie.clear_unfinished(order.blend, order.out)
    percentage = 100 if order.quality == "final" else half_size_percentage(film.width_px, film.height_px)
    timeline = build(film, order)
    save(order.blend, timeline.scene, order.out)
    folders, heads = render_portraits(film, order, entry, percentage, events)
    for clip_id, folder in folders.items():
        movie.show_frames(timeline.portraits[clip_id], [folder.frame(n) for n in range(folder.count)], percentage)
    movie.play_frames(timeline.scene, set(timeline.portraits.values()))
    total = timeline.scene.frame_end - timeline.scene.frame_start + 1
    events.send("progress", step="film", done=0, total=total, made=0, reused=0, clip="")

    def on_frame(written: int) -> None:
        events.send("progress", step="film", done=written, total=total, made=written, reused=0, clip="")

    movie.render_movie(timeline.scene, order.out, percentage, on_frame)
    prune(order.cache, [folder.path for folder in folders.values()])
    return heads | {"film": str(order.out), "blend": str(order.blend), "frames": total}


def check_files(film: Film, root: Path) -> None:
    """Refuse at once when a file of the edit is missing.

    Raises:
        RenderFailed: names the first one.
    """
    for clip in film.clips():
        for name in ("head", "face", "backdrop", "path"):
            path = getattr(clip, name, None)
            if path is not None and not (root / path).is_file():
                raise RenderFailed(
                    f"Clip {clip.id!r} needs {root / path}, which does not exist.",
                    hint="Make the film again: `tintype run film.toml`.",
                )


def build(film: Film, order: Order) -> Timeline:
    """Build the timeline in a fresh Blender."""
    start_fresh()
    scene = bpy.context.window.scene
    scene.name = film.title
    return build_timeline(film, order.root, scene)


def start_fresh() -> None:
    """Load Blender's own Video Editing start file, so that the saved film opens ready to be edited; keep one scene."""
    try:
        bpy.ops.wm.read_homefile(use_factory_startup=True, app_template="Video_Editing")
    except RuntimeError:  # a Blender without its templates
        bpy.ops.wm.read_factory_settings(use_empty=True)
    for scene in list(bpy.data.scenes)[1:]:
        bpy.data.scenes.remove(scene)
    bpy.data.batch_remove(list(bpy.data.objects))
    for workspace in bpy.data.workspaces:
        if workspace.name == "Video Editing" and bpy.context.window is not None:
            bpy.context.window.workspace = workspace


def save(blend: Path, edit: bpy.types.Scene, out: Path) -> None:
    """Save the .blend beside its place and rename it; paths in it are relative, so the folder can move."""
    folder = blend.parent
    folder.mkdir(parents=True, exist_ok=True)
    movie.set_output(edit, f"//{out.name}" if out.parent == folder else str(out))
    part = blend.with_name(f".{blend.stem}.{os.getpid()}.part.blend")
    bpy.context.preferences.filepaths.save_version = 0
    bpy.ops.wm.save_as_mainfile(filepath=str(part), compress=False)
    bpy.ops.file.make_paths_relative()  # needs to know where the file lies, so it is saved twice
    bpy.ops.wm.save_mainfile(compress=True)
    os.replace(part, blend)


def render_portraits(
    film: Film, order: Order, entry: Path, percentage: int, events: Events
) -> tuple[dict[str, FrameFolder], dict[str, Any]]:
    """Render the frames of portraits that the cache lacks.

    Returns:
        The frames' folder by clip id; counts for the event ``done``.
    """
    clips = film.portraits()
    total = sum(span_of(clip, film.fps).length for clip in clips)
    counts = {"heads_made": 0, "heads_reused": 0, "engine": ""}
    if not clips:
        return {}, counts

    def command(engine: str) -> list[str]:
        words = ["--worker", engine, "--blend", str(order.blend), "--percentage", str(percentage)]
        return [*compat.python_command(entry), *words, *(["--smooth"] if order.smooth else [])]

    def tell(clip: str) -> None:
        made, reused = counts["heads_made"], counts["heads_reused"]
        facts = {"done": made + reused, "total": total, "made": made, "reused": reused, "clip": clip}
        events.send("progress", step="heads", **facts)

    def on_frame(scene: str, frame: int) -> None:
        counts["heads_made"] += 1
        tell(scene)

    farm = Farm(command, order.workers, on_frame)
    try:
        engine = complete_engine(film, order, percentage) or farm.find_engine()
        folders = {clip.id: folder_of(film, clip, order, percentage, engine) for clip in clips}
        todo: list[Chunk] = []
        for clip_id, folder in folders.items():
            folder.path.mkdir(parents=True, exist_ok=True)
            folder.clear_unfinished()
            todo += chunks_of(clip_id, folder.path, folder.missing())
            os.utime(folder.path)
        counts |= {"engine": engine, "heads_reused": total - sum(len(chunk.frames) for chunk in todo)}
        tell("")
        if todo:
            farm.render(todo, engine)
    finally:
        farm.close()
    return folders, counts


def complete_engine(film: Film, order: Order, percentage: int) -> str | None:
    """The engine all of whose frames are in the cache already, so that no worker has to be started."""
    for engine in ENGINES:
        folders = [folder_of(film, clip, order, percentage, engine) for clip in film.portraits()]
        if not any(folder.missing() for folder in folders):
            return engine
    return None


def folder_of(film: Film, clip: PortraitClip, order: Order, percentage: int, engine: str) -> FrameFolder:
    """The folder for a clip's frames, named by everything that they depend on."""
    span = span_of(clip, film.fps)
    framing = {name: value for name, value in asdict(clip).items() if name.startswith(("plate_", "zoom"))}
    files = {
        name: file_digest(order.root / getattr(clip, name)) if getattr(clip, name) else None
        for name in ("head", "face", "backdrop")
    }
    sources = [path for name in DRAWING for path in ((PACKAGE / name).rglob("*.py"), [PACKAGE / name])["." in name]]
    wanted = {
        "files": files,
        "framing": framing,
        "track_start_s": round(time_of(span.start, film.fps) - clip.start_s + clip.face_offset_s, 6),
        "frames": span.length,
        "fps": film.fps,
        "size": [film.width_px, film.height_px, percentage],
        "engine": engine,
        "smooth": order.smooth,
        "blender": bpy.app.version_string,
        "code": code_digest(sources),
    }
    return FrameFolder(order.cache / digest(wanted)[:32], span.length)
