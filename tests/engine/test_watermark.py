"""The mark in the synthetic voice: it survives what films go through, and is not found where it is not."""

from __future__ import annotations

import io
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile
from tintype import watermark
from tintype.audio import read_audio, resample
from tintype.cli import app
from tintype.errors import AudioUnreadable
from tintype.film_id import film_id
from tintype.pipeline import make_film
from tintype.progress import Run
from tintype.project import read_project
from tintype.watermark import find_marks, find_marks_in_file, mark, mark_file
from typer.testing import CliRunner

FILM = "0fcc4810"
RATE_HZ = 22_050
REAL_SPEECH = Path(__file__).parents[3] / "shared/archive/ljspeech"
cli = CliRunner()


def speech_like(seconds: float, seed: int = 0, rate_hz: int = RATE_HZ) -> np.ndarray:
    """Syllables of a gliding buzz through two moving formants, with hisses and pauses between them."""
    from scipy.signal import lfilter

    random = np.random.default_rng(seed)
    parts: list[np.ndarray] = []
    while sum(map(len, parts)) < seconds * rate_hz:
        length = int(rate_hz * random.uniform(0.12, 0.3))
        pitch = np.linspace(random.uniform(90, 180), random.uniform(90, 180), length)
        buzz = np.diff(np.floor(np.cumsum(pitch) / rate_hz), prepend=0) + random.normal(0, 0.02, length)
        if random.random() < 0.25:
            buzz = random.normal(0, 0.3, length)
        for hertz in (random.uniform(300, 800), random.uniform(900, 2500), random.uniform(2600, 4500)):
            radius = np.exp(-np.pi * 120 / rate_hz)
            buzz = lfilter([1.0], [1, -2 * radius * np.cos(2 * np.pi * hertz / rate_hz), radius**2], buzz)
        syllable = buzz / np.abs(buzz).max() * np.hanning(length) * random.uniform(0.2, 0.6)
        parts += [syllable, np.zeros(int(rate_hz * random.choice([0, 0, 0.02, 0.1])))]
    return np.concatenate(parts)[: int(seconds * rate_hz)]


def aac(samples: np.ndarray, rate_hz: int, *, kbps: int = 128, out_hz: int = 48_000) -> tuple[np.ndarray, int]:
    """Samples as stereo AAC and back."""
    sound = resample(samples.astype(np.float32), rate_hz, out_hz)
    film = io.BytesIO()
    with av.open(film, "w", format="mp4") as container:
        stream = container.add_stream("aac", rate=out_hz, layout="stereo")
        stream.bit_rate = kbps * 1000
        frame = av.AudioFrame.from_ndarray(np.stack([sound, sound]), format="fltp", layout="stereo")
        frame.rate = out_hz
        container.mux([*stream.encode(frame), *stream.encode(None)])
    film.seek(0)
    with av.open(film) as container:
        decoded = np.concatenate([frame.to_ndarray().mean(axis=0) for frame in container.decode(audio=0)])
    return decoded, out_hz


def music(length: int, rate_hz: int) -> np.ndarray:
    """Plucked chords with a drum, of power 1."""
    random = np.random.default_rng(5)
    sound, at = np.zeros(length), 0
    while at < length:
        time = np.arange(min(int(rate_hz * 1.5), length - at)) / rate_hz
        for pitch in random.choice([110.0, 138.6, 164.8, 220.0, 277.2, 329.6, 440.0], 3):
            for harmonic in range(1, 12):
                tone = np.sin(2 * np.pi * pitch * harmonic * time + random.uniform(0, 6))
                sound[at : at + len(time)] += tone / harmonic * np.exp(-time * (1 + 0.6 * harmonic))
        sound[at : at + len(time)] += random.normal(size=len(time)) * np.exp(-30 * time)
        at += int(0.45 * rate_hz)
    return sound / np.sqrt(np.mean(sound**2))


def found_ids(samples: np.ndarray, rate_hz: int) -> list[str]:
    return [found.film_id for found in find_marks(samples, rate_hz)]


@pytest.fixture(scope="module")
def voice() -> np.ndarray:
    return speech_like(7.0)


@pytest.fixture(scope="module")
def marked(voice) -> np.ndarray:
    return mark(voice, RATE_HZ, FILM)


def test_the_mark_is_found_and_says_which_film(marked):
    assert found_ids(marked, RATE_HZ) == [FILM]


def test_without_a_mark_none_is_found(voice):
    assert found_ids(voice, RATE_HZ) == []


def test_the_mark_is_as_quiet_as_promised_and_silent_where_the_voice_is(voice, marked):
    added = marked - voice
    ratio_db = 10 * np.log10(np.sum(voice**2) / np.sum(added**2))
    assert ratio_db > 23
    padded = np.concatenate([np.zeros(RATE_HZ), voice, np.zeros(RATE_HZ)])
    before = (mark(padded, RATE_HZ, FILM) - padded)[: RATE_HZ - 500]
    assert np.abs(before).max() < 1e-9


def test_the_mark_is_the_same_every_time(voice, marked):
    assert np.array_equal(mark(voice, RATE_HZ, FILM), marked)


def test_silence_stays_silence():
    assert not mark(np.zeros(RATE_HZ), RATE_HZ, FILM).any()


@pytest.mark.parametrize("rate_hz", [8_000, 16_000, 24_000, 44_100, 48_000])
def test_the_mark_survives_resampling(marked, rate_hz):
    assert found_ids(resample(marked.astype(np.float32), RATE_HZ, rate_hz), rate_hz) == [FILM]


