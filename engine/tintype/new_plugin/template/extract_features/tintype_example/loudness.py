"""Measures one recording."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from tintype import Asset, Job
from tintype.audio import read_audio
from tintype.documents import Features
from tintype.voice_activity import find_speech, speech_levels

if TYPE_CHECKING:
    from tintype_example import MeasureSettings


def measure(asset: Asset, settings: MeasureSettings, job: Job) -> Features:
    """Level every 10 ms as the array ``level_db``, and the parts with speech as ``speech_s``, shape=(parts, 2)."""
    job.progress(0.1, "reading")
    samples, rate_hz = read_audio(asset.path)
    job.progress(0.4, "measuring")
    levels = speech_levels(samples, rate_hz)
    parts = find_speech(levels, shortest_pause_s=settings.shortest_pause_s)
    facts = {
        "duration_s": round(len(samples) / rate_hz, 3),
        "speech_s": round(sum(end - start for start, end in parts), 3),
        "median_level_db": round(float(np.median(levels)), 1),
    }
    features = Features(path=asset.item.path, medium=asset.item.medium, facts=facts)
    arrays = {"level_db": levels.astype(np.float32), "speech_s": np.array(parts).reshape(-1, 2)}
    return features.save_with(job.folder, arrays)
