"""The visemes as data: what the mouth aims at for each kind of speech sound, and how strongly it insists.

Targets are ARKit weights; a name without a side (``mouthStretch``) stands for both sides.  They are set by hand from
the phonetic description of each class (vowel height and rounding of the IPA chart, place and manner of consonants)
for conversation: the jaw stays below half of its range.

Which sounds must do what is JALI's list of hard constraints and habits (``rule``): bilabials close the lips,
labiodentals bring the lower lip to the upper teeth, sibilants narrow the jaw, lip-heavy sounds start early and end
late, tongue-only sounds leave the lips to their neighbours, and so do /h/ and schwa.

Source:
    Edwards, Landreth, Fiume and Singh (2016), "JALI: an animator-centric viseme model for expressive lip
    synchronization", ACM Transactions on Graphics 35 (4), article 127, section 4.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Articulator = Literal["jaw", "lips", "rounding", "spread", "tuck", "tongue"]
ARTICULATORS: tuple[Articulator, ...] = ("jaw", "lips", "rounding", "spread", "tuck", "tongue")

MOVED_BY: Mapping[str, Articulator] = {
    "jawOpen": "jaw",
    "mouthLowerDown": "lips",
    "mouthUpperUp": "lips",
    "mouthFunnel": "rounding",
    "mouthPucker": "rounding",
    "mouthStretch": "spread",
    "mouthSmile": "spread",
    "mouthRollLower": "tuck",
    "mouthRollUpper": "tuck",
    "mouthShrugLower": "tuck",
    "mouthPress": "tuck",
    "tongueOut": "tongue",
}
"""Every gesture of the mouth in speech, and which part of the mouth makes it."""

GESTURES = tuple(MOVED_BY)

Rule = Literal["", "seal", "tuck", "narrow", "open", "silence"]


@dataclass(frozen=True)
class Viseme:
    """What the mouth does for one kind of sound.

    Attributes:
        targets: ARKit weight per gesture; what is missing is 0.
        dominance: how strongly each articulator insists on its target, against neighbours' (1 is a full vowel).
        early_s: how far ahead of the sound each articulator starts (time constant), where not the usual.
        late_s: how long after the sound it lingers (time constant), where not the usual.
        rule: what must happen whatever the neighbours are.
        vowel: whether loudness and stress open it further.
    """

    targets: Mapping[str, float] = field(default_factory=dict)
    dominance: Mapping[Articulator, float] = field(default_factory=dict)
    early_s: Mapping[Articulator, float] = field(default_factory=dict)
    late_s: Mapping[Articulator, float] = field(default_factory=dict)
    rule: Rule = ""
    vowel: bool = False


EARLY_S: Mapping[Articulator, float] = {
    "jaw": 0.042, "lips": 0.042, "rounding": 0.055, "spread": 0.055, "tuck": 0.035, "tongue": 0.040,
}  # fmt: skip
LATE_S: Mapping[Articulator, float] = {
    "jaw": 0.046, "lips": 0.042, "rounding": 0.050, "spread": 0.055, "tuck": 0.040, "tongue": 0.040,
}  # fmt: skip
"""Usual time constants at a conversational pace of about 12 sounds a second."""

ROUNDING_EARLY_S, ROUNDING_LATE_S = 0.130, 0.085
TONGUE_ONLY: Mapping[Articulator, float] = {
    "jaw": 0.50, "lips": 0.12, "rounding": 0.06, "spread": 0.08, "tuck": 0.30, "tongue": 0.8,
}  # fmt: skip
BORROWED = dict.fromkeys(ARTICULATORS, 0.02)


def _dominance(jaw: float, lips: float, rounding: float, spread: float, tuck: float, tongue: float = 0.6) -> dict:
    return dict(zip(ARTICULATORS, (jaw, lips, rounding, spread, tuck, tongue), strict=True))


def _vowel(
    jaw: float, *, pucker: float = 0, funnel: float = 0, spread: float = 0, rule: Rule = "", weight: float = 1.0
) -> Viseme:
    """A vowel by its height (jaw), rounding (pucker for close, funnel for open ones) and spreading."""
    targets = {
        "jawOpen": jaw,
        "mouthPucker": pucker,
        "mouthFunnel": funnel,
        "mouthStretch": 0.6 * spread,
        "mouthSmile": 0.5 * spread,
        "mouthLowerDown": 0.10 + 0.30 * spread + 0.10 * jaw,
        "mouthUpperUp": 0.03 + 0.15 * spread + 0.08 * jaw,
    }
    rounded = pucker + funnel > 0.2
    dominance = _dominance(1.0, 1.0, 1.4 if rounded else 0.8, 0.8, 0.6)
    return Viseme(
        targets=targets,
        dominance={articulator: weight * value for articulator, value in dominance.items()},
        early_s={"rounding": ROUNDING_EARLY_S} if rounded else {},
        late_s={"rounding": ROUNDING_LATE_S} if rounded else {},
        rule=rule,
        vowel=True,
    )


_ROUNDED_CONSONANT = {"early_s": {"rounding": ROUNDING_EARLY_S}, "late_s": {"rounding": ROUNDING_LATE_S}}

VISEMES: Mapping[str, Viseme] = {
    "silence": Viseme(dominance=_dominance(0.9, 0.9, 0.7, 0.7, 0.7), rule="silence"),
    # Vowels, from close to open.
    "close_spread": _vowel(0.11, spread=0.50),  # i
    "close_central": _vowel(0.12, spread=0.15),  # ɨ ɯ
    "close_front_rounded": _vowel(0.10, pucker=0.62, funnel=0.12),  # y
    "close_rounded": _vowel(0.10, pucker=0.72, funnel=0.10),  # u
    "near_close_spread": _vowel(0.17, spread=0.32),  # ɪ
    "near_close_rounded": _vowel(0.16, pucker=0.42, funnel=0.22),  # ʊ ʏ
    "mid_spread": _vowel(0.21, spread=0.36),  # e
    "mid_front_rounded": _vowel(0.20, pucker=0.40, funnel=0.30),  # ø
    "mid_rounded": _vowel(0.23, pucker=0.38, funnel=0.36),  # o
    "mid_unrounded": _vowel(0.22, spread=0.08),  # ɤ ɘ
    "schwa": _vowel(0.17, spread=0.05, weight=0.30),  # ə
    "rhotic_schwa": _vowel(0.16, pucker=0.20, funnel=0.20, weight=0.60),  # ɚ
    "open_mid_central": _vowel(0.24, funnel=0.14),  # ɜ
    "open_mid_spread": _vowel(0.31, spread=0.24),  # ɛ
    "open_mid_front_rounded": _vowel(0.29, pucker=0.14, funnel=0.42),  # œ
    "open_mid_rounded": _vowel(0.34, pucker=0.14, funnel=0.44, rule="open"),  # ɔ
    "open_mid_back": _vowel(0.35, rule="open"),  # ʌ
    "near_open_central": _vowel(0.30, weight=0.60),  # ɐ
    "near_open": _vowel(0.42, spread=0.24, rule="open"),  # æ
    "open_central": _vowel(0.44, spread=0.06, rule="open"),  # a
    "open_back": _vowel(0.46, rule="open"),  # ɑ
    "open_rounded": _vowel(0.42, funnel=0.34, rule="open"),  # ɒ
    # Consonants, from the lips inward.
    "bilabial_plosive": Viseme({"jawOpen": 0.06}, _dominance(0.75, 1.2, 0.15, 0.20, 1.5), rule="seal"),
    "bilabial_nasal": Viseme({"jawOpen": 0.07}, _dominance(0.65, 1.2, 0.15, 0.20, 1.5), rule="seal"),
    "bilabial_fricative": Viseme(
        {"jawOpen": 0.08, "mouthPucker": 0.15, "mouthRollLower": 0.06}, _dominance(0.9, 1.2, 0.4, 0.4, 1.2)
    ),
    "labiodental": Viseme(
        {"jawOpen": 0.08, "mouthRollLower": 0.34, "mouthShrugLower": 0.26, "mouthUpperUp": 0.16},
        _dominance(1.0, 1.4, 0.20, 0.25, 2.2),
        rule="tuck",
    ),
    "labiodental_approximant": Viseme(
        {"jawOpen": 0.10, "mouthRollLower": 0.20, "mouthShrugLower": 0.18, "mouthUpperUp": 0.10},
        _dominance(0.8, 1.0, 0.25, 0.25, 1.4),
    ),
    "dental": Viseme(
        {"jawOpen": 0.13, "tongueOut": 0.20, "mouthLowerDown": 0.14, "mouthUpperUp": 0.04},
        _dominance(0.8, 0.45, 0.12, 0.20, 0.5, 1.8),
    ),
    "alveolar": Viseme({"jawOpen": 0.11, "mouthLowerDown": 0.12, "mouthUpperUp": 0.02}, TONGUE_ONLY),
    "lateral": Viseme({"jawOpen": 0.17, "mouthLowerDown": 0.12, "tongueOut": 0.06}, {**TONGUE_ONLY, "tongue": 1.2}),
    "trill": Viseme({"jawOpen": 0.15, "mouthLowerDown": 0.10}, TONGUE_ONLY),
    "sibilant": Viseme(
        {"jawOpen": 0.06, "mouthStretch": 0.12, "mouthLowerDown": 0.20, "mouthUpperUp": 0.06},
        _dominance(1.2, 0.7, 0.25, 0.45, 0.6, 1.0),
        rule="narrow",
    ),
    "rounded_sibilant": Viseme(
        {"jawOpen": 0.07, "mouthFunnel": 0.42, "mouthPucker": 0.26, "mouthLowerDown": 0.10, "mouthUpperUp": 0.08},
        _dominance(1.2, 0.8, 1.5, 1.0, 0.6, 1.0),
        rule="narrow",
        **_ROUNDED_CONSONANT,
    ),
    "palatal_sibilant": Viseme(
        {"jawOpen": 0.07, "mouthFunnel": 0.16, "mouthStretch": 0.10, "mouthLowerDown": 0.14, "mouthUpperUp": 0.05},
        _dominance(1.2, 0.7, 0.7, 0.6, 0.6, 1.0),
        rule="narrow",
    ),
    "rhotic": Viseme(
        {"jawOpen": 0.13, "mouthPucker": 0.26, "mouthFunnel": 0.22, "mouthLowerDown": 0.06},
        _dominance(0.6, 0.5, 0.75, 0.5, 0.4),
        early_s={"rounding": 0.080},
    ),
    "palatal": Viseme(
        {"jawOpen": 0.12, "mouthStretch": 0.16, "mouthSmile": 0.14, "mouthLowerDown": 0.14, "mouthUpperUp": 0.04},
        _dominance(0.6, 0.4, 0.25, 0.5, 0.4, 0.8),
    ),
    "labial_glide": Viseme(
        {"jawOpen": 0.08, "mouthPucker": 0.76, "mouthFunnel": 0.08},
        _dominance(0.9, 1.0, 2.0, 1.2, 0.6),
        **_ROUNDED_CONSONANT,
    ),
    "velar": Viseme({"jawOpen": 0.16, "mouthLowerDown": 0.10}, {**TONGUE_ONLY, "jaw": 0.35}),
    "uvular": Viseme({"jawOpen": 0.20, "mouthLowerDown": 0.10}, {**TONGUE_ONLY, "jaw": 0.30}),
    "glottal": Viseme({"jawOpen": 0.20, "mouthLowerDown": 0.10}, BORROWED),
}  # fmt: skip

NAMES = tuple(VISEMES)
SILENCE = NAMES.index("silence")
