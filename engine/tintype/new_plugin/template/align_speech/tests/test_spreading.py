"""Words are found where somebody speaks."""

from __future__ import annotations

from tintype.testing import RunStage


def test_words_come_in_order_and_inside_the_recording(run_stage: RunStage) -> None:
    speech = run_stage("example", "align_speech", text="ma papa ma")
    assert [word.text for word in speech.words] == ["ma", "papa", "ma"]
    times = [time for word in speech.words for time in (word.start_s, word.end_s)]
    assert times == sorted(times)
    assert 0 <= times[0] < times[-1] <= speech.duration_s


def test_unknown_words_still_give_phones(run_stage: RunStage) -> None:
    speech = run_stage("example", "align_speech", text="")
    assert speech.phones
    assert not speech.words
