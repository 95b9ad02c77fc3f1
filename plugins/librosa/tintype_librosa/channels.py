"""Which channel of a stereo recording has the voice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

import numpy as np
from numpy.typing import NDArray

DEAD_DB = 25.0  # a channel this far below the other adds only noise
CANCELLING = -0.5  # correlation below this: one channel is wired the wrong way round
APART = 0.25  # correlation below this, at similar levels: two microphones, perhaps two speakers

Block = NDArray[np.float32]
Choice = Literal["auto", "mix", "left", "right"]


def choose_channel(blocks: Iterable[Block], wanted: Choice) -> tuple[Choice, tuple[str, ...]]:
    """``mix``, ``left`` or ``right``, and what the editor should know.

    Args:
        blocks: shape=(n, channels); only the first two channels are compared.
        wanted: anything but ``auto`` is taken as it is.
    """
    if wanted != "auto":
        return wanted, ()
    left = right = both = 0.0
    for block in blocks:
        one, other = block[:, 0].astype(np.float64), block[:, 1].astype(np.float64)
        left, right, both = left + float(one @ one), right + float(other @ other), both + float(one @ other)
    if left + right == 0:
        return "mix", ()
    apart_db = 10 * np.log10((left + 1e-12) / (right + 1e-12))
    if abs(apart_db) > DEAD_DB:
        return ("left", ("the right channel is empty",)) if apart_db > 0 else ("right", ("the left channel is empty",))
    correlation = both / np.sqrt(left * right)
    if correlation < CANCELLING:
        louder: Choice = "left" if left >= right else "right"
        return louder, (f"the channels cancel each other, so only the {louder} one is used",)
    if correlation < APART:
        words = (
            "the channels hear different things (two speakers?): if only one is wanted, set channel to left or right"
        )
        return "mix", (words,)
    return "mix", ()


def mono(blocks: Iterable[Block], channel: Choice) -> Iterator[NDArray[np.float32]]:
    """The chosen channel, or the mean of all, shape=(n,)."""
    for block in blocks:
        if channel in ("left", "right") and block.shape[1] > 1:
            yield block[:, 0 if channel == "left" else 1]
        else:
            yield block.mean(axis=1)
