"""Speech to test with: made by eSpeak NG, and a real reader's where the shared archive is there."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
import tintype_espeak
from tintype import Job
from tintype.documents import Speech

LJSPEECH = Path(__file__).resolve().parents[3] / "shared" / "archive" / "ljspeech"


@pytest.fixture(scope="session")
def spoken(tmp_path_factory) -> Callable[..., Speech]:
    """Speak a text by eSpeak NG: ``spoken(text, language, rate_wpm=...)``; each is spoken once."""

    @cache
    def speak(text: str, language: str = "en-us", **settings: object) -> Speech:
        return tintype_espeak.synthesize_speech(
            text,
            language,
            None,
            None,
            tintype_espeak.EspeakSettings(**settings),
            Job(tmp_path_factory.mktemp("spoken")),
        )

    return speak


@pytest.fixture(scope="session")
def ljspeech() -> Path:
    """Folder of real recordings of one reader."""
    if not LJSPEECH.is_dir():
        pytest.skip(f"no LJSpeech clips in {LJSPEECH.name}: real recordings are not part of the repository")
    return LJSPEECH
