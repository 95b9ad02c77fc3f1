"""NVIDIA Audio2Face's JSON export of blend shape weights: names, one row of weights per frame, and the rate."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tintype.documents.base import first_problem
from tintype.documents.face import ARKIT_SHAPES, POSE_CHANNELS, FaceTrack
from tintype.errors import TrackInvalid

MAX_BYTES = 1 << 30
LEAST_SHAPES = 10  # fewer ARKit names than this are another rig's, by chance
EXPORT = "In Audio2Face, solve to the 52 ARKit shapes and export the weights as JSON again."
Finite = Annotated[float, Field(allow_inf_nan=False)]


class Export(BaseModel):
    """The fields that are read; whatever else a version writes is passed over."""

    model_config = ConfigDict(extra="ignore")

    export_fps: float = Field(alias="exportFps", gt=0, le=1000, allow_inf_nan=False)
    frames: int = Field(alias="numFrames", ge=1)
    names: list[str] = Field(alias="facsNames", min_length=1)
    weights: list[list[Finite]] = Field(alias="weightMat", min_length=1)


def read_audio2face(path: Path) -> FaceTrack:
    """Read ``exportFps``, ``facsNames`` and ``weightMat`` (frames by names) as a track whose head and eyes are still.

    Names are ARKit's, in any case and order; weights below 0 or above 1 are clipped; a shape that is not exported
    stays 0.

    Raises:
        TrackInvalid: missing, damaged, or of a rig that is not ARKit's; names the frame or the field.
    """
    export = _export(path)
    if len(export.weights) != export.frames:
        raise TrackInvalid(
            f"{path} says that it has {export.frames} frames (numFrames), but has {len(export.weights)} rows "
            "(weightMat): it was cut short.",
            hint=EXPORT,
        )
    for index, row in enumerate(export.weights):
        if len(row) != len(export.names):
            raise TrackInvalid(
                f"{path}: frame {index} has {len(row)} weights for {len(export.names)} names (facsNames).", hint=EXPORT
            )
    columns = {name.strip().lower(): index for index, name in enumerate(export.names)}
    known = [name for name in ARKIT_SHAPES if name.lower() in columns]
    if len(known) < LEAST_SHAPES:
        raise TrackInvalid(
            f"{path} holds another rig's shapes ({', '.join(export.names[:4])}, …): {len(known)} are ARKit's.",
            hint=EXPORT,
        )
    weights = np.array(export.weights, dtype=np.float32)
    shapes = np.zeros((len(weights), len(ARKIT_SHAPES)), dtype=np.float32)
    for name in known:
        shapes[:, ARKIT_SHAPES.index(name)] = weights[:, columns[name.lower()]]
    pose = np.zeros((len(weights), len(POSE_CHANNELS)), dtype=np.float32)
    return FaceTrack(shapes, pose, export.export_fps, source=f"Audio2Face JSON {path.name}")


def _export(path: Path) -> Export:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise TrackInvalid(f"{path} has more than 1 GiB.", hint="Cut the take into parts.")
        return Export.model_validate(json.loads(path.read_bytes()))
    except (OSError, ValueError, RecursionError) as err:
        reason = first_problem(err) if isinstance(err, ValidationError) else str(err)
        raise TrackInvalid(f"{path} cannot be read as Audio2Face's JSON: {reason}.", hint=EXPORT) from err
