"""Takes follow each other, and what is synthetic is labelled."""

from __future__ import annotations

from itertools import pairwise

import pytest
from tintype.testing import RunStage


def test_takes_follow_each_other_without_gaps(run_stage: RunStage) -> None:
    film = run_stage("example", "compose_film")
    shown = sorted({(clip.start_s, clip.end_s) for clip in film.clips()})
    assert shown[0][0] == 0
    assert shown[-1][1] == pytest.approx(film.duration_s)
    for (_, end_s), (start_s, _) in pairwise(shown):
        assert start_s == pytest.approx(end_s)


def test_every_synthetic_voice_has_the_label_over_it(run_stage: RunStage) -> None:
    film = run_stage("example", "compose_film")
    labelled = {clip.line for clip in film.clips() if clip.kind == "title" and clip.style == "label"}
    assert {clip.line for clip in film.clips() if clip.kind == "sound" and clip.synthetic} <= labelled
