"""Whether engine and add-on understand each other, and if not, which side has to be updated."""

from __future__ import annotations

from .errors import ContractMismatch
from .messages import Hello

CONTRACT = 1
"""Version of the messages that this add-on speaks."""
CLIENT = "tintype-addon"


def check_contract(hello: Hello) -> None:
    """Refuse an engine of another contract.

    Raises:
        ContractMismatch: says which side to update.
    """
    if hello.contract == CONTRACT:
        return
    older = hello.contract < CONTRACT
    raise ContractMismatch(
        f"Engine {hello.engine} speaks contract {hello.contract}; this extension speaks contract {CONTRACT}.",
        hint="Update the engine: pip install --upgrade tintype-engine"
        if older
        else "Update the Tintype extension in Blender: Preferences, Get Extensions.",
    )
