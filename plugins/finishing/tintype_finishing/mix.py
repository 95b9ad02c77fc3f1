"""The film's sound as it will be played: clips with their gains and fades, mixed as Blender mixes them, in chunks.

Blender spreads a mono sound over two channels at 1/√2 each (constant power, measured with bpy 5.0.1); a stereo sound
stays as it is.  Chunks keep a film of hours in bounded memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray
from scipy.signal import resample_poly
from tintype.documents import SoundClip
from tintype.errors import AudioUnreadable

RATE_HZ = 48000
CHUNK_S = 20.0
MONO_PAN = 0.5**0.5
CONTEXT_S = 0.02  # read around a chunk, so that resampling has no seam

Samples = NDArray[np.float32]
"""shape=(n, 2), at 48 kHz, full scale at 1."""


@dataclass(frozen=True)
class Source:
    """A sound clip with the file that it plays.

    Attributes:
        clip: where and how loud.
        path: the file.
        rate_hz, frames, channels: of the file.
    """

    clip: SoundClip
    path: Path
    rate_hz: int
    frames: int
    channels: int

    @classmethod
    def of(cls, clip: SoundClip, root: Path) -> Source:
        """Look at the clip's file.

        Raises:
            AudioUnreadable: it is missing or no sound.
        """
        path = root / clip.path
        try:
            info = soundfile.info(path)
        except (soundfile.LibsndfileError, OSError) as err:
            raise AudioUnreadable(
                f"The edit plays {clip.path}, which cannot be read: {err}.", hint="Run the film again to remake it."
            ) from err
        return cls(clip, path, int(info.samplerate), int(info.frames), int(info.channels))

    def read(self, start_s: float, stop_s: float) -> Samples:
        """What the clip sounds like from ``start_s`` to ``stop_s`` of its own time, without gain and fades."""
        count = round(stop_s * RATE_HZ) - round(start_s * RATE_HZ)
        first = self.clip.offset_s + start_s - CONTEXT_S
        skipped_s = max(-first, 0.0)
        begin = max(round(first * self.rate_hz), 0)
        end = min(round((self.clip.offset_s + stop_s + CONTEXT_S) * self.rate_hz), self.frames)
        if end <= begin:
            return np.zeros((count, 2), np.float32)
        data, _ = soundfile.read(self.path, start=begin, stop=end, dtype="float32", always_2d=True)
        data = np.nan_to_num(data)
        stereo = np.repeat(data * MONO_PAN, 2, axis=1) if data.shape[1] == 1 else data[:, :2]
        if self.rate_hz != RATE_HZ:
            stereo = resample_poly(stereo, RATE_HZ, self.rate_hz, axis=0).astype(np.float32)
        lead = round((CONTEXT_S - skipped_s) * RATE_HZ)
        stereo = stereo[lead : lead + count]
        return np.concatenate([stereo, np.zeros((count - len(stereo), 2), np.float32)])


def chunks(
    sources: Sequence[Source], duration_s: float, gains_db: Mapping[str, float], chunk_s: float = CHUNK_S
) -> Iterator[Samples]:
    """The mix from the film's start to its end, chunk by chunk.

    Args:
        gains_db: gain of each clip by id; the clip's own where it is not named.
    """
    total = round(duration_s * RATE_HZ)
    size = round(chunk_s * RATE_HZ)
    for begin in range(0, total, size):
        end = min(begin + size, total)
        mixed = np.zeros((end - begin, 2), np.float32)
        for source in sources:
            _add(mixed, begin, source, gains_db.get(source.clip.id, source.clip.gain_db))
        yield mixed


def clip_samples(source: Source) -> Samples:
    """The whole clip without gain, with its fades."""
    samples = source.read(0.0, source.clip.duration_s)
    return samples * fade(source.clip, np.arange(len(samples)) / RATE_HZ)[:, None]


def fade(clip: SoundClip, times_s: NDArray[np.float64]) -> NDArray[np.float32]:
    """The fades' factor at times from the clip's start, shape=(n,); straight lines, as the timeline has them."""
    level = np.ones(len(times_s), np.float32)
    if clip.fade_in_s > 0:
        level = np.minimum(level, np.clip(times_s / clip.fade_in_s, 0, 1))
    if clip.fade_out_s > 0:
        level = np.minimum(level, np.clip((clip.duration_s - times_s) / clip.fade_out_s, 0, 1))
    return level.astype(np.float32)


def _add(mixed: Samples, begin: int, source: Source, gain_db: float) -> None:
    clip = source.clip
    first = max(round(clip.start_s * RATE_HZ), begin)
    last = min(round(clip.end_s * RATE_HZ), begin + len(mixed))
    if last <= first:
        return
    start_s = first / RATE_HZ - clip.start_s
    samples = source.read(start_s, start_s + (last - first) / RATE_HZ)[: last - first]
    times_s = start_s + np.arange(len(samples)) / RATE_HZ
    shaped = samples * (fade(clip, times_s) * 10 ** (gain_db / 20))[:, None]
    mixed[first - begin : first - begin + len(shaped)] += shaped
