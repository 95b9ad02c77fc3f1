"""Recordings: decoded, judged, cleaned where it helps, levelled; MFCC, pitch, energy and rate."""

from __future__ import annotations

from pathlib import Path
from threading import Event

import av
import librosa
import numpy as np
import pyloudnorm
import pytest
import soundfile
import tintype_librosa as plugin
from scipy.fft import dct
from scipy.signal import resample_poly
from tintype import Asset, Job
from tintype.documents import ArchiveItem
from tintype.errors import AudioUnreadable, Cancelled
from tintype_librosa.cleaning import plan_cleaning
from tintype_librosa.hiss import noise_power, without_hiss
from tintype_librosa.hum import find_hum
from tintype_librosa.recording_features import RATE_HZ, mfcc_of

TEXT = "Humans are allergic to change. They love to say: we've always done it this way. I try to fight that."


@pytest.fixture(scope="module")
def voice(spoken) -> tuple[np.ndarray, int]:
    """Clean speech with pauses, as samples and rate."""
    speech = spoken(TEXT, pause_s=0.6)
    samples, rate_hz = soundfile.read(speech.file(speech.audio), dtype="float32")
    return samples, rate_hz


@pytest.fixture
def prepare(tmp_path):
    """Prepare one recording; gives its item and the samples that later stages hear."""

    def run(path: Path, **settings):
        folder = tmp_path / f"out-{path.name}"
        folder.mkdir(parents=True, exist_ok=True)
        before = path.read_bytes()
        chosen = plugin.PrepareSettings(**settings)
        item = plugin.prepare_archive(path.parent, [path], "recording", chosen, Job(folder)).items[0]
        assert path.read_bytes() == before, "the original was touched"
        heard = folder / item.prepared if item.prepared else path
        return item, soundfile.read(heard, dtype="float32")[0] if item.quality > 0 else None

    return run


def written(folder: Path, samples: np.ndarray, rate_hz: int, name: str = "tape.wav") -> Path:
    soundfile.write(folder / name, samples, rate_hz)
    return folder / name