@pytest.mark.parametrize("rate_hz", [16_000, 24_000, 44_100])
def test_voices_of_other_rates_take_a_mark_too(rate_hz):
    voice = speech_like(7.0, seed=3, rate_hz=rate_hz)
    assert found_ids(mark(voice, rate_hz, FILM), rate_hz) == [FILM]


def test_the_mark_survives_aac_at_128_kbit(marked):
    assert found_ids(*aac(marked, RATE_HZ)) == [FILM]


def test_the_mark_survives_a_music_bed_20_db_below_and_aac(marked):
    bed = music(len(marked), RATE_HZ) * np.sqrt(np.mean(marked**2)) * 0.1
    assert found_ids(*aac(marked + bed, RATE_HZ)) == [FILM]


def test_the_mark_survives_another_level_a_cut_and_silence_around_it(marked):
    cut = np.concatenate([np.zeros(12_345), marked[5_000:] * 0.3, np.zeros(20_000)])
    assert found_ids(cut, RATE_HZ) == [FILM]


def test_two_films_in_one_sound_are_both_named_with_their_times(voice):
    second = mark(speech_like(7.0, seed=9), RATE_HZ, "deadbeef")
    sound = np.concatenate([mark(voice, RATE_HZ, FILM), np.zeros(9 * RATE_HZ), second])
    marks = {found.film_id: found for found in find_marks(sound, RATE_HZ)}
    assert set(marks) == {FILM, "deadbeef"}
    assert marks[FILM].spans[0][0] < 4 < 15 < marks["deadbeef"].spans[-1][1]


def test_a_mark_late_in_a_long_sound_is_found_where_it_is(marked):
    quiet = np.random.default_rng(0).normal(0, 1e-3, 50 * RATE_HZ)
    (found,) = find_marks(np.concatenate([quiet, marked]), RATE_HZ)
    assert found.film_id == FILM
    assert abs(found.spans[0][0] - 50) < 5


def test_the_same_sound_twice_is_no_mark():
    once = speech_like(20.0, seed=4)
    assert found_ids(np.concatenate([once, once]), RATE_HZ) == []


def test_noise_music_and_silence_hold_no_mark():
    noise = np.random.default_rng(1).normal(0, 0.1, 30 * RATE_HZ)
    for sound in (noise, music(30 * RATE_HZ, RATE_HZ) * 0.1, np.zeros(5 * RATE_HZ), np.zeros(10)):
        assert found_ids(sound, RATE_HZ) == []


@pytest.mark.skipif(not REAL_SPEECH.is_dir(), reason="the recordings of LJ Speech are not here")
def test_real_speech_holds_no_mark_until_it_is_given_one():
    recordings = sorted(REAL_SPEECH.glob("*.flac"))
    plain = np.concatenate([read_audio(path)[0] for path in recordings[:6]])
    assert found_ids(plain, RATE_HZ) == []
    assert found_ids(*aac(mark(plain, RATE_HZ, FILM), RATE_HZ)) == [FILM]


def test_a_file_is_marked_in_place_and_stays_a_wav(tmp_path, voice):
    path = tmp_path / "speech.wav"
    soundfile.write(path, voice, RATE_HZ, subtype="PCM_16")
    mark_file(path, FILM)
    assert soundfile.info(path).subtype == "PCM_16"
    assert soundfile.info(path).frames == len(voice)
    assert [found.film_id for found in find_marks_in_file(path)] == [FILM]


def test_a_file_without_sound_is_refused(tmp_path):
    (tmp_path / "film.mp4").write_bytes(b"no film")
    with pytest.raises(AudioUnreadable, match=r"film\.mp4"):
        find_marks_in_file(tmp_path / "film.mp4")


def test_the_engine_marks_what_a_plugin_speaks_and_nothing_else(film_toml, plugins, fake, monkeypatch):
    recordings = film_toml.parent / "archive/recordings"
    recordings.mkdir()
    (recordings / "tape.wav").write_bytes(b"RIFF")
    film_toml.write_text(film_toml.read_text().replace('text = "Second words."', 'recording = "recordings/tape.wav"'))

    def speak(text, language, job, *, synthetic):
        from tintype.documents import Speech

        soundfile.write(job.folder / "speech.wav", speech_like(7.0), RATE_HZ)
        return Speech(sample_rate_hz=RATE_HZ, duration_s=7.0, text=text, synthetic=synthetic).save(job.folder)

    monkeypatch.setattr(fake, "_speech", speak)
    make_film(read_project(film_toml), plugins, Run())
    lines = film_toml.parent / "lines"
    expected = film_id(read_project(film_toml))
    assert [found.film_id for found in find_marks_in_file(lines / "one/speech.wav")] == [expected]
    assert find_marks_in_file(lines / "two/speech.wav") == []
    answer = cli.invoke(app, ["verify", str(lines / "one/speech.wav")])
    assert f"a synthetic voice of the film {expected} (this film's own)" in answer.output


def test_another_title_marks_the_voices_anew(film_toml, plugins, fake):
    make_film(read_project(film_toml), plugins, Run())
    fake.calls.clear()
    film_toml.write_text(film_toml.read_text().replace('title = "A film"', 'title = "Another"'))
    make_film(read_project(film_toml), plugins, Run())
    assert "synthesize_speech First words." in fake.calls


def test_every_payload_comes_back_from_its_turns():
    for payload in (0, 1, 0x0FCC4810, 0xFFFFFFFF):
        assert watermark._payload(watermark._values(payload)) == payload
    turned = list(watermark._values(0x0FCC4810))
    turned[2] ^= 1
    assert watermark._payload(turned) is None
