"""From the network's shape coefficients to weights of named poses: a bounded least-squares fit per frame.

The whole way from coefficients to the fit's right-hand side is linear, so it is folded into one small matrix, and no
frame ever builds its vertices.

Source:
    The objective, its regularisation and the scale of each term: ``blendshape_solver_base.cpp`` and
    ``blendshape_solver.cpp``; upper and lower face, smoothing and offsets: ``animator_cuda.cu``; both in NVIDIA's
    Audio2Face-3D-SDK (MIT).  Bounded least squares: Stark and Parker (1995), "Bounded-variable least-squares: an
    algorithm and applications", Computational Statistics 10 (2), as in SciPy.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cholesky, solve_triangular
from scipy.optimize import lsq_linear
from scipy.signal import lfilter, lfiltic

from tintype_audio2face.model_files import Config, Model, Rig

Matrix = NDArray[np.float64]
L1_SCALE, L2_SCALE, TEMPORAL_SCALE, SYMMETRY_SCALE = 0.25, 10.0, 100.0, 10.0
CLOSED = 1e-10  # upper bound of a pose that its opposite cancels


@dataclass(frozen=True)
class Target:
    """The fit's right-hand side as a function of coefficients: ``constant + upper @ u + lower @ l``.

    Attributes:
        constant: shape=(active poses,).
        upper: for the coefficients as smoothed for the upper face, shape=(active poses, coefficients).
        lower: for the coefficients as smoothed for the lower face, shape=(active poses, coefficients).
    """

    constant: Matrix
    upper: Matrix
    lower: Matrix

    def at(self, upper: Matrix, lower: Matrix) -> Matrix:
        """Right-hand sides, shape=(frames, active poses)."""
        return self.constant + upper @ self.upper.T + lower @ self.lower.T


def skin_weights(model: Model, coefficients: Matrix, fps: float, tick: Callable[[float], None]) -> Matrix:
    """Weights of the skin's poses, shape=(frames, poses), in the order of ``model.skin.names``."""
    config = model.config
    upper = smoothed(coefficients, config.upper_face_smoothing, fps)
    lower = smoothed(coefficients, config.lower_face_smoothing, fps)
    return solve(model.skin, skin_target(model).at(upper, lower), tick)


def tongue_weights(model: Model, coefficients: Matrix, tick: Callable[[float], None]) -> Matrix:
    """Weights of the tongue's poses, shape=(frames, poses)."""
    rig = model.tongue
    assert rig is not None
    shapes = model.arrays["shapes_matrix_tongue"].reshape(coefficients.shape[1], -1, 3)
    deltas = active_deltas(rig)
    offset = masked(rig, model.arrays["shapes_mean_tongue"].reshape(-1, 3)) - masked(rig, rig.neutral)
    moving = deltas @ np.stack([masked(rig, shape) for shape in shapes], axis=1) * model.config.tongue_strength
    return solve(rig, deltas @ offset + coefficients @ moving.T, tick)


def skin_target(model: Model) -> Target:
    """Fold mean shape, offsets, strengths and the mask between upper and lower face into one linear function."""
    rig, config, arrays = model.skin, model.config, model.arrays
    below = np.repeat(lower_face(arrays["shapes_mean_skin"], config)[rig.mask], 3)
    lower, upper = config.lower_face_strength * below, config.upper_face_strength * (1.0 - below)
    resting = masked(rig, arrays["lip_open_pose_delta"]) * config.lip_open_offset
    resting -= masked(rig, arrays["eye_close_pose_delta"]) * config.eyelid_open_offset
    deltas = active_deltas(rig)
    shapes = np.stack([masked(rig, shape) for shape in arrays["shapes_matrix_skin"]], axis=1) * config.skin_strength
    offset = masked(rig, arrays["shapes_mean_skin"]) - masked(rig, rig.neutral) + (lower + upper) * resting
    return Target(deltas @ offset, (deltas * upper) @ shapes, (deltas * lower) @ shapes)


def lower_face(mean: NDArray[np.float32], config: Config) -> Matrix:
    """How far each vertex belongs to the lower face, by its height, shape=(vertices,)."""
    height = mean[:, 1].astype(np.float64)
    relative = (height - height.min()) / max(float(np.ptp(height)), 1e-9)
    exponent = np.clip((config.face_mask_level - relative) / config.face_mask_softness, -60.0, 60.0)
    return np.asarray(1.0 / (1.0 + np.exp(-exponent)))


