"""A Film.1 becomes a timeline: strips, channels, lengths, key frames, and the pixels that come out."""

from __future__ import annotations

import json

import bpy
import numpy as np
import pytest
import tiny_film
from tintype_addon import compat
from tintype_addon.client.errors import FilterUnknown
from tintype_addon.client.film import EDIT_FILE, film_from_data, read_film
from tintype_addon.rendering.pixels import read_bmp
from tintype_addon.sequencer import marks
from tintype_addon.sequencer.timeline import Timeline, build_timeline


def build(folder, scene=None) -> Timeline:
    return build_timeline(read_film(folder / EDIT_FILE), folder, scene or bpy.context.scene)


@pytest.fixture
def timeline(film_folder) -> Timeline:
    return build(film_folder)


def curves(owner) -> dict[tuple[str, int], list[tuple[float, float]]]:
    """Key frames by data path and index, wherever this Blender keeps them."""
    action = owner.animation_data.action
    bags = [bag for layer in action.layers for strip in layer.strips for bag in strip.channelbags]
    return {
        (curve.data_path, curve.array_index): [tuple(point.co) for point in curve.keyframe_points]
        for bag in bags
        for curve in bag.fcurves
    }


def render(scene, frame: int, tmp_path) -> np.ndarray:
    """One frame of the edit as pixels, shape=(height, width, 3)."""
    compat.set_image_output(scene.render, "BMP")
    scene.render.image_settings.color_mode = "RGB"
    scene.render.filepath = str(tmp_path / f"{frame}.bmp")
    scene.frame_set(frame)
    bpy.ops.render.render(write_still=True, scene=scene.name)
    return read_bmp(tmp_path / f"{frame}.bmp").astype(int)


def test_every_clip_is_a_strip_of_its_kind_on_its_channel(timeline):
    found = {name: (strip.type, strip.channel, *compat.span(strip)) for name, strip in timeline.strips.items()}
    assert found == {
        "title.ground": ("COLOR", 1, 1, 25),
        "one.portrait": ("SCENE", 1, 25, 73),
        "house.picture": ("IMAGE", 2, 61, 97),
        "title.words": ("TEXT", 4, 1, 25),
        "one.label": ("TEXT", 4, 25, 73),
        "one.voice": ("SOUND", 5, 25, 73),
    }
    names = [timeline.scene.sequence_editor.channels[number].name for number in range(1, 6)]
    assert names == ["Pictures", "Pictures 2", "Pictures fades", "Titles", "Voice"]


def test_the_scene_has_the_films_size_rate_and_length(timeline):
    scene = timeline.scene
    assert (scene.render.resolution_x, scene.render.resolution_y) == tiny_film.SIZE
    assert scene.render.fps / scene.render.fps_base == tiny_film.FPS
    assert (scene.frame_start, scene.frame_end) == (1, 96)
    assert scene.view_settings.view_transform == "Standard"


def test_strips_carry_their_clip_their_line_and_whether_they_are_synthetic(timeline):
    strip = timeline.strips["one.voice"]
    assert (strip[marks.CLIP], strip[marks.LINE], strip[marks.SYNTHETIC]) == ("one.voice", "one", True)
    assert timeline.strips["house.picture"][marks.SYNTHETIC] is False
    assert len({strip.color_tag for strip in timeline.strips.values()}) == 5


def test_a_cross_fade_joins_its_two_strips_over_their_overlap(timeline):
    (fade,) = [strip for strip in compat.sequence(timeline.scene) if marks.FADE in strip]
    assert (fade.type, fade.channel, *compat.span(fade)) == ("GAMMA_CROSS", 3, 61, 73)
    assert (fade.input_1.name, fade.input_2.name) == ("one.portrait", "house.picture")


def test_a_picture_moves_by_key_frames_of_its_transform(timeline):
    keys = curves(timeline.scene)
    prefix = timeline.strips["house.picture"].transform.path_from_id("scale_x").removesuffix("scale_x")
    assert keys[prefix + "scale_x", 0] == [(61, pytest.approx(0.8)), (96, pytest.approx(1.6))]
    assert keys[prefix + "offset_x", 0] == [(61, pytest.approx(0)), (96, pytest.approx(-160))]


