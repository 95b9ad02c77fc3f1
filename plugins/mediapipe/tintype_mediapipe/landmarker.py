"""Chooses what reads landmarks: a Face Landmarker file where there is one, else the models inside MediaPipe's wheel.

The file is looked for where the setting ``landmarker`` says, then where the variable ``TINTYPE_FACE_LANDMARKER`` says,
then in the user's data folder.  MediaPipe 1.2 and later have no models inside, and need the file.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from tintype.errors import ModelMissing

from tintype_mediapipe.landmarks import COUNT

VARIABLE = "TINTYPE_FACE_LANDMARKER"
FILE_NAME = "face_landmarker.task"
MAX_FACES = 8
LEAST_CONFIDENCE = 0.4  # of the detector for small faces
# Small faces escape the file's detector, which sees the whole photo on 128 pixels: tiles of these shares are looked at.
TILE_SHARES = (1.0, 0.5, 0.25)
LEAST_TILE_PX = 240
TILE_OVERLAP = 0.5  # of a tile


class Landmarker(Protocol):
    """Reads faces in pictures of any size."""

    def landmarks(self, rgb: NDArray[np.uint8], most: int) -> list[NDArray[np.float64]]:
        """478 landmarks of up to ``most`` faces, shape=(478, 3) each: x right, y down, z toward the viewer, pixels."""

    def places(self, rgb: NDArray[np.uint8]) -> list[tuple[float, float, float]]:
        """Where faces may be, small ones too: centre x, centre y and size in pixels."""


def landmarker_file(setting: str) -> Path | None:
    """The Face Landmarker file to use, or None for the models inside MediaPipe's wheel.

    Raises:
        ModelMissing: the setting or the variable names a file that is not there.
    """
    for source, named in (("the setting landmarker", setting), (f"the variable {VARIABLE}", os.environ.get(VARIABLE))):
        if not named:
            continue
        path = Path(named).expanduser()
        if not path.is_file():
            raise ModelMissing(
                f"{path} does not exist, which {source} names.",
                hint=f"Put MediaPipe's {FILE_NAME} there, or take the name out.",
            )
        return path
    usual = user_file()
    return usual if usual.is_file() else None


def user_file() -> Path:
    """Where the file is looked for when nothing names one."""
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(data) / "tintype" / FILE_NAME


@contextmanager
def open_landmarker(setting: str = "") -> Iterator[Landmarker]:
    """The landmarker that this machine has, closed at the end.

    Raises:
        ModelMissing: there is no file, and this MediaPipe has no models inside; or the file cannot be used.
    """
    import mediapipe as mp

    path = landmarker_file(setting)
    if path is not None:
        with _opened(path) as detector:
            yield _FromFile(detector)
    elif hasattr(mp, "solutions"):
        with _bundled() as models:
            yield models
    else:
        raise ModelMissing(
            f"MediaPipe {mp.__version__} has no face models inside, and there is no {FILE_NAME}.",
            hint=f"Put MediaPipe's {FILE_NAME} into {user_file().parent}, or name it in [stages.build_head.settings] "
            f"landmarker or in the variable {VARIABLE}.",
        )


class _FromFile:
    """The tasks API on a Face Landmarker file."""

    def __init__(self, detector) -> None:  # type: ignore[no-untyped-def]
        self._detector = detector

    def landmarks(self, rgb: NDArray[np.uint8], most: int) -> list[NDArray[np.float64]]:
        import mediapipe as mp

        height, width = rgb.shape[:2]
        image = mp.Image(image_format=mp.ImageFormat.SRGB, data=np.ascontiguousarray(rgb))
        faces = self._detector.detect(image).face_landmarks
        return [_in_pixels(face, width, height) for face in faces[:most]]

    def places(self, rgb: NDArray[np.uint8]) -> list[tuple[float, float, float]]:
        height, width = rgb.shape[:2]
        found = []
        for share in TILE_SHARES:
            size = [min(side, max(LEAST_TILE_PX, round(side * share))) for side in (height, width)]
            for top in _starts(height, size[0]):
                for left in _starts(width, size[1]):
                    for points in self.landmarks(rgb[top : top + size[0], left : left + size[1]], MAX_FACES):
                        x, y, extent = extent_of(points)
                        found.append((x + left, y + top, extent))
        return found


class _Bundled:
    """The solutions API, whose models are inside the wheel up to MediaPipe 0.10."""

    def __init__(self, mesh, meshes, detector) -> None:  # type: ignore[no-untyped-def]
        self._mesh, self._meshes, self._detector = mesh, meshes, detector

    def landmarks(self, rgb: NDArray[np.uint8], most: int) -> list[NDArray[np.float64]]:
        height, width = rgb.shape[:2]
        model = self._mesh if most == 1 else self._meshes
        faces = model.process(np.ascontiguousarray(rgb)).multi_face_landmarks or ()
        return [_in_pixels(face.landmark, width, height) for face in faces]

    def places(self, rgb: NDArray[np.uint8]) -> list[tuple[float, float, float]]:
        height, width = rgb.shape[:2]
        found = [extent_of(points) for points in self.landmarks(rgb, MAX_FACES)]
        for detection in self._detector.process(rgb).detections or ():
            box = detection.location_data.relative_bounding_box
            x, y = (box.xmin + box.width / 2) * width, (box.ymin + box.height / 2) * height
            found.append((x, y, max(box.width * width, box.height * height) * 1.25))
        return found


@contextmanager
def _opened(path: Path):  # type: ignore[no-untyped-def]
    from mediapipe.tasks.python import vision
    from mediapipe.tasks.python.core.base_options import BaseOptions

    try:
        options = vision.FaceLandmarkerOptions(
            base_options=BaseOptions(model_asset_buffer=path.read_bytes()), num_faces=MAX_FACES
        )
        detector = vision.FaceLandmarker.create_from_options(options)
    except (OSError, RuntimeError, ValueError) as err:
        raise ModelMissing(
            f"{path} cannot be used as a Face Landmarker: {str(err).splitlines()[0]}",
            hint=f"Get MediaPipe's {FILE_NAME} anew.",
        ) from err
    with detector:
        yield detector


@contextmanager
def _bundled() -> Iterator[_Bundled]:
    import mediapipe as mp

    face_mesh, face_detection = mp.solutions.face_mesh, mp.solutions.face_detection
    options = {"static_image_mode": True, "refine_landmarks": True}
    with (
        face_mesh.FaceMesh(max_num_faces=1, **options) as mesh,
        face_mesh.FaceMesh(max_num_faces=MAX_FACES, **options) as meshes,
        face_detection.FaceDetection(model_selection=1, min_detection_confidence=LEAST_CONFIDENCE) as detector,
    ):
        yield _Bundled(mesh, meshes, detector)


def _in_pixels(landmarks, width: int, height: int) -> NDArray[np.float64]:  # type: ignore[no-untyped-def]
    return np.array([[point.x * width, point.y * height, -point.z * width] for point in landmarks])


def extent_of(points: NDArray[np.float64]) -> tuple[float, float, float]:
    """Centre x, centre y and longer side of landmarks, in their own units."""
    low, high = points[:COUNT, :2].min(axis=0), points[:COUNT, :2].max(axis=0)
    return float(low[0] + high[0]) / 2, float(low[1] + high[1]) / 2, float((high - low).max())


def _starts(total: int, size: int) -> list[int]:
    """Where tiles of ``size`` begin so that they overlap and cover ``total``."""
    if size >= total:
        return [0]
    count = int(np.ceil((total - size) / (size * (1 - TILE_OVERLAP)))) + 1
    return [round(start) for start in np.linspace(0, total - size, count)]
