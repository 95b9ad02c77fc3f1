"""The living portrait through its hooks: what is in the glb, what the shapes do, which photos work."""

from __future__ import annotations

import io
from pathlib import Path
from threading import Event
from typing import NamedTuple

import matplotlib.cbook
import numpy as np
import pygltflib
import pytest
import skimage.data
import tintype_mediapipe as plugin
from PIL import Image, ImageOps
from tintype import Asset, Job
from tintype.documents import ARKIT_SHAPES, ArchiveItem, HeadModel
from tintype.errors import Cancelled, FaceNotFound, ModelMissing, PhotoUnreadable
from tintype_mediapipe import landmarker
from tintype_mediapipe.colour_cut import cut_by_colour
from tintype_mediapipe.faces import Face, find_faces
from tintype_mediapipe.landmarks import LIDS, LOWER_LIP, OVAL, PAIRS, UPPER_LIP
from tintype_mediapipe.photo import read_photo
from tintype_mediapipe.subdivision import refined

LANDMARKER = Path(__file__).resolve().parents[3] / "shared" / "models" / "face_landmarker.task"
SKINNED = ("person", "mouth", "teeth_upper", "teeth_lower", "tongue", "eye_left", "eye_right")
COMPONENTS = {pygltflib.UNSIGNED_BYTE: np.uint8, pygltflib.UNSIGNED_INT: np.uint32, pygltflib.FLOAT: np.float32}
WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT4": 16}


class HeadFile:
    """A head.glb as arrays; positions and displacements in plate heights (y up)."""

    def __init__(self, path: Path) -> None:
        self.gltf = pygltflib.GLTF2.load(str(path))
        self._blob = self.gltf.binary_blob()

    def node(self, name: str) -> pygltflib.Node:
        return next(node for node in self.gltf.nodes if node.name == name)

    def primitive(self, name: str) -> pygltflib.Primitive:
        return self.gltf.meshes[self.node(name).mesh].primitives[0]

    def array(self, index: int) -> np.ndarray:
        accessor = self.gltf.accessors[index]
        shape = (accessor.count, WIDTHS[accessor.type])
        if accessor.bufferView is not None:
            return self._view(accessor.bufferView, accessor.componentType, shape)
        full, sparse = np.zeros(shape, np.float32), accessor.sparse
        rows = self._view(sparse.indices.bufferView, sparse.indices.componentType, (sparse.count,))
        full[rows] = self._view(sparse.values.bufferView, accessor.componentType, (sparse.count, shape[1]))
        return full

    def positions(self, name: str) -> np.ndarray:
        return self.array(self.primitive(name).attributes.POSITION)

    def uv(self, name: str) -> np.ndarray:
        return self.array(self.primitive(name).attributes.TEXCOORD_0)

    def triangles(self, name: str) -> np.ndarray:
        return self.array(self.primitive(name).indices).reshape(-1, 3)

    def shapes(self, name: str) -> dict[str, np.ndarray]:
        mesh = self.gltf.meshes[self.node(name).mesh]
        targets = mesh.primitives[0].targets or []
        names = mesh.extras["targetNames"] if targets else []
        return {shape: self.array(target["POSITION"]) for shape, target in zip(names, targets, strict=True)}

    def posed(self, name: str, **values: float) -> np.ndarray:
        shapes = self.shapes(name)
        return self.positions(name) + sum(value * shapes[shape] for shape, value in values.items() if shape in shapes)

    def _view(self, index: int, component: int, shape: tuple[int, ...]) -> np.ndarray:
        view, kind = self.gltf.bufferViews[index], np.dtype(COMPONENTS[component])
        return np.frombuffer(self._blob, kind, int(np.prod(shape)), view.byteOffset).reshape(shape)


class Built(NamedTuple):
    model: HeadModel
    file: HeadFile
    path: Path
    rgb: np.ndarray


def asset(path: Path) -> Asset:
    return Asset(ArchiveItem(path=path.name, medium="photo", sha256="0" * 64, quality=0.9), path)


