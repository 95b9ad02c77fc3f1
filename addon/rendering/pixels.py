"""Pictures as arrays: what Blender renders is read from BMP, what we make of it is written as PNG.

Arrays are 8-bit RGB, shape=(height, width, 3), top row first.
"""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
BMP_HEADER = struct.Struct("<2sIHHIIiiHHI")
PNG_LEVEL = 2
"""Of zlib: with each row stored as the difference to the one above, more makes photographs hardly smaller."""


def read_bmp(path: Path) -> Pixels:
    """Read an uncompressed 24-bit BMP, as Blender writes it.

    Raises:
        ValueError: it is something else.
    """
    data = path.read_bytes()
    kind, _, _, _, offset, _, width, height, _, depth, compression = BMP_HEADER.unpack_from(data)
    if kind != b"BM" or depth != 24 or compression != 0:
        raise ValueError(f"{path.name} is no 24-bit BMP")
    stride = -(-width * 3 // 4) * 4
    rows = np.frombuffer(data, np.uint8, stride * abs(height), offset).reshape(abs(height), stride)
    pixels = rows[:, : width * 3].reshape(abs(height), width, 3)[:, :, ::-1]
    return pixels[::-1] if height > 0 else pixels


def write_png(path: Path, pixels: Pixels) -> None:
    """Write an 8-bit RGB PNG."""
    height, width, _ = pixels.shape
    rows = np.ascontiguousarray(pixels).reshape(height, width * 3)
    filtered = np.empty((height, 1 + width * 3), np.uint8)
    filtered[:, 0] = 2  # the filter "up": each byte less the one above it
    filtered[0, 1:] = rows[0]
    np.subtract(rows[1:], rows[:-1], out=filtered[1:, 1:])
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(filtered, PNG_LEVEL))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def edges(ids: Pixels) -> NDArray[np.bool_]:
    """Pixels beside which something else begins, shape=(height, width).

    Args:
        ids: a picture with one colour per thing.
    """
    found = np.zeros(ids.shape[:2], bool)
    down = (ids[1:] != ids[:-1]).any(axis=2)
    right = (ids[:, 1:] != ids[:, :-1]).any(axis=2)
    found[1:] |= down
    found[:-1] |= down
    found[:, 1:] |= right
    found[:, :-1] |= right
    return found
