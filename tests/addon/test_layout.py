"""Where things land: frames, channels, the camera, pictures under a moving frame, key frames of moves and fades."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tintype_addon.client.film import Frame, PortraitClip, film_from_data
from tintype_addon.sequencer.easing import eased, fades
from tintype_addon.sequencer.framing import half_size_percentage, placement, plate_view
from tintype_addon.sequencer.lanes import plan_channels
from tintype_addon.sequencer.timing import Span, fps_parts, frame_at, span_of, time_of

sys.path.insert(0, str(Path(__file__).parent.parent / "blender"))
import tiny_film


@pytest.mark.parametrize("fps", [24, 25, 23.976, 29.97, 60])
def test_clips_that_touch_in_seconds_touch_in_frames(fps):
    cuts = np.cumsum([0.0, 0.37, 1.111, 2.5, 0.0417])
    frames = [frame_at(cut, fps) for cut in cuts]
    assert frames == sorted(frames)
    assert frames[0] == 1
    assert all(abs(time_of(frame, fps) - cut) <= 0.5 / fps + 1e-9 for frame, cut in zip(frames, cuts, strict=True))


def test_a_clip_shorter_than_a_frame_still_shows():
    clip = PortraitClip(id="a", start_s=1.0, duration_s=0.001, head="head.glb")
    assert span_of(clip, 24).length == 1


@pytest.mark.parametrize(("fps", "parts"), [(24, (24, 1.0)), (24000 / 1001, (24, 1.001)), (30000 / 1001, (30, 1.001))])
def test_a_rate_is_kept_as_blender_keeps_it(fps, parts):
    whole, base = fps_parts(fps)
    assert (whole, pytest.approx(base)) == parts
    assert whole / base == pytest.approx(fps)


def test_a_cross_fade_takes_a_second_channel_and_one_for_itself():
    plan = plan_channels(film_from_data(tiny_film.edit()))
    assert plan.clips["title.ground"] == plan.clips["one.portrait"] == 1
    assert plan.clips["house.picture"] == 2
    assert plan.fades["one.portrait", "house.picture"] == 3
    assert plan.clips["title.words"] == plan.clips["one.label"] == 4
    assert plan.clips["one.voice"] == 5
    assert plan.names == {1: "Pictures", 2: "Pictures 2", 3: "Pictures fades", 4: "Titles", 5: "Voice"}


def test_strips_of_the_editor_are_never_covered():
    film = film_from_data(tiny_film.edit())
    theirs = [(1, Span(30, 40)), (4, Span(1, 100))]
    plan = plan_channels(film, theirs)
    ours = [(plan.clips[clip.id], span_of(clip, film.fps)) for clip in film.clips()]
    assert not any(channel == taken and span.overlaps(other) for channel, span in ours for taken, other in theirs)


def test_a_plate_that_fills_the_height_is_seen_at_its_own_height():
    view = plate_view(PortraitClip(id="a", start_s=0, duration_s=1, head="h"), 1280, 720)
    assert view.scales == (1, 1)
    assert (view.width, view.height) == (pytest.approx(16 / 9), 1)


def test_plate_measures_are_in_frame_heights():
    clip = PortraitClip(
        id="a", start_s=0, duration_s=1, head="h", plate_height=0.5, plate_x=0.25, plate_y=-0.1, zoom=(1, 2)
    )
    view = plate_view(clip, 1280, 720)
    height_seen = view.scales[0]
    assert 1 / height_seen == pytest.approx(0.5)
    assert -view.x / height_seen == pytest.approx(0.25)
    assert -view.z / height_seen == pytest.approx(-0.1)
    assert view.scales[1] == pytest.approx(height_seen / 2)


@given(st.floats(0.1, 1), st.floats(0, 0.9), st.floats(0, 0.9), st.integers(50, 3000), st.integers(50, 3000))
def test_the_wanted_frame_of_a_picture_fills_the_film(width, x, y, picture_width, picture_height):
    film = (1280, 720)
    frame = Frame(x, y, width, width * picture_width / picture_height * film[1] / film[0])
    place = placement(frame, (picture_width, picture_height), film)

    def on_screen(u: float, v: float) -> tuple[float, float]:
        """Where a point of the picture (fractions, from top left) lies on screen, from bottom left."""
        return (
            film[0] / 2 + place.x + place.scale * (u - 0.5) * picture_width,
            film[1] / 2 + place.y + place.scale * (0.5 - v) * picture_height,
        )

    assert on_screen(frame.x, frame.y) == pytest.approx((0, film[1]), abs=0.01)
    assert on_screen(frame.x + frame.width, frame.y + frame.height) == pytest.approx((film[0], 0), abs=0.01)


def test_a_frame_of_another_shape_covers_the_film():
    place = placement(Frame(0, 0, 1, 1), (400, 300), (320, 180))
    assert 400 * place.scale >= 320
    assert 300 * place.scale >= 180


@pytest.mark.parametrize(
    ("size", "percentage"), [((1280, 720), 50), ((320, 180), 50), ((1278, 718), 39), ((16, 16), 50)]
)
def test_drafts_have_sides_that_h264_takes(size, percentage):
    assert half_size_percentage(*size) == percentage
    assert all(side * percentage // 100 % 2 == 0 for side in size)


@pytest.mark.parametrize(
    ("easing", "shape"),
    [
        ("linear", lambda t: t),
        ("ease", lambda t: 3 * t**2 - 2 * t**3),
        ("ease_in", lambda t: t**2),
        ("ease_out", lambda t: 1 - (1 - t) ** 2),
    ],
)
def test_easing_is_what_its_name_says(easing, shape):
    keys = eased(Span(10, 31), 2.0, 4.0, easing)
    t = np.linspace(0, 1, 21)
    assert keys.at(10 + 20 * t) == pytest.approx(2 + 2 * shape(t))
    assert list(keys.frames) == [10, 30]


def test_a_clip_without_fades_gets_no_keys():
    assert fades(Span(1, 25), 0, 0) is None


def test_fades_start_and_end_in_black_on_frames_that_are_shown():
    keys = fades(Span(1, 25), 6, 12, 0.8)
    assert keys.at(np.array([1.0, 7.0, 12.0, 24.0])) == pytest.approx([0, 0.8, 0.8, 0])


def test_fades_that_are_too_long_share_the_clip():
    keys = fades(Span(1, 11), 100, 100)
    assert keys.frames[0] == 1
    assert keys.frames[-1] == 10
    assert (np.diff(keys.frames) > 0).all()
    assert keys.values.max() == 1.0
