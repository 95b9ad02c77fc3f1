"""A film of three lines: one that a portrait speaks, one with a picture, one to read."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from tintype.documents import (
    ARKIT_SHAPES,
    POSE_CHANNELS,
    EmotionPoint,
    EmotionTrack,
    FaceTrack,
    Film,
    Frame,
    HeadModel,
    Move,
    PictureClip,
    PortraitClip,
    SoundClip,
    Speech,
    Still,
    TitleClip,
    Track,
)
from tintype.documents.base import write_atomic
from tintype.hookspecs import Take
from tintype.project import Project, read_project
from tintype.testing.samples.pictures import draw_house, png_bytes
from tintype.testing.samples.voice import TEXT, sample_speech_in

FPS = 24.0
FACE_FPS = 60.0
WHOLE = Frame(x=0, y=0, width=1, height=1)
NEARER = Frame(x=0.1, y=0.1, width=0.8, height=0.8)
CLIP_S = {"said": 2.5, "shown": 3.0, "read": 3.0}
FILM_TOML = f"""\
[film]
title = "A sample"
size = [320, 180]
fps = {FPS:g}

[subject]
name = "Ada Sample"
died = 1852
archive = "archive"
portrait = "photos/portrait.png"

[consent]
basis = "self_recorded"
granted_by = "nobody: this person was drawn by a formula"
date = 2024-01-01
scope = ["voice", "likeness"]

[[line]]
id = "said"
text = "{TEXT}"
source = "A letter"

[[line]]
id = "shown"
show = "picture"
picture = "photos/house.png"
duration_s = 3.0
source = "A photograph"

[[line]]
id = "read"
show = "card"
text = "A card to read."
source = "A diary"
"""


def sample_project_in(root: Path) -> Project:
    """The film's film.toml, written into ``root``; its archive is :func:`write_archive`'s."""
    write_atomic(root / "film.toml", FILM_TOML.encode())
    return read_project(root / "film.toml")


def sample_emotion() -> EmotionTrack:
    """A glad line."""
    point = EmotionPoint(time_s=0, valence=0.6, arousal=0.3, categories={"joy": 0.6})
    return EmotionTrack(points=(point,), confidence=0.8, evidence="a sample")


def sample_track(speech: Speech) -> FaceTrack:
    """A face that opens its jaw while the vowels of the speech sound."""
    shapes = np.zeros((math.ceil(speech.duration_s * FACE_FPS), len(ARKIT_SHAPES)), dtype=np.float32)
    for phone in speech.phones:
        if phone.symbol in ("ɑ", "ə", "i"):
            frames = slice(round(phone.start_s * FACE_FPS), round(phone.end_s * FACE_FPS))
            shapes[frames, ARKIT_SHAPES.index("jawOpen")] = 0.5
    return FaceTrack(shapes, np.zeros((len(shapes), len(POSE_CHANNELS)), dtype=np.float32), FACE_FPS, "tintype.testing")


def sample_head_in(root: Path) -> HeadModel:
    """A head's document; its glb is a name only, for stages that frame a head without opening it."""
    (root / "head.glb").write_bytes(b"glTF")
    return HeadModel(
        photo="photos/portrait.png",
        photo_sha256="0" * 64,
        width_px=240,
        height_px=300,
        face_box=(0.24, 0.28, 0.52, 0.42),
        provider="tintype.testing",
    ).save(root)


def sample_takes_in(project: Project) -> tuple[Take, ...]:
    """What has been made for the lines, laid out in the film's folder as a run does."""
    said, shown, read = project.line
    speech = sample_speech_in(project.root / "lines/said")
    face = sample_track(speech).save(project.root / "lines/said")
    picture = draw_house()
    write_atomic(project.root / "lines/shown/house.png", png_bytes(picture))
    still = Still(
        picture="house.png",
        width_px=picture.shape[1],
        height_px=picture.shape[0],
        move=Move(start=WHOLE, end=NEARER),
        generated=False,
        archive_path="photos/house.png",
        caption="A house",
    ).save(project.root / "lines/shown")
    return (
        Take(said, "lines/said", speech=speech, emotion=sample_emotion(), face=face),
        Take(shown, "lines/shown", still=still),
        Take(read, "lines/read"),
    )


def sample_film_of(project: Project, head: HeadModel, takes: tuple[Take, ...]) -> Film:
    """The takes one after the other, as ``compose_film`` gives them to ``finish_film``."""
    pictures: list[PortraitClip | PictureClip] = []
    titles: list[TitleClip] = []
    voices: list[SoundClip] = []
    at_s = 0.0
    for take in takes:
        name = take.line.id
        start_s, duration_s = at_s, CLIP_S[name]
        if take.face is not None:
            face = f"{take.folder}/face.npz"
            pictures.append(
                PortraitClip(
                    id=f"{name}.portrait", start_s=start_s, duration_s=duration_s, line=name, synthetic=True,
                    head=head.model, face=face,
                )
            )  # fmt: skip
        if take.still is not None:
            pictures.append(
                PictureClip(
                    id=f"{name}.picture", start_s=start_s, duration_s=duration_s, line=name,
                    path=f"{take.folder}/{take.still.picture}", width_px=take.still.width_px,
                    height_px=take.still.height_px, move=take.still.move,
                )
            )  # fmt: skip
        if take.speech is not None:
            voices.append(
                SoundClip(
                    id=f"{name}.voice", start_s=start_s, duration_s=take.speech.duration_s, line=name, synthetic=True,
                    path=f"{take.folder}/{take.speech.audio}",
                )
            )  # fmt: skip
        if take.line.text:
            titles.append(
                TitleClip(
                    id=f"{name}.words", start_s=start_s, duration_s=duration_s, line=name, text=take.line.text,
                    style="quotation" if take.line.show == "card" else "subtitle",
                )
            )  # fmt: skip
        at_s += duration_s
    return Film(
        title=project.film.title,
        subject=project.subject.name,
        width_px=project.film.size[0],
        height_px=project.film.size[1],
        fps=project.film.fps,
        duration_s=at_s,
        tracks=(
            Track(name="Pictures", kind="picture", clips=tuple(pictures)),
            Track(name="Words", kind="title", clips=tuple(titles)),
            Track(name="Voice", kind="sound", clips=tuple(voices)),
        ),
        metadata={"disclosure": project.film.disclosure},
    )
