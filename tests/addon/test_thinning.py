"""Fewer key frames, never farther from the samples than asked for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tintype_addon.rig.thinning import hermite, thin

samples = st.lists(st.floats(-1, 1, width=32), min_size=1, max_size=80)


@given(samples, st.sampled_from([0.001, 0.01, 0.1]))
@settings(max_examples=150, deadline=None)
def test_the_curve_stays_within_the_tolerance_of_every_sample(values, tolerance):
    frames = np.arange(len(values)) + 7.0
    keys = thin(frames, np.array(values), tolerance)
    assert np.abs(keys.at(frames) - values).max() <= tolerance + 1e-9


@given(samples)
@settings(max_examples=80, deadline=None)
def test_keys_lie_on_samples_and_include_both_ends(values):
    frames = np.arange(len(values), dtype=float)
    keys = thin(frames, np.array(values), 0.01)
    assert set(keys.frames) <= set(frames)
    assert keys.frames[0] == 0
    assert len(keys.frames) == 1 or keys.frames[-1] == frames[-1]


def test_a_channel_that_never_moves_has_one_key():
    keys = thin(np.arange(50.0), np.full(50, 0.3) + np.linspace(0, 0.001, 50), 0.004)
    assert len(keys.frames) == 1


def test_smooth_movement_needs_few_keys():
    frames = np.arange(240.0)
    keys = thin(frames, 0.5 - 0.5 * np.cos(frames / 20), 0.004)
    assert len(keys.frames) < 40


def test_a_plateau_is_not_overshot():
    values = np.array([0, 0, 0, 0, 0.5, 1, 1, 1, 1, 0.5, 0, 0, 0], float)
    keys = thin(np.arange(13.0), values, 0.01)
    dense = keys.at(np.linspace(0, 12, 400))
    assert dense.min() >= -1e-9
    assert dense.max() <= 1 + 1e-9


def test_a_bezier_with_handles_at_thirds_is_the_hermite_polynomial():
    part = np.linspace(0, 1, 11)
    start, end, out, into = 0.2, 0.9, 0.6, -0.3
    b0, b1, b2, b3 = start, start + out / 3, end - into / 3, end
    bezier = b0 * (1 - part) ** 3 + 3 * b1 * part * (1 - part) ** 2 + 3 * b2 * part**2 * (1 - part) + b3 * part**3
    assert hermite(part, start, end, out, into) == pytest.approx(bezier)
