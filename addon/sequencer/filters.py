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
        if look.kind == "hue_correct" and name == "saturation":
            set_saturation(modifier, value)
            continue
        owner = owner_of(modifier, name)
        if owner is None:
            raise FilterUnknown(
                f"Strip {strip.name!r}: a {look.kind} modifier has no property {name!r}.",
                hint="Names are Blender's own, as in the tooltip of the modifier's field with Python tooltips on.",
            )
        setattr(owner, name, value)
    return modifier


def set_saturation(modifier: bpy.types.StripModifier, saturation: float) -> None:
    """Set a hue-correct modifier's saturation for all hues: 0 is grey, 1 leaves colours as they are, 2 doubles them.

    Its curves are not properties that can be set by name; the second one is saturation, and neutral at 0.5.
    """
    curves = modifier.curve_mapping
    for point in curves.curves[1].points:
        point.location = (point.location[0], min(max(saturation / 2, 0.0), 1.0))
    curves.update()


def owner_of(modifier: bpy.types.StripModifier, name: str) -> Any:
    """The object whose property ``name`` is: the modifier, its colour balance or its curves; None if none has it."""
    candidates = [modifier, *(getattr(modifier, inner, None) for inner in INNER)]
    return next((owner for owner in candidates if owner is not None and hasattr(owner, name)), None)
