"""How fast the engine is without its models: start, films that change and that do not, growth, lines side by side.

    .venv/bin/python tests/benchmarks/engine_speed.py [--quick]

Prints a table and writes it to ``build/bench/engine_speed.json``.  Stages are the fakes of the tests, which take next
to no time, so that what is measured is the engine.  Times are the best of several runs; processor times and ratios
depend least on what else the machine does.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

REPOSITORY = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
RUNS = 5
GROWTH = (10, 30, 100, 300, 1000)
QUICK_GROWTH = (10, 30, 100)
LINES = 50
SPOKEN = "Humans are allergic to change. They love to say, we have always done it this way."
HELLO = (
    '{"jsonrpc":"2.0","id":1,"method":"engine.hello","params":{"client":"benchmark","contract":1}}\n'
    '{"jsonrpc":"2.0","id":2,"method":"engine.shutdown","params":{}}\n'
)
HEAD = """\
[film]
title = "A film"
size = [320, 180]

[subject]
name = "Ada"
died = 1852
portrait = "photos/ada.png"

[consent]
basis = "estate"
granted_by = "Her granddaughter"
date = 2024-05-01
scope = ["voice", "likeness"]

"""
LINE = """
[[line]]
id = "l{number}"
text = "These are the words of line number {number}."
source = "A letter"
"""
PICTURE = """\
show = "picture"
picture = "photos/house.png"
"""


@dataclass
class Row:
    """One measurement.

    Attributes:
        value: what was measured, in ``unit``.
        limit: what it should stay below; None where there is no limit.
        note: a ratio, or what else is needed to read the number.
    """

    name: str
    value: float
    unit: str
    limit: float | None = None
    note: str = ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="films of at most 100 lines")
    parser.add_argument("--child", nargs="+", metavar="ARGUMENT", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        print(json.dumps(child(*options.child)))
        return
    rows = [*starts(), *films(), *growth(QUICK_GROWTH if options.quick else GROWTH), *side_by_side()]
    show(rows)
    out = REPOSITORY / "build" / "bench" / "engine_speed.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps([asdict(row) for row in rows], indent=2) + "\n")
    print(f"Written to {out}.")


def show(rows: list[Row]) -> None:
    table = Table("what", "measured", "limit", "note", title="Engine speed")
    for row in rows:
        limit = "" if row.limit is None else f"< {row.limit:g} {row.unit}"
        style = "red" if row.limit is not None and row.value >= row.limit else ""
        table.add_row(row.name, f"{row.value:.3g} {row.unit}", limit, row.note, style=style)
    Console(width=150).print(table)


# Start


def starts() -> list[Row]:
    """Wall time of commands, and their processor time in multiples of a bare Python's."""
    bare = timed([sys.executable, "-c", "pass"])
    commands = {
        "tintype --help": ([BIN / "tintype", "--help"], "", 1.0),
        "tintype plugins": ([BIN / "tintype", "plugins"], "", 0.7),
        "tintype serve, first answer": ([BIN / "tintype", "serve"], HELLO, 1.0),
    }
    rows = []
    for name, (command, text, limit) in commands.items():
        wall_s, cpu_s = timed(command, text)
        rows.append(Row(name, wall_s, "s", limit, f"{cpu_s:.2f} s of processor, {cpu_s / bare[1]:.0f} × bare Python"))
    return rows


def timed(command: list[object], text: str = "") -> tuple[float, float]:
    """The shortest wall and processor time of a command, in seconds."""
    walls, cpus = [], []
    for _ in range(RUNS):
        before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        subprocess.run([str(word) for word in command], input=text, capture_output=True, text=True, check=True)
        walls.append(time.monotonic() - started)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpus.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(walls), min(cpus)


# Films, each in a process of its own


def films() -> list[Row]:
    """A film of fifty lines: made, left alone, one line changed."""
    with tempfile.TemporaryDirectory() as folder:
        path = write_film(Path(folder), LINES)
        first = in_child("film", path)
        again = in_child("film", path)
        path.write_text(path.read_text().replace("line number 33", "line number thirty-three"))
        changed = in_child("film", path)
    lines = {subject for stage, subject in changed["made"] if stage not in ("compose_film", "finish_film")}
    return [
        Row(f"{LINES} lines, made", first["wall_s"], "s", None, f"{first['cpu_s']:.2f} s of processor"),
        Row(
            f"{LINES} lines, nothing changed",
            again["wall_s"],
            "s",
            3.0,
            f"{again['cpu_s']:.2f} s of processor, {len(again['made'])} results made, "
            f"{first['cpu_s'] / again['cpu_s']:.0f} × faster than made",
        ),
        Row(
            f"{LINES} lines, one changed",
            len(lines),
            "lines made",
            2,
            f"{len(changed['made'])} results made of {len(first['made'])}, {changed['wall_s']:.2f} s",
        ),
    ]


