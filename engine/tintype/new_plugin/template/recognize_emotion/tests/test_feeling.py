"""Known words are felt, unknown ones are not."""

from __future__ import annotations

from tintype.testing import RunStage


def test_a_glad_line_is_pleasant_and_says_why(run_stage: RunStage) -> None:
    track = run_stage("example", "recognize_emotion", text="I was glad, so glad!")
    assert track.points[0].valence > 0.5
    assert "glad" in track.evidence


def test_unknown_words_are_neutral_and_not_sure(run_stage: RunStage) -> None:
    track = run_stage("example", "recognize_emotion", text="Entschuldigung")
    assert (track.points[0].valence, track.confidence) == (0, 0)
