"""What each of the 52 ARKit shapes does to the landmarks of a face, in centimetres of that face.

The definitions are Apple's (ARFaceAnchor.BlendShapeLocation); directions follow the muscles of the Facial Action
Coding System (Ekman, Friesen and Hager 2002) that each shape stands for.  Amounts are ours, for an adult face,
set by looking at renders and at the readings of an independent face tracker.  x is the subject's left, y up, z
forward.  Lips are described by column (-1 the right corner, 1 the left) and row (0 inner edge, 1 outer); skin around
them follows the nearest part of its own lip.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from tintype_mediapipe.landmarks import (
    CHIN_BOSS,
    COUNT,
    LIDS,
    LIP_COLUMNS,
    LOWER_LIP,
    PAIRS,
    UPPER_LIP,
)

Array = NDArray[np.float64]
SIDES = {"Left": 1.0, "Right": -1.0}

CORNERS_BACK = 0.5  # of their way inward that mouthClose gives back to the corners: closed lips are not pursed
JAW_ANGLE = np.radians(21.0)  # of the mandible at jawOpen 1: the chin drops by about 3 cm
CORNER_SHARE = 0.36  # of the jaw's movement that the corners of the mouth follow
JAW_FORWARD_CM, JAW_LEFT_CM = np.array([0.0, 0.12, 0.9]), np.array([0.8, 0.0, 0.0])
CORNERS_IN_CM = 0.38  # how far they are drawn inward at jawOpen 1
EVEN_OUT = 2.0
ARCH_PER_CM = 0.17  # how fast the rows of teeth curve back: depth in cm per square cm to the side
SEAL_SHARE = 0.52  # of the gap that the lower lip closes by mouthClose, the upper lip the rest
SKIN_SIGMA_CM = 0.55
LID_MEETS = 0.12  # share of the opening at which the closing lids meet, from the lower one
LID_OVERLAP_CM = 0.035


def smooth(value: Array | float, low: float, high: float) -> Array:
    """0 below ``low``, 1 above ``high``, eased between (Hermite)."""
    t = np.clip((np.asarray(value, dtype=np.float64) - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


class Shapes:
    """The shapes of one face.

    Args:
        points: its landmarks at rest, shape=(468, 3), in cm (see :class:`tintype_mediapipe.face_frame.FaceFrame`).
        follow: how far the photo's skin follows a closing upper lid, by side, in [0, 1]; a lid behind it does the rest.
        brows: how far the brows move, in [0, 1]: less under the frames of glasses, which do not bend.
    """

    def __init__(self, points: Array, follow: Mapping[str, float] | None = None, brows: float = 1.0) -> None:
        self.points = points
        self._follow = follow or dict.fromkeys(SIDES, 1.0)
        self._brows = brows
        right, left = points[PAIRS["mouth_corner"][0]], points[PAIRS["mouth_corner"][1]]
        self.mouth = (right + left) / 2
        self.half_width = float(np.linalg.norm(left - right)) / 2
        self.column = np.linspace(-1, 1, LIP_COLUMNS)[None, :]
        # Columns by where they are rather than by number: lips are denser toward the corners.
        line = (points[UPPER_LIP[0], 0] + points[LOWER_LIP[0], 0]) / 2
        self.column = ((line - self.mouth[0]) / self.half_width).clip(-1, 1)[None, :]
        self.row = np.linspace(0, 1, len(UPPER_LIP))[:, None]
        self._dip = (line_y := (points[UPPER_LIP[0], 1] + points[LOWER_LIP[0], 1]) / 2) - np.polyval(
            np.polyfit(self.column[0], line_y, 2), self.column[0]
        )
        self._lips = np.unique(np.concatenate([UPPER_LIP, LOWER_LIP]))
        self._is_lip = np.isin(np.arange(COUNT), self._lips)
        self.jaw = self._jaw_open()

    def all(self) -> dict[str, Array]:
        """Displacements in cm by ARKit name, shape=(468, 3) each; gaze shapes move the lids alone."""
        found: dict[str, Array] = {
            "jawOpen": self.jaw,
            "mouthClose": self._mouth_close(),
            "jawForward": self._jaw_shift(JAW_FORWARD_CM),
            "jawLeft": self._jaw_shift(JAW_LEFT_CM),
            "jawRight": self._jaw_shift(-JAW_LEFT_CM),
            "mouthFunnel": self._funnel(),
            "mouthPucker": self._pucker(),
            "mouthLeft": self._mouth_shift(1.0),
            "mouthRight": self._mouth_shift(-1.0),
            "mouthRollLower": self._roll_lower(),
            "mouthRollUpper": self._roll_upper(),
            "mouthShrugLower": self._shrug_lower(),
            "mouthShrugUpper": self._shrug_upper(),
            "browInnerUp": self._brow_inner_up(),
            "cheekPuff": self._cheek_puff(),
            "tongueOut": np.zeros_like(self.points),
        }
        sided: dict[str, Callable[[str], Array]] = {
            "mouthSmile": self._smile,
            "mouthFrown": self._frown,
            "mouthDimple": self._dimple,
            "mouthStretch": self._stretch,
            "mouthPress": self._press,
            "mouthLowerDown": self._lower_down,
            "mouthUpperUp": self._upper_up,
            "browDown": self._brow_down,
            "browOuterUp": self._brow_outer_up,
            "cheekSquint": self._cheek_squint,
            "noseSneer": self._nose_sneer,
            "eyeBlink": self._blink,
            "eyeSquint": self._squint,
            "eyeWide": self._wide,
            "eyeLookDown": self._look_down,
            "eyeLookUp": lambda side: self._lids(side, upper=0.16, lower=0.10),
            "eyeLookIn": lambda side: self._lids(side, upper=0.0, lower=0.0, inward=0.04),
            "eyeLookOut": lambda side: self._lids(side, upper=0.0, lower=0.0, inward=-0.04),
        }
        for name, make in sided.items():
            for side in SIDES:
                found[name + side] = make(side)
        return found

    # --- tools -----------------------------------------------------------------------------------------------

    def bump(self, centre: Array, radius: float, *, stretch: float = 1.0) -> Array:
        """1 at ``centre``, 0 from ``radius`` cm on, smooth; ``stretch`` widens it along x.  shape=(468, 1)."""
        away = (self.points - centre) * np.array([1 / stretch, 1.0, 0.5])
        distance = np.linalg.norm(away, axis=1) / radius
        return (np.clip(1 - distance**2, 0, 1) ** 2)[:, None]

    def pair(self, name: str, side: str) -> Array:
        return self.points[PAIRS[name][1 if side == "Left" else 0]]

    def lips(self, upper: Callable[[], Array], lower: Callable[[], Array], reach_cm: float = 1.8) -> Array:
        """Carry a displacement of the lips to the skin around them.

        Args:
            upper: gives shape=(rows, columns, 3) for the upper lip; ``lower`` for the lower one.  The corners
                belong to both: what the upper lip says of them counts.
            reach_cm: how far skin follows.
        """
        top, bottom = upper(), lower()
        moved = np.zeros_like(self.points)
        moved[LOWER_LIP] = bottom
        moved[UPPER_LIP] = top
        edge_up, edge_low = UPPER_LIP[-1], LOWER_LIP[-1]
        skin = ~self._is_lip
        place = self.points[skin]
        above = smooth(place[:, 1] - self._seam_height(place[:, 0]), -0.35, 0.35)[:, None]
        for edge, share in ((edge_up, above), (edge_low, 1 - above)):
            away = np.linalg.norm((place[:, None] - self.points[edge][None]) * [1, 1, 0.4], axis=2)
            near = np.exp(-((away - away.min(axis=1, keepdims=True)) / SKIN_SIGMA_CM))
            value = (near / near.sum(axis=1, keepdims=True)) @ moved[edge]
            falloff = np.clip(1 - (away.min(axis=1) / reach_cm) ** 2, 0, 1) ** 2
            moved[skin] += share * falloff[:, None] * value
        return self._on_the_teeth(moved)

    def _on_the_teeth(self, moved: Array) -> Array:
        """Lips and cheeks slide over the curve of the teeth: what moves inward comes forward, outward goes back."""
        x = self.points[:, 0] - self.mouth[0]
        slid = moved.copy()
        slid[:, 2] -= ARCH_PER_CM * ((x + moved[:, 0]) ** 2 - x**2)
        return slid

    def _seam_height(self, x: Array) -> Array:
        line = (self.points[UPPER_LIP[0]] + self.points[LOWER_LIP[0]]) / 2
        return np.interp(x, line[:, 0], line[:, 1])

    def vectors(self, x: Array | float, y: Array | float, z: Array | float) -> Array:
        """Lip displacements from components that broadcast over rows and columns."""
        shape = (len(UPPER_LIP), LIP_COLUMNS)
        return np.stack([np.broadcast_to(np.asarray(part, dtype=np.float64), shape) for part in (x, y, z)], axis=-1)

    def side_weight(self, side: str) -> Array:
        """1 on the side's half of the mouth, 0 on the other, eased over the middle; shape=(1, columns)."""
        return smooth(SIDES[side] * self.column, -0.45, 0.45)

    def toward_seam(self, rows: NDArray[np.int64]) -> Array:
        """From each lip landmark to the inner edge of its own column, shape=(rows, columns, 3)."""
        return self.points[rows[0]][None] - self.points[rows]

    # --- jaw -------------------------------------------------------------------------------------------------

    def jaw_weight(self) -> Array:
        """How far each landmark follows the mandible, shape=(468, 1)."""
        x, y = self.points[:, 0] - self.mouth[0], self.points[:, 1]
        wide = np.abs(x) / self.half_width
        hinge = self._hinge()
        out = np.clip((np.abs(x) - self.half_width) / max(self.points[:, 0].max() - self.half_width, 1.0), 0, 1)
        line = self._seam_height(self.points[:, 0]) * (1 - out) + hinge[1] * out
        below = line - y
        cheek = smooth(below, -1.5, 2.3)
        lip_low = CORNER_SHARE + (1 - CORNER_SHARE) * np.clip(1 - wide**2.6, 0, 1)
        lip_up = CORNER_SHARE * np.clip(wide, 0, 1) ** 4
        weight = np.where(below > 0, np.maximum(np.where(wide < 1, lip_low, 0), cheek), np.where(wide < 1, 0, cheek))
        above = (below <= 0) & (wide < 1)
        weight[above] = (lip_up * np.clip(1 + below / 1.6, 0, 1) ** 2)[above]
        for rows, share in ((LOWER_LIP, lip_low), (UPPER_LIP, lip_up)):
            weight[rows] = share[rows]
        corners = np.concatenate([UPPER_LIP[:, 0], UPPER_LIP[:, -1]])
        weight[corners] = CORNER_SHARE
        return weight[:, None]

    def _hinge(self) -> Array:
        """The axis of the jaw: between the ears, a little below the ear landmarks."""
        ears = [self.points[index] for name in ("ear", "tragus") for index in PAIRS[name]]
        return np.mean(ears, axis=0) + np.array([0.0, 0.0, -0.6])

    def _jaw_open(self) -> Array:
        moved = (self._turned(self.points) - self.points) * self.jaw_weight()
        inward = np.exp(-(((self.points[:, 1] - self.mouth[1]) / 1.5) ** 2))
        wide = np.clip((self.points[:, 0] - self.mouth[0]) / self.half_width, -1.3, 1.3)
        # A lip that hangs free is an even curve: the dip that the resting lip line has in the middle goes.
        moved[LOWER_LIP, 1] -= EVEN_OUT * self._dip * (1 - 0.7 * self.row)
        moved[:, 0] -= CORNERS_IN_CM * wide * inward * (1 - smooth(np.abs(wide), 1.0, 1.3) * 0.5)
        return moved

    def jaw_rigid(self, place: Array) -> dict[str, Array]:
        """What the jaw shapes do to points that are fixed to the mandible, in cm, shape=(n, 3) each."""
        return {
            "jawOpen": self._turned(place) - place,
            "jawForward": np.broadcast_to(JAW_FORWARD_CM, place.shape),
            "jawLeft": np.broadcast_to(JAW_LEFT_CM, place.shape),
            "jawRight": np.broadcast_to(-JAW_LEFT_CM, place.shape),
        }

    def _turned(self, place: Array) -> Array:
        """Points turned with the fully opened jaw: forward (z) goes down, about the axis between its hinges."""
        hinge = self._hinge()
        away = place - hinge
        sin, cos = np.sin(JAW_ANGLE), np.cos(JAW_ANGLE)
        return hinge + np.column_stack(
            [away[:, 0], away[:, 1] * cos - away[:, 2] * sin, away[:, 1] * sin + away[:, 2] * cos]
        )

    def _mouth_close(self) -> Array:
        """Takes back the gap that jawOpen makes: with both at one value the lips meet."""
        gap = self.jaw[LOWER_LIP[0]] - self.jaw[UPPER_LIP[0]]
        gap[[0, -1]] = 0
        fade = 1 - 0.25 * self.row[..., None]
        wider = self.vectors(CORNERS_BACK * CORNERS_IN_CM * self.column, 0, 0)
        return self.lips(
            lambda: (1 - SEAL_SHARE) * gap[None] * [1, 1, 0] * fade + wider,
            lambda: -gap[None] * [SEAL_SHARE, SEAL_SHARE, 1] * fade + wider,  # the upper lip stays before its teeth
            reach_cm=2.6,
        )

    def _jaw_shift(self, by: Array) -> Array:
        """The mandible moved as a whole; the skin over the hinge stays."""
        weight = self.jaw_weight()
        moved = by * weight * smooth(np.abs(weight), 0.0, 0.6)
        # A seam that is not straight would open as the lower lip slides along it: the lower lip keeps to the upper one.
        place = self.points[LOWER_LIP[0]]
        follow = self._seam_height(place[:, 0] + moved[LOWER_LIP[0], 0]) - self._seam_height(place[:, 0])
        moved[LOWER_LIP, 1] += np.clip(follow, 0, None) * (1 - 0.6 * self.row) - moved[LOWER_LIP, 1]
        return moved

    # --- mouth -----------------------------------------------------------------------------------------------

    def _funnel(self) -> Array:
        """An open ring: both lips leave their resting line for the two halves of an ellipse."""
        t = self.column
        round_ = np.sqrt(np.clip(1 - t**2, 0, 1))
        inward = -0.40 * t * self.half_width
        flare = 1 + 0.25 * self.row
        return self.lips(
            lambda: self.vectors(inward, (0.62 * round_ - self._dip) * flare, 0.7 * round_),
            lambda: self.vectors(inward, (-0.85 * round_ - self._dip) * flare, 0.7 * round_),
            reach_cm=2.2,
        )

    def _pucker(self) -> Array:
        t = self.column
        round_ = np.sqrt(np.clip(1 - t**2, 0, 1))
        inward = -0.50 * t * self.half_width
        thicker_up = -0.30 * self.toward_seam(UPPER_LIP)[..., 1]
        thicker_low = -0.30 * self.toward_seam(LOWER_LIP)[..., 1]
        return self.lips(
            lambda: self.vectors(inward, thicker_up + 0.02, 0.85 * round_),
            lambda: self.vectors(inward, thicker_low + 0.02, 0.85 * round_),
            reach_cm=2.4,
        )

    def _mouth_shift(self, way: float) -> Array:
        lean = 0.10 * self.column * way
        return self.lips(
            lambda: self.vectors(1.2 * way, lean, 0.0), lambda: self.vectors(1.2 * way, lean, 0.0), reach_cm=2.6
        )

    def _corner(self, side: str, by: tuple[float, float, float], sharp: float, reach_cm: float) -> Array:
        """A corner of the mouth pulled by ``by`` (x outward), the lips after it; ``sharp`` keeps the middle still."""
        pull = smooth(SIDES[side] * self.column, -0.15, 1.0) ** sharp
        x, y, z = by[0] * SIDES[side] * pull, by[1] * pull, by[2] * pull
        return self.lips(lambda: self.vectors(x, y, z), lambda: self.vectors(x, y, z), reach_cm=reach_cm)

    def _smile(self, side: str) -> Array:
        cheek = self.bump(self.pair("cheek", side) + [0.2 * SIDES[side], 0.3, 0], 2.6) * [0.12 * SIDES[side], 0.42, 0.2]
        lid = self.bump(self.pair("cheekbone", side), 2.0) * [0, 0.16, 0.05]
        return self._corner(side, (0.72, 0.78, -0.35), 1.15, 2.6) + cheek + lid

    def _frown(self, side: str) -> Array:
        chin = self.bump(self.points[CHIN_BOSS] + [0.9 * SIDES[side], 0, 0], 1.6) * [0, 0.12, 0.1]
        return self._corner(side, (0.0, -1.3, -0.05), 1.4, 2.2) + chin

    def _dimple(self, side: str) -> Array:
        return self._corner(side, (0.05, 0.24, -0.6), 1.6, 1.5)

    def _stretch(self, side: str) -> Array:
        return self._corner(side, (0.95, -0.30, -0.3), 1.0, 2.8)

    def _press(self, side: str) -> Array:
        weight = self.side_weight(side)[..., None]
        squeeze = 0.38
        out = 0.10 * SIDES[side] * smooth(SIDES[side] * self.column, 0, 1)
        lift = self.vectors(out, 0.06 * smooth(SIDES[side] * self.column, 0, 1), -0.15)
        return self.lips(
            lambda: weight * (squeeze * self.toward_seam(UPPER_LIP) + lift),
            lambda: weight * (squeeze * self.toward_seam(LOWER_LIP) + lift),
            reach_cm=1.2,
        )

    def _lower_down(self, side: str) -> Array:
        profile = self.side_weight(side) * np.clip(1 - self.column**2, 0, 1) ** 0.7
        out = 0.12 * SIDES[side] * profile
        return self.lips(lambda: self.vectors(0, 0, 0), lambda: self.vectors(out, -1.25 * profile, -0.05), reach_cm=2.2)

    def _upper_up(self, side: str) -> Array:
        profile = self.side_weight(side) * np.clip(1 - self.column**2, 0, 1) ** 0.7
        nasolabial = self.bump(self.pair("nasolabial", side), 1.6) * [0.05 * SIDES[side], 0.28, 0.05]
        return nasolabial + self.lips(
            lambda: self.vectors(0.05 * SIDES[side] * profile, 0.95 * profile, 0.05),
            lambda: self.vectors(0, 0, 0),
            reach_cm=2.0,
        )

    def _roll_lower(self) -> Array:
        """The red of the lower lip turned in over the teeth: its rows gather at the lip line."""
        arch = np.clip(1 - self.column**2, 0, 1)[..., None] ** 0.5
        gather = 0.85 * self.toward_seam(LOWER_LIP) * arch
        sink = self.vectors(0, -0.07 * arch[..., 0], -0.35 * arch[..., 0])
        upper = self.vectors(0, -0.05 * arch[..., 0], 0)
        return self.lips(lambda: upper, lambda: gather + sink, reach_cm=0.6)

    def _roll_upper(self) -> Array:
        arch = np.clip(1 - self.column**2, 0, 1)[..., None] ** 0.5
        gather = 0.80 * self.toward_seam(UPPER_LIP) * arch
        fall = self.vectors(0, -0.06 * arch[..., 0], -0.35 * arch[..., 0])
        return self.lips(lambda: gather + fall, lambda: self.vectors(0, -0.03 * arch[..., 0], 0), reach_cm=1.1)

    def _shrug_lower(self) -> Array:
        """The chin boss pushes the lower lip up, and that the upper one."""
        arch = np.clip(1 - self.column**2, 0, 1) ** 0.6
        chin = self.bump(self.points[CHIN_BOSS], 2.4, stretch=1.3) * [0, 0.42, 0.25]
        lip = self.lips(
            lambda: self.vectors(0, 0.34 * arch, 0.12 * arch),
            lambda: self.vectors(0, (0.34 + 0.10 * self.row) * arch, 0.35 * arch),
            reach_cm=1.4,
        )
        return lip + chin * ~self._is_lip[:, None]

    def _shrug_upper(self) -> Array:
        arch = np.clip(1 - self.column**2, 0, 1) ** 0.6
        return self.lips(
            lambda: self.vectors(0, (0.28 + 0.45 * self.row) * arch, 0.45 * arch),
            lambda: self.vectors(0, (0.24 - 0.06 * self.row) * arch, 0.10 * arch),
            reach_cm=1.6,
        )

    # --- brows, cheeks, nose ---------------------------------------------------------------------------------

    def _brow_inner_up(self) -> Array:
        return (
            sum(
                self.bump(self.pair("brow_inner", side) + [0, 0.1, 0], 2.3) * [-0.06 * SIDES[side], 0.75, 0.05]
                for side in SIDES
            )
            * self._above_eyes()
        )  # type: ignore[return-value]

    def _brow_down(self, side: str) -> Array:
        inner = self.bump(self.pair("brow_inner", side), 2.0) * [-0.26 * SIDES[side], -0.60, 0.05]
        middle = self.bump(self.pair("brow_middle", side), 2.2) * [-0.08 * SIDES[side], -0.46, 0.05]
        return (inner + middle) * self._above_eyes()

    def _brow_outer_up(self, side: str) -> Array:
        outer = self.bump(self.pair("brow_outer", side) * 0.5 + self.pair("brow_middle", side) * 0.5, 2.5)
        return outer * [0.05 * SIDES[side], 0.80, 0] * self._above_eyes()

    def _above_eyes(self) -> Array:
        """Keeps what moves the brows off the eyeballs: 0 at the upper lids' margins, 1 from the brows up."""
        weight = np.ones(COUNT)
        for lids in LIDS.values():
            for name, share in (("upper", 0.0), ("upper_skin", 0.05), ("upper_fold", 0.35)):
                weight[list(lids[name])] = share
            for name in ("lower", "lower_skin", "lower_fold", "corners"):
                weight[list(lids[name])] = 0.0
        below = self.points[:, 1] < -0.6
        weight[below] = np.minimum(weight[below], 0.0)
        return self._brows * weight[:, None]

    def _cheek_puff(self) -> Array:
        puffed = np.zeros_like(self.points)
        for side, sign in SIDES.items():
            puffed += self.bump(self.pair("cheek", side) + [0.5 * sign, -0.6, 0], 3.0) * [0.62 * sign, 0.0, 1.0]
        lips = self.lips(lambda: self.vectors(0, 0.04, 0.3), lambda: self.vectors(0, 0.04, 0.3), reach_cm=1.6)
        return puffed * (1 - 0.6 * self._is_lip[:, None]) + lips

    def _cheek_squint(self, side: str) -> Array:
        cheek = self.bump(self.pair("cheekbone", side) + [0.6 * SIDES[side], 0.1, 0], 2.2) * [0, 0.42, 0.2]
        return cheek + self._lids(side, upper=0.0, lower=0.16) * 0.9

    def _nose_sneer(self, side: str) -> Array:
        sign = SIDES[side]
        alar = self.bump(self.pair("alar", side), 1.5) * [0.06 * sign, 0.42, 0.0]
        nose = self.bump(self.pair("nose_side", side) + [0, 0.6, 0], 1.5) * [0.0, 0.22, 0.05]
        lip = self._upper_up("Left" if sign > 0 else "Right") * 0.38
        brow = self.bump(self.pair("brow_inner", side), 1.6) * [-0.1 * sign, -0.16, 0] * self._above_eyes()
        return alar + nose + lip + brow

    # --- lids ------------------------------------------------------------------------------------------------

    def _lid_parts(self, side: str) -> dict[str, NDArray[np.int64]]:
        return {name: np.array(rows) for name, rows in LIDS[side.lower()].items()}

    def opening(self, side: str) -> Array:
        """From the upper lid's margin to the lower one's, shape=(7, 3)."""
        parts = self._lid_parts(side)
        return self.points[parts["lower"]] - self.points[parts["upper"]]

    def _lids(self, side: str, *, upper: float, lower: float, inward: float = 0.0) -> Array:
        """Lids moved by shares of the opening: positive opens the upper and raises the lower lid."""
        parts = self._lid_parts(side)
        opening = self.opening(side)
        size = float(np.linalg.norm(opening[3]))
        arch = np.sin(np.linspace(0.25, np.pi - 0.25, 7))[:, None]
        up = arch * np.array([0, size, 0])
        moved = np.zeros_like(self.points)
        sideways = np.array([-inward * SIDES[side] * size * 4, 0, 0])
        upper *= self._follow[side] if upper < 0 else 1.0
        for rows, share in (("upper", 1.0), ("upper_skin", 0.6), ("upper_fold", 0.2)):
            moved[parts[rows]] = share * (upper * up + sideways * 0.3)
        for rows, share in (("lower", 1.0), ("lower_skin", 0.75), ("lower_fold", 0.3)):
            moved[parts[rows]] = share * (lower * up + sideways * 0.3)
        return moved

    def _blink(self, side: str) -> Array:
        parts = self._lid_parts(side)
        opening = self.opening(side)
        over = np.array([0, -LID_OVERLAP_CM, 0.06])
        moved = np.zeros_like(self.points)
        for rows, share in (("upper", 1.0), ("upper_skin", 0.84), ("upper_fold", 0.16)):
            moved[parts[rows]] = self._follow[side] * share * ((1 - LID_MEETS) * opening + over)
        for rows, share in (("lower", 1.0), ("lower_skin", 0.5), ("lower_fold", 0.12)):
            moved[parts[rows]] = -share * LID_MEETS * opening
        return moved

    def margin_of_upper_lid(self, side: str) -> dict[str, Array]:
        """Where the shapes that close an eye take the margin of its upper lid, from the outer corner to the inner one,
        in cm, shape=(9, 3) each: all of the way, however far the photo's skin follows."""
        whole = Shapes(self.points)
        rows = [LIDS[side.lower()]["corners"][0], *LIDS[side.lower()]["upper"], LIDS[side.lower()]["corners"][1]]
        closing = {"eyeBlink": whole._blink, "eyeLookDown": whole._look_down, "eyeSquint": whole._squint}
        return {name + side: make(side)[rows] for name, make in closing.items()}

    def _look_down(self, side: str) -> Array:
        return self._lids(side, upper=-0.42, lower=-0.10)

    def _squint(self, side: str) -> Array:
        cheek = self.bump(self.pair("cheekbone", side) + [0.3 * SIDES[side], 0.5, 0], 1.7) * [0, 0.18, 0.05]
        return self._lids(side, upper=-0.16, lower=0.36) + cheek * self._below_lids(side)

    def _below_lids(self, side: str) -> Array:
        weight = np.ones((COUNT, 1))
        parts = self._lid_parts(side)
        for name in ("upper", "lower", "corners", "upper_skin", "upper_fold", "lower_skin"):
            weight[parts[name]] = 0
        return weight

    def _wide(self, side: str) -> Array:
        return self._lids(side, upper=0.44, lower=-0.16)
