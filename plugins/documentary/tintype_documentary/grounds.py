"""Backdrops: behind the portrait, the title and the cards.  Made from the photo itself, or plain; never a picture of
something else.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from tintype_documentary.framing import Framing

Picture = NDArray[np.float32]
"""BGR, 0 to 255, shape=(height, width, 3)."""

LEVEL, SATURATION = 0.30, 0.6
VIGNETTE = 0.45
GRAIN = 1.2
"""Spread of the noise that keeps a dark gradient from banding at 8 bits, in steps of 255."""

SHADOW, SHADOW_SPREAD = 0.6, 0.04
PLAIN = {"ink": (46, 36, 30), "sepia": (34, 44, 58), "grey": (44, 44, 44)}
"""BGR of the plain grounds in their middle."""

TITLE_LEVEL, TITLE_SATURATION = 0.8, 0.4
TITLE_FACE_X = 0.74
"""Where the face stands on the title card, in frame widths."""
PNG_COMPRESSION = 3


def read_photo(path: Path | None) -> NDArray[np.uint8] | None:
    """The photo as BGR; ``None`` when there is none, or OpenCV cannot read it: the ground is plain then."""
    if path is None or not path.is_file():
        return None
    return cv2.imdecode(np.fromfile(path, dtype=np.uint8), cv2.IMREAD_COLOR)


def ground(photo: NDArray[np.uint8] | None, kind: str, size: tuple[int, int], seed: int) -> Picture:
    """A dark ground of the film's size.

    Args:
        kind: ``photo`` for the photo itself, blurred until nothing in it can be told; else a name in ``PLAIN``.
        seed: of its grain.
    """
    width, height = size
    if photo is None or (kind == "photo" and photo.size == 0):
        kind = "ink" if kind == "photo" else kind
    if kind == "photo":
        assert photo is not None
        made = cv2.resize(_blurred(photo, width / height) * LEVEL, size, interpolation=cv2.INTER_CUBIC)
    else:
        made = np.tile(np.array(PLAIN[kind], np.float32), (height, width, 1))
    made *= _vignette(size)[:, :, None]
    return made + _grain(size, seed)[:, :, None]


def behind_plate(base: Picture, framing: Framing, plate_aspect: float) -> Picture:
    """The ground with a soft shadow around the plate, as if the photo stood a little in front of it."""
    if framing.fills:
        return base
    height, width = base.shape[:2]
    half_w, half_h = framing.height * plate_aspect * height / 2, framing.height * height / 2
    x, y = width / 2 + framing.x * height, height / 2 - framing.y * height
    mask = np.zeros((height, width), np.float32)
    reach = round(height * SHADOW_SPREAD * 4)  # a plate as high as the frame has no shadow above and below
    padded = cv2.copyMakeBorder(mask, reach, reach, reach, reach, cv2.BORDER_CONSTANT)
    corner = (round(x - half_w) + reach, round(y - half_h) + reach)
    opposite = (round(x + half_w) + reach, round(y + half_h) + reach)
    grown = reach if framing.height >= 0.999 else 0
    cv2.rectangle(padded, (corner[0], corner[1] - grown), (opposite[0], opposite[1] + grown), 1.0, -1)
    soft = cv2.GaussianBlur(padded, (0, 0), height * SHADOW_SPREAD)[reach:-reach, reach:-reach]
    return base * (1 - SHADOW * soft)[:, :, None]


def title_ground(
    base: Picture, photo: NDArray[np.uint8] | None, face_box: tuple[float, float, float, float] | None
) -> Picture:
    """The ground with the photo on its right, muted, fading out toward the title on the left."""
    if photo is None:
        return base
    height, width = base.shape[:2]
    scale = height / photo.shape[0]
    face_x = (face_box[0] + face_box[2] / 2 if face_box else 0.5) * photo.shape[1]
    scale = max(scale, (1 - TITLE_FACE_X) * width / max(photo.shape[1] - face_x, 1))
    face_y = (face_box[1] + face_box[3] / 2 if face_box else 0.5) * photo.shape[0]
    left = TITLE_FACE_X * width - face_x * scale
    top = min(max(0.45 * height - face_y * scale, height - photo.shape[0] * scale), 0.0)
    to_frame = np.array([[scale, 0, left], [0, scale, top]], np.float32)
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    placed = cv2.warpAffine(_shrunk(photo, scale), _shrunk_matrix(to_frame, scale), (width, height), flags=method)
    muted = _desaturated(placed.astype(np.float32), TITLE_SATURATION) * TITLE_LEVEL
    begins, reach = max(left, 0.0) + 0.01 * width, 0.24 * width
    share = np.clip((np.arange(width, dtype=np.float32) - begins) / reach, 0, 1)
    share *= (np.arange(width) < left + photo.shape[1] * scale - 1).astype(np.float32)
    share = (share * share * (3 - 2 * share))[None, :, None]
    return base * (1 - share) + muted * share


def write_png(path: Path, picture: Picture) -> None:
    """Write a picture, 0 to 255, as 8-bit PNG."""
    done, data = cv2.imencode(
        ".png", np.clip(np.round(picture), 0, 255).astype(np.uint8), [cv2.IMWRITE_PNG_COMPRESSION, PNG_COMPRESSION]
    )
    assert done, "PNG takes every 8-bit picture"
    path.write_bytes(data.tobytes())


def _blurred(photo: NDArray[np.uint8], aspect: float) -> Picture:
    """The photo cropped to the aspect and reduced to a hundred pixels, blurred: small, to be enlarged again."""
    small_w, small_h = 96, max(round(96 / aspect), 2)
    height, width = photo.shape[:2]
    scale = max(small_w / width, small_h / height)
    size = (max(round(width * scale), small_w), max(round(height * scale), small_h))
    small = cv2.resize(photo, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    top, left = (small.shape[0] - small_h) // 3, (small.shape[1] - small_w) // 2
    small = small[top : top + small_h, left : left + small_w]
    return _desaturated(cv2.GaussianBlur(small, (0, 0), 8, borderType=cv2.BORDER_REPLICATE), SATURATION)


def _desaturated(picture: Picture, saturation: float) -> Picture:
    grey = picture @ np.array([0.114, 0.587, 0.299], np.float32)
    return grey[:, :, None] + saturation * (picture - grey[:, :, None])


def _vignette(size: tuple[int, int]) -> NDArray[np.float32]:
    x = (np.arange(size[0], dtype=np.float32) + 0.5) / size[0] - 0.5
    y = (np.arange(size[1], dtype=np.float32) + 0.5) / size[1] - 0.5
    return 1 - VIGNETTE * (x[None, :] ** 2 + y[:, None] ** 2) / 0.5


def _grain(size: tuple[int, int], seed: int) -> NDArray[np.float32]:
    return np.random.default_rng(seed).normal(0.0, GRAIN, (size[1], size[0])).astype(np.float32)


def _shrunk(photo: NDArray[np.uint8], scale: float) -> NDArray[np.uint8]:
    """A large scan reduced first, since a warp samples points only."""
    if scale >= 0.5:
        return photo
    return cv2.resize(photo, None, fx=2 * scale, fy=2 * scale, interpolation=cv2.INTER_AREA)


def _shrunk_matrix(matrix: NDArray[np.float32], scale: float) -> NDArray[np.float32]:
    if scale >= 0.5:
        return matrix
    return matrix @ np.diag([1 / (2 * scale), 1 / (2 * scale), 1]).astype(np.float32)
