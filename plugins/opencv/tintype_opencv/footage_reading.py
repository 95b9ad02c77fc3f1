"""Opens footage of an archive and gives its frames with their times, upright and small."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import av
import cv2
import numpy as np
from av.container import InputContainer
from av.video.stream import VideoStream
from numpy.typing import NDArray
from tintype.errors import PhotoUnreadable

SMALL_HEIGHT_PX = 144
TURNS = {90: cv2.ROTATE_90_COUNTERCLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_CLOCKWISE}
"""OpenCV's turn for a display rotation in degrees counter-clockwise."""

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class About:
    """What a footage file says of itself.

    Attributes:
        width_px: width as shown: turned as the camera was held, with square pixels.
        height_px: height as shown.
        duration_s: length in seconds; 0 when the file does not say.
        fps: mean frames per second.
        codec: name of the picture's codec.
        has_sound: whether there is a sound stream.
        interlaced: whether the first frame is of two fields.
    """

    width_px: int
    height_px: int
    duration_s: float
    fps: float
    codec: str
    has_sound: bool
    interlaced: bool


@dataclass(frozen=True)
class Frame:
    """A frame: ``time_s`` from the start of the footage, ``pixels`` RGB, shape=(144 or less, width, 3)."""

    time_s: float
    pixels: Pixels


@contextmanager
def opened(path: Path) -> Iterator[tuple[InputContainer, VideoStream]]:
    """Open a footage file and its picture stream.

    Raises:
        PhotoUnreadable: no footage, or damaged so that it cannot be opened.
    """
    try:
        container = av.open(str(path), metadata_errors="replace")
    except (av.FFmpegError, OSError, ValueError) as err:
        raise PhotoUnreadable(
            f"{path.name} cannot be read as footage: {getattr(err, 'strerror', None) or err}.",
            hint="Export it as mp4 and try again.",
        ) from err
    with container:
        if not container.streams.video:
            raise PhotoUnreadable(f"{path.name} has no picture in it.", hint="If it is a recording, export it as wav.")
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        yield container, stream


def about(path: Path) -> About:
    """Read what the file says of itself, and its first frame.

    Raises:
        PhotoUnreadable: not one frame of it can be read.
    """
    with opened(path) as (container, stream):
        first = next(_decoded(container, stream), None)
        if first is None:
            raise PhotoUnreadable(
                f"Not one frame of {path.name} can be read.", hint="Copy it again from its source, or export it as mp4."
            )
        width, height = shown_size(first.width, first.height, stream, first.rotation)
        return About(
            width_px=width,
            height_px=height,
            duration_s=_duration(container, stream),
            fps=float(stream.average_rate or stream.guessed_rate or 25),
            codec=stream.codec_context.name,
            has_sound=bool(container.streams.audio),
            interlaced=bool(first.interlaced_frame),
        )


def frames(path: Path, fps: float) -> Iterator[Frame]:
    """Frames in order, at most ``fps`` per second of footage; damaged ones are passed over.

    Raises:
        PhotoUnreadable: the file cannot be opened.
    """
    with opened(path) as (container, stream):
        rate = float(stream.average_rate or 25)
        start, due = None, 0.0
        for index, frame in enumerate(_decoded(container, stream)):
            at = index / rate if frame.time is None else float(frame.time)
            start = at if start is None else start
            if at - start >= due - 1e-6:
                due = at - start + 1.0 / fps - 0.5 / max(rate, fps)
                yield Frame(at - start, _small(frame, stream))


def sampled_frames(path: Path, count: int, duration_s: float) -> Iterator[Frame]:
    """About ``count`` frames spread over the footage, found by seeking.

    Raises:
        PhotoUnreadable: the file cannot be opened.
    """
    with opened(path) as (container, stream):
        start = int(container.start_time or 0)
        for number in range(count):
            try:
                container.seek(start + round(duration_s * number / count * av.time_base), backward=True)
            except av.FFmpegError:
                continue
            frame = next(_decoded(container, stream), None)
            if frame is not None:
                yield Frame(duration_s * number / count, _small(frame, stream))


def shown_size(width: int, height: int, stream: VideoStream, rotation: int) -> tuple[int, int]:
    """Width and height as shown."""
    aspect = stream.codec_context.sample_aspect_ratio
    if aspect:
        width = round(width * float(aspect))
    return (height, width) if rotation % 180 else (width, height)


def _decoded(container: InputContainer, stream: VideoStream) -> Iterator[av.VideoFrame]:
    """Frames of the picture stream; packets that cannot be decoded are passed over."""
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
        except (StopIteration, av.FFmpegError):
            return
        try:
            yield from packet.decode()
        except av.FFmpegError:
            continue


def _small(frame: av.VideoFrame, stream: VideoStream) -> Pixels:
    width, height = shown_size(frame.width, frame.height, stream, 0)
    if frame.rotation % 180:
        width, height = SMALL_HEIGHT_PX, max(2, round(SMALL_HEIGHT_PX * height / width))
    else:
        width, height = max(2, round(SMALL_HEIGHT_PX * width / height)), SMALL_HEIGHT_PX
    pixels = frame.reformat(width=width, height=height, format="rgb24").to_ndarray()
    turn = TURNS.get(frame.rotation % 360)
    return np.ascontiguousarray(pixels if turn is None else cv2.rotate(pixels, turn))


def _duration(container: InputContainer, stream: VideoStream) -> float:
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return float(container.duration or 0) / av.time_base
