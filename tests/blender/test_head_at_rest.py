"""At rest the living portrait is the photograph: imported into Blender and rendered without lights."""

from __future__ import annotations

from pathlib import Path

import matplotlib.cbook
import numpy as np
import pytest
import skimage.data
import tintype_mediapipe as plugin
from PIL import Image
from tintype import Asset, Job
from tintype.documents import ArchiveItem

bpy = pytest.importorskip("bpy")

ENOUGH_DB = 45.0


def hopper() -> Image.Image:
    with matplotlib.cbook.get_sample_data("grace_hopper.jpg") as stream:
        return Image.open(stream).convert("RGB")


def astronaut() -> Image.Image:
    return Image.fromarray(skimage.data.astronaut())


def head_of(photo: Image.Image, folder: Path) -> Path:
    path = folder / "photo.png"
    photo.save(path)
    item = ArchiveItem(path=path.name, medium="photo", sha256="0" * 64, quality=0.9)
    model = plugin.build_head([Asset(item, path)], plugin.HeadSettings(), Job(folder))
    return folder / model.model


def rendered(glb: Path, width: int, height: int) -> np.ndarray:
    """The plate as Workbench shows it, shape=(height, width, 3), uint8."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.ops.import_scene.gltf(filepath=str(glb))
    scene = bpy.context.scene
    scene.camera = bpy.data.objects["plate"]
    scene.render.engine = "BLENDER_WORKBENCH"
    scene.display.shading.light = "FLAT"
    scene.display.shading.color_type = "TEXTURE"
    scene.display.render_aa = "OFF"
    scene.view_settings.view_transform = "Standard"
    scene.render.resolution_x, scene.render.resolution_y = width, height
    scene.render.resolution_percentage = 100
    scene.render.filepath = str(glb.with_suffix(".png"))
    bpy.ops.render.render(write_still=True)
    return np.asarray(Image.open(scene.render.filepath).convert("RGB"))


def psnr_db(one: np.ndarray, other: np.ndarray) -> float:
    return float(10 * np.log10(255**2 / np.mean((one.astype(float) - other) ** 2)))


def test_a_closed_mouth_renders_as_the_photo(tmp_path):
    photo = hopper()
    shown = rendered(head_of(photo, tmp_path), *photo.size)
    difference = np.abs(shown.astype(int) - np.asarray(photo)).max(axis=2)
    assert psnr_db(shown, np.asarray(photo)) >= ENOUGH_DB
    assert (difference > 24).sum() <= 4  # no crack at the silhouette, no corner that the mesh leaves open


def test_an_open_mouth_is_closed_and_the_rest_is_the_photo(tmp_path):
    photo = astronaut()
    shown, wanted = rendered(head_of(photo, tmp_path), *photo.size), np.asarray(photo)
    mouth = np.s_[120:185, 185:265]
    assert psnr_db(shown[mouth], wanted[mouth]) < 35
    around = np.ones(wanted.shape[:2], bool)
    around[mouth] = False
    assert psnr_db(shown[around], wanted[around]) >= ENOUGH_DB


def test_a_doubled_view_stays_the_photo(tmp_path):
    photo = hopper()
    shown = rendered(head_of(photo, tmp_path), 2 * photo.width, 2 * photo.height)
    reduced = np.asarray(Image.fromarray(shown).reduce(2))
    assert psnr_db(reduced, np.asarray(photo)) >= 40
