"""Removes what was computed from a person's face and voice, says what it cannot remove, and proves it by a scan.

The archive itself is not touched: photos and tapes are the family's.  What is removed can be made again from them, as
long as somebody has the right to.
"""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tintype.cache import ENTRY_FILE
from tintype.credentials.results import RECORD_FILE
from tintype.credentials.signing import SIDECAR_SUFFIX
from tintype.digests import file_digest
from tintype.errors import FilmNotFound, ForgetFailed
from tintype.pipeline import WORK_FOLDER, locked
from tintype.project import MAX_FILM_TOML_BYTES, Project, read_project

RESULTS_OF_A_LINE = frozenset(
    {"speech.wav", "phones.json", "face.npz", "face.csv", "emotion.json", "still.json", "picture.png"}
)
HEAD_FILES = ("head.glb", "head.json")
STAGE_REASONS = {
    "build_voice": "voice profile",
    "synthesize_speech": "synthetic speech",
    "align_speech": "phones of a recording",
    "build_head": "head model",
    "animate_face": "face track",
    "extract_features": "readings of faces and voices",
    "recognize_emotion": "readings of feeling",
    "prepare_archive": "cleaned copy from the archive",
}
RENDERED = frozenset({".mp4", ".mov", ".mkv", ".webm"})
EDITABLE = frozenset({".blend", ".blend1", ".blend2"})
EMPTY_DIGEST = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
"""SHA-256 of nothing: an empty file gives nobody away."""
ORIGINAL = "the archive's own"
RECORD = "a record of the film: words, no face and no voice"
TABLES_KEPT = ("cues.csv", "film.otio", "film.srt", "film.vtt")


@dataclass(frozen=True)
class Found:
    """A file, and why it is listed."""

    path: Path
    reason: str


@dataclass(frozen=True)
class Plan:
    """What forgetting a film would do.

    Attributes:
        removable: derived data that can be removed.
        beyond_reach: what holds the person's face or voice and is not removed, with the reason.
        digests: of every removable file, and of what the cache says that it holds.
    """

    project: Project
    removable: tuple[Found, ...]
    beyond_reach: tuple[Found, ...]
    digests: frozenset[str]

    @property
    def size_bytes(self) -> int:
        return sum(found.path.lstat().st_size for found in self.removable if os.path.lexists(found.path))


@dataclass(frozen=True)
class Proof:
    """What is left after forgetting.

    Attributes:
        scanned: files that were read.
        compared: digests that they were compared with.
        remaining: files whose content is one of those that were to be removed.
    """

    scanned: int
    compared: int
    remaining: tuple[Path, ...]


def films_of(who: str, folder: Path) -> list[Project]:
    """The films that ``tintype forget`` was asked for.

    Args:
        who: a film.toml (or the folder that it lies in), or the name of a person.
        folder: where films about that person are looked for.

    Raises:
        FilmNotFound: there is no such film.
    """
    path = Path(who)
    if path.exists():
        return [read_project(path)]
    films = [read_project(film) for film in _films_in(folder) if _subject_of(film) == who.strip().casefold()]
    if not films:
        raise FilmNotFound(
            f"{who!r} is no film.toml, and no film under {folder.resolve()} is about a person of that name.",
            hint="Give the path of the film.toml, or the folder of the films with --in DIR.",
        )
    return films


def _films_in(folder: Path) -> Iterator[Path]:
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        if "film.toml" in files:
            yield Path(place) / "film.toml"


