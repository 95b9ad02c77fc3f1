"""``FaceTrack.1``: 52 ARKit channels, head pose and eye rotations at a stated rate, kept as one npz."""

from __future__ import annotations

import os
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Self

from tintype.arrays import read_arrays
from tintype.errors import TrackInvalid

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

ARKIT_SHAPES = (
    "eyeBlinkLeft", "eyeLookDownLeft", "eyeLookInLeft", "eyeLookOutLeft", "eyeLookUpLeft", "eyeSquintLeft",
    "eyeWideLeft", "eyeBlinkRight", "eyeLookDownRight", "eyeLookInRight", "eyeLookOutRight", "eyeLookUpRight",
    "eyeSquintRight", "eyeWideRight", "jawForward", "jawRight", "jawLeft", "jawOpen", "mouthClose", "mouthFunnel",
    "mouthPucker", "mouthRight", "mouthLeft", "mouthSmileLeft", "mouthSmileRight", "mouthFrownLeft",
    "mouthFrownRight", "mouthDimpleLeft", "mouthDimpleRight", "mouthStretchLeft", "mouthStretchRight",
    "mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper", "mouthPressLeft", "mouthPressRight",
    "mouthLowerDownLeft", "mouthLowerDownRight", "mouthUpperUpLeft", "mouthUpperUpRight", "browDownLeft",
    "browDownRight", "browInnerUp", "browOuterUpLeft", "browOuterUpRight", "cheekPuff", "cheekSquintLeft",
    "cheekSquintRight", "noseSneerLeft", "noseSneerRight", "tongueOut",
)  # fmt: skip
"""The 52 blend shapes of Apple's ARKit (ARFaceAnchor.BlendShapeLocation), in Live Link Face's column order."""

POSE_CHANNELS = (
    "headYaw", "headPitch", "headRoll", "leftEyeYaw", "leftEyePitch", "leftEyeRoll", "rightEyeYaw",
    "rightEyePitch", "rightEyeRoll",
)  # fmt: skip
"""Rotations in radians, in Live Link Face's column order.

Signs as a viewer sees them: positive yaw turns the face toward the picture's right, positive pitch tips it up,
positive roll tips the top of the head toward the picture's right.
"""


@dataclass(frozen=True)
class FaceTrack:
    """How a face moves.

    Attributes:
        shapes: weights, shape=(frames, 52), float32 in [0, 1], columns as in :data:`ARKIT_SHAPES`.
        pose: rotations in radians, shape=(frames, 9), float32, columns as in :data:`POSE_CHANNELS`.
        fps: frames per second; frame ``i`` is at ``i / fps`` seconds from the start of the line.
        source: what made it, for provenance.
    """

    FILENAME: ClassVar[str] = "face.npz"
    SCHEMA: ClassVar[str] = "FaceTrack.1"

    shapes: NDArray[np.float32]
    pose: NDArray[np.float32]
    fps: float
    source: str = ""

    def __post_init__(self) -> None:
        import numpy as np

        shapes = np.ascontiguousarray(self.shapes, dtype=np.float32)
        pose = np.ascontiguousarray(self.pose, dtype=np.float32)
        if shapes.ndim != 2 or shapes.shape[1] != len(ARKIT_SHAPES):
            raise TrackInvalid(f"A face track needs shape (frames, {len(ARKIT_SHAPES)}), got {shapes.shape}.")
        if pose.shape != (shapes.shape[0], len(POSE_CHANNELS)):
            raise TrackInvalid(f"The pose needs shape ({shapes.shape[0]}, {len(POSE_CHANNELS)}), got {pose.shape}.")
        if not (np.isfinite(shapes).all() and np.isfinite(pose).all()):
            raise TrackInvalid("The face track has values that are not numbers (NaN or infinity).")
        if not self.fps > 0:
            raise TrackInvalid(f"The face track's rate must be above 0 frames per second, got {self.fps}.")
        object.__setattr__(self, "shapes", np.clip(shapes, 0.0, 1.0))
        object.__setattr__(self, "pose", pose)

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return len(self.shapes) / self.fps

    def channel(self, name: str) -> NDArray[np.float32]:
        """One channel by its ARKit or pose name, shape=(frames,)."""
        if name in ARKIT_SHAPES:
            return self.shapes[:, ARKIT_SHAPES.index(name)]
        if name in POSE_CHANNELS:
            return self.pose[:, POSE_CHANNELS.index(name)]
        raise TrackInvalid(f"{name!r} is neither an ARKit shape nor a pose channel.")

    def save(self, folder: Path) -> Self:
        """Write ``face.npz`` into ``folder``."""
        folder.mkdir(parents=True, exist_ok=True)
        self.write(folder / self.FILENAME)
        return self

    def write(self, path: Path) -> None:
        """Write the track to ``path`` (npz), beside it first and then renamed."""
        import numpy as np

        beside = path.with_name(f".{uuid.uuid4().hex[:8]}.{path.name}")
        with beside.open("wb") as stream:
            np.savez_compressed(
                stream,
                schema=np.array(self.SCHEMA),
                shapes=self.shapes,
                pose=self.pose,
                fps=np.array(self.fps),
                source=np.array(self.source),
                shape_names=np.array(ARKIT_SHAPES),
                pose_names=np.array(POSE_CHANNELS),
            )
        os.replace(beside, path)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read ``face.npz`` from ``folder``."""
        return cls.read(folder / cls.FILENAME)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a track from an npz file.

        Raises:
            TrackInvalid: not an npz, or not a ``FaceTrack.1``.
        """

        try:
            arrays = read_arrays(path)
            label = str(arrays["schema"])
            if label != cls.SCHEMA:
                raise TrackInvalid(f"{path} holds a {label[:40]}; this engine reads {cls.SCHEMA}.")
            return cls(arrays["shapes"], arrays["pose"], float(arrays["fps"]), str(arrays["source"]))
        except (OSError, ValueError, KeyError, TypeError, OverflowError) as err:
            raise TrackInvalid(
                f"{path} is not a face track: {err}.", hint="Make it again with `tintype animate`."
            ) from err
