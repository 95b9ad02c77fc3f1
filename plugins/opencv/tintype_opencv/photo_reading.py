"""Opens a photo of an archive as upright pixels of 8 bits, grey or sRGB."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError
from tintype.errors import PhotoUnreadable

ORIENTATION_TAG = 0x0112
LAID_FLAT = frozenset({"L", "RGB"})
WIDELY_READ = frozenset({"JPEG", "PNG", "TIFF", "BMP", "WEBP", "MPO"})
"""Formats that OpenCV and Blender both open; others are saved as PNG."""

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Photo:
    """A photo as it should be seen.

    Attributes:
        pixels: shape=(height, width) for grey, shape=(height, width, 3) for sRGB.
        steps: what had to be done to read it, in words; empty when the file serves as it is.
    """

    pixels: Pixels
    steps: tuple[str, ...]


def read_photo(path: Path, max_megapixels: float) -> Photo:
    """Open a photo, upright, in 8 bits.

    Raises:
        PhotoUnreadable: not a picture, damaged, or larger than ``max_megapixels``.
    """
    try:
        with warnings.catch_warnings():  # our own limit speaks, not Pillow's warning at half of its limit
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(path)
        with image:
            refuse_bombs(path, image, max_megapixels)
            return _flat(image)
    except UnidentifiedImageError as err:
        hint = "Install pillow-heif, or export" if path.suffix.lower() in (".heic", ".heif") else "Export"
        raise PhotoUnreadable(
            f"{path.name} is no picture that can be read here.", hint=f"{hint} it as JPEG or PNG."
        ) from err
    except Image.DecompressionBombError as err:
        raise PhotoUnreadable(f"{path.name} is too large: {err}.", hint="Scale it down and try again.") from err
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError) as err:
        raise PhotoUnreadable(
            f"{path.name} is damaged: {err}.", hint="Copy it again from its source, or export it as JPEG or PNG."
        ) from err


def refuse_bombs(path: Path, image: Image.Image, max_megapixels: float) -> None:
    """Raise :class:`PhotoUnreadable` before any pixel of a too large picture is unpacked."""
    megapixels = image.width * image.height / 1e6
    if megapixels > max_megapixels:
        raise PhotoUnreadable(
            f"{path.name} has {image.width} × {image.height} pixels ({megapixels:.0f} million); "
            f"at most {max_megapixels:.0f} million are opened.",
            hint="Scale it down, or raise max_megapixels.",
        )


def _flat(image: Image.Image) -> Photo:
    steps: list[str] = []
    if image.format not in WIDELY_READ:
        steps.append(f"saved as PNG ({image.format} is not read everywhere)")
    if getattr(image, "n_frames", 1) > 1 and image.format != "MPO":
        steps.append(f"first of {image.n_frames} pictures taken")  # type: ignore[attr-defined]
    image.load()
    turned = image.getexif().get(ORIENTATION_TAG, 1)
    upright = ImageOps.exif_transpose(image)
    if turned in range(2, 9):
        steps.append("straightened as its EXIF orientation says")
    upright, profile_steps = _in_srgb(upright, image.info.get("icc_profile"))
    laid, mode_steps = _eight_bits(upright)
    return Photo(np.ascontiguousarray(laid), (*steps, *profile_steps, *mode_steps))


def _in_srgb(image: Image.Image, profile: bytes | None) -> tuple[Image.Image, list[str]]:
    """Bring colours of another profile to sRGB; grey pictures and pictures without a profile stay."""
    if not profile or image.mode not in ("RGB", "CMYK"):
        return image, []
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        name = (ImageCms.getProfileDescription(source) or "unnamed").strip()
        if "srgb" in name.lower():
            return image, []
        moved = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError) as err:
        return image, [f"its colour profile was passed over ({err})"]
    assert moved is not None  # only in-place conversions give None
    return moved, [f"colours brought from the profile {name!r} to sRGB"]


def _eight_bits(image: Image.Image) -> tuple[Pixels, list[str]]:
    if image.mode in LAID_FLAT:
        return np.asarray(image), []
    if image.mode == "1":
        return np.asarray(image.convert("L")), ["brought from black and white to grey"]
    if image.mode.startswith(("I", "F")):
        return _scaled(np.asarray(image)), [f"brought from {image.mode} to 8 bits"]
    if image.mode in ("LA", "La"):
        return np.asarray(_on_white(image).convert("L")), ["transparency laid on white"]
    if image.has_transparency_data:
        return np.asarray(_on_white(image).convert("RGB")), ["transparency laid on white"]
    return np.asarray(image.convert("RGB")), [f"brought from {image.mode} to RGB"]


def _on_white(image: Image.Image) -> Image.Image:
    layer = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", layer.size, (255, 255, 255, 255)), layer)


def _scaled(values: NDArray[np.generic]) -> Pixels:
    """Deep or floating values to 8 bits, by the full range of the depth that they use."""
    numbers = np.nan_to_num(np.asarray(values, dtype=np.float32))
    highest = float(numbers.max(initial=0.0))
    # 1.0 for floats, 8 bits kept in a wider type, 12-bit scanners, 16 bits; beyond that the picture's own range.
    full = next((top for top in (1.0, 255.0, 4095.0, 65535.0) if highest <= top), highest)
    return np.clip(np.round(numbers * (255.0 / full)), 0, 255).astype(np.uint8)
