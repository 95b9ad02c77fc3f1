"""How long a head from a 12-megapixel photo takes: .venv/bin/python tests/benchmarks/head_speed.py

Enlarges the portrait of Grace Hopper that ships inside matplotlib to 12 megapixels, builds its head once to warm up
(models load, the face mesh is refined) and then several times, and prints each run's seconds: by the clock, and of
processor time, which a busy machine does not stretch.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

import matplotlib.cbook
from PIL import Image
from tintype import Asset, Job
from tintype.documents import ArchiveItem
from tintype_mediapipe import HeadSettings, build_head

MEGAPIXELS = 12.0
TARGET_S = 3.0


def enlarged(path: Path, megapixels: float) -> tuple[int, int]:
    """Write the portrait with about that many pixels; gives its width and height."""
    with matplotlib.cbook.get_sample_data("grace_hopper.jpg") as stream:
        photo = Image.open(stream).convert("RGB")
    factor = (megapixels * 1e6 / (photo.width * photo.height)) ** 0.5
    size = (round(photo.width * factor), round(photo.height * factor))
    photo.resize(size, Image.Resampling.BICUBIC).save(path, quality=92)
    return size


def seconds_for(path: Path, folder: Path) -> tuple[float, float]:
    """By the clock, and of processor time on all cores together."""
    folder.mkdir()
    item = ArchiveItem(path=path.name, medium="photo", sha256="0" * 64, quality=1.0)
    begin, busy = time.perf_counter(), time.process_time()
    build_head([Asset(item, path)], HeadSettings(), Job(folder))
    return time.perf_counter() - begin, time.process_time() - busy


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=3, help="Timed runs after the warm-up.")
    parser.add_argument("--megapixels", type=float, default=MEGAPIXELS)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        width, height = enlarged(root / "large.jpg", arguments.megapixels)
        warm_up = seconds_for(root / "large.jpg", root / "warm-up")
        runs = [seconds_for(root / "large.jpg", root / f"run-{number}") for number in range(arguments.repeats)]
    print(f"{width} × {height} pixels; warm-up {warm_up[0]:.2f} s")
    for name, column in (("clock", 0), ("processor", 1)):
        seconds = [run[column] for run in runs]
        print(
            f"{name:>9}: {', '.join(f'{value:.2f}' for value in seconds)} s; median {statistics.median(seconds):.2f} s"
        )
    print(f"target {TARGET_S:.0f} s by the clock")


if __name__ == "__main__":
    main()
