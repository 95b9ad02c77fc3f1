"""The inside of the mouth: inner lips and the dark behind them, two rows of teeth, the tongue.

The dark is a pocket whose rim is the lips' own edge, so it fills every opening that the lips can make.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tintype_mediapipe.face_frame import FaceFrame
from tintype_mediapipe.landmarks import LOWER_LIP, UPPER_LIP
from tintype_mediapipe.parts import Part, grid_triangles, grid_uv
from tintype_mediapipe.shapes import ARCH_PER_CM, Shapes, smooth
from tintype_mediapipe.shown_teeth import ShownTeeth
from tintype_mediapipe.subdivision import refined
from tintype_mediapipe.tones import Tones, grained

Array = NDArray[np.float64]

# Rows of the pocket from the upper lip to the lower one: which lip they follow (0 upper, 1 lower), how far they reach
# into the opening and behind the lip in cm, and how much light is left.
POCKET = (
    (0.0, 0.00, 0.02, 0.62),
    (0.0, 0.07, 0.10, 0.42),
    (0.0, 0.16, 0.34, 0.17),
    (0.0, 0.18, 3.00, 0.02),
    (0.5, 0.00, 3.20, 0.00),
    (1.0, -0.18, 3.00, 0.02),
    (1.0, -0.16, 0.34, 0.22),
    (1.0, -0.07, 0.10, 0.52),
    (1.0, 0.00, 0.02, 0.70),
)
POCKET_TEXTURE_PX = (96, 128)

# Widths of teeth from the middle out, in cm (Wheeler's Dental Anatomy, 11th ed.: crowns, mesiodistal).
UPPER_TEETH_CM = (0.85, 0.65, 0.75, 0.70, 0.70, 1.0)
LOWER_TEETH_CM = (0.50, 0.55, 0.70, 0.70, 0.70, 1.1)
BEHIND_LIP_CM = 0.42
UPPER_EDGE_CM = -0.32  # edges of the teeth from the lip line: the upper ones reach a little below it
LOWER_EDGE_CM = -0.16
SHOWN_EDGE_CM = (-0.75, -0.25)
CARRIED_SHARE = 0.42  # of a tooth's height: how far above what the photo shows its colour is carried on
SIDES_BACK_CM = 1.3
TOOTH_HEIGHT_CM = 0.95
TEETH_TEXTURE_PX = (96, 512)
TEETH_COLUMNS, TEETH_ROWS = 97, 5
TEETH_REACH = 1.15  # in half widths of the mouth: a smile shows more than a mouth at rest

TONGUE_ROWS, TONGUE_COLUMNS = 11, 15
TONGUE_HALF_WIDTH_CM, TONGUE_HEIGHT_CM = 1.75, 1.1
TONGUE_WITH_JAW = 0.62  # its back stays up when the jaw drops
TONGUE_TEXTURE_PX = (96, 128)


def build_mouth(
    frame: FaceFrame,
    shapes: Shapes,
    shapes_cm: dict[str, Array],
    landmarks_px: Array,
    uv_px: Array,
    rgb: NDArray[np.uint8],
    tones: Tones,
    shown: ShownTeeth | None = None,
) -> list[Part]:
    """Pocket, teeth and tongue of one face at rest; the upper teeth are the photo's own where it shows them."""
    return [
        _pocket(frame, shapes_cm, landmarks_px, uv_px, rgb, tones),
        _upper_teeth(frame, shapes, tones, rgb, shown),
        _teeth("teeth_lower", frame, shapes, tones),
        _tongue(frame, shapes, tones),
    ]


