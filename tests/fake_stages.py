"""A plugin that provides every stage in milliseconds, made of nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from pydantic import Field
from tintype import Job, ProviderInfo, Settings, hookimpl
from tintype.digests import file_digest
from tintype.documents import (
    Archive,
    ArchiveItem,
    EmotionPoint,
    EmotionTrack,
    FaceTrack,
    Features,
    Film,
    Frame,
    HeadModel,
    Move,
    Phone,
    PictureClip,
    PortraitClip,
    SoundClip,
    Speech,
    Still,
    TitleClip,
    Track,
    VoiceProfile,
    Word,
)
from tintype.errors import FaceNotFound

RATE_HZ = 16000


class SpeechSettings(Settings):
    rate_wpm: int = Field(160, ge=80, le=450, description="Words per minute.")


class FakeStages:
    """Every stage, made of nothing; remembers its calls."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    @hookimpl
    def describe_provider(self) -> ProviderInfo:
        return ProviderInfo(
            title="Fake",
            description="Everything, made of nothing.",
            settings={"synthesize_speech": SpeechSettings},
            media=("photo", "recording", "footage", "letter"),
            licence="GPL-3.0-or-later",
        )

    @hookimpl
    def prepare_archive(self, root: Path, files: Any, medium: Any, job: Job) -> Archive:
        self.calls.append(f"prepare_archive {medium}")
        items = tuple(
            ArchiveItem(path=path.relative_to(root).as_posix(), medium=medium, sha256=file_digest(path), quality=0.9)
            for path in files
        )
        return Archive(root="archive", items=items).save(job.folder)

    @hookimpl
    def extract_features(self, asset: Any, job: Job) -> Features:
        self.calls.append(f"extract_features {asset.item.path}")
        features = Features(path=asset.item.path, medium=asset.item.medium, facts={"size": asset.path.stat().st_size})
        return features.save_with(job.folder, {"zeros": np.zeros(3)})

    @hookimpl
    def build_voice(self, recordings: Any, job: Job) -> VoiceProfile:
        self.calls.append("build_voice")
        return VoiceProfile(provider="fake").save(job.folder)

    @hookimpl
    def recognize_emotion(self, text: str, job: Job) -> EmotionTrack:
        self.calls.append(f"recognize_emotion {text}")
        point = EmotionPoint(time_s=0, valence=0, arousal=0)
        return EmotionTrack(points=(point,), confidence=0.5).save(job.folder)

    @hookimpl
    def synthesize_speech(self, text: str, language: str, job: Job) -> Speech:
        self.calls.append(f"synthesize_speech {text}")
        job.progress(0.5, "half")
        return self._speech(text, language, job, synthetic=True)

    @hookimpl
    def align_speech(self, recording: Path, text: str, language: str, job: Job) -> Speech:
        self.calls.append(f"align_speech {recording.name}")
        return self._speech(text, language, job, synthetic=False)

    @staticmethod
    def _speech(text: str, language: str, job: Job, *, synthetic: bool) -> Speech:
        duration_s = max(1.0, len(text) / 15)
        soundfile.write(job.folder / "speech.wav", np.zeros(round(duration_s * RATE_HZ)), RATE_HZ)
        return Speech(
            sample_rate_hz=RATE_HZ,
            duration_s=duration_s,
            text=text,
            language=language,
            phones=(Phone(symbol="a", start_s=0, end_s=duration_s),),
            words=tuple(Word(text=word, start_s=0, end_s=duration_s) for word in text.split()[:1]),
            synthetic=synthetic,
        ).save(job.folder)

    @hookimpl
    def build_head(self, photos: Any, job: Job) -> HeadModel:
        self.calls.append("build_head")
        if photos[0].path.read_bytes() == b"no face":
            raise FaceNotFound(f"{photos[0].item.path} shows no face.", hint="Choose another photo.")
        (job.folder / "head.glb").write_bytes(b"glTF")
        return HeadModel(
            photo=photos[0].item.path,
            photo_sha256=photos[0].item.sha256,
            width_px=64,
            height_px=64,
            face_box=(0.2, 0.2, 0.5, 0.5),
            provider="fake",
        ).save(job.folder)

    @hookimpl
    def animate_face(self, speech: Speech, job: Job) -> FaceTrack:
        self.calls.append(f"animate_face {speech.text}")
        frames = round(speech.duration_s * 60)
        return FaceTrack(np.zeros((frames, 52)), np.zeros((frames, 9)), 60.0).save(job.folder)

    @hookimpl
    def generate_image(self, request: Any, references: Any, job: Job) -> Still:
        self.calls.append(f"generate_image {request.picture}")
        (job.folder / "picture.png").write_bytes(b"png")
        whole = Frame(x=0, y=0, width=1, height=1)
        return Still(
            picture="picture.png", width_px=64, height_px=36, move=Move(start=whole, end=whole), generated=False
        ).save(job.folder)

    @hookimpl
    def compose_film(self, project: Any, head: Any, takes: Any, job: Job) -> Film:
        self.calls.append("compose_film")
        pictures, voices, titles = [], [], []
        at = 0.0
        for take in takes:
            duration_s = take.speech.duration_s if take.speech else 2.0
            common = {"start_s": at, "duration_s": duration_s, "line": take.line.id}
            if take.face is not None:
                pictures.append(
                    PortraitClip(
                        id=f"{take.line.id}.portrait",
                        head="head.glb",
                        face=f"{take.folder}/face.npz",
                        synthetic=True,
                        **common,
                    )
                )
            if take.still is not None:
                pictures.append(
                    PictureClip(
                        id=f"{take.line.id}.picture",
                        path=f"{take.folder}/{take.still.picture}",
                        width_px=64,
                        height_px=36,
                        move=take.still.move,
                        **common,
                    )
                )
            if take.speech is not None:
                path = f"{take.folder}/{take.speech.audio}"
                voices.append(SoundClip(id=f"{take.line.id}.voice", path=path, synthetic=True, **common))
            titles.append(TitleClip(id=f"{take.line.id}.subtitle", text=take.line.text, style="subtitle", **common))
            at += duration_s
        return Film(
            title=project.film.title,
            subject=project.subject.name,
            width_px=project.film.size[0],
            height_px=project.film.size[1],
            fps=project.film.fps,
            duration_s=at,
            tracks=(
                Track(name="Pictures", kind="picture", clips=tuple(pictures)),
                Track(name="Subtitles", kind="title", clips=tuple(titles)),
                Track(name="Voice", kind="sound", clips=tuple(voices)),
            ),
            metadata={"sources": [take.line.source for take in takes]},
        ).save(job.folder)

    @hookimpl
    def finish_film(self, film: Film, job: Job) -> Film:
        self.calls.append("finish_film")
        return film.model_copy(update={"loudness_lufs": -23.0}).save(job.folder)
