"""Lays out a film of a few seconds as ``tintype run`` leaves it: edit/film.json with a head, a face track, a picture
and a sound.  Only numpy and the standard library."""

from __future__ import annotations

import json
import sys
import wave
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from tiny_head import png, sample_photo, write_head

SHAPES = 52
JAW_OPEN = 17
SIZE = (320, 180)
FPS = 24.0


def write_film(root: Path, **changes: Any) -> Path:
    """Write the film's folder and give the path of its edit; ``changes`` replace fields of the edit."""
    write_head(root / "head.glb")
    write_track(root / "lines/one/face.npz")
    write_sound(root / "lines/one/speech.wav")
    (root / "lines/house").mkdir(parents=True, exist_ok=True)
    (root / "lines/house/picture.png").write_bytes(png(sample_photo(400, 300)))
    path = root / "edit/film.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    (root / "edit/backdrop.png").write_bytes(png(np.full((SIZE[1], SIZE[0], 3), (0, 0, 200), np.uint8)))
    path.write_text(json.dumps(edit() | changes, indent=2))
    return path


def edit() -> dict[str, Any]:
    """Four seconds: a title on colour, a portrait that speaks, a cross-fade to a picture that moves."""
    return {
        "schema": "Film.1",
        "title": "Tiny film",
        "subject": "Ada",
        "width_px": SIZE[0],
        "height_px": SIZE[1],
        "fps": FPS,
        "duration_s": 4.0,
        "tracks": [
            {
                "name": "Pictures",
                "kind": "picture",
                "clips": [
                    {"kind": "colour", "id": "title.ground", "start_s": 0, "duration_s": 1, "colour": [0.2, 0, 0, 1]},
                    {
                        "kind": "portrait",
                        "id": "one.portrait",
                        "start_s": 1.0,
                        "duration_s": 2.0,
                        "line": "one",
                        "synthetic": True,
                        "head": "head.glb",
                        "face": "lines/one/face.npz",
                        "backdrop": "edit/backdrop.png",
                        "plate_height": 0.8,
                        "plate_x": 0.1,
                        "zoom": [1.0, 1.1],
                    },
                    {
                        "kind": "picture",
                        "id": "house.picture",
                        "start_s": 2.5,
                        "duration_s": 1.5,
                        "fade_out_s": 0.5,
                        "line": "house",
                        "path": "lines/house/picture.png",
                        "width_px": 400,
                        "height_px": 300,
                        "move": {
                            "start": {"x": 0, "y": 0, "width": 1, "height": 0.75},
                            "end": {"x": 0.5, "y": 0.5, "width": 0.5, "height": 0.375},
                            "easing": "ease",
                        },
                        "filters": [{"kind": "bright_contrast", "settings": {"bright": 1.0}}],
                    },
                ],
                "fades": [{"from_clip": "one.portrait", "to_clip": "house.picture", "start_s": 2.5, "duration_s": 0.5}],
            },
            {
                "name": "Titles",
                "kind": "title",
                "clips": [
                    {
                        "kind": "title",
                        "id": "title.words",
                        "start_s": 0,
                        "duration_s": 1,
                        "text": "Tiny film",
                        "style": "title",
                        "size": 0.15,
                        "fade_in_s": 0.25,
                    },
                    {
                        "kind": "title",
                        "id": "one.label",
                        "start_s": 1,
                        "duration_s": 2,
                        "text": "Synthetic",
                        "style": "label",
                        "box": [0, 0, 0, 0.6],
                        "x": 0.96,
                        "y": 0.94,
                        "align": "right",
                        "anchor": "top",
                        "synthetic": True,
                    },
                ],
                "fades": [],
            },
            {
                "name": "Voice",
                "kind": "sound",
                "clips": [
                    {
                        "kind": "sound",
                        "id": "one.voice",
                        "start_s": 1,
                        "duration_s": 2,
                        "path": "lines/one/speech.wav",
                        "gain_db": -6.0,
                        "fade_out_s": 0.25,
                        "line": "one",
                        "synthetic": True,
                    }
                ],
                "fades": [],
            },
        ],
        "metadata": {"disclosure": "Synthetic"},
    }


def write_track(path: Path, seconds: float = 2.0, fps: float = 60.0) -> None:
    """A jaw that opens and closes twice a second, and a head that turns slowly."""
    path.parent.mkdir(parents=True, exist_ok=True)
    times = np.arange(round(seconds * fps)) / fps
    shapes = np.zeros((len(times), SHAPES), np.float32)
    shapes[:, JAW_OPEN] = 0.5 - 0.5 * np.cos(2 * np.pi * 2 * times)
    pose = np.zeros((len(times), 9), np.float32)
    pose[:, 0] = 0.2 * np.sin(2 * np.pi * 0.5 * times)
    with path.open("wb") as stream:
        np.savez_compressed(
            stream,
            schema=np.array("FaceTrack.1"),
            shapes=shapes,
            pose=pose,
            fps=np.array(fps),
            source=np.array("a test"),
        )


def write_sound(path: Path, seconds: float = 2.0, rate_hz: int = 22050) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    samples = (8000 * np.sin(2 * np.pi * 440 * np.arange(round(seconds * rate_hz)) / rate_hz)).astype("<i2")
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate_hz)
        sound.writeframes(samples.tobytes())
