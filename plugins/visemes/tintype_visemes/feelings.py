"""The emotion track as facial action units, and these as ARKit shapes, layered so that speech stays legible.

Source:
    Action units of each emotion: the prototypes of EMFACS (Friesen and Ekman 1983, "EMFACS-7: Emotional Facial Action
    Coding System", University of California) and of the FACS investigator's guide (Ekman, Friesen and Hager 2002):
    joy 6+12, sadness 1+4+15, surprise 1+2+5+26, fear 1+2+4+5+20+26, anger 4+5+7+23, disgust 9+10+17,
    contempt 12+14 on one side.  Which ARKit shape is which unit follows Apple's description of the shapes; the
    strengths are ours, for a person who speaks in an interview and does not act.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from tintype.documents import CATEGORIES, EmotionTrack

from tintype_visemes.curves import Curve, eased, smoothed

UNITS: Mapping[str, Mapping[str, float]] = {
    "AU1 inner brow raiser": {"browInnerUp": 1.0},
    "AU2 outer brow raiser": {"browOuterUp": 1.0},
    "AU4 brow lowerer": {"browDown": 1.0},
    "AU5 upper lid raiser": {"eyeWide": 1.0},
    "AU6 cheek raiser": {"cheekSquint": 1.0, "eyeSquint": 0.4},
    "AU7 lid tightener": {"eyeSquint": 1.0},
    "AU9 nose wrinkler": {"noseSneer": 1.0},
    "AU10 upper lip raiser": {"mouthUpperUp": 1.0},
    "AU12 lip corner puller": {"mouthSmile": 1.0},
    "AU12R": {"mouthSmileRight": 1.0},
    "AU14R dimpler": {"mouthDimpleRight": 1.0},
    "AU15 lip corner depressor": {"mouthFrown": 1.0},
    "AU17 chin raiser": {"mouthShrugLower": 1.0},
    "AU20 lip stretcher": {"mouthStretch": 1.0},
    "AU23 lip tightener": {"mouthPress": 1.0},
    "AU26 jaw drop": {"jawOpen": 1.0},
    "AU43 lids drop": {"eyeBlink": 1.0},
}

PROTOTYPES: Mapping[str, Mapping[str, float]] = {
    "joy": {"AU6 cheek raiser": 0.45, "AU12 lip corner puller": 0.60},
    "sadness": {"AU1 inner brow raiser": 0.55, "AU4 brow lowerer": 0.25, "AU15 lip corner depressor": 0.45},
    "surprise": {
        "AU1 inner brow raiser": 0.55, "AU2 outer brow raiser": 0.50, "AU5 upper lid raiser": 0.40,
        "AU26 jaw drop": 0.20,
    },
    "fear": {
        "AU1 inner brow raiser": 0.55, "AU2 outer brow raiser": 0.30, "AU4 brow lowerer": 0.30,
        "AU5 upper lid raiser": 0.45, "AU20 lip stretcher": 0.35, "AU26 jaw drop": 0.10,
    },
    "anger": {
        "AU4 brow lowerer": 0.60, "AU5 upper lid raiser": 0.20, "AU7 lid tightener": 0.35, "AU23 lip tightener": 0.35,
    },
    "disgust": {"AU9 nose wrinkler": 0.45, "AU10 upper lip raiser": 0.30, "AU17 chin raiser": 0.25},
    "contempt": {"AU12R": 0.25, "AU14R dimpler": 0.45},
}  # fmt: skip
"""Units of a category at full weight."""

PLEASANT: Mapping[str, float] = {"AU6 cheek raiser": 0.14, "AU12 lip corner puller": 0.28}
UNPLEASANT: Mapping[str, float] = {
    "AU1 inner brow raiser": 0.16, "AU4 brow lowerer": 0.16, "AU15 lip corner depressor": 0.16,
}  # fmt: skip
EXCITED: Mapping[str, float] = {"AU2 outer brow raiser": 0.12, "AU5 upper lid raiser": 0.12}
CALM: Mapping[str, float] = {"AU43 lids drop": 0.10}
"""Units of full valence and arousal, for what no category says."""

WHILE_SPEAKING: Mapping[str, float] = {
    "jawOpen": 0.0, "mouthUpperUp": 0.35, "mouthShrugLower": 0.25, "mouthPress": 0.15, "mouthStretch": 0.45,
    "mouthFrown": 0.65, "mouthSmile": 0.75, "mouthSmileRight": 0.75, "mouthDimpleRight": 0.8,
}  # fmt: skip
"""What is left of a shape of the mouth while someone speaks; other shapes stay whole."""

AGAINST_ROUNDING = ("mouthSmile", "mouthSmileRight", "mouthStretch", "mouthDimpleRight")
ROUNDING_YIELD = 0.8
ONSET_S, DECAY_S = 0.60, 0.70
FLOW_S = 0.20


def feeling_curves(
    emotion: EmotionTrack | None, times_s: Curve, rate_hz: float, speaking: Curve, rounding: Curve
) -> dict[str, Curve]:
    """ARKit curves of a line's feeling, shape=(frames,) each; they rise from 0 and go back to 0.

    Args:
        emotion: read linearly between its points; weighted by its confidence.
        speaking: 1 while someone speaks, shape=(frames,).
        rounding: how far the lips are rounded, in [0, 1], shape=(frames,): smiles give way to it.
    """
    if emotion is None:
        return {}
    envelope = emotion.confidence * onset_and_decay(times_s)
    units = {unit: smoothed(curve, rate_hz, FLOW_S) * envelope for unit, curve in unit_curves(emotion, times_s).items()}
    shapes: dict[str, Curve] = {}
    for unit, curve in units.items():
        for shape, share in UNITS[unit].items():
            legible = 1.0 - (1.0 - WHILE_SPEAKING.get(shape, 1.0)) * speaking
            yielding = 1.0 - ROUNDING_YIELD * rounding if shape in AGAINST_ROUNDING else 1.0
            shapes[shape] = shapes.get(shape, 0.0) + share * curve * legible * yielding
    return shapes


def unit_curves(emotion: EmotionTrack, times_s: Curve) -> dict[str, Curve]:
    """Action units over time, shape=(frames,) each."""
    at = [point.time_s for point in emotion.points]

    def read(values: list[float]) -> Curve:
        return np.interp(times_s, at, values)

    weights = {name: read([point.categories.get(name, 0.0) for point in emotion.points]) for name in CATEGORIES}
    unsaid = 1.0 - np.clip(np.max(list(weights.values()), axis=0), 0.0, 1.0)
    valence = read([point.valence for point in emotion.points]) * unsaid
    arousal = read([point.arousal for point in emotion.points]) * unsaid
    parts = [(PROTOTYPES[name], weight) for name, weight in weights.items()]
    parts += [(PLEASANT, np.maximum(valence, 0.0)), (UNPLEASANT, np.maximum(-valence, 0.0))]
    parts += [(EXCITED, np.maximum(arousal, 0.0)), (CALM, np.maximum(-arousal, 0.0))]
    units: dict[str, Curve] = {}
    for prototype, strength in parts:
        if strength.any():
            for unit, share in prototype.items():
                units[unit] = units.get(unit, 0.0) + share * strength
    return units


def onset_and_decay(times_s: Curve) -> Curve:
    """From 0 to 1 and back over the line, shape=(frames,)."""
    length_s = float(times_s[-1]) if len(times_s) else 0.0
    onset_s, decay_s = min(ONSET_S, 0.3 * length_s), min(DECAY_S, 0.3 * length_s)
    rise = eased(times_s / max(onset_s, 1e-6))
    return rise * eased((length_s - times_s) / max(decay_s, 1e-6))
