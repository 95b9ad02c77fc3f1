"""Says what is wrong with a disk in words: full, not writable, gone."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tintype.errors import StorageFailed, TintypeError

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
CLOSED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


def storage_error(err: OSError, folder: Path) -> StorageFailed:
    """The error that an editor sees for what the system said while something was written below ``folder``."""
    where = err.filename or folder
    if err.errno in FULL:
        return StorageFailed(
            f"The disk that holds {folder} is full.", hint="Make room and run it again: what was finished is kept."
        )
    if err.errno in CLOSED:
        return StorageFailed(
            f"{where} may not be written: {err.strerror}.",
            hint="Make the film's folder writable, or copy it to where you may write.",
        )
    return StorageFailed(
        f"{where} could not be read or written: {err.strerror or err}.",
        hint="Check the disk and run it again: what was finished is kept.",
    )


def cause_on_disk(err: BaseException | None) -> OSError | None:
    """The full or closed disk behind an error, if that is what it came from."""
    while err is not None:
        if isinstance(err, OSError) and err.errno in FULL | CLOSED:
            return err
        err = err.__cause__
    return None


@contextmanager
def storage_of(folder: Path) -> Iterator[None]:
    """Turn whatever a disk refuses, to us or to a plugin, into :class:`StorageFailed`.

    Raises:
        StorageFailed: the disk is full or the folder closed.
    """
    try:
        yield
    except TintypeError as err:
        cause = cause_on_disk(err)
        if cause is None:
            raise
        raise storage_error(cause, folder) from err
    except OSError as err:
        raise storage_error(err, folder) from err