def test_fades_are_key_frames_of_opacity_and_volume(timeline):
    keys = curves(timeline.scene)
    words, voice = timeline.strips["title.words"], timeline.strips["one.voice"]
    assert keys[words.path_from_id("blend_alpha"), 0] == [(1, 0), (7, 1)]
    assert keys[voice.path_from_id("volume"), 0] == [(66, pytest.approx(0.501, abs=1e-3)), (72, 0)]


def test_a_filter_is_a_modifier_with_its_settings(timeline):
    (modifier,) = timeline.strips["house.picture"].modifiers
    assert modifier.type == "BRIGHT_CONTRAST"
    assert modifier.bright == 1.0


def test_a_portrait_is_a_scene_whose_head_moves(timeline):
    scene = timeline.portraits["one.portrait"]
    assert (scene.frame_start, scene.frame_end) == (1, 48)
    person = next(one for one in scene.objects if one.name.endswith("person"))
    rig = next(one for one in scene.objects if one.type == "ARMATURE")
    assert set(curves(person.data.shape_keys)) == {('key_blocks["jawOpen"].value', 0)}
    assert set(curves(rig)) == {('pose.bones["head"].rotation_euler', 1)}
    assert list(curves(scene.camera.data).values()) == [[(1, 1.25), (48, pytest.approx(1.25 / 1.1))]]


def test_the_jaw_follows_the_track_frame_by_frame(timeline):
    scene = timeline.portraits["one.portrait"]
    bpy.context.window.scene = scene
    bpy.context.view_layer.update()
    keys = next(one for one in scene.objects if one.name.endswith("person")).data.shape_keys
    for frame in range(1, 49):
        scene.frame_set(frame)
        wanted = 0.5 - 0.5 * np.cos(2 * np.pi * 2 * (frame - 1) / 24)
        assert keys.key_blocks["jawOpen"].value == pytest.approx(wanted, abs=0.02)


def test_two_portraits_of_one_head_move_apart_from_each_other(film_folder):
    path = film_folder / EDIT_FILE
    data = json.loads(path.read_text())
    portrait = data["tracks"][0]["clips"][1]
    second = portrait | {"id": "two.portrait", "start_s": 3.0, "duration_s": 1.0, "face": None}
    data["tracks"].append({"name": "More", "kind": "picture", "clips": [second], "fades": []})
    path.write_text(json.dumps(data))
    timeline = build(film_folder)
    first, other = (
        next(one for one in timeline.portraits[name].objects if one.name.endswith("person"))
        for name in ("one.portrait", "two.portrait")
    )
    assert first.data != other.data
    assert first.data.shape_keys.animation_data is not None
    assert other.data.shape_keys.animation_data is None
    assert first.data.materials[0] == other.data.materials[0]
    assert {one.modifiers[0].object.name for one in (first, other)} == {"one.portrait rig", "two.portrait rig"}


def test_building_again_replaces_ours_and_keeps_what_the_editor_made(timeline, film_folder):
    scene = timeline.scene
    theirs = compat.new_effect(compat.sequence(scene), "my note", "TEXT", 9, 10, 20)
    count = len(bpy.data.scenes), len(bpy.data.meshes), len(bpy.data.actions), len(bpy.data.materials)
    again = build(film_folder, scene)
    assert len(compat.sequence(scene)) == 8
    assert (theirs.channel, *compat.span(theirs)) == (9, 10, 30)
    after = len(bpy.data.scenes), len(bpy.data.meshes), len(bpy.data.actions), len(bpy.data.materials)
    assert after == count
    assert set(again.strips) == set(timeline.strips)


def test_a_strip_of_the_editor_in_our_channel_is_not_moved(film_folder):
    scene = bpy.context.scene
    theirs = compat.new_effect(compat.sequence(scene), "my title", "TEXT", 1, 5, 40)
    timeline = build(film_folder, scene)
    assert (theirs.channel, *compat.span(theirs)) == (1, 5, 45)
    assert timeline.strips["title.ground"].channel == 2


