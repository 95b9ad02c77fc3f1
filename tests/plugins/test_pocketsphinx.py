"""Phones and words of a recording: with a transcript, without one, and with the wrong one."""

from __future__ import annotations

import csv
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile
import tintype_pocketsphinx as plugin
from scipy.signal import resample_poly
from tintype import Job
from tintype.documents import Speech
from tintype.errors import AlignmentFailed, AudioUnreadable, LanguageUnsupported
from tintype_pocketsphinx.arpabet import IPA_OF, arpabet_of
from tintype_pocketsphinx.lexicon import dictionary, lexicon, split_ipa, words_of, year_read_in_pairs

TEXT = "Life was simple before World War Two. After that, we had systems."
OTHER = "Ask forgiveness, rather than permission; nobody will ever notice the difference anyway."
LANGUAGES = {
    "de": "Ich möchte Ihnen von meiner Kindheit in den Bergen erzählen.",
    "fr-fr": "Je voudrais vous parler de mon enfance dans les montagnes.",
    "es": "Quisiera hablarles de mi infancia en las montañas.",
    "pl": "Chciałbym opowiedzieć wam o moim dzieciństwie w górach.",
    "tr": "Size dağlardaki çocukluğumdan bahsetmek istiyorum.",
    "cmn": "我想告诉你们我在山里的童年。",
}


@pytest.fixture
def align(tmp_path):
    def run(recording: Path, text: str, language: str = "en-us", **settings) -> Speech:
        return plugin.align_speech(recording, text, language, plugin.AlignSettings(**settings), Job(tmp_path))

    return run


def audio(speech: Speech) -> Path:
    return speech.file(speech.audio)


def rewritten(tmp_path: Path, speech: Speech, change, rate_hz: int | None = None) -> Path:
    samples, rate = soundfile.read(audio(speech), dtype="float32")
    soundfile.write(tmp_path / "changed.wav", change(samples), rate_hz or rate)
    return tmp_path / "changed.wav"


def sounds(speech: Speech) -> list:
    return [phone for phone in speech.phones if phone.symbol]


def boundary_errors_s(truth: Speech, found: Speech) -> np.ndarray:
    """Differences of the starts of the phones that both have at the same place in the order."""
    import difflib

    one, other = sounds(truth), sounds(found)
    matcher = difflib.SequenceMatcher(None, [p.symbol for p in one], [p.symbol for p in other], autojunk=False)
    return np.array(
        [
            other[block.b + k].start_s - one[block.a + k].start_s
            for block in matcher.get_matching_blocks()
            for k in range(block.size)
        ]
    )


def assert_covers_the_recording(speech: Speech) -> None:
    assert speech.phones[0].start_s == 0
    assert speech.phones[-1].end_s == pytest.approx(speech.duration_s)
    for one, other in pairwise(speech.phones):
        assert one.end_s == other.start_s
        assert one.symbol or other.symbol, "two silences in a row"


def test_phones_are_where_the_synthesiser_put_them(align, spoken):
    truth = spoken(TEXT)
    found = align(audio(truth), TEXT)
    errors = np.abs(boundary_errors_s(truth, found))
    assert len(errors) > 0.9 * len(sounds(truth))
    assert np.median(errors) < 0.012
    assert np.percentile(errors, 90) < 0.035
    assert_covers_the_recording(found)


def test_words_are_written_as_in_the_text_and_lie_where_they_are_said(align, spoken):
    truth = spoken(TEXT)
    found = align(audio(truth), TEXT)
    assert [word.text for word in found.words] == TEXT.split()
    for one, other in zip(truth.words, found.words, strict=True):
        assert other.start_s == pytest.approx(one.start_s, abs=0.06)
    assert found.words[6].end_s < found.words[7].start_s - 0.1  # the pause after the full stop


def test_the_audio_is_kept_as_it_was(align, spoken):
    truth = spoken(TEXT)
    found = align(audio(truth), TEXT)
    before, rate_hz = soundfile.read(audio(truth))
    after, same_rate_hz = soundfile.read(found.file("speech.wav"))
    assert (rate_hz, len(before)) == (same_rate_hz, len(after))
    assert np.abs(before - after).max() < 2 / 32767
    assert not found.synthetic
    assert found.source == "speech.wav"
    assert Speech.load(found.folder) == found


