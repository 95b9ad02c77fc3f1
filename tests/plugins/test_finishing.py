"""The finish: loudness of the whole programme, peaks, voices at one level, looks, fades."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyloudnorm
import pytest
import soundfile
from scipy.signal import butter, resample_poly, sosfilt
from tintype import Job
from tintype.documents import (
    ColourClip,
    Film,
    Frame,
    Move,
    PictureClip,
    PortraitClip,
    SoundClip,
    TitleClip,
    Track,
)
from tintype.errors import AudioUnreadable, Cancelled
from tintype.plugins import Plugins
from tintype_finishing import FinishingSettings
from tintype_finishing.finish import finish
from tintype_finishing.limiter import limited
from tintype_finishing.looks import LOOKS, filters_of
from tintype_finishing.loudness import Programme
from tintype_finishing.mix import MONO_PAN, RATE_HZ, Source, chunks

FPS = 24.0


def syllables(duration_s: float, level_db: float, rate_hz: int, seed: int) -> np.ndarray:
    """Noise that comes and goes like speech, with pauses, at an RMS level."""
    rng = np.random.default_rng(seed)
    count = round(duration_s * rate_hz)
    band = sosfilt(butter(2, [150, 4000], "bandpass", fs=rate_hz, output="sos"), rng.normal(size=count))
    times = np.arange(count) / rate_hz
    envelope = np.clip(np.sin(2 * np.pi * 4 * times) + 0.4, 0, None) * (np.sin(2 * np.pi * 0.35 * times) > -0.7)
    sound = band * envelope
    return (sound * 10 ** (level_db / 20) / np.sqrt(np.mean(sound**2))).astype(np.float32)


class Edits:
    """Makes edits with real sound files."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def sound(self, name: str, samples: np.ndarray, rate_hz: int = 22050) -> str:
        path = self.root / f"{name}.wav"
        soundfile.write(path, samples, rate_hz, subtype="FLOAT")
        return path.name

    def voice(self, name, start_s, duration_s=4.0, level_db=-26.0, rate_hz=22050, seed=1, **fields) -> SoundClip:
        path = self.sound(name, syllables(duration_s, level_db, rate_hz, seed), rate_hz)
        return SoundClip(id=name, line=name, path=path, start_s=start_s, duration_s=duration_s, **fields)

    def bed(self, duration_s, level_db=-60.0) -> SoundClip:
        noise = np.random.default_rng(9).normal(size=round(duration_s * 48000)) * 10 ** (level_db / 20)
        return SoundClip(
            id="bed", path=self.sound("bed", noise.astype(np.float32), 48000), start_s=0, duration_s=duration_s
        )

    def film(self, *sounds: SoundClip, duration_s=30.0, pictures=()) -> Film:
        return Film(
            title="A film", subject="Ada", width_px=320, height_px=180, fps=FPS, duration_s=duration_s,
            tracks=(
                Track(name="Pictures", kind="picture", clips=tuple(pictures)),
                Track(name="Voice", kind="sound", clips=tuple(clip for clip in sounds if clip.line)),
                Track(name="Bed", kind="sound", clips=tuple(clip for clip in sounds if not clip.line)),
            ),
        )  # fmt: skip

    def finish(self, film: Film, **settings) -> Film:
        folder = self.root / "edit"
        folder.mkdir(exist_ok=True)
        return finish(film, self.root, FinishingSettings(**settings), Job(folder))

    def played(self, film: Film) -> np.ndarray:
        """The mix, made here by other means: whole files, linear fades, both channels alike."""
        mixed = np.zeros(round(film.duration_s * RATE_HZ))
        for clip in film.clips():
            if not isinstance(clip, SoundClip):
                continue
            samples, rate = soundfile.read(self.root / clip.path)
            samples = resample_poly(samples, RATE_HZ, rate)[round(clip.offset_s * RATE_HZ) :]
            times = np.arange(round(clip.duration_s * RATE_HZ)) / RATE_HZ
            sound = np.pad(samples, (0, len(times)))[: len(times)]
            if clip.fade_in_s:
                sound *= np.clip(times / clip.fade_in_s, 0, 1)
            if clip.fade_out_s:
                sound *= np.clip((clip.duration_s - times) / clip.fade_out_s, 0, 1)
            start = round(clip.start_s * RATE_HZ)
            sound = sound[: len(mixed) - start] * 10 ** (clip.gain_db / 20) * MONO_PAN
            mixed[start : start + len(sound)] += sound
        return np.stack([mixed, mixed], axis=1)


