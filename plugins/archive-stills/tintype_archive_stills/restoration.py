"""A photo's restored version: faded tones and colour casts put right, dust and scratches retouched.

The original is never touched; the restored picture is a file of its own whose name says so, and what was done to it
is said in words for the cue sheet.  Faces are not retouched: a mark on a face may belong there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from tintype_archive_stills.framing import Box

Picture = NDArray[np.uint8]
Restore = Literal["no", "tones", "dust", "tones and dust"]

# Tones.  A print that has not faded reaches nearly black and nearly white somewhere.
DARKEST, LIGHTEST = 0.5, 99.5  # percentiles taken for black and white
FADED_SPAN = 0.80  # of the whole range: what spans more is not faded
MOST_STRETCH = 1.8
CAST = 6.0  # difference of the channels' ends, in steps of 255, from which there is a colour cast

# Dust and scratches, at the size of a picture 1500 pixels wide.
REFERENCE_PX = 1500
SURROUNDINGS_PX = 25  # of a mark: the median over them is what the picture would show without it
MOST_SPECK_PX = 150  # area
APART_PX, LETTERING = 40, 3  # so many specks, each so near to the next, are left alone
SCRATCH_LENGTH = 0.12  # of the picture's longer side: what is shorter may be lettering
SCRATCH_GAP_PX, SCRATCH_SLANT = 9, 0.5
CONTRAST = 22.0  # of a mark against its surroundings, in steps of 255
FLAT = 26.0  # most that those surroundings may vary: among detail, nothing can tell a mark from the picture
AGAINST_GRAIN = 5.0  # and a mark's contrast in mean deviations of the grain around it
MOST_AREA = 0.02  # a picture with more marks than this has a pattern, not dust: it is left alone
INPAINT_PX = 3


@dataclass(frozen=True)
class Restored:
    """A restored picture.

    Attributes:
        picture: the new version.
        steps: what was done, in words; empty when nothing was needed.
    """

    picture: Picture
    steps: tuple[str, ...]


def restored(picture: Picture, what: Restore, faces: Sequence[Box]) -> Restored:
    """Restore a picture, shape=(height, width, 3), as far as it needs it."""
    steps: list[str] = []
    if "dust" in what:
        marks = marks_in(picture, faces)
        count = cv2.connectedComponents(marks)[0] - 1
        if count:
            reach = max(round(INPAINT_PX * _scale(picture)), 2)
            picture = cv2.inpaint(picture, marks, reach, cv2.INPAINT_TELEA)
            steps.append(f"{count} marks retouched" if count > 1 else "1 mark retouched")
    if "tones" in what:
        picture, done = with_tones(picture)
        steps += done
    return Restored(picture, tuple(steps))


def with_tones(picture: Picture) -> tuple[Picture, list[str]]:
    """The picture with its blacks and whites back, and neutral, if it is faded or has a cast."""
    low, high = (np.percentile(picture.reshape(-1, 3), level, axis=0) for level in (DARKEST, LIGHTEST))
    span = float((high - low).mean()) / 255
    cast = max(float(np.ptp(low)), float(np.ptp(high)))
    is_faded, has_cast = span < FADED_SPAN, cast > CAST and span < FADED_SPAN + 0.1
    if not (is_faded or has_cast):
        return picture, []
    target_low, target_high = (8.0, 247.0) if is_faded else (float(low.mean()), float(high.mean()))
    if not has_cast:
        low, high = np.full(3, low.mean()), np.full(3, high.mean())
    stretch = np.minimum((target_high - target_low) / np.maximum(high - low, 1.0), MOST_STRETCH)
    middle = (target_low + target_high) / 2
    table = (np.arange(256)[:, None] - (low + high)[None, :] / 2) * stretch[None, :] + middle
    made = cv2.LUT(picture, np.clip(np.round(table), 0, 255).astype(np.uint8)[None, :, :])
    done = ["faded tones brought back"] if is_faded else []
    return made, done + (["colour cast taken out"] if has_cast else [])


def marks_in(picture: Picture, faces: Sequence[Box]) -> NDArray[np.uint8]:
    """Dust and scratches as a mask, 255 where there is one, shape=(height, width); faces are left out."""
    scale = _scale(picture)
    out = _standing_out(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), _odd(SURROUNDINGS_PX * scale))
    mask = _specks(out, MOST_SPECK_PX * scale**2, _odd(APART_PX * scale)) | _scratches(out, scale)
    mask = cv2.dilate(mask, np.ones((3, 3), np.uint8), iterations=max(round(scale), 1))
    height, width = mask.shape
    for face in faces:
        left, top = int(face.x * width), int(face.y * height)
        mask[max(top, 0) : int(face.bottom * height) + 1, max(left, 0) : int(face.right * width) + 1] = 0
    return mask if np.count_nonzero(mask) <= MOST_AREA * mask.size else np.zeros_like(mask)


def _standing_out(grey: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    """What differs from the median of flat surroundings, 255 where it does."""
    without = cv2.medianBlur(grey, size)
    contrast = cv2.absdiff(grey, without).astype(np.float32)
    window = np.ones((size, size), np.uint8)
    variation = cv2.dilate(without, window).astype(np.float32) - cv2.erode(without, window)
    grain = cv2.blur(np.minimum(contrast, 2 * CONTRAST), (2 * size + 1, 2 * size + 1))
    out = (contrast > CONTRAST) & (contrast > AGAINST_GRAIN * grain) & (variation < FLAT)
    return np.where(out, 255, 0).astype(np.uint8)


def _specks(out: NDArray[np.uint8], most_area: float, apart: int) -> NDArray[np.uint8]:
    """Small marks that stand alone: several side by side are lettering, or a pattern."""
    _, labels, stats, centres = cv2.connectedComponentsWithStats(out)
    is_speck = stats[:, cv2.CC_STAT_AREA] <= most_area
    is_speck[0] = False
    near = np.zeros_like(out)
    places = np.round(centres[is_speck]).astype(int)
    near[places[:, 1], places[:, 0]] = 255
    _, groups = cv2.connectedComponents(cv2.dilate(near, np.ones((apart, apart), np.uint8)))
    of_speck = groups[places[:, 1], places[:, 0]]
    is_speck[is_speck] = np.bincount(of_speck, minlength=1)[of_speck] < LETTERING
    return np.where(is_speck[labels], 255, 0).astype(np.uint8)


def _scratches(out: NDArray[np.uint8], scale: float) -> NDArray[np.uint8]:
    """Long marks along or across, as film and prints are scratched by what they are pulled through."""
    length, gap = _odd(SCRATCH_LENGTH * max(out.shape)), max(int(SCRATCH_GAP_PX * scale), 3)
    found = np.zeros_like(out)
    for turned in (False, True):
        bridge, line = (np.ones((1, side) if turned else (side, 1), np.uint8) for side in (gap, length))
        thick = cv2.dilate(out, np.ones((3, 3), np.uint8))  # a slanted scratch is a stair
        closed = cv2.morphologyEx(thick, cv2.MORPH_CLOSE, bridge)
        _, labels, stats, _ = cv2.connectedComponentsWithStats(closed)
        across = stats[:, cv2.CC_STAT_HEIGHT if turned else cv2.CC_STAT_WIDTH]
        is_scratch = np.zeros(len(stats), bool)
        is_scratch[np.unique(labels[cv2.morphologyEx(closed, cv2.MORPH_OPEN, line) > 0])] = True
        is_scratch[0] = False
        is_scratch &= across <= SCRATCH_SLANT * length
        found |= np.where(is_scratch[labels], thick, 0).astype(np.uint8)
    return found


def _scale(picture: Picture) -> float:
    return max(picture.shape[1] / REFERENCE_PX, 0.4)


def _odd(size: float) -> int:
    return max(int(size) | 1, 7)