def _pocket(
    frame: FaceFrame,
    shapes_cm: dict[str, Array],
    landmarks_px: Array,
    uv_px: Array,
    rgb: NDArray[np.uint8],
    tones: Tones,
) -> Part:
    fine = refined()
    rings = [fine.ring(rows[0], closed=False) for rows in (UPPER_LIP, LOWER_LIP)]
    edges = [fine.straight[ring] @ landmarks_px for ring in rings]
    columns = len(rings[0])
    arch = np.sqrt(np.clip(1 - np.linspace(-1, 1, columns) ** 2, 0, 1))[:, None]
    rows = []
    for share, into, behind, _ in POCKET:
        offset = frame.to_px(np.array([[0.0, -into, 0.0]])) * arch + [0, 0, -behind * frame.px_per_cm]
        rows.append(edges[0] * (1 - share) + edges[1] * share + offset)
    displacements = {}
    for name, moved_cm in shapes_cm.items():
        moved = [fine.smooth[ring] @ frame.to_px(moved_cm) for ring in rings]
        displacements[name] = np.concatenate([moved[0] * (1 - share) + moved[1] * share for share, *_ in POCKET])
    return Part(
        name="mouth",
        points=np.concatenate(rows),
        uv=grid_uv(len(POCKET), columns),
        triangles=grid_triangles(len(POCKET), columns),
        texture=_pocket_texture(uv_px, rgb, tones),
        displacements=displacements,
    )


def _pocket_texture(uv_px: Array, rgb: NDArray[np.uint8], tones: Tones) -> NDArray[np.uint8]:
    """Each lip's own colours along its edge, darker toward the depth."""
    height, width = POCKET_TEXTURE_PX
    at = np.linspace(0, 1, height)
    light = np.interp(at, np.linspace(0, 1, len(POCKET)), [row[3] for row in POCKET])[:, None, None]
    colours = [_edge_colours(uv_px[rows[1:3]].mean(axis=0), rgb, tones, width) for rows in (UPPER_LIP, LOWER_LIP)]
    lower = smooth(at, 0.45, 0.55)[:, None, None]
    lip = colours[0][None] * (1 - lower) + colours[1][None] * lower
    sides = 1 - 0.45 * np.linspace(-1, 1, width)[None, :, None] ** 4
    return grained(tones.dark + (lip * sides - tones.dark) * light, tones.grain, seed=1)


def _edge_colours(line_px: Array, rgb: NDArray[np.uint8], tones: Tones, width: int) -> Array:
    import cv2

    at = np.linspace(0, len(line_px) - 1, width)
    x, y = (np.interp(at, np.arange(len(line_px)), line_px[:, axis]).astype(np.float32) for axis in (0, 1))
    soft = cv2.GaussianBlur(rgb, (0, 0), 1.0)
    seen = cv2.remap(soft, x[None] - 0.5, y[None] - 0.5, cv2.INTER_LINEAR)[0].astype(np.float64)
    seen = cv2.GaussianBlur(seen[None], (0, 0), width / 24)[0]
    return 0.6 * seen + 0.4 * tones.lip


