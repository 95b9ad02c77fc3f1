"""The pitch is the recordings'."""

from __future__ import annotations

import numpy as np
import pytest
from tintype.audio import write_audio
from tintype.testing import RunStage, asset_of


@pytest.mark.parametrize("pitch_hz", [100, 220])
def test_the_pitch_of_a_buzz_is_found(run_stage: RunStage, tmp_path, pitch_hz: float) -> None:
    time_s = np.arange(16000) / 16000
    buzz = sum(np.sin(2 * np.pi * pitch_hz * partial * time_s) / partial for partial in range(1, 8))
    write_audio(tmp_path / "buzz.wav", 0.2 * buzz, 16000)
    voice = run_stage("example", "build_voice", recordings=[asset_of(tmp_path / "buzz.wav")])
    assert voice.pitch_hz == pytest.approx(pitch_hz, rel=0.03)


def test_without_recordings_the_profile_says_so(run_stage: RunStage) -> None:
    voice = run_stage("example", "build_voice", recordings=[])
    assert voice.pitch_hz is None
    assert "no voice" in voice.notes
