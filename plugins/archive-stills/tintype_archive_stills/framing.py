"""Frames and moves over a picture: pure geometry, and the rule that no face is ever cut.

Rectangles are fractions of the picture, origin top left.  ``shape`` is the film's aspect ratio divided by the
picture's: a frame of the film's shape has ``width == height * shape`` in fractions.

A face keeps whole when it lies inside the frame at both ends of the move, and out of sight when it lies beyond the
same edge at both ends: whichever way a player interpolates, frame by frame or scale by scale, edges move in a
straight line between the two, so nothing in between can cut it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MARGIN = (0.12, 0.18, 0.12, 0.10)
"""What belongs to a face around the box that a detector gives: left, top, right, bottom, in box sizes."""

EYE_LINE = 0.40
"""Where the middle of the faces lies in a frame, from its top: their eyes then lie on the upper third."""

MIN_SIZE = 0.2
"""Smallest height that automatic framing gives a frame, as a fraction of the largest one."""

ROUNDING = 1e-6


@dataclass(frozen=True)
class Box:
    """A rectangle in fractions of the picture."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def centre(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2

    def holds(self, other: Box) -> bool:
        """Whether ``other`` lies inside."""
        return (
            other.x >= self.x - ROUNDING
            and other.y >= self.y - ROUNDING
            and other.right <= self.right + ROUNDING
            and other.bottom <= self.bottom + ROUNDING
        )

    def beyond(self, other: Box) -> frozenset[str]:
        """The edges that ``other`` lies beyond as a whole; empty when some of it can be seen."""
        sides = {
            "left": other.right <= self.x + ROUNDING,
            "top": other.bottom <= self.y + ROUNDING,
            "right": other.x >= self.right - ROUNDING,
            "bottom": other.y >= self.bottom - ROUNDING,
        }
        return frozenset(side for side, is_beyond in sides.items() if is_beyond)


@dataclass(frozen=True)
class Path:
    """A move from one frame to another."""

    start: Box
    end: Box

    def cuts(self, face: Box) -> bool:
        """Whether the move shows a part of the face at some moment, and not all of it."""
        if self.start.holds(face) and self.end.holds(face):
            return False
        return not self.start.beyond(face) & self.end.beyond(face)


def with_margin(face: Box) -> Box:
    """The face with hairline, ears and chin, as far as the picture goes."""
    left, top, right, bottom = MARGIN
    x, y = max(face.x - left * face.width, 0.0), max(face.y - top * face.height, 0.0)
    return Box(x, y, min(face.right + right * face.width, 1.0) - x, min(face.bottom + bottom * face.height, 1.0) - y)


def largest_height(shape: float) -> float:
    """Height of the largest frame that fits into the picture."""
    return min(1.0, 1.0 / shape)


def frame_at(centre: tuple[float, float], height: float, shape: float) -> Box:
    """The frame of that height that lies inside the picture, its centre as near to ``centre`` as it can be."""
    height = min(height, largest_height(shape))
    width = min(height * shape, 1.0)
    x = min(max(centre[0] - width / 2, 0.0), 1.0 - width)
    y = min(max(centre[1] - height / 2, 0.0), 1.0 - height)
    return Box(x, y, width, height)


def to_shape(asked: Box, shape: float, faces: Sequence[Box]) -> tuple[Box, str]:
    """The frame of the film's shape that is nearest to what an editor asked for.

    It grows around the same centre, so that everything asked for stays in sight; where that would cut a face that
    was out of sight, it is trimmed instead.

    Returns:
        The frame, and how it was adjusted in a word or two; empty when it has the film's shape already.
    """
    wanted = max(asked.height, asked.width / shape)
    grown = frame_at(asked.centre, wanted, shape)
    if abs(asked.width - asked.height * shape) < 0.005:
        return grown, ""
    trimmed = frame_at(asked.centre, min(asked.height, asked.width / shape), shape)
    if _cuts_any(grown, faces) and not _cuts_any(trimmed, faces):
        return trimmed, "trimmed"
    return grown, "grown" if grown.holds(asked) else "grown as far as the picture goes"


def _cuts_any(frame: Box, faces: Sequence[Box]) -> bool:
    return any(Path(frame, frame).cuts(face) for face in faces)


