"""Draws the plate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from tintype import Job, PictureRequest
from tintype.documents import Frame, Move, Still

if TYPE_CHECKING:
    from tintype_example import PlateSettings

LACQUER = np.array([0.86, 0.74, 0.60])
"""Red, green and blue of the brown lacquer at full brightness."""
GRAIN = 0.02
NEARER = Frame(x=0.03, y=0.03, width=0.94, height=0.94)
WHOLE = Frame(x=0, y=0, width=1, height=1)


def make_plate(request: PictureRequest, settings: PlateSettings, job: Job) -> Still:
    """Draw a plate of the film's size into ``job.folder``; the camera moves slowly toward it."""
    random = np.random.default_rng(job.seed)
    tone = lacquered(request.width_px, request.height_px, settings)
    tone += random.normal(0, GRAIN, tone.shape)
    for number in range(settings.scratches):
        job.progress(0.9 * number / settings.scratches, "scratching")
        scratch(tone, random)
    job.progress(0.9, "writing")
    pixels = np.clip(tone[:, :, None] * LACQUER * 255, 0, 255).astype(np.uint8)
    Image.fromarray(pixels).save(job.folder / "plate.png")
    return Still(
        picture="plate.png",
        width_px=request.width_px,
        height_px=request.height_px,
        move=Move(start=frame_of(request.frame_start) or WHOLE, end=frame_of(request.frame_end) or NEARER),
        generated=True,
        caption="A bare tintype plate",
        prompt=request.text,
        model="tintype-example 0.1.0",
        seed=job.seed,
        licence="GPL-3.0-or-later",
    ).save(job.folder)


def frame_of(rectangle: tuple[float, float, float, float] | None) -> Frame | None:
    """What the editor asked for, if they did."""
    return Frame(**dict(zip(("x", "y", "width", "height"), rectangle, strict=True))) if rectangle else None


def lacquered(width_px: int, height_px: int, settings: PlateSettings) -> NDArray[np.float64]:
    """Brightness of the clean plate, shape=(height, width), darker toward the corners."""
    y, x = np.ogrid[-1 : 1 : height_px * 1j, -1 : 1 : width_px * 1j]
    return settings.brightness * (1 - settings.vignette * np.minimum((x**2 + y**2) / 2, 1))


def scratch(tone: NDArray[np.float64], random: np.random.Generator) -> None:
    """Brighten a thin, nearly upright line of the plate, in place."""
    height, width = tone.shape
    length = random.integers(2, max(3, height // 3))
    rows = random.integers(0, height) + np.arange(length)
    columns = random.integers(0, width) + np.round(np.arange(length) * random.normal(0, 0.15)).astype(int)
    inside = (rows < height) & (columns >= 0) & (columns < width)
    tone[rows[inside], columns[inside]] += random.uniform(0.05, 0.2)
