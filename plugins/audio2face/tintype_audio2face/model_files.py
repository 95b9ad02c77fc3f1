"""Reads the folder of an Audio2Face-3D regression model as NVIDIA publishes it.

Source:
    Layout and names: NVIDIA's Audio2Face-3D-SDK (MIT), ``audio2face-core/parse_helper.cpp``, and
    Audio2Face-3D-Training-Framework (Apache-2.0), ``train_regression.py`` and ``deploy.py``.
"""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from tintype.errors import ModelUnreadable

Floats = NDArray[np.float32]
FETCH = (
    "Put a complete Audio2Face-3D v2.3 model (Mark, Claire or James) into the folder and name it in "
    "[stages.animate_face.settings] model."
)
NETWORK = "network.onnx"  # model.json names an engine built for one GPU; the ONNX file beside it runs anywhere


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Identity(_Part):
    type: str = "regression"
    actor: str = "unknown"
    version: str = ""
    output: str = "geometry"


class Parameters(_Part):
    implicit_emotion_len: int = Field(ge=0)
    explicit_emotions: tuple[str, ...] = ()
    default_emotion: tuple[float, ...] = ()
    num_shapes_skin: int = Field(gt=0)
    num_shapes_tongue: int = Field(ge=0)
    result_jaw_size: int = Field(ge=0)
    result_eyes_size: int = Field(ge=0)


class AudioParameters(_Part):
    buffer_len: int = Field(gt=0, description="Samples in a window.")
    buffer_ofs: int = Field(ge=0, description="Sample of the window that the answer is for.")
    samplerate: int = Field(gt=0, description="Hz.")


class NetworkInfo(_Part):
    """``network_info.json``: what goes into the network and what comes out."""

    id: Identity
    params: Parameters
    audio_params: AudioParameters


class Config(_Part):
    """``config`` of ``model_config.json``: the model's own post-processing; what is missing has the SDK's value."""

    input_strength: float = 1.0
    upper_face_smoothing: float = Field(0.001, ge=0, description="Half-life in seconds.")
    lower_face_smoothing: float = Field(0.006, ge=0, description="Half-life in seconds.")
    upper_face_strength: float = 1.0
    lower_face_strength: float = 1.0
    face_mask_level: float = 0.6
    face_mask_softness: float = Field(0.0085, gt=0)
    skin_strength: float = 1.0
    eyelid_open_offset: float = 0.0
    lip_open_offset: float = 0.0
    tongue_strength: float = 1.0
    eyeballs_strength: float = 1.0
    right_eye_rot_x_offset: float = 0.0
    right_eye_rot_y_offset: float = 0.0
    left_eye_rot_x_offset: float = 0.0
    left_eye_rot_y_offset: float = 0.0
    source_shot: str | None = None
    source_frame: int = 0


class SolverConfig(_Part):
    """``blendshape_params`` of ``bs_skin_config.json`` and ``bs_tongue_config.json``, one entry per pose."""

    strengthL1regularization: float = Field(ge=0)  # noqa: N815  (NVIDIA's names)
    strengthL2regularization: float = Field(ge=0)  # noqa: N815
    strengthTemporalSmoothing: float = Field(ge=0)  # noqa: N815
    strengthSymmetry: float = Field(ge=0)  # noqa: N815
    templateBBSize: float = Field(54.7, gt=0)  # noqa: N815
    bsSolveActivePoses: tuple[int, ...]  # noqa: N815
    bsSolveCancelPoses: tuple[int, ...]  # noqa: N815
    bsSolveSymmetryPoses: tuple[int, ...]  # noqa: N815
    bsWeightMultipliers: tuple[float, ...]  # noqa: N815
    bsWeightOffsets: tuple[float, ...]  # noqa: N815


@dataclass(frozen=True)
class Rig:
    """Named poses of the model's own actor, that its geometry is solved to.

    Attributes:
        names: pose names, without ``neutral``.
        neutral: shape=(vertices, 3).
        deltas: shape=(poses, vertices, 3).
        mask: vertices that count, shape=(masked,).
        config: regularisation and flags, in the order of ``names``.
    """

    names: tuple[str, ...]
    neutral: Floats
    deltas: Floats
    mask: NDArray[np.int64]
    config: SolverConfig


