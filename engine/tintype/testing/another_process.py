"""Tries every stage of a plugin in a process of its own.

``python -m tintype.testing.another_process NAME FOLDER SETTINGS`` prints one JSON object: what was imported only to
list the plugin, and what each stage left.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tintype.testing.running import StageSettings

HEAVY = frozenset(
    {
        "bpy", "cv2", "diffusers", "jax", "keras", "librosa", "matplotlib", "mediapipe", "numba", "onnxruntime",
        "pandas", "parselmouth", "pocketsphinx", "pyworld", "scipy", "skimage", "sklearn", "spacy", "speechbrain",
        "tensorflow", "torch", "torchaudio", "transformers", "TTS", "whisper",
    }
)  # fmt: skip
"""Libraries that take long to import, so that listing plugins must not."""
TIMEOUT_S = 300


@dataclass(frozen=True)
class Report:
    """What another process found.

    Attributes:
        heavy: heavy libraries that were imported to list the plugin.
        files: digests of what each case left, by path, under the case's name.
        errors: what went wrong, under the case's name.
    """

    heavy: list[str]
    files: dict[str, dict[str, str]]
    errors: dict[str, str]


def try_in_another_process(name: str, folder: Path, settings: StageSettings) -> Report:
    """Run every stage of an installed plugin on the samples in a fresh process.

    Raises:
        AssertionError: the process died, or took longer than five minutes.
    """
    command = [sys.executable, "-m", "tintype.testing.another_process", name, str(folder), json.dumps(settings)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=TIMEOUT_S, env=environment, encoding="utf-8"
        )
    except subprocess.TimeoutExpired as err:
        raise AssertionError(f"{name} did not finish in another process within {TIMEOUT_S} s") from err
    if done.returncode:
        last = "\n".join(done.stderr.strip().splitlines()[-12:])
        raise AssertionError(f"{name} ended another process with status {done.returncode}:\n{last}")
    return Report(**json.loads(done.stdout.splitlines()[-1]))


def main(name: str, folder: Path, settings: StageSettings) -> None:
    """Be the other process."""
    from tintype.plugins import ENTRY_POINT_GROUP, Plugins

    before = set(sys.modules)
    plugins = Plugins()
    (point,) = entry_points(group=ENTRY_POINT_GROUP, name=name)
    plugin = plugins.register(name, point.load())
    heavy = sorted(HEAVY & (set(sys.modules) - before))

    from tintype.testing.running import Bench, cases_of

    bench = Bench(plugins, plugin, folder, settings)
    files, errors = {}, {}
    for case in cases_of(plugin):
        outcome = bench.run(case)
        files[str(case)] = outcome.files
        if outcome.error is not None:
            errors[str(case)] = str(outcome.error)
    sys.stdout.write("\n" + json.dumps({"heavy": heavy, "files": files, "errors": errors}) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), json.loads(sys.argv[3]))