def growth(sizes: tuple[int, ...]) -> list[Row]:
    """Processor time per line as films grow, and the exponent of a power law through it; 1 is flat per line."""
    made, kept, memory = {}, {}, {}
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            path = write_film(Path(folder), size)
            first, again = in_child("film", path), in_child("film", path)
        made[size], kept[size], memory[size] = first["cpu_s"], again["cpu_s"], again["peak_mb"]
    least, most = sizes[0], sizes[-1]
    rows = []
    for name, costs in (("made", made), ("nothing changed", kept)):
        per_line = ", ".join(f"{size}: {1000 * cost / size:.1f}" for size, cost in costs.items())
        rows.append(
            Row(f"{least} to {most} lines, {name}", exponent(costs), "exponent", 1.1, f"ms per line {per_line}")
        )
    grown = (memory[most] - memory[least]) * 1000 / (most - least)
    note = ", ".join(f"{size}: {peak:.0f}" for size, peak in memory.items())
    return [*rows, Row("memory per line", grown, "kB", None, f"peak in MB {note}")]


def exponent(costs: dict[int, float]) -> float:
    """Of the least-squares power law through cost by size, less what the smallest film costs (imports for the most)."""
    (least, base), *rest = sorted(costs.items())
    points = [(math.log(size - least), math.log(cost - base)) for size, cost in rest]
    mean_x, mean_y = (sum(values) / len(points) for values in zip(*points, strict=True))
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / sum((x - mean_x) ** 2 for x, _ in points)


def write_film(folder: Path, lines: int) -> Path:
    """A film of this many lines whose stages all name the tests' fake."""
    from tintype import STAGES

    photos = folder / "archive" / "photos"
    photos.mkdir(parents=True)
    (photos / "ada.png").write_bytes(b"a face")
    (photos / "house.png").write_bytes(b"a house")
    parts = [HEAD, "[stages]\n", *(f'{stage} = "fake"\n' for stage in STAGES)]
    for number in range(lines):
        parts.append(LINE.format(number=number) + ("" if number % 4 else PICTURE))
    path = folder / "film.toml"
    path.write_text("".join(parts))
    return path


# Side by side


def side_by_side() -> list[Row]:
    """Eight spoken lines by eSpeak NG, one and then as many at a time as there are cores, in turns."""
    at_once = os.cpu_count() or 1
    serial, parallel, alone, together = [], [], [], []
    for _ in range(2):
        alone.append(busy(1))
        together.append(busy(at_once))
        serial.append(in_child("speech", 8, 1)["wall_s"])
        parallel.append(in_child("speech", 8, at_once)["wall_s"])
    free = at_once * min(alone) / min(together)
    return [
        Row(
            f"8 spoken lines, {at_once} at a time",
            min(serial) / min(parallel),
            "× faster",
            None,
            f"{min(serial):.2f} s and {min(parallel):.2f} s; {free:.1f} of {at_once} cores were free for this",
        )
    ]


def busy(processes: int) -> float:
    """How long it takes when this many processes count at the same time, in seconds."""
    started = time.monotonic()
    running = [subprocess.Popen([sys.executable, "-c", "for i in range(8_000_000): pass"]) for _ in range(processes)]
    for process in running:
        process.wait()
    return time.monotonic() - started


# In a process of its own


def in_child(*arguments: object) -> dict[str, object]:
    command = [sys.executable, __file__, "--child", *(str(word) for word in arguments)]
    started = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return {"wall_s": time.monotonic() - started, **json.loads(done.stdout.splitlines()[-1])}


def child(what: str, *arguments: str) -> dict[str, object]:
    return {"film": make_fake_film, "speech": speak_lines}[what](*arguments)


def make_fake_film(path: str) -> dict[str, object]:
    sys.path.insert(0, str(REPOSITORY / "tests"))
    from fake_stages import FakeStages
    from tintype.pipeline import make_film
    from tintype.plugins import Plugins
    from tintype.progress import Run
    from tintype.project import read_project

    plugins = Plugins()
    plugins.register("fake", FakeStages())
    run = Run()
    make_film(read_project(Path(path)), plugins, run)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"made": run.made, "cpu_s": time.process_time(), "peak_mb": peak_mb}


def speak_lines(lines: str, jobs: str) -> dict[str, object]:
    """Speak lines as the pipeline does; the time is that of speaking, without imports."""
    from tintype.cache import Cache
    from tintype.documents import Speech
    from tintype.plugins import Plugins
    from tintype.progress import Run
    from tintype.project import read_project
    from tintype.stage_runner import Call, StageRunner

    with tempfile.TemporaryDirectory() as folder:
        path = write_film(Path(folder), 1)
        path.write_text(path.read_text().replace('synthesize_speech = "fake"', 'synthesize_speech = "espeak"'))
        run = Run()
        runner = StageRunner(Plugins.discover(), read_project(path), Cache(Path(folder) / "cache"), run, int(jobs))

        def calls(count: int, what: str) -> list[Call[Speech]]:
            texts = [f"{SPOKEN} {what} {number}." for number in range(count)]
            return [
                Call(
                    "synthesize_speech",
                    Speech,
                    text,
                    inputs={"text": text},
                    arguments={"text": text, "language": "en-us", "voice": None, "emotion": None},
                )
                for text in texts
            ]

        run.begin("synthesize_speech", int(lines))
        runner.make_each(calls(1, "Warm"))
        started = time.monotonic()
        runner.make_each(calls(int(lines), "Line"))
        return {"wall_s": time.monotonic() - started}


if __name__ == "__main__":
    main()
