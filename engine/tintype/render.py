"""Renders a film's edit: film.blend with every strip editable, and film.mp4, signed."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from tintype import consent
from tintype.blender import addon_folder, headless_command, run_headless
from tintype.credentials.film import FilmCredentials, film_credentials
from tintype.digests import code_digest, data_digest, file_digest
from tintype.documents import Film, PictureClip, PortraitClip, SoundClip
from tintype.documents.base import write_atomic
from tintype.errors import DocumentInvalid, RenderFailed
from tintype.pipeline import WORK_FOLDER, locked
from tintype.progress import Run
from tintype.project import Project
from tintype.results import edit_path

Quality = Literal["draft", "final"]
STEPS = {"heads": "Render the portraits", "film": "Render the film"}
RENDER_STEPS = {f"render_{step}" for step in STEPS}


@dataclass(frozen=True)
class Rendered:
    """What a render left.

    Attributes:
        made: frames of portraits that were rendered; ``reused`` were there already.
        unchanged: nothing had changed since the last render, so nothing was rendered.
        signed: the film was signed by this call; a film whose picture has not changed may need only that.
        kept: where a .blend that the editor had worked in was moved, so that the new one did not replace it.
    """

    film: Path
    blend: Path
    made: int = 0
    reused: int = 0
    unchanged: bool = False
    signed: bool = False
    kept: Path | None = None


def render_film(
    project: Project, run: Run, *, out: Path | None = None, blender: Path | None = None, quality: Quality = "final"
) -> Rendered:
    """Render the edit that ``make_film`` left in the film's folder.

    Args:
        out: the film to write, mp4; ``film.mp4`` in the film's folder if absent.  The .blend lies beside it.
        blender: a Blender application; the ``bpy`` module of this environment if absent.
        quality: ``draft`` renders at half size.

    Raises:
        RenderFailed: there is no edit yet, or Blender failed.
        BlenderMissing: there is no Blender, or no add-on.
        ConsentError: the consent does not cover the film any more.
        CredentialsError: the film cannot be signed.
    """
    root = project.root
    out = (out or root / "film.mp4").resolve()
    blend = out.with_suffix(".blend")
    if out.suffix.lower() != ".mp4":
        raise RenderFailed(f"{out.name} cannot be written: films are rendered as .mp4.", hint="Name it film.mp4.")
    consent.require_for_film(project)
    film = read_edit(root)
    credentials = film_credentials(project, film, out, quality)
    addon = addon_folder()
    command = headless_command(blender, addon)
    stamp_file = root / WORK_FOLDER / "renders" / f"{data_digest(str(out))[:16]}.json"
    wanted = wanted_stamp(film, root, addon, command, quality)
    if stamp_matches(stamp_file, wanted, out, blend):
        signed = sign_again(stamp_file, wanted, out, credentials)
        return Rendered(out, blend, unchanged=True, signed=signed)
    out.parent.mkdir(parents=True, exist_ok=True)
    with locked(project):
        kept = keep_edited(blend, stamp_file)
        done = _render(command, root, out, blend, stamp_file, quality, run)
    credentials.sign(out)
    write_stamp(stamp_file, wanted, out, credentials, blend_digest=remembered_blend(stamp_file))
    return Rendered(out, blend, made=done["heads_made"], reused=done["heads_reused"], signed=True, kept=kept)


def _render(
    command: list[str], root: Path, out: Path, blend: Path, stamp_file: Path, quality: Quality, run: Run
) -> dict[str, Any]:
    arguments = {
        "--film": edit_path(root),
        "--root": root,
        "--blend": blend,
        "--out": out,
        "--cache": root / WORK_FOLDER / "frames",
        "--quality": quality,
    }

    def on_event(event: dict[str, Any]) -> None:
        step = f"render_{event['step']}"
        if not run.stages.keys() & RENDER_STEPS:
            remember_blend(stamp_file, blend)  # it is saved before the first frame, and may be opened from now on
        if step not in run.stages:
            run.begin(step, int(event["total"]), STEPS[event["step"]])
        progress = run.stages[step]
        progress.made, progress.reused = event.get("made", event["done"]), event.get("reused", 0)
        progress.done = float(event["done"])
        if run.watcher is not None:
            run.watcher.stage_changed(progress, event.get("clip", ""))

    words = [word for name, value in arguments.items() for word in (name, str(value))]
    try:
        return run_headless([*command, *words], on_event, run.cancelled)
    except RenderFailed:
        run.check_cancelled()
        raise


def read_edit(root: Path) -> Film:
    """The film's edit.

    Raises:
        RenderFailed: it has not been made yet.
    """
    try:
        return Film.load(edit_path(root).parent)
    except DocumentInvalid as err:
        raise RenderFailed(
            f"There is no edit to render in {root}: {err.message}", hint="Make it with `tintype run film.toml`."
        ) from err


def wanted_stamp(film: Film, root: Path, addon: Path, command: list[str], quality: Quality) -> str:
    """Digest over everything that a render depends on."""
    return data_digest(
        {
            "film": film.model_dump(mode="json"),
            "files": {name: file_digest(root / name) for name in used_files(film) if (root / name).is_file()},
            "addon": code_digest(addon),
            "command": command,
            "quality": quality,
        }
    )


def used_files(film: Film) -> list[str]:
    """Paths that the edit's clips refer to, relative to the film's folder."""
    names: set[str] = set()
    for clip in film.clips():
        if isinstance(clip, PortraitClip):
            names |= {name for name in (clip.head, clip.face, clip.backdrop) if name}
        elif isinstance(clip, PictureClip | SoundClip):
            names.add(clip.path)
    return sorted(names)


def stamp_matches(stamp_file: Path, wanted: str, out: Path, blend: Path) -> bool:
    """Whether the last render is still there, untouched, and of what is wanted now.

    A .blend that the editor has changed since counts as there: it is theirs, and not rendered over.
    """
    try:
        stamp = json.loads(stamp_file.read_bytes())
        return bool(stamp["wanted"] == wanted and stamp["film"] == file_digest(out) and blend.is_file())
    except (OSError, ValueError, KeyError, TypeError):
        return False


def remember_blend(stamp_file: Path, blend: Path) -> None:
    """Note that the .blend is ours as it is now: what a killed render leaves is known, an early change is not ours."""
    write_atomic(stamp_file, json.dumps({"blend": file_digest(blend)}).encode())


def remembered_blend(stamp_file: Path) -> str:
    """The digest of the .blend as we saved it; empty when that was never noted."""
    try:
        return str(json.loads(stamp_file.read_bytes())["blend"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def keep_edited(blend: Path, stamp_file: Path) -> Path | None:
    """Move a .blend that is not as we left it out of the way, to ``NAME.edited-1.blend`` or the next free number."""
    if not blend.is_file():
        return None
    if remembered_blend(stamp_file) == file_digest(blend):
        return None  # anything else, or no note at all, may be the editor's work
    number = 1
    while (kept := blend.with_suffix(f".edited-{number}.blend")).exists():
        number += 1
    os.replace(blend, kept)
    return kept


def sign_again(stamp_file: Path, wanted: str, out: Path, credentials: FilmCredentials) -> bool:
    """Sign a film that is rendered already, if what it has to say or the key has changed; whether that was so."""
    stamp = json.loads(stamp_file.read_bytes())
    if stamp.get("credentials") == credentials.digest:
        return False
    credentials.sign(out)
    write_stamp(stamp_file, wanted, out, credentials, blend_digest=stamp.get("blend", ""))
    return True


def write_stamp(stamp_file: Path, wanted: str, out: Path, credentials: FilmCredentials, *, blend_digest: str) -> None:
    """Remember what was rendered and signed, so that the same is not done again."""
    stamp = {
        "wanted": wanted,
        "path": str(out),
        "film": file_digest(out),
        "blend": blend_digest,
        "credentials": credentials.digest,
    }
    write_atomic(stamp_file, json.dumps(stamp, indent=2).encode())
