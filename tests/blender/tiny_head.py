"""Writes a small ``head.glb`` that keeps the contract of ``build_head``: a plate that speaks, blinks and turns.

The picture lies on a grid of quads; the morph targets ``jawOpen``, ``eyeBlinkLeft`` and ``mouthSmileLeft`` move it;
the skin has the joints ``root`` > ``shoulders`` > ``head``.  Only numpy and the standard library, so that it runs in
any Blender's Python.
"""

from __future__ import annotations

import json
import struct
import zlib
from pathlib import Path

import numpy as np

MORPHS = ("jawOpen", "eyeBlinkLeft", "mouthSmileLeft")
JOINTS = ("root", "shoulders", "head")
PIVOTS = {"root": (0.0, -0.5, 0.0), "shoulders": (0.0, -0.4, 0.0), "head": (0.0, -0.2, 0.0)}
FLOAT, UINT16, UINT32 = 5126, 5123, 5125
UNLIT = "KHR_materials_unlit"


def png(pixels: np.ndarray) -> bytes:
    """Encode 8-bit RGB pixels, shape=(height, width, 3), top row first."""
    height, width, _ = pixels.shape
    rows = b"".join(b"\0" + row.tobytes() for row in np.ascontiguousarray(pixels, np.uint8))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def sample_photo(width: int = 80, height: int = 100) -> np.ndarray:
    """A photo whose pixels say where they are: red grows to the right, green upwards, blue is a checkerboard."""
    y, x = np.mgrid[0:height, 0:width]
    checks = ((x // 10 + y // 10) % 2) * 120 + 60
    return np.stack([x * 255 // (width - 1), 255 - y * 255 // (height - 1), checks], axis=2).astype(np.uint8)


class _Glb:
    """Collects binary data and the JSON that points into it."""

    def __init__(self) -> None:
        self.data = b""
        self.views: list[dict] = []
        self.accessors: list[dict] = []

    def view(self, blob: bytes) -> int:
        self.data += b"\0" * (-len(self.data) % 4)
        self.views.append({"buffer": 0, "byteOffset": len(self.data), "byteLength": len(blob)})
        self.data += blob
        return len(self.views) - 1

    def accessor(self, array: np.ndarray, kind: str, component: int) -> int:
        accessor = {
            "bufferView": self.view(np.ascontiguousarray(array).tobytes()),
            "componentType": component,
            "count": len(array),
            "type": kind,
        }
        if kind == "VEC3":
            accessor |= {"min": array.min(0).tolist(), "max": array.max(0).tolist()}
        self.accessors.append(accessor)
        return len(self.accessors) - 1


def write_head(path: Path, photo: np.ndarray | None = None, cells: int = 12) -> Path:
    """Write the glb; ``photo`` as 8-bit RGB, shape=(height, width, 3)."""
    photo = sample_photo() if photo is None else photo
    aspect = photo.shape[1] / photo.shape[0]
    glb = _Glb()
    person = _plate_mesh(glb, aspect, cells, depth=0.0, morphs=True, name="person")
    behind = _plate_mesh(glb, aspect, 1, depth=-0.05, morphs=False, name="background")
    image = glb.view(png(photo))
    inverse = np.stack([_inverse_bind(PIVOTS[joint]) for joint in JOINTS])
    offsets = [np.subtract(PIVOTS[joint], PIVOTS[JOINTS[n - 1]] if n else 0) for n, joint in enumerate(JOINTS)]
    nodes = [
        {"name": "root", "translation": list(map(float, offsets[0])), "children": [1]},
        {"name": "shoulders", "translation": list(map(float, offsets[1])), "children": [2]},
        {"name": "head", "translation": list(map(float, offsets[2]))},
        {"name": "person", "mesh": 0, "skin": 0},
        {"name": "background", "mesh": 1},
        {"name": "plate", "camera": 0, "translation": [0.0, 0.0, 3.0]},
        {"name": "rig", "children": [0, 3]},
    ]
    document = {
        "asset": {"version": "2.0"},
        "extensionsUsed": [UNLIT],
        "scene": 0,
        "scenes": [{"nodes": [6, 4, 5]}],
        "nodes": nodes,
        "meshes": [person, behind],
        "skins": [
            {
                "name": "rig",
                "joints": [0, 1, 2],
                "skeleton": 0,
                "inverseBindMatrices": glb.accessor(inverse, "MAT4", FLOAT),
            }
        ],
        "cameras": [
            {
                "type": "orthographic",
                "orthographic": {"xmag": 0.5 * aspect, "ymag": 0.5, "znear": 0.01, "zfar": 10.0},
            }
        ],
        "materials": [
            {
                "name": "photo",
                "pbrMetallicRoughness": {"baseColorTexture": {"index": 0}, "metallicFactor": 0.0},
                "extensions": {UNLIT: {}},
            }
        ],
        "textures": [{"source": 0, "sampler": 0}],
        "samplers": [{"wrapS": 33071, "wrapT": 33071, "magFilter": 9729, "minFilter": 9729}],
        "images": [{"bufferView": image, "mimeType": "image/png", "name": "photo"}],
        "accessors": glb.accessors,
        "bufferViews": glb.views,
        "buffers": [{"byteLength": len(glb.data)}],
    }
    text = json.dumps(document).encode()
    text += b" " * (-len(text) % 4)
    data = glb.data + b"\0" * (-len(glb.data) % 4)
    length = 12 + 8 + len(text) + 8 + len(data)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(
        struct.pack("<4sII", b"glTF", 2, length)
        + struct.pack("<I4s", len(text), b"JSON")
        + text
        + struct.pack("<I4s", len(data), b"BIN\0")
        + data
    )
    return path


def _plate_mesh(glb: _Glb, aspect: float, cells: int, *, depth: float, morphs: bool, name: str) -> dict:
    v, u = np.mgrid[0 : cells + 1, 0 : cells + 1].reshape(2, -1) / cells
    position = np.stack([(u - 0.5) * aspect, v - 0.5, np.full_like(u, depth)], axis=1).astype(np.float32)
    corner = np.arange((cells + 1) * (cells + 1)).reshape(cells + 1, cells + 1)
    a, b, c, d = corner[:-1, :-1], corner[:-1, 1:], corner[1:, 1:], corner[1:, :-1]
    triangles = np.stack([a, b, c, a, c, d], axis=-1).reshape(-1)
    primitive = {
        "attributes": {
            "POSITION": glb.accessor(position, "VEC3", FLOAT),
            "TEXCOORD_0": glb.accessor(np.stack([u, 1 - v], axis=1).astype(np.float32), "VEC2", FLOAT),
        },
        "indices": glb.accessor(triangles.astype(np.uint32), "SCALAR", UINT32),
        "material": 0,
    }
    mesh = {"name": name, "primitives": [primitive]}
    if morphs:
        head = np.clip((position[:, 1] + 0.4) / 0.3, 0, 1)
        joints = np.tile(np.array([1, 2, 0, 0], np.uint16), (len(position), 1))
        weights = np.stack([1 - head, head, 0 * head, 0 * head], axis=1).astype(np.float32)
        primitive["attributes"]["JOINTS_0"] = glb.accessor(joints, "VEC4", UINT16)
        primitive["attributes"]["WEIGHTS_0"] = glb.accessor(weights, "VEC4", FLOAT)
        shifts = {
            "jawOpen": np.where((position[:, 1:2] < 0) & (position[:, 1:2] > -0.4), [[0, -0.1, 0]], 0),
            "eyeBlinkLeft": np.where(position[:, 1:2] > 0.2, [[0, -0.05, 0]], 0),
            "mouthSmileLeft": np.where(position[:, 0:1] > 0.1, [[0.05, 0, 0]], 0),
        }
        primitive["targets"] = [{"POSITION": glb.accessor(shifts[m].astype(np.float32), "VEC3", FLOAT)} for m in MORPHS]
        mesh["weights"] = [0.0] * len(MORPHS)
        mesh["extras"] = {"targetNames": list(MORPHS)}
    return mesh


def _inverse_bind(pivot: tuple[float, float, float]) -> np.ndarray:
    matrix = np.eye(4, dtype=np.float32)
    matrix[:3, 3] = np.negative(pivot)
    return matrix.T.reshape(16)  # glTF matrices are column by column
