"""The feeling of a line: from its words, from a voice, and from both."""

from __future__ import annotations

import statistics
from pathlib import Path
from threading import Event

import numpy as np
import pytest
import soundfile
import tintype_prosody as plugin
from scipy.signal import resample_poly
from tintype import Asset, Job
from tintype.documents import CATEGORIES, ArchiveItem, EmotionTrack
from tintype.errors import AudioUnreadable, Cancelled
from tintype_prosody.categories import PROTOTYPES, categories_of
from tintype_prosody.words import compound_of, emphasis_of

TEXT = "Humans are allergic to change. They love to say: we've always done it this way."
CALM = {"rate_wpm": 120, "pitch": 40, "pitch_range": 20}
EXCITED = {"rate_wpm": 200, "pitch": 64, "pitch_range": 90}


def asset_of(path: Path) -> Asset:
    return Asset(ArchiveItem(path=path.name, medium="recording", sha256="0" * 64, quality=1), path)


@pytest.fixture
def read(tmp_path):
    def run(text: str = "", recording: Path | None = None, language: str = "en-us", **settings) -> EmotionTrack:
        asset = asset_of(recording) if recording else None
        return plugin.recognize_emotion(text, asset, language, plugin.FeelingSettings(**settings), Job(tmp_path))

    return run


def arousal(track: EmotionTrack) -> float:
    return statistics.mean(point.arousal for point in track.points)


@pytest.mark.parametrize(
    ("text", "compound"),
    [
        ("VADER is smart, handsome, and funny.", 0.8316),
        ("VADER is smart, handsome, and funny!", 0.8439),
        ("VADER is not smart, handsome, nor funny.", -0.7424),
        ("The book was good.", 0.4404),
        ("At least it isn't a horrible book.", 0.431),
        ("Today SUX!", -0.5461),
    ],
)
def test_valence_of_english_words_is_vaders_published_compound(read, text, compound):
    assert compound_of(text) == compound
    assert read(text).points[0].valence == compound


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("It was a wonderful day! We laughed and laughed!", "joy"),
        ("I am so sad. My mother died, and I cried all night.", "sadness"),
        ("They outraged me. I was furious with them!", "anger"),
        ("I was afraid of the dark; what a terror.", "fear"),
        ("The vile, filthy water disgusted us.", "disgust"),
    ],
)
def test_words_name_their_category(read, text, category):
    weights = read(text).points[0].categories
    assert max(weights, key=lambda name: weights[name]) == category


def test_a_plain_sentence_is_neutral(read):
    track = read("The report has four pages.")
    assert track.points[0].categories == {}
    assert (track.points[0].valence, track.points[0].arousal) == (0, 0)
    assert track.confidence < 0.4


def test_a_text_gives_one_point_with_evidence_in_words(read):
    track = read("It was a wonderful day!")
    assert [point.time_s for point in track.points] == [0]
    assert "VADER" in track.evidence
    assert EmotionTrack.load(track.folder).to_json() == track.to_json()


def test_sadness_is_calm_and_exclamation_is_not(read):
    assert read("I am so sad and lonely.").points[0].arousal < -0.1
    assert read("Come here at once!!!").points[0].arousal > read("Come here at once.").points[0].arousal + 0.3


def test_other_languages_are_read_by_emphasis_and_emoji_alone_and_say_so(read):
    plain, loud = read("Es regnet.", language="de"), read("Das war WIRKLICH toll, sooooo schön!!!", language="de")
    assert plain.points[0].categories == {}
    assert loud.points[0].arousal > 0.5
    assert loud.points[0].valence == 0
    assert "no lexicon for de" in loud.evidence
    assert loud.confidence < 0.2
    assert read("Das war gut 😍", language="de").points[0].valence > 0.3


def test_one_word_in_capitals_is_an_abbreviation():
    assert emphasis_of("We worked for NASA then.") == 0
    assert emphasis_of("I SAID WHAT I SAID.") > 0
    assert emphasis_of("I said NO!") > emphasis_of("I said no!")


@pytest.mark.parametrize("text", ["", "   ", "…", "😀", "!" * 5000, "word " * 5000])
def test_any_text_gives_values_inside_their_ranges(read, text):
    track = read(text)
    assert -1 <= track.points[0].arousal <= 1
    assert 0 <= track.confidence <= 1


@pytest.mark.parametrize("variant", ["m3", "f1"])
def test_an_excited_voice_has_more_arousal_than_a_calm_one(read, spoken, variant):
    calm, excited = (spoken(TEXT, variant=variant, **delivery) for delivery in (CALM, EXCITED))
    tracks = [read(recording=speech.file(speech.audio)) for speech in (calm, excited)]
    assert arousal(tracks[1]) > arousal(tracks[0]) + 0.3
    assert "semitones" in tracks[0].evidence


def test_a_recording_gives_a_point_per_step_inside_it(read, spoken):
    speech = spoken(TEXT, rate_wpm=120)
    track = read(recording=speech.file(speech.audio), step_s=0.5)
    times = [point.time_s for point in track.points]
    assert times == sorted(times)
    assert len(times) >= speech.duration_s / 0.5 - 2
    assert times[-1] <= speech.duration_s


