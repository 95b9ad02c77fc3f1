"""Writes glTF 2.0 binaries as Tintype wants its heads (see the hook reference, ``build_head``)."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FLOAT, UINT16, UINT32 = 5126, 5123, 5125
UNLIT = "KHR_materials_unlit"
CAMERA_DISTANCE = 3.0


@dataclass(frozen=True)
class Puppet:
    """Geometry in heights of the photo, its middle at the origin, Y up.

    Attributes:
        positions: shape=(vertices, 3).
        texture: coordinates in the photo from its top left, shape=(vertices, 2).
        triangles: shape=(triangles, 3).
        head: how much of each vertex follows the head, 0 to 1, shape=(vertices,).
        jaw_open: how each vertex moves when the jaw is open, shape=(vertices, 3).
        neck_height: where the head turns.
        aspect: width of the photo by its height.
    """

    positions: NDArray[np.floating[Any]]
    texture: NDArray[np.floating[Any]]
    triangles: NDArray[np.integer[Any]]
    head: NDArray[np.floating[Any]]
    jaw_open: NDArray[np.floating[Any]]
    neck_height: float
    aspect: float


@dataclass
class Buffer:
    """Binary data, and the JSON that points into it."""

    data: bytes = b""
    views: list[dict[str, Any]] = field(default_factory=list)
    accessors: list[dict[str, Any]] = field(default_factory=list)

    def view(self, blob: bytes) -> int:
        self.data += b"\0" * (-len(self.data) % 4)
        self.views.append({"buffer": 0, "byteOffset": len(self.data), "byteLength": len(blob)})
        self.data += blob
        return len(self.views) - 1

    def accessor(self, values: NDArray[Any], kind: str, component: int) -> int:
        dtype = {FLOAT: np.float32, UINT16: np.uint16, UINT32: np.uint32}[component]
        array = np.ascontiguousarray(values, dtype)
        view = self.view(array.tobytes())
        accessor: dict[str, Any] = {"bufferView": view, "componentType": component, "count": len(array), "type": kind}
        if kind == "VEC3":
            accessor |= {"min": array.min(axis=0).tolist(), "max": array.max(axis=0).tolist()}
        self.accessors.append(accessor)
        return len(self.accessors) - 1


def write_glb(path: Path, puppet: Puppet, png: bytes) -> None:
    """Write the puppet with its photo, a skin ``rig`` with the joints root > shoulders > head, and the plate camera."""
    buffer = Buffer()
    neck = puppet.neck_height
    document = {
        "asset": {"version": "2.0", "generator": "tintype-example"},
        "extensionsUsed": [UNLIT],
        "scene": 0,
        "scenes": [{"nodes": [5, 4]}],
        "nodes": [
            {"name": "root", "translation": [0.0, -0.5, 0.0], "children": [1]},
            {"name": "shoulders", "translation": [0.0, 0.0, 0.0], "children": [2]},
            {"name": "head", "translation": [0.0, neck + 0.5, 0.0]},
            {"name": "person", "mesh": 0, "skin": 0},
            {"name": "plate", "camera": 0, "translation": [0.0, 0.0, CAMERA_DISTANCE]},
            {"name": "rig", "children": [0, 3]},
        ],
        "meshes": [mesh_of(puppet, buffer)],
        "skins": [{"name": "rig", "joints": [0, 1, 2], "inverseBindMatrices": binding(buffer, (-0.5, -0.5, neck))}],
        "cameras": [camera_of(puppet.aspect)],
        "materials": [photo_material()],
        "textures": [{"source": 0, "sampler": 0}],
        "samplers": [{"wrapS": 33071, "wrapT": 33071}],
        "images": [{"bufferView": buffer.view(png), "mimeType": "image/png", "name": "photo"}],
        "accessors": buffer.accessors,
        "bufferViews": buffer.views,
        "buffers": [{"byteLength": len(buffer.data)}],
    }
    text = json.dumps(document).encode()
    text += b" " * (-len(text) % 4)
    data = buffer.data + b"\0" * (-len(buffer.data) % 4)
    header = struct.pack("<4sII", b"glTF", 2, 12 + 8 + len(text) + 8 + len(data))
    chunks = struct.pack("<I4s", len(text), b"JSON") + text + struct.pack("<I4s", len(data), b"BIN\0") + data
    path.write_bytes(header + chunks)


def mesh_of(puppet: Puppet, buffer: Buffer) -> dict[str, Any]:
    count = len(puppet.positions)
    weights = np.zeros((count, 4))
    weights[:, 0], weights[:, 1] = 1 - puppet.head, puppet.head
    primitive = {
        "attributes": {
            "POSITION": buffer.accessor(puppet.positions, "VEC3", FLOAT),
            "TEXCOORD_0": buffer.accessor(puppet.texture, "VEC2", FLOAT),
            "JOINTS_0": buffer.accessor(np.tile([1, 2, 0, 0], (count, 1)), "VEC4", UINT16),
            "WEIGHTS_0": buffer.accessor(weights, "VEC4", FLOAT),
        },
        "indices": buffer.accessor(puppet.triangles.reshape(-1), "SCALAR", UINT32),
        "targets": [{"POSITION": buffer.accessor(puppet.jaw_open, "VEC3", FLOAT)}],
        "material": 0,
    }
    return {
        "name": "person",
        "primitives": [primitive],
        "weights": [0.0],
        "extras": {"targetNames": ["jawOpen"]},
    }


def binding(buffer: Buffer, heights: tuple[float, ...]) -> int:
    """Inverse bind matrices of joints on the vertical axis; glTF stores matrices column by column."""
    matrices = np.tile(np.eye(4), (len(heights), 1, 1))
    matrices[:, 3, 1] = np.negative(heights)
    return buffer.accessor(matrices.reshape(len(heights), 16), "MAT4", FLOAT)


def camera_of(aspect: float) -> dict[str, Any]:
    """An orthographic camera that shows the photo exactly."""
    view = {"xmag": 0.5 * aspect, "ymag": 0.5, "znear": 0.01, "zfar": 10.0}
    return {"type": "orthographic", "orthographic": view}


def photo_material() -> dict[str, Any]:
    texture = {"baseColorTexture": {"index": 0}, "metallicFactor": 0.0}
    return {"name": "photo", "pbrMetallicRoughness": texture, "extensions": {UNLIT: {}}}