def test_an_unknown_look_says_where_to_change_it(film_folder):
    data = tiny_film.edit()
    data["tracks"][0]["clips"][2]["filters"] = [{"kind": "sparkle", "settings": {}}]
    with pytest.raises(FilterUnknown, match="sparkle"):
        build_timeline(film_from_data(data), film_folder, bpy.context.scene)
    data["tracks"][0]["clips"][2]["filters"] = [{"kind": "bright_contrast", "settings": {"glow": 1}}]
    with pytest.raises(FilterUnknown, match="glow"):
        build_timeline(film_from_data(data), film_folder, bpy.context.scene)


def test_every_kind_of_look_can_be_set(film_folder):
    data = tiny_film.edit()
    data["tracks"][0]["clips"][2]["filters"] = [
        {"kind": "color_balance", "settings": {"gain": [1.1, 1.0, 0.9], "lift": [1, 1, 1], "color_multiply": 0.8}},
        {"kind": "white_balance", "settings": {"white_value": [1, 0.9, 0.8]}},
        {"kind": "curves", "settings": {"black_level": [0.1, 0.1, 0.1]}},
        {"kind": "hue_correct", "settings": {}},
    ]
    timeline = build_timeline(film_from_data(data), film_folder, bpy.context.scene)
    balance, white, curve, _ = timeline.strips["house.picture"].modifiers
    assert tuple(balance.color_balance.gain) == pytest.approx((1.1, 1.0, 0.9))
    assert tuple(white.white_value) == pytest.approx((1, 0.9, 0.8))
    assert tuple(curve.curve_mapping.black_level) == pytest.approx((0.1, 0.1, 0.1))


def test_the_title_shows_its_ground_and_its_words(timeline, tmp_path):
    frame = render(timeline.scene, 20, tmp_path)
    ground = frame[5, 5]
    assert ground[0] > 40
    assert max(ground[1:]) < 10
    assert frame[70:110, 100:220].min(axis=2).max() > 230


def test_the_plate_lies_where_the_clip_says_and_the_backdrop_around_it(timeline, tmp_path):
    frame = render(timeline.scene, 25, tmp_path)
    height, width = tiny_film.SIZE[1], tiny_film.SIZE[0]
    centre = width / 2 + 0.1 * height
    assert tuple(frame[90, 20]) == (0, 0, 200)
    plate_width, plate_height = 0.8 * height * 0.8, 0.8 * height
    inside = frame[:, round(centre - plate_width / 2) + 1 : round(centre + plate_width / 2) - 1]
    assert not (inside[90] == (0, 0, 200)).all(axis=1).any()
    left, right = frame[90, round(centre - plate_width / 2) + 3], frame[90, round(centre + plate_width / 2) - 4]
    assert left[0] < 20
    assert right[0] > 235
    top = frame[round(height / 2 - plate_height / 2) + 2, round(centre)]
    assert top[1] > 235


def test_an_open_jaw_changes_the_picture_and_the_zoom_enlarges_it(timeline, tmp_path):
    closed, opened, later = (render(timeline.scene, frame, tmp_path) for frame in (25, 31, 58))
    assert np.abs(closed - opened)[95:160, 130:230].mean() > 5
    blue = [(frame == (0, 0, 200)).all(axis=2).sum() for frame in (closed, later)]
    assert blue[1] < blue[0] - 500


def test_the_last_frame_has_faded_to_black(timeline, tmp_path):
    assert render(timeline.scene, 96, tmp_path).max() < 8


def test_the_label_shows_while_the_portrait_speaks(timeline, tmp_path):
    with_label, without = render(timeline.scene, 50, tmp_path), render(timeline.scene, 80, tmp_path)
    corner = np.s_[8:30, 265:312]
    assert with_label[corner].min(axis=2).max() > 200
    assert (with_label[corner] < 100).all(axis=2).any()
    assert np.abs(with_label[corner] - without[corner]).mean() > 20


def test_sound_lies_where_the_clip_says_to_the_sample(film_folder):
    data = tiny_film.edit()
    data["tracks"][2]["clips"][0] |= {"start_s": 1.01, "duration_s": 1.5, "offset_s": 0.13}
    timeline = build_timeline(film_from_data(data), film_folder, bpy.context.scene)
    strip = timeline.strips["one.voice"]
    start, end = compat.span(strip)
    assert (start, end) == (25, 61)
    skipped = 3 / 24
    assert (start - 1) / 24 + strip.sound_offset == pytest.approx(1.01 - 0.13 + skipped)
