"""What a photo looks like, as ``Features.1``: sharpness, tones, colour, palette."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray
from tintype import Asset, Job
from tintype.documents import Features

from tintype_opencv.photo_reading import read_photo
from tintype_opencv.sharpness import read

if TYPE_CHECKING:
    from tintype_opencv import MeasureSettings

PALETTE_SIDE_PX = 160
GREY_CHROMA, TINTED_SPREAD = 4.0, 6.0
"""Below this mean Lab chroma a picture is grey; below this spread of a and b a coloured one is of one tint (sepia)."""
OPENED_MEGAPIXELS = 175.0

Pixels = NDArray[np.uint8]


def measure_photo(asset: Asset, settings: MeasureSettings, job: Job) -> Features:
    """Measure a photo that has been prepared.

    Raises:
        PhotoUnreadable: it cannot be opened.
    """
    job.progress(0.0, "opening")
    pixels = read_photo(asset.path, OPENED_MEGAPIXELS).pixels
    job.progress(0.3, "measuring")
    readings = read(pixels)
    job.progress(0.6, "colours")
    colours, shares = palette_of(pixels, settings.palette_size, job.seed)
    facts = {
        "width_px": readings.width_px,
        "height_px": readings.height_px,
        "sharpness": round(1.0 - readings.blur, 4),
        "brightness": round(readings.mean / 255, 4),
        "contrast": round((readings.bright - readings.dark) / 255, 4),
        "noise": round(readings.noise, 2),
        "colour": colour_kind(pixels),
        "colourfulness": round(colourfulness(pixels), 2),
        "palette": ["#{:02x}{:02x}{:02x}".format(*colour) for colour in colours],
    }
    features = Features(path=asset.item.path, medium="photo", facts=facts)
    return features.save_with(job.folder, {"palette": colours, "palette_shares": shares})


def colour_kind(pixels: Pixels) -> str:
    """``grey``, ``tinted`` (one hue, as sepia) or ``colour``."""
    if pixels.ndim == 2:
        return "grey"
    lab = cv2.cvtColor(_small(pixels), cv2.COLOR_RGB2LAB).astype(np.float32)
    chroma = lab[..., 1:] - 128.0
    if float(np.hypot(chroma[..., 0], chroma[..., 1]).mean()) < GREY_CHROMA:
        return "grey"
    return "tinted" if float(chroma.std(axis=(0, 1)).max()) < TINTED_SPREAD else "colour"


def colourfulness(pixels: Pixels) -> float:
    """0 for grey, about 15 slightly, 60 quite, 110 extremely colourful.

    Source:
        Hasler and Süsstrunk 2003, "Measuring colourfulness in natural images", Proc. SPIE 5007, equation for M3.
    """
    if pixels.ndim == 2:
        return 0.0
    red, green, blue = (channel.astype(np.float32) for channel in np.moveaxis(_small(pixels), -1, 0))
    opponents = np.stack([red - green, (red + green) / 2 - blue]).reshape(2, -1)
    return float(np.hypot(*opponents.std(axis=1)) + 0.3 * np.hypot(*opponents.mean(axis=1)))


def palette_of(pixels: Pixels, size: int, seed: int) -> tuple[Pixels, NDArray[np.float32]]:
    """The picture's main colours by k-means in Lab, the most frequent first.

    Returns:
        RGB, shape=(k, 3), and the share of the picture that each stands for, shape=(k,); k is at most ``size``.
    """
    rgb = _small(pixels if pixels.ndim == 3 else cv2.cvtColor(pixels, cv2.COLOR_GRAY2RGB))
    lab = cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB).reshape(-1, 3).astype(np.float32)
    count = min(size, len(np.unique(lab, axis=0)))
    cv2.setRNGSeed(seed % 2**31)
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 40, 0.5)
    _, labels, centres = cv2.kmeans(lab, count, None, stop, 3, cv2.KMEANS_PP_CENTERS)
    shares = np.bincount(labels.ravel(), minlength=count) / len(lab)
    order = np.argsort(-shares, kind="stable")
    centres = np.clip(np.round(centres[order]), 0, 255).astype(np.uint8)
    colours = cv2.cvtColor(centres[None], cv2.COLOR_LAB2RGB)[0]
    return np.asarray(colours, dtype=np.uint8), shares[order].astype(np.float32)


def _small(pixels: Pixels) -> Pixels:
    scale = PALETTE_SIDE_PX / max(pixels.shape[:2])
    if scale >= 1:
        return pixels
    size = max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
