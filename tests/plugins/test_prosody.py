"""Feeling from words and voice: signs are right, confidence is honest, silence says nothing."""

from __future__ import annotations

import numpy as np
import pytest
import tintype_prosody
from tintype import Job
from tintype.audio import write_audio
from tintype.documents import ArchiveItem, EmotionTrack
from tintype.hookspecs import Asset
from tintype_prosody import ProsodySettings
from tintype_prosody.categories import categories_of
from tintype_prosody.words import read_words

RATE_HZ = 16000


def recognise(folder, text="", recording=None, language="en-us", **settings) -> EmotionTrack:
    job = Job(folder / "out")
    job.folder.mkdir(exist_ok=True)
    return tintype_prosody.recognize_emotion(text, recording, language, ProsodySettings(**settings), job)


def voice(folder, name, pitch_hz, swing, level, seconds=3.0, transcript="") -> Asset:
    """A buzz with syllables: pitch swings by ``swing`` semitones, four syllables a second."""
    t = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    pitch = pitch_hz * 2 ** (swing / 12 * np.sin(2 * np.pi * 0.9 * t))
    phase = 2 * np.pi * np.cumsum(pitch) / RATE_HZ
    tone = sum(np.sin(n * phase) / n**1.5 for n in range(1, 12))
    syllables = np.clip(1.4 * np.sin(2 * np.pi * 2 * t) ** 2, 0, 1)
    write_audio(folder / name, 0.3 * level * tone * syllables, RATE_HZ)
    item = ArchiveItem(path=name, medium="recording", sha256="0" * 64, quality=1.0)
    return Asset(item, folder / name, transcript=transcript)


@pytest.mark.parametrize(
    ("glad", "sad"),
    [
        ("What a wonderful, happy day!", "He is dead and I am so terribly sad."),
        ("I love this beautiful house.", "They lost everything, and grief filled the rooms."),
        ("We won! It was a great success!", "It was a cruel and miserable failure."),
    ],
)
def test_glad_words_have_more_valence_than_sad_ones(glad, sad):
    assert read_words(glad, "en-us").valence > 0.3
    assert read_words(sad, "en-us").valence < -0.3


def test_sorrow_is_quieter_than_anger():
    sorrow = read_words("She wept quietly, alone with her grief.", "en-gb")
    anger = read_words("I hate them! I am furious and I will fight!", "en-gb")
    assert sorrow.arousal < -0.1 < 0.3 < anger.arousal


def test_vader_is_kept_as_published():
    # From the project's own README: "VADER is smart, handsome, and funny." has a compound score of 0.8316.
    assert read_words("VADER is smart, handsome, and funny.", "en-us").valence == pytest.approx(0.8316, abs=1e-4)


def test_a_plain_sentence_is_near_neutral(tmp_path):
    track = recognise(tmp_path, "The train leaves at nine.")
    (point,) = track.points
    assert point.valence == 0
    assert point.categories == {}
    assert track.confidence < 0.3


def test_other_languages_are_honest_about_what_is_known(tmp_path):
    track = recognise(tmp_path, "Was für ein wunderbarer Tag!", language="de")
    assert track.points[0].valence == 0
    assert track.confidence <= 0.15
    assert "no lexicon for de" in track.evidence


def test_a_stirred_voice_has_more_arousal_than_a_calm_one(tmp_path):
    calm = recognise(tmp_path, recording=voice(tmp_path, "calm.wav", 185, 0.8, 0.5))
    stirred = recognise(tmp_path, recording=voice(tmp_path, "stirred.wav", 290, 5.0, 1.0))
    assert np.mean([p.arousal for p in stirred.points]) > np.mean([p.arousal for p in calm.points]) + 0.3


def test_the_persons_own_pitch_is_what_counts_when_it_is_known(tmp_path):
    high = voice(tmp_path, "high.wav", 290, 2.0, 0.5)
    usual = recognise(tmp_path, recording=high, baseline_pitch_hz=290)
    unknown = recognise(tmp_path, recording=high)
    assert np.mean([p.arousal for p in usual.points]) < np.mean([p.arousal for p in unknown.points])


def test_a_recording_has_several_points_inside_its_length(tmp_path):
    track = recognise(tmp_path, recording=voice(tmp_path, "a.wav", 200, 2.0, 0.7, seconds=5))
    times = [point.time_s for point in track.points]
    assert len(times) >= 4
    assert times == sorted(times)
    assert times[-1] <= 5.0


def test_words_and_voice_are_weighed_as_the_settings_say(tmp_path):
    asset = voice(tmp_path, "b.wav", 200, 2.0, 0.7, transcript="What a wonderful, happy day!")
    words = recognise(tmp_path, recording=asset, voice_share=0)
    both = recognise(tmp_path, recording=asset, voice_share=0.5)
    assert words.points[0].valence == pytest.approx(read_words(asset.transcript, "en-us").valence, abs=1e-3)
    assert both.points[0].valence < words.points[0].valence


def test_silence_falls_back_to_the_words_and_says_how_little_was_heard(tmp_path):
    write_audio(tmp_path / "silent.wav", np.zeros(RATE_HZ * 2), RATE_HZ)
    item = ArchiveItem(path="silent.wav", medium="recording", sha256="0" * 64, quality=1.0)
    track = recognise(tmp_path, "I am glad.", Asset(item, tmp_path / "silent.wav"))
    assert len(track.points) == 1
    assert "0.0 s of speech" in track.evidence
    assert track.confidence < 0.3


def test_strength_zero_is_neutral(tmp_path):
    (point,) = recognise(tmp_path, "I hate this!", strength=0).points
    assert (point.valence, point.arousal, point.categories) == (0, 0, {})


def test_the_same_input_gives_the_same_track(tmp_path):
    asset = voice(tmp_path, "c.wav", 200, 2.0, 0.7)
    assert recognise(tmp_path, recording=asset).to_json() == recognise(tmp_path, recording=asset).to_json()


@pytest.mark.parametrize(
    ("place", "name"),
    [((0.8, 0.5), "joy"), ((-0.6, 0.7), "anger"), ((-0.7, -0.4), "sadness"), ((0.3, 0.8), "surprise")],
)
def test_places_on_the_circumplex_have_their_names(place, name):
    weights = categories_of(*place)
    assert max(weights, key=weights.get) == name
