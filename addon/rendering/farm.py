"""Several Blender processes that render frames side by side, and are replaced when they die."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..client.errors import RenderFailed
from .events import read_event

CHUNK = 12
"""Frames that a worker is given at a time: half a second of film, so that the last worker is never far behind."""
MAX_DEATHS = 3
ENGINES = ("BLENDER_WORKBENCH", "CYCLES")
"""In the order in which they are tried: Workbench needs OpenGL, Cycles nothing."""


@dataclass(frozen=True)
class Chunk:
    """Frames of one scene to render into a folder; numbered from 0."""

    scene: str
    folder: str
    frames: tuple[int, ...]


def chunks_of(scene: str, folder: Path, frames: Sequence[int], size: int = CHUNK) -> list[Chunk]:
    """Cut the frames of a scene into chunks."""
    return [Chunk(scene, str(folder), tuple(frames[at : at + size])) for at in range(0, len(frames), size)]


class Worker:
    """One Blender process.  It ends when we do: we hold the other end of its standard input."""

    def __init__(self, command: list[str], threads: int, mailbox: queue.Queue[tuple[Worker, dict[str, Any] | None]]):
        # llvmpipe would take every core in every process; sharing them out is faster by a tenth.
        environment = os.environ | {"LP_NUM_THREADS": str(threads), "PYTHONUNBUFFERED": "1"}
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True, encoding="utf-8"
        )
        self.ready = False
        self.chunk: Chunk | None = None
        self.left: list[int] = []
        threading.Thread(target=self._listen, args=(mailbox,), daemon=True).start()

    def give(self, chunk: Chunk) -> None:
        self.chunk, self.left = chunk, list(chunk.frames)
        order = {"scene": chunk.scene, "folder": chunk.folder, "frames": chunk.frames}
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(json.dumps(order) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # it has died; its mailbox says so next, and the chunk goes to another

    def end(self) -> None:
        self.process.kill()
        self.process.wait()

    def _listen(self, mailbox: queue.Queue[tuple[Worker, dict[str, Any] | None]]) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            event = read_event(line)
            if event is not None:
                mailbox.put((self, event))
        mailbox.put((self, None))


class Farm:
    """Renders chunks on a few workers.

    Args:
        command: starts a worker for a render engine.
        size: how many workers, at most.
        on_frame: told of each finished frame: scene and number.
    """

    def __init__(self, command: Callable[[str], list[str]], size: int, on_frame: Callable[[str, int], None]) -> None:
        self._command = command
        self._size = size
        self._on_frame = on_frame
        self._mailbox: queue.Queue[tuple[Worker, dict[str, Any] | None]] = queue.Queue()
        self._workers: list[Worker] = []
        self._deaths = 0

    def find_engine(self) -> str:
        """Start the first worker, and say which engine works here: a worker tries its engine before it is ready.

        Raises:
            RenderFailed: none does.
        """
        for engine in ENGINES:
            worker = self._start(engine)
            while not worker.ready:
                _, event = self._mailbox.get()
                if event is None:
                    self._workers.remove(worker)
                    break
                self._check(event)
                worker.ready = event["event"] == "ready"
            if worker.ready:
                return engine
        raise RenderFailed(
            "Blender can render here neither with OpenGL nor with Cycles.",
            hint="`tintype doctor` says which system library is missing.",
        )

    def render(self, chunks: Sequence[Chunk], engine: str) -> None:
        """Render all chunks.

        Raises:
            RenderFailed: a worker reports an error, or workers keep dying.
        """
        waiting = deque(chunks)
        frames = sum(len(chunk.frames) for chunk in chunks)
        while len(self._workers) < min(self._size, -(-frames // CHUNK)):
            self._start(engine)
        for worker in self._workers:
            if worker.ready and waiting:
                worker.give(waiting.popleft())
        while waiting or any(worker.chunk for worker in self._workers):
            worker, event = self._mailbox.get()
            if event is None:
                self._bury(worker, waiting, engine)
                continue
            self._check(event)
            if event["event"] == "frame":
                worker.left.remove(event["frame"])
                assert worker.chunk is not None
                self._on_frame(worker.chunk.scene, event["frame"])
            else:  # ready, or done with its chunk
                worker.ready, worker.chunk = True, None
                if waiting:
                    worker.give(waiting.popleft())

    def close(self) -> None:
        for worker in self._workers:
            worker.end()

    def _start(self, engine: str) -> Worker:
        threads = max(1, (os.cpu_count() or 1) // self._size)
        worker = Worker(self._command(engine), threads, self._mailbox)
        self._workers.append(worker)
        return worker

    def _bury(self, worker: Worker, waiting: deque[Chunk], engine: str) -> None:
        """Put a dead worker's unfinished frames back, and start another in its place."""
        self._workers.remove(worker)
        status = worker.process.wait()
        self._deaths += 1
        where = f" at {worker.chunk.scene}, frame {worker.left[0]}" if worker.chunk and worker.left else ""
        if self._deaths > MAX_DEATHS:
            raise RenderFailed(
                f"Blender ended {self._deaths} times while it rendered portraits, last with status {status}{where}.",
                hint="Run it again: finished frames are kept. `tintype doctor` checks what Blender needs.",
            )
        if worker.chunk and worker.left:
            waiting.appendleft(Chunk(worker.chunk.scene, worker.chunk.folder, tuple(worker.left)))
        self._start(engine)

    @staticmethod
    def _check(event: dict[str, Any]) -> None:
        if event["event"] == "error":
            raise RenderFailed(event["message"], hint=event.get("hint", ""))
