"""What moves in footage from frame to frame, where shots change, and which frames stand for the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d, median_filter
from scipy.signal import find_peaks

from tintype_opencv.footage_reading import Frame
from tintype_opencv.sharpness import blur_of, luminance

HISTOGRAM_BINS = (8, 4, 4)  # L, a, b
CUT_COLOUR = 0.30  # share of the picture whose colour is new ...
CUT_UNEXPLAINED = 0.35  # ... and share of its contrast that no motion explains
CUT_ABOVE_AROUND = 2.5  # times the median of the frames around, so that wild motion is no cut
AROUND_FRAMES = 13
SHORTEST_SHOT_S = 0.25
SMOOTHED_S = 0.2
BLACK_MEAN = 12.0

Pixels = NDArray[np.uint8]
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Motion:
    """Readings per analysed frame, each shape=(frames,), and what follows from them.

    Attributes:
        time_s: seconds from the start of the footage.
        motion: median length of the optical flow since the frame before, in frame heights per second; 0 at a cut.
        pan_x: median flow to the right, in frame heights per second (the picture's, not the camera's).
        pan_y: median flow downward, in frame heights per second.
        colour_change: share of the picture whose colour is new since the frame before, 0 to 1.
        unexplained: how much of the contrast the flow does not explain, 0 to 1.
        sharpness: 0 blurred to 1 sharp.
        brightness: mean luminance, 0 to 1.
        shots_s: start and end of every shot, shape=(shots, 2).
        key_frames_s: times of the frames that stand for the rest, sorted.
    """

    time_s: Array
    motion: Array
    pan_x: Array
    pan_y: Array
    colour_change: Array
    unexplained: Array
    sharpness: Array
    brightness: Array
    shots_s: Array
    key_frames_s: Array


def measure_motion(frames: Iterable[Frame], rise: float, check: Callable[[float], None]) -> Motion:
    """Read the motion of footage; memory stays bounded, for only one frame is kept.

    Args:
        frames: small frames in order.
        rise: how far motion has to rise between two key frames, as a fraction of its range in the shot.
        check: told the time of every frame; may raise.
    """
    flow_of = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
    rows: list[tuple[float, ...]] = []
    before: tuple[float, Pixels, NDArray[np.float32]] | None = None
    for frame in frames:
        check(frame.time_s)
        grey, colours = luminance(frame.pixels), _histogram(frame.pixels)
        moved = (0.0,) * 5 if before is None else _between(flow_of, before, (frame.time_s, grey, colours))
        rows.append((frame.time_s, *moved, 1.0 - blur_of(grey), float(grey.mean()) / 255))
        before = frame.time_s, grey, colours
    time_s, motion, pan_x, pan_y, colour_change, unexplained, sharpness, brightness = np.array(rows).reshape(-1, 8).T
    cuts = find_cuts(time_s, colour_change, unexplained)
    for readings in (motion, pan_x, pan_y):
        readings[cuts] = 0.0
    keys, bounds = [], []
    step_s = float(np.median(np.diff(time_s))) if len(time_s) > 1 else 0.0
    for shot in filter(len, np.split(np.arange(len(time_s)), cuts)):
        keys += find_key_frames(shot, time_s, motion, sharpness, brightness, rise)
        bounds.append((time_s[shot[0]], time_s[shot[-1]] + step_s))
    return Motion(
        time_s, motion, pan_x, pan_y, colour_change, unexplained, sharpness, brightness,
        shots_s=np.array(bounds).reshape(-1, 2), key_frames_s=time_s[keys],
    )  # fmt: skip


def _histogram(pixels: Pixels) -> NDArray[np.float32]:
    lab = cv2.cvtColor(pixels, cv2.COLOR_RGB2LAB)
    counts = cv2.calcHist([lab], [0, 1, 2], None, list(HISTOGRAM_BINS), [0, 256] * 3)
    return np.asarray(counts / counts.sum(), dtype=np.float32)


def _between(
    flow_of: cv2.DISOpticalFlow,
    before: tuple[float, Pixels, NDArray[np.float32]],
    now: tuple[float, Pixels, NDArray[np.float32]],
) -> tuple[float, float, float, float, float]:
    """Motion, pan in x and y, new colours, and what motion does not explain, between two frames.

    Source:
        Kroeger, Timofte, Dai and Van Gool 2016, "Fast optical flow using dense inverse search", ECCV.
    """
    height, seconds = now[1].shape[0], max(now[0] - before[0], 1e-3)
    flow = flow_of.calc(now[1], before[1], None)  # from this frame back to the one before: what warping needs
    rate = 1.0 / (height * seconds)
    grid = np.stack(np.meshgrid(np.arange(now[1].shape[1]), np.arange(height)), axis=-1).astype(np.float32)
    warped = cv2.remap(before[1], grid + flow, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    left_over = float(np.abs(now[1].astype(np.float32) - warped).mean())
    contrast = float(now[1].std() + before[1].std()) / 2 + 4.0  # 4 steps of noise, so that plain frames have no cuts
    return (
        float(np.median(np.hypot(flow[..., 0], flow[..., 1]))) * rate,
        -float(np.median(flow[..., 0])) * rate,
        -float(np.median(flow[..., 1])) * rate,
        float(1.0 - np.minimum(before[2], now[2]).sum()),
        min(left_over / contrast, 1.0),
    )


def find_cuts(time_s: Array, colour_change: Array, unexplained: Array) -> NDArray[np.intp]:
    """Indices of the frames that begin a new shot: new colours that no motion explains, and more so than around.

    Dissolves change too slowly to be found.
    """
    around = median_filter(unexplained, size=AROUND_FRAMES, mode="nearest")
    sudden = (unexplained > CUT_ABOVE_AROUND * around) & (unexplained > CUT_UNEXPLAINED) & (colour_change > CUT_COLOUR)
    cuts: list[int] = []
    for index in np.flatnonzero(sudden):
        if time_s[index] - (time_s[cuts[-1]] if cuts else 0.0) >= SHORTEST_SHOT_S:
            cuts.append(int(index))
    return np.array(cuts, dtype=np.intp)


def find_key_frames(
    shot: NDArray[np.intp], time_s: Array, motion: Array, sharpness: Array, brightness: Array, rise: float
) -> list[int]:
    """Indices of a shot's key frames: where motion comes to rest, and of those around the sharpest.

    Source:
        Wolf 1996, "Key frame selection by motion analysis", Proc. ICASSP: local minima of motion, between which it
        rises by a given amount.
    """
    lit = shot[brightness[shot] * 255 > BLACK_MEAN]
    if not len(lit):
        return [int(shot[0])]
    step_s = float(np.median(np.diff(time_s[shot]))) if len(shot) > 1 else 1.0
    # The first reading of a shot is the cut itself, so the one after it stands in.
    still = motion[shot].copy()
    still[0] = still[min(1, len(still) - 1)]
    calm = gaussian_filter1d(still, max(SMOOTHED_S / step_s, 0.5))
    span = float(np.ptp(calm))
    padded = np.concatenate([[calm.max() + span], calm, [calm.max() + span]])  # a rest may lie at either end
    rests, _ = find_peaks(-padded, prominence=max(rise * span, 1e-6), plateau_size=1)
    reach = max(1, round(SMOOTHED_S / step_s))
    found = []
    for rest in rests - 1:
        near = shot[max(0, rest - reach) : rest + reach + 1]
        near = near[brightness[near] * 255 > BLACK_MEAN]
        if len(near):
            found.append(int(near[np.argmax(sharpness[near])]))
    return sorted(set(found)) or [int(lit[np.argmin(motion[lit])])]
