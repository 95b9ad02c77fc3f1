"""Which of eSpeak NG's voices to start from, and at what pitch."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from tintype.errors import DocumentInvalid

NEUTRAL_RATE_WPM, NEUTRAL_RANGE = 150, 45
VARIANTS = {"female": "f1", "male": "m3", "unknown": ""}
"""f1 is the only female variant without an echo: nearer to a real reader (resemblyzer cosine 0.64 against 0.60) and
understood better (word error rate 0.70 against 0.78) than f3, and the best to learn a map from."""
BASE_F0_HZ = {"f1": 177.0, "m3": 102.0, "": 100.0}
"""Median F0 in Hz that eSpeak's pitch of 50 gives with each variant, measured on the demo's lines in en-us."""
NAME = re.compile(r"(\w+) at pitch (\d{1,2})")
PITCH_STEPS, RELATIVE_F0 = (0, 25, 50, 75, 99), (0.67, 0.81, 1.0, 1.29, 1.67)


@dataclass(frozen=True)
class BaseVoice:
    """A voice of eSpeak NG: its variant and its pitch, 0 to 99."""

    variant: str
    pitch: int

    @classmethod
    def near(cls, gender: str, pitch_hz: float | None) -> BaseVoice:
        """The voice for a gender (female, male or unknown) whose median F0 is nearest to ``pitch_hz``."""
        variant = VARIANTS[gender]
        if pitch_hz is None:
            return cls(variant, 50)
        return cls(variant, round(float(np.interp(pitch_hz / BASE_F0_HZ[variant], RELATIVE_F0, PITCH_STEPS))))

    def __str__(self) -> str:
        return f"{self.variant or 'default'} at pitch {self.pitch}"

    @classmethod
    def named(cls, name: str) -> BaseVoice:
        """The voice that :meth:`__str__` names, as a map says what it was learnt from.

        Raises:
            DocumentInvalid: it names none of eSpeak NG's.
        """
        found = NAME.fullmatch(name)
        if found is None:
            raise DocumentInvalid(
                f"The voice was learnt from {name[:40]!r}, which is no voice of eSpeak NG.",
                hint="Build the voice again.",
            )
        variant, pitch = found.groups()
        return cls("" if variant == "default" else variant, int(pitch))
