"""Whether what a stage gave is valid: beyond its schema, whether it fits what the stage was asked."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from tintype.audio import read_audio
from tintype.documents import (
    ARKIT_SHAPES,
    CATEGORIES,
    Archive,
    Document,
    EmotionTrack,
    FaceTrack,
    Features,
    Film,
    HeadModel,
    PictureClip,
    PortraitClip,
    SoundClip,
    Speech,
    Still,
    TitleClip,
    VoiceProfile,
)
from tintype.errors import DocumentInvalid
from tintype.testing.inputs import Arguments
from tintype.testing.running import Outcome

DOCUMENTS: dict[str, type[Document] | type[FaceTrack]] = {
    "prepare_archive": Archive,
    "extract_features": Features,
    "build_voice": VoiceProfile,
    "recognize_emotion": EmotionTrack,
    "synthesize_speech": Speech,
    "align_speech": Speech,
    "build_head": HeadModel,
    "animate_face": FaceTrack,
    "generate_image": Still,
    "compose_film": Film,
    "finish_film": Film,
}
"""What each stage returns."""

TIME_TOLERANCE_S = 0.02
QUIETEST_SPEECH = 0.001
"""Root mean square of samples in [-1, 1] below which nobody would hear a line."""
JOINTS = {"root", "shoulders", "head"}


def problems_of(stage: str, arguments: Arguments, outcome: Outcome) -> list[str]:
    """Everything that is wrong with what a stage gave for these arguments, in words; empty when it is valid."""
    document = outcome.document
    expected = DOCUMENTS[stage]
    if not isinstance(document, expected):
        return [f"it returned {type(document).__name__}, and has to return {expected.__name__}"]
    try:
        saved = expected.load(outcome.folder)
    except DocumentInvalid as err:
        return [f"it did not save its document into job.folder before returning it: {err.message}"]
    return [*_same(document, saved), *_private(outcome.folder), *_CHECKS[stage](document, arguments, outcome.folder)]


def _same(returned: Any, saved: Any) -> Iterator[str]:
    if isinstance(returned, FaceTrack):
        same = np.array_equal(returned.shapes, saved.shapes) and np.array_equal(returned.pose, saved.pose)
    else:
        same = returned == saved
    if not same:
        yield "the document that it returned is not the one that it saved"


def _private(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*.json")):
        if str(folder) in path.read_text("utf-8", errors="replace"):
            yield f"{path.name} names the job's folder; name files that belong to a document by their bare names"


def _archive(archive: Archive, arguments: Arguments, folder: Path) -> Iterator[str]:
    root = arguments["root"]
    wanted = [path.relative_to(root).as_posix() for path in arguments["files"]]
    if [item.path for item in archive.items] != wanted:
        yield f"its items are {[item.path for item in archive.items]}, and have to be {wanted}, in this order"
    for item in archive.items:
        if item.medium != arguments["medium"]:
            yield f"{item.path} is listed as {item.medium}"
        if item.quality == 0 and not item.problems:
            yield f"{item.path} has quality 0 but no problem that says why"
        if item.prepared is not None and not (folder / item.prepared).is_file():
            yield f"{item.path} names {item.prepared}, which is not in job.folder"


def _features(features: Features, arguments: Arguments, folder: Path) -> Iterator[str]:
    item = arguments["asset"].item
    if (features.path, features.medium) != (item.path, item.medium):
        yield f"it says it measured {features.medium} {features.path}, and was given {item.medium} {item.path}"
    if features.arrays is not None and not (folder / features.arrays).is_file():
        yield f"it names {features.arrays}, which is not in job.folder"
    elif not all(array.size == 0 or array.dtype.kind in "biufcU" for array in features.load_arrays().values()):
        yield "its arrays have to be numbers or text"
    if not features.facts:
        yield "it measured no facts"


def _voice(voice: VoiceProfile, arguments: Arguments, folder: Path) -> Iterator[str]:
    if voice.arrays is not None and not (folder / voice.arrays).is_file():
        yield f"it names {voice.arrays}, which is not in job.folder"
    if not set(voice.recordings) <= {asset.item.path for asset in arguments["recordings"]}:
        yield f"it names recordings that it was not given: {', '.join(voice.recordings)}"


def _emotion(track: EmotionTrack, arguments: Arguments, folder: Path) -> Iterator[str]:
    times = [point.time_s for point in track.points]
    if times != sorted(times):
        yield "its points are not in the order of time"
    for point in track.points:
        if not set(point.categories) <= set(CATEGORIES):
            yield f"its categories are {', '.join(point.categories)}; there are {', '.join(CATEGORIES)}"
        if not all(0 <= weight <= 1 for weight in point.categories.values()):
            yield "the weights of its categories have to lie in [0, 1]"
    if not track.evidence:
        yield "it does not say what the reading rests on (evidence)"


def _synthesized(speech: Speech, arguments: Arguments, folder: Path) -> Iterator[str]:
    yield from _speech(speech, arguments, folder)
    if not speech.synthetic:
        yield "a synthesised voice has to be marked synthetic"
    if not speech.words or not any(phone.symbol for phone in speech.phones):
        yield "it gives no phones or no words"


def _aligned(speech: Speech, arguments: Arguments, folder: Path) -> Iterator[str]:
    yield from _speech(speech, arguments, folder)
    if speech.synthetic:
        yield "an archive recording must not be marked synthetic"
    original, rate_hz = read_audio(arguments["recording"])
    if abs(len(original) / rate_hz - speech.duration_s) > TIME_TOLERANCE_S:
        yield f"the recording lasts {len(original) / rate_hz:.2f} s, and the speech {speech.duration_s:.2f} s"


def _speech(speech: Speech, arguments: Arguments, folder: Path) -> Iterator[str]:
    path = folder / speech.audio
    if not path.is_file():
        yield f"it names {speech.audio}, which is not in job.folder"
        return
    samples, rate_hz = read_audio(path)
    if rate_hz != speech.sample_rate_hz:
        yield f"the audio has {rate_hz} samples per second, and the document says {speech.sample_rate_hz}"
    if abs(len(samples) / rate_hz - speech.duration_s) > TIME_TOLERANCE_S:
        yield f"the audio lasts {len(samples) / rate_hz:.3f} s, and the document says {speech.duration_s:.3f} s"
    if float(np.sqrt(np.mean(samples**2))) < QUIETEST_SPEECH:
        yield "the audio is silent"
    if speech.text != arguments["text"]:
        yield f"it says {speech.text!r}, and was asked for {arguments['text']!r}"
    times = [time for word in speech.words for time in (word.start_s, word.end_s)]
    if times != sorted(times) or (times and times[-1] > speech.duration_s + TIME_TOLERANCE_S):
        yield "its words overlap, or end after the audio"


def _head(head: HeadModel, arguments: Arguments, folder: Path) -> Iterator[str]:
    path = folder / head.model
    photos = {asset.item.path: asset.item.sha256 for asset in arguments["photos"]}
    if photos.get(head.photo) != head.photo_sha256:
        yield f"it says it was made from {head.photo}, which it was not given with that digest"
    if not path.is_file():
        yield f"it names {head.model}, which is not in job.folder"
        return
    data = path.read_bytes()
    if data[:4] != b"glTF" or struct.unpack_from("<I", data, 8)[0] != len(data):
        yield f"{head.model} is not a glTF binary"
        return
    scene = json.loads(data[20 : 20 + struct.unpack_from("<I", data, 12)[0]])
    names = {node.get("name") for node in scene.get("nodes", ())}
    if not {"plate", *JOINTS} <= names:
        yield f"{head.model} has no node {' or '.join(sorted({'plate', *JOINTS} - names))}"
    targets = {name for mesh in scene.get("meshes", ()) for name in mesh.get("extras", {}).get("targetNames", ())}
    if not targets or not targets <= set(ARKIT_SHAPES):
        yield f"{head.model} has morph targets that are no ARKit shapes: {sorted(targets - set(ARKIT_SHAPES))}"


def _face(track: FaceTrack, arguments: Arguments, folder: Path) -> Iterator[str]:
    duration_s = arguments["speech"].duration_s
    if not -1e-6 <= track.duration_s - duration_s <= 0.5:
        yield f"the track lasts {track.duration_s:.3f} s, and has to cover the speech's {duration_s:.3f} s"
    if arguments["speech"].phones and not np.ptp(track.channel("jawOpen")) > 0:
        yield "the jaw does not move"


def _still(still: Still, arguments: Arguments, folder: Path) -> Iterator[str]:
    path = folder / still.picture
    if not path.is_file() or not path.stat().st_size:
        yield f"it names {still.picture}, which is not in job.folder"
        return
    header = path.read_bytes()[:24]
    if header.startswith(b"\x89PNG") and struct.unpack(">II", header[16:]) != (still.width_px, still.height_px):
        yield f"the picture is not {still.width_px} × {still.height_px} pixels"
    if still.generated and not still.model:
        yield "a generated picture has to name the model that made it"
    if not still.generated and not still.archive_path:
        yield "a picture that is not generated has to name its archive_path"


def _composed(film: Film, arguments: Arguments, folder: Path) -> Iterator[str]:
    project = arguments["project"]
    yield from _clip_files(film, project.root, folder)
    shown = {clip.line for clip in film.clips()}
    for take in arguments["takes"]:
        if take.line.id not in shown:
            yield f"the line {take.line.id!r} is not in the film"
    labels = [clip for clip in film.clips() if isinstance(clip, TitleClip) and project.film.disclosure in clip.text]
    for clip in film.clips():
        speaks = isinstance(clip, SoundClip) and clip.synthetic and clip.line is not None
        middle_s = clip.start_s + clip.duration_s / 2
        if (speaks or isinstance(clip, PortraitClip)) and not any(
            label.start_s <= middle_s <= label.end_s for label in labels
        ):
            yield f"{clip.id} is synthetic, and the label {project.film.disclosure!r} is not on screen with it"


def _finished(film: Film, arguments: Arguments, folder: Path) -> Iterator[str]:
    yield from _clip_files(film, arguments["root"], folder)
    lost = {clip.id for clip in arguments["film"].clips()} - {clip.id for clip in film.clips()}
    if lost:
        yield f"finishing took clips out of the film: {', '.join(sorted(lost))}"


def _clip_files(film: Film, root: Path, folder: Path) -> Iterator[str]:
    for clip in film.clips():
        paths = []
        if isinstance(clip, PortraitClip):
            paths = [clip.head, clip.face, clip.backdrop]
        elif isinstance(clip, PictureClip | SoundClip):
            paths = [clip.path]
        for name in filter(None, paths):
            made_here = folder / name.removeprefix("edit/")
            if not (root / name).is_file() and not (name.startswith("edit/") and made_here.is_file()):
                yield f"{clip.id} shows {name}, which is neither in the film's folder nor made by this stage"


_CHECKS: dict[str, Any] = {
    "prepare_archive": _archive,
    "extract_features": _features,
    "build_voice": _voice,
    "recognize_emotion": _emotion,
    "synthesize_speech": _synthesized,
    "align_speech": _aligned,
    "build_head": _head,
    "animate_face": _face,
    "generate_image": _still,
    "compose_film": _composed,
    "finish_film": _finished,
}
