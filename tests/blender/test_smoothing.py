"""Outlines are smoothed, and nothing else is touched."""

from __future__ import annotations

import bpy
import numpy as np
import pytest
from tintype_addon.client.film import EDIT_FILE, read_film
from tintype_addon.rendering.pixels import edges
from tintype_addon.rendering.shot import shoot
from tintype_addon.rendering.smoothing import AROUND, Smoother, bounds
from tintype_addon.rendering.worker import prepare
from tintype_addon.sequencer.timeline import build_timeline


@pytest.fixture
def portrait(film_folder):
    """The portrait's scene, with its plate's sides a quarter of a pixel off the pixels' borders."""
    timeline = build_timeline(read_film(film_folder / EDIT_FILE), film_folder, bpy.context.scene)
    scene = timeline.portraits["one.portrait"]
    prepare(scene, "BLENDER_WORKBENCH", 100)
    scene.frame_set(1)
    scene.camera.data.animation_data.action = None
    scene.camera.location.x -= 0.25 * scene.camera.data.ortho_scale / scene.render.resolution_y
    return scene


def test_only_pixels_beside_an_outline_change(portrait, tmp_path):
    plain = shoot(portrait, tmp_path)
    smoother = Smoother(portrait, tmp_path)
    outlines = edges(smoother._object_colours())
    smooth = smoother.render()
    assert np.array_equal(smooth[~outlines], plain[~outlines])
    assert (smooth[outlines] != plain[outlines]).any()


def test_an_outline_between_two_pixels_is_a_mixture_of_both_sides(portrait, tmp_path):
    plain, smooth = shoot(portrait, tmp_path).astype(int), Smoother(portrait, tmp_path).render().astype(int)
    row = 90
    (changed,) = np.nonzero(np.abs(smooth[row] - plain[row]).max(axis=1) > 4)
    assert len(changed) >= 2  # the plate's left and right sides
    for column in changed:
        neighbours = plain[row, column - 1 : column + 2]
        assert (smooth[row, column] >= neighbours.min(axis=0) - 1).all()
        assert (smooth[row, column] <= neighbours.max(axis=0) + 1).all()


def test_the_scene_is_left_as_it_was(portrait, tmp_path):
    def state():
        camera, render = portrait.camera, portrait.render
        size = render.resolution_x, render.resolution_y, render.resolution_percentage
        return tuple(camera.location), camera.data.ortho_scale, size, portrait.display.shading.color_type

    before = state()
    Smoother(portrait, tmp_path).render()
    assert state() == before
    assert not list(tmp_path.glob(".shot*"))


def test_a_part_seen_alone_is_the_same_part_of_the_whole(portrait, tmp_path):
    whole = shoot(portrait, tmp_path).astype(int)
    box = bounds(np.pad(np.ones((50, 71), bool), ((31, 99), (140, 109))))
    part = Smoother(portrait, tmp_path)._beside(box, 0.0, 0.0)
    assert np.abs(whole[box.rows, box.columns] - part).max() <= 1


def test_the_points_around_the_middle_share_no_row_and_no_column():
    points = [(0.0, 0.0), *AROUND]
    assert len({x for x, _ in points}) == len({y for _, y in points}) == 5
    assert np.mean(points, axis=0) == pytest.approx((0, 0))


@pytest.mark.parametrize("corner", [(0, 0), (0, 9), (9, 0), (9, 9), (5, 5)])
def test_the_smallest_box_is_inside_the_picture(corner):
    mask = np.zeros((10, 10), bool)
    mask[corner] = True
    box = bounds(mask)
    assert (box.height, box.width) == (4, 4)
    assert mask[box.rows, box.columns].any()