def test_a_change_inside_a_recording_is_seen_where_it_happens(read, spoken, tmp_path):
    parts = [spoken(TEXT, variant="m3", **delivery) for delivery in (CALM, EXCITED)]
    samples = [soundfile.read(part.file(part.audio))[0] for part in parts]
    soundfile.write(tmp_path / "both.wav", np.concatenate(samples), 22050)
    change_s = parts[0].duration_s
    points = read(recording=tmp_path / "both.wav").points
    before = statistics.mean(point.arousal for point in points if point.time_s < change_s - 1)
    after = statistics.mean(point.arousal for point in points if point.time_s > change_s + 1)
    assert after > before + 0.3


def test_the_level_of_the_recording_does_not_matter(read, spoken, tmp_path):
    speech = spoken(TEXT)
    samples, rate_hz = soundfile.read(speech.file(speech.audio))
    soundfile.write(tmp_path / "quiet.wav", samples * 0.1, rate_hz)
    loud, quiet = read(recording=speech.file(speech.audio)), read(recording=tmp_path / "quiet.wav")
    assert arousal(loud) == pytest.approx(arousal(quiet), abs=0.05)


def test_words_and_voice_are_fused_by_their_weights(read, spoken):
    speech = spoken(TEXT, variant="m3", **CALM)
    path = speech.file(speech.audio)
    voice, words, both = read(recording=path), read("Wonderful, great!"), read("Wonderful, great!", path)
    mean = {
        name: [statistics.mean(getattr(point, name) for point in track.points) for track in (voice, words, both)]
        for name in ("valence", "arousal")
    }
    for spoken_value, written_value, fused in mean.values():
        assert min(spoken_value, written_value) < fused < max(spoken_value, written_value)
    nearer_words = abs(mean["valence"][2] - mean["valence"][1]) < abs(mean["valence"][2] - mean["valence"][0])
    nearer_voice = abs(mean["arousal"][2] - mean["arousal"][0]) < abs(mean["arousal"][2] - mean["arousal"][1])
    assert nearer_words
    assert nearer_voice
    assert "words:" in both.evidence
    assert "voice:" in both.evidence
    assert both.confidence > max(words.confidence, voice.confidence) - 0.1


def test_a_given_baseline_moves_the_reading(read, spoken):
    speech = spoken(TEXT, variant="m3")
    path = speech.file(speech.audio)
    assert arousal(read(recording=path, baseline_pitch_hz=80)) > arousal(read(recording=path, baseline_pitch_hz=160))
    assert "given baseline" in read(recording=path, baseline_pitch_hz=80).evidence


def test_a_long_recording_is_its_own_baseline(read, spoken, tmp_path):
    samples, rate_hz = soundfile.read(spoken(TEXT, variant="f1").file("speech.wav"))
    soundfile.write(tmp_path / "long.wav", np.tile(samples, 1 + 60 * rate_hz // len(samples)), rate_hz)
    track = read(recording=tmp_path / "long.wav")
    assert "own recording" in track.evidence
    assert abs(arousal(track)) < 0.1


@pytest.mark.parametrize("samples", [np.zeros(32000), np.random.default_rng(0).normal(0, 0.1, 32000), np.zeros(20)])
def test_a_recording_without_speech_leaves_it_to_the_words(read, tmp_path, samples):
    soundfile.write(tmp_path / "nothing.wav", samples, 16000)
    track = read("Wonderful, great!", tmp_path / "nothing.wav")
    assert track.points == read("Wonderful, great!").points
    assert "nobody speaks" in track.evidence
    assert read("", tmp_path / "nothing.wav").confidence < 0.1


def test_telephone_and_clipped_recordings_are_read(read, spoken, tmp_path):
    speech = spoken(TEXT, variant="m3")
    samples, rate_hz = soundfile.read(speech.file(speech.audio))
    plain = arousal(read(recording=speech.file(speech.audio)))
    soundfile.write(tmp_path / "narrow.wav", resample_poly(samples, 8000, rate_hz), 8000)
    soundfile.write(tmp_path / "clipped.wav", np.clip(samples * 5, -0.4, 0.4), rate_hz)
    for name in ("narrow.wav", "clipped.wav"):
        assert arousal(read(recording=tmp_path / name)) == pytest.approx(plain, abs=0.3)


def test_a_real_reader_is_near_neutral(read, ljspeech):
    track = read(recording=ljspeech / "LJ001-0001.flac")
    assert abs(arousal(track)) < 0.4


def test_reading_repeats_exactly_and_stops_when_asked(read, spoken, tmp_path):
    speech = spoken(TEXT)
    path = speech.file(speech.audio)
    assert read(TEXT, path).to_json() == read(TEXT, path).to_json()
    stop = Event()
    stop.set()
    with pytest.raises(Cancelled):
        plugin.recognize_emotion(TEXT, asset_of(path), "en", plugin.FeelingSettings(), Job(tmp_path, cancelled=stop))


def test_an_unreadable_recording_is_named(read, tmp_path):
    (tmp_path / "x.wav").write_bytes(b"nothing")
    with pytest.raises(AudioUnreadable, match=r"x\.wav"):
        read("Hello", tmp_path / "x.wav")


def test_every_category_is_nearest_to_its_own_prototype():
    assert set(PROTOTYPES) == set(CATEGORIES)
    for name, prototype in PROTOTYPES.items():
        weights = categories_of(*prototype, {name: 0.35})
        assert max(weights, key=lambda other: weights[other]) == name
    assert categories_of(0, 0, 0, {}) == {}
