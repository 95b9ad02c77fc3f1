"""What an independent face tracker reads in each of the 52 shapes: .venv/bin/python tests/benchmarks/shapes_judged.py

The judge is MediaPipe's Face Landmarker file in ``../shared/models`` (skipped with a reason where it is not there), on
Workbench renders of two real photos.  Each shape is rendered at 0, ½ and 1; it passes when the judge's score for it
rises monotonically and is, at 1, among the three scores that rose most.  The judge's scores jitter with the crop, so
each is the mean over a few crops that are a pixel or two apart.  mouthClose is rendered together with jawOpen, as
trackers use it; its scores are compared with those of the closed mouth.  The judge has no score for tongueOut.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from PIL import Image
from tintype import Asset, Job
from tintype.documents import ARKIT_SHAPES, ArchiveItem, HeadModel
from tintype_mediapipe import HeadSettings, build_head

MODEL = Path(__file__).resolve().parents[3] / "shared" / "models" / "face_landmarker.task"
VIEW_PX = 640  # height of the view around the face that the judge sees
MARGIN = 0.55  # of the face's box, around it
SHIFTS_PX = ((0, 0), (3, 1), (-2, 3), (1, -3))
AMONG = 3
UNSCORED = ("tongueOut",)
TOGETHER = {"mouthClose": "jawOpen"}


def hopper() -> Image.Image:
    import matplotlib.cbook

    with matplotlib.cbook.get_sample_data("grace_hopper.jpg") as stream:
        return Image.open(stream).convert("RGB")


def astronaut() -> Image.Image:
    import skimage.data

    return Image.fromarray(skimage.data.astronaut())


PHOTOS = {"hopper": hopper, "astronaut": astronaut}


class View:
    """The face of one head, rendered in this process by Blender's Workbench."""

    def __init__(self, glb: Path, model: HeadModel) -> None:
        import bpy

        self._bpy, self._file = bpy, glb.with_suffix(".view.png")
        with silent():
            bpy.ops.wm.read_factory_settings(use_empty=True)
            bpy.ops.import_scene.gltf(filepath=str(glb))
        scene = bpy.context.scene
        scene.camera = bpy.data.objects["plate"]
        scene.render.engine = "BLENDER_WORKBENCH"
        scene.display.shading.light, scene.display.shading.color_type = "FLAT", "TEXTURE"
        scene.display.render_aa = "OFF"
        scene.view_settings.view_transform = "Standard"
        scene.render.image_settings.compression = 0
        scene.render.filepath = str(self._file)
        x, y, width, height = model.face_box
        left, right = max(0.0, x - MARGIN * width), min(1.0, x + (1 + MARGIN) * width)
        top, bottom = max(0.0, y - MARGIN * height), min(1.0, y + (1 + MARGIN) * height)
        scale = VIEW_PX / ((bottom - top) * model.height_px)
        scene.render.resolution_x, scene.render.resolution_y = (
            round(model.width_px * scale),
            round(model.height_px * scale),
        )
        scene.render.use_border = scene.render.use_crop_to_border = True
        scene.render.border_min_x, scene.render.border_max_x = left, right
        scene.render.border_min_y, scene.render.border_max_y = 1 - bottom, 1 - top
        self._keys = [
            object_.data.shape_keys.key_blocks
            for object_ in bpy.data.objects
            if object_.type == "MESH" and object_.data.shape_keys
        ]

    def render(self, values: Mapping[str, float]) -> np.ndarray:
        """The face with these shapes, shape=(height, width, 3), uint8."""
        for blocks in self._keys:
            for key in blocks[1:]:
                key.value = values.get(key.name, 0.0)
        with silent():
            self._bpy.ops.render.render(write_still=True)
        return np.asarray(Image.open(self._file).convert("RGB"))