def test_aligning_repeats_exactly(align, spoken):
    truth = spoken(TEXT)
    assert align(audio(truth), TEXT).phones == align(audio(truth), TEXT).phones


@pytest.mark.parametrize("language", LANGUAGES)
def test_other_languages_are_aligned_through_english_sounds(align, spoken, language):
    truth = spoken(LANGUAGES[language], language)
    found = align(audio(truth), LANGUAGES[language], language)
    errors = np.abs(boundary_errors_s(truth, found))
    assert len(errors) > 0.5 * len(sounds(truth))
    assert np.median(errors) < 0.025
    assert_covers_the_recording(found)


def test_words_that_no_dictionary_has_are_found(align, spoken):
    text = "Zyxomma flew over Blorfington in 1455 with 27 qwertish woodcutters."
    found = align(audio(spoken(text)), text)
    assert [word.text for word in found.words] == text.split()
    assert "blorfington" not in dictionary()


def test_the_editor_can_say_how_a_name_is_pronounced(align, spoken):
    truth = spoken("My friend Siobhan came home.")
    own = align(audio(truth), "My friend Siobhan came home.", pronunciations={"siobhan": "ʃəvˈɔːn"})
    name = own.words[2]
    symbols = [p.symbol for p in sounds(own) if name.start_s - 1e-6 <= p.start_s < name.end_s - 1e-6]
    assert symbols == ["ʃ", "ə", "v", "ɔː", "n"]
    assert [phone.stress for phone in sounds(own) if phone.symbol == "ɔː"] == [1]


def test_a_wrong_transcript_is_refused_with_the_words_that_do_not_fit(align, spoken):
    with pytest.raises(AlignmentFailed, match=r"speech\.wav") as caught:
        align(audio(spoken(TEXT)), OTHER)
    assert "another recording" in caught.value.hint
    half = "Life was simple before elephants danced wildly under purple chandeliers. After that, we had systems."
    with pytest.raises(AlignmentFailed):
        align(audio(spoken(TEXT)), half)


def test_a_right_transcript_is_accepted_in_noise_and_by_telephone(align, spoken, tmp_path):
    truth = spoken(TEXT)
    noise = np.random.default_rng(0).normal(0, 1, round(truth.duration_s * truth.sample_rate_hz) + 9)
    noisy = rewritten(tmp_path, truth, lambda x: x + 0.3 * x.std() * noise[: len(x)])
    assert np.median(np.abs(boundary_errors_s(truth, align(noisy, TEXT)))) < 0.03
    narrow = rewritten(tmp_path, truth, lambda x: resample_poly(x, 8000, truth.sample_rate_hz), 8000)
    assert np.median(np.abs(boundary_errors_s(truth, align(narrow, TEXT)))) < 0.03


def test_clipped_and_stereo_recordings_are_aligned(align, spoken, tmp_path):
    truth = spoken(TEXT)
    clipped = rewritten(tmp_path, truth, lambda x: np.clip(x * 6, -0.5, 0.5))
    assert np.median(np.abs(boundary_errors_s(truth, align(clipped, TEXT)))) < 0.02
    stereo = rewritten(tmp_path, truth, lambda x: np.stack([x, 0.5 * x], axis=1))
    assert np.median(np.abs(boundary_errors_s(truth, align(stereo, TEXT)))) < 0.02


def test_without_a_transcript_phones_are_recognised_while_somebody_speaks(align, spoken):
    truth = spoken(TEXT, pause_s=0.5)
    found = align(audio(truth), "")
    assert found.words == ()
    assert found.text == ""
    assert 0.6 < len(sounds(found)) / len(sounds(truth)) < 1.6
    assert sounds(found)[0].start_s > 0.35
    assert sounds(found)[-1].end_s < truth.duration_s - 0.35
    assert {p.symbol for p in sounds(found)} <= set(IPA_OF.values())
    assert_covers_the_recording(found)


@pytest.mark.parametrize("samples", [np.zeros(32000), np.random.default_rng(0).normal(0, 0.1, 32000), np.zeros(10)])
def test_without_a_transcript_and_without_speech_there_are_no_phones(align, tmp_path, samples):
    soundfile.write(tmp_path / "nothing.wav", samples, 16000)
    assert align(tmp_path / "nothing.wav", "").phones == ()


