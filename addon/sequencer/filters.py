"""Looks and corrections as strip modifiers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..client.errors import FilterUnknown
from ..client.film import Filter

if TYPE_CHECKING:
    import bpy

INNER = ("color_balance", "curve_mapping")
"""Where a modifier keeps properties that are not on itself."""


def add_filter(strip: bpy.types.Strip, look: Filter) -> bpy.types.StripModifier:
    """Put a filter on a strip as a modifier.  The strip's scene must be the one that sequencers edit (compat).

    Raises:
        FilterUnknown: this Blender has no such modifier, or it has no such property.
    """
    try:
        modifier = strip.modifiers.new(look.kind.replace("_", " ").title(), look.kind.upper())
    except TypeError as err:
        raise FilterUnknown(
            f"Strip {strip.name!r}: this Blender has no strip modifier {look.kind!r}.",
            hint="Choose another look in film.toml: [stages.finish_film.settings].",
        ) from err
    for name, value in look.settings.items():
        owner = owner_of(modifier, name)
        if owner is None:
            raise FilterUnknown(
                f"Strip {strip.name!r}: a {look.kind} modifier has no property {name!r}.",
                hint="Names are Blender's own, as in the tooltip of the modifier's field with Python tooltips on.",
            )
        setattr(owner, name, value)
    return modifier


def owner_of(modifier: bpy.types.StripModifier, name: str) -> Any:
    """The object whose property ``name`` is: the modifier, its colour balance or its curves; None if none has it."""
    candidates = [modifier, *(getattr(modifier, inner, None) for inner in INNER)]
    return next((owner for owner in candidates if owner is not None and hasattr(owner, name)), None)