@dataclass(frozen=True)
class Model:
    """Everything but the network itself.

    Attributes:
        arrays: of ``model_data.npz``: ``shapes_matrix_skin`` (shapes, vertices, 3), ``shapes_mean_skin``
            (vertices, 3), the same for the tongue, ``lip_open_pose_delta`` and ``eye_close_pose_delta``.
        implicit_emotion: the row of the emotion database that the model names, shape=(implicit_emotion_len,).
    """

    folder: Path
    info: NetworkInfo
    config: Config
    arrays: dict[str, Floats]
    implicit_emotion: Floats
    skin: Rig
    tongue: Rig | None

    @property
    def network(self) -> Path:
        return self.folder / NETWORK

    @property
    def name(self) -> str:
        """The model's name for provenance."""
        return f"Audio2Face-3D v{self.info.id.version} {self.info.id.actor}"


def read_model(folder: Path) -> Model:
    """Read and check a model's folder.

    Raises:
        ModelUnreadable: not there, incomplete, damaged, or a model of another kind; names the file.
    """
    if not folder.is_dir():
        raise ModelUnreadable(f"The Audio2Face model folder {str(folder)!r} does not exist.", hint=FETCH)
    info = _parse(NetworkInfo, folder / "network_info.json", _json(folder / "network_info.json"))
    if info.id.type != "regression":
        raise ModelUnreadable(
            f"{folder} holds a {info.id.type} model (version {info.id.version}); only regression models run here.",
            hint=FETCH,
        )
    if not (folder / NETWORK).is_file():
        raise ModelUnreadable(f"{folder / NETWORK} is missing.", hint=FETCH)
    listed = _json(folder / "model.json") if (folder / "model.json").is_file() else {}
    config = _config(folder, listed)
    skin = _rig(folder, listed, "skin")
    assert skin is not None
    return Model(
        folder=folder,
        info=info,
        config=config,
        arrays=_arrays(_listed(folder, listed, "modelDataPath", "model_data.npz"), info, skin),
        implicit_emotion=_implicit_emotion(folder, listed, info, config),
        skin=skin,
        tongue=_rig(folder, listed, "tongue") if info.params.num_shapes_tongue else None,
    )


def _config(folder: Path, listed: dict[str, Any]) -> Config:
    path = _listed(folder, listed, "modelConfigPath", "model_config.json")
    data = _json(path)
    return _parse(Config, path, data.get("config", data))


def _arrays(path: Path, info: NetworkInfo, skin: Rig) -> dict[str, Floats]:
    wanted = ["shapes_matrix_skin", "shapes_mean_skin", "lip_open_pose_delta", "eye_close_pose_delta"]
    if info.params.num_shapes_tongue:
        wanted += ["shapes_matrix_tongue", "shapes_mean_tongue"]
    found = _npz(path)
    missing = [name for name in wanted if name not in found]
    if missing:
        raise ModelUnreadable(f"{path} lacks {missing[0]!r}.", hint=FETCH)
    arrays = {name: np.asarray(found[name], dtype=np.float32) for name in wanted}
    vertices = len(skin.neutral)
    shapes = arrays["shapes_matrix_skin"].reshape(info.params.num_shapes_skin, -1, 3)
    if shapes.shape[1] != vertices:
        raise ModelUnreadable(
            f"{path} describes {shapes.shape[1]} vertices, the skin's poses {vertices}: they do not belong together.",
            hint=FETCH,
        )
    arrays["shapes_matrix_skin"] = shapes
    for name in ("shapes_mean_skin", "lip_open_pose_delta", "eye_close_pose_delta"):
        arrays[name] = arrays[name].reshape(vertices, 3)
    return arrays


