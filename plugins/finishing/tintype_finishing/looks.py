"""Looks as strip modifiers.  All are mild: an archive film keeps its pictures, it only sits them side by side.

What each imitates, in words of photographic practice: a *faded print* has lost its blacks and some colour, and its
paper has yellowed; *silver* is a gelatin silver print, neutral, with firm contrast; *sepia* the same, toned; a *warm
slide* is dense and saturated as reversal film is; *cold news* is 16 mm reversal pushed for television.

Blender takes colour out by keeping the brightest channel, which renders a blue sky light as orthochromatic film did;
the two monochrome looks are darkened to make up for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tintype.documents import Film, Filter, PictureClip, PortraitClip

Value = float | tuple[float, ...]
Step = tuple[str, Mapping[str, Value]]

NEUTRAL: Mapping[str, Value] = {
    "saturation": 1.0, "contrast": 0.0, "bright": 0.0, "lift": (1.0, 1.0, 1.0), "gamma": (1.0, 1.0, 1.0),
    "gain": (1.0, 1.0, 1.0),
}  # fmt: skip

LOOKS: Mapping[str, Sequence[Step]] = {
    "none": (),
    "faded print": (
        ("hue_correct", {"saturation": 0.78}),
        ("color_balance", {"lift": (1.06, 1.045, 1.03), "gamma": (1.02, 1.0, 0.97), "gain": (0.97, 0.95, 0.9)}),
    ),
    "silver": (
        ("hue_correct", {"saturation": 0.0}),
        ("bright_contrast", {"bright": 0.0, "contrast": 8.0}),
        ("color_balance", {"lift": (1.0, 1.0, 1.004), "gamma": (0.85, 0.85, 0.85), "gain": (0.985, 0.98, 0.965)}),
    ),
    "sepia": (
        ("hue_correct", {"saturation": 0.0}),
        ("color_balance", {"lift": (1.02, 1.01, 1.0), "gamma": (0.92, 0.87, 0.79), "gain": (1.0, 0.94, 0.82)}),
    ),
    "warm slide": (
        ("hue_correct", {"saturation": 1.12}),
        ("bright_contrast", {"bright": -1.0, "contrast": 7.0}),
        ("color_balance", {"gain": (1.03, 1.0, 0.94)}),
    ),
    "cold news": (
        ("hue_correct", {"saturation": 0.7}),
        ("bright_contrast", {"bright": 0.0, "contrast": 10.0}),
        ("color_balance", {"lift": (1.0, 1.005, 1.02), "gain": (0.95, 0.99, 1.02)}),
    ),
}


def filters_of(look: str, amount: float) -> tuple[Filter, ...]:
    """The look's modifiers in order, each setting moved from neutral by ``amount`` (0 to 1)."""
    if amount == 0:
        return ()
    return tuple(
        Filter(kind=kind, settings={name: _between(NEUTRAL[name], value, amount) for name, value in settings.items()})
        for kind, settings in LOOKS[look]
    )


def with_look(film: Film, look: str, amount: float) -> Film:
    """The film with the look on every picture and portrait, after what they carry already; titles stay clean."""
    added = filters_of(look, amount)
    if not added:
        return film
    tracks = tuple(
        track.model_copy(
            update={
                "clips": tuple(
                    clip.model_copy(update={"filters": (*clip.filters, *added)})
                    if isinstance(clip, PictureClip | PortraitClip)
                    else clip
                    for clip in track.clips
                )
            }
        )
        for track in film.tracks
    )
    return film.model_copy(update={"tracks": tracks})


def _between(neutral: Value, value: Value, amount: float) -> Value:
    if isinstance(neutral, tuple):
        assert isinstance(value, tuple)
        return tuple(start + (end - start) * amount for start, end in zip(neutral, value, strict=True))
    assert isinstance(value, float)
    return neutral + (value - neutral) * amount
