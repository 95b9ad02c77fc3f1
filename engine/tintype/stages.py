"""The stages of a film, in a module of their own: commands name them without importing what they hand around."""

from __future__ import annotations

from collections.abc import Mapping

STAGES: Mapping[str, str] = {
    "prepare_archive": "Prepare the archive",
    "extract_features": "Extract features",
    "build_voice": "Build the voice",
    "recognize_emotion": "Recognise emotion",
    "synthesize_speech": "Synthesise speech",
    "align_speech": "Align recordings",
    "build_head": "Build the head",
    "animate_face": "Animate the face",
    "generate_image": "Choose pictures",
    "compose_film": "Compose the film",
    "finish_film": "Finish the film",
}
"""The eleven stages in running order, with the titles that people see."""
