"""Pictures get the tone, and nothing else changes."""

from __future__ import annotations

from tintype.testing import RunStage


def test_every_picture_gets_the_tone(run_stage: RunStage, sample_film) -> None:
    film = run_stage("example", "finish_film", settings={"warmth": 1.0}, film=sample_film)
    for clip in film.clips():
        kinds = [look.kind for look in clip.filters]
        assert kinds == (["color_balance", "bright_contrast"] if clip.kind in ("picture", "portrait") else [])


def test_nothing_but_the_filters_changes(run_stage: RunStage, sample_film) -> None:
    film = run_stage("example", "finish_film", film=sample_film)
    bare = [clip.model_copy(update={"filters": ()}) for clip in film.clips()]
    assert bare == list(sample_film.clips())
