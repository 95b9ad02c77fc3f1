"""A voice profile from recordings, and speech moved toward it without moving a phone."""

from __future__ import annotations

from pathlib import Path
from threading import Event

import numpy as np
import pytest
import soundfile
import tintype_espeak
import tintype_world as plugin
from tintype import Asset, Job
from tintype.documents import ArchiveItem, VoiceProfile
from tintype.errors import AudioUnreadable, Cancelled
from tintype.voice_match import VoiceStatistics, measure, move_toward

TEXTS = (
    "Life was simple before World War Two. After that, we had systems.",
    "Humans are allergic to change. They love to say: we've always done it this way.",
)


def asset_of(path: Path, transcript: str = "") -> Asset:
    return Asset(ArchiveItem(path=path.name, medium="recording", sha256="0" * 64, quality=1), path, None, transcript)


@pytest.fixture
def build(tmp_path):
    def run(recordings, **settings) -> VoiceProfile:
        folder = tmp_path / "voice"
        return plugin.build_voice(recordings, plugin.WorldSettings(**settings), Job(folder))

    return run


@pytest.fixture(scope="module")
def tapes(spoken) -> list[Asset]:
    """A high, quick voice: what the profile is made from."""
    speeches = [spoken(text, variant="f1", pitch=65, rate_wpm=170) for text in TEXTS]
    return [asset_of(speech.file(speech.audio)) for speech in speeches]


def test_a_profile_says_what_the_recordings_are_like(build, tapes):
    profile = build(tapes)
    assert profile.gender == "female"
    assert profile.pitch_hz == pytest.approx(210, rel=0.12)
    assert profile.recordings == tuple(tape.item.path for tape in tapes)
    assert 5 < profile.speech_s < 12
    assert f"{profile.speech_s:.0f} s" in profile.notes
    assert VoiceProfile.load(profile.folder).to_json() == profile.to_json()


def test_building_repeats_to_the_byte(build, tapes):
    files = []
    for _ in range(2):
        profile = build(tapes)
        files.append([profile.file(name).read_bytes() for name in ("voice.json", "voice.npz")])
    assert files[0] == files[1]


def test_without_recordings_the_profile_says_only_what_the_settings_say(build):
    profile = build([], gender="male", pitch_hz=95)
    assert (profile.gender, profile.pitch_hz, profile.arrays) == ("male", 95, None)
    assert "nobody" in profile.notes


@pytest.mark.parametrize("samples", [np.zeros(48000), np.random.default_rng(0).normal(0, 0.05, 48000), np.zeros(4)])
def test_recordings_without_speech_give_no_voice(build, tmp_path, samples):
    soundfile.write(tmp_path / "empty.wav", samples, 16000)
    assert build([asset_of(tmp_path / "empty.wav")]).arrays is None


def test_an_unreadable_recording_is_named(build, tmp_path):
    (tmp_path / "x.wav").write_bytes(b"nothing")
    with pytest.raises(AudioUnreadable, match=r"x\.wav"):
        build([asset_of(tmp_path / "x.wav")])


def test_the_editor_overrides_what_the_recordings_say(build, tapes):
    profile = build(tapes, gender="male", pitch_hz=120)
    assert (profile.gender, profile.pitch_hz) == ("male", 120)


def test_building_stops_when_the_user_stops_it(tapes, tmp_path):
    stop = Event()
    stop.set()
    with pytest.raises(Cancelled):
        plugin.build_voice(tapes, plugin.WorldSettings(), Job(tmp_path, cancelled=stop))


def statistics_of(speech) -> VoiceStatistics:
    found = measure([soundfile.read(speech.file(speech.audio), dtype="float32")])
    assert found is not None
    return found


def test_speech_moves_toward_the_voice_and_its_phones_stay_where_they_are(build, tapes, tmp_path, spoken):
    profile = build(tapes)
    low = VoiceProfile(provider="world", gender="male", pitch_hz=100)
    spoken_by = {}
    for name, voice in {
        "plain": low,
        "moved": profile.model_copy(update={"gender": "male", "pitch_hz": 100.0}),
    }.items():
        voice._folder = profile.folder
        folder = tmp_path / name
        folder.mkdir()
        spoken_by[name] = tintype_espeak.synthesize_speech(
            TEXTS[0], "en-us", voice, None, tintype_espeak.EspeakSettings(), Job(folder)
        )
    plain, moved = spoken_by["plain"], spoken_by["moved"]
    assert plain.phones == moved.phones
    assert plain.words == moved.words
    assert plain.duration_s == moved.duration_s
    target = VoiceStatistics.read(profile.file("voice.npz"))
    before, after = statistics_of(plain), statistics_of(moved)
    assert after.pitch_hz == pytest.approx(target.pitch_hz, rel=0.08)
    assert abs(before.pitch_hz - target.pitch_hz) > 50
    distance = {name: np.abs(found.cepstrum[0] - target.cepstrum[0])[1:].mean() for name, found in
                {"before": before, "after": after}.items()}  # fmt: skip
    assert distance["after"] < 0.6 * distance["before"]


def test_moving_keeps_the_length_and_silence_stays_silent(tapes):
    target = measure(soundfile.read(tape.path, dtype="float32") for tape in tapes)
    speech, rate_hz = soundfile.read(tapes[0].path)
    for length in (len(speech), 12_345):
        assert len(move_toward(speech[:length], rate_hz, target)) == length
    quiet = np.zeros(22050)
    np.testing.assert_array_equal(move_toward(quiet, 22050, target), quiet)


def test_a_real_reader_gives_a_profile(build, ljspeech):
    profile = build([asset_of(ljspeech / f"LJ001-{number:04d}.flac") for number in (1, 3)])
    assert profile.gender == "female"
    assert 190 < profile.pitch_hz < 240
