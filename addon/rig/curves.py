"""F-curves, made by the calls that work the same on Blender 4.5 to 5.2."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .thinning import Keys

if TYPE_CHECKING:
    import bpy

BEZIER, ALIGNED = 2, 3
"""Values of ``Keyframe.interpolation`` and of its handle types, as ``foreach_set`` wants them."""


def give_action(owner: bpy.types.ID, name: str) -> bpy.types.Action:
    """A new, empty action of the owner's own; whatever moved it before is unlinked, not deleted."""
    import bpy

    animation = owner.animation_data or owner.animation_data_create()
    action = bpy.data.actions.new(name)
    animation.action = action
    return action


def action_of(owner: bpy.types.ID, name: str) -> bpy.types.Action:
    """The owner's action, made if it has none."""
    animation = owner.animation_data
    return animation.action if animation and animation.action else give_action(owner, name)


def write_curve(owner: bpy.types.ID, data_path: str, index: int, keys: Keys) -> bpy.types.FCurve:
    """Replace the curve of a property by these keys.

    The owner must have an action already.
    """
    curve = owner.animation_data.action.fcurve_ensure_for_datablock(owner, data_path, index=index)
    curve.keyframe_points.clear()
    count = len(keys.frames)
    points = curve.keyframe_points
    points.add(count)
    points.foreach_set("co", _pairs(keys.frames, keys.values))
    points.foreach_set("interpolation", np.full(count, BEZIER, np.int32))
    for side in ("left", "right"):
        points.foreach_set(f"handle_{side}_type", np.full(count, ALIGNED, np.int32))
    before, after = _thirds(keys.frames)
    points.foreach_set("handle_left", _pairs(keys.frames - before, keys.values - before * keys.slopes))
    points.foreach_set("handle_right", _pairs(keys.frames + after, keys.values + after * keys.slopes))
    curve.update()
    return curve


def _thirds(frames: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How far the handles reach to the left and right: a third of the way to the neighbour."""
    gaps = np.diff(frames) / 3 if len(frames) > 1 else np.ones(1)
    return np.concatenate([gaps[:1], gaps])[: len(frames)], np.concatenate([gaps, gaps[-1:]])[: len(frames)]


def _pairs(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.stack([x, y], axis=1).astype(np.float32).ravel()
