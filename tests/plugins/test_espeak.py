"""Speech by eSpeak NG: it repeats, its phone times are exact, and it says what it cannot speak."""

from __future__ import annotations

import time
from itertools import pairwise
from threading import Event

import numpy as np
import pytest
import soundfile
import tintype_espeak as plugin
from pydantic import ValidationError
from tintype import Job
from tintype.documents import EmotionPoint, EmotionTrack, Speech, VoiceProfile
from tintype.errors import Cancelled, DocumentInvalid, LanguageUnsupported, SpeechFailed
from tintype_espeak.phone_events import closure_start, sounds_of
from tintype_espeak.spoken_text import spoken_text

TEXT = "Life was simple before World War Two. After that, we had systems."
LANGUAGES = {
    "en-gb": "I have a clock that runs counter-clockwise.",
    "de": "Ich habe eine Uhr, die rückwärts läuft.",
    "fr-fr": "J'ai une horloge qui tourne à l'envers.",
    "es": "Tengo un reloj que funciona al revés.",
    "it": "Ho un orologio che va al contrario.",
    "pt-br": "Tenho um relógio que anda para trás.",
    "nl": "Ik heb een klok die achteruit loopt.",
    "sv": "Jag har en klocka som går baklänges.",
    "pl": "Mam zegar, który chodzi do tyłu.",
    "ru": "У меня есть часы, которые идут назад.",
    "cmn": "我有一个倒着走的钟。",
    "hi": "मेरे पास उल्टी चलने वाली घड़ी है।",
}


@pytest.fixture
def speak(tmp_path):
    numbers = iter(range(100))

    def run(text: str, language: str = "en-us", voice=None, emotion=None, **settings) -> Speech:
        folder = tmp_path / str(next(numbers))
        folder.mkdir()
        return plugin.synthesize_speech(text, language, voice, emotion, plugin.EspeakSettings(**settings), Job(folder))

    return run


def samples_of(speech: Speech) -> np.ndarray:
    return soundfile.read(speech.file(speech.audio))[0]


def test_a_line_repeats_to_the_byte(speak):
    one, other = speak(TEXT), speak(TEXT)
    assert one.file(one.audio).read_bytes() == other.file(other.audio).read_bytes()
    assert one.to_json() == other.to_json()
    assert sorted(path.name for path in one.folder.iterdir()) == ["phones.json", "speech.wav"]


@pytest.mark.parametrize("language", ["en-us", *LANGUAGES])
def test_phones_cover_the_audio_without_holes_in_every_language(spoken, language):
    speech = spoken(LANGUAGES.get(language, TEXT), language)
    assert speech.phones[0].start_s == 0
    assert speech.phones[-1].end_s == pytest.approx(speech.duration_s)
    assert speech.duration_s == pytest.approx(len(samples_of(speech)) / speech.sample_rate_hz)
    for one, other in pairwise(speech.phones):
        assert other.start_s == pytest.approx(one.end_s)
        assert one.symbol or other.symbol
    symbols = [phone.symbol for phone in speech.phones]
    assert not any(mark in symbol for symbol in symbols for mark in "ˈˌ()-_ ")
    assert speech.language == language


def test_pauses_are_silent_and_vowels_are_not(spoken):
    speech = spoken(TEXT)
    samples = samples_of(speech)
    for phone in speech.phones:
        inside = samples[round(phone.start_s * 22050) + 110 : round(phone.end_s * 22050) - 110]
        if not phone.symbol and len(inside):
            assert np.abs(inside).max() < 0.02, phone
        if phone.symbol in ("aɪ", "uː", "oʊ", "æ", "iː"):
            assert np.sqrt((inside**2).mean()) > 0.03, phone


def test_stops_begin_when_the_mouth_closes(spoken):
    speech = spoken("A copper coffee pot.")
    samples = samples_of(speech)
    stops = [phone for one, phone in pairwise(speech.phones) if one.symbol and phone.symbol in ("p", "k", "t")]
    assert len(stops) >= 2
    for stop in stops:
        at = round(stop.start_s * 22050)
        closed = np.abs(samples[at + 110 : at + 440]).max()
        before = np.abs(samples[at - 660 : at - 110]).max()
        assert closed < 0.1 * before, stop


def test_a_closure_is_found_to_a_few_milliseconds():
    buzz = 0.3 * np.sign(np.sin(np.arange(4000) * 0.3)).astype(np.float32)
    buzz[1000:2000] = 0
    assert abs(closure_start(buzz, 2000, 240, 22050) - 1000) <= 60
    assert closure_start(np.full(4000, 0.3, np.float32), 2000, 240, 22050) == 2000


def test_a_switch_of_language_is_no_phone():
    events = [(0, "(en)"), (0, "w"), (900, "ˈɪ-"), (1800, "(fr)"), (1800, "")]
    assert sounds_of(events, np.zeros(2000, np.float32), 22050) == [(0, "w"), (900, "ˈɪ"), (1800, "")]


