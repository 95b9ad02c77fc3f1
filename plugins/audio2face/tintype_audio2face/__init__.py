"""Faces by NVIDIA's Audio2Face-3D (regression models v2.3), through onnxruntime, from a folder on this machine."""

from __future__ import annotations

from typing import Literal

from pydantic import Field
from tintype import Job, ProviderInfo, Settings, hookimpl
from tintype.documents import EmotionTrack, FaceTrack, Speech


class Audio2FaceSettings(Settings):
    """Where the model is, and how it is used."""

    model: str = Field(
        "", max_length=4096, description="Folder of an Audio2Face-3D v2.3 model (network.onnx, model_data.npz, …)."
    )
    device: Literal["auto", "cpu", "cuda"] = Field("auto", description="Where it runs; auto takes CUDA where there is.")
    fps: float = Field(60.0, ge=1, le=240, description="Frames per second of the track.")
    emotion: float = Field(0.7, ge=0, le=1.5, description="How much of the line's feeling the model is told, 0 to 1.5.")
    eyes: float = Field(1.0, ge=0, le=1.5, description="How far the model turns the eyes, 0 to 1.5.")


@hookimpl
def describe_provider() -> ProviderInfo:
    return ProviderInfo(
        title="Audio2Face-3D",
        description="NVIDIA's speech-to-face model; needs the model's folder, which you download yourself.",
        settings={"animate_face": Audio2FaceSettings},
        licence="GPL-3.0-or-later",
        model_licence="NVIDIA Open Model License",
    )


@hookimpl
def animate_face(speech: Speech, emotion: EmotionTrack | None, settings: Audio2FaceSettings, job: Job) -> FaceTrack:
    from tintype_audio2face.animation import animate

    return animate(speech, emotion, settings, job)
