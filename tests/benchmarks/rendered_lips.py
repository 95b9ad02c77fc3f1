"""Whether rendered lips close and open when they should: an independent judge reads pictures of a speaking head.

    .venv/bin/python tests/benchmarks/rendered_lips.py PHOTO --judge face_landmarker.task [--only 4 5 6] [--rate 150]

Builds a head from PHOTO, lets eSpeak NG and `visemes` speak the sentences of mouth_track.py, renders the head (without
head motion or blinks) with Workbench, and measures the inner-lip gap by MediaPipe's Face Landmarker, a model that the
head was not built with.  Prints the share of /p b m/ whose gap at the middle is below 10 % of the take's 95th
percentile, and of open vowels above 40 %.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from mouth_track import BILABIALS, OPEN_ABOVE, OPEN_VOWELS, SEALED_BELOW, SENTENCES, spoken

SAMPLED_FPS = 8.0  # of the rest of the take, for its 95th percentile
INNER_LIPS = ((82, 87), (13, 14), (312, 317))  # upper and lower landmarks of the inner lip, of MediaPipe's 478
FACE = (10, 152)  # top and bottom of the face
WIDTH_PX = 512
STILL = {"head_motion": 0.0, "gaze": 0.0, "blinks": 0.0, "brows": 0.0}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photo", type=Path)
    parser.add_argument("--judge", type=Path, required=True, help="face_landmarker.task")
    parser.add_argument("--only", type=int, nargs="+", default=range(len(SENTENCES)), help="Sentences by number.")
    parser.add_argument("--rate", type=int, default=150, help="Words per minute.")
    parser.add_argument("--keep", type=Path, help="Folder for the pictures; temporary if absent.")
    parser.add_argument("--render", nargs=2, type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.render:
        render(arguments.photo, *arguments.render)
        return
    with tempfile.TemporaryDirectory() as scratch:
        measure(arguments, arguments.keep or Path(scratch))


def measure(arguments: argparse.Namespace, folder: Path) -> None:
    head = folder / "head.glb"
    tintype = Path(sys.executable).with_name("tintype")
    subprocess.run([str(tintype), "head", str(arguments.photo), "-o", str(head)], check=True, capture_output=True)
    totals = np.zeros(4, dtype=int)
    print(" sealed    open    widest gap, share of the face")
    for number in arguments.only:
        text = SENTENCES[number]
        place = folder / f"{number:02d}"
        phones, frames = prepare(text, arguments.rate, place)
        command = [sys.executable, __file__, str(head), "--judge", str(arguments.judge)]
        subprocess.run([*command, "--render", str(place), str(place / "frames.json")], check=True, capture_output=True)
        gaps = judged(arguments.judge, place, frames)
        widest = float(np.percentile(list(gaps.values()), 95))
        closed = [gaps[frame] < SEALED_BELOW * widest for kind, frame in phones if kind == "closed"]
        opened = [gaps[frame] > OPEN_ABOVE * widest for kind, frame in phones if kind == "open"]
        counts = (sum(closed), len(closed), sum(opened), len(opened))
        totals += counts
        print(f"{counts[0]:3d}/{counts[1]:<3d} {counts[2]:3d}/{counts[3]:<3d}  {widest:8.4f}   {text}", flush=True)
    print(
        f"sealed {100 * totals[0] / totals[1]:.1f} % of {totals[1]}, "
        f"open {100 * totals[2] / totals[3]:.1f} % of {totals[3]}"
    )


def prepare(text: str, rate_wpm: int, place: Path) -> tuple[list[tuple[str, int]], list[int]]:
    """Speak and animate; the phones that matter with their frames, and all frames to render."""
    from tintype import Job
    from tintype_visemes import VisemeSettings, animate_face

    speech = spoken(text, rate_wpm, "en-us", place / "speech")
    track = animate_face(speech=speech, emotion=None, settings=VisemeSettings(**STILL), job=Job(place))
    phones = []
    for phone in speech.phones:
        frame = min(round((phone.start_s + phone.end_s) / 2 * track.fps), len(track.shapes) - 1)
        if phone.symbol in BILABIALS:
            phones.append(("closed", frame))
        elif phone.symbol.startswith(OPEN_VOWELS):
            phones.append(("open", frame))
    sampled = range(0, len(track.shapes), round(track.fps / SAMPLED_FPS))
    frames = sorted({*sampled, *(frame for _, frame in phones)})
    (place / "frames.json").write_text(json.dumps(frames))
    return phones, frames


def render(head: Path, place: Path, frames: Path) -> None:
    """Render frames of ``place/face.npz`` on the head into ``place``; runs in a process of its own."""
    import bpy
    from tintype.documents import ARKIT_SHAPES, FaceTrack

    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.ops.import_scene.gltf(filepath=str(head))
    scene = bpy.context.scene
    scene.camera = next(item for item in bpy.data.objects if item.type == "CAMERA")
    scene.render.engine = "BLENDER_WORKBENCH"
    scene.display.shading.light, scene.display.shading.color_type = "FLAT", "TEXTURE"
    scene.view_settings.view_transform = "Standard"
    scene.render.resolution_x, scene.render.resolution_y = WIDTH_PX, round(WIDTH_PX / aspect())
    track = FaceTrack.load(place)
    keys = [key for mesh in bpy.data.meshes if mesh.shape_keys for key in mesh.shape_keys.key_blocks]
    for frame in json.loads(frames.read_text()):
        for key in keys:
            if key.name in ARKIT_SHAPES:
                key.value = float(track.channel(key.name)[frame])
        scene.render.filepath = str(place / f"{frame:05d}.png")
        bpy.ops.render.render(write_still=True)


def aspect() -> float:
    """Width by height of the plate, whose background mesh is exactly as large as the photo."""
    import bpy

    background = next(item for item in bpy.data.objects if item.name.startswith("background"))
    return background.dimensions.x / max(background.dimensions.z, background.dimensions.y)


def judged(task: Path, place: Path, frames: list[int]) -> dict[int, float]:
    """Mean inner-lip gap per frame as a share of the face's height."""
    import mediapipe as mp
    from mediapipe.tasks.python import BaseOptions, vision

    options = vision.FaceLandmarkerOptions(base_options=BaseOptions(model_asset_path=str(task)))
    gaps = {}
    with vision.FaceLandmarker.create_from_options(options) as landmarker:
        for frame in frames:
            image = mp.Image.create_from_file(str(place / f"{frame:05d}.png"))
            found = landmarker.detect(image).face_landmarks
            if not found:
                raise SystemExit(f"The judge sees no face in frame {frame} of {place}.")
            points = np.array([(point.x * image.width, point.y * image.height) for point in found[0]])
            height = np.linalg.norm(points[FACE[0]] - points[FACE[1]])
            apart = [np.linalg.norm(points[upper] - points[lower]) for upper, lower in INNER_LIPS]
            gaps[frame] = float(np.mean(apart) / height)
    return gaps


if __name__ == "__main__":
    main()
