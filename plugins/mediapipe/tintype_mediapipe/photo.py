"""Reads a photo the way a person sees it: upright, in colour, of a size that a plate can have."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tintype.errors import PhotoUnreadable

MAX_PIXELS = 120_000_000
MIN_SIDE_PX = 64


@dataclass(frozen=True)
class Photo:
    """A photo as a plate.

    Attributes:
        rgb: shape=(height, width, 3), uint8, sRGB.
        scale: pixels of the plate per pixel of the file.
    """

    rgb: NDArray[np.uint8]
    scale: float

    @property
    def height(self) -> int:
        return int(self.rgb.shape[0])

    @property
    def width(self) -> int:
        return int(self.rgb.shape[1])


def read_photo(path: Path, max_side_px: int) -> Photo:
    """Read, straighten by EXIF and reduce to at most ``max_side_px``.

    Raises:
        PhotoUnreadable: not a picture, damaged, too small, or of more than 120 million pixels.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path) as image:
                if image.width * image.height > MAX_PIXELS:
                    raise PhotoUnreadable(
                        f"{path.name} has {image.width} × {image.height} pixels; more than "
                        f"{MAX_PIXELS // 10**6} million cannot be read.",
                        hint="Export a smaller version; 4000 pixels on the longer side are plenty.",
                    )
                largest = max(image.width, image.height)
                if image.format == "JPEG" and largest > 2 * max_side_px:
                    image.draft("RGB", (max_side_px, max_side_px))
                upright = ImageOps.exif_transpose(image)
                whole = max(upright.width, upright.height)
                if whole > max_side_px:
                    upright = upright.convert(_plain_mode(upright.mode))
                    upright.thumbnail((max_side_px, max_side_px), Image.Resampling.LANCZOS, reducing_gap=2.0)
                rgb = np.asarray(_as_rgb(upright), dtype=np.uint8)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as err:
        raise PhotoUnreadable(
            f"{path.name} cannot be read as a picture: {err}.", hint="Export it as JPEG or PNG and try again."
        ) from err
    if min(rgb.shape[:2]) < MIN_SIDE_PX:
        raise PhotoUnreadable(
            f"{path.name} has only {rgb.shape[1]} × {rgb.shape[0]} pixels.",
            hint=f"Scan it larger: a face needs at least {MIN_SIDE_PX} pixels.",
        )
    return Photo(np.ascontiguousarray(rgb), max(rgb.shape[:2]) / largest)


def _plain_mode(mode: str) -> str:
    return mode if mode in ("RGB", "L", "RGBA", "CMYK") or mode.startswith("I") else "RGB"


def _as_rgb(image):  # type: ignore[no-untyped-def]
    from PIL import Image

    if image.mode.startswith("I") or image.mode == "F":  # 16-bit scans: stretch what is there to 8 bits
        values = np.asarray(image, dtype=np.float32)
        low, high = float(values.min()), float(values.max())
        top = 65535.0 if high > 255 else 255.0
        values = values / top if low >= 0 else (values - low) / max(high - low, 1e-6)
        image = Image.fromarray(np.uint8(np.clip(values, 0, 1) * 255 + 0.5))
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        paper = Image.new("RGBA", image.size, (255, 255, 255, 255))
        image = Image.alpha_composite(paper, image)
    return image.convert("RGB")
