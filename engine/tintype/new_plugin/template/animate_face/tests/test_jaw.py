"""The jaw follows the vowels."""

from __future__ import annotations

from tintype.testing import RunStage


def test_the_jaw_is_open_in_a_vowel_and_shut_in_silence(run_stage: RunStage, sample_speech) -> None:
    track = run_stage("example", "animate_face", speech=sample_speech)
    jaw = track.channel("jawOpen")
    vowel = next(phone for phone in sample_speech.phones if phone.symbol == "a")
    assert jaw[round((vowel.start_s + vowel.end_s) / 2 * track.fps)] > 0.3
    assert jaw[0] < 0.05


def test_the_eyes_blink_now_and_then(run_stage: RunStage) -> None:
    track = run_stage("example", "animate_face", settings={"blink_every_s": 1})
    assert track.channel("eyeBlinkLeft").max() > 0.5
