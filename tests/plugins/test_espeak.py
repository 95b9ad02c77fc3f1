"""Speech by eSpeak NG: it repeats, its phone times are exact, and it says what it cannot speak."""

from __future__ import annotations

import re
import time
from itertools import pairwise
from threading import Event

import numpy as np
import pytest
import soundfile
import tintype_espeak as plugin
from pydantic import ValidationError
from tintype import Asset, Job
from tintype.audio import read_audio
from tintype.documents import ArchiveItem, EmotionPoint, EmotionTrack, Speech, VoiceProfile
from tintype.errors import Cancelled, DocumentInvalid, LanguageUnsupported, SpeechFailed
from tintype.voice_map import Parallel, VoiceMap, matching_frames
from tintype.voice_match import RATE_HZ, analyse
from tintype_espeak.base_voice import BaseVoice
from tintype_espeak.phone_events import closure_start, sounds_of
from tintype_espeak.spoken_text import spoken_text
from tintype_espeak.voice_building import phrases_of
from tintype_espeak.voice_trial import word_errors

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


SENTENCES = (
    TEXT,
    "Humans are allergic to change. They love to say: we've always done it this way.",
    "A ship in port is safe, but that is not what ships are built for.",
    "It's easier to ask forgiveness than it is to get permission.",
    "The members of the committee remembered the problem of the missing computer.",
    "Nobody will ever ask the old machine another question, and nobody minds.",
)


def tape_of(speech: Speech, *, aligned: bool) -> Asset:
    path = speech.file(speech.audio)
    item = ArchiveItem(path=path.name, medium="recording", sha256="0" * 64, quality=1)
    return Asset(item, path, speech=speech if aligned else None)


@pytest.fixture(scope="module")
def tapes(spoken):
    """A person to be learnt: another variant of eSpeak NG, higher and quicker, whose phones are known exactly."""
    return [spoken(text, variant="f5", pitch=45, rate_wpm=165) for text in SENTENCES]


@pytest.fixture(scope="module")
def learnt(tapes, tmp_path_factory) -> VoiceProfile:
    recordings = [tape_of(speech, aligned=True) for speech in tapes]
    job = Job(tmp_path_factory.mktemp("voice"))
    return plugin.build_voice(recordings, "en-us", plugin.VoiceSettings(), job)


def test_transcribed_recordings_teach_a_map_that_says_how_near_it_comes(learnt):
    voice_map = VoiceMap.read(learnt.file("voice.npz"))
    assert voice_map is not None
    assert voice_map.source.startswith("f1 at pitch")
    assert learnt.gender == "female"
    found = re.search(r"Likeness (\d\.\d\d), clarity (\d\.\d\d)", learnt.notes)
    assert 0.2 < float(found[1]) < 1
    assert "6 of them with transcripts" in learnt.notes


def test_a_learnt_voice_comes_nearer_than_statistics_on_an_unseen_line(learnt, tapes, spoken, speak, tmp_path):
    line = "The quick brown fox jumps over the lazy dog, and seven wizards measured his voyage."
    person = spoken(line, variant="f5", pitch=45, rate_wpm=165)
    by_statistics = plugin.build_voice(
        [tape_of(speech, aligned=False) for speech in tapes], "en-us", plugin.VoiceSettings(), Job(tmp_path)
    )
    assert VoiceMap.read(by_statistics.file("voice.npz")) is None
    assert "transcripts" in by_statistics.notes

    def apart(voice: VoiceProfile) -> float:
        moved = speak(line, voice=voice)
        frames, wanted = (analyse(samples_of(speech)) for speech in (moved, person))
        return distortion_between(Parallel(frames, moved.phones, wanted, person.phones))

    assert apart(learnt) < 0.85 * apart(by_statistics)


def distortion_between(parallel: Parallel) -> float:
    differences = [
        parallel.source.cepstrum[own, 1:25] - parallel.target.cepstrum[to, 1:25]
        for own, to, _ in matching_frames(parallel)
    ]
    return float(np.sqrt((np.concatenate(differences) ** 2).sum(axis=1)).mean())


def test_a_learnt_voice_moves_no_phone_and_repeats(learnt, speak):
    plain = speak(TEXT, voice=VoiceProfile(provider="espeak", gender="female", pitch_hz=learnt.pitch_hz))
    one, other = speak(TEXT, voice=learnt), speak(TEXT, voice=learnt)
    assert one.phones == plain.phones
    assert one.words == plain.words
    assert one.file(one.audio).read_bytes() == other.file(other.audio).read_bytes()
    assert one.file(one.audio).read_bytes() != plain.file(plain.audio).read_bytes()


def test_a_learnt_voice_still_changes_with_the_feeling(learnt, speak):
    def pitch(arousal: float) -> float:
        point = EmotionPoint(time_s=0, valence=0, arousal=arousal)
        speech = speak(TEXT, voice=learnt, emotion=EmotionTrack(points=(point,), confidence=1))
        f0 = analyse(samples_of(speech)).f0
        return float(np.median(f0[f0 > 0]))

    assert pitch(0.8) > 1.08 * pitch(-0.8)


def test_likeness_0_is_the_synthesiser_itself(learnt, speak):
    plain = speak(TEXT, voice=VoiceProfile(provider="espeak", gender="female", pitch_hz=learnt.pitch_hz))
    none = speak(TEXT, voice=learnt, likeness=0)
    assert none.file(none.audio).read_bytes() == plain.file(plain.audio).read_bytes()


def test_building_a_voice_stops_when_the_user_stops_it(tapes, tmp_path):
    stop = Event()
    stop.set()
    recordings = [tape_of(speech, aligned=True) for speech in tapes]
    with pytest.raises(Cancelled):
        plugin.build_voice(recordings, "en-us", plugin.VoiceSettings(), Job(tmp_path, cancelled=stop))


def test_without_recordings_a_voice_says_that_it_is_nobodys(tmp_path):
    profile = plugin.build_voice([], "en-us", plugin.VoiceSettings(gender="male", pitch_hz=95), Job(tmp_path))
    assert (profile.gender, profile.pitch_hz, profile.arrays) == ("male", 95, None)
    assert "nobody" in profile.notes


def test_base_voices_are_named_and_read_back():
    for voice in (BaseVoice("", 50), BaseVoice("f1", 7), BaseVoice("m3", 99)):
        assert BaseVoice.named(str(voice)) == voice
    with pytest.raises(DocumentInvalid, match="another machine"):
        BaseVoice.named("another machine")


def test_a_recording_is_cut_into_phrases_at_its_pauses(tapes):
    samples, _ = read_audio(tapes[0].file("speech.wav"), RATE_HZ)
    phrases = phrases_of(tapes[0], samples)
    assert [phrase.text for phrase in phrases] == [
        "Life was simple before World War Two.",
        "After that, we had systems.",
    ]
    for phrase in phrases:
        assert phrase.phones[0].start_s == pytest.approx(0, abs=1e-6)
        assert phrase.phones[-1].end_s == pytest.approx(phrase.duration_s, abs=0.001)


def test_word_errors_are_counted_as_edits():
    assert word_errors("a b c".split(), "a x c d".split()) == 2  # noqa: SIM905
    assert word_errors([], ["a"]) == 1
