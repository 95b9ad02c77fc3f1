"""Reading and writing audio files, for stages."""

from __future__ import annotations

import io
from math import gcd
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tintype.documents.base import write_atomic
from tintype.errors import AudioUnreadable

MAX_DURATION_S = 4 * 3600.0
BLOCK_FRAMES = 1 << 20  # read at a time, so that only one channel of a long recording is held in memory


def read_audio(path: Path, rate_hz: int | None = None) -> tuple[NDArray[np.float32], int]:
    """Read an audio file as mono.

    Args:
        path: anything that libsndfile reads (wav, flac, ogg, mp3, aiff).
        rate_hz: resample to this rate; the file's own if absent.

    Returns:
        Samples in [-1, 1], shape=(n,), and their rate in Hz.

    Raises:
        AudioUnreadable: missing, damaged, empty, or longer than four hours.
    """
    import soundfile

    try:
        with soundfile.SoundFile(path) as stream:
            if stream.frames > MAX_DURATION_S * stream.samplerate:
                raise AudioUnreadable(
                    f"{path.name} is {stream.frames / stream.samplerate / 3600:.1f} hours long.",
                    hint="Cut it into parts of at most four hours.",
                )
            blocks = stream.blocks(BLOCK_FRAMES, dtype="float32", always_2d=True)
            samples = np.concatenate([block.mean(axis=1) for block in blocks] or [np.zeros(0, dtype=np.float32)])
            rate = int(stream.samplerate)
    except (soundfile.LibsndfileError, OSError, RuntimeError) as err:
        raise AudioUnreadable(
            f"{path.name} cannot be read as audio: {str(getattr(err, 'error_string', err)).rstrip('.')}.",
            hint="Export it as 16-bit WAV and try again.",
        ) from err
    if not len(samples):
        raise AudioUnreadable(f"{path.name} has no sound in it.", hint="Check that it was copied completely.")
    mono = np.nan_to_num(samples)
    return (resample(mono, rate, rate_hz), rate_hz) if rate_hz else (mono, rate)


def resample(samples: NDArray[np.float32], rate_hz: int, new_rate_hz: int) -> NDArray[np.float32]:
    """Change the rate of samples, shape=(n,), by a polyphase filter."""
    if rate_hz == new_rate_hz:
        return samples
    from scipy.signal import resample_poly

    common = gcd(rate_hz, new_rate_hz)
    return np.asarray(resample_poly(samples, new_rate_hz // common, rate_hz // common), dtype=np.float32)


def write_audio(path: Path, samples: NDArray[np.floating[Any]], rate_hz: int) -> None:
    """Write mono samples, shape=(n,), in [-1, 1], as 16-bit PCM wav, beside ``path`` first and then renamed."""
    import soundfile

    whole = np.round(np.clip(samples, -1.0, 1.0) * 32767.0).astype(np.int16)
    buffer = io.BytesIO()
    soundfile.write(buffer, whole, rate_hz, format="WAV", subtype="PCM_16")
    write_atomic(path, buffer.getvalue(), durable=False)