@pytest.fixture
def edits(tmp_path) -> Edits:
    return Edits(tmp_path)


def lufs(samples: np.ndarray) -> float:
    return pyloudnorm.Meter(RATE_HZ).integrated_loudness(samples)


def sounds(film: Film) -> dict[str, SoundClip]:
    return {clip.id: clip for clip in film.clips() if isinstance(clip, SoundClip)}


@pytest.mark.parametrize("target", [-23.0, -16.0, -30.0])
def test_the_programme_has_the_loudness_that_was_asked_for(edits, target):
    film = edits.film(edits.voice("one", 2), edits.voice("two", 12, level_db=-32, seed=2), edits.bed(30))
    finished = edits.finish(film, loudness_lufs=target)
    assert lufs(edits.played(finished)) == pytest.approx(target, abs=0.5)
    assert finished.loudness_lufs == target
    assert finished.metadata["loudness"]["integrated_lufs"] == pytest.approx(target, abs=0.1)


def test_silence_between_the_voices_does_not_change_the_loudness(edits):
    short = edits.finish(edits.film(edits.voice("one", 2), duration_s=10))
    long = edits.finish(edits.film(edits.voice("one", 2), duration_s=60))
    assert sounds(short)["one"].gain_db == pytest.approx(sounds(long)["one"].gain_db, abs=0.05)


def test_voices_come_to_one_level_and_the_bed_moves_with_them(edits):
    film = edits.film(edits.voice("one", 1), edits.voice("two", 8, level_db=-34, seed=1), edits.bed(30))
    made = sounds(edits.finish(film))
    assert made["two"].gain_db - made["one"].gain_db == pytest.approx(8.0, abs=0.2)
    assert made["one"].gain_db + 4 == pytest.approx(made["bed"].gain_db, abs=0.2)
    kept = sounds(edits.finish(film, level_voices=False))
    assert kept["two"].gain_db == pytest.approx(kept["one"].gain_db, abs=1e-6)


def test_an_editors_own_gain_between_sounds_is_kept(edits):
    film = edits.film(edits.voice("one", 1), edits.bed(30).model_copy(update={"gain_db": -6.0}))
    made = sounds(edits.finish(film, level_voices=False))
    assert made["one"].gain_db - made["bed"].gain_db == pytest.approx(6.0, abs=1e-6)


def with_bursts(edits: Edits, name: str, start_s: float) -> SoundClip:
    """A voice with consonants 22 dB above its mean."""
    samples = syllables(4.0, -26.0, 22050, 1)
    samples[11025::22050] = 0.6
    return SoundClip(id=name, line=name, path=edits.sound(name, samples), start_s=start_s, duration_s=4.0)


@pytest.mark.parametrize("target", [-23.0, -16.0, -11.0])
def test_the_true_peak_stays_below_its_limit_and_the_loudness_is_kept(edits, target):
    film = edits.film(with_bursts(edits, "one", 2), edits.voice("two", 12, seed=2), edits.bed(30))
    finished = edits.finish(film, loudness_lufs=target)
    played = edits.played(finished).astype(np.float32)
    assert Programme.of([played]).peak_dbtp() <= -1.0
    assert finished.metadata["loudness"]["true_peak_dbtp"] <= -1.0
    if target <= -16:
        assert lufs(played) == pytest.approx(target, abs=0.5)
    assert finished.metadata["loudness"]["limited"] == (
        [] if target == -23 else finished.metadata["loudness"]["limited"]
    )


def test_only_the_sound_that_peaks_is_limited_and_the_original_is_kept(edits):
    film = edits.film(with_bursts(edits, "one", 2), edits.voice("two", 12, seed=2))
    before = (edits.root / "one.wav").read_bytes()
    finished = edits.finish(film, loudness_lufs=-16)
    assert finished.metadata["loudness"]["limited"] == ["one"]
    assert sounds(finished)["one"].path == "edit/one.limited.wav"
    assert sounds(finished)["two"].path == "two.wav"
    assert (edits.root / "one.wav").read_bytes() == before


