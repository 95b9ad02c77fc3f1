"""From a line's audio to a face track by Audio2Face-3D."""

from __future__ import annotations

import math
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from tintype import Job
from tintype.audio import read_audio
from tintype.documents import ARKIT_SHAPES, POSE_CHANNELS, EmotionTrack, FaceTrack, Speech
from tintype.errors import ModelUnreadable

from tintype_audio2face.model_files import FETCH, Floats, Model, read_model
from tintype_audio2face.network import open_network, results
from tintype_audio2face.solving import skin_weights, tongue_weights

if TYPE_CHECKING:
    from tintype_audio2face import Audio2FaceSettings

FULL_YAW_RAD, FULL_PITCH_RAD = math.radians(28.0), math.radians(20.0)  # what an eyeLook... shape of 1 stands for
TONGUE_OUT = ("tongueout", "tonguestretch")  # of the model's tongue poses, the one that comes nearest to ARKit's
NAMED_LIKE: dict[str, str] = {"surprise": "amazement"}
"""Our categories whose name in the model is another one; contempt has none there."""


def animate(speech: Speech, emotion: EmotionTrack | None, settings: Audio2FaceSettings, job: Job) -> FaceTrack:
    """Make the track of a line and save it into ``job.folder``.

    The skin's geometry becomes ARKit's shapes, the tongue's its ``tongueOut``, the eyes' angles rotations and
    ``eyeLook...`` shapes.  The jaw's key points place the lower teeth, which in ARKit hang on ``jawOpen``, and that is
    part of the skin already: they are not used.  The model gives no head motion and no blinks of its own accord.

    Raises:
        ModelUnreadable: the model's folder is missing, incomplete, damaged or of another kind.
        AudioUnreadable: the speech's audio is missing or damaged.
    """
    if not settings.model:
        raise ModelUnreadable("No Audio2Face model folder is named.", hint=FETCH)
    model = kept_model(Path(settings.model).expanduser())
    samples, _ = read_audio(speech.file(speech.audio), model.info.audio_params.samplerate)
    frames = max(1, math.ceil(speech.duration_s * settings.fps - 1e-6))
    job.progress(0.05)
    told = emotions(model, emotion, np.arange(frames) / settings.fps, settings.emotion)
    found = results(open_network(model, settings.device), model, samples, told, settings.fps, job)
    skin, tongue, _, eyes = parts(model, found)

    weights = skin_weights(model, skin, settings.fps, lambda part: job.progress(0.6 + 0.3 * part))
    shapes = arkit(model.skin.names, weights)
    if model.tongue is not None:
        poses = tongue_weights(model, tongue, lambda part: job.progress(0.9 + 0.1 * part))
        shapes[:, ARKIT_SHAPES.index("tongueOut")] = tongue_out(model.tongue.names, poses)
    pose = np.zeros((frames, len(POSE_CHANNELS)))
    look(model, eyes, settings.eyes, shapes, pose)
    return FaceTrack(shapes, pose, settings.fps, source=model.name).save(job.folder)


def kept_model(folder: Path) -> Model:
    """The model in a folder, kept in memory for the next line as long as its files do not change."""
    stamp = tuple((path.name, path.stat().st_mtime_ns) for path in sorted(folder.glob("*"))) if folder.is_dir() else ()
    return _kept_model(folder.resolve(), stamp)


@lru_cache(maxsize=1)
def _kept_model(folder: Path, stamp: tuple[tuple[str, int], ...]) -> Model:
    return read_model(folder)


def emotions(model: Model, emotion: EmotionTrack | None, times_s: NDArray[np.float64], amount: float) -> Floats:
    """What the model is told of the feeling: its implicit vector, then its own categories, shape=(frames, length)."""
    params = model.info.params
    told = np.zeros((len(times_s), params.implicit_emotion_len + len(params.explicit_emotions)), dtype=np.float32)
    told[:, : params.implicit_emotion_len] = model.implicit_emotion
    explicit = told[:, params.implicit_emotion_len :]
    if len(params.default_emotion) == explicit.shape[1]:
        explicit[:] = params.default_emotion
    if emotion is None:
        return told
    at = [point.time_s for point in emotion.points]
    columns = {name.lower(): index for index, name in enumerate(params.explicit_emotions)}
    for category in {name for point in emotion.points for name in point.categories}:
        column = columns.get(NAMED_LIKE.get(category, category))
        if column is not None:
            weight = np.interp(times_s, at, [point.categories.get(category, 0.0) for point in emotion.points])
            explicit[:, column] = np.clip(explicit[:, column] + amount * emotion.confidence * weight, 0.0, 1.0)
    return told


def parts(model: Model, found: Floats) -> tuple[NDArray[np.float64], ...]:
    """The network's answer as skin, tongue, jaw and eyes, shape=(frames, size) each."""
    params = model.info.params
    sizes = [params.num_shapes_skin, params.num_shapes_tongue, params.result_jaw_size]
    return tuple(np.split(found.astype(np.float64), np.cumsum(sizes), axis=1))


def arkit(names: tuple[str, ...], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights by ARKit's columns, shape=(frames, 52); poses are found by name in any case."""
    columns = {name.lower(): index for index, name in enumerate(names)}
    shapes = np.zeros((len(weights), len(ARKIT_SHAPES)))
    for column, name in enumerate(ARKIT_SHAPES):
        if name.lower() in columns:
            shapes[:, column] = weights[:, columns[name.lower()]]
    return shapes


def tongue_out(names: tuple[str, ...], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """The weight of the pose that puts the tongue out, shape=(frames,); 0 where the model has none."""
    lower = [name.lower() for name in names]
    chosen = next((lower.index(name) for name in TONGUE_OUT if name in lower), None)
    return weights[:, chosen] if chosen is not None else np.zeros(len(weights))


def look(
    model: Model, eyes: NDArray[np.float64], amount: float, shapes: NDArray[np.float64], pose: NDArray[np.float64]
) -> None:
    """Turn the eyes, in place: rotations and the shapes that show them.

    The model gives X and Y of the right eye, then of the left, in degrees, as Maya turns a face that looks along +Z:
    X tips the gaze down, Y turns it toward the subject's left, the picture's right.
    """
    if eyes.shape[1] != 4:
        return
    config = model.config
    offsets = (
        config.right_eye_rot_x_offset, config.right_eye_rot_y_offset,
        config.left_eye_rot_x_offset, config.left_eye_rot_y_offset,
    )  # fmt: skip
    angles = np.radians(amount * (config.eyeballs_strength * eyes + offsets))
    for side, inward, (down, right) in (("Right", 1, angles[:, :2].T), ("Left", -1, angles[:, 2:].T)):
        pose[:, POSE_CHANNELS.index(f"{side.lower()}EyeYaw")] = right
        pose[:, POSE_CHANNELS.index(f"{side.lower()}EyePitch")] = -down
        for name, angle, full in (
            ("In", inward * right, FULL_YAW_RAD),
            ("Out", -inward * right, FULL_YAW_RAD),
            ("Up", -down, FULL_PITCH_RAD),
            ("Down", down, FULL_PITCH_RAD),
        ):
            shapes[:, ARKIT_SHAPES.index(f"eyeLook{name}{side}")] = np.clip(angle / full, 0.0, 1.0)
