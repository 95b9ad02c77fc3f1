"""A second picture, a few frames of footage, and the files that they go into."""

from __future__ import annotations

import struct
import zlib

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]

SKY, WALL, ROOF, GRASS, WINDOW = (178, 200, 222), (214, 196, 168), (132, 62, 48), (96, 128, 74), (70, 84, 104)
FOOTAGE_FPS = 12


def draw_house(width_px: int = 320, height_px: int = 240) -> Pixels:
    """A house on a meadow, shape=(height, width, 3), with the grain of a photograph."""
    v, u = np.mgrid[0:height_px, 0:width_px] / np.array([height_px, width_px]).reshape(2, 1, 1)
    canvas = np.ones((height_px, width_px, 3)) * SKY
    canvas[v > 0.75] = GRASS
    canvas[(np.abs(u - 0.5) < 0.24) & (v > 0.42) & (v < 0.8)] = WALL
    canvas[(v < 0.42) & (v > 0.2 + 0.8 * np.abs(u - 0.5))] = ROOF
    for middle in (0.36, 0.64):
        canvas[(np.abs(u - middle) < 0.05) & (np.abs(v - 0.56) < 0.07)] = WINDOW
    grain = np.random.default_rng(3).normal(0, 4, canvas.shape[:2])
    return np.asarray(np.clip(canvas + grain[:, :, None], 0, 255), dtype=np.uint8)


def film_house(seconds: float = 2.0, width_px: int = 160, height_px: int = 120) -> list[Pixels]:
    """Frames of a slow pan over the house at :data:`FOOTAGE_FPS`, with a cut to its windows halfway."""
    house = draw_house(2 * width_px, 2 * height_px)
    count = round(seconds * FOOTAGE_FPS)
    frames = []
    for number in range(count):
        left = round(width_px * number / count)
        top = 0 if number < count // 2 else height_px * 3 // 4
        frames.append(np.ascontiguousarray(house[top : top + height_px, left : left + width_px]))
    return frames


def png_bytes(pixels: Pixels) -> bytes:
    """A PNG of pixels, shape=(height, width, 3)."""
    height, width, _ = pixels.shape
    rows = b"".join(b"\0" + row.tobytes() for row in np.ascontiguousarray(pixels))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )


def avi_bytes(frames: list[Pixels], fps: int = FOOTAGE_FPS) -> bytes:
    """An AVI with uncompressed frames, shape=(height, width, 3) each; the width must be a multiple of four."""
    height, width, _ = frames[0].shape
    size = width * height * 3
    main = struct.pack("<14I", 1_000_000 // fps, size * fps, 0, 0x10, len(frames), 0, 1, size, width, height, *[0] * 4)
    stream = struct.pack("<4s4sIHHIIIIIIiI4H", b"vids", b"DIB ", 0, 0, 0, 0, 1, fps, 0, len(frames), size, -1, 0,
                         0, 0, width, height)  # fmt: skip
    picture = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, size, 0, 0, 0, 0)
    header = riff_list(
        b"hdrl", chunk(b"avih", main), riff_list(b"strl", chunk(b"strh", stream), chunk(b"strf", picture))
    )
    movie = riff_list(b"movi", *(chunk(b"00db", frame[::-1, :, ::-1].tobytes()) for frame in frames))
    index = b"".join(
        struct.pack("<4sIII", b"00db", 0x10, 4 + number * (size + 8), size) for number in range(len(frames))
    )
    body = b"AVI " + header + movie + chunk(b"idx1", index)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def chunk(kind: bytes, data: bytes) -> bytes:
    return kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def riff_list(kind: bytes, *chunks: bytes) -> bytes:
    return chunk(b"LIST", kind + b"".join(chunks))