def test_words_are_as_written_and_lie_in_order(spoken):
    speech = spoken(TEXT)
    assert [word.text for word in speech.words] == TEXT.split()
    for one, other in pairwise(speech.words):
        assert one.start_s < one.end_s <= other.start_s + 1e-9
    two, after = speech.words[6], speech.words[7]
    assert after.start_s - two.end_s > 0.2  # the pause belongs to neither


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("It costs $5.50, or 3.2%.", ["It", "costs", "$5.50,", "or", "3.2%."]),
        ("Well\nthen—yes…no", ["Well", "then—", "yes…", "no"]),
        ("“Quoted” – he said", ["“Quoted”", "he", "said"]),
        ("I 😀 love 🇫🇷 it 👍🏽", ["I", "love", "it"]),
    ],
)
def test_words_keep_their_signs_and_emoji_are_silent(speak, line, words):
    assert [word.text for word in speak(line).words] == words


def test_dashes_line_ends_and_emoji_are_pauses_or_nothing():
    said = spoken_text("  Well\n\nthen — yes…no 😀\x07end ")
    assert said.text == "Well. then, yes, no   end"
    assert len(said.origins) == len(said.text)
    assert said.origins[said.text.index("yes")] == "  Well\n\nthen — yes…no 😀\x07end ".index("yes")


@pytest.mark.parametrize("text", ["", "   ", "…", "😀 👍", "—!?"])
def test_a_line_without_words_says_so(speak, text):
    with pytest.raises(SpeechFailed, match="nothing to speak"):
        speak(text)


def test_an_unknown_language_names_some_that_are_known(speak):
    with pytest.raises(LanguageUnsupported, match="tlh") as caught:
        speak("Hello", "tlh")
    assert "en-us" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "language", "wanted"),
    [("你好世界", "en-us", "cmn"), ("Привет мир", "de", "ru"), ("שלום עולם", "fr-fr", "he"), ("漢字", "ja", "kana")],
)
def test_a_script_that_the_voice_would_spell_out_is_refused(speak, text, language, wanted):
    with pytest.raises(LanguageUnsupported, match="spell out") as caught:
        speak(text, language)
    assert wanted in caught.value.hint


def test_markup_and_phoneme_brackets_are_plain_text(speak):
    speech = speak("<b>bold</b> & [[h@l'oU]]")
    assert len(speech.words) == 2
    assert speech.duration_s > 1


def test_ten_thousand_characters_are_spoken_in_seconds(speak):
    started = time.monotonic()
    speech = speak("word " * 2000)
    assert len(speech.words) == 2000
    assert speech.duration_s / (time.monotonic() - started) > 10


def test_a_feeling_changes_rate_and_pitch_and_nothing_is_neutral(speak):
    def felt(valence: float, arousal: float) -> EmotionTrack:
        return EmotionTrack(points=(EmotionPoint(time_s=0, valence=valence, arousal=arousal),), confidence=1)

    calm, excited = speak(TEXT, emotion=felt(0, -0.8)), speak(TEXT, emotion=felt(0, 0.8))
    neutral, none = speak(TEXT, emotion=felt(0, 0)), speak(TEXT)
    assert excited.duration_s < 0.85 * calm.duration_s
    assert neutral.phones == none.phones


def test_settings_are_kept_within_their_ranges():
    with pytest.raises(ValidationError):
        plugin.EspeakSettings(rate_wpm=1000)
    for field in plugin.EspeakSettings.model_fields.values():
        assert field.description


def test_a_profile_chooses_the_base_voice_and_its_pitch(speak):
    import pyworld

    def pitch(speech):
        f0, times = pyworld.dio(samples_of(speech), speech.sample_rate_hz)
        f0 = pyworld.stonemask(samples_of(speech), f0, times, speech.sample_rate_hz)
        return float(np.median(f0[f0 > 0]))

    low = speak(TEXT, voice=VoiceProfile(provider="world", gender="male", pitch_hz=90))
    high = speak(TEXT, voice=VoiceProfile(provider="world", gender="female", pitch_hz=210))
    assert pitch(low) == pytest.approx(90, rel=0.08)
    assert pitch(high) == pytest.approx(210, rel=0.08)
    assert "+m" in low.source
    assert "+f" in high.source


def test_a_damaged_profile_is_named(speak, tmp_path):
    (tmp_path / "voice.npz").write_bytes(b"nothing")
    voice = VoiceProfile(provider="world", arrays="voice.npz").save(tmp_path)
    with pytest.raises(DocumentInvalid, match=r"voice\.npz"):
        speak(TEXT, voice=voice)


def test_speaking_stops_when_the_user_stops_it(tmp_path):
    stop = Event()
    stop.set()
    with pytest.raises(Cancelled):
        plugin.synthesize_speech(TEXT, "en-us", None, None, plugin.EspeakSettings(), Job(tmp_path, cancelled=stop))
