"""Joins what words and voice say into one track."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from tintype import Asset, Job
from tintype.documents import EmotionPoint, EmotionTrack

from tintype_prosody.categories import categories_of
from tintype_prosody.words import Reading, read_words

if TYPE_CHECKING:
    from tintype_prosody import ProsodySettings

VOICE_CONFIDENCE = 0.5
FULL_CONFIDENCE_S = 8.0  # of speech; less is less sure
DOMINANCE_OF_AROUSAL = 0.3  # a voice that is stirred takes the lead, a little; words say nothing of it here


def read_emotion(
    text: str, recording: Asset | None, language: str, settings: ProsodySettings, job: Job
) -> EmotionTrack:
    """One point for words alone; for a recording one point per half window of voice."""
    words = read_words(text or (recording.transcript if recording else ""), language)
    job.progress(0.2)
    if recording is None:
        track = EmotionTrack(
            points=(_point(0.0, words.valence, words.arousal, settings),),
            confidence=round(words.confidence, 4),
            evidence=words.evidence,
        )
        return track.save(job.folder)
    return _with_voice(words, bool(text or recording.transcript), recording, settings, job).save(job.folder)


def _with_voice(words: Reading, has_words: bool, recording: Asset, settings: ProsodySettings, job: Job) -> EmotionTrack:
    from tintype.audio import read_audio

    from tintype_prosody.voice import RATE_HZ, measure, reading_of

    samples, _ = read_audio(recording.path, RATE_HZ)
    duration_s = len(samples) / RATE_HZ
    cues = measure(samples)
    job.progress(0.8)
    share = settings.voice_share if has_words else 1.0
    points = []
    for start_s in np.arange(0.0, max(duration_s - settings.window_s / 2, 0.01), settings.window_s / 2):
        voice = reading_of(cues, start_s, start_s + settings.window_s, settings.baseline_pitch_hz)
        if voice is None:
            continue
        valence = share * voice[0] + (1 - share) * words.valence
        arousal = share * voice[1] + (1 - share) * words.arousal
        points.append(_point(min(start_s + settings.window_s / 2, duration_s), valence, arousal, settings))
    heard = VOICE_CONFIDENCE * min(1.0, cues.speech_s / FULL_CONFIDENCE_S)
    if not points:
        points, heard = [_point(0.0, words.valence, words.arousal, settings)], 0.0
    confidence = share * heard + (1 - share) * words.confidence
    compared = f"{settings.baseline_pitch_hz:.0f} Hz" if settings.baseline_pitch_hz else "a reading voice of that range"
    evidence = f"voice: {cues.speech_s:.1f} s of speech, median {cues.median_hz:.0f} Hz, against {compared}"
    return EmotionTrack(
        points=tuple(points),
        confidence=round(confidence, 4),
        evidence=f"{evidence}; {words.evidence}" if has_words else evidence,
    )


def _point(time_s: float, valence: float, arousal: float, settings: ProsodySettings) -> EmotionPoint:
    valence, arousal = (float(np.clip(value * settings.strength, -1, 1)) for value in (valence, arousal))
    return EmotionPoint(
        time_s=round(time_s, 3),
        valence=round(valence, 4),
        arousal=round(arousal, 4),
        dominance=round(DOMINANCE_OF_AROUSAL * arousal, 4),
        categories=categories_of(valence, arousal),
    )