def _implicit_emotion(folder: Path, listed: dict[str, Any], info: NetworkInfo, config: Config) -> Floats:
    length = info.params.implicit_emotion_len
    if not length:
        return np.zeros(0, dtype=np.float32)
    path = _listed(folder, listed, "emotionDatabasePath", "implicit_emo_db.npz")
    database = _npz(path)
    try:
        names = [_text(name) for name in database["emo_spec_names"]]
        shot = names.index(config.source_shot) if config.source_shot in names else 0
        row = int(database["emo_spec_start"][shot]) + config.source_frame
        return np.asarray(database["emo_db"][row], dtype=np.float32).reshape(length)
    except (KeyError, IndexError, ValueError) as err:
        raise ModelUnreadable(f"{path} is no emotion database of {length} values: {err}.", hint=FETCH) from err


def _rig(folder: Path, listed: dict[str, Any], part: str) -> Rig | None:
    paths = listed.get("blendshapePaths", {}).get(part)
    data = folder / paths["data"] if paths else _named(folder, f"bs_{part}", ".npz")
    config = folder / paths["config"] if paths else _named(folder, f"bs_{part}_config", ".json")
    if data is None or config is None:
        if part == "tongue":
            return None
        raise ModelUnreadable(f"{folder} lacks bs_{part}.npz or bs_{part}_config.json.", hint=FETCH)
    poses = _npz(data)
    solver = _parse(SolverConfig, config, _json(config).get("blendshape_params", {}))
    try:
        names = [_text(name) for name in poses["poseNames"]]
        neutral = np.asarray(poses[names[0]], dtype=np.float32).reshape(-1, 3)
        deltas = np.stack([np.asarray(poses[name], dtype=np.float32).reshape(-1, 3) for name in names[1:]])
    except (KeyError, IndexError, ValueError) as err:
        raise ModelUnreadable(f"{data} is no set of poses: {err}.", hint=FETCH) from err
    lengths = {len(values) for name, values in solver if name.startswith("bs")}
    if lengths != {len(deltas)}:
        raise ModelUnreadable(f"{config} is for {max(lengths)} poses, {data.name} has {len(deltas)}.", hint=FETCH)
    mask = np.asarray(poses["frontalMask"], dtype=np.int64) if "frontalMask" in poses else np.arange(len(neutral))
    return Rig(tuple(names[1:]), neutral, deltas, mask, solver)


def _named(folder: Path, stem: str, suffix: str) -> Path | None:
    """``bs_skin.npz``, or ``bs_skin_Mark.npz`` where the actor is part of the name."""
    exact = folder / f"{stem}{suffix}"
    if exact.is_file():
        return exact
    others = sorted(folder.glob(f"{stem}_*{suffix}"))
    return others[0] if others else None


def _listed(folder: Path, listed: dict[str, Any], key: str, usual: str) -> Path:
    return folder / str(listed.get(key, usual))


def _text(name: object) -> str:
    return name.decode() if isinstance(name, bytes) else str(name)


def _json(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_bytes())
    except FileNotFoundError as err:
        raise ModelUnreadable(f"{path} is missing.", hint=FETCH) from err
    except (OSError, ValueError) as err:
        raise ModelUnreadable(f"{path} is damaged: {err}.", hint=FETCH) from err
    if not isinstance(data, dict):
        raise ModelUnreadable(f"{path} is damaged: it holds no object.", hint=FETCH)
    return data


def _npz(path: Path) -> dict[str, NDArray[Any]]:
    try:
        with np.load(path, allow_pickle=False) as arrays:
            return {name: arrays[name] for name in arrays.files}
    except FileNotFoundError as err:
        raise ModelUnreadable(f"{path} is missing.", hint=FETCH) from err
    except (OSError, ValueError, zipfile.BadZipFile) as err:
        raise ModelUnreadable(f"{path} is damaged: {err}.", hint=FETCH) from err


P = TypeVar("P", bound=_Part)


def _parse(kind: type[P], path: Path, data: Any) -> P:
    try:
        return kind.model_validate(data)
    except ValidationError as err:
        first = err.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ModelUnreadable(f"{path}: {where}: {first['msg']}.", hint=FETCH) from err