def encoded(path: Path, samples: np.ndarray, rate_hz: int, codec: str) -> Path:
    """Encode mono samples by FFmpeg."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate_hz, layout="mono")
        stream.bit_rate = 128_000
        frame = av.AudioFrame.from_ndarray(samples[None].astype(np.float32), format="fltp", layout="mono")
        frame.sample_rate = rate_hz
        for part in av.AudioResampler(stream.format, "mono", rate_hz, stream.frame_size or 1024).resample(frame):
            container.mux(stream.encode(part))
        container.mux(stream.encode())
    return path


def loudness(samples: np.ndarray, rate_hz: int) -> float:
    return pyloudnorm.Meter(rate_hz).integrated_loudness(samples.astype(np.float64))


def white(length: int, level: float) -> np.ndarray:
    return np.random.default_rng(0).normal(0, level, length).astype(np.float32)


def hum(length: int, rate_hz: int, level: float, mains_hz: float = 50.0) -> np.ndarray:
    time = np.arange(length) / rate_hz
    return (level * sum(np.sin(2 * np.pi * mains_hz * n * time + n) / n for n in range(1, 6))).astype(np.float32)


def snr(truth: np.ndarray, heard: np.ndarray) -> float:
    """Signal-to-noise ratio against known truth, free of the gain."""
    heard = heard * (truth @ heard) / (heard @ heard)
    return float(10 * np.log10((truth @ truth) / ((truth - heard) @ (truth - heard))))


def test_a_good_recording_serves_as_it_is(prepare, voice, tmp_path):
    samples, rate_hz = voice
    at_level = samples * 10 ** ((-23 - loudness(samples, rate_hz)) / 20)
    item, _ = prepare(written(tmp_path, at_level, rate_hz))
    assert item.prepared is None
    assert item.steps == item.problems == ()
    assert item.quality > 0.8
    assert item.duration_s == pytest.approx(len(samples) / rate_hz, abs=0.001)


@pytest.mark.parametrize("gain_db", [-20, 5])
def test_recordings_are_brought_to_one_loudness_without_clipping(prepare, voice, tmp_path, gain_db):
    samples, rate_hz = voice
    item, heard = prepare(written(tmp_path, np.clip(samples * 10 ** (gain_db / 20), -1, 1), rate_hz))
    assert "-23 LUFS" in item.steps[-1]
    assert loudness(heard, rate_hz) == pytest.approx(-23, abs=0.3)
    assert np.abs(heard).max() < 1
    assert prepare(written(tmp_path, samples * 0.1, rate_hz, "quiet.wav"), level=False)[0].prepared is None


@pytest.mark.parametrize(("name", "codec"), [("a.m4a", "aac"), ("a.wma", "wmav2"), ("a.mp4", "aac"), ("a.mka", "ac3")])
def test_what_libsndfile_cannot_read_is_decoded_by_ffmpeg(prepare, voice, tmp_path, name, codec):
    samples = resample_poly(voice[0], 44100, voice[1])
    item, heard = prepare(encoded(tmp_path / name, samples, 44100, codec), level=False)
    assert "decoded to wav" in item.steps
    assert item.quality > 0.7
    part = samples[44100:88200]
    start = int(np.argmax(np.correlate(heard[22050:132300], part, "valid"))) + 22050  # codecs move it by some frames
    assert abs(start - 44100) < 5000
    assert snr(part, heard[start : start + len(part)]) > 12


def test_hum_is_found_and_taken_out(prepare, voice, tmp_path):
    samples, rate_hz = voice
    humming = samples + hum(len(samples), rate_hz, 0.02, 60.0)
    item, heard = prepare(written(tmp_path, humming, rate_hz))
    assert "hum at 60, 120" in item.steps[0]
    assert snr(samples, heard) > snr(samples, humming) + 6


def test_hum_of_a_tape_that_runs_off_speed_is_found(voice):
    samples, rate_hz = voice
    lines = find_hum(samples + hum(len(samples), rate_hz, 0.02, 51.2), rate_hz)
    np.testing.assert_allclose(lines[:3], [51.2, 102.4, 153.6], atol=0.7)


def test_heavy_hiss_is_reduced_and_the_speech_comes_closer_to_the_clean_one(prepare, voice, tmp_path):
    samples, rate_hz = voice
    noisy = samples + white(len(samples), 0.4 * float(samples.std()))
    item, heard = prepare(written(tmp_path, noisy, rate_hz))
    assert "hiss reduced" in item.steps[0]
    assert snr(samples, heard) > snr(samples, noisy) + 3
    assert "noisy" in " ".join(item.problems)
    assert prepare(written(tmp_path, noisy, rate_hz, "kept.wav"), clean=False, level=False)[0].steps == ()


def test_reducing_hiss_shifts_nothing_and_keeps_the_length():
    click = np.zeros(22050, np.float32)
    click[[3, 9000, 22040]] = 0.5
    noise = noise_power(white(22050, 1e-4), 22050)
    for size in (22050, 777):
        blocks = [click[at : at + size] for at in range(0, len(click), size)]
        out = np.concatenate(list(without_hiss(blocks, 22050, noise)))
        assert len(out) == len(click)
        np.testing.assert_array_equal(np.flatnonzero(out > 0.3), np.flatnonzero(click))


def test_real_recordings_that_are_clean_are_left_alone(ljspeech):
    for number in (1, 5, 9):
        samples, rate_hz = soundfile.read(ljspeech / f"LJ001-{number:04d}.flac", dtype="float32")
        assert plan_cleaning(samples, rate_hz).steps == ()


@pytest.mark.parametrize("snr_db", [5, 15])
def test_a_real_recording_with_known_hiss_comes_closer_to_the_clean_one(ljspeech, snr_db):
    samples, rate_hz = soundfile.read(ljspeech / "LJ001-0003.flac", dtype="float32")
    noisy = samples + white(len(samples), float(samples.std()) * 10 ** (-snr_db / 20))
    plan = plan_cleaning(noisy, rate_hz)
    cleaned = np.concatenate(list(plan.apply([noisy], rate_hz)))
    assert snr(samples, cleaned) > snr(samples, noisy) + 4


def test_bad_recordings_say_what_is_wrong_and_still_serve(prepare, voice, tmp_path):
    samples, rate_hz = voice
    good = prepare(written(tmp_path, samples, rate_hz))[0].quality
    bad = {
        "telephone": (resample_poly(samples, 8000, rate_hz), 8000),
        "clipped": (np.clip(samples * 8, -0.5, 0.5), rate_hz),
        "noisy": (samples + white(len(samples), float(samples.std())), rate_hz),
        "only": (samples[round(0.5 * rate_hz) : round(1.2 * rate_hz)], rate_hz),
    }
    for word, (spoiled, rate) in bad.items():
        item, heard = prepare(written(tmp_path, spoiled, rate, f"{word}.wav"))
        assert any(problem.startswith(word) for problem in item.problems), (word, item.problems)
        assert 0 < item.quality < good
        assert len(heard) == len(spoiled)


@pytest.mark.parametrize(
    ("name", "samples"),
    [
        ("silent", np.zeros(32000)),
        ("hiss", np.random.default_rng(0).normal(0, 0.1, 64000)),
        ("tone", 0.3 * np.sin(np.arange(64000) * 0.1)),
        ("click", np.eye(1, 16000, 8000)[0]),
        ("one", np.full(1, 0.5)),
    ],
)
def test_a_recording_without_speech_has_quality_0(prepare, tmp_path, name, samples):
    item, _ = prepare(written(tmp_path, samples, 16000, f"{name}.wav"))
    assert item.quality == 0
    assert item.problems == ("nobody speaks in it",)


def test_what_cannot_be_read_stays_in_the_list_in_order(voice, tmp_path):
    samples, rate_hz = voice
    good = written(tmp_path, samples, rate_hz, "good.wav")
    files = {"a.wav": b"", "b.mp3": b"not sound at all " * 50, "c.wav": good.read_bytes()[:44]}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    paths = [tmp_path / name for name in files] + [good]
    archive = plugin.prepare_archive(tmp_path, paths, "recording", plugin.PrepareSettings(), Job(tmp_path / "out"))
    assert [item.path for item in archive.items] == [path.name for path in paths]
    assert [item.quality > 0 for item in archive.items] == [False, False, False, True]
    for item in archive.items[:3]:
        assert item.path in item.problems[0]
        assert str(tmp_path) not in item.problems[0]


def test_a_recording_that_breaks_off_is_used_as_far_as_it_goes(prepare, voice, tmp_path):
    samples, rate_hz = voice
    whole = written(tmp_path, samples, rate_hz, "whole.flac").read_bytes()
    (tmp_path / "cut.flac").write_bytes(whole[: len(whole) // 2])
    item, heard = prepare(tmp_path / "cut.flac", level=False)
    assert 0.2 < len(heard) / len(samples) < 0.8
    assert item.duration_s == pytest.approx(len(heard) / rate_hz, abs=0.01)
    assert any("breaks off" in problem for problem in item.problems)


def stereo_case(voice, name: str) -> np.ndarray:
    left = voice[0]
    right = {
        "same": left * 0.8,
        "empty": white(len(left), 1e-4),
        "cancelling": -0.9 * left,
        "apart": np.roll(left[::-1], 5000),
    }[name]
    return np.stack([left, right], axis=1)


@pytest.mark.parametrize(
    ("name", "step", "note"),
    [
        ("same", "(mix)", ""),
        ("empty", "(left)", "right channel is empty"),
        ("cancelling", "(left)", "cancel"),
        ("apart", "(mix)", "two speakers"),
    ],
)
def test_stereo_is_brought_to_one_channel_without_losing_the_voice(prepare, voice, tmp_path, name, step, note):
    item, heard = prepare(written(tmp_path, stereo_case(voice, name), voice[1]))
    assert step in item.steps[0]
    assert note in " ".join(item.problems)
    assert heard.ndim == 1
    if name != "apart":
        assert snr(voice[0], heard) > 25


def test_the_editor_can_choose_a_channel(prepare, voice, tmp_path):
    _, heard = prepare(written(tmp_path, stereo_case(voice, "apart"), voice[1]), channel="left")
    assert snr(voice[0], heard) > 40


def test_preparing_repeats_to_the_byte(voice, tmp_path):
    samples, rate_hz = voice
    path = written(tmp_path, samples + white(len(samples), 0.4 * float(samples.std())), rate_hz)
    made = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        plugin.prepare_archive(tmp_path, [path], "recording", plugin.PrepareSettings(), Job(tmp_path / name))
        made.append({file.name: file.read_bytes() for file in sorted((tmp_path / name).iterdir())})
    assert made[0] == made[1]
    assert len(made[0]) == 2


def asset_of(path: Path, duration_s: float = 0.0) -> Asset:
    item = ArchiveItem(path=path.name, medium="recording", sha256="0" * 64, quality=1, duration_s=duration_s)
    return Asset(item, path)


@pytest.fixture(scope="module")
def measured(voice, tmp_path_factory):
    folder = tmp_path_factory.mktemp("measured")
    path = written(folder, voice[0], voice[1])
    return plugin.extract_features(asset_of(path), plugin.MeasureSettings(), Job(folder / "out"))


def test_mfcc_is_the_dct_of_the_log_mel_spectrogram():
    samples = white(RATE_HZ, 0.1)
    mel = librosa.feature.melspectrogram(
        y=samples, sr=RATE_HZ, n_fft=512, win_length=400, hop_length=160, n_mels=80, pad_mode="constant"
    )
    expected = dct(10 * np.log10(np.maximum(mel, 1e-10)), axis=0, type=2, norm="ortho")[:20].T
    np.testing.assert_allclose(mfcc_of(samples, 20, 80), expected, atol=1e-3)


def test_frames_are_ten_milliseconds_apart_and_arrays_agree(measured, voice):
    arrays = measured.load_arrays()
    frames = int(len(voice[0]) / voice[1] / 0.01) + 1
    assert arrays["mfcc"].shape == (frames, 20)
    for name in ("f0_hz", "energy_db", "speech"):
        assert arrays[name].shape == (frames,)
    assert arrays["speech_s"].shape == (measured.facts["stretches"], 2)


def test_speech_is_found_where_it_is(measured, spoken):
    speech = spoken(TEXT, pause_s=0.6)
    parts = measured.load_arrays()["speech_s"]
    assert parts[0, 0] == pytest.approx(0.6, abs=0.08)
    assert parts[-1, 1] == pytest.approx(speech.duration_s - 0.6, abs=0.15)


def test_facts_say_what_the_voice_is_like(measured, spoken):
    slow = spoken(TEXT, pause_s=0.6)
    high = spoken(TEXT, pause_s=0.6, pitch=90, rate_wpm=220)
    facts = {}
    for name, speech in {"slow": slow, "high": high}.items():
        path = speech.file(speech.audio)
        facts[name] = plugin.extract_features(asset_of(path), plugin.MeasureSettings(), Job(speech.folder / "f")).facts
    assert facts["high"]["pitch_hz"] > 1.3 * facts["slow"]["pitch_hz"]
    assert facts["high"]["syllables_per_s"] > 1.15 * facts["slow"]["syllables_per_s"]
    assert 2.5 < facts["slow"]["syllables_per_s"] < 6
    assert 0.3 < facts["slow"]["voiced_share"] < 0.95


def test_pitch_of_a_known_tone_is_exact(tmp_path):
    time = np.arange(3 * 16000) / 16000
    pulses = sum(np.sin(2 * np.pi * 140 * n * time) / n for n in range(1, 20))
    beat = (np.sin(2 * np.pi * 1.5 * time) > -0.6) * pulses * 0.1  # it pauses, or it would not be speech
    path = written(tmp_path, beat, 16000)
    features = plugin.extract_features(asset_of(path), plugin.MeasureSettings(), Job(tmp_path / "out"))
    assert features.facts["pitch_hz"] == pytest.approx(140, abs=0.5)


def test_a_long_recording_is_measured_as_if_in_one_piece(voice, tmp_path):
    samples, rate_hz = voice
    long = np.tile(samples, int(np.ceil(70 * rate_hz / len(samples))))[: 70 * rate_hz]
    features = plugin.extract_features(
        asset_of(written(tmp_path, long, rate_hz)), plugin.MeasureSettings(), Job(tmp_path / "out")
    )
    arrays = features.load_arrays()
    assert len(arrays["mfcc"]) == 7001
    whole = mfcc_of(librosa.resample(long, orig_sr=rate_hz, target_sr=RATE_HZ, res_type="soxr_hq"), 20, 80)
    inner = slice(10, 6990)
    assert np.median(np.abs(arrays["mfcc"][inner] - whole[inner])) < 0.05
    seams = np.abs(np.diff(arrays["mfcc"], axis=0)).max(axis=1)
    assert seams[[2999, 5999]].max() <= np.percentile(seams, 99.5)


def test_an_unreadable_recording_is_an_error_with_its_name(tmp_path):
    (tmp_path / "x.wav").write_bytes(b"nothing")
    with pytest.raises(AudioUnreadable, match=r"x\.wav"):
        plugin.extract_features(asset_of(tmp_path / "x.wav"), plugin.MeasureSettings(), Job(tmp_path / "out"))


def test_measuring_stops_when_the_user_stops_it(voice, tmp_path):
    stop = Event()
    stop.set()
    path = written(tmp_path, voice[0], voice[1])
    with pytest.raises(Cancelled):
        plugin.extract_features(asset_of(path), plugin.MeasureSettings(), Job(tmp_path / "out", cancelled=stop))
    with pytest.raises(Cancelled):
        plugin.prepare_archive(
            tmp_path, [path], "recording", plugin.PrepareSettings(), Job(tmp_path / "out", cancelled=stop)
        )
