"""A map from one voice to another: learnt from speech in parallel, kept in an npz, applied without moving a phone."""

from __future__ import annotations

import numpy as np
import pytest
from tintype.documents import Phone
from tintype.errors import DocumentInvalid
from tintype.voice_map import Parallel, VoiceMap, classes_of, fit, matching_frames, move_by_map, sound_class
from tintype.voice_match import ORDER, RATE_HZ, Frames, VoiceStatistics, in_one_octave

SYMBOLS = ("a", "n", "t", "s", "l", "")


def phones_of(stretch: float, count: int = 60) -> tuple[Phone, ...]:
    """Phones of 100 ms, stretched."""
    step = 0.1 * stretch
    return tuple(
        Phone(symbol=SYMBOLS[number % len(SYMBOLS)], start_s=number * step, end_s=(number + 1) * step)
        for number in range(count)
    )


def frames_of(cepstrum: np.ndarray, aperiodicity: float) -> Frames:
    count = len(cepstrum)
    return Frames(np.full(count, 120.0), cepstrum, np.full((count, 2), aperiodicity), np.ones(count, dtype=bool))


@pytest.fixture(scope="module")
def parallel() -> Parallel:
    """A person whose vowels are shifted one way, everything else another way, at half the speed."""
    rng = np.random.default_rng(0)
    phones = phones_of(1.0)
    slow = np.repeat(rng.normal(0, 1, (len(phones), ORDER)), 20, axis=0)
    source = slow + rng.normal(0, 0.1, slow.shape)
    vowel = np.repeat([phone.symbol == "a" for phone in phones], 20)
    target = np.repeat(source + np.where(vowel[:, None], 3.0, -2.0), 2, axis=0)
    return Parallel(frames_of(source, -20.0), phones, frames_of(target, -7.0), phones_of(2.0))


@pytest.fixture(scope="module")
def learnt(parallel) -> VoiceMap:
    found = fit([parallel], "test")
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("symbol", "name"),
    [
        ("", ""),
        ("oʊ", "vowel"),
        ("ᵻ", "vowel"),
        ("ŋ", "nasal"),
        ("tʃ", "stop"),
        ("θ", "fricative"),
        ("ɹ", "approximant"),
    ],
)
def test_sounds_have_classes(symbol, name):
    assert sound_class(symbol) == name


def test_frames_that_belong_together_are_found_whatever_the_speed(parallel):
    for source, target, name in matching_frames(parallel):
        assert name
        assert len(source) == len(target) == 20
        assert np.abs(target - 2 * source).max() <= 1


def test_phones_that_one_of_them_leaves_out_are_passed_over(parallel):
    fewer = tuple(phone for number, phone in enumerate(parallel.target_phones) if number not in (6, 7, 30))
    clip = Parallel(parallel.source, parallel.source_phones, parallel.target, fewer)
    for source, target, _ in matching_frames(clip):
        assert np.abs(target - 2 * source).max() <= 1


def test_each_class_learns_its_own_way(parallel, learnt):
    classes = classes_of(parallel.source_phones, len(parallel.source.f0))
    cepstrum, aperiodicity = learnt.predict(parallel.source.cepstrum, classes)
    moved = (cepstrum - parallel.source.cepstrum)[:, 1:]
    assert moved[classes == "vowel"].mean() == pytest.approx(3.0, abs=0.3)
    assert moved[classes == "nasal"].mean() == pytest.approx(-2.0, abs=0.3)
    assert aperiodicity.mean() == pytest.approx(-7.0, abs=0.1)


def test_a_map_is_kept_beside_statistics_and_read_back(learnt, tmp_path):
    statistics = VoiceStatistics(np.array([5.0, 0.2]), np.zeros((2, ORDER)), np.zeros(2), 3.0)
    statistics.write(tmp_path / "voice.npz", **learnt.arrays())
    again = VoiceMap.read(tmp_path / "voice.npz")
    assert again.source == "test"
    assert again.classes == learnt.classes
    np.testing.assert_array_equal(again.own, learnt.own)
    assert VoiceStatistics.read(tmp_path / "voice.npz").speech_s == 3.0


def test_statistics_alone_hold_no_map(tmp_path):
    VoiceStatistics(np.array([5.0, 0.2]), np.zeros((2, ORDER)), np.zeros(2), 3.0).write(tmp_path / "voice.npz")
    assert VoiceMap.read(tmp_path / "voice.npz") is None


@pytest.mark.parametrize("spoil", ["schema", "shape", "value", "missing"])
def test_a_damaged_map_is_named(learnt, tmp_path, spoil):
    arrays = learnt.arrays()
    if spoil == "schema":
        arrays["map_schema"] = np.array("VoiceMap.9")
    elif spoil == "shape":
        arrays["map_own"] = arrays["map_own"][:, :3]
    elif spoil == "value":
        arrays["map_common"] = arrays["map_common"] * np.nan
    else:
        del arrays["map_mean"]
    np.savez(tmp_path / "voice.npz", **arrays)
    with pytest.raises(DocumentInvalid, match=r"voice\.npz"):
        VoiceMap.read(tmp_path / "voice.npz")


def test_too_little_in_common_gives_no_map(parallel):
    assert fit([]) is None
    assert fit([Parallel(parallel.source, parallel.source_phones[:6], parallel.target, parallel.target_phones)]) is None


def test_moving_keeps_the_length_and_leaves_silence_alone(learnt):
    target = VoiceStatistics(np.array([5.0, 0.2]), np.zeros((2, ORDER)), np.zeros(2), 3.0)
    quiet = np.zeros(12_345)
    moved = move_by_map(quiet, RATE_HZ, phones_of(1.0, 5), learnt, target, amount=1.0)
    np.testing.assert_array_equal(moved, quiet)


def test_halved_and_doubled_pitch_is_put_right_and_a_wide_melody_is_left():
    f0 = np.array([200.0, 0, 210, 105, 102, 205, 420, 190, 300, 130, 0])
    expected = np.array([200.0, 0, 210, 210, 204, 205, 210, 190, 300, 130, 0])
    np.testing.assert_array_equal(in_one_octave(f0), expected)
    np.testing.assert_array_equal(in_one_octave(np.zeros(3)), np.zeros(3))
