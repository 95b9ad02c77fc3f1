"""Keeps the chatter of compiled libraries out of what people read.

MediaPipe and Blender's drivers write straight to the process's standard error, past Python's logging, and cannot be
told not to.  The command sends that to a file, and keeps the terminal for what it says itself.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path


def log_path() -> Path:
    """Where the chatter of this user's last command lies."""
    user = os.getuid() if hasattr(os, "getuid") else os.getlogin()
    return Path(tempfile.gettempdir()) / f"tintype-{user}.log"


def divert_native_chatter() -> None:
    """From now on file descriptor 2 is the log, and ``sys.stderr`` what file descriptor 2 was.

    Does nothing when ``TINTYPE_NATIVE_LOG`` is ``stderr``, or when the log cannot be written.
    """
    if os.environ.get("TINTYPE_NATIVE_LOG") == "stderr":
        return
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
    try:
        log = os.open(log_path(), flags, 0o600)
    except OSError:
        return  # another user's file, or no room: chatter is better than no command
    sys.stderr.flush()
    shown = os.dup(2)
    os.dup2(log, 2)
    os.close(log)
    sys.stderr = os.fdopen(shown, "w", encoding="utf-8", errors="replace", buffering=1)
