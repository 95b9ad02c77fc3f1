"""Runs the network over a recording: one window of samples per frame, in batches.

Source:
    Names and shapes of the tensors: ``export_onnx`` in ``train_regression.py`` of NVIDIA's
    Audio2Face-3D-Training-Framework; which window belongs to which frame: ``GetProgressParameters`` in
    ``executor_regression_core.cpp`` of the Audio2Face-3D-SDK.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tintype import Job
from tintype.errors import ModelUnreadable

from tintype_audio2face.model_files import FETCH, Floats, Model

BATCH = 16
INPUTS, OUTPUT = {"input", "emotion"}, "result"


def open_network(model: Model, device: str) -> Any:
    """An onnxruntime session on the CPU or on CUDA.

    Raises:
        ModelUnreadable: the file is no network of this kind, or CUDA was asked for and is not there.
    """
    import onnxruntime

    available = onnxruntime.get_available_providers()
    if device == "cuda" and "CUDAExecutionProvider" not in available:
        raise ModelUnreadable(
            "CUDA was asked for, but this onnxruntime has none.",
            hint='Install onnxruntime-gpu in place of onnxruntime, or set device = "cpu".',
        )
    cuda = ["CUDAExecutionProvider"] if device != "cpu" and "CUDAExecutionProvider" in available else []
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    try:
        session = onnxruntime.InferenceSession(str(model.network), options, providers=[*cuda, "CPUExecutionProvider"])
    except Exception as err:  # onnxruntime's errors share no public base class
        raise ModelUnreadable(f"{model.network} cannot be opened by onnxruntime: {err}", hint=FETCH) from err
    names = {tensor.name for tensor in session.get_inputs()}
    if names != INPUTS or OUTPUT not in {tensor.name for tensor in session.get_outputs()}:
        raise ModelUnreadable(
            f"{model.network} takes {', '.join(sorted(names))}; a regression model takes emotion and input.", hint=FETCH
        )
    return session


def results(session: Any, model: Model, samples: Floats, emotions: Floats, fps: float, job: Job) -> NDArray[np.float32]:
    """What the network says of every frame, shape=(frames, skin + tongue + jaw + eyes).

    Args:
        samples: mono, at the model's rate, shape=(n,).
        emotions: implicit and explicit emotion per frame, shape=(frames, length).
    """
    found = []
    for begin, windows in batches(model, samples, len(emotions), fps):
        job.progress(0.1 + 0.5 * begin / len(emotions))
        chosen = emotions[begin : begin + len(windows)]
        (answer,) = session.run([OUTPUT], {"input": windows[:, None, :], "emotion": chosen[:, None, :]})
        found.append(np.asarray(answer, dtype=np.float32).reshape(len(windows), -1))
    whole = np.concatenate(found)
    params = model.info.params
    wanted = params.num_shapes_skin + params.num_shapes_tongue + params.result_jaw_size + params.result_eyes_size
    if whole.shape[1] != wanted:
        raise ModelUnreadable(
            f"{model.network} gives {whole.shape[1]} values a frame, network_info.json says {wanted}.", hint=FETCH
        )
    return whole


def batches(model: Model, samples: Floats, frames: int, fps: float) -> Iterator[tuple[int, Floats]]:
    """Windows around each frame's own sample, silent beyond the recording, shape=(batch, buffer_len)."""
    audio = model.info.audio_params
    padded = np.pad(samples * np.float32(model.config.input_strength), (audio.buffer_ofs, audio.buffer_len))
    for begin in range(0, frames, BATCH):
        starts = np.arange(begin, min(begin + BATCH, frames)) * audio.samplerate / fps
        first = np.minimum(starts.astype(np.int64), len(padded) - audio.buffer_len)
        yield begin, np.ascontiguousarray(padded[first[:, None] + np.arange(audio.buffer_len)], dtype=np.float32)