def test_the_limiter_holds_the_ceiling_between_samples_and_leaves_the_rest_alone():
    rng = np.random.default_rng(4)
    samples = (rng.normal(size=(RATE_HZ, 2)) * 0.05).astype(np.float32)
    samples[20000:20020] = 0.9
    made = limited(samples, 0.3)
    assert Programme.of([made]).peak_dbtp() <= 20 * np.log10(0.3) + 0.05
    assert np.array_equal(made[:19000], samples[:19000])
    assert np.abs(made[-4800:] - samples[-4800:]).max() < 1e-3
    quiet = samples[:15000]
    assert np.array_equal(limited(quiet, 0.9), quiet)


def test_loudness_agrees_with_pyloudnorm_whatever_the_chunks(edits):
    rng = np.random.default_rng(7)
    samples = np.stack([syllables(13.37, -24, RATE_HZ, 3), rng.normal(size=round(13.37 * RATE_HZ)) * 0.01], axis=1)
    for size in (len(samples), 48000, 12345):
        parts = [samples[at : at + size].astype(np.float32) for at in range(0, len(samples), size)]
        assert Programme.of(parts).lufs() == pytest.approx(lufs(samples), abs=0.02)


def test_the_reference_tone_of_the_recommendation_reads_as_it_should():
    tone = 10 ** (-23 / 20) * np.sin(2 * np.pi * 997 * np.arange(RATE_HZ * 10) / RATE_HZ)
    both = np.stack([tone, tone], axis=1).astype(np.float32)
    assert Programme.of([both]).lufs() == pytest.approx(-23.0, abs=0.1)  # EBU Tech 3341, case 1: stereo at -23 dBFS


def test_a_peak_between_samples_is_found():
    # EBU Tech 3341, case 16: a quarter of the rate at 45 degrees has its samples 3 dB below its peaks.
    tone = 0.5 * np.sin(np.pi / 2 * np.arange(RATE_HZ) + np.pi / 4)
    both = np.stack([tone, tone], axis=1).astype(np.float32)[200:-200]
    assert np.abs(both).max() == pytest.approx(0.3536, abs=1e-3)
    assert Programme.of([both[:10000], both[10000:]]).peak_dbtp() == pytest.approx(-6.0, abs=0.4)


def test_silence_has_no_loudness_and_no_peak():
    silence = np.zeros((RATE_HZ, 2), np.float32)
    assert Programme.of([silence]).lufs() == float("-inf")
    assert Programme.of([]).lufs() == float("-inf")
    assert Programme.of([silence]).peak_dbtp() == float("-inf")


def test_a_silent_film_is_left_as_it_is(edits):
    path = edits.sound("one", np.zeros(22050, np.float32))
    film = edits.film(SoundClip(id="one", line="one", path=path, start_s=1, duration_s=1))
    finished = edits.finish(film)
    assert finished.loudness_lufs is None
    assert sounds(finished)["one"].gain_db == 0.0


def test_a_film_without_sound_is_finished_too(edits):
    finished = edits.finish(edits.film())
    assert finished.loudness_lufs is None
    assert Film.load(edits.root / "edit") == finished


def test_the_mix_is_the_same_in_any_chunks(edits):
    voice = edits.voice("one", 1.3, rate_hz=16000, fade_in_s=0.5, fade_out_s=1.0, offset_s=0.0)
    sources = [Source.of(voice, edits.root)]
    whole = np.concatenate(list(chunks(sources, 6.0, {}, chunk_s=60)))
    parts = np.concatenate(list(chunks(sources, 6.0, {}, chunk_s=0.7)))
    assert np.abs(whole - parts).max() < 2e-3 * np.abs(whole).max()


def test_offset_and_stereo_are_played_as_they_are(edits):
    times = np.arange(48000) / 48000
    stereo = np.stack([0.2 * np.sin(2 * np.pi * 300 * times), np.zeros(48000)], axis=1)
    path = edits.sound("pair", stereo.astype(np.float32), 48000)
    clip = SoundClip(id="pair", path=path, start_s=0, duration_s=0.5, offset_s=0.25)
    mixed = next(chunks([Source.of(clip, edits.root)], 1.0, {}))
    assert np.abs(mixed[:24000] - stereo[12000:36000]).max() < 1e-3
    assert np.abs(mixed[24000:]).max() == 0


def test_a_sound_that_starts_in_mid_wave_gets_a_fade_of_one_frame(edits):
    tone = (0.2 * np.cos(2 * np.pi * 100 * np.arange(48000) / 48000)).astype(np.float32)
    path = edits.sound("tone", tone, 48000)
    cut = SoundClip(id="cut", line="cut", path=path, start_s=1, duration_s=0.5)
    quiet = edits.voice("quiet", 4)
    made = sounds(edits.finish(edits.film(cut, quiet)))
    assert made["cut"].fade_in_s == made["cut"].fade_out_s == pytest.approx(1 / FPS)