def build(folder: Path, *paths: Path, **settings: int) -> HeadModel:
    folder.mkdir(parents=True, exist_ok=True)
    return plugin.build_head([asset(path) for path in paths], plugin.HeadSettings(**settings), Job(folder))


def read(folder: Path, path: Path) -> dict:
    folder.mkdir(parents=True, exist_ok=True)
    return plugin.extract_features(asset(path), plugin.ReadingSettings(), Job(folder)).facts


def saved(path: Path, image: Image.Image | np.ndarray, **options: object) -> Path:
    (image if isinstance(image, Image.Image) else Image.fromarray(image)).save(path, **options)
    return path


@pytest.fixture(autouse=True, scope="module")
def _no_landmarker_of_this_machine(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(landmarker.VARIABLE, raising=False)
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data")))
        yield


@pytest.fixture(scope="module")
def hopper() -> Image.Image:
    """Grace Hopper, 512 × 600 pixels, mouth closed."""
    with matplotlib.cbook.get_sample_data("grace_hopper.jpg") as stream:
        return Image.open(stream).convert("RGB")


@pytest.fixture(scope="module")
def astronaut() -> Image.Image:
    """Eileen Collins, 512 × 512 pixels, smiling with open lips."""
    return Image.fromarray(skimage.data.astronaut())


@pytest.fixture(scope="module")
def grace(hopper, tmp_path_factory) -> Built:
    return _built(hopper, tmp_path_factory.mktemp("grace"))


@pytest.fixture(scope="module")
def eileen(astronaut, tmp_path_factory) -> Built:
    return _built(astronaut, tmp_path_factory.mktemp("eileen"))


def _built(photo: Image.Image, folder: Path) -> Built:
    model = build(folder / "head", saved(folder / "photo.png", photo))
    path = folder / "head" / model.model
    return Built(model, HeadFile(path), path, np.asarray(photo))


@pytest.fixture(params=["grace", "eileen"])
def head(request) -> Built:
    """Each of the two heads in turn."""
    return request.getfixturevalue(request.param)


# --- the file ------------------------------------------------------------------------------------------------


def test_scene_has_the_rig_the_plate_and_every_part(head):
    gltf = head.file.gltf
    assert gltf.asset.version == "2.0"
    assert len(gltf.scenes) == 1
    roots = {gltf.nodes[index].name for index in gltf.scenes[0].nodes}
    assert roots == {"plate", "rig", "background", *SKINNED}
    joints = [gltf.nodes[index].name for index in gltf.skins[0].joints]
    assert joints == ["root", "shoulders", "head"]
    for name in joints:
        assert head.file.node(name).rotation in (None, [0, 0, 0, 1])
    assert [gltf.nodes[index].name for index in head.file.node("root").children] == ["shoulders"]
    assert [gltf.nodes[index].name for index in head.file.node("shoulders").children] == ["head"]
    for name in SKINNED:
        assert head.file.node(name).skin == 0
    assert head.file.node("background").skin is None


def test_camera_shows_exactly_the_photo(head):
    node = head.file.node("plate")
    camera = head.file.gltf.cameras[node.camera]
    assert camera.type == "orthographic"
    assert camera.orthographic.ymag == 0.5
    assert camera.orthographic.xmag == pytest.approx(0.5 * head.model.width_px / head.model.height_px)
    assert node.translation == [0, 0, 3]
    assert node.rotation in (None, [0, 0, 0, 1])
    nearest = max(head.file.positions(name)[:, 2].max() for name in SKINNED)
    assert nearest < 3 - camera.orthographic.znear


def test_all_52_shapes_are_there_and_each_moves_something(head):
    found = [head.file.shapes(name) for name in SKINNED]
    assert set().union(*found) == set(ARKIT_SHAPES)
    for shapes in found:
        for name, moved in shapes.items():
            assert np.abs(moved).max() > 1e-5, name
            assert np.isfinite(moved).all(), name
    assert head.file.shapes("tongue").keys() >= {"tongueOut", "jawOpen"}
    assert head.file.shapes("background") == {}


def test_materials_are_unlit_with_embedded_png(head):
    gltf = head.file.gltf
    assert "KHR_materials_unlit" in gltf.extensionsUsed
    assert all("KHR_materials_unlit" in material.extensions for material in gltf.materials)
    assert {image.mimeType for image in gltf.images} == {"image/png"}
    assert all(image.uri is None for image in gltf.images)


def test_triangles_use_their_vertices_and_face_the_viewer(head):
    for name in (*SKINNED, "background"):
        triangles, uv = head.file.triangles(name), head.file.uv(name)
        assert triangles.max() < len(uv)
        a, b, c = (uv[triangles[:, corner]] for corner in range(3))
        area = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
        assert (area <= 1e-9).all(), name  # v runs down, so counter-clockwise for the viewer is negative here


def test_weights_are_shared_between_head_and_shoulders(head):
    for name in SKINNED:
        attributes = head.file.primitive(name).attributes
        weights = head.file.array(attributes.WEIGHTS_0)
        assert weights.sum(axis=1) == pytest.approx(1)
        assert (weights >= 0).all()
    weights = head.file.array(head.file.primitive("person").attributes.WEIGHTS_0)[:, 0]
    y = head.file.positions("person")[:, 1]
    assert weights[y > np.median(y)].min() > 0.99  # hair and hat move with the head
    assert weights[y <= y.min() + 0.01].max() < 0.05  # the photo's lower edge stays


def test_document_says_what_was_made(grace, eileen):
    assert (grace.model.width_px, grace.model.height_px) == (512, 600)
    x, y, width, height = grace.model.face_box
    assert 0.2 < x < x + width < 0.85
    assert 0.2 < y < y + height < 0.8
    assert grace.model.notes == ""
    assert "open in the photo" in eileen.model.notes


def test_same_photo_gives_the_same_bytes(grace, hopper, tmp_path):
    again = build(tmp_path / "head", saved(tmp_path / "photo.png", hopper))
    assert (tmp_path / "head" / again.model).read_bytes() == grace.path.read_bytes()


# --- at rest it is the photo ---------------------------------------------------------------------------------


def test_every_vertex_lies_where_its_texture_does(grace):
    for name in ("person", "background"):
        assert np.abs(_misplaced(grace.file, name)).max() < 1e-6


def test_closing_an_open_mouth_moves_the_mouth_alone(eileen):
    assert np.abs(_misplaced(eileen.file, "background")).max() < 1e-6
    moved = np.linalg.norm(_misplaced(eileen.file, "person"), axis=1) > 1e-4
    uv = eileen.file.uv("person")
    lips = uv[np.unique([UPPER_LIP, LOWER_LIP])]
    middle, width = lips.mean(axis=0), np.ptp(lips[:, 0])
    assert moved.any()
    assert np.abs(uv[moved] - middle).max() < 1.2 * width


def test_lips_are_closed_at_rest(head):
    positions = head.file.positions("person")
    assert np.abs(positions[UPPER_LIP[0]] - positions[LOWER_LIP[0]]).max() < 1e-4


def test_background_is_the_photo_where_the_person_is_not(grace):
    gltf = grace.file.gltf
    image = next(image for image in gltf.images if image.name == "background")
    view = gltf.bufferViews[image.bufferView]
    blob = gltf.binary_blob()[view.byteOffset : view.byteOffset + view.byteLength]
    behind = np.asarray(Image.open(io.BytesIO(blob)).resize(grace.rgb.shape[1::-1], Image.Resampling.BOX))
    same = np.abs(behind.astype(int) - grace.rgb).max(axis=2) < 12
    assert same[:, -60:][:300].mean() > 0.99  # the sky beside her
    assert same[280:420, 180:330].mean() < 0.5  # her face is painted out


def _misplaced(file: HeadFile, name: str) -> np.ndarray:
    """Position minus where the vertex's texture coordinate is on the plate, shape=(n, 2)."""
    camera = file.gltf.cameras[0].orthographic
    uv = file.uv(name)
    place = np.column_stack([(2 * uv[:, 0] - 1) * camera.xmag, (1 - 2 * uv[:, 1]) * camera.ymag])
    return file.positions(name)[:, :2] - place


# --- what the shapes do --------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [0.25, 0.5, 1.0])
def test_mouth_close_brings_the_lips_of_an_open_jaw_together(head, value):
    apart = head.file.posed("person", jawOpen=value)
    closed = head.file.posed("person", jawOpen=value, mouthClose=value)
    gap = apart[UPPER_LIP[0], 1] - apart[LOWER_LIP[0], 1]
    assert gap.max() > 0.03 * value
    assert np.abs(closed[UPPER_LIP[0]] - closed[LOWER_LIP[0]]).max() < 2e-3 * value + 1e-4
    chin = 152
    assert closed[chin] == pytest.approx(apart[chin], abs=0.15 * gap.max())  # the jaw stays down


@pytest.mark.parametrize("side", ["Left", "Right"])
def test_blink_closes_its_eye(head, side):
    lids = LIDS[side.lower()]
    rest = head.file.positions("person")
    shut = head.file.posed("person", **{f"eyeBlink{side}": 1.0})
    upper, lower = list(lids["upper"]), list(lids["lower"])
    assert (rest[upper, 1] > rest[lower, 1]).all()
    assert (shut[upper, 1] <= shut[lower, 1] + 1e-5).all()


LEFT_SHAPES = [name for name in ARKIT_SHAPES if name.endswith("Left") and name not in ("jawLeft", "mouthLeft")]


@pytest.mark.parametrize("shape", LEFT_SHAPES)
def test_a_left_shape_leaves_the_right_half_alone(head, shape):
    points = head.file.positions("person")
    middle = (points[PAIRS["eye_inner"][0], 0] + points[PAIRS["eye_inner"][1], 0]) / 2
    half = (points[PAIRS["eye_outer"][1], 0] - points[PAIRS["eye_outer"][0], 0]) / 2
    moved = np.linalg.norm(head.file.shapes("person").get(shape, np.zeros_like(points)), axis=1)
    mirror = np.linalg.norm(
        head.file.shapes("person").get(shape.replace("Left", "Right"), np.zeros_like(points)), axis=1
    )
    far_right, far_left = points[:, 0] < middle - 0.6 * half, points[:, 0] > middle + 0.6 * half
    assert moved[far_right].max(initial=0) <= 0.12 * moved.max()
    assert mirror[far_left].max(initial=0) <= 0.12 * mirror.max()


def test_left_is_the_subjects_own_left(head):
    middle = head.file.positions("person")[OVAL, 0].mean()
    for shape in ("mouthSmileLeft", "eyeBlinkLeft", "browOuterUpLeft"):
        moved = np.linalg.norm(head.file.shapes("person")[shape], axis=1)
        assert np.average(head.file.positions("person")[:, 0], weights=moved) > middle
    assert head.file.positions("eye_left")[:, 0].mean() > head.file.positions("eye_right")[:, 0].mean()


def test_jaw_takes_lower_teeth_and_tongue_along(head):
    for part in ("teeth_lower", "tongue"):
        assert (head.file.shapes(part)["jawOpen"][:, 1] < 0).all()
    assert head.file.shapes("teeth_upper") == {}


def test_gaze_moves_the_iris_where_its_name_says(head):
    ways = {
        "LookUp": (0, 1, 1), "LookDown": (0, -1, 1), "LookIn": (-1, 0, 0), "LookOut": (1, 0, 0),
    }  # fmt: skip
    for way, (x, y, axis) in ways.items():
        for side, sign in (("Left", 1), ("Right", -1)):
            moved = head.file.shapes(f"eye_{side.lower()}")[f"eye{way}{side}"]
            most = moved[np.argmax(np.linalg.norm(moved, axis=1))]
            assert np.sign(most[axis]) == (sign * x if axis == 0 else y)


def test_no_triangle_of_the_face_turns_over(head):
    triangles = refined().triangles
    rest = head.file.positions("person")
    before = _signed_area(rest, triangles)
    for shape in ARKIT_SHAPES:
        if shape not in head.file.shapes("person"):
            continue
        pose = {shape: 1.0} | ({"jawOpen": 1.0} if shape == "mouthClose" else {})
        after = _signed_area(head.file.posed("person", **pose), triangles)
        turned = (np.sign(after) != np.sign(before)) & (np.abs(after) > 2e-6) & (np.abs(before) > 2e-6)
        assert turned.sum() <= 12, shape


def test_sums_of_any_three_shapes_turn_next_to_nothing_over(head):
    rest, triangles, shapes = head.file.positions("person"), head.file.triangles("person"), head.file.shapes("person")
    before = _signed_area(rest, triangles)
    rng = np.random.default_rng(0)
    for _ in range(80):
        pose = {str(name): float(rng.choice([0.5, 1.0])) for name in rng.choice(ARKIT_SHAPES, 3, replace=False)}
        if "mouthClose" in pose:
            pose["jawOpen"] = max(pose["mouthClose"], pose.get("jawOpen", 0.0))
        moved = sum(value * shapes[name] for name, value in pose.items() if name in shapes)
        after = _signed_area(rest + moved, triangles)
        turned = (np.sign(after) != np.sign(before)) & (np.abs(before) > 2e-6)
        assert np.abs(after[turned]).sum() < 1e-3 * np.abs(before).sum(), pose


def _signed_area(points: np.ndarray, triangles: np.ndarray) -> np.ndarray:
    a, b, c = (points[triangles[:, corner], :2].astype(np.float64) for corner in range(3))
    return ((b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0]) / 2


# --- which photo, which face ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pair_of_faces(hopper, astronaut, tmp_path_factory) -> Path:
    both = Image.new("RGB", (1024, 600), (120, 120, 120))
    both.paste(hopper, (0, 0))
    both.paste(astronaut, (512, 40))
    return saved(tmp_path_factory.mktemp("pair") / "pair.png", both)


def test_of_several_faces_the_best_is_taken_and_the_note_says_so(pair_of_faces, tmp_path):
    model = build(tmp_path, pair_of_faces)
    assert "shows 2 faces" in model.notes
    assert "number 1 from the left" in model.notes
    assert model.face_box[0] < 0.5


def test_the_setting_face_picks_from_the_left(pair_of_faces, tmp_path):
    model = build(tmp_path, pair_of_faces, face=2)
    assert model.face_box[0] > 0.5


def test_a_face_that_is_not_there_cannot_be_picked(pair_of_faces, tmp_path):
    with pytest.raises(FaceNotFound, match=r"shows 2 faces, so there is no number 3") as caught:
        build(tmp_path, pair_of_faces, face=3)
    assert "face = 3 in [stages.build_head.settings]" in caught.value.hint


def test_of_several_photos_the_one_with_the_better_face_is_taken(hopper, tmp_path):
    small = Image.new("RGB", (700, 700), (90, 90, 90))
    small.paste(hopper.resize((205, 240)), (100, 200))
    paths = (saved(tmp_path / "small.png", small), saved(tmp_path / "large.png", hopper))
    assert build(tmp_path / "head", *paths).photo == "large.png"


def test_a_pet_is_no_face(tmp_path):
    path = saved(tmp_path / "cat.png", skimage.data.chelsea())
    with pytest.raises(FaceNotFound, match=r"cat\.png shows no face that can be recognised") as caught:
        build(tmp_path / "head", path)
    assert "seen from the front" in caught.value.hint
    assert "64 pixels" in caught.value.hint


def test_a_tiny_face_says_how_small_it_is(hopper, tmp_path):
    page = Image.new("RGB", (500, 400), (200, 200, 200))
    page.paste(hopper.resize((90, 105), Image.Resampling.LANCZOS), (200, 150))
    with pytest.raises(FaceNotFound, match=r"a face of only [34]\d pixels"):
        build(tmp_path / "head", saved(tmp_path / "far.png", page))


def test_a_profile_says_how_far_it_is_turned(hopper, tmp_path, monkeypatch):
    def turned(_rgb: np.ndarray, _landmarker: str) -> list[Face]:
        angle = np.radians(55)
        cloud = np.random.default_rng(0).normal(0, 1, (478, 3)) * 10
        for right, left in PAIRS.values():
            cloud[right], cloud[left] = [-60, 0, 0], [60, 0, 0]
        cloud[10], cloud[152] = [0, -100, 0], [0, 100, 0]
        turn = np.array([[np.cos(angle), 0, np.sin(angle)], [0, 1, 0], [-np.sin(angle), 0, np.cos(angle)]])
        return [Face(cloud @ turn.T + [250, 300, 0])]

    monkeypatch.setattr("tintype_mediapipe.choice.find_faces", turned)
    with pytest.raises(FaceNotFound, match="turned away by 55 degrees"):
        build(tmp_path / "head", saved(tmp_path / "profile.png", hopper))


def test_a_face_cut_by_the_pictures_edge_says_how_much_is_missing(hopper, tmp_path):
    half = hopper.crop((265, 0, 512, 600))
    with pytest.raises(FaceNotFound, match=r"(cuts off by \d\d%|no face that can be recognised)"):
        build(tmp_path / "head", saved(tmp_path / "half.png", half))


def test_what_is_no_picture_says_so(tmp_path):
    path = tmp_path / "letter.jpg"
    path.write_bytes(b"Dear Grace, ")
    with pytest.raises(PhotoUnreadable, match=r"letter\.jpg cannot be read as a picture") as caught:
        build(tmp_path / "head", path)
    assert "JPEG or PNG" in caught.value.hint


def test_a_cut_off_file_says_so(hopper, tmp_path):
    whole = saved(tmp_path / "whole.jpg", hopper).read_bytes()
    path = tmp_path / "half.jpg"
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(PhotoUnreadable, match=r"half\.jpg"):
        build(tmp_path / "head", path)


def test_a_photo_too_small_says_its_size(hopper, tmp_path):
    path = saved(tmp_path / "stamp.png", hopper.resize((51, 60)))
    with pytest.raises(PhotoUnreadable, match="51 × 60 pixels") as caught:
        build(tmp_path / "head", path)
    assert "64 pixels" in caught.value.hint


def test_one_unreadable_photo_among_several_does_not_stop_the_head(hopper, tmp_path):
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG")
    assert build(tmp_path / "head", broken, saved(tmp_path / "good.png", hopper)).photo == "good.png"


def test_a_head_can_be_cancelled(hopper, tmp_path):
    stop = Event()
    stop.set()
    with pytest.raises(Cancelled):
        plugin.build_head(
            [asset(saved(tmp_path / "photo.png", hopper))],
            plugin.HeadSettings(),
            Job(tmp_path / "head", cancelled=stop),
        )


# --- kinds of photos -----------------------------------------------------------------------------------------


def _sixteen_bit(photo: Image.Image) -> Image.Image:
    grey = np.asarray(photo.convert("L"), dtype=np.uint16)
    return Image.fromarray(grey * 257)


KINDS = {
    "grey.png": lambda photo: photo.convert("L"),
    "deep.tif": _sixteen_bit,
    "print.jpg": lambda photo: photo.convert("CMYK"),
    "cut.png": lambda photo: photo.convert("RGBA"),
    "palette.png": lambda photo: photo.quantize(200),
}


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_picture_is_read_as_rgb(hopper, tmp_path, name):
    photo = read_photo(saved(tmp_path / name, KINDS[name](hopper)), 2048)
    wanted = hopper if name in ("cut.png", "print.jpg", "palette.png") else hopper.convert("L").convert("RGB")
    assert photo.rgb.shape == (600, 512, 3)
    assert photo.rgb.dtype == np.uint8
    assert np.abs(photo.rgb.astype(int) - np.asarray(wanted)).mean() < 8


def test_a_transparent_picture_lies_on_white(hopper, tmp_path):
    cut = hopper.convert("RGBA")
    cut.putalpha(Image.new("L", cut.size, 0))
    assert read_photo(saved(tmp_path / "cut.png", cut), 2048).rgb.min() == 255


def test_a_monochrome_photo_gives_a_monochrome_head(hopper, tmp_path):
    path = saved(tmp_path / "grey.png", hopper.convert("L"))
    model = build(tmp_path / "head", path)
    gltf = HeadFile(tmp_path / "head" / model.model).gltf
    blob = gltf.binary_blob()
    for image in gltf.images:
        view = gltf.bufferViews[image.bufferView]
        data = blob[view.byteOffset : view.byteOffset + view.byteLength]
        pixels = np.asarray(Image.open(io.BytesIO(data)).convert("RGB")).astype(int)
        assert np.ptp(pixels, axis=2).max() <= 2, image.name


def test_a_photo_on_its_side_is_straightened_by_its_exif(hopper, grace, tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    path = saved(tmp_path / "side.png", hopper.transpose(Image.Transpose.ROTATE_90), exif=exif)
    model = build(tmp_path / "head", path)
    assert (model.width_px, model.height_px) == (512, 600)
    assert model.face_box == pytest.approx(grace.model.face_box, abs=0.01)


def test_a_large_photo_is_reduced_to_the_plate(hopper, tmp_path):
    large = hopper.resize((1536, 1800), Image.Resampling.BICUBIC)
    photo = read_photo(saved(tmp_path / "large.jpg", large), 900)
    assert photo.rgb.shape == (900, 768, 3)
    assert photo.scale == pytest.approx(0.5)


# --- face readings -------------------------------------------------------------------------------------------


def test_readings_say_where_the_face_is_and_how_it_looks(hopper, tmp_path):
    facts = read(tmp_path / "a", saved(tmp_path / "photo.png", hopper))
    (face,) = facts["faces"]
    x, y, width, height = face["box"]
    assert (facts["width_px"], facts["height_px"]) == (512, 600)
    assert 0.3 < x + width / 2 < 0.7
    assert 0.3 < y + height / 2 < 0.7
    assert 150 < face["size_px"] < 300
    assert abs(face["roll_deg"]) < 10
    assert face["mouth_open"] < 0.05
    assert face["eyes_open_cm"] > 0.3


def test_a_mirrored_photo_mirrors_the_readings(hopper, tmp_path):
    (one,) = read(tmp_path / "a", saved(tmp_path / "one.png", hopper))["faces"]
    (other,) = read(tmp_path / "b", saved(tmp_path / "other.png", ImageOps.mirror(hopper)))["faces"]
    assert other["yaw_deg"] == pytest.approx(-one["yaw_deg"], abs=3)
    assert other["roll_deg"] == pytest.approx(-one["roll_deg"], abs=2)
    assert other["box"][0] + other["box"][2] == pytest.approx(1 - one["box"][0], abs=0.02)


def test_a_rotated_photo_reads_as_a_tilted_head(hopper, tmp_path):
    (one,) = read(tmp_path / "a", saved(tmp_path / "one.png", hopper))["faces"]
    turned = hopper.rotate(-15, Image.Resampling.BICUBIC, fillcolor=(90, 110, 160))
    (other,) = read(tmp_path / "b", saved(tmp_path / "other.png", turned))["faces"]
    assert other["roll_deg"] - one["roll_deg"] == pytest.approx(15, abs=3)


def test_landmarks_come_along_as_fractions_of_the_photo(pair_of_faces, tmp_path):
    features = plugin.extract_features(asset(pair_of_faces), plugin.ReadingSettings(), Job(tmp_path))
    landmarks = features.load_arrays()["landmarks"]
    assert landmarks.shape == (len(features.facts["faces"]), 478, 3) == (2, 478, 3)
    assert (landmarks[..., :2] > 0).all()
    assert (landmarks[..., :2] < 1).all()


def test_a_photo_without_faces_has_readings_without_faces(tmp_path):
    assert read(tmp_path / "a", saved(tmp_path / "cat.png", skimage.data.chelsea()))["faces"] == []


# --- which landmarker ----------------------------------------------------------------------------------------


@pytest.fixture
def task_file() -> Path:
    if not LANDMARKER.is_file():
        pytest.skip(f"no {LANDMARKER.name} beside the repository")
    return LANDMARKER


@pytest.mark.parametrize("named_by", ["setting", "variable", "folder"])
def test_a_landmarker_file_is_used_however_it_is_named(grace, hopper, task_file, tmp_path, monkeypatch, named_by):
    if named_by == "variable":
        monkeypatch.setenv(landmarker.VARIABLE, str(task_file))
    if named_by == "folder":
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
        landmarker.user_file().parent.mkdir()
        landmarker.user_file().symlink_to(task_file)
    setting = str(task_file) if named_by == "setting" else ""
    assert landmarker.landmarker_file(setting).samefile(task_file)
    (face,) = find_faces(np.asarray(hopper), setting)
    found = np.array(face.box) / np.array([512, 600, 512, 600])
    assert found == pytest.approx(np.array(grace.model.face_box), abs=0.02)
    assert tuple(found) != grace.model.face_box


def test_small_faces_are_found_with_a_landmarker_file(hopper, task_file):
    page = Image.new("RGB", (1600, 1200), (150, 160, 170))
    page.paste(hopper.resize((205, 240)), (1100, 700))
    (face,) = find_faces(np.asarray(page), str(task_file))
    assert face.box[0] > 1100


def test_a_named_landmarker_file_that_is_not_there_says_who_named_it(tmp_path, monkeypatch):
    with pytest.raises(ModelMissing, match=r"none\.task does not exist, which the setting landmarker names"):
        landmarker.landmarker_file(str(tmp_path / "none.task"))
    monkeypatch.setenv(landmarker.VARIABLE, str(tmp_path / "other.task"))
    with pytest.raises(ModelMissing, match="the variable TINTYPE_FACE_LANDMARKER names"):
        landmarker.landmarker_file("")


def test_what_is_no_landmarker_file_says_so(tmp_path, hopper):
    path = tmp_path / "face_landmarker.task"
    path.write_bytes(b"PK nothing")
    with pytest.raises(ModelMissing, match="cannot be used as a Face Landmarker"):
        find_faces(np.asarray(hopper), str(path))


def test_without_models_the_error_says_where_to_put_the_file(hopper, monkeypatch):
    import mediapipe

    monkeypatch.delattr(mediapipe, "solutions")
    with pytest.raises(ModelMissing, match=r"no face models inside, and there is no face_landmarker\.task") as caught:
        find_faces(np.asarray(hopper))
    assert landmarker.VARIABLE in caught.value.hint


def test_without_a_model_the_person_is_cut_out_by_colours(hopper):
    rgb = np.asarray(hopper)
    (face,) = find_faces(rgb)
    cut = cut_by_colour(rgb, face, 1.0)
    assert cut.shape == (600, 512)
    assert cut[260:400, 200:320].mean() > 0.98  # her face
    assert cut[500:590, 150:380].mean() > 0.95  # her jacket
    assert cut[40:300, 430:].mean() < 0.05  # the sky
    assert cut[100:200, :60].mean() < 0.05  # the flag


def test_describing_the_plugin_needs_nothing_heavy():
    info = plugin.describe_provider()
    assert set(info.settings) == {"build_head", "extract_features"}
    assert info.media == ("photo",)
    for model in info.settings.values():
        assert all(field.description for field in model.model_fields.values())