def wide_frame(shape: float, faces: Sequence[Box], focus: tuple[float, float]) -> Box | None:
    """The largest frame that cuts no face, nearest to ``focus``; of equal ones that with more of the faces in it.

    Returns:
        ``None`` when every frame cuts a face.
    """
    for height in _heights(shape):
        best, best_rank = None, None
        for frame in _positions(height, shape, focus):
            if _cuts_any(frame, faces):
                continue
            seen = sum(face.width * face.height for face in faces if frame.holds(face))
            centre = frame.centre
            rank = (-seen, abs(centre[0] - focus[0]) + abs(centre[1] - focus[1]))
            if best_rank is None or rank < best_rank:
                best, best_rank = frame, rank
        if best is not None and (not faces or (best_rank is not None and best_rank[0] < 0)):
            return best
    return None


def _heights(shape: float) -> Iterator[float]:
    largest = largest_height(shape)
    steps = 24
    for step in range(steps + 1):
        yield largest * (1 - (1 - MIN_SIZE) * step / steps)


def _positions(height: float, shape: float, focus: tuple[float, float]) -> Iterator[Box]:
    """Frames of one size all over the picture, beginning at the focus."""
    ideal = frame_at(focus, height, shape)
    yield ideal
    steps = 24
    for row in range(steps + 1):
        for column in range(steps + 1):
            x, y = (1 - ideal.width) * column / steps, (1 - ideal.height) * row / steps
            yield Box(x, y, ideal.width, ideal.height)


def close_frame(wide: Box, growth: float, focus: tuple[float, float], shape: float, faces: Sequence[Box]) -> Box:
    """A closer frame for a push-in from ``wide`` (or a pull-out to it), up to ``growth`` times closer.

    It keeps every face as the wide frame has it: whole or out of sight.  The nearer to the wide frame, the surer
    that is, so it backs off step by step, and at worst stands still.
    """
    for step in range(10):
        share = 1 - step / 10
        height = wide.height / (1 + (growth - 1) * share)
        for pull in (1.0, 0.66, 0.33, 0.0):
            x = wide.centre[0] + (focus[0] - wide.centre[0]) * pull
            y = wide.centre[1] + (focus[1] - wide.centre[1]) * pull
            close = _inside(frame_at((x, y), height, shape), wide)
            if not any(Path(wide, close).cuts(face) for face in faces):
                return close
    return wide


def _inside(frame: Box, around: Box) -> Box:
    x = min(max(frame.x, around.x), around.right - frame.width)
    y = min(max(frame.y, around.y), around.bottom - frame.height)
    return Box(x, y, frame.width, frame.height)


def pan(wide: Box, distance: float, shape: float, faces: Sequence[Box]) -> Path | None:
    """A pan along the side on which the picture is longer than the frame, up to ``distance`` of the frame's size.

    It starts at ``wide`` and goes to where there is more room.

    Returns:
        ``None`` when there is no room, or when every such pan would cut a face.
    """
    for step in range(8):
        length = distance * (1 - step / 8)
        if shape > 1:  # the picture is taller than the film
            room, side = (1 - wide.bottom, 1.0) if 1 - wide.bottom > wide.y else (wide.y, -1.0)
            end = Box(wide.x, wide.y + side * min(length * wide.height, room), wide.width, wide.height)
        else:
            room, side = (1 - wide.right, 1.0) if 1 - wide.right > wide.x else (wide.x, -1.0)
            end = Box(wide.x + side * min(length * wide.width, room), wide.y, wide.width, wide.height)
        path = Path(wide, end)
        moved = abs(end.x - wide.x) / wide.width + abs(end.y - wide.y) / wide.height
        if moved > 0.02 and not any(path.cuts(face) for face in faces):
            return path
    return None


def focus_of(faces: Sequence[Box], elsewhere: tuple[float, float], height: float) -> tuple[float, float]:
    """The centre of a frame of ``height`` that puts the faces where an eye expects them.

    Args:
        elsewhere: what to look at when there are no faces.
    """
    if not faces:
        return elsewhere
    total = sum(face.width * face.height for face in faces)
    x = sum(face.centre[0] * face.width * face.height for face in faces) / total
    y = sum(face.centre[1] * face.width * face.height for face in faces) / total
    return x, y + (0.5 - EYE_LINE) * height
