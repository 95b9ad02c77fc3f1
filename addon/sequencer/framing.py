"""Where things lie in the frame: the camera over a plate, and a picture under a moving frame."""

from __future__ import annotations

from dataclasses import dataclass

from ..client.film import Frame, PortraitClip


@dataclass(frozen=True)
class PlateView:
    """An orthographic camera that shows the plate (1 unit high, centre at the origin) as a portrait clip asks for.

    Attributes:
        x, z: where the camera looks, in plate heights.
        scales: height of the view in plate heights at the clip's start and end.
        width, height: of the whole frame at zoom 1, for the backdrop.
    """

    x: float
    z: float
    scales: tuple[float, float]
    width: float
    height: float


def plate_view(clip: PortraitClip, width_px: int, height_px: int) -> PlateView:
    """The camera for a portrait clip; zoom is about the frame's centre."""
    height = 1 / clip.plate_height
    return PlateView(
        x=-clip.plate_x * height,
        z=-clip.plate_y * height,
        scales=(height / clip.zoom[0], height / clip.zoom[1]),
        width=height * width_px / height_px,
        height=height,
    )


@dataclass(frozen=True)
class Placement:
    """A strip's transform: scale of the picture's own pixels, and its centre's offset in film pixels (right, up)."""

    scale: float
    x: float
    y: float


def placement(frame: Frame, picture: tuple[int, int], film: tuple[int, int]) -> Placement:
    """The transform under which ``frame`` of the picture fills the film.

    A frame whose shape is not quite the film's is filled too, and cut at its longer sides.

    Args:
        frame: in fractions of the picture, origin top left.
        picture: width and height of the picture in pixels.
        film: width and height of the film in pixels.
    """
    scale = max(film[0] / (frame.width * picture[0]), film[1] / (frame.height * picture[1]))
    right = (frame.x + frame.width / 2 - 0.5) * picture[0]
    up = (0.5 - frame.y - frame.height / 2) * picture[1]
    return Placement(scale, -scale * right, -scale * up)


def half_size_percentage(width_px: int, height_px: int) -> int:
    """The largest percentage up to 50 that leaves both sides even, as H.264 needs them; 100 if there is none."""
    for percentage in range(50, 24, -1):
        if not any((side * percentage // 100) % 2 for side in (width_px, height_px)):
            return percentage
    return 100
