"""What happens in footage, as ``Features.1``."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np
from tintype import Asset, Job
from tintype.documents import Features

from tintype_opencv.footage_reading import about, frames
from tintype_opencv.motion import measure_motion

if TYPE_CHECKING:
    from tintype_opencv import MeasureSettings


def measure(asset: Asset, settings: MeasureSettings, job: Job) -> Features:
    """Find shots, key frames and motion.

    Raises:
        PhotoUnreadable: the footage cannot be opened.
    """
    said = about(asset.path)

    def check(time_s: float) -> None:
        job.progress(time_s / said.duration_s if said.duration_s else 0.5, asset.item.path)

    motion = measure_motion(frames(asset.path, settings.analysed_fps), settings.key_frame_rise, check)
    facts = {
        "duration_s": round(said.duration_s, 3),
        "fps": round(said.fps, 3),
        "width_px": said.width_px,
        "height_px": said.height_px,
        "codec": said.codec,
        "has_sound": said.has_sound,
        "frames_analysed": len(motion.time_s),
        "shots": len(motion.shots_s),
        "shots_s": np.round(motion.shots_s, 3).tolist(),
        "key_frames_s": np.round(motion.key_frames_s, 3).tolist(),
        "motion": round(float(motion.motion.mean()), 4),
        "sharpness": round(float(np.median(motion.sharpness)), 4),
        "brightness": round(float(motion.brightness.mean()), 4),
    }
    arrays = {name: values.astype(np.float32) for name, values in asdict(motion).items()}
    return Features(path=asset.item.path, medium="footage", facts=facts).save_with(job.folder, arrays)
