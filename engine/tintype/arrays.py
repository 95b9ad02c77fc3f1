"""Reads npz files that may come from anywhere: no pickles, no bombs."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAX_ARRAYS = 256
MAX_BYTES = 1 << 30  # of all arrays together, unpacked

UNREADABLE = (
    OSError, ValueError, KeyError, TypeError, EOFError, SyntaxError, zipfile.BadZipFile, zlib.error, RuntimeError,
    NotImplementedError, MemoryError, OverflowError,
)  # fmt: skip
"""Everything that numpy and zipfile raise for a damaged or hostile npz."""


def read_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """The arrays of an npz by name.

    Raises:
        ValueError: it is none, holds pickled objects, or unpacks to more than :data:`MAX_BYTES`.
        OSError: it cannot be read.
    """
    import numpy as np  # here, so that commands which read no arrays start at once

    try:
        with zipfile.ZipFile(path) as packed:
            members = packed.infolist()
        if len(members) > MAX_ARRAYS:
            raise ValueError(f"it holds {len(members)} arrays, more than {MAX_ARRAYS}")
        size = sum(member.file_size for member in members)
        if size > MAX_BYTES:
            raise ValueError(f"it unpacks to {size / 1e9:.1f} GB, more than {MAX_BYTES / 1e9:.1f} GB")
        import numpy as np

        with np.load(path, allow_pickle=False) as arrays:
            return {name: np.asarray(arrays[name]) for name in arrays.files}
    except (OSError, ValueError):
        raise
    except UNREADABLE as err:
        raise ValueError(f"it is damaged: {type(err).__name__}: {err}") from err
