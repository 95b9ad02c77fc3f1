"""Smooth outlines without touching what lies between them.

A plate is exact only when each pixel shows the one point in its middle; every filter over the pixel blurs the
photograph (Workbench's own, 8 samples: 31.7 dB against the photo, and four times as slow as this).  But outlines
(lips over teeth, lids over eyes, the head over its background) then move in whole pixels.  So each frame is rendered
once through the middles, and again through four points around them; a picture that gives every object one colour says
where outlines are, and only there the mean of the five is taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .pixels import Pixels, edges
from .shot import shoot

if TYPE_CHECKING:
    import bpy

AROUND = ((-0.375, -0.125), (0.125, -0.375), (0.375, 0.125), (-0.125, 0.375))
"""The rotated grid, in pixels from the middle: four columns and four rows that are all different."""
LEVELS = (0.0, 0.5, 1.0)
LEAST_PX = 4
"""Blender renders no picture that is narrower or lower."""
COLOURS = [colour for colour in product(LEVELS, LEVELS, LEVELS) if any(colour)]
"""Colours that tell objects apart; black is where nothing is."""


class Smoother:
    """Renders the frames of one portrait scene with smooth outlines.  Changes are never saved.

    Args:
        scene: the active scene, set up for pictures, with an orthographic camera that looks along +Y.
        folder: for the pictures that are thrown away again.
    """

    def __init__(self, scene: bpy.types.Scene, folder: Path) -> None:
        self._scene = scene
        self._folder = folder
        for number, one in enumerate(one for one in scene.objects if one.type == "MESH"):
            one.color = (*COLOURS[number % len(COLOURS)], 1.0)

    def render(self) -> Pixels:
        """Render the current frame."""
        middle = shoot(self._scene, self._folder)
        outlines = edges(self._object_colours())
        if not outlines.any():
            return middle
        box = bounds(outlines)
        inside, outlines = middle[box.rows, box.columns], outlines[box.rows, box.columns]
        total = inside.astype(np.uint16)
        for right, down in AROUND:
            total += self._beside(box, right, down)
        points = 1 + len(AROUND)
        smooth = np.array(middle)
        smooth[box.rows, box.columns][outlines] = (total[outlines] + points // 2) // points
        return smooth

    def _object_colours(self) -> Pixels:
        """The frame with one colour per object."""
        shading = self._scene.display.shading
        shading.color_type = "OBJECT"
        try:
            return shoot(self._scene, self._folder)
        finally:
            shading.color_type = "TEXTURE"

    def _beside(self, box: Box, right: float, down: float) -> Pixels:
        """A part of the frame, seen through a point of each pixel that lies this far from its middle, in pixels.

        The camera is moved and its view narrowed, so that only that part is rendered.
        """
        render, camera = self._scene.render, self._scene.camera
        size = render.resolution_x, render.resolution_y, render.resolution_percentage
        place, scale = camera.location.copy(), camera.data.ortho_scale
        width, height = (side * size[2] // 100 for side in size[:2])
        pixel = scale / height
        right += (box.columns.start + box.columns.stop - width) / 2
        down += (box.rows.start + box.rows.stop - height) / 2
        try:
            camera.location = (place.x + right * pixel, place.y, place.z - down * pixel)
            camera.data.ortho_scale = pixel * box.height
            render.resolution_x, render.resolution_y, render.resolution_percentage = box.width, box.height, 100
            return shoot(self._scene, self._folder)
        finally:
            camera.location, camera.data.ortho_scale = place, scale
            render.resolution_x, render.resolution_y, render.resolution_percentage = size


@dataclass(frozen=True)
class Box:
    """A part of a picture."""

    rows: slice
    columns: slice

    @property
    def height(self) -> int:
        return self.rows.stop - self.rows.start

    @property
    def width(self) -> int:
        return self.columns.stop - self.columns.start


def bounds(mask: NDArray[np.bool_]) -> Box:
    """The smallest box around everything that is true, at least 4 pixels wide and high (Blender's least)."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))

    def reach(found: NDArray[np.int64], size: int) -> slice:
        start = min(int(found[0]), max(size - LEAST_PX, 0))
        return slice(start, min(max(int(found[-1]) + 1, start + LEAST_PX), size))

    return Box(reach(rows, mask.shape[0]), reach(columns, mask.shape[1]))
