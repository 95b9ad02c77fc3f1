"""Recordings come out at the level that was asked for."""

from __future__ import annotations

import numpy as np
import pytest
from tintype.audio import read_audio
from tintype.testing import RunStage


@pytest.mark.parametrize("peak_dbfs", [-20, -3])
def test_the_peak_is_as_asked_for(run_stage: RunStage, peak_dbfs: float) -> None:
    archive = run_stage("example", "prepare_archive", medium="recording", settings={"peak_dbfs": peak_dbfs})
    samples, _ = read_audio(archive.file(archive.items[0].prepared))
    assert 20 * np.log10(np.abs(samples).max()) == pytest.approx(peak_dbfs, abs=0.1)
