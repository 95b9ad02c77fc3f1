"""Work on several threads at once, within a budget."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any


def cores() -> int:
    """Processor cores that this process may use: the usual budget."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not every system says which cores a process may use
        return os.cpu_count() or 1


@contextmanager
def side_by_side(jobs: int) -> Iterator[Callable[..., Future[Any]]]:
    """Give a function that starts work on one of ``jobs`` threads, as ``start(function, *arguments)``.

    At the end it waits for what is running.  Work that has not begun by then, because something was raised, is dropped.
    """
    pool = ThreadPoolExecutor(max(jobs, 1), thread_name_prefix="line")
    try:
        yield pool.submit
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
