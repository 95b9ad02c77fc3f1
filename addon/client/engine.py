"""The engine as a child process: requests and answers as lines of JSON over its standard input and output.

Three threads of our own do what could block: one writes, one reads, one keeps what the engine logs.  Everything else
happens in :meth:`Engine.poll`, which the main thread calls often and which never waits, so callbacks may touch Blender.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import queue
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import IO, Any

from .command import check_command
from .errors import AddonError, EngineDied, EngineError, EngineNotFound, EngineSilent, RequestRefused

log = logging.getLogger(__name__)

TIMEOUT_S = 15.0
LOG_LINES = 400
SHOWN_LETTERS = 160
"""How much of the engine's last line is quoted when it dies; the log has the rest."""
PARTING_S = 2.0
"""How long the engine may take to leave by itself before it is killed."""

Done = Callable[[Any], None]
Failed = Callable[[AddonError], None]


@dataclass(frozen=True)
class Pending:
    """A request that has not been answered yet."""

    method: str
    done: Done
    failed: Failed
    deadline: float


class Engine:
    """A running engine.

    Args:
        command: program and arguments.
        on_notification: called from :meth:`poll` with method and params of what the engine tells unasked.

    Raises:
        EngineNotFound: the program is not there or cannot be started.
    """

    def __init__(self, command: Sequence[str], on_notification: Callable[[str, Any], None] = lambda *_: None) -> None:
        check_command(command)
        self.command = list(command)
        self.log: deque[str] = deque(maxlen=LOG_LINES)
        self.heard_at = time.monotonic()
        self.death: EngineDied | None = None
        self._on_notification = on_notification
        self._pending: dict[int, Pending] = {}
        self._next_id = 1
        self._inbox: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._outbox: queue.Queue[bytes | None] = queue.Queue()
        try:
            self._process = subprocess.Popen(
                self.command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
                env={name: value for name, value in os.environ.items() if not name.startswith("PYTHON")},
            )
        except OSError as err:
            raise EngineNotFound(
                f"{command[0]} cannot be started: {err.strerror or err}.",
                hint="Check the engine command in the add-on's preferences.",
            ) from err
        for name, work, stream in (
            ("write", self._write, self._process.stdin),
            ("read", self._read, self._process.stdout),
            ("log", self._keep_log, self._process.stderr),
        ):
            threading.Thread(target=work, args=(stream,), name=f"tintype {name}", daemon=True).start()

    def call(
        self,
        method: str,
        params: dict[str, Any],
        done: Done = lambda result: None,
        failed: Failed = lambda error: None,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        """Ask for something.  One of the two callbacks is called, later, from :meth:`poll`."""
        if self.death is not None:
            failed(self.death)
            return
        number = self._next_id
        self._next_id += 1
        self._pending[number] = Pending(method, done, failed, time.monotonic() + timeout_s)
        message = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
        self._outbox.put(json.dumps(message).encode() + b"\n")

    def request(self, method: str, params: dict[str, Any], timeout_s: float = TIMEOUT_S) -> Any:
        """Ask, and wait for the answer.  For scripts and tests; Blender's main thread uses :meth:`call`.

        Raises:
            EngineError: the engine refused, died, or did not answer in time.
        """
        answers: list[Any] = []
        errors: list[AddonError] = []
        self.call(method, params, answers.append, errors.append, timeout_s)
        while not answers and not errors:
            self.poll(wait_s=0.05)
        if errors:
            raise errors[0]
        return answers[0]

    def poll(self, wait_s: float = 0.0) -> bool:
        """Deal with everything that has arrived, and with what should have.

        Args:
            wait_s: how long to wait for a first message; 0 in Blender.

        Returns:
            Whether anything happened.
        """
        happened = False
        while self.death is None:
            try:
                message = self._inbox.get(block=wait_s > 0, timeout=wait_s or None)
            except queue.Empty:
                break
            wait_s = 0.0
            happened = True
            self.heard_at = time.monotonic()
            if message is None:
                self._died()
            else:
                self._receive(message)
        return self._expire() or happened

    def close(self) -> None:
        """Ask the engine to leave, and make sure that it does.  Requests that are open are dropped."""
        self._pending.clear()
        if self.death is None and self._process.poll() is None:
            message = {"jsonrpc": "2.0", "method": "engine.shutdown", "params": {}}
            self._outbox.put(json.dumps(message).encode() + b"\n")
        self._outbox.put(None)
        threading.Thread(target=self._part, name="tintype part", daemon=True).start()

    @property
    def busy(self) -> bool:
        """Whether an answer is due."""
        return bool(self._pending)

    def _receive(self, message: dict[str, Any]) -> None:
        if "method" in message:
            self._on_notification(message["method"], message.get("params"))
            return
        pending = self._pending.pop(message.get("id"), None)  # type: ignore[arg-type]
        if pending is None:
            log.warning("an answer to nothing that was asked: %.200s", message)
        elif "error" in message:
            pending.failed(refusal(message["error"]))
        else:
            self._answer(pending, message.get("result"))

    def _answer(self, pending: Pending, result: Any) -> None:
        try:
            pending.done(result)
        except EngineError as error:  # an answer that is not what it should be
            pending.failed(error)

    def _expire(self) -> bool:
        now = time.monotonic()
        late = [number for number, pending in self._pending.items() if now > pending.deadline]
        for number in late:
            pending = self._pending.pop(number)
            pending.failed(
                EngineSilent(
                    f"The engine has not answered {pending.method}.",
                    hint="It may be busy loading a model: try again, or disconnect and connect anew.",
                )
            )
        return bool(late)

    def _died(self) -> None:
        with contextlib.suppress(subprocess.TimeoutExpired):  # its output is closed: it is about to end
            self._process.wait(timeout=0.5)
        last = self.log[-1][:SHOWN_LETTERS] if self.log else ""
        self.death = EngineDied(
            f"The engine ended with status {self._process.poll()}." + (f" Its last words: {last}" if last else ""),
            hint="Connect again: what was finished is kept. The log in the panel says more.",
        )
        waiting, self._pending = self._pending, {}
        for pending in waiting.values():
            pending.failed(self.death)

    def _write(self, stream: IO[bytes]) -> None:
        with contextlib.suppress(OSError, ValueError):  # the engine is gone; reading notices and says so
            while (data := self._outbox.get()) is not None:
                stream.write(data)
                stream.flush()
            stream.close()

    def _read(self, stream: IO[bytes]) -> None:
        for line in stream:
            try:
                message = json.loads(line)
            except (ValueError, RecursionError):
                message = None
            if isinstance(message, dict):
                self._inbox.put(message)
            elif line.strip():
                self.log.append(f"(not a message) {line.decode('utf-8', 'replace').strip()}")
        self._inbox.put(None)

    def _keep_log(self, stream: IO[bytes]) -> None:
        for line in stream:
            self.log.append(line.decode("utf-8", "replace").rstrip())

    def _part(self) -> None:
        try:
            self._process.wait(timeout=PARTING_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def refusal(error: Any) -> RequestRefused:
    """The engine's error object as an error of ours; its own code, message and hint where it gave them."""
    data = error.get("data") if isinstance(error, dict) else None
    if isinstance(data, dict) and "code" in data:
        return RequestRefused(
            str(data["code"]), str(data.get("message", "")), hint=str(data.get("hint", "")), details=data.get("details")
        )
    message = error.get("message", error) if isinstance(error, dict) else error
    return RequestRefused("engine-error", str(message), hint="The engine's log says more.")
