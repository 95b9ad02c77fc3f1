"""What the mouth must do whatever the neighbours are: lips that seal, lips that touch teeth, jaws that stay narrow.

The blend of dominance functions only leans toward such shapes; here they are made sure of, by windows over the sound
that ease in and out.  The order matters: open vowels are lifted first, and the seal has the last word.

Source:
    The rules are JALI's hard constraints (Edwards et al. 2016, see :mod:`tintype_visemes.visemes`); that the lips of
    /p b m/ are compressed beyond contact is from Löfqvist and Gracco (1997), "Lip and jaw kinematics in bilabial stop
    consonant production", Journal of Speech, Language, and Hearing Research 40 (4).
"""

from __future__ import annotations

import numpy as np

from tintype_visemes.curves import Curve, Span, above, add_bump, windows
from tintype_visemes.lip_gap import lip_gap
from tintype_visemes.sounds import Sounds
from tintype_visemes.visemes import NAMES

Face = dict[str, Curve]
"""Curves by ARKit name; a name without a side stands for both."""

SEAL_S = 0.046  # shortest time that lips stay together; a frame at 24 per second lasts 0.042 s
SEAL_FRAMES = 2.05  # and never less than this many frames of the track
LONGEST_SEAL_S = 0.12  # where a very low frame rate would ask for more
CLOSING_S, RELEASE_S = (0.032, 0.085), (0.032, 0.070)
INTO_VOWEL = 1.1  # closing and release reach a little beyond the middle of the vowel beside them
PLOSIVE_CLOSED, NASAL_CLOSED = (0.05, 0.60), (0.05, 0.88)  # part of the sound; a plosive's rest is its burst
SEALED_JAW, SEALED_YIELD = 0.10, 0.75  # above the first the jaw gives way by the second
SQUEEZE = {"mouthPress": 0.22, "mouthRollLower": 0.10, "mouthRollUpper": 0.07}
NASAL_SQUEEZE = 0.7

TUCK_S, TUCK_EASE_S = 0.040, 0.055
TUCKED_JAW, TUCKED_CLOSE = 0.11, 0.45
TUCK = {"mouthRollLower": 0.30, "mouthShrugLower": 0.22, "mouthUpperUp": 0.14}

NARROW_JAW, NARROW_S, NARROW_EASE_S = 0.11, 0.030, 0.050

OPEN_PERCENTILE = 95
OPEN_SHARE = 0.60  # of that percentile of the gap, at the middle of every open vowel
OPEN_EASE_S = 0.075
MOST_SEALED = 0.4
MOST_LIFT = 0.20  # more would make the jaw jump in fast speech

PARTING = ("mouthLowerDown", "mouthUpperUp", "mouthFunnel", "tongueOut", "mouthShrugUpper", "mouthShrugLower")


def apply_rules(face: Face, sounds: Sounds, times_s: Curve, fps: float) -> None:
    """Make sure of every rule, in place.

    Args:
        face: curves over ``times_s``; those that parting, closing and tucking need are added where missing.
        fps: of the track that will be kept, which may be coarser than ``times_s``.
    """
    zero = np.zeros(len(times_s))
    for name in ("mouthClose", "mouthPress", "mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthUpperUp"):
        face.setdefault(name, zero.copy())
    seal = windows(times_s, seal_spans(sounds, sounds.obeying("seal"), fps))
    keep_narrow(face, windows(times_s, narrow_spans(sounds)))
    open_vowels(face, sounds, times_s, seal)
    tuck_lip(face, windows(times_s, tuck_spans(sounds)))
    for viseme, strength in (("bilabial_plosive", 1.0), ("bilabial_nasal", NASAL_SQUEEZE)):
        of_kind = [index for index in sounds.obeying("seal") if NAMES[sounds.viseme[index]] == viseme]
        squeeze(face, windows(times_s, seal_spans(sounds, of_kind, fps)), strength)
    seal_lips(face, seal)


def seal_spans(sounds: Sounds, indices: list[int], fps: float) -> list[Span]:
    """When the lips are together for each of these bilabials."""
    least_s = min(max(SEAL_S, SEAL_FRAMES / fps), LONGEST_SEAL_S)
    spans = []
    for index in indices:
        start, middle, duration = sounds.start_s[index], sounds.middle_s[index], sounds.duration_s[index]
        closed = NASAL_CLOSED if NAMES[sounds.viseme[index]] == "bilabial_nasal" else PLOSIVE_CLOSED
        full = min(start + closed[0] * duration, middle - least_s / 2)
        fall = max(start + closed[1] * duration, middle + least_s / 2)
        rise = full - np.clip(INTO_VOWEL * (full - vowel_beside(sounds, index, -1)), *CLOSING_S)
        over = fall + np.clip(INTO_VOWEL * (vowel_beside(sounds, index, +1) - fall), *RELEASE_S)
        spans.append((rise, full, fall, over))
    return spans