def test_a_bed_that_runs_on_into_itself_is_not_faded_at_the_seam(edits):
    noise = np.random.default_rng(2).normal(size=48000 * 4).astype(np.float32) * 0.05
    path = edits.sound("bed", noise, 48000)
    beds = [SoundClip(id=f"bed-{at}", path=path, start_s=at, duration_s=4) for at in (0, 4)]
    made = sounds(edits.finish(edits.film(*beds, duration_s=8)))
    assert (made["bed-0"].fade_in_s, made["bed-0"].fade_out_s) == (pytest.approx(1 / FPS), 0)
    assert (made["bed-4"].fade_in_s, made["bed-4"].fade_out_s) == (0, pytest.approx(1 / FPS))


def test_a_missing_sound_is_named(edits):
    clip = SoundClip(id="one", line="one", path="lines/one/speech.wav", start_s=0, duration_s=1)
    with pytest.raises(AudioUnreadable, match=r"lines/one/speech\.wav"):
        edits.finish(edits.film(clip))


def test_finishing_can_be_stopped(edits):
    job = Job(edits.root)
    job.cancelled.set()
    with pytest.raises(Cancelled):
        finish(edits.film(edits.voice("one", 1)), edits.root, FinishingSettings(), job)


WHOLE = Frame(x=0, y=0, width=1, height=1)


def pictures():
    still = PictureClip(
        id="still", start_s=0, duration_s=10, path="a.png", width_px=64, height_px=36,
        move=Move(start=WHOLE, end=WHOLE), fade_in_s=2.0,
    )  # fmt: skip
    portrait = PortraitClip(id="portrait", start_s=10, duration_s=10, head="head.glb", face=None)
    title = TitleClip(id="title", start_s=20, duration_s=5, text="The end", style="title")
    colour = ColourClip(id="colour", start_s=25, duration_s=5)
    return still, portrait, title, colour


@pytest.mark.parametrize("look", [name for name in LOOKS if name != "none"])
def test_a_look_lies_on_pictures_and_portraits_and_never_on_titles(edits, look):
    finished = edits.finish(edits.film(pictures=pictures()), look=look)
    kinds = {clip.id: [one.kind for one in clip.filters] for clip in finished.clips()}
    assert kinds["still"] == kinds["portrait"] == [kind for kind, _ in LOOKS[look]]
    assert kinds["title"] == kinds["colour"] == []


def test_no_look_changes_nothing(edits):
    finished = edits.finish(edits.film(pictures=pictures()))
    assert all(clip.filters == () for clip in finished.clips())


def test_the_amount_of_a_look_goes_from_nothing_to_all_of_it():
    assert filters_of("silver", 0.0) == ()
    half, full = filters_of("silver", 0.5)[0], filters_of("silver", 1.0)[0]
    assert (half.settings["saturation"], full.settings["saturation"]) == (0.5, 0.0)


def test_the_film_begins_and_ends_in_black(edits):
    finished = edits.finish(edits.film(pictures=pictures()), fade_in_s=1.0, fade_out_s=1.5)
    made = {clip.id: clip for clip in finished.clips()}
    assert made["still"].fade_in_s == 2.0  # longer already
    assert made["colour"].fade_out_s == 1.5
    assert made["portrait"].fade_in_s == made["title"].fade_out_s == 0.0


def test_finishing_twice_changes_nothing_more(edits):
    film = edits.film(edits.voice("one", 2), edits.voice("two", 12, level_db=-32, seed=2), edits.bed(30))
    once = edits.finish(film)
    twice = edits.finish(once)
    for name, clip in sounds(once).items():
        assert sounds(twice)[name].gain_db == pytest.approx(clip.gain_db, abs=0.1)


def test_the_plugin_is_found_and_takes_part(edits):
    plugins = Plugins.discover()
    plugin = plugins.provider("finish_film", "finishing")
    settings = plugins.settings("finish_film", plugin, {"look": "silver"})
    (edits.root / "edit").mkdir()
    finished = plugins.call(
        "finish_film", plugin, film=edits.film(edits.voice("one", 2)), root=edits.root, settings=settings,
        job=Job(edits.root / "edit"),
    )  # fmt: skip
    assert finished.loudness_lufs == -23.0
