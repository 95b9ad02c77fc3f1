"""How the portrait stands in the frame: two framings far enough apart that a cut between them is no jump.

Distances are in frame heights from the frame's centre, up and right positive, as in ``PortraitClip``.
"""

from __future__ import annotations

from dataclasses import dataclass

from tintype.documents import HeadModel

LEAST_CHANGE = 1.3
"""From one framing to the next the head changes at least by this factor (the editor's 30 % rule)."""

CLOSE_FACE = 0.50
"""Height of the face in the close framing, where the photo does not fill the frame by itself."""

LARGEST_FACE = 0.72
MOST_ENLARGEMENT = 3.0
"""Pixels of the frame per pixel of the photo; beyond it a photo looks like what it is, enlarged."""

EYES_ABOVE = 0.04
"""How far above the frame's centre the middle of the face lies when there is room."""

ASIDE = 0.09
"""How far the head stands from the middle in the wide framing, away from the label's corner."""

FILLS_FROM = 1.3
"""A photo that has to be enlarged no more than this to fill the frame is shown filling it, wide too."""


@dataclass(frozen=True)
class Framing:
    """Where the plate lies at zoom 1.

    Attributes:
        name: ``wide`` or ``close``.
        height: of the plate, in frame heights.
        x, y: of the plate's centre.
        fills: whether the plate covers the whole frame, so that no edge is seen.
    """

    name: str
    height: float
    x: float
    y: float
    fills: bool


def framings_of(head: HeadModel, width_px: int, height_px: int, label_side: float) -> dict[str, Framing]:
    """The wide and the close framing of a head.

    Args:
        label_side: +1 when the label stands on the right, -1 when on the left.
    """
    aspect, plate = width_px / height_px, head.width_px / head.height_px
    covering = max(1.0, aspect / plate)
    face_height = head.face_box[3]
    wide_height = covering if covering <= FILLS_FROM else 1.0
    close_height = max(CLOSE_FACE / face_height, wide_height * LEAST_CHANGE)
    largest = max(MOST_ENLARGEMENT * head.height_px / height_px, wide_height * LEAST_CHANGE)
    if close_height < covering <= min(LARGEST_FACE / face_height, largest):
        close_height = covering
    close_height = min(close_height, max(LARGEST_FACE / face_height, wide_height * LEAST_CHANGE), largest)
    return {
        "wide": _placed("wide", head, wide_height, aspect, -label_side * ASIDE),
        "close": _placed("close", head, close_height, aspect, 0.0),
    }


def _placed(name: str, head: HeadModel, height: float, aspect: float, face_x: float) -> Framing:
    """The plate so that the face is at ``face_x`` and a little above the middle, without an edge where it can cover."""
    x, y, width, box_height = head.face_box
    plate_width = height * head.width_px / head.height_px
    fills = plate_width >= aspect - 1e-6 and height >= 1 - 1e-6
    wanted_x = face_x - (x + width / 2 - 0.5) * plate_width
    wanted_y = EYES_ABOVE - (0.5 - y - box_height / 2) * height
    room_x, room_y = max((plate_width - aspect) / 2, 0.0), max((height - 1) / 2, 0.0)
    most_x = room_x if fills else (aspect - plate_width) / 2 + 0.1
    return Framing(name, height, min(max(wanted_x, -most_x), most_x), min(max(wanted_y, -room_y), room_y), fills)
