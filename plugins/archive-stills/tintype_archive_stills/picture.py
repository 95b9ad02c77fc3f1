"""Reads a photo, writes the picture that the film shows of it, and mounts one whole on a backdrop."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from tintype.errors import PhotoUnreadable

from tintype_archive_stills.framing import Box

Picture = NDArray[np.uint8]

MAX_PIXELS = 24e6
"""Largest picture written: at 16:9 about 6500 pixels wide, five times a 720p film."""

HEADROOM = 1.5
"""How much more resolution than the frames need is kept of a large scan, so that an editor can come closer."""

BLEED = 0.15
"""What is kept around the frames when a picture is too large to be kept whole, in sizes of their union."""

PNG_COMPRESSION = 3

WHOLE_HEIGHT = 0.86
"""Height of a photo that is shown whole, in frame heights."""

BACKDROP_LEVEL = 0.32
BACKDROP_SATURATION = 0.55
SHADOW_OPACITY = 0.55


def read_photo(path: Path) -> Picture:
    """The photo, upright, as BGR, shape=(height, width, 3).

    Raises:
        PhotoUnreadable: neither OpenCV nor Pillow can read it.
    """
    picture = cv2.imdecode(np.fromfile(path, dtype=np.uint8), cv2.IMREAD_COLOR) if path.is_file() else None
    if picture is None:
        picture = _read_with_pillow(path)
    return picture


def _read_with_pillow(path: Path) -> Picture:
    from PIL import Image, ImageOps

    try:
        with Image.open(path) as image:
            upright = ImageOps.exif_transpose(image).convert("RGB")
            return np.ascontiguousarray(np.asarray(upright)[:, :, ::-1])
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as err:
        raise PhotoUnreadable(
            f"{path.name} cannot be read as a picture: {err}.", hint="Export it as JPEG or PNG and try again."
        ) from err


def write_picture(
    picture: Picture, frames: tuple[Box, Box], film_width_px: int, max_enlargement: float, path: Path
) -> tuple[tuple[Box, Box], tuple[int, int]]:
    """Write the picture as PNG with enough resolution for its narrowest frame.

    Small details are enlarged (Lanczos), large scans reduced (area).  The whole picture is kept, so that an editor
    can frame it anew, unless it would be too large: then the frames and what is near them.

    Args:
        frames: start and end of the move.
        film_width_px: width of the film.
        max_enlargement: at most this many times.

    Returns:
        The frames in fractions of what was written, and its width and height in pixels.
    """
    height, width = picture.shape[:2]
    narrowest = min(frame.width for frame in frames) * width
    scale = min(film_width_px / narrowest, max_enlargement)
    if width * height * scale**2 > MAX_PIXELS:
        region = _around(frames)
        left, top = int(region.x * width), int(region.y * height)
        right, bottom = int(np.ceil(region.right * width)), int(np.ceil(region.bottom * height))
        picture = picture[top:bottom, left:right]
        kept = Box(left / width, top / height, (right - left) / width, (bottom - top) / height)
        frames = (_within(frames[0], kept), _within(frames[1], kept))
        height, width = picture.shape[:2]
        scale = min(scale, (MAX_PIXELS / (width * height)) ** 0.5)
    elif scale < 1:
        scale = min(1.0, scale * HEADROOM)
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    if size != (width, height):
        picture = cv2.resize(picture, size, interpolation=cv2.INTER_LANCZOS4 if scale > 1 else cv2.INTER_AREA)
    write_png(path, picture)
    return frames, size


def write_png(path: Path, picture: Picture) -> None:
    done, data = cv2.imencode(".png", picture, [cv2.IMWRITE_PNG_COMPRESSION, PNG_COMPRESSION])
    assert done, "PNG takes every 8-bit picture"
    path.write_bytes(data.tobytes())


def _around(frames: tuple[Box, Box]) -> Box:
    left, top = min(frame.x for frame in frames), min(frame.y for frame in frames)
    right, bottom = max(frame.right for frame in frames), max(frame.bottom for frame in frames)
    wider, higher = (right - left) * BLEED, (bottom - top) * BLEED
    left, top = max(left - wider, 0.0), max(top - higher, 0.0)
    return Box(left, top, min(right + wider, 1.0) - left, min(bottom + higher, 1.0) - top)


def _within(frame: Box, kept: Box) -> Box:
    x, y = max((frame.x - kept.x) / kept.width, 0.0), max((frame.y - kept.y) / kept.height, 0.0)
    return Box(x, y, min(frame.width / kept.width, 1.0 - x), min(frame.height / kept.height, 1.0 - y))


def mounted(picture: Picture, film_size_px: tuple[int, int]) -> tuple[Picture, Box]:
    """The whole photo with a soft shadow on a backdrop made from itself, of the film's shape.

    Returns:
        The mounted picture, and where the photo lies in it.
    """
    aspect = film_size_px[0] / film_size_px[1]
    height, width = picture.shape[:2]
    canvas_height = max(round(height / WHOLE_HEIGHT), film_size_px[1])
    canvas_height = min(canvas_height, int((MAX_PIXELS / aspect) ** 0.5))
    canvas_width = round(canvas_height * aspect)
    scale = min(WHOLE_HEIGHT * canvas_height / height, 0.94 * canvas_width / width)
    shown = (max(round(width * scale), 1), max(round(height * scale), 1))
    photo = cv2.resize(picture, shown, interpolation=cv2.INTER_LANCZOS4 if scale > 1 else cv2.INTER_AREA)
    left, top = (canvas_width - shown[0]) // 2, (canvas_height - shown[1]) // 2
    canvas = _backdrop(picture, (canvas_width, canvas_height))
    canvas *= 1 - SHADOW_OPACITY * _shadow((canvas_width, canvas_height), (left, top, *shown))[:, :, None]
    canvas[top : top + shown[1], left : left + shown[0]] = photo
    box = Box(left / canvas_width, top / canvas_height, shown[0] / canvas_width, shown[1] / canvas_height)
    return np.clip(np.round(canvas), 0, 255).astype(np.uint8), box


def _backdrop(picture: Picture, size: tuple[int, int]) -> NDArray[np.float32]:
    """The picture itself, filling ``size``, blurred until nothing in it can be told, dark and less coloured."""
    small_width = 96
    small_height = max(round(small_width * size[1] / size[0]), 2)
    height, width = picture.shape[:2]
    scale = max(small_width / width, small_height / height)
    small = cv2.resize(
        picture, (max(round(width * scale), small_width), max(round(height * scale), small_height)),
        interpolation=cv2.INTER_AREA,
    )  # fmt: skip
    top, left = (small.shape[0] - small_height) // 2, (small.shape[1] - small_width) // 2
    small = small[top : top + small_height, left : left + small_width].astype(np.float32)
    small = cv2.GaussianBlur(small, (0, 0), 7, borderType=cv2.BORDER_REPLICATE)
    grey = small @ np.array([0.114, 0.587, 0.299], np.float32)
    small = grey[:, :, None] + BACKDROP_SATURATION * (small - grey[:, :, None])
    return cv2.resize(small * BACKDROP_LEVEL, size, interpolation=cv2.INTER_CUBIC)


def _shadow(size: tuple[int, int], box: tuple[int, int, int, int]) -> NDArray[np.float32]:
    small = 8
    mask = np.zeros((size[1] // small + 1, size[0] // small + 1), np.float32)
    left, top, width, height = (round(value / small) for value in box)
    mask[top : top + height, left : left + width] = 1.0
    mask = cv2.GaussianBlur(mask, (0, 0), max(size[1] / small * 0.025, 0.5))
    return cv2.resize(mask, size, interpolation=cv2.INTER_LINEAR)
