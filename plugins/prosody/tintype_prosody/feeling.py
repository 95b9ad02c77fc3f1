"""Words and voice together, as ``EmotionTrack.1``.

Words tell the valence better, the voice the arousal (Karadoğan and Larsen 2012, "Combining semantic and acoustic
features for valence and arousal recognition in speech", Proc. CIP); the weights follow that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tintype import Asset, Job
from tintype.documents import EmotionPoint, EmotionTrack

from tintype_prosody.categories import categories_of
from tintype_prosody.reading import Reading, clipped
from tintype_prosody.voice import read_voice
from tintype_prosody.words import read_words

if TYPE_CHECKING:
    from tintype_prosody import FeelingSettings

VOICE_WEIGHT = {"valence": 0.25, "arousal": 0.75, "dominance": 0.6}
"""Share of the voice where both are known; each is also weighed by its confidence."""
VOICE_CONFIDENCE = 0.55
NOTHING_CONFIDENCE = 0.05


def feeling_of(text: str, recording: Asset | None, language: str, settings: FeelingSettings, job: Job) -> EmotionTrack:
    """Read the feeling of a line: one point from words alone, one per step from a recording.

    Raises:
        AudioUnreadable: the recording cannot be read.
    """
    job.progress(0.0)
    words, evidence = read_words(text, language) if text.strip() else (None, "no words")
    voiced: list[tuple[float, Reading]] = []
    if recording is not None:
        voiced, heard = read_voice(
            recording.path, settings.step_s, settings.window_s, settings.baseline_pitch_hz,
            settings.baseline_syllables_per_s, job.progress,
        )  # fmt: skip
        evidence = f"{evidence}; {heard}" if words else heard
    if not voiced:
        reading = words or Reading(0.0, 0.0, 0.0, NOTHING_CONFIDENCE)
        points = [point_of(0.0, reading, None)]
        confidence = reading.confidence
    else:
        points = [point_of(time_s, words, voice) for time_s, voice in voiced]
        confidence = VOICE_CONFIDENCE if words is None else min(0.9, 0.5 * (VOICE_CONFIDENCE + words.confidence) + 0.1)
    track = EmotionTrack(points=tuple(points), confidence=round(confidence, 3), evidence=evidence)
    return track.save(job.folder)


def point_of(time_s: float, words: Reading | None, voice: Reading | None) -> EmotionPoint:
    """What words and voice say together at one moment; either may be missing, not both."""
    values = {name: _together(name, words, voice) for name in VOICE_WEIGHT}
    hints = dict(words.hints) if words else {}
    return EmotionPoint(
        time_s=round(time_s, 3),
        categories=categories_of(values["valence"], values["arousal"], values["dominance"], hints),
        **values,
    )


def _together(name: str, words: Reading | None, voice: Reading | None) -> float:
    weighed = [
        (share * reading.confidence, getattr(reading, name))
        for reading, share in ((voice, VOICE_WEIGHT[name]), (words, 1 - VOICE_WEIGHT[name]))
        if reading is not None
    ]
    total = sum(weight for weight, _ in weighed)
    return round(clipped(sum(weight * value for weight, value in weighed) / total), 4)