@pytest.mark.parametrize("samples", [np.zeros(32000), np.zeros(10)])
def test_silence_does_not_fit_any_transcript(align, tmp_path, samples):
    soundfile.write(tmp_path / "nothing.wav", samples, 16000)
    with pytest.raises(AlignmentFailed, match=r"nothing\.wav"):
        align(tmp_path / "nothing.wav", TEXT)


def test_a_transcript_without_words_is_refused(align, spoken):
    with pytest.raises(AlignmentFailed, match="nothing that can be spoken"):
        align(audio(spoken(TEXT)), "— … 😊")


def test_unreadable_audio_and_unknown_languages_are_named(align, spoken, tmp_path):
    (tmp_path / "x.wav").write_bytes(b"nothing")
    with pytest.raises(AudioUnreadable, match=r"x\.wav"):
        align(tmp_path / "x.wav", TEXT)
    with pytest.raises(LanguageUnsupported, match="tlh"):
        align(audio(spoken(TEXT)), TEXT, "tlh")


def test_a_long_recording_is_aligned_to_its_end(align, spoken, tmp_path):
    text = " ".join([TEXT] * 12)
    samples, rate_hz = soundfile.read(audio(spoken(TEXT)))
    soundfile.write(tmp_path / "long.wav", np.tile(samples, 12), rate_hz)
    found = align(tmp_path / "long.wav", text)
    assert len(found.words) == 12 * len(TEXT.split())
    starts = [word.start_s for word in found.words[:: len(TEXT.split())]]
    np.testing.assert_allclose(np.diff(starts), len(samples) / rate_hz, atol=0.05)


def test_real_recordings_are_aligned_in_order_without_holes(align, ljspeech):
    with (ljspeech / "metadata.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream, delimiter="|", quoting=csv.QUOTE_NONE))
    for name, written, _ in rows[:8]:
        speech = align(ljspeech / f"{name}.flac", written)
        words = [word.text for word in speech.words]
        assert words == written.split()
        assert_covers_the_recording(speech)
        inner = [p for p in speech.phones[1:-1] if not p.symbol]
        assert all(pause.end_s - pause.start_s < 0.6 for pause in inner)


def test_a_real_recording_refuses_its_neighbours_transcript(align, ljspeech):
    with pytest.raises(AlignmentFailed):
        align(
            ljspeech / "LJ001-0003.flac", "Printing, in the only sense with which we are at present concerned, differs."
        )


@pytest.mark.parametrize(
    ("symbol", "phones"),
    [
        ("aɪɚ", "AY ER"),
        ("ɔːɹ", "AO R"),
        ("ɔ̃", "AO N"),
        ("tɕh", "CH HH"),
        ("ç", "HH"),
        ("tʲ", "T"),
        ("ʔ", ""),
        ("əl", "AH L"),
    ],
)
def test_phones_are_mapped_to_the_nearest_english_ones(symbol, phones):
    assert " ".join(arpabet_of(symbol)) == phones


def test_every_english_phone_goes_to_ipa_and_back():
    for phone, ipa in IPA_OF.items():
        assert arpabet_of(ipa) == (phone,)


def test_dictionary_words_have_stress_and_reduced_vowels():
    (entry,) = lexicon("banana", "en-us", {})
    listed = [
        [(unit.symbol, unit.stress) for unit in said if unit.stress or unit.symbol == "ə"]
        for said in entry.pronunciations
    ]
    assert all(("æ", 1) in said and ("ə", 0) in said for said in listed)


def test_a_text_is_split_into_words_with_their_punctuation():
    assert words_of("“Well” — he said—and went: 42!") == ["“Well” —", "he", "said—", "and", "went:", "42!"]
    assert words_of("你好, Ada") == ["你", "好,", "Ada"]


def test_years_are_read_in_pairs():
    assert year_read_in_pairs("1455") == "14 55"
    assert [year_read_in_pairs(word) for word in ("1900", "455", "14555", "2024")] == ["", "", "", ""]


def test_ipa_is_split_into_sounds_with_stress_on_the_vowel():
    assert split_ipa("ˈtʃɜːtʃˌhɪl") == [("tʃ", 0), ("ɜː", 1), ("tʃ", 0), ("h", 0), ("ɪ", 2), ("l", 0)]
