"""The finishing plugin's looks as real strip modifiers: they apply, and they are as mild as they say."""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np
import pytest
from PIL import Image
from tintype_addon import compat
from tintype_addon.client.film import Filter
from tintype_addon.sequencer.filters import add_filter
from tintype_finishing.looks import LOOKS, filters_of

SIZE = (96, 64)


@pytest.fixture
def colours(tmp_path) -> Path:
    """A chart: skin, sky, red, white, black, and a grey wedge."""
    chart = np.zeros((*SIZE[::-1], 3), np.uint8)
    for column, colour in enumerate(((205, 150, 120), (90, 140, 200), (180, 30, 40), (245, 245, 245), (8, 8, 8))):
        chart[:32, column * 19 : (column + 1) * 19] = colour
    chart[32:] = np.linspace(0, 255, SIZE[0], dtype=np.uint8)[None, :, None]
    path = tmp_path / "chart.png"
    Image.fromarray(chart).save(path)
    return path


def rendered(picture: Path, look: str, out: Path, amount: float = 1.0) -> np.ndarray:
    scene = bpy.context.scene
    compat.edit_in(scene)
    scene.render.resolution_x, scene.render.resolution_y = SIZE
    scene.view_settings.view_transform = "Standard"
    strips = compat.sequence(scene)
    for strip in list(strips):
        strips.remove(strip)
    strip = strips.new_image(name="chart", filepath=str(picture), channel=1, frame_start=1, fit_method="ORIGINAL")
    for one in filters_of(look, amount):
        add_filter(strip, Filter(kind=one.kind, settings=dict(one.settings)))
    scene.frame_set(1)
    scene.render.image_settings.file_format = "PNG"
    scene.render.filepath = str(out)
    bpy.ops.render.render(write_still=True)
    return np.asarray(Image.open(out).convert("RGB")).astype(int)


@pytest.mark.parametrize("look", [name for name in LOOKS if name != "none"])
def test_every_look_changes_the_picture_and_stays_restrained(colours, tmp_path, look):
    plain = rendered(colours, "none", tmp_path / "plain.png")
    made = rendered(colours, look, tmp_path / "look.png")
    wedge = made[48].mean(axis=1)
    assert np.abs(made - plain).mean() > 2
    assert abs(made.mean() - plain.mean()) < 25
    assert np.all(np.diff(wedge) >= 0)  # no tone is turned round
    assert wedge[-1] > 215
    assert wedge[0] < 40


def test_silver_has_no_colour_but_its_paper(colours, tmp_path):
    made = rendered(colours, "silver", tmp_path / "look.png")
    assert np.abs(made.max(axis=2) - made.min(axis=2)).max() < 12


def test_half_a_look_lies_between(colours, tmp_path):
    plain = rendered(colours, "none", tmp_path / "plain.png")
    half = np.abs(rendered(colours, "sepia", tmp_path / "half.png", 0.5) - plain).mean()
    full = np.abs(rendered(colours, "sepia", tmp_path / "full.png") - plain).mean()
    assert 0.25 * full < half < 0.75 * full
