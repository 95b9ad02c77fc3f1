"""The puppet is the photo, and its jaw drops as far as asked for."""

from __future__ import annotations

import io
import json
import struct

import pytest
from PIL import Image
from tintype.testing import RunStage


def read_glb(model) -> tuple[dict, bytes]:
    data = model.file(model.model).read_bytes()
    length = struct.unpack_from("<I", data, 12)[0]
    return json.loads(data[20 : 20 + length]), data[20 + length + 8 :]


def test_the_texture_is_the_photo(run_stage: RunStage) -> None:
    model = run_stage("example", "build_head")
    document, binary = read_glb(model)
    view = document["bufferViews"][document["images"][0]["bufferView"]]
    image = Image.open(io.BytesIO(binary[view["byteOffset"] :][: view["byteLength"]]))
    assert image.size == (model.width_px, model.height_px)


@pytest.mark.parametrize("drop", [0.05, 0.2])
def test_the_jaw_drops_as_far_as_asked_for(run_stage: RunStage, drop: float) -> None:
    document, _ = read_glb(run_stage("example", "build_head", settings={"drop": drop}))
    target = document["meshes"][0]["primitives"][0]["targets"][0]["POSITION"]
    assert document["accessors"][target]["min"][1] == pytest.approx(-drop)
