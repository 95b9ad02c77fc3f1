"""Reading requests and building answers.  Golden examples of every message lie in ``tests/contract``."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from tintype.errors import TintypeError

MAX_MESSAGE_BYTES = 8_000_000
PARSE_ERROR, INVALID_REQUEST, METHOD_NOT_FOUND, INVALID_PARAMS, INTERNAL_ERROR = -32700, -32600, -32601, -32602, -32603
TINTYPE_ERROR = -32000


@dataclass(frozen=True)
class Request:
    """A call, or a notification when ``id`` is None."""

    method: str
    params: dict[str, Any]
    id: int | str | None


class MessageError(Exception):
    """A message that cannot be answered with a result."""

    def __init__(self, code: int, message: str, *, id: int | str | None = None, data: object = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.id = id
        self.data = data


def read_request(line: bytes) -> Request:
    """Read one line.

    Raises:
        MessageError: it is not a JSON-RPC 2.0 request.
    """
    if len(line) > MAX_MESSAGE_BYTES:
        raise MessageError(INVALID_REQUEST, f"That message has more than {MAX_MESSAGE_BYTES} bytes.")
    try:
        data = json.loads(line)
    except (ValueError, RecursionError) as err:
        raise MessageError(PARSE_ERROR, "That line is not JSON.") from err
    if not isinstance(data, dict):
        raise MessageError(INVALID_REQUEST, "A request is a JSON object.")
    number = data.get("id")
    if isinstance(number, bool) or not isinstance(number, int | str | None):
        raise MessageError(INVALID_REQUEST, "An id is a number or a string.")
    method, params = data.get("method"), data.get("params", {})
    if data.get("jsonrpc") != "2.0" or not isinstance(method, str):
        raise MessageError(INVALID_REQUEST, 'A request has "jsonrpc": "2.0" and a method.', id=number)
    if not isinstance(params, dict):
        raise MessageError(INVALID_PARAMS, "Params are given by name, as an object.", id=number)
    return Request(method, params, number)


def result_message(id: int | str | None, result: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": id, "result": result}


def error_message(error: MessageError) -> dict[str, Any]:
    body = {"code": error.code, "message": error.message, "data": error.data}
    return {"jsonrpc": "2.0", "id": error.id, "error": body}


def tintype_error_message(id: int | str | None, error: TintypeError) -> dict[str, Any]:
    body = {"code": TINTYPE_ERROR, "message": error.message, "data": error.as_dict()}
    return {"jsonrpc": "2.0", "id": id, "error": body}


def notification(method: str, params: dict[str, Any]) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "method": method, "params": params}