class Judge:
    """The Face Landmarker's scores, averaged over a few crops."""

    def __init__(self, path: Path) -> None:
        from mediapipe.tasks.python import vision
        from mediapipe.tasks.python.core.base_options import BaseOptions

        options = vision.FaceLandmarkerOptions(
            base_options=BaseOptions(model_asset_buffer=path.read_bytes()), output_face_blendshapes=True
        )
        self._detector = vision.FaceLandmarker.create_from_options(options)

    def scores(self, rgb: np.ndarray) -> dict[str, float] | None:
        """Score by shape, or None where it sees no face."""
        import mediapipe as mp

        read = []
        for x, y in SHIFTS_PX:
            moved = np.roll(np.pad(rgb, ((4, 4), (4, 4), (0, 0)), mode="edge"), (y, x), axis=(0, 1))[4:-4, 4:-4]
            picture = mp.Image(image_format=mp.ImageFormat.SRGB, data=np.ascontiguousarray(moved))
            faces = self._detector.detect(picture).face_blendshapes
            if faces:
                read.append({found.category_name: found.score for found in faces[0]})
        return {name: float(np.mean([one[name] for one in read])) for name in read[0]} if read else None


@contextlib.contextmanager
def silent() -> Iterator[None]:
    """Blender writes to the process's own output; keep it out of the table."""
    sys.stdout.flush()
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


def head_of(photo: Image.Image, folder: Path) -> tuple[Path, HeadModel]:
    folder.mkdir()
    path = folder / "photo.png"
    photo.save(path)
    item = ArchiveItem(path=path.name, medium="photo", sha256="0" * 64, quality=1.0)
    model = build_head([Asset(item, path)], HeadSettings(), Job(folder))
    return folder / model.model, model


def judged(shape: str, rest: Mapping[str, float], half: Mapping[str, float], full: Mapping[str, float]) -> str:
    """One line of the table, ``ok`` where the shape passes."""
    rises = sorted(((full[name] - rest[name], name) for name in full if name != "_neutral"), reverse=True)
    rank = [name for _, name in rises].index(shape) + 1
    passed = rest[shape] < half[shape] < full[shape] and rank <= AMONG
    most = ", ".join(f"{name} {rise:+.2f}" for rise, name in rises[:AMONG])
    return (
        f"{'ok ' if passed else '-  '} {shape:20} {rest[shape]:.3f} {half[shape]:.3f} {full[shape]:.3f} "
        f"rank {rank:2d}  {most}"
    )


def report(name: str, judge: Judge, folder: Path, shapes: list[str]) -> None:
    view = View(*head_of(PHOTOS[name](), folder))
    rest = judge.scores(view.render({}))
    if rest is None:
        print(f"{name}: the judge sees no face at rest")
        return
    passed, count = 0, 0
    print(f"{name}\n    shape                 rest  half  full")
    for shape in shapes:
        poses = [{shape: value} | ({TOGETHER[shape]: value} if shape in TOGETHER else {}) for value in (0.5, 1.0)]
        half, full = (judge.scores(view.render(pose)) for pose in poses)
        line = judged(shape, rest, half, full) if half and full else f"-   {shape:20} the judge lost the face"
        passed, count = passed + line.startswith("ok"), count + 1
        print(line, flush=True)
    print(f"{name}: {passed} of {count}\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", nargs="+", choices=PHOTOS, default=list(PHOTOS))
    parser.add_argument("--shapes", nargs="+", choices=ARKIT_SHAPES, help="Only these.")
    arguments = parser.parse_args()
    if not MODEL.is_file():
        print(f"skipped: no {MODEL.name} in {MODEL.parent.name} of the shared folder, which is not in the repository")
        return
    shapes = [shape for shape in arguments.shapes or ARKIT_SHAPES if shape not in UNSCORED]
    judge = Judge(MODEL)
    with tempfile.TemporaryDirectory() as scratch:
        for name in arguments.photos:
            report(name, judge, Path(scratch) / name, shapes)


if __name__ == "__main__":
    main()
