"""Writes the head as glTF 2.0 binary: meshes with morph targets, a skin, an orthographic camera, unlit textures.

Axes are glTF's (y up, z toward the viewer); one unit is the height of the photo, whose centre is the origin.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pygltflib as gltf
from numpy.typing import NDArray
from tintype.documents import ARKIT_SHAPES

SMALLEST = 1e-5  # displacements below this, in plate heights, are left out (a hundredth of a pixel at 1000 px)
CAMERA_Z = 3.0
JOINTS = ("root", "shoulders", "head")


class HeadWriter:
    """Collects the parts of one head and writes them.

    Args:
        width_px: of the plate.
        height_px: of the plate.
        joints_px: where the joints are, in pixels of the photo, by name: ``root``, ``shoulders``, ``head``.
    """

    def __init__(self, width_px: int, height_px: int, joints_px: Mapping[str, NDArray[np.float64]]) -> None:
        self._size = (width_px, height_px)
        self._data = bytearray()
        self._gltf = gltf.GLTF2(
            asset=gltf.Asset(version="2.0", generator="Tintype"),
            scene=0,
            scenes=[gltf.Scene(name="head", nodes=[])],
            extensionsUsed=["KHR_materials_unlit"],
            samplers=[
                gltf.Sampler(
                    magFilter=gltf.LINEAR, minFilter=gltf.LINEAR, wrapS=gltf.CLAMP_TO_EDGE, wrapT=gltf.CLAMP_TO_EDGE
                )
            ],
        )
        self._add_camera()
        self._skin = self._add_skin(joints_px)

    def add(
        self,
        name: str,
        points_px: NDArray[np.float64],
        uv: NDArray[np.float64],
        triangles: NDArray[np.int64],
        texture: NDArray[np.uint8],
        displacements_px: Mapping[str, NDArray[np.float64]] | None = None,
        head_weight: NDArray[np.float64] | None = None,
    ) -> None:
        """Add a mesh; with ``head_weight`` it is bound to the head and shoulders, without it stands still."""
        attributes = gltf.Attributes(
            POSITION=self._floats(self._to_scene(points_px), bounds=True), TEXCOORD_0=self._floats(uv)
        )
        if head_weight is not None:
            count = len(points_px)
            joints = np.tile(np.array([JOINTS.index("head"), JOINTS.index("shoulders"), 0, 0], np.uint8), (count, 1))
            weights = np.column_stack([head_weight, 1 - head_weight, np.zeros(count), np.zeros(count)])
            attributes.JOINTS_0 = self._accessor(joints, gltf.UNSIGNED_BYTE, gltf.VEC4, gltf.ARRAY_BUFFER)
            attributes.WEIGHTS_0 = self._floats(weights)
        targets = self._targets(displacements_px or {}, len(points_px))
        mesh = gltf.Mesh(
            name=name,
            primitives=[
                gltf.Primitive(
                    attributes=attributes,
                    indices=self._accessor(
                        triangles.astype(np.uint32).ravel(), gltf.UNSIGNED_INT, gltf.SCALAR, gltf.ELEMENT_ARRAY_BUFFER
                    ),
                    material=self._material(name, texture),
                    targets=[target for _, target in targets],
                )
            ],
        )
        if targets:
            mesh.weights = [0.0] * len(targets)
            mesh.extras = {"targetNames": [shape for shape, _ in targets]}
        self._gltf.meshes.append(mesh)
        node = gltf.Node(name=name, mesh=len(self._gltf.meshes) - 1)
        if head_weight is not None:
            node.skin = self._skin
        self._add_to_scene(node)

    def to_bytes(self) -> bytes:
        """The finished glb."""
        self._gltf.buffers = [gltf.Buffer(byteLength=len(self._data))]
        self._gltf.set_binary_blob(bytes(self._data))
        return b"".join(self._gltf.save_to_bytes())

    def _to_scene(self, points_px: NDArray[np.float64]) -> NDArray[np.float64]:
        width, height = self._size
        return self._turned(points_px - [width / 2, height / 2, 0])

    def _turned(self, vectors_px: NDArray[np.float64]) -> NDArray[np.float64]:
        return vectors_px * [1, -1, 1] / self._size[1]

    def _targets(
        self, displacements_px: Mapping[str, NDArray[np.float64]], count: int
    ) -> list[tuple[str, dict[str, int]]]:
        found = []
        for shape in ARKIT_SHAPES:
            if shape not in displacements_px:
                continue
            moved = self._turned(displacements_px[shape])
            touched = np.flatnonzero(np.abs(moved).max(axis=1) > SMALLEST)
            if len(touched):
                found.append((shape, {"POSITION": self._sparse(moved, touched, count)}))
        return found

    def _sparse(self, moved: NDArray[np.float64], touched: NDArray[np.int64], count: int) -> int:
        values = moved[touched].astype(np.float32)
        low, high = np.minimum(values.min(axis=0), 0), np.maximum(values.max(axis=0), 0)
        self._gltf.accessors.append(
            gltf.Accessor(
                componentType=gltf.FLOAT,
                count=count,
                type=gltf.VEC3,
                min=low.tolist(),
                max=high.tolist(),
                sparse=gltf.Sparse(
                    count=len(touched),
                    indices=gltf.AccessorSparseIndices(
                        bufferView=self._view(touched.astype(np.uint32).tobytes()), componentType=gltf.UNSIGNED_INT
                    ),
                    values=gltf.AccessorSparseValues(bufferView=self._view(values.tobytes())),
                ),
            )
        )
        return len(self._gltf.accessors) - 1

    def _floats(self, values: NDArray[np.float64], *, bounds: bool = False) -> int:
        kind = {2: gltf.VEC2, 3: gltf.VEC3, 4: gltf.VEC4}[values.shape[1]]
        number = self._accessor(values.astype(np.float32), gltf.FLOAT, kind, gltf.ARRAY_BUFFER)
        if bounds:
            accessor, whole = self._gltf.accessors[number], values.astype(np.float32)
            accessor.min, accessor.max = whole.min(axis=0).tolist(), whole.max(axis=0).tolist()
        return number

    def _accessor(self, values: NDArray[np.generic], component: int, kind: str, target: int) -> int:
        view = self._view(np.ascontiguousarray(values).tobytes(), target)
        self._gltf.accessors.append(
            gltf.Accessor(bufferView=view, componentType=component, count=len(values), type=kind)
        )
        return len(self._gltf.accessors) - 1

    def _view(self, data: bytes, target: int | None = None) -> int:
        self._data += b"\0" * (-len(self._data) % 4)
        view = gltf.BufferView(buffer=0, byteOffset=len(self._data), byteLength=len(data), target=target)
        self._gltf.bufferViews.append(view)
        self._data += data
        return len(self._gltf.bufferViews) - 1

    def _material(self, name: str, texture: NDArray[np.uint8]) -> int:
        self._gltf.images.append(gltf.Image(name=name, mimeType="image/png", bufferView=self._view(_png(texture))))
        self._gltf.textures.append(gltf.Texture(sampler=0, source=len(self._gltf.images) - 1))
        self._gltf.materials.append(
            gltf.Material(
                name=name,
                pbrMetallicRoughness=gltf.PbrMetallicRoughness(
                    baseColorTexture=gltf.TextureInfo(index=len(self._gltf.textures) - 1),
                    metallicFactor=0.0,
                    roughnessFactor=1.0,
                ),
                doubleSided=True,
                extensions={"KHR_materials_unlit": {}},
            )
        )
        return len(self._gltf.materials) - 1

    def _add_camera(self) -> None:
        width, height = self._size
        camera = gltf.Orthographic(xmag=0.5 * width / height, ymag=0.5, znear=0.05, zfar=20.0)
        self._gltf.cameras.append(gltf.Camera(name="plate", type="orthographic", orthographic=camera))
        self._add_to_scene(gltf.Node(name="plate", camera=0, translation=[0.0, 0.0, CAMERA_Z]))

    def _add_skin(self, joints_px: Mapping[str, NDArray[np.float64]]) -> int:
        places = [self._to_scene(np.asarray(joints_px[name], dtype=np.float64)[None])[0] for name in JOINTS]
        first = len(self._gltf.nodes) + 1
        self._add_to_scene(gltf.Node(name="rig", children=[first]))
        for number, name in enumerate(JOINTS):
            before = places[number - 1] if number else np.zeros(3)
            node = gltf.Node(name=name, translation=(places[number] - before).tolist())
            node.children = [first + number + 1] if number + 1 < len(JOINTS) else []
            self._gltf.nodes.append(node)
        inverse = np.stack([_translation(-place) for place in places])
        matrices = self._accessor(
            np.swapaxes(inverse, 1, 2).astype(np.float32),
            gltf.FLOAT,
            gltf.MAT4,
            None,  # type: ignore[arg-type]
        )
        joints = [first + number for number in range(len(JOINTS))]
        self._gltf.skins.append(gltf.Skin(name="rig", joints=joints, skeleton=first, inverseBindMatrices=matrices))
        return len(self._gltf.skins) - 1

    def _add_to_scene(self, node: gltf.Node) -> None:
        self._gltf.nodes.append(node)
        self._gltf.scenes[0].nodes.append(len(self._gltf.nodes) - 1)


def _png(texture: NDArray[np.uint8]) -> bytes:
    """A photo as PNG: run lengths of filtered rows, which is as small as level 4 and a third faster."""
    import cv2

    options = [cv2.IMWRITE_PNG_COMPRESSION, 1, cv2.IMWRITE_PNG_STRATEGY, cv2.IMWRITE_PNG_STRATEGY_RLE]
    _, encoded = cv2.imencode(".png", np.ascontiguousarray(texture[:, :, ::-1]), options)
    return encoded.tobytes()


def _translation(by: NDArray[np.float64]) -> NDArray[np.float64]:
    matrix = np.eye(4)
    matrix[:3, 3] = by
    return matrix
