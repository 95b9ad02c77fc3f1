"""Audio in and out, and where somebody speaks in it."""

from __future__ import annotations

import numpy as np
import pytest
import soundfile
from tintype import audio
from tintype.audio import read_audio, write_audio
from tintype.errors import AudioUnreadable
from tintype.voice_activity import HOP_S, find_speech, speech_levels

RATE_HZ = 16000


def test_what_is_written_is_read_back_to_the_sixteenth_bit(tmp_path):
    samples = np.random.default_rng(0).uniform(-1, 1, 5000)
    write_audio(tmp_path / "a.wav", samples, RATE_HZ)
    back, rate_hz = read_audio(tmp_path / "a.wav")
    assert rate_hz == RATE_HZ
    assert back.dtype == np.float32
    assert np.abs(back - samples).max() < 2 / 32767


def test_many_channels_and_blocks_are_mixed_to_one(tmp_path, monkeypatch):
    monkeypatch.setattr(audio, "BLOCK_FRAMES", 777)
    channels = np.random.default_rng(0).uniform(-0.5, 0.5, (5000, 3))
    soundfile.write(tmp_path / "a.flac", channels, RATE_HZ)
    mixed, _ = read_audio(tmp_path / "a.flac")
    np.testing.assert_allclose(mixed, channels.mean(axis=1), atol=1e-4)


def test_another_rate_keeps_the_duration(tmp_path):
    write_audio(tmp_path / "a.wav", np.sin(np.arange(RATE_HZ) * 0.05), RATE_HZ)
    samples, rate_hz = read_audio(tmp_path / "a.wav", 22050)
    assert rate_hz == 22050
    assert len(samples) == 22050


@pytest.mark.parametrize("data", [b"", b"no sound at all", b"RIFF\x24\x00\x00\x00WAVE"])
def test_what_is_no_audio_is_an_error_with_its_name(tmp_path, data):
    (tmp_path / "bad.wav").write_bytes(data)
    with pytest.raises(AudioUnreadable, match=r"bad\.wav") as caught:
        read_audio(tmp_path / "bad.wav")
    assert caught.value.hint
    assert str(tmp_path) not in caught.value.message


def syllables(duration_s: float, level: float) -> np.ndarray:
    """Something like speech: a buzz at 4 syllables a second."""
    time = np.arange(round(duration_s * RATE_HZ)) / RATE_HZ
    buzz = sum(np.sin(2 * np.pi * 150 * n * time) / n for n in range(1, 20))
    return level * buzz * np.sin(np.pi * 4 * time) ** 2


def test_speech_is_found_between_pauses_over_noise():
    pause = np.zeros(RATE_HZ)
    samples = np.concatenate([pause, syllables(2.0, 0.1), pause, syllables(1.0, 0.05), pause])
    noisy = samples + np.random.default_rng(0).normal(0, 0.003, len(samples))
    parts = find_speech(speech_levels(noisy, RATE_HZ))
    np.testing.assert_allclose(parts, [(1.0, 3.0), (4.0, 5.0)], atol=0.12)


def test_short_pauses_can_be_kept_inside():
    samples = np.concatenate([syllables(1.0, 0.1), np.zeros(RATE_HZ // 2), syllables(1.0, 0.1), np.zeros(RATE_HZ)])
    levels = speech_levels(samples, RATE_HZ)
    assert len(find_speech(levels)) == 2
    assert len(find_speech(levels, shortest_pause_s=0.8)) == 1


@pytest.mark.parametrize(
    "samples",
    [
        np.zeros(0),
        np.zeros(3 * RATE_HZ),
        np.random.default_rng(0).normal(0, 0.1, 3 * RATE_HZ),
        0.3 * np.sin(np.arange(3 * RATE_HZ) * 0.2),
    ],
)
def test_silence_noise_and_tones_are_no_speech(samples):
    assert find_speech(speech_levels(samples, RATE_HZ)) == []


def test_levels_are_those_of_the_signal_at_their_time():
    samples = np.concatenate([np.zeros(RATE_HZ), np.sin(2 * np.pi * 1000 * np.arange(RATE_HZ) / RATE_HZ)])
    levels = speech_levels(samples, RATE_HZ)
    assert len(levels) == round(2 / HOP_S) + 1
    assert levels[150] == pytest.approx(-3.01, abs=0.1)
    assert levels[95] < -80
