"""Music of the archive under the film, ducked under the voices, as sound strips that stay editable.

The bed is one file as long as the film, and the strips all play it in step.  Where one strip fades out while the next
fades in, the same sound is heard through both, and their straight fades add up to a straight ramp from one level to
the other: what a mixing desk does with a fader, written as strips.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray
from tintype.audio import read_audio
from tintype.errors import AudioUnreadable

RATE_HZ = 48000
SEAM_S = 2.0
"""Cross-fade where music that is shorter than the film begins again."""

DOWN_S, UP_S = 0.5, 1.2
"""The music goes down before a voice begins, and comes back more slowly than it went."""

LEAST_PAUSE_S = 2.5
"""Between two voices nearer than this the music stays down: coming up for a moment is worse."""

END_FADE_S = 2.5
QUIET = 10 ** (-50 / 20)
BLOCK_S = 0.4


@dataclass(frozen=True)
class Piece:
    """A stretch of the bed at one level, in frames.

    Attributes:
        start, end: of the strip, with its fades.
        is_under_voice: whether it is ducked.
        fade_in, fade_out: frames that it shares with its neighbours, or with silence at the film's ends.
    """

    start: int
    end: int
    is_under_voice: bool
    fade_in: int
    fade_out: int


def pieces(voices: Sequence[tuple[int, int]], end: int, fps: float) -> list[Piece]:
    """The stretches of the bed, in order; those under voices overlap their neighbours by the ramps.

    Args:
        voices: spans of the voices, in frames, sorted.
        end: the film's length in frames.
    """
    down, up, pause = (round(seconds * fps) for seconds in (DOWN_S, UP_S, LEAST_PAUSE_S))
    spans: list[tuple[int, int]] = []
    for first, last in voices:
        if spans and first - spans[-1][1] < pause:
            spans[-1] = (spans[-1][0], max(spans[-1][1], last))
        else:
            spans.append((first, last))
    made: list[Piece] = []
    free_from, fade_in = 0, 0
    for first, last in spans:
        lowered_from, raised_until = max(first - down, 0), min(last + up, end)
        if first > free_from:
            made.append(Piece(free_from, first, False, fade_in, first - lowered_from))
        made.append(Piece(lowered_from, raised_until, True, first - lowered_from, raised_until - last))
        free_from, fade_in = last, raised_until - last
    if end > free_from:
        made.append(Piece(free_from, end, False, fade_in, 0))
    return _with_end(made, end, fps)


def _with_end(made: list[Piece], end: int, fps: float) -> list[Piece]:
    """The last stretch fades out with the film."""
    last = made[-1]
    fade = min(round(END_FADE_S * fps), (last.end - last.start) // 2)
    return [*made[:-1], Piece(last.start, last.end, last.is_under_voice, last.fade_in, max(last.fade_out, fade))]


def write_bed(music: Path, duration_s: float, path: Path) -> float:
    """Write the music as a bed of the film's length (stereo stays stereo), repeated if it is shorter.

    Returns:
        Its level in dB, pauses left out.

    Raises:
        AudioUnreadable: the recording cannot be read, or has no sound in it.
    """
    read_audio(music)  # the engine's own checks and messages
    samples, rate_hz = soundfile.read(music, dtype="float32", always_2d=True)
    samples = np.nan_to_num(samples[:, :2])
    bed = repeated(samples, round(duration_s * rate_hz), round(SEAM_S * rate_hz))
    level = level_dbfs(bed, rate_hz)
    if not np.isfinite(level):
        raise AudioUnreadable(f"{music.name} is silent.", hint="Choose another recording as music.")
    soundfile.write(path, bed, rate_hz, subtype="PCM_16")
    return level


def repeated(samples: NDArray[np.float32], length: int, seam: int) -> NDArray[np.float32]:
    """Samples, shape=(n, channels), cut or repeated to a length; repeats are joined by a cross-fade of equal power."""
    seam = min(seam, len(samples) // 3)
    made = samples[:length]
    while len(made) < length:
        share = np.linspace(0, np.pi / 2, seam, dtype=np.float32)[:, None]
        joint = made[-seam:] * np.cos(share) + samples[:seam] * np.sin(share)
        made = np.concatenate([made[:-seam], joint, samples[seam:]])[: max(length, len(made) + 1)]
    return made[:length]


def level_dbfs(samples: NDArray[np.float32], rate_hz: int) -> float:
    """Level of the blocks that are not quiet, energy summed over the channels; ``-inf`` when all are quiet.

    Args:
        samples: shape=(n,) or (n, channels).
    """
    energy = (samples**2).reshape(len(samples), -1).sum(axis=1)
    block = max(round(BLOCK_S * rate_hz), 1)
    whole = len(energy) // block * block
    blocks = energy[:whole].reshape(-1, block).mean(axis=1) if whole else energy[:1]
    loud = blocks[blocks > QUIET**2]
    return 10 * float(np.log10(loud.mean())) if len(loud) else float("-inf")
