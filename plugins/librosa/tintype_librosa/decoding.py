"""Decodes any recording, block by block: libsndfile where it can, FFmpeg's libraries (PyAV) for the rest."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray
from tintype.errors import AudioUnreadable

BLOCK_S = 10.0
SMALL_FRAMES = 1 << 14  # read at a time: where a file is damaged, what came before in the same read is lost

Block = NDArray[np.float32]


@dataclass
class Recording:
    """An open recording.

    Attributes:
        rate_hz: samples per second.
        channels: number of channels.
        by_ffmpeg: whether libsndfile could not read it, so that other stages need a prepared version.
        broke_off: set once decoding met damage; what came before it is good.
    """

    rate_hz: int
    channels: int
    by_ffmpeg: bool
    _blocks: Iterator[Block] = field(repr=False)
    broke_off: bool = False

    def blocks(self) -> Iterator[Block]:
        """Samples in [-1, 1], shape=(n, channels), n about ten seconds."""
        while True:
            try:
                block = next(self._blocks)
            except StopIteration:
                return
            except DamagedError:
                self.broke_off = True
                return
            yield np.nan_to_num(block, nan=0.0, posinf=1.0, neginf=-1.0)


class DamagedError(Exception):
    """The rest of the file cannot be decoded."""


@contextmanager
def opened(path: Path) -> Iterator[Recording]:
    """Open a recording, or the sound of footage.

    Raises:
        AudioUnreadable: there is no sound in it that can be read.
    """
    try:
        stream = soundfile.SoundFile(path)
    except (soundfile.LibsndfileError, OSError, RuntimeError):
        with _opened_by_ffmpeg(path) as recording:
            yield recording
        return
    with stream:
        yield Recording(stream.samplerate, stream.channels, False, _sndfile_blocks(stream))


def _sndfile_blocks(stream: soundfile.SoundFile) -> Iterator[Block]:
    wanted = round(BLOCK_S * stream.samplerate)
    held: list[Block] = []
    damaged = False
    while True:
        try:
            part = stream.read(SMALL_FRAMES, dtype="float32", always_2d=True)
        except (soundfile.LibsndfileError, RuntimeError):
            damaged = True
            break
        if not len(part):
            break
        held.append(part)
        if sum(map(len, held)) >= wanted:
            yield np.concatenate(held)
            held = []
    if held:
        yield np.concatenate(held)
    if damaged:
        raise DamagedError


@contextmanager
def _opened_by_ffmpeg(path: Path) -> Iterator[Recording]:
    import av

    try:
        container = av.open(str(path), metadata_errors="replace")
    except (av.FFmpegError, OSError, ValueError) as err:
        raise AudioUnreadable(
            f"{path.name} cannot be read as audio: {getattr(err, 'strerror', None) or err}.",
            hint="Copy it again from its source, or export it as 16-bit WAV.",
        ) from err
    with container:
        stream = next(iter(container.streams.audio), None)
        if stream is None or not stream.rate or not stream.channels:
            raise AudioUnreadable(f"{path.name} has no sound in it.", hint="Check that it is the right file.")
        yield Recording(stream.rate, stream.channels, True, _ffmpeg_blocks(container, stream))


def _ffmpeg_blocks(container: object, stream: object) -> Iterator[Block]:
    import av

    resampler = av.AudioResampler(format="fltp", layout=stream.layout, rate=stream.rate)  # type: ignore[attr-defined]
    wanted = round(BLOCK_S * stream.rate)  # type: ignore[attr-defined]
    held: list[Block] = []
    damaged = False
    packets = container.demux(stream)  # type: ignore[attr-defined]
    while True:
        try:
            packet = next(packets, None)
            frames = packet.decode() if packet is not None else []
        except av.EOFError:
            break
        except av.FFmpegError:
            damaged = True
            break
        if packet is None:
            break
        for frame in frames:
            held += [part.to_ndarray().T for part in resampler.resample(frame)]
        if sum(map(len, held)) >= wanted:
            yield np.concatenate(held)
            held = []
    held += [part.to_ndarray().T for part in resampler.resample(None)]
    if held and sum(map(len, held)):
        yield np.concatenate(held)
    if damaged:
        raise DamagedError