def _upper_teeth(
    frame: FaceFrame, shapes: Shapes, tones: Tones, rgb: NDArray[np.uint8], shown: ShownTeeth | None
) -> Part:
    if shown is None:
        return _teeth("teeth_upper", frame, shapes, tones)
    lip = frame.to_photo((shapes.points[UPPER_LIP[0]] + shapes.points[LOWER_LIP[0]]) / 2)[len(UPPER_LIP[0]) // 2]
    edge_cm = float(np.clip((lip[1] - shown.edge_px) / frame.px_per_cm, *SHOWN_EDGE_CM))
    drawn = _teeth("teeth_upper", frame, shapes, tones, edge_cm)
    return replace(drawn, texture=_with_shown(drawn, rgb, shown))


def _with_shown(teeth: Part, rgb: NDArray[np.uint8], shown: ShownTeeth) -> NDArray[np.uint8]:
    """The painted teeth with the photo's own over them, where they were seen."""
    import cv2

    height, width = teeth.texture.shape[:2]
    place = cv2.resize(
        teeth.points[:, :2].reshape(TEETH_ROWS, TEETH_COLUMNS, 2).astype(np.float32),
        (width, height),
        interpolation=cv2.INTER_LINEAR,
    )
    x, y = place[..., 0] - 0.5, place[..., 1] - 0.5
    seen = cv2.remap(rgb, x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE).astype(np.float32)
    share = cv2.remap(shown.share, x, y, cv2.INTER_LINEAR)
    seen, share = _continued_up(seen, share)
    return np.clip(teeth.texture * (1 - share) + seen * share + 0.5, 0, 255).astype(np.uint8)


def _continued_up(seen: NDArray[np.float32], share: NDArray[np.float32]) -> tuple[NDArray[np.float32], Array]:
    """Each column's topmost seen colour carried on to where the gum begins: the lip hid it in the photo."""
    top = (share > 0.5).argmax(axis=0)
    known = share.max(axis=0) > 0.5
    rows = np.arange(len(share))[:, None]
    above = (rows < top[None, :]) & known[None, :]
    carried = np.where(above[..., None], seen[top, np.arange(share.shape[1])][None], seen)
    reach = CARRIED_SHARE * len(share)
    faded = 1 - smooth((top[None, :] - rows) / reach, 0.55, 1.0)
    return carried.astype(np.float32), np.where(above, faded, share)[..., None]


def _teeth(name: str, frame: FaceFrame, shapes: Shapes, tones: Tones, upper_edge_cm: float = UPPER_EDGE_CM) -> Part:
    upper = name == "teeth_upper"
    points = shapes.points
    line = (points[UPPER_LIP[0]] + points[LOWER_LIP[0]]) / 2
    middle_x = shapes.mouth[0]
    reach = TEETH_REACH * shapes.half_width
    x = np.linspace(-reach, reach, TEETH_COLUMNS)
    lip_y = float(np.interp(middle_x, line[:, 0], line[:, 1]))
    lip_z = np.interp(middle_x + x, line[:, 0], line[:, 2])
    arch = lip_z[TEETH_COLUMNS // 2] - ARCH_PER_CM * x**2
    aside = SIDES_BACK_CM * smooth(np.abs(x) / shapes.half_width, 0.5, 1.0)  # corners of the mouth go back, too
    z = np.minimum(arch, lip_z) - BEHIND_LIP_CM - (0.0 if upper else 0.12) - aside
    widths = UPPER_TEETH_CM if upper else LOWER_TEETH_CM
    edge = _edge_line(x, widths, upper)
    edge_y = lip_y + (upper_edge_cm + edge if upper else LOWER_EDGE_CM - edge)
    far_y = edge_y + (TOOTH_HEIGHT_CM if upper else -TOOTH_HEIGHT_CM)
    rows = []
    for share in np.linspace(0, 1, TEETH_ROWS):
        top, bottom = (far_y, edge_y) if upper else (edge_y, far_y)
        rows.append(np.column_stack([middle_x + x, top * (1 - share) + bottom * share, z]))
    place = np.concatenate(rows)
    displacements = {} if upper else _with_jaw(frame, shapes, place)
    return Part(
        name=name,
        points=frame.to_photo(place),
        uv=grid_uv(TEETH_ROWS, TEETH_COLUMNS),
        triangles=grid_triangles(TEETH_ROWS, TEETH_COLUMNS),
        texture=_teeth_texture(widths, reach, tones, upper),
        displacements=displacements,
    )


def _borders(widths: tuple[float, ...]) -> Array:
    """Where one tooth ends and the next begins, from the middle out, in cm of the picture (the row curves away)."""
    along = np.concatenate([[0.0], np.cumsum(widths)])
    return along * (1 - 0.035 * along)


def _edge_line(x: Array, widths: tuple[float, ...], upper: bool) -> Array:
    """How much shorter the row is at ``x`` than in the middle: rounded corners, and a gentle curve, in cm."""
    borders = _borders(widths)
    out = np.abs(x)
    gap = np.min(np.abs(out[:, None] - borders[None, 1:]), axis=1)
    corner = 0.045 * np.exp(-((gap / 0.07) ** 2))
    middle = 0.02 * np.exp(-((out / 0.05) ** 2))
    curve = 0.030 * out**2 if upper else 0.012 * out**2
    lateral = 0.05 * np.exp(-(((out - (borders[1] + borders[2]) / 2) / 0.25) ** 2)) if upper else 0.0
    return corner + middle + curve + lateral


def _teeth_texture(widths: tuple[float, ...], reach: float, tones: Tones, upper: bool) -> NDArray[np.uint8]:
    """Ivory in the photo's light: each tooth a little rounded, the row darker to the sides and toward the gum."""
    height, width = TEETH_TEXTURE_PX
    x = np.linspace(-reach, reach, width)
    down = np.linspace(0, 1, height)
    from_edge = (1 - down if upper else down)[:, None]  # 0 at the biting edge, 1 in the gum
    borders = _borders(widths)
    out = np.abs(x)
    index = np.clip(np.searchsorted(borders, out) - 1, 0, len(widths) - 1)
    middle = (borders[index] + borders[index + 1]) / 2
    half = (borders[index + 1] - borders[index]) / 2
    round_ = np.clip((out - middle) / half, -1, 1)
    gap = half * (1 - np.abs(round_))
    seam = 1 - 0.26 * np.exp(-((gap / 0.035) ** 2)) * (0.55 + 0.45 * from_edge)
    form = 1 - 0.10 * np.abs(round_) ** 3
    side = 1 - 0.97 * smooth(out / reach, 0.20, 0.92)
    shade = (1 - 0.30 * smooth(from_edge, 0.25, 0.95)) * (1 - 0.10 * (1 - smooth(from_edge, 0.0, 0.12)))
    light = seam * (form * side)[None, :] * shade
    variation = 1 + 0.035 * np.random.default_rng(7).uniform(-1, 1, len(widths))[index][None, :]
    colour = tones.teeth * (light * variation)[..., None]
    scallop = 0.60 + 0.10 * np.abs(round_)[None, :] ** 2
    gum = smooth(from_edge, scallop, scallop + 0.10)[..., None]
    gum_light = (side[None, :] * (0.85 - 0.3 * from_edge))[..., None]
    dim = 0.92 if upper else 0.70
    painted = (colour * (1 - gum) + tones.gum * gum_light * gum) * dim
    return grained(np.maximum(painted, tones.dark), tones.grain, seed=2)


def _with_jaw(frame: FaceFrame, shapes: Shapes, place: Array, share: float = 1.0) -> dict[str, Array]:
    """The jaw's own movements for points that are fixed to it."""
    return {name: share * frame.to_px(moved) for name, moved in shapes.jaw_rigid(place).items()}


def _tongue(frame: FaceFrame, shapes: Shapes, tones: Tones) -> Part:
    line = (shapes.points[UPPER_LIP[0]] + shapes.points[LOWER_LIP[0]]) / 2
    middle = line[len(line) // 2]
    v, u = np.meshgrid(np.linspace(0, 1, TONGUE_ROWS), np.linspace(-1, 1, TONGUE_COLUMNS), indexing="ij")
    u, v = u.ravel(), v.ravel()  # v: 0 the back, 1 the tip
    rounded = np.sqrt(1 - 0.94 * (np.clip(v - 0.45, 0, 1) / 0.55) ** 2)
    width = min(TONGUE_HALF_WIDTH_CM, 0.72 * shapes.half_width) * rounded
    top = middle[1] - 0.20 - 0.20 * u**2
    place = np.column_stack(
        [
            middle[0] + u * width,
            top - TONGUE_HEIGHT_CM * v,
            middle[2] - 0.95 - 0.28 * u**2 - 0.25 * (1 - v) ** 2,
        ]
    )
    displacements = _with_jaw(frame, shapes, place, share=TONGUE_WITH_JAW)
    out = np.column_stack([-0.30 * u * width * v, 0.55 * (1 - v) - 0.75 * v**2, 0.35 + 1.9 * smooth(v, 0.0, 0.5)])
    displacements["tongueOut"] = frame.to_px(out)
    return Part(
        name="tongue",
        points=frame.to_photo(place),
        uv=grid_uv(TONGUE_ROWS, TONGUE_COLUMNS),
        triangles=grid_triangles(TONGUE_ROWS, TONGUE_COLUMNS),
        texture=_tongue_texture(tones),
        displacements=displacements,
    )


def _tongue_texture(tones: Tones) -> NDArray[np.uint8]:
    height, width = TONGUE_TEXTURE_PX
    v, u = np.meshgrid(np.linspace(0, 1, height), np.linspace(-1, 1, width), indexing="ij")
    light = (0.30 + 0.70 * smooth(v, -0.1, 0.6)) * (1 - 0.45 * u**2)
    groove = 1 - 0.16 * np.exp(-((u / 0.10) ** 2)) * (1 - 0.6 * v)
    return grained(tones.dark + (tones.tongue - tones.dark) * (light * groove)[..., None], tones.grain * 1.5, seed=3)
