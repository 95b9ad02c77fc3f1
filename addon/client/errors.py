"""Every error that the add-on shows: what happened, and what to do next."""

from __future__ import annotations

from typing import Any


class AddonError(Exception):
    """Something that the editor can put right.

    Args:
        message: what happened, where, with the value.
        hint: what to do next, as an instruction.
    """

    code = "addon-error"

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class DocumentUnreadable(AddonError):
    """A document is missing, damaged, or of a version that this add-on does not read."""

    code = "document-unreadable"


class HeadUnreadable(AddonError):
    """A head.glb cannot be imported, or does not keep the contract."""

    code = "head-unreadable"


class RigUnsuitable(AddonError):
    """The chosen objects have nothing that a face track can move."""

    code = "rig-unsuitable"


class FilterUnknown(AddonError):
    """The edit asks for a look that this Blender does not have."""

    code = "filter-unknown"


class RenderFailed(AddonError):
    code = "render-failed"


class EngineError(AddonError):
    """The engine is not there, or cannot be talked to."""

    code = "engine-error"


class EngineNotFound(EngineError):
    code = "engine-not-found"


class EngineDied(EngineError):
    code = "engine-died"


class EngineSilent(EngineError):
    """The engine did not answer in time."""

    code = "engine-silent"


class ContractMismatch(EngineError):
    """Engine and add-on speak different versions of the contract."""

    code = "contract-mismatch"


class RequestRefused(EngineError):
    """The engine answered with an error of its own; ``code`` is the engine's, stable across releases."""

    def __init__(self, code: str, message: str, *, hint: str = "", details: dict[str, Any] | None = None) -> None:
        super().__init__(message, hint=hint)
        self.code = code
        self.details = details or {}
