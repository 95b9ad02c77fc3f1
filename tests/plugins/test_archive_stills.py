"""Pictures of the archive: found by words, framed without cutting a face, moved, enlarged."""

from __future__ import annotations

import tomllib
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image
from tintype import Asset, Job, PictureRequest
from tintype.documents import ArchiveItem, Features, Still
from tintype.errors import FilmFileError, PhotoUnreadable
from tintype.plugins import Plugins
from tintype_archive_stills import StillsSettings
from tintype_archive_stills.captions import caption_of, readable
from tintype_archive_stills.framing import Box, frame_at, to_shape, wide_frame, with_margin
from tintype_archive_stills.framing import Path as MovePath
from tintype_archive_stills.restoration import restored
from tintype_archive_stills.retrieval import rank
from tintype_archive_stills.stills import make_still
from tintype_archive_stills.words import decades, stem, years


def photo(folder: Path, name: str = "photo.png", size=(512, 600), faces=(), facts=None, quality=0.8) -> Asset:
    """A photo with texture, and the faces that its features name."""
    path = folder / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        rng = np.random.default_rng(1)
        noise = rng.integers(0, 255, (size[1] // 8 + 1, size[0] // 8 + 1, 3), dtype=np.uint8)
        cv2.imwrite(str(path), cv2.resize(noise, size, interpolation=cv2.INTER_CUBIC))
    item = ArchiveItem(path=name, medium="photo", sha256="0" * 64, quality=quality)
    known = {"faces": [{"box": list(face)} for face in faces]} | (facts or {})
    return Asset(item, path, Features(path=name, medium="photo", facts=known))


def request(picture="photo.png", start=None, end=None, size=(1280, 720), duration_s=4.0, text=""):
    return PictureRequest(text, picture, start, end, size[0], size[1], duration_s)


def still(tmp_path, asset, wanted, **settings) -> Still:
    folder = tmp_path / "job"
    folder.mkdir(exist_ok=True)
    return make_still(wanted, [asset], StillsSettings(**settings), Job(folder))


def shown_shape(made: Still, frame) -> float:
    return (frame.width * made.width_px) / (frame.height * made.height_px)


def along(made: Still, steps=21):
    """Frames along the move, interpolated both ways that players do it: edges, or scale and place."""
    start, end = made.move.start, made.move.end
    for share in np.linspace(0, 1, steps):
        yield Box(*(getattr(start, key) * (1 - share) + getattr(end, key) * share
                    for key in ("x", "y", "width", "height")))  # fmt: skip
        scale = (1 - share) / start.width + share / end.width
        left = ((1 - share) * start.x / start.width + share * end.x / end.width) / scale
        top_scale = (1 - share) / start.height + share / end.height
        top = ((1 - share) * start.y / start.height + share * end.y / end.height) / top_scale
        yield Box(left, top, 1 / scale, 1 / top_scale)


def is_cut(frame: Box, face: Box) -> bool:
    slack = 1e-3
    inside = (face.x >= frame.x - slack and face.y >= frame.y - slack and face.right <= frame.right + slack
              and face.bottom <= frame.bottom + slack)  # fmt: skip
    outside = (face.right <= frame.x + slack or face.x >= frame.right - slack or face.bottom <= frame.y + slack
               or face.y >= frame.bottom - slack)  # fmt: skip
    return not (inside or outside)


def test_faces_are_never_cut_on_fifty_random_photos(tmp_path):
    rng = np.random.default_rng(20)
    moves, mounts = 0, 0
    for number in range(50):
        size = tuple(int(side) for side in rng.integers(200, 640, 2))
        faces = []
        for _ in range(rng.integers(1, 5)):
            height = rng.uniform(0.05, 0.5)
            width = min(height * rng.uniform(0.65, 0.85) * size[1] / size[0], 0.9)
            faces.append((rng.uniform(0, 1 - width), rng.uniform(0, 1 - height), width, height))
        asset = photo(tmp_path, f"{number}.png", size, faces)
        film = [(640, 360), (360, 360), (360, 640), (640, 268)][number % 4]
        wanted = request(asset.item.path, size=film, duration_s=float(rng.uniform(2, 8)))
        made = still(tmp_path, asset, wanted)
        mounted = "backdrop" in made.caption
        mounts += mounted
        moves += made.move.start != made.move.end
        for end in (made.move.start, made.move.end):
            assert shown_shape(made, end) == pytest.approx(film[0] / film[1], rel=0.01)
        if mounted:
            continue  # the photo is whole; no face can be cut
        for frame in along(made):
            assert not any(is_cut(frame, Box(*face)) for face in faces), (number, size, film, faces, made.move)
    assert moves >= 40  # where a face touches both edges of the frame, nothing may move
    assert 0 < mounts < 25


def test_a_face_that_fills_the_photo_is_shown_whole_on_a_backdrop(tmp_path):
    asset = photo(tmp_path, size=(400, 600), faces=[(0.1, 0.1, 0.8, 0.8)])
    made = still(tmp_path, asset, request())
    assert "shown whole" in made.caption
    picture = cv2.imread(str(tmp_path / "job" / made.picture))
    assert picture.shape[1] / picture.shape[0] == pytest.approx(16 / 9, rel=0.01)
    assert picture[:, :20].mean() < 0.5 * picture[:, picture.shape[1] // 2].mean()


def test_layout_fill_crops_even_then(tmp_path):
    asset = photo(tmp_path, size=(400, 600), faces=[(0.1, 0.1, 0.8, 0.8)])
    assert "backdrop" not in still(tmp_path, asset, request(), layout="fill").caption


def test_the_move_keeps_the_face_in_the_upper_half_and_comes_closer(tmp_path):
    face = (0.35, 0.22, 0.35, 0.33)
    made = still(tmp_path, photo(tmp_path, faces=[face]), request())
    start, end = made.move.start, made.move.end
    assert end.width < start.width
    centre = (face[1] + face[3] / 2 - end.y) / end.height
    assert 0.3 < centre < 0.5


def test_the_push_is_as_fast_as_the_setting_says(tmp_path):
    asset = photo(tmp_path, size=(1600, 900))
    for speed, duration_s in ((0.02, 5.0), (0.05, 4.0)):
        made = still(tmp_path, asset, request(duration_s=duration_s), speed=speed, move="push in")
        assert made.move.start.width / made.move.end.width == pytest.approx(1 + speed * duration_s, rel=0.01)
    held = still(tmp_path, asset, request(), move="hold")
    assert held.move.start == held.move.end


def test_a_tall_picture_without_faces_is_panned(tmp_path):
    made = still(tmp_path, photo(tmp_path, size=(400, 900)), request(duration_s=6))
    assert made.move.start.height == pytest.approx(made.move.end.height, rel=1e-3)
    assert made.move.start.y != made.move.end.y


def test_an_editors_frames_of_the_right_shape_are_kept(tmp_path):
    asset = photo(tmp_path, size=(1600, 900))
    made = still(tmp_path, asset, request(start=(0.1, 0.2, 0.5, 0.5), end=(0.3, 0.3, 0.25, 0.25)))
    for frame, asked in ((made.move.start, (0.1, 0.2, 0.5, 0.5)), (made.move.end, (0.3, 0.3, 0.25, 0.25))):
        assert (frame.x, frame.y, frame.width, frame.height) == pytest.approx(asked, abs=1e-3)
    assert "fitted" not in made.caption


def test_an_editors_frame_of_another_shape_grows_and_the_caption_says_so(tmp_path):
    made = still(tmp_path, photo(tmp_path), request(start=(0.3, 0.70, 0.5, 0.2), end=(0.3, 0.4, 0.2, 0.4)))
    for frame in (made.move.start, made.move.end):
        assert shown_shape(made, frame) == pytest.approx(16 / 9, rel=0.01)
    assert "frames fitted to 16:9 (start grown, end grown)" in made.caption
    assert made.move.end.y <= 0.4 + 1e-6
    assert made.move.end.height >= 0.4 - 1e-6


def test_a_grown_frame_that_would_cut_a_face_is_trimmed_instead():
    face = with_margin(Box(0.36, 0.22, 0.35, 0.33))
    shape = (16 / 9) / (512 / 600)
    frame, how = to_shape(Box(0.0, 0.62, 1.0, 0.38), shape, [face])
    assert how == "trimmed"
    assert not MovePath(frame, frame).cuts(face)
    assert to_shape(Box(0.0, 0.62, 1.0, 0.38), shape, [])[1] == "grown"


def test_one_frame_of_an_editor_is_enough(tmp_path):
    asset = photo(tmp_path, size=(1600, 900))
    ends = still(tmp_path, asset, request(start=(0.2, 0.2, 0.5, 0.5))).move
    assert ends.end.width < ends.start.width
    starts = still(tmp_path, asset, request(end=(0.2, 0.2, 0.5, 0.5))).move
    assert starts.end.width == pytest.approx(0.5, abs=1e-3)


@pytest.mark.parametrize("asked", [(0.5, 0.5, 0.6, 0.2), (0.1, 0.1, 0.0, 0.2), (-0.2, 0, 0.5, 0.5)])
def test_a_frame_outside_the_picture_is_refused_with_its_numbers(tmp_path, asked):
    with pytest.raises(FilmFileError, match="does not lie inside the picture") as caught:
        still(tmp_path, photo(tmp_path), request(start=asked))
    assert str(list(asked)) in caught.value.message


def test_small_details_are_enlarged_up_to_the_limit(tmp_path):
    asset = photo(tmp_path, size=(512, 288))
    made = still(tmp_path, asset, request(start=(0.25, 0.25, 0.5, 0.5), end=(0.25, 0.25, 0.5, 0.5)), max_enlargement=3)
    assert (made.width_px, made.height_px) == (1536, 864)
    whole = still(tmp_path, asset, request(start=(0, 0, 1, 1), end=(0, 0, 1, 1)))
    assert whole.width_px == 1280


def test_a_large_scan_is_reduced_but_its_detail_is_not(tmp_path):
    asset = photo(tmp_path, size=(6000, 4000))
    whole = still(tmp_path, asset, request(duration_s=2))
    assert whole.width_px < 2600
    frame = (0.4, 0.4, 0.1, 0.1 * (9 / 16) * 1.5)
    detail = still(tmp_path, asset, request(start=frame, end=frame))
    assert detail.move.start.width * detail.width_px >= 899
    assert detail.width_px * detail.height_px <= 24.5e6


def test_the_picture_file_is_what_the_still_says(tmp_path):
    made = still(tmp_path, photo(tmp_path), request())
    picture = cv2.imread(str(tmp_path / "job" / made.picture))
    assert picture.shape[:2] == (made.height_px, made.width_px)
    assert made.archive_path == "photo.png"
    assert made.generated is False
    assert Still.load(tmp_path / "job") == made


def test_the_same_request_gives_the_same_picture(tmp_path):
    asset = photo(tmp_path)
    first = still(tmp_path, asset, request())
    data = (tmp_path / "job" / first.picture).read_bytes()
    assert still(tmp_path, asset, request()) == first
    assert (tmp_path / "job" / first.picture).read_bytes() == data


def test_a_named_picture_that_cannot_be_used_is_named(tmp_path):
    with pytest.raises(PhotoUnreadable, match=r"'photos/other\.png' is not among"):
        still(tmp_path, photo(tmp_path), request(picture="photos/other.png"))


def test_an_archive_without_photos_says_what_to_do():
    with pytest.raises(PhotoUnreadable, match="no usable photo") as caught:
        make_still(request(picture="", text="The sea"), [], StillsSettings(), Job(Path()))
    assert "make the line a card" in caught.value.hint


def test_a_damaged_photo_says_so(tmp_path):
    (tmp_path / "photo.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")
    with pytest.raises(PhotoUnreadable, match=r"photo\.png cannot be read"):
        still(tmp_path, photo(tmp_path), request())


@pytest.mark.parametrize("kind", ["cmyk.jpg", "deep.tif", "moving.gif", "palette.png", "alpha.png"])
def test_unusual_files_are_read(tmp_path, kind):
    path = tmp_path / kind
    colours = np.zeros((90, 160, 3), np.uint8) + np.array([200, 120, 40], np.uint8)
    if kind == "cmyk.jpg":
        Image.fromarray(colours).convert("CMYK").save(path, quality=95)
    elif kind == "deep.tif":
        cv2.imwrite(str(path), colours[:, :, ::-1].astype(np.uint16) * 257)
    elif kind == "moving.gif":
        Image.fromarray(colours).save(path, save_all=True, append_images=[Image.new("RGB", (160, 90))] * 2)
    elif kind == "palette.png":
        Image.fromarray(colours).convert("P", palette=Image.Palette.ADAPTIVE).save(path)
    else:
        Image.fromarray(colours).convert("RGBA").save(path)
    made = still(tmp_path, photo(tmp_path, kind), request(kind))
    seen = cv2.imread(str(tmp_path / "job" / made.picture)).reshape(-1, 3).mean(axis=0)[::-1]
    assert seen == pytest.approx((200, 120, 40), abs=12)


def test_a_photo_lying_on_its_side_is_turned_upright(tmp_path):
    image = Image.fromarray(np.full((300, 400, 3), 90, np.uint8))
    exif = image.getexif()
    exif[0x0112] = 6
    image.save(tmp_path / "side.jpg", exif=exif)
    made = still(tmp_path, photo(tmp_path, "side.jpg"), request("side.jpg"))
    assert made.height_px > made.width_px


def test_captions_come_from_features_the_file_and_its_name(tmp_path):
    image = Image.new("RGB", (40, 30))
    exif = image.getexif()
    exif[0x010E], exif[0x8298] = "Her first day at sea", "Public domain"
    image.save(tmp_path / "IMG_2041.jpg", exif=exif)
    assert caption_of(photo(tmp_path, "IMG_2041.jpg")).text == "Her first day at sea"
    assert caption_of(photo(tmp_path, "IMG_2041.jpg")).rights == "Public domain"
    told = caption_of(photo(tmp_path, "IMG_2041.jpg", facts={"caption": "A ship"}))
    assert told.text == "A ship; Her first day at sea"
    assert caption_of(photo(tmp_path, "lake_1931-GraceAndJohn.png")).text == "lake 1931 Grace And John"
    assert caption_of(photo(tmp_path, "DSC_0042.png")).text == ""


def test_names_become_words():
    assert readable("SummerAtTheLake1931") == "Summer At The Lake 1931"


def collection(tmp_path, **captions):
    return [photo(tmp_path, f"{name}.png", (40, 30), facts={"caption": text}) for name, text in captions.items()]


def best(text, photos):
    return rank(text, photos)[0].asset.item.path


def test_a_line_finds_the_picture_with_its_words_or_its_concept(tmp_path):
    photos = collection(tmp_path, a="Harvest at the farm", b="On board the ship", c="Wedding of my parents")
    assert best("We were harvesting until dark.", photos) == "a.png"
    assert best("I joined the navy.", photos) == "b.png"
    assert best("Mother wore white as a bride.", photos) == "c.png"


def test_a_year_or_a_decade_decides_between_equals(tmp_path):
    photos = collection(tmp_path, a="School, 1931", b="School, 1946")
    assert best("School was hard in 1946.", photos) == "b.png"
    assert best("School in the thirties.", photos) == "a.png"
    assert years("from 1931 to 1946, no. 18312") == {1931, 1946}
    assert decades("the forties, or the 1950s") == {194, 195}


def test_alone_prefers_one_face_and_together_several(tmp_path):
    face = (0.1, 0.1, 0.1, 0.1)
    photos = [
        photo(tmp_path, "many.png", (40, 30), [face] * 5, {"caption": "Garden"}),
        photo(tmp_path, "one.png", (40, 30), [face], {"caption": "Garden"}),
    ]
    assert best("Alone in the garden.", photos) == "one.png"
    assert best("All of us in the garden.", photos) == "many.png"


def test_without_any_hint_the_best_photo_is_taken(tmp_path):
    photos = [photo(tmp_path, "a.png", (40, 30), quality=0.4), photo(tmp_path, "b.png", (40, 30), quality=0.9)]
    assert best("Nothing fits this.", photos) == "b.png"


def test_the_right_picture_is_among_the_first_three_for_nine_lines_in_ten(tmp_path):
    told = tomllib.loads((Path(__file__).parent / "retrieval_set.toml").read_text("utf-8"))
    photos = [
        Asset(
            ArchiveItem(path=name, medium="photo", sha256="0", quality=0.8),
            tmp_path / name,
            Features(path=name, medium="photo", facts={"caption": caption}),
        )
        for name, caption in told["pictures"].items()
    ]
    hits = [
        bool(set(line["pictures"]) & {found.asset.item.path for found in rank(line["text"], photos)[:3]})
        for line in told["line"]
    ]
    assert len(photos) == 40
    assert len(hits) == 20
    assert sum(hits) >= 18


def test_stems_join_forms_of_a_word():
    for one, other in (("sailing", "sails"), ("married", "marry"), ("stories", "story"), ("baking", "bake"),
                       ("children", "child"), ("running", "runs")):  # fmt: skip
        assert stem(one) == stem(other)


def test_frames_lie_inside_the_picture_wherever_they_are_asked_for():
    for centre in ((0, 0), (1, 1), (0.5, -3)):
        frame = frame_at(centre, 0.5, 1.2)
        assert Box(0, 0, 1, 1).holds(frame)


def test_a_group_keeps_as_many_faces_as_fit():
    faces = [Box(0.1, 0.45, 0.1, 0.1), Box(0.45, 0.5, 0.1, 0.1), Box(0.8, 0.45, 0.1, 0.1)]
    frame = wide_frame(2.0, faces, (0.5, 0.5))
    assert all(frame.holds(face) for face in faces)


# Restoration


def scene(size=(900, 600)) -> np.ndarray:
    """A soft landscape with an edge, some texture and full tones."""
    x, y = np.meshgrid(np.linspace(0, 1, size[0]), np.linspace(0, 1, size[1]))
    made = np.stack([90 + 120 * y, 110 + 90 * x, 200 - 150 * y], axis=2)
    made[y > 0.6] *= 0.45
    made[:20], made[-20:] = 252, 4
    made += np.random.default_rng(8).normal(size=made.shape) * 2
    return np.clip(made, 0, 255).astype(np.uint8)


def dusty(picture: np.ndarray, specks=60, seed=2) -> tuple[np.ndarray, np.ndarray]:
    """The picture with specks and two scratches, and where they are."""
    rng = np.random.default_rng(seed)
    marks = np.zeros(picture.shape[:2], np.uint8)
    for _ in range(specks):
        centre = tuple(int(v) for v in rng.integers(25, (picture.shape[1] - 25, picture.shape[0] - 25)))
        cv2.circle(marks, centre, 1, 255, -1)
    cv2.line(marks, (300, 100), (300, 400), 255, 1)
    cv2.line(marks, (500, 250), (760, 250), 255, 1)
    damaged = picture.copy()
    damaged[marks > 0] = 250
    return damaged, marks


def test_dust_and_scratches_are_retouched_and_nothing_else():
    clean = scene()
    damaged, marks = dusty(clean)
    made = restored(damaged, "dust", []).picture
    before = np.abs(damaged.astype(int) - clean)[marks > 0].mean()
    after = np.abs(made.astype(int) - clean)[marks > 0].mean()
    assert after < 0.2 * before
    changed = (made != damaged).any(axis=2) & (cv2.dilate(marks, np.ones((9, 9), np.uint8)) == 0)
    assert changed.mean() < 0.001


def test_a_clean_photo_is_left_as_it_is():
    clean = scene()
    made = restored(clean, "tones and dust", [])
    assert made.steps == ()
    assert np.array_equal(made.picture, clean)


def test_marks_on_a_face_are_left_alone():
    clean = scene()
    damaged, _ = dusty(clean)
    face = Box(0.2, 0.1, 0.3, 0.6)
    made = restored(damaged, "dust", [face]).picture
    inside = (slice(60, 420), slice(180, 450))
    assert np.array_equal(made[inside], damaged[inside])


def test_lettering_is_not_retouched():
    clean = scene()
    cv2.putText(clean, "COMO HOPPER", (120, 200), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (240, 240, 240), 1, cv2.LINE_AA)
    made = restored(clean, "dust", []).picture
    assert np.array_equal(made[185:205, 118:225], clean[185:205, 118:225])


def test_a_textured_picture_is_not_taken_for_a_dusty_one():
    noise = np.random.default_rng(1).integers(0, 255, (300, 400, 3), dtype=np.uint8)
    made = restored(noise, "dust", []).picture
    assert (made != noise).any(axis=2).mean() < 0.001


def test_faded_tones_and_a_cast_are_put_right():
    clean = scene().astype(float)
    faded = np.clip(90 + (clean - 128) * 0.55 + np.array([0.0, 25.0, 60.0]), 0, 255).astype(np.uint8)
    made = restored(faded, "tones", [])
    assert made.steps == ("faded tones brought back", "colour cast taken out")
    span = np.percentile(made.picture, 99.5) - np.percentile(made.picture, 0.5)
    assert span > 220
    means, wanted = (one.reshape(-1, 3).mean(axis=0) for one in (made.picture, clean))
    assert np.ptp((means - means.mean()) - (wanted - wanted.mean())) < 15


def test_a_restored_picture_is_a_version_of_its_own_and_says_so(tmp_path):
    damaged, _ = dusty(scene())
    cv2.imwrite(str(tmp_path / "photo.png"), damaged)
    before = (tmp_path / "photo.png").read_bytes()
    made = still(tmp_path, photo(tmp_path), request(), restore="dust")
    assert made.picture == "picture.restored.png"
    assert "digitally restored" in made.caption
    assert "marks retouched" in made.caption
    assert made.generated is False
    assert (tmp_path / "photo.png").read_bytes() == before
    assert still(tmp_path, photo(tmp_path), request()).picture == "picture.png"


def test_the_plugin_is_found_and_takes_part(tmp_path):
    plugins = Plugins.discover()
    plugin = plugins.provider("generate_image", "archive-stills")
    settings = plugins.settings("generate_image", plugin, {"speed": 0.03})
    (tmp_path / "job").mkdir()
    made = plugins.call(
        "generate_image", plugin, request=request(), references=[photo(tmp_path)], settings=settings,
        job=Job(tmp_path / "job"),
    )  # fmt: skip
    assert made.archive_path == "photo.png"