def smoothed(values: Matrix, half_life_s: float, fps: float) -> Matrix:
    """Two one-pole filters in a row, started at the first frame, shape as given."""
    if half_life_s <= 0 or not len(values):
        return values
    alpha = 1.0 - 0.5 ** (1.0 / fps / half_life_s)
    for _ in range(2):
        coefficients = ([alpha], [1.0, alpha - 1.0])
        start = lfiltic(*coefficients, [1.0])[:, None] * values[:1]
        values = lfilter(*coefficients, values, axis=0, zi=start)[0]
    return values


def solve(rig: Rig, targets: Matrix, tick: Callable[[float], None]) -> Matrix:
    """Fit weights in [0, 1] to right-hand sides, frame by frame, each leaning on the one before.

    Args:
        targets: shape=(frames, active poses).
        tick: told of progress, 0 to 1, at every frame.

    Returns:
        Weights after multipliers and offsets, clipped to [0, 1], shape=(frames, poses); inactive poses are 0.
    """
    config, active = rig.config, np.flatnonzero(rig.config.bsSolveActivePoses)
    root = cholesky(normal_matrix(rig))
    opposites = pairs(config.bsSolveCancelPoses, active)
    weights = np.zeros((len(targets), len(rig.names)))
    before = np.zeros(len(active))
    for frame, target in enumerate(targets):
        tick(frame / len(targets))
        wanted = target + config.strengthTemporalSmoothing * scale_of(rig) * before
        before = bounded(root, wanted, np.ones(len(active)))
        if opposites:
            most = np.ones(len(active))
            for one, other in opposites:
                most[other if before[one] >= before[other] else one] = CLOSED
            before = bounded(root, wanted, most)
        weights[frame, active] = before
    weights = weights * np.array(config.bsWeightMultipliers) + np.array(config.bsWeightOffsets)
    return np.clip(weights, 0.0, 1.0)


def bounded(root: Matrix, wanted: Matrix, most: Matrix) -> Matrix:
    """Minimise ``x' A x / 2 - wanted' x`` over [0, most], where ``A = root' root``."""
    side = solve_triangular(root, wanted, trans="T")
    return np.asarray(lsq_linear(root, side, bounds=(0.0, most), method="bvls").x)


def normal_matrix(rig: Rig) -> Matrix:
    """The fit's matrix with its regularisation, shape=(active poses, active poses)."""
    config, deltas, scale = rig.config, active_deltas(rig), scale_of(rig)
    active = np.flatnonzero(config.bsSolveActivePoses)
    count = len(active)
    diagonal = L2_SCALE * config.strengthL2regularization + TEMPORAL_SCALE * config.strengthTemporalSmoothing
    matrix = deltas @ deltas.T + scale * diagonal * np.eye(count)
    matrix += L1_SCALE * scale * config.strengthL1regularization**2
    for one, other in pairs(config.bsSolveSymmetryPoses, active):
        difference = np.zeros(count)
        difference[[one, other]] = 1.0, -1.0
        matrix += SYMMETRY_SCALE * scale * config.strengthSymmetry * np.outer(difference, difference)
    return matrix + 1e-12 * np.trace(matrix) / count * np.eye(count)


def scale_of(rig: Rig) -> float:
    """Square of the actor's size against that which the regularisation was tuned for."""
    return float((np.linalg.norm(np.ptp(rig.neutral, axis=0)) / rig.config.templateBBSize) ** 2)


def pairs(numbers: tuple[int, ...], active: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Positions among the active poses of those that share a number; -1 stands for none."""
    found: dict[int, list[int]] = {}
    for position, pose in enumerate(active):
        if numbers[pose] >= 0:
            found.setdefault(numbers[pose], []).append(position)
    return [(members[0], members[1]) for members in found.values() if len(members) == 2]


def active_deltas(rig: Rig) -> Matrix:
    """Deltas of the poses that are solved for, over the vertices that count, shape=(active poses, 3 * masked)."""
    active = np.flatnonzero(rig.config.bsSolveActivePoses)
    return np.stack([masked(rig, rig.deltas[pose]) for pose in active])


def masked(rig: Rig, values: NDArray[np.float32]) -> Matrix:
    """The vertices that count, flat, shape=(3 * masked,)."""
    return values[rig.mask].reshape(-1).astype(np.float64)
