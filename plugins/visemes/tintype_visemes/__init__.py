"""A face that speaks, from phones with times: co-articulation, blinks, gaze, head motion, brows, breath and feeling."""

from __future__ import annotations

from pydantic import Field
from tintype import Job, ProviderInfo, Settings, hookimpl
from tintype.documents import EmotionTrack, FaceTrack, Speech


class VisemeSettings(Settings):
    """How the face moves.  An amount of 0 takes a layer away, 1 is natural."""

    fps: float = Field(60.0, ge=1, le=240, description="Frames per second of the track.")
    articulation: float = Field(
        1.0, ge=0, le=1.5, description="How clearly the mouth speaks, 0 to 1.5; mumbled below 1."
    )
    jaw: float = Field(1.0, ge=0, le=1.5, description="How far the jaw opens, 0 to 1.5.")
    lip: float = Field(1.0, ge=0, le=1.5, description="How far the lips round, spread and part, 0 to 1.5.")
    energy: float = Field(1.0, ge=0, le=1.5, description="How far the jaw follows loud and soft syllables, 0 to 1.5.")
    emotion: float = Field(0.7, ge=0, le=1.5, description="How much of the line's feeling shows, 0 to 1.5.")
    blinks: float = Field(1.0, ge=0, le=1.5, description="Factor on the number of blinks, 0 to 1.5.")
    blinks_per_minute: float = Field(17.0, ge=0, le=60, description="Blinks per minute at a factor of 1.")
    double_blinks: float = Field(0.1, ge=0, le=1, description="Share of the blinks that come twice, 0 to 1.")
    phrase_end_blinks: float = Field(0.4, ge=0, le=1, description="Share of the phrases that end in a blink, 0 to 1.")
    gaze: float = Field(
        1.0, ge=0, le=1.5, description="How lively the eyes are, 0 to 1.5; at 0 they turn with the head."
    )
    head_motion: float = Field(1.0, ge=0, le=1.5, description="How far the head moves, 0 to 1.5.")
    brows: float = Field(1.0, ge=0, le=1.5, description="How far the brows rise on stressed words, 0 to 1.5.")
    breath: float = Field(1.0, ge=0, le=1.5, description="How much the breath before a phrase shows, 0 to 1.5.")


@hookimpl
def describe_provider() -> ProviderInfo:
    return ProviderInfo(
        title="Visemes",
        description="A face that speaks, by rule: from phones where they are known, else from the sound.",
        settings={"animate_face": VisemeSettings},
        licence="GPL-3.0-or-later",
    )


@hookimpl
def animate_face(speech: Speech, emotion: EmotionTrack | None, settings: VisemeSettings, job: Job) -> FaceTrack:
    from tintype_visemes.animation import animate

    return animate(speech, emotion, settings, job)
