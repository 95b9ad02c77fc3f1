"""The plate is as its settings say."""

from __future__ import annotations

import numpy as np
from PIL import Image
from tintype.testing import RunStage


def pixels_of(still) -> np.ndarray:
    return np.asarray(Image.open(still.file(still.picture)), dtype=float)


def test_the_plate_darkens_toward_the_corners(run_stage: RunStage) -> None:
    pixels = pixels_of(run_stage("example", "generate_image"))
    height, width, _ = pixels.shape
    middle = pixels[height // 3 : -height // 3, width // 3 : -width // 3].mean()
    assert middle > 2 * pixels[: height // 10, : width // 10].mean()


def test_scratches_brighten_the_plate(run_stage: RunStage) -> None:
    clean = pixels_of(run_stage("example", "generate_image", settings={"scratches": 0}))
    scratched = pixels_of(run_stage("example", "generate_image", settings={"scratches": 200}))
    assert (scratched >= clean).all()
    assert scratched.mean() > clean.mean()
