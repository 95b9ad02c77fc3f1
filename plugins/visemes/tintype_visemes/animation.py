"""From a line's speech to a face track.  This module reads like a table of contents."""

from __future__ import annotations

import math
import zlib
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from tintype import Job
from tintype.documents import ARKIT_SHAPES, POSE_CHANNELS, EmotionTrack, FaceTrack, Speech

from tintype_visemes.acoustic_mouth import mouth_of_sound
from tintype_visemes.blinks import blink_curve
from tintype_visemes.breath import HEAD_UP_RAD, INTAKE, breath_curve
from tintype_visemes.brows import brow_curves
from tintype_visemes.coarticulation import coarticulate
from tintype_visemes.curves import Curve, eased, smoothed
from tintype_visemes.feelings import feeling_curves
from tintype_visemes.gaze import eye_rotation, look_shapes
from tintype_visemes.head_motion import head_pose
from tintype_visemes.mouth_rules import Face, apply_rules
from tintype_visemes.phrasing import Phrasing, phrasing_of
from tintype_visemes.recording import Recording, opening_by_loudness
from tintype_visemes.sounds import sounds_in

if TYPE_CHECKING:
    from tintype_visemes import VisemeSettings

LEAST_RATE_HZ = 60.0  # curves are made at this rate or above, and thinned to the track's
MOUTH_SMOOTH_S = 0.012  # half of a movement at 11 Hz is left: lips do not move faster
MOUTH_EASE_S = (0.06, 0.25)
POSE_EASE_S = 0.6
LAYERS = ("blinks", "gaze", "head", "brows")
SOURCE = "visemes: dominance functions (Cohen and Massaro 1993) with JALI's rules (Edwards et al. 2016)"
ACOUSTIC_SOURCE = "visemes: from level and spectrum alone"


def animate(speech: Speech, emotion: EmotionTrack | None, settings: VisemeSettings, job: Job) -> FaceTrack:
    """Make the track of a line and save it into ``job.folder``.

    Raises:
        AudioUnreadable: the speech's audio is missing or damaged.
    """
    frames = max(1, math.ceil(speech.duration_s * settings.fps - 1e-6))
    finer = max(1, math.ceil(LEAST_RATE_HZ / settings.fps - 1e-9))
    rate_hz = settings.fps * finer
    times_s = np.arange(frames * finer) / rate_hz
    recording = Recording.read(speech.file(speech.audio))
    job.progress(0.1)

    def tick(fraction: float) -> None:
        job.progress(0.1 + 0.4 * fraction)

    sounds = sounds_in(speech.phones, speech.duration_s) if any(phone.symbol for phone in speech.phones) else None
    if sounds is not None:
        opening = opening_by_loudness(sounds, recording, settings.energy)
        face = coarticulate(sounds, times_s, opening, tick)
        phrasing = phrasing_of(sounds, speech.words, recording, speech.duration_s)
    else:
        face, phrasing = mouth_of_sound(recording, times_s, rate_hz, settings.energy, tick)
    job.progress(0.5)
    face = {name: smoothed(curve, rate_hz, MOUTH_SMOOTH_S) for name, curve in face.items()}
    in_style(face, settings)

    random = random_per_layer(job.seed, speech)
    breath = settings.breath * breath_curve(phrasing, times_s)
    add(face, {name: amount * breath for name, amount in INTAKE.items()})
    rounding = np.clip(face["mouthPucker"] + face["mouthFunnel"], 0.0, 1.0)
    feeling = feeling_curves(emotion, times_s, rate_hz, phrasing.speaking(times_s), rounding)
    add(face, {name: settings.emotion * curve for name, curve in feeling.items()})
    if sounds is not None:
        apply_rules(face, sounds, times_s, settings.fps)
    brows = brow_curves(phrasing, times_s, random["brows"])
    add(face, {name: settings.brows * curve for name, curve in brows.items()})
    at_rest(face, phrasing, times_s)
    job.progress(0.7)

    head = settings.head_motion * ends(times_s)[:, None] * head_pose(phrasing, times_s, rate_hz, random["head"])
    head[:, 1] += HEAD_UP_RAD * breath * min(settings.head_motion, 1.0)
    eyes = eye_rotation(phrasing, times_s, head, settings.gaze, random["gaze"])
    add(face, look_shapes(eyes))
    blinks = blink_curve(
        phrasing,
        times_s,
        settings.blinks * settings.blinks_per_minute,
        settings.double_blinks,
        settings.phrase_end_blinks,
        random["blinks"],
    )
    add(face, {"eyeBlink": blinks})
    job.progress(0.9)

    kept = slice(None, None, finer)
    source = SOURCE if sounds is not None else ACOUSTIC_SOURCE
    return FaceTrack(shapes_of(face)[kept], pose_of(head, eyes)[kept], settings.fps, source).save(job.folder)


def in_style(face: Face, settings: VisemeSettings) -> None:
    """Scale the mouth by JALI's two fields, jaw and lip, and both by articulation, in place."""
    for name, curve in face.items():
        curve *= settings.articulation * (settings.jaw if name == "jawOpen" else settings.lip)


def add(face: Face, layer: Face) -> None:
    """Lay curves over a face, in place."""
    for name, curve in layer.items():
        face[name] = face[name] + curve if name in face else curve


def at_rest(face: Face, phrasing: Phrasing, times_s: Curve) -> None:
    """Start and end with the photo's own face, in place; eased over the silence that there is."""
    first_s = phrasing.phrases[0].start_s if phrasing.phrases else phrasing.duration_s
    last_s = phrasing.phrases[-1].end_s if phrasing.phrases else 0.0
    end_s = float(times_s[-1])
    rise_s, fall_s = (min(max(silence_s, MOUTH_EASE_S[0]), MOUTH_EASE_S[1]) for silence_s in (first_s, end_s - last_s))
    rest = eased(times_s / rise_s) * eased((end_s - times_s) / fall_s)
    for name in face:
        face[name] = face[name] * rest


def ends(times_s: Curve) -> Curve:
    """1 within the line, eased to 0 at both ends, shape=(frames,)."""
    length_s = float(times_s[-1])
    ease_s = max(min(POSE_EASE_S, length_s / 3), 1e-6)
    return eased(times_s / ease_s) * eased((length_s - times_s) / ease_s)


def random_per_layer(seed: int, speech: Speech) -> dict[str, np.random.Generator]:
    """A generator per layer, so that switching one off leaves the others as they were; another one for every line."""
    line = zlib.crc32(f"{speech.text}|{speech.duration_s:.3f}".encode())
    return {layer: np.random.default_rng([seed, line, number]) for number, layer in enumerate(LAYERS)}


def shapes_of(face: Face) -> NDArray[np.float64]:
    """Curves as ARKit's 52 columns; a name without a side goes to both, shape=(frames, 52)."""
    zero = np.zeros_like(face["jawOpen"])
    columns = []
    for shape in ARKIT_SHAPES:
        both = shape.removesuffix("Left").removesuffix("Right")
        columns.append(face.get(shape, zero) + (face.get(both, zero) if both != shape else 0.0))
    return np.clip(np.stack(columns, axis=1), 0.0, 1.0)


def pose_of(head: NDArray[np.float64], eyes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Head and eyes as the nine rotations of a track, shape=(frames, 9)."""
    pose = np.zeros((len(head), len(POSE_CHANNELS)))
    pose[:, :3] = head
    pose[:, 3:5] = pose[:, 6:8] = eyes
    return pose
