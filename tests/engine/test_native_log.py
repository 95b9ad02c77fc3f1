"""What compiled libraries write to standard error stays out of the terminal."""

from __future__ import annotations

import os
import subprocess
import sys

CHATTERING = """
import os, sys
from tintype.cli.native_log import divert_native_chatter
divert_native_chatter()
os.write(2, b"W0000 chatter of a library\\n")
sys.stderr.write("what the command says\\n")
"""


def stderr_of(tmp_path, **environment: str) -> str:
    env = os.environ | {"TMPDIR": str(tmp_path)} | environment
    return subprocess.run(
        [sys.executable, "-c", CHATTERING], env=env, capture_output=True, text=True, check=True
    ).stderr


def test_chatter_goes_to_the_log_and_words_to_the_terminal(tmp_path):
    assert stderr_of(tmp_path) == "what the command says\n"
    (log,) = tmp_path.glob("tintype-*.log")
    assert "chatter of a library" in log.read_text()


def test_chatter_can_be_shown(tmp_path):
    assert "chatter of a library" in stderr_of(tmp_path, TINTYPE_NATIVE_LOG="stderr")


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path):
    (tmp_path / f"tintype-{os.getuid()}.log").mkdir()
    assert "what the command says" in stderr_of(tmp_path)