def vowel_beside(sounds: Sounds, index: int, step: int) -> float:
    """Middle of the nearest vowel or silence on one side; what is beyond the line counts as far away."""
    at = index + step
    while 0 <= at < len(sounds.viseme):
        if sounds.is_vowel[at] or sounds.is_silence[at]:
            return float(sounds.middle_s[at])
        at += step
    return float("inf") * step


def tuck_spans(sounds: Sounds) -> list[Span]:
    """When the lower lip is at the upper teeth."""
    return [_around(sounds, index, TUCK_S, TUCK_EASE_S) for index in sounds.obeying("tuck")]


def narrow_spans(sounds: Sounds) -> list[Span]:
    """When the teeth are nearly together."""
    return [_around(sounds, index, NARROW_S, NARROW_EASE_S) for index in sounds.obeying("narrow")]


def _around(sounds: Sounds, index: int, least_s: float, ease_s: float) -> Span:
    middle = sounds.middle_s[index]
    half = max(0.6 * sounds.duration_s[index], least_s) / 2
    return (middle - half - ease_s, middle - half, middle + half, middle + half + ease_s)


def keep_narrow(face: Face, amount: Curve) -> None:
    """Hold the jaw below what sibilants allow."""
    face["jawOpen"] -= amount * above(face["jawOpen"], NARROW_JAW)


def open_vowels(face: Face, sounds: Sounds, times_s: Curve, seal: Curve) -> None:
    """Open the jaw further where an open vowel would be swallowed by its neighbours, in place.

    Args:
        seal: how far the lips will be closed afterwards, shape=(frames,): a vowel between two bilabials of fast speech
            has to start from further open.
    """
    vowels = sounds.obeying("open")
    if not len(vowels):
        return
    gap = gap_of(face)
    wanted = OPEN_SHARE * float(np.percentile(gap, OPEN_PERCENTILE))
    for index in vowels:
        middle, half = sounds.middle_s[index], 0.2 * sounds.duration_s[index]
        lacking = wanted / (1.0 - min(float(np.interp(middle, times_s, seal)), MOST_SEALED)) - float(
            np.interp(middle, times_s, gap)
        )
        if lacking > 0:
            ease_s = half + OPEN_EASE_S
            add_bump(
                face["jawOpen"], times_s, (middle - ease_s, middle - half, middle + half, middle + ease_s), lacking
            )


def tuck_lip(face: Face, amount: Curve) -> None:
    """Bring the lower lip to the edge of the upper teeth and show them a little."""
    face["jawOpen"] -= amount * above(face["jawOpen"], TUCKED_JAW)
    face["mouthClose"] = np.maximum(face["mouthClose"], TUCKED_CLOSE * amount * face["jawOpen"])
    for name in ("mouthLowerDown", "mouthFunnel"):
        face[name] *= 1.0 - amount
    for name, least in TUCK.items():
        face[name] += amount * above(least - face[name], 0.0)


def squeeze(face: Face, amount: Curve, strength: float) -> None:
    """Press the lips together a little beyond contact."""
    for name, height in SQUEEZE.items():
        face[name] += strength * amount * above(height - face[name], 0.0)


def seal_lips(face: Face, amount: Curve) -> None:
    """Close the lips: what parts them goes, and ``mouthClose`` takes back what the jaw opens."""
    face["jawOpen"] -= SEALED_YIELD * amount * above(face["jawOpen"], SEALED_JAW)
    for name in PARTING:
        if name in face:
            face[name] *= 1.0 - amount
    face["mouthClose"] += amount * (face["jawOpen"] - face["mouthClose"])


def gap_of(face: Face) -> Curve:
    """The gap between the lips of curves whose names may stand for both sides."""
    zero = np.zeros_like(face["jawOpen"])

    def read(name: str) -> Curve:
        return face.get(name, zero) + face.get(name.removesuffix("Left").removesuffix("Right"), zero)

    return lip_gap(
        lambda name: face.get(name, zero) if name in ("jawOpen", "mouthClose", "mouthFunnel") else read(name)
    )
