"""The loop that reads requests and writes answers."""

from __future__ import annotations

import json
import logging
import os
import sys
import threading
from typing import Any, BinaryIO

from tintype.errors import TintypeError
from tintype.rpc.messages import (
    INTERNAL_ERROR,
    MAX_MESSAGE_BYTES,
    MessageError,
    error_message,
    notification,
    read_request,
    result_message,
    tintype_error_message,
)
from tintype.rpc.methods import Methods

log = logging.getLogger(__name__)


class Server:
    """Answers the messages of one client until it hangs up or asks to stop."""

    def __init__(self, source: BinaryIO, sink: BinaryIO) -> None:
        self._source = source
        self._sink = sink
        self._lock = threading.Lock()
        self.methods = Methods(lambda status: self._write(notification("job.progress", status)))

    def run(self) -> None:
        """Read until the end of the input, then stop what is running."""
        while not self.methods.closing:
            line = self._source.readline(MAX_MESSAGE_BYTES + 2)
            if not line:
                break
            if line.strip():
                answer = self.answer(line)
                if answer is not None:
                    self._write(answer)
            if not line.endswith(b"\n"):
                self._skip_to_end_of_line()
        self.methods.stop()

    def answer(self, line: bytes) -> dict[str, Any] | None:
        """The answer to one message; None for a notification that went well."""
        number = None
        try:
            request = read_request(line)
            number = request.id
            result = self.methods.answer(request)
        except MessageError as error:
            error.id = error.id if error.id is not None else number
            return error_message(error)
        except TintypeError as error:
            return tintype_error_message(number, error)
        except Exception as err:  # one bad request must not end the engine; the log has the traceback
            log.exception("request failed")
            return error_message(MessageError(INTERNAL_ERROR, f"{type(err).__name__}: {err}", id=number))
        return None if request.id is None else result_message(request.id, result)

    def _skip_to_end_of_line(self) -> None:
        while (rest := self._source.readline(MAX_MESSAGE_BYTES)) and not rest.endswith(b"\n"):
            pass

    def _write(self, message: dict[str, Any]) -> None:
        # Half a surrogate pair, which JSON can smuggle into a string, goes back as the escape that it came as.
        data = json.dumps(message, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"
        with self._lock:
            try:
                self._sink.write(data)
                self._sink.flush()
            except BrokenPipeError:  # the client is gone; the loop ends at the end of its input
                self.methods.closing = True


def serve_stdio() -> None:
    """Serve on this process's own standard input and output.

    Whatever a plugin prints goes to standard error, so that it cannot come between two messages.
    """
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    sink = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    sys.stdout = sys.stderr
    Server(sys.stdin.buffer, sink).run()
