"""A face that speaks: what an animator would check, on speech of known phones and on eSpeak NG's."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import soundfile
from pydantic import ValidationError
from tintype import Job
from tintype.documents import ARKIT_SHAPES, EmotionPoint, EmotionTrack, Phone, Speech, Word
from tintype.errors import AudioUnreadable
from tintype.plugins import Plugins
from tintype_espeak import EspeakSettings, synthesize_speech
from tintype_visemes import VisemeSettings, animate_face
from tintype_visemes.blinks import BLINK_S
from tintype_visemes.gaze import FULL_LOOK_RAD
from tintype_visemes.lip_gap import lip_gap
from tintype_visemes.phone_classes import sounds_of
from tintype_visemes.sounds import sounds_in

RATE_HZ = 16000
OPEN_VOWELS = ("a", "ɑ", "æ", "ɒ", "ʌ", "ɔ")
MOUTH = [index for index, name in enumerate(ARKIT_SHAPES) if name.startswith(("mouth", "jaw", "tongue"))]
STILL = {"head_motion": 0, "gaze": 0, "blinks": 0, "brows": 0, "breath": 0}

SENTENCES = (
    "Humans are allergic to change. They love to say: we've always done it this way.",
    "Life was simple before World War Two. After that, we had systems.",
    "I try to fight that. That's why I have a clock on my wall that runs counter-clockwise.",
    "It's easier to ask forgiveness than it is to get permission.",
    "Maybe a big brown bear bought five apple pies from my mother.",
    "Pamela packed a proper copper coffee pot.",
    "The members of the committee remembered the problem.",
    "Bob and Pam jumped up and clapped.",
    "My father's farm was warm and calm in March.",
    "She sells sea shells by the shore, and the shells she sells are sure.",
    "Who would know how to move the blue moon?",
    "Would a happy map hop up and stop?",
    "The five families have never forgiven him for it.",
    "Put the empty cup back on top of the cupboard.",
    "Nobody expects the impossible to be probable.",
    "A ship in port is safe, but that is not what ships are built for.",
    "What if the lamp burns out before the boat comes?",
    "Thirty thousand thoughtful people gathered there together.",
    "Above all, be honest; people can hear a lie.",
    "Ships and maps and pipes and lamps.",
)
IN_OTHER_LANGUAGES = {
    "de": "Mein Papa hat am Abend ein Boot am Ufer gebaut.",
    "fr-fr": "Ma maman aime beaucoup le bon pain blanc de Paris.",
    "es": "Mi mamá habla muy poco, pero camina mucho por el campo.",
    "it": "Il bambino mangia la pappa con la mamma a Palermo.",
}


@pytest.fixture
def make(tmp_path):
    """Animate a speech; keywords are settings."""
    numbers = itertools.count()

    def animated(speech, feeling=None, seed=0, **settings):
        folder = tmp_path / f"face-{next(numbers)}"
        folder.mkdir()
        settings = VisemeSettings(**settings)
        return animate_face(speech=speech, emotion=feeling, settings=settings, job=Job(folder, seed))

    return animated


@pytest.fixture
def say(tmp_path):
    """A speech of known phones: ``h ə l oʊ`` with durations, over a tone that is loud where the phones are."""
    numbers = itertools.count()

    def spoken(phones, each_s=0.08, pause_s=0.3, loud=None, text="", stress=()):
        folder = tmp_path / f"speech-{next(numbers)}"
        rows, at = [Phone(symbol="", start_s=0, end_s=pause_s)], pause_s
        level = [np.zeros(round(pause_s * RATE_HZ))]
        for index, symbol in enumerate(phones.split(" ")):
            symbol = "" if symbol == "_" else symbol
            duration_s = each_s[index] if isinstance(each_s, tuple) else each_s
            end_s = round((at + duration_s) * RATE_HZ) / RATE_HZ
            rows.append(Phone(symbol=symbol, start_s=at, end_s=end_s, stress=1 if index in stress else 0))
            amplitude = 0.0 if not symbol else 0.2 if loud is None else loud[index]
            level.append(np.full(round(end_s * RATE_HZ) - round(at * RATE_HZ), amplitude))
            at = end_s
        level.append(np.zeros(round(pause_s * RATE_HZ)))
        samples = np.concatenate(level)
        samples *= np.sin(2 * np.pi * 220 * np.arange(len(samples)) / RATE_HZ)
        folder.mkdir()
        soundfile.write(folder / "speech.wav", samples, RATE_HZ)
        return Speech(
            sample_rate_hz=RATE_HZ,
            duration_s=len(samples) / RATE_HZ,
            text=text,
            phones=tuple(rows),
            words=(Word(text=text, start_s=pause_s, end_s=at),) if text else (),
            synthetic=True,
        ).save(folder)

    return spoken


@pytest.fixture(scope="module")
def espeak(tmp_path_factory):
    """Speech by the real eSpeak NG plugin, spoken once per module."""
    spoken = {}

    def speech(text, language="en-us", rate_wpm=150):
        key = (text, language, rate_wpm)
        if key not in spoken:
            settings, job = EspeakSettings(rate_wpm=rate_wpm), Job(tmp_path_factory.mktemp("speech"))
            spoken[key] = synthesize_speech(
                text=text, language=language, voice=None, emotion=None, settings=settings, job=job
            )
        return spoken[key]

    return speech


def gap(track):
    return lip_gap(track.channel)


def frame_of(track, phone):
    return min(round((phone.start_s + phone.end_s) / 2 * track.fps), len(track.shapes) - 1)


def at(track, channel, phone):
    return float(track.channel(channel)[frame_of(track, phone)])


def bilabials(speech):
    return [phone for phone in speech.phones if phone.symbol in ("p", "b", "m")]


def open_vowels(speech):
    return [phone for phone in speech.phones if phone.symbol.startswith(OPEN_VOWELS)]


def feeling(**categories):
    point = EmotionPoint(time_s=0, valence=0, arousal=0, categories=categories)
    return EmotionTrack(points=(point,), confidence=1)


# Lips


@pytest.mark.parametrize("text", SENTENCES)
def test_every_bilabial_seals_and_every_open_vowel_opens_in_spoken_sentences(espeak, make, text):
    speech = espeak(text)
    track = make(speech)
    widest = np.percentile(gap(track), 95)
    for phone in bilabials(speech):
        middle = (phone.start_s + phone.end_s) / 2 * track.fps
        around = slice(int(np.floor(middle)), int(np.floor(middle)) + 2)  # the two frames on either side
        assert gap(track)[around].max() < 0.02 * widest, phone
    assert all(gap(track)[frame_of(track, phone)] > 0.45 * widest for phone in open_vowels(speech))


@pytest.mark.parametrize("text", [SENTENCES[index] for index in (4, 5, 6, 7, 14)])
def test_bilabials_seal_in_fast_speech_and_the_mouth_opens_in_between(espeak, make, text):
    speech = espeak(text, rate_wpm=300)
    track = make(speech)
    widest = np.percentile(gap(track), 95)
    for phone in bilabials(speech):
        frame = int(np.floor((phone.start_s + phone.end_s) / 2 * track.fps))
        assert gap(track)[frame : frame + 2].max() < 0.02 * widest, phone
    wide = [gap(track)[frame_of(track, phone)] > 0.40 * widest for phone in open_vowels(speech)]
    assert np.mean(wide) >= 0.6


@pytest.mark.parametrize(("language", "text"), IN_OTHER_LANGUAGES.items())
def test_lips_close_and_open_in_other_languages(espeak, make, language, text):
    speech = espeak(text, language)
    track = make(speech)
    widest = np.percentile(gap(track), 95)
    assert len(bilabials(speech)) >= 3
    assert all(gap(track)[frame_of(track, phone)] < 0.02 * widest for phone in bilabials(speech))
    wide = [gap(track)[frame_of(track, phone)] > 0.40 * widest for phone in open_vowels(speech)]
    assert len(wide) >= 3
    assert np.mean(wide) >= 0.9


@pytest.mark.parametrize("fps", [12, 24, 25, 30, 60, 120])
def test_a_seal_lasts_two_frames_of_the_track_and_one_of_the_film(say, make, fps):
    speech = say("ɑ b ɑ m ɑ p ɑ", each_s=0.12)
    track = make(speech, fps=fps)
    for phone in bilabials(speech):
        middle = (phone.start_s + phone.end_s) / 2
        closed = np.flatnonzero(gap(track) < 0.005) / fps
        near = closed[np.abs(closed - middle) < max(0.023, 1.01 / fps)]
        assert len(near) >= 2, phone


@pytest.mark.parametrize("symbol", ["p", "b", "m"])
def test_a_seal_is_a_closed_mouth_over_a_lowered_jaw_with_a_light_squeeze(say, make, symbol):
    speech = say(f"ɑ {symbol} ɑ")
    track = make(speech)
    phone = speech.phones[2]
    assert at(track, "jawOpen", phone) > 0.05
    assert at(track, "mouthClose", phone) == pytest.approx(at(track, "jawOpen", phone), abs=2e-3)
    for parts in ("mouthLowerDownLeft", "mouthUpperUpRight", "mouthFunnel", "mouthShrugUpper", "tongueOut"):
        assert at(track, parts, phone) < 0.005
    assert 0.05 < at(track, "mouthPressLeft", phone) < 0.35


def test_the_mouth_never_closes_further_than_the_jaw_opens(espeak, make):
    track = make(espeak(SENTENCES[4]), feeling(anger=1), emotion=1.5, jaw=0.4, lip=1.5)
    assert (track.channel("mouthClose") <= track.channel("jawOpen") + 1e-6).all()


@pytest.mark.parametrize("feelings", [{"surprise": 1.0}, {"fear": 1.0}, {"disgust": 1.0}, {"joy": 1.0}])
def test_no_feeling_opens_a_seal(say, make, feelings):
    speech = say("ɑ m ɑ p ɑ b ɑ")
    track = make(speech, feeling(**feelings), emotion=1.5, articulation=1.5)
    assert all(gap(track)[frame_of(track, phone)] < 0.005 for phone in bilabials(speech))


def test_an_affricate_closes_before_it_hisses(say, make):
    speech = say("a pf a", each_s=0.12)
    track = make(speech)
    phone = speech.phones[2]
    closed = round((phone.start_s + 0.25 * 0.12) * 60)
    hiss = round((phone.start_s + 0.85 * 0.12) * 60)
    assert gap(track)[closed] < 0.01
    assert track.channel("mouthRollLower")[hiss] > 0.2


@pytest.mark.parametrize("symbol", ["f", "v"])
def test_labiodentals_bring_the_lower_lip_to_the_upper_teeth(say, make, symbol):
    speech = say(f"ɑ {symbol} ɑ")
    track = make(speech)
    phone = speech.phones[2]
    assert at(track, "mouthRollLower", phone) > 0.2
    assert at(track, "mouthShrugLower", phone) > 0.12
    assert 0.05 < at(track, "mouthUpperUpLeft", phone) < 0.25
    assert at(track, "mouthLowerDownLeft", phone) < 0.02
    assert gap(track)[frame_of(track, phone)] < 0.35 * gap(track).max()


@pytest.mark.parametrize("symbol", ["s", "z", "ʃ", "ʒ", "tʃ", "dʒ", "ts", "ɕ", "ʂ"])
def test_sibilants_keep_the_jaw_narrow_between_open_vowels(say, make, symbol):
    speech = say(f"ɑ {symbol} ɑ", each_s=0.11)
    track = make(speech, jaw=1.5)
    narrowest = track.channel("jawOpen")[frame_of(track, speech.phones[1]) : frame_of(track, speech.phones[3])].min()
    assert narrowest < 0.15
    assert track.channel("jawOpen").max() > 0.3


@pytest.mark.parametrize("symbol", ["u", "w", "o", "ʃ"])
def test_rounding_starts_before_the_sound_and_outlasts_it(say, make, symbol):
    speech = say(f"ɑ t k {symbol} k t ɑ")
    track = make(speech)
    rounded = track.channel("mouthPucker") + track.channel("mouthFunnel")
    phone = speech.phones[4]
    peak = rounded[frame_of(track, phone)]
    assert peak > 0.45
    assert rounded[round((phone.start_s - 0.12) * 60)] > 0.4 * peak
    assert rounded[round((phone.end_s + 0.08) * 60)] > 0.6 * peak


def test_rounding_is_gone_where_no_neighbour_rounds(say, make):
    track = make(say("i t ɑ k i s i"))
    assert (track.channel("mouthPucker") + track.channel("mouthFunnel")).max() < 0.08


@pytest.mark.parametrize("symbol", ["h", "ə", "ʔ"])
@pytest.mark.parametrize(("neighbour", "shape"), [("u", "mouthPucker"), ("i", "mouthStretchLeft"), ("ɑ", "jawOpen")])
def test_h_and_schwa_borrow_from_their_neighbours(say, make, symbol, neighbour, shape):
    speech = say(f"{neighbour} {symbol} {neighbour}")
    track = make(speech)
    own = (at(track, shape, speech.phones[1]) + at(track, shape, speech.phones[3])) / 2
    assert at(track, shape, speech.phones[2]) > 0.7 * own


@pytest.mark.parametrize("symbol", ["θ", "ð", "l"])
def test_the_tongue_shows_slightly_in_dentals_and_l_and_nowhere_else(say, make, symbol):
    track = make(say(f"ɑ {symbol} ɑ"))
    assert 0.02 < track.channel("tongueOut").max() < 0.3
    assert make(say("ɑ t ɑ k ɑ s ɑ n")).channel("tongueOut").max() < 0.01


def test_tongue_only_sounds_leave_the_lips_to_their_neighbours(say, make):
    speech = say("u t u k u n u")
    track = make(speech)
    pucker = [at(track, "mouthPucker", phone) for phone in speech.phones[2:7]]
    assert min(pucker) > 0.85 * max(pucker)


def test_vowels_open_the_jaw_in_the_order_of_their_height(say, make):
    peaks = [make(say(f"t {vowel} t", each_s=0.15)).channel("jawOpen").max() for vowel in "ieɛa"]
    assert peaks == sorted(peaks)
    assert peaks[-1] > 2.5 * peaks[0]


def test_conversation_stays_below_half_of_the_jaw(espeak, make):
    for text in SENTENCES[:4]:
        peak = make(espeak(text)).channel("jawOpen").max()
        assert 0.25 <= peak <= 0.52, text


# The recording's own energy


def test_a_louder_vowel_opens_further(say, make):
    speech = say("t ɑ t ɑ t ɑ t", loud=(0.1, 0.05, 0.1, 0.1, 0.1, 0.4, 0.1))
    track = make(speech)
    soft, usual, loud = (at(track, "jawOpen", speech.phones[index]) for index in (2, 4, 6))
    assert soft < 0.85 * usual < usual < 0.9 * loud
    flat = make(speech, energy=0)
    assert at(flat, "jawOpen", speech.phones[2]) == pytest.approx(at(flat, "jawOpen", speech.phones[6]), rel=0.05)


def test_the_level_of_the_whole_recording_does_not_matter(say, make):
    quiet = make(say("t ɑ t i m u", loud=(0.01,) * 6))
    loud = make(say("t ɑ t i m u", loud=(0.6,) * 6))
    np.testing.assert_allclose(quiet.shapes[:, MOUTH], loud.shapes[:, MOUTH], atol=0.02)


def test_a_stressed_vowel_opens_further(say, make):
    speech = say("t ɑ t ɑ t", stress=(3,))
    track = make(speech, **STILL)
    assert at(track, "jawOpen", speech.phones[4]) > 1.08 * at(track, "jawOpen", speech.phones[2])


# Curves


def test_a_track_covers_the_speech_at_its_rate(say, make):
    speech = say("h ə l oʊ")
    for fps in (1, 24, 29.97, 60, 90, 240):
        track = make(speech, fps=fps)
        assert track.fps == fps
        assert speech.duration_s <= track.duration_s < speech.duration_s + 1 / fps + 1e-6


def test_a_coarser_track_is_the_finer_one_thinned(say, make):
    speech = say("h ə l oʊ w ɜː l d")
    fine, coarse = make(speech, fps=60), make(speech, fps=30)
    length = min(len(fine.shapes[::2]), len(coarse.shapes))
    np.testing.assert_allclose(coarse.shapes[:length, MOUTH], fine.shapes[::2][:length, MOUTH], atol=0.12)


@pytest.mark.parametrize("index", [0, 4, 9])
def test_mouth_curves_are_smooth(espeak, make, index):
    track = make(espeak(SENTENCES[index]), fps=120)
    mouth = track.shapes[:, MOUTH]
    assert np.abs(np.diff(mouth, axis=0)).max() < 0.10  # a full movement takes more than 80 ms
    power = np.abs(np.fft.rfft(mouth - mouth.mean(axis=0), axis=0)) ** 2
    frequency = np.fft.rfftfreq(len(mouth), 1 / track.fps)
    assert power[frequency > 15].sum() < 0.02 * power.sum()
    assert power[frequency > 30].sum() < 0.002 * power.sum()


def test_head_and_brows_move_slowly(espeak, make):
    track = make(espeak(SENTENCES[2]))
    assert np.degrees(np.abs(np.diff(track.pose[:, :3], axis=0)).max()) < 0.5
    assert np.degrees(np.abs(np.diff(track.pose[:, :3], 2, axis=0)).max()) < 0.12
    assert np.abs(np.diff(track.channel("browInnerUp"))).max() < 0.04


@pytest.mark.parametrize("text", [SENTENCES[0], SENTENCES[10]])
def test_a_track_starts_and_ends_with_the_photo_s_own_face(espeak, make, text):
    track = make(espeak(text), feeling(joy=1), seed=3)
    for frame in (0, -1):
        assert track.shapes[frame].max() < 0.01
        assert np.degrees(np.abs(track.pose[frame]).max()) < 0.1


def test_the_mouth_rests_in_a_long_pause(say, make):
    speech = say("h ɑ _ h ɑ", each_s=(0.1, 0.15, 1.2, 0.1, 0.15))
    track = make(speech, breath=0)
    middle = slice(round((0.55 + 0.35) * 60), round((0.55 + 0.85) * 60))
    assert track.shapes[middle][:, MOUTH].max() < 0.02
    assert gap(track)[round((0.55 + 0.25) * 60)] < 0.04
    closing = gap(track)[round(0.45 * 60) : round(0.9 * 60)]
    assert np.abs(np.diff(closing)).max() < 0.08


# The person


def test_everything_that_makes_a_person_can_be_removed(espeak, make):
    track = make(espeak(SENTENCES[10]), **STILL)
    assert not track.pose.any()
    upper = [index for index, name in enumerate(ARKIT_SHAPES) if name.startswith(("eye", "brow", "cheek", "nose"))]
    assert not track.shapes[:, upper].any()
    assert track.channel("jawOpen").max() > 0.2


@pytest.mark.parametrize(
    ("switch", "channels"),
    [
        ("head_motion", ("headYaw", "headPitch", "headRoll")),
        ("gaze", ("leftEyeYaw", "rightEyePitch", "eyeLookOutLeft", "eyeLookUpRight")),
        ("blinks", ("eyeBlinkLeft", "eyeBlinkRight")),
        ("brows", ("browInnerUp", "browOuterUpLeft", "browDownRight")),
    ],
)
def test_each_amount_removes_and_scales_its_own_layer_alone(espeak, make, switch, channels):
    speech = espeak(" ".join(SENTENCES[:3]))
    natural, removed = make(speech), make(speech, **{switch: 0})
    assert all(natural.channel(name).any() for name in channels[:2])
    assert not any(removed.channel(name).any() for name in channels)
    others = {"headYaw", "headPitch", "eyeBlinkLeft", "browInnerUp", "jawOpen"} - set(channels)
    for name in others:
        np.testing.assert_array_equal(natural.channel(name), removed.channel(name), err_msg=name)
    if switch in ("head_motion", "brows"):
        more = make(speech, **{switch: 1.5})
        assert np.abs(more.channel(channels[0])).max() > 1.3 * np.abs(natural.channel(channels[0])).max()


def test_the_same_seed_gives_the_same_track_and_another_one_another(espeak, make):
    speech = espeak(SENTENCES[0])
    one, again, other = make(speech, seed=5), make(speech, seed=5), make(speech, seed=6)
    np.testing.assert_array_equal(one.shapes, again.shapes)
    np.testing.assert_array_equal(one.pose, again.pose)
    assert np.abs(one.pose - other.pose).max() > 0.01
    np.testing.assert_array_equal(one.channel("mouthPucker"), other.channel("mouthPucker"))


def test_two_lines_of_a_film_do_not_move_alike(say, make):
    one = make(say("t ɑ t ɑ t ɑ", text="One."))
    two = make(say("t ɑ t ɑ t ɑ", text="Two."))
    assert np.abs(one.pose - two.pose).max() > 0.005


def long_speech(say):
    return say(" ".join(["t ɑ n i d u s ɛ _"] * 70), each_s=0.11, pause_s=0.5)


def blink_starts(track):
    closed = track.channel("eyeBlinkLeft") > 0.5
    return np.flatnonzero(closed[1:] & ~closed[:-1]) / track.fps


@pytest.mark.parametrize("per_minute", [6, 17, 30])
def test_blinks_come_at_the_rate_asked_for(say, make, per_minute):
    speech = long_speech(say)
    counts = [
        len(blink_starts(make(speech, seed=seed, blinks_per_minute=per_minute, double_blinks=0))) for seed in range(6)
    ]
    assert np.mean(counts) == pytest.approx(per_minute * speech.duration_s / 60, rel=0.3)


def test_a_blink_closes_both_eyes_fast_and_opens_them_slower(say, make):
    track = make(long_speech(say), double_blinks=0, fps=120)
    lids = track.channel("eyeBlinkLeft")
    np.testing.assert_array_equal(lids, track.channel("eyeBlinkRight"))
    start = round(blink_starts(track)[0] * 120)
    one = lids[start - 20 : start + round(BLINK_S * 120)]
    assert one.max() > 0.98
    closing, opening = np.argmax(one > 0.95) - np.argmax(one > 0.05), np.argmax(one[::-1] > 0.95)
    assert 0.03 < closing / 120 < 0.09
    assert opening > 1.3 * closing


def test_blinks_are_irregular_and_double_ones_can_be_had(say, make):
    speech = long_speech(say)
    single = np.diff(blink_starts(make(speech, double_blinks=0)))
    assert single.min() > 0.6
    assert single.std() > 0.4 * single.mean() * 0.5
    double = np.diff(blink_starts(make(speech, double_blinks=1)))
    assert (double < 0.45).mean() > 0.35


def test_blinks_like_the_ends_of_phrases(say, make):
    speech = say(" ".join(["t ɑ n i d u s ɛ t ɑ n i d u s ɛ"] + ["_"] * 5 + ["t ɑ n i d u s ɛ"]), each_s=0.1)
    end_s = 0.3 + 1.6
    near = [
        np.abs(blink_starts(make(speech, seed=seed, phrase_end_blinks=1)) - end_s).min(initial=9) < 0.25
        for seed in range(8)
    ]
    never = [
        np.abs(blink_starts(make(speech, seed=seed, phrase_end_blinks=0)) - end_s).min(initial=9) < 0.25
        for seed in range(8)
    ]
    assert sum(near) == 8
    assert sum(never) <= 4


def test_eyes_stay_with_the_lens_while_the_head_turns(say, make):
    track = make(long_speech(say))
    away = np.degrees(track.pose[:, [0, 1]] + track.pose[:, [3, 4]])
    distance = np.hypot(*away.T)
    assert np.median(distance) < 1.5
    assert np.mean(distance < 2.5) > 0.8
    assert distance.max() < 10
    slope = np.polyfit(track.channel("headYaw"), track.channel("leftEyeYaw"), 1)[0]
    assert slope == pytest.approx(-1, abs=0.2)
    assert np.degrees(np.abs(track.pose[:, 0]).max()) > 1.5  # the head did turn


def test_saccades_are_fast_and_what_lies_between_them_is_steady(say, make):
    track = make(long_speech(say), head_motion=0)
    step = np.degrees(np.abs(np.diff(track.channel("leftEyeYaw"))))
    moving = step > 0.05
    assert 0.005 < moving.mean() < 0.15
    assert np.degrees(np.ptp(track.channel("leftEyeYaw"))) > 1.5


def test_look_shapes_agree_with_the_eyes_rotation(say, make):
    track = make(long_speech(say))
    for side, outward in (("Left", 1), ("Right", -1)):
        yaw, pitch = track.channel(f"{side.lower()}EyeYaw"), track.channel(f"{side.lower()}EyePitch")
        horizontal = track.channel(f"eyeLookOut{side}") - track.channel(f"eyeLookIn{side}")
        np.testing.assert_allclose(horizontal * FULL_LOOK_RAD[0], outward * yaw, atol=1e-5)
        vertical = track.channel(f"eyeLookUp{side}") - track.channel(f"eyeLookDown{side}")
        np.testing.assert_allclose(vertical * FULL_LOOK_RAD[1], pitch, atol=1e-5)


def test_the_head_moves_a_little_and_never_in_a_loop(say, make):
    track = make(long_speech(say))
    head = np.degrees(track.pose[:, :3])
    assert (np.abs(head) < 5).all()
    assert (head.std(axis=0) > 0.3).all()
    for axis in range(3):
        curve = head[:, axis] - head[:, axis].mean()
        for lag_s in range(4, 30, 2):
            lag = lag_s * 60
            assert np.corrcoef(curve[:-lag], curve[lag:])[0, 1] < 0.85


def test_the_head_nods_and_brows_rise_on_the_stressed_word(say, make):
    phones = " ".join(["t ə n ə"] * 6 + ["t ɑ"] + ["t ə n ə"] * 6)
    loud = (0.05,) * 25 + (0.4,) + (0.05,) * 24
    speech = say(phones, loud=loud, stress=(25,))
    accent_s = (speech.phones[26].start_s + speech.phones[26].end_s) / 2
    frame = round(accent_s * 60)
    tracks = [make(speech, seed=seed) for seed in range(24)]
    nods = [track.channel("headPitch")[frame] - track.channel("headPitch")[frame - 20] for track in tracks]
    assert np.degrees(np.mean(nods)) < -0.5
    brows = [track.channel("browInnerUp") for track in tracks]
    assert 0.4 < np.mean([curve[frame] > 0.05 for curve in brows]) <= 1
    assert all(curve[: frame - 20].max() < 0.01 for curve in brows)


def test_brows_do_not_beat_time(say, make):
    curve = make(long_speech(say)).channel("browInnerUp")
    tops = np.flatnonzero((curve[1:-1] > curve[:-2]) & (curve[1:-1] >= curve[2:]) & (curve[1:-1] > 0.03)) / 60
    assert len(tops) > 8
    assert np.diff(tops).std() > 0.5


def test_brows_rise_at_the_end_of_a_question(say, make):
    asked = make(say("j u w ɪ l", text="You will?", each_s=0.15))
    told = make(say("j u w ɪ l", text="You will.", each_s=0.15))
    assert asked.channel("browInnerUp").max() > told.channel("browInnerUp").max() + 0.05


def test_a_breath_is_drawn_before_a_phrase_that_follows_a_pause(say, make):
    speech = say("h ɑ _ t ɑ", each_s=(0.1, 0.15, 1.0, 0.1, 0.15))
    with_breath, without = make(speech), make(speech, breath=0)
    drawn = with_breath.channel("jawOpen") - without.channel("jawOpen")
    begin_s = 0.3 + 0.1 + 0.15 + 1.0
    assert 0.03 < drawn[round((begin_s - 0.5) * 60) : round(begin_s * 60)].max() < 0.15
    assert with_breath.channel("noseSneerLeft").any()
    assert np.abs(drawn[round(0.35 * 60) : round(0.7 * 60)]).max() < 0.01


# Feeling


@pytest.mark.parametrize(
    ("category", "shapes"),
    [
        ("joy", ("mouthSmileLeft", "mouthSmileRight", "cheekSquintLeft")),
        ("sadness", ("browInnerUp", "mouthFrownLeft", "browDownLeft")),
        ("surprise", ("browInnerUp", "browOuterUpRight", "eyeWideLeft")),
        ("fear", ("browInnerUp", "eyeWideRight", "mouthStretchLeft")),
        ("anger", ("browDownLeft", "eyeSquintLeft", "mouthPressRight")),
        ("disgust", ("noseSneerLeft", "mouthUpperUpLeft")),
        ("contempt", ("mouthDimpleRight", "mouthSmileRight")),
    ],
)
def test_each_emotion_shows_its_action_units(say, make, category, shapes):
    speech = say("t ɑ _ t ɑ", each_s=(0.1, 0.2, 2.0, 0.1, 0.2))
    felt, neutral = make(speech, feeling(**{category: 1})), make(speech)
    middle = round(speech.duration_s / 2 * 60)
    for shape in shapes:
        assert felt.channel(shape)[middle] > neutral.channel(shape)[middle] + 0.08, shape
    assert not np.array_equal(felt.shapes, make(speech, feeling(**{category: 1}), emotion=0).shapes)
    np.testing.assert_array_equal(neutral.shapes, make(speech, feeling(**{category: 1}), emotion=0).shapes)


def test_contempt_is_one_sided(say, make):
    track = make(say("t ɑ _ t ɑ", each_s=(0.1, 0.2, 2.0, 0.1, 0.2)), feeling(contempt=1))
    assert track.channel("mouthDimpleRight").max() > 0.2
    assert track.channel("mouthDimpleLeft").max() < 0.01


def test_a_feeling_sets_in_and_dies_away(say, make):
    track = make(say("t ɑ _ t ɑ", each_s=(0.1, 0.2, 2.0, 0.1, 0.2)), feeling(joy=1))
    cheeks = track.channel("cheekSquintLeft")
    assert cheeks[0] == cheeks[-1] == 0
    assert 0 < cheeks[12] < 0.8 * cheeks.max()
    assert np.abs(np.diff(cheeks)).max() < 0.03


def test_valence_and_arousal_show_where_no_category_is_named(say, make):
    speech = say("t ɑ _ t ɑ", each_s=(0.1, 0.2, 2.0, 0.1, 0.2))
    middle = round(speech.duration_s / 2 * 60)

    def shown(valence, arousal, shape):
        point = EmotionPoint(time_s=0, valence=valence, arousal=arousal)
        return make(speech, EmotionTrack(points=(point,), confidence=1), **STILL).channel(shape)[middle]

    assert shown(0.8, 0, "mouthSmileLeft") > shown(0.2, 0, "mouthSmileLeft") > shown(0, 0, "mouthSmileLeft")
    assert shown(-0.8, 0, "mouthFrownLeft") > 0.05
    assert shown(0, 0.8, "eyeWideLeft") > 0.04
    assert shown(0, -0.8, "eyeBlinkLeft") > 0.03


def test_an_unsure_reading_shows_less(say, make):
    speech = say("t ɑ _ t ɑ", each_s=(0.1, 0.2, 2.0, 0.1, 0.2))
    sure = feeling(joy=1)
    unsure = sure.model_copy(update={"confidence": 0.25})
    assert make(speech, unsure).channel("cheekSquintLeft").max() == pytest.approx(
        0.25 * make(speech, sure).channel("cheekSquintLeft").max(), rel=0.02
    )


def test_a_feeling_follows_its_points_over_time(say, make):
    speech = say("t ɑ _ t ɑ", each_s=(0.1, 0.2, 4.0, 0.1, 0.2))
    points = (
        EmotionPoint(time_s=0, valence=0, arousal=0),
        EmotionPoint(time_s=2.0, valence=0, arousal=0),
        EmotionPoint(time_s=3.0, valence=0, arousal=0, categories={"joy": 1}),
    )
    track = make(speech, EmotionTrack(points=points, confidence=1))
    assert track.channel("cheekSquintLeft")[60] < 0.01
    assert track.channel("cheekSquintLeft")[round(3.3 * 60)] > 0.15


def test_a_smile_gives_way_to_rounded_lips_and_never_the_other_way_round(say, make):
    speech = say("t i t i t i t u t u t u t i t i t i", each_s=0.1)
    happy, neutral = make(speech, feeling(joy=1)), make(speech)
    smile = happy.channel("mouthSmileLeft") - neutral.channel("mouthSmileLeft")
    spread, rounded = frame_of(neutral, speech.phones[4]), frame_of(neutral, speech.phones[10])
    assert smile[rounded] < 0.6 * smile[spread]
    np.testing.assert_array_equal(happy.channel("mouthPucker"), neutral.channel("mouthPucker"))


# Style


def test_style_settings_scale_jaw_and_lips(espeak, make):
    speech = espeak(SENTENCES[10])
    usual = make(speech)
    assert make(speech, jaw=0.5).channel("jawOpen").max() < 0.75 * usual.channel("jawOpen").max()
    assert make(speech, lip=0.5).channel("mouthPucker").max() < 0.6 * usual.channel("mouthPucker").max()
    clear = make(speech, articulation=1.4)
    assert clear.channel("jawOpen").max() > 1.2 * usual.channel("jawOpen").max()
    assert clear.channel("mouthPucker").max() > 1.2 * usual.channel("mouthPucker").max()


@pytest.mark.parametrize("settings", [{"jaw": 1.6}, {"blinks": -0.1}, {"fps": 0}, {"gaze": 2}, {"sneeze": 1}])
def test_settings_out_of_range_are_refused(settings):
    with pytest.raises(ValidationError):
        VisemeSettings(**settings)


def test_every_setting_is_described():
    assert all(field.description for field in VisemeSettings.model_fields.values())


# Recordings without words


def test_without_phones_the_mouth_follows_the_sound(say, make):
    speech = say("ɑ ɑ _ _ ɑ ɑ", each_s=0.3, loud=(0.3, 0.3, 0, 0, 0.3, 0.3)).model_copy(update={"phones": ()})
    track = make(speech, breath=0)
    jaw = track.channel("jawOpen")
    assert jaw[round(0.6 * 60)] > 0.2
    assert jaw[round(1.2 * 60)] < 0.02
    assert jaw[round(1.8 * 60)] > 0.2
    assert "level and spectrum" in track.source
    assert np.abs(np.diff(jaw)).max() < 0.1
    assert jaw[0] < 0.01 > jaw[-1]


def test_without_phones_real_speech_opens_with_its_syllables(espeak, make):
    speech = espeak(SENTENCES[0])
    known, heard = make(speech, breath=0), make(speech.model_copy(update={"phones": (), "words": ()}), breath=0)
    assert len(known.shapes) == len(heard.shapes)
    assert 0.25 < heard.channel("jawOpen").max() < 0.5
    assert np.corrcoef(gap(known), gap(heard))[0, 1] > 0.3
    assert heard.channel("eyeBlinkLeft").shape == known.channel("eyeBlinkLeft").shape


def test_without_phones_hiss_narrows_the_jaw_and_dark_sound_rounds_the_lips(tmp_path, make):
    time = np.arange(RATE_HZ * 3) / RATE_HZ
    random = np.random.default_rng(0)
    hiss = np.diff(random.standard_normal(len(time) + 1)) * 0.15
    dark = 0.3 * np.sin(2 * np.pi * 250 * time)
    bright = 0.2 * np.sin(2 * np.pi * 250 * time) + 0.2 * np.sin(2 * np.pi * 1800 * time)
    samples = np.where(time < 1, dark, np.where(time < 2, bright, hiss))
    soundfile.write(tmp_path / "speech.wav", np.pad(samples, 8000), RATE_HZ)
    speech = Speech(sample_rate_hz=RATE_HZ, duration_s=4.0, synthetic=False).save(tmp_path)
    track = make(speech, **STILL)
    dark, bright, hiss = 60, 120, 180
    assert track.channel("mouthPucker")[dark] > 0.2 > 0.1 > track.channel("mouthPucker")[bright]
    assert track.channel("jawOpen")[hiss] < 0.6 * track.channel("jawOpen")[bright]


@pytest.mark.parametrize("phones", [(), (Phone(symbol="", start_s=0, end_s=1.0),)])
def test_silence_gives_a_face_that_does_not_speak_but_lives(tmp_path, make, phones):
    soundfile.write(tmp_path / "speech.wav", np.zeros(RATE_HZ * 6), RATE_HZ)
    speech = Speech(sample_rate_hz=RATE_HZ, duration_s=6.0, phones=phones, synthetic=False).save(tmp_path)
    track = make(speech)
    assert track.shapes[:, MOUTH].max() < 1e-6
    assert track.channel("eyeBlinkLeft").max() > 0.9
    assert track.pose[:, 0].any()


# Odd input


def test_a_missing_recording_is_an_error(say, make):
    speech = say("h aɪ")
    speech.file("speech.wav").unlink()
    with pytest.raises(AudioUnreadable, match=r"speech\.wav"):
        make(speech)


@pytest.mark.parametrize("duration_s", [0.001, 0.02, 0.1])
def test_the_shortest_speech_still_makes_a_track(tmp_path, make, duration_s):
    soundfile.write(tmp_path / "speech.wav", np.full(max(round(duration_s * RATE_HZ), 1), 0.1), RATE_HZ)
    phones = (Phone(symbol="m", start_s=0, end_s=duration_s),)
    for given in (phones, ()):
        speech = Speech(sample_rate_hz=RATE_HZ, duration_s=duration_s, phones=given, synthetic=True).save(tmp_path)
        assert len(make(speech).shapes) >= 1


def test_speech_that_fills_its_recording_to_the_edges_eases_in(say, make):
    track = make(say("ɑ p ɑ", pause_s=0.0))
    assert track.shapes[[0, -1]][:, MOUTH].max() < 0.01
    assert np.abs(np.diff(gap(track))).max() < 0.2


@pytest.mark.parametrize(
    ("symbol", "expected"),
    [
        ("", ["silence"]),
        ("p", ["bilabial_plosive"]),
        ("ɡ", ["velar"]),
        ("aɪ", ["open_central", "near_close_spread"]),
        ("tʃ", ["alveolar", "rounded_sibilant"]),
        ("t͡ʃ", ["alveolar", "rounded_sibilant"]),
        ("ɑːɹ", ["open_back", "rhotic"]),
        ("ɔ̃", ["open_mid_rounded"]),
        ("ç", ["palatal"]),
        ("ä", ["open_central"]),
        ("n̩", ["alveolar"]),
        ("kʷ", ["velar", "labial_glide"]),
        ("ʲ", ["palatal"]),
        ("ts.h", ["alveolar", "sibilant", "glottal"]),
        ("l5", ["lateral"]),
        ("☃", ["schwa"]),
    ],
)
def test_symbols_are_read_as_sounds(symbol, expected):
    sounds = sounds_of(symbol)
    assert [name for name, _ in sounds] == expected
    assert sum(share for _, share in sounds) == pytest.approx(1)


def test_the_middle_of_a_diphthong_is_its_first_vowel():
    for symbol in ("aɪ", "aʊ", "ɔɪ", "oʊ"):
        assert sounds_of(symbol)[0][1] > 0.55


def test_every_phone_of_espeak_is_known_in_ten_languages(espeak):
    texts = {
        "pt-br": "Não quero mais pão.",
        "pl": "Dzień dobry, chrząszcz brzmi w trzcinie.",
        "nl": "Goede morgen, het huis is mooi.",
        "sv": "Sjuksköterskan köper kött.",
    }
    for language, text in {**texts, **IN_OTHER_LANGUAGES, "en-gb": SENTENCES[0], "en-us": SENTENCES[2]}.items():
        for phone in espeak(text, language).phones:
            assert sounds_of(phone.symbol) != (("schwa", 1.0),) or "ə" in phone.symbol, (language, phone.symbol)


def test_sounds_have_no_gaps_and_reach_the_end():
    phones = [Phone(symbol="a", start_s=0.2, end_s=0.4), Phone(symbol="tʃ", start_s=0.5, end_s=0.6)]
    sounds = sounds_in(phones, 1.0)
    assert sounds.start_s[0] == 0
    assert sounds.end_s[-1] == 1.0
    np.testing.assert_allclose(sounds.start_s[1:], sounds.end_s[:-1])
    assert sounds.is_silence.tolist() == [True, False, True, False, False, True]


def test_a_job_can_be_stopped(say, make, tmp_path):
    from tintype.errors import Cancelled

    job = Job(tmp_path)
    job.cancelled.set()
    with pytest.raises(Cancelled):
        animate_face(speech=say("h aɪ"), emotion=None, settings=VisemeSettings(), job=job)


def test_the_track_is_saved_with_its_source(say, make, tmp_path):
    track = make(say("h aɪ"))
    assert "Cohen and Massaro" in track.source
    assert list(tmp_path.glob("face-*/face.npz"))


def test_the_plugin_is_found_under_its_name():
    plugin = Plugins.discover().provider("animate_face", "visemes")
    assert plugin.info.licence == "GPL-3.0-or-later"
