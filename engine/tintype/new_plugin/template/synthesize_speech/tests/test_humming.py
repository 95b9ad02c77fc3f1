"""A hummed line sounds as its letters and settings say."""

from __future__ import annotations

import numpy as np
from tintype.audio import read_audio
from tintype.testing import RunStage


def test_a_vowel_is_louder_than_a_consonant(run_stage: RunStage) -> None:
    speech = run_stage("example", "synthesize_speech", text="ma")
    samples, rate_hz = read_audio(speech.file(speech.audio))
    loudness = {
        phone.symbol: np.abs(samples[round(phone.start_s * rate_hz) : round(phone.end_s * rate_hz)]).mean()
        for phone in speech.phones
    }
    assert loudness["a"] > 1.5 * loudness["m"] > loudness[""]


def test_longer_letters_make_a_longer_line(run_stage: RunStage) -> None:
    short = run_stage("example", "synthesize_speech", settings={"letter_s": 0.05})
    long = run_stage("example", "synthesize_speech", settings={"letter_s": 0.2})
    assert long.duration_s > 2 * short.duration_s
