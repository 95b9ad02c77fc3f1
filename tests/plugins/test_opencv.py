"""Photos and footage: straightened, judged, cleaned where it helps, shots and key frames by optical flow."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from threading import Event

import av
import cv2
import numpy as np
import pytest
import tintype_opencv as plugin
from PIL import Image, ImageCms
from tintype import Asset, Job
from tintype.documents import ArchiveItem
from tintype.errors import Cancelled, PhotoUnreadable
from tintype_opencv.motion import find_cuts
from tintype_opencv.sharpness import blur_of, noise_of

FPS = 25


def scene(height: int = 480, width: int = 640, seed: int = 0) -> np.ndarray:
    """A made-up photo, RGB: soft ground, sharp shapes, fine lines."""
    rng = np.random.default_rng(seed)
    patches = rng.uniform(60, 190, (6, 8, 3)).astype(np.float32)
    ground = cv2.resize(patches, (width, height), interpolation=cv2.INTER_CUBIC)
    for _ in range(60):
        centre = int(rng.integers(width)), int(rng.integers(height))
        colour = tuple(int(value) for value in rng.integers(20, 236, 3))
        cv2.circle(ground, centre, int(rng.integers(6, 50)), colour, -1)
        end = centre[0] + int(rng.integers(-60, 60)), centre[1] + int(rng.integers(-60, 60))
        cv2.line(ground, centre, end, colour[::-1], 2)
    return np.clip(ground, 0, 255).astype(np.uint8)


def with_noise(pixels: np.ndarray, sigma: float) -> np.ndarray:
    return np.clip(pixels + np.random.default_rng(1).normal(0, sigma, pixels.shape), 0, 255).astype(np.uint8)


def saved(folder: Path, pixels: np.ndarray | Image.Image, name: str, **options) -> Path:
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    image.save(folder / name, **options)
    return folder / name


@pytest.fixture(scope="module")
def photo() -> np.ndarray:
    return scene()


@pytest.fixture
def prepare(tmp_path):
    """Prepare one photo; gives its item and what later stages see of it."""

    def run(path: Path, **settings):
        folder = tmp_path / f"out-{path.name}"
        folder.mkdir()
        before = path.read_bytes()
        archive = plugin.prepare_archive(tmp_path, [path], "photo", plugin.PrepareSettings(**settings), Job(folder))
        assert path.read_bytes() == before, "the original was touched"
        item = archive.items[0]
        seen = folder / item.prepared if item.prepared else path
        return item, np.asarray(Image.open(seen)) if item.quality > 0 else None

    return run


def test_a_good_photo_serves_as_it_is(prepare, photo, tmp_path):
    item, _ = prepare(saved(tmp_path, photo, "good.png"))
    assert item.prepared is None
    assert item.steps == item.problems == ()
    assert item.quality > 0.7
    assert (item.width_px, item.height_px) == (640, 480)


TURNS = {
    2: lambda x: x[:, ::-1],
    3: lambda x: np.rot90(x, 2),
    4: lambda x: x[::-1],
    5: lambda x: x.swapaxes(0, 1),
    6: lambda x: np.rot90(x, 1),
    7: lambda x: np.rot90(x, 2).swapaxes(0, 1),
    8: lambda x: np.rot90(x, 3),
}


@pytest.mark.parametrize("orientation", TURNS)
def test_a_photo_is_straightened_as_its_exif_says(prepare, photo, tmp_path, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    turned = np.ascontiguousarray(TURNS[orientation](photo))
    item, seen = prepare(saved(tmp_path, turned, "turned.png", exif=exif))
    assert "EXIF" in item.steps[0]
    np.testing.assert_array_equal(seen, photo)


def test_sixteen_bits_are_brought_to_eight(prepare, photo, tmp_path):
    grey = cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY)
    item, seen = prepare(saved(tmp_path, Image.fromarray(grey.astype(np.uint16) * 257), "deep.png"))
    assert "8 bits" in item.steps[0]
    np.testing.assert_array_equal(seen, grey)


def test_a_twelve_bit_scan_is_not_left_black(prepare, photo, tmp_path):
    grey = cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY).astype(np.uint16)
    _, seen = prepare(saved(tmp_path, Image.fromarray(grey * 16), "scan.tif"))
    assert np.abs(seen.astype(int) - grey).max() <= 2


@pytest.mark.parametrize(
    ("mode", "name", "step"),
    [
        ("CMYK", "print.tif", "CMYK"),
        ("P", "palette.png", "P to RGB"),
        ("1", "fax.png", "to grey"),
        ("L", "grey.png", ""),
    ],
)
def test_other_modes_become_grey_or_rgb(prepare, photo, tmp_path, mode, name, step):
    item, seen = prepare(saved(tmp_path, Image.fromarray(photo).convert(mode), name))
    assert step in " ".join(item.steps)
    assert bool(item.steps) == bool(step)
    assert seen.ndim == (2 if mode in ("1", "L") else 3)


def test_transparency_is_laid_on_white(prepare, photo, tmp_path):
    alpha = np.full(photo.shape[:2], 255, np.uint8)
    alpha[:, :100] = 0
    _, seen = prepare(saved(tmp_path, np.dstack([photo, alpha]), "cut-out.png"))
    assert (seen[:, :100] == 255).all()
    np.testing.assert_array_equal(seen[:, 100:], photo[:, 100:])


def test_colours_of_another_profile_are_brought_to_srgb(prepare, photo, tmp_path):
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert prepare(saved(tmp_path, photo, "srgb.png", icc_profile=srgb))[0].steps == ()
    swapped = srgb.replace(b"rXYZ", b"....").replace(b"gXYZ", b"rXYZ").replace(b"....", b"gXYZ")
    swapped = swapped.replace("sRGB".encode("utf-16-be"), "xRGB".encode("utf-16-be"))
    item, seen = prepare(saved(tmp_path, photo, "swapped.png", icc_profile=swapped))
    assert "'xRGB" in item.steps[0]
    assert "to sRGB" in item.steps[0]
    assert np.abs(seen.astype(int) - photo[..., [1, 0, 2]]).max() <= 2
    assert "passed over" in prepare(saved(tmp_path, photo, "broken.png", icc_profile=b"no profile"))[0].steps[0]


@pytest.mark.parametrize(("side", "word"), [(20_000, "large"), (13_000, "million")])
def test_a_bomb_is_refused_before_it_is_unpacked(prepare, tmp_path, side, word):
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    bomb = tmp_path / "bomb.png"
    bomb.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b""))
    item, _ = prepare(bomb)
    assert item.quality == 0
    assert word in item.problems[0]


def test_what_cannot_be_read_stays_in_the_list_in_order(photo, tmp_path):
    whole = io.BytesIO()
    Image.fromarray(photo).save(whole, "JPEG")
    files = {
        "cut.jpg": whole.getvalue()[:2000],
        "empty.jpg": b"",
        "letter.jpg": b"Dear Ada, there is no picture here",
        "ok.jpg": whole.getvalue(),
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "out").mkdir()
    paths = [tmp_path / name for name in files]
    archive = plugin.prepare_archive(tmp_path, paths, "photo", plugin.PrepareSettings(), Job(tmp_path / "out"))
    assert [item.path for item in archive.items] == list(files)
    assert [item.quality > 0 for item in archive.items] == [False, False, False, True]
    for item in archive.items[:3]:
        assert item.path in item.problems[0]
        assert "JPEG" in item.problems[0]


def test_problems_are_said_in_words(prepare, photo, tmp_path):
    good = prepare(saved(tmp_path, photo, "good.png"))[0].quality
    worse = {
        "blurred": cv2.GaussianBlur(photo, (0, 0), 5),
        "dark": (photo * 0.12).astype(np.uint8),
        "small": cv2.resize(photo, (160, 120), interpolation=cv2.INTER_AREA),
        "white": np.clip(photo.astype(int) + 150, 0, 255).astype(np.uint8),
        "noisy": with_noise(photo, 40),
    }
    for word, pixels in worse.items():
        item, _ = prepare(saved(tmp_path, pixels, f"{word}.png"), clean=False)
        assert any(word in problem for problem in item.problems), (word, item.problems)
        assert 0 < item.quality < good
    assert prepare(saved(tmp_path, photo[:20, :20], "speck.png"))[0].quality == 0


def psnr(one: np.ndarray, other: np.ndarray) -> float:
    return float(10 * np.log10(255**2 / np.mean((one.astype(float) - other) ** 2)))


@pytest.mark.parametrize("grey", [False, True])
def test_reducing_heavy_noise_brings_a_photo_closer_to_the_clean_one(prepare, photo, tmp_path, grey):
    truth = cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY) if grey else photo
    noisy = with_noise(truth, 18)
    item, seen = prepare(saved(tmp_path, noisy, "noisy.png"))
    assert "noise reduced" in item.steps[0]
    assert psnr(seen, truth) > psnr(noisy, truth) + 3
    assert prepare(saved(tmp_path, noisy, "kept.png"), clean=False)[0].prepared is None


def test_fine_grain_is_left_alone(prepare, photo, tmp_path):
    assert prepare(saved(tmp_path, with_noise(photo, 4), "grain.png"))[0].steps == ()


def test_faded_tones_are_stretched_alike_in_all_channels(prepare, photo, tmp_path):
    faded = (photo * 0.3 + 100).astype(np.uint8)
    item, seen = prepare(saved(tmp_path, faded, "faded.png"))
    assert "faded" in item.steps[-1]
    inside = (seen > 15).all(axis=-1) & (seen < 240).all(axis=-1)
    tint, seen_tint = (pixels[..., 0].astype(float) - pixels[..., 2] for pixels in (faded, seen))
    slope, _ = np.polyfit(tint[inside], seen_tint[inside], 1)
    red, _ = np.polyfit(faded[inside][:, 0].astype(float), seen[inside][:, 0].astype(float), 1)
    assert slope == pytest.approx(red, rel=0.05)
    assert red > 2


def test_preparing_repeats_to_the_byte(photo, tmp_path):
    path = saved(tmp_path, with_noise(photo, 18), "noisy.png")
    made = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        plugin.prepare_archive(tmp_path, [path], "photo", plugin.PrepareSettings(), Job(tmp_path / name))
        made.append({file.name: file.read_bytes() for file in sorted((tmp_path / name).iterdir())})
    assert made[0] == made[1]
    assert len(made[0]) == 2


def test_sharpness_and_noise_are_read_as_made(photo):
    grey = cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY)
    blurs = [blur_of(cv2.GaussianBlur(grey, (0, 0), sigma) if sigma else grey) for sigma in (0, 1, 2, 4)]
    assert blurs == sorted(blurs)
    for sigma in (5, 15):
        assert noise_of(with_noise(np.full((256, 256), 128.0), sigma)) == pytest.approx(sigma, rel=0.1)


def asset_of(path: Path, medium: str) -> Asset:
    return Asset(ArchiveItem(path=path.name, medium=medium, sha256="0" * 64, quality=1.0), path)


def measure(path: Path, medium: str, folder: Path, **settings):
    return plugin.extract_features(asset_of(path, medium), plugin.MeasureSettings(**settings), Job(folder))


def test_photo_features_tell_grey_tinted_and_colour_apart(photo, tmp_path):
    grey = cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY)
    sepia = np.clip(grey[..., None] * np.array([1.0, 0.86, 0.68]), 0, 255).astype(np.uint8)
    pictures = {"grey": grey, "tinted": sepia, "colour": photo}
    kinds = {
        name: measure(saved(tmp_path, pixels, f"{name}.png"), "photo", tmp_path / name).facts["colour"]
        for name, pixels in pictures.items()
    }
    assert kinds == {name: name for name in pictures}


def test_the_palette_has_the_colours_of_the_picture_by_frequency(tmp_path):
    flag = np.zeros((90, 120, 3), np.uint8)
    flag[:60] = (200, 30, 30)
    flag[60:] = (30, 60, 180)
    arrays = measure(saved(tmp_path, flag, "flag.png"), "photo", tmp_path / "out").load_arrays()
    np.testing.assert_allclose(arrays["palette"], [(200, 30, 30), (30, 60, 180)], atol=4)
    np.testing.assert_allclose(arrays["palette_shares"], [2 / 3, 1 / 3], atol=0.01)


def footage(path: Path, frames: list[np.ndarray], codec: str = "libx264") -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=FPS)
        stream.height, stream.width = frames[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        for frame in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(frame), format="rgb24")))
        container.mux(stream.encode())
    return path


def crop(picture: np.ndarray, left: int) -> np.ndarray:
    return picture[100:280, left : left + 320]


@pytest.fixture(scope="module")
def film(tmp_path_factory) -> Path:
    """2 s that rest, pan to the right between 0.6 and 1.4 s and rest; a cut; 1.2 s of another scene at rest."""
    wide, other = scene(480, 900, seed=2), scene(480, 640, seed=3)
    ease = np.clip((np.arange(50) / FPS - 0.6) / 0.8, 0, 1)
    lefts = (160 * ease * ease * (3 - 2 * ease)).round().astype(int)
    frames = [crop(wide, left) for left in lefts] + [crop(other, 50)] * 30
    return footage(tmp_path_factory.mktemp("film") / "film.mp4", frames)


@pytest.fixture(scope="module")
def measured(film, tmp_path_factory):
    return measure(film, "footage", tmp_path_factory.mktemp("features"), analysed_fps=FPS)


def test_shots_are_found_at_their_times(measured):
    np.testing.assert_allclose(measured.facts["shots_s"], [[0, 2], [2, 3.2]], atol=0.02)


def test_key_frames_lie_where_motion_rests(measured):
    before, after, still = measured.facts["key_frames_s"]
    assert before < 0.6
    assert 1.4 <= after < 2.0
    assert 2.0 <= still <= 3.2


def test_motion_is_measured_in_frame_heights_per_second(measured):
    arrays = measured.load_arrays()
    assert arrays["time_s"].shape == arrays["motion"].shape == (80,)
    np.testing.assert_allclose(arrays["time_s"], np.arange(80) / FPS, atol=0.002)
    step_s = 1 / FPS
    assert arrays["motion"].sum() * step_s == pytest.approx(160 / 180, rel=0.1)
    assert arrays["pan_x"].sum() * step_s == pytest.approx(-160 / 180, rel=0.1)  # the picture moves left
    assert np.abs(arrays["pan_y"]).max() < 0.05
    assert arrays["motion"][:13].max() < 0.02


def test_wild_motion_is_no_cut():
    unexplained = np.full(60, 0.5) + np.random.default_rng(0).uniform(-0.1, 0.1, 60)
    assert not len(find_cuts(np.arange(60) / FPS, np.full(60, 0.4), unexplained))


def test_footage_is_described_and_judged(film, tmp_path):
    archive = plugin.prepare_archive(film.parent, [film], "footage", plugin.PrepareSettings(), Job(tmp_path))
    item = archive.items[0]
    assert (item.width_px, item.height_px, item.duration_s) == (320, 180, 3.2)
    assert 0.2 < item.quality < 1
    assert any("small" in problem for problem in item.problems)
    assert item.prepared is None


def sound_only(path: Path) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=16000, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        frame.sample_rate = 16000
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def test_footage_that_cannot_be_read_stays_in_the_list(film, tmp_path):
    (tmp_path / "noise.mp4").write_bytes(np.random.default_rng(0).bytes(5000))
    (tmp_path / "empty.mp4").write_bytes(b"")
    (tmp_path / "cut.mp4").write_bytes(film.read_bytes()[:1500])
    paths = [tmp_path / "noise.mp4", tmp_path / "empty.mp4", tmp_path / "cut.mp4", sound_only(tmp_path / "sound.mp4")]
    archive = plugin.prepare_archive(tmp_path, paths, "footage", plugin.PrepareSettings(), Job(tmp_path / "out"))
    assert [item.path for item in archive.items] == [path.name for path in paths]
    for item in archive.items:
        assert item.quality == 0
        assert item.path in item.problems[0]
        assert str(tmp_path) not in item.problems[0]
    assert "no picture" in archive.items[3].problems[0]
    with pytest.raises(PhotoUnreadable):
        measure(tmp_path / "cut.mp4", "footage", tmp_path / "out")


def test_footage_that_breaks_off_is_measured_as_far_as_it_goes(film, tmp_path):
    with av.open(str(film)) as source:
        frames = [frame.to_ndarray(format="rgb24") for frame in source.decode(video=0)]
    whole = footage(tmp_path / "whole.mkv", frames, codec="mpeg4").read_bytes()
    (tmp_path / "broken.mkv").write_bytes(whole[: len(whole) // 2])
    assert 3 < measure(tmp_path / "broken.mkv", "footage", tmp_path / "out").facts["frames_analysed"] < 40


def test_a_single_black_frame_is_one_shot_with_one_key_frame(tmp_path):
    path = footage(tmp_path / "black.mp4", [np.zeros((64, 64, 3), np.uint8)])
    facts = measure(path, "footage", tmp_path / "out").facts
    assert facts["key_frames_s"] == [0.0]
    assert facts["shots"] == 1


def test_fewer_frames_can_be_analysed(film, tmp_path):
    features = measure(film, "footage", tmp_path, analysed_fps=5)
    np.testing.assert_allclose(np.diff(features.load_arrays()["time_s"]), 0.2, atol=0.005)
    assert features.facts["shots"] == 2


def test_measuring_stops_when_the_user_stops_it(film, tmp_path):
    stop = Event()
    stop.set()
    with pytest.raises(Cancelled):
        plugin.extract_features(asset_of(film, "footage"), plugin.MeasureSettings(), Job(tmp_path, cancelled=stop))
