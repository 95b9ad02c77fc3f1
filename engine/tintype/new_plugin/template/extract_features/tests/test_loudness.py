"""What is measured fits the recording."""

from __future__ import annotations

import pytest
from tintype.testing import RunStage


def test_the_parts_with_speech_add_up(run_stage: RunStage) -> None:
    features = run_stage("example", "extract_features", medium="recording")
    parts = features.load_arrays()["speech_s"]
    assert 0 < features.facts["speech_s"] <= features.facts["duration_s"]
    assert (parts[:, 1] - parts[:, 0]).sum() == pytest.approx(features.facts["speech_s"], abs=0.01)