def _subject_of(film: Path) -> str:
    """The name in a film.toml, whatever else is wrong with it; empty when it cannot be read."""
    try:
        if film.stat().st_size > MAX_FILM_TOML_BYTES:
            return ""
        name = tomllib.loads(film.read_text("utf-8"))["subject"]["name"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return ""
    return str(name).strip().casefold()


def plan_for(project: Project) -> Plan:
    """Look for everything that was derived from the person, without touching it."""
    root = project.root
    cached = _cached_digests(root)
    removable: list[Found] = []
    beyond: list[Found] = []
    for path in sorted(_files_in(root / WORK_FOLDER)):
        if path.name != "lock":
            removable.append(Found(path, _reason_in_work_folder(path.relative_to(root / WORK_FOLDER))))
    for found in _laid_out(root):
        (removable if _is_ours(found.path, root, cached) else beyond).append(found)
    beyond += _outputs(root)
    beyond += [Found(path, ORIGINAL) for path in sorted(_files_in(project.archive_root))]
    digests = cached | {file_digest(found.path) for found in removable if _is_readable(found.path)}
    return Plan(project, tuple(removable), tuple(beyond), frozenset(digests - _digests_of_records(root, beyond)))


def remove(plan: Plan) -> int:
    """Remove what the plan lists; how many files that were.

    Raises:
        ForgetFailed: a file could not be removed; those before it are gone.
        FilmBusy: an engine is working on the film.
    """
    root = plan.project.root
    with locked(plan.project):
        for found in plan.removable:
            _remove(found.path)
        for folder in (root / WORK_FOLDER, root / "lines", root / "edit"):
            _remove_empty_folders(folder)
    (root / WORK_FOLDER / "lock").unlink(missing_ok=True)
    _remove_empty_folders(root / WORK_FOLDER)
    return len(plan.removable)


def prove(plans: Sequence[Plan], *, also_scan: Iterable[Path] = ()) -> Proof:
    """Read every file that is left in the films' folders, their archives and ``also_scan``, and compare digests."""
    places = [place for plan in plans for place in (plan.project.root, plan.project.archive_root)]
    places += also_scan
    files = dict.fromkeys(path.resolve() for place in places for path in _files_in(place) if _is_readable(path))
    digests = frozenset(digest for plan in plans for digest in plan.digests)
    return Proof(len(files), len(digests), tuple(path for path in files if file_digest(path) in digests))


def _digests_of_records(root: Path, beyond: Iterable[Found]) -> set[str]:
    """Digests that are no proof of anything: of originals, of records without face or voice, of nothing at all."""
    kept = [found.path for found in beyond if found.reason in (ORIGINAL, RECORD)]
    kept += [path for path in _files_in(root / "edit") if path.suffix == ".json"]
    return {EMPTY_DIGEST} | {file_digest(path) for path in kept if _is_readable(path)}


def _cached_digests(root: Path) -> set[str]:
    """Digests of the files of every cache entry, as the entries themselves and the record of signed files say."""
    digests: set[str] = set()
    for entry in (root / WORK_FOLDER / "cache").glob(f"*/*/{ENTRY_FILE}"):
        with suppress(OSError, ValueError, KeyError, AttributeError):
            digests |= set(json.loads(entry.read_bytes())["files"].values())
    with suppress(OSError, ValueError, KeyError, AttributeError, TypeError):
        for name, item in json.loads((root / RECORD_FILE).read_bytes()).items():
            if name not in TABLES_KEPT:
                digests |= {item["content"], item["signed"]}
    return digests


def _reason_in_work_folder(path: Path) -> str:
    if path.parts[0] == "cache" and len(path.parts) > 1:
        return STAGE_REASONS.get(path.parts[1], "cached result")
    return "rendered frames of the portrait" if path.parts[0] == "frames" else "Tintype's own records"


def _laid_out(root: Path) -> Iterator[Found]:
    """Results in the film's folder that hold the person's face or voice."""
    for name in HEAD_FILES:
        for path in (root / name, root / f"{name}{SIDECAR_SUFFIX}"):
            if os.path.lexists(path):
                yield Found(path, "head model")
    for path in sorted(_files_in(root / "lines")):
        yield Found(path, "voice, face or picture of a line")
    for path in sorted(_files_in(root / "edit")):
        if path.suffix != ".json":
            yield Found(path, "picture or sound of the edit")


def _is_ours(path: Path, root: Path, cached: set[str]) -> bool:
    """Whether Tintype made a file, by its name or by its content."""
    name = path.name.removesuffix(SIDECAR_SUFFIX)
    if name in RESULTS_OF_A_LINE or (path.parent == root and name in HEAD_FILES) or name.startswith("."):
        return True
    return (_is_readable(path) and file_digest(path) in cached) or path.suffix == SIDECAR_SUFFIX


def _outputs(root: Path) -> Iterator[Found]:
    """Rendered films and .blend files, in the film's folder or wherever they were rendered to."""
    named = [path for path in sorted(root.iterdir()) if path.is_file()]
    for stamp in sorted((root / WORK_FOLDER / "renders").glob("*.json")):
        with suppress(OSError, ValueError, KeyError, TypeError):
            out = Path(json.loads(stamp.read_bytes())["path"])
            named += [path for path in (out, out.with_suffix(".blend")) if path.is_file()]
    for path in dict.fromkeys(named):
        if path.suffix.lower() in RENDERED:
            yield Found(path, "a rendered film: delete it, and ask for every copy that was given away")
        elif path.suffix.lower() in EDITABLE:
            yield Found(path, "a .blend holds the head: delete it, with the copies that Blender saved")
        elif path.parent == root and path.name.removesuffix(SIDECAR_SUFFIX) in TABLES_KEPT:
            yield Found(path, RECORD)


def _files_in(folder: Path) -> Iterator[Path]:
    """Every file and link below a folder; links are not followed."""
    for place, folders, files in os.walk(folder):
        yield from (Path(place) / name for name in files)
        yield from (Path(place) / name for name in folders if (Path(place) / name).is_symlink())


def _is_readable(path: Path) -> bool:
    return path.is_file() and not path.is_symlink() and os.access(path, os.R_OK)


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as err:
        raise ForgetFailed(
            f"{path} could not be removed: {err.strerror or err}.",
            hint="Make its folder writable and run `tintype forget` again; what is gone stays gone.",
        ) from err


def _remove_empty_folders(folder: Path) -> None:
    for place, _, _ in os.walk(folder, topdown=False):
        with suppress(OSError):  # not empty: something in it was not ours
            Path(place).rmdir()
