"""The conformance kit finds what is wrong with a plugin, says what to change, and passes one that is right."""

from __future__ import annotations

import importlib.metadata
import inspect
import json
import random
import socket
import sys
import time
import urllib.request
from unittest import SkipTest

import numpy as np
import pytest
import soundfile
from pydantic import BaseModel, ConfigDict, Field
from tintype import STAGES, Job, ProviderInfo, Settings, hookimpl, hookspecs
from tintype.archive_files import find_files
from tintype.audio import read_audio
from tintype.documents import EmotionPoint, EmotionTrack, Speech, VoiceProfile
from tintype.errors import Cancelled, ModelMissing, TintypeError
from tintype.plugins import BrokenPlugin, Plugins
from tintype.testing import Check, checks, checks_of, describe_only
from tintype.testing.inputs import Samples
from tintype.testing.network import NetworkRefused, no_network
from tintype.voice_activity import find_speech, speech_levels

INFO = {"title": "Test", "description": "A plugin of a test.", "licence": "MIT"}


class Right:
    """A plugin with nothing wrong; the faults below each change one thing."""

    info = ProviderInfo(**INFO)

    @hookimpl
    def describe_provider(self) -> ProviderInfo:
        return self.info

    @hookimpl
    def build_voice(self, recordings, job: Job) -> VoiceProfile:
        job.progress(0.5, "half")
        return VoiceProfile(provider="test").save(job.folder)


def check_of(plugin: object, name: str, **options) -> Check:
    """One check of a plugin that is registered by hand."""
    plugins = Plugins()
    plugins.register("test", plugin)
    return next(check for check in checks_of("test", plugins=plugins, **options) if check.name == name)


CHECKS_OF_A_STAGE = (
    "declares itself",
    "describes its settings",
    "refuses unknown settings",
    "gives a valid document",
    "leaves its inputs alone",
    "gives the same again",
    "reports progress",
    "stops within a second",
    "asks for no network",
    "is polite about no recording",
    "is polite about a damaged recording",
)


@pytest.mark.parametrize("name", CHECKS_OF_A_STAGE)
def test_a_plugin_with_nothing_wrong_passes(name):
    check_of(Right(), name)()


def fails(plugin: object, name: str, message: str) -> None:
    with pytest.raises(AssertionError, match=message):
        check_of(plugin, name)()


# What a plugin declares


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"title": " "}, "title is empty"),
        ({"description": "no sentence"}, "has to be a sentence"),
        ({"licence": ""}, "licence is empty"),
        ({"media": ("smell",)}, "media has smell"),
        ({"settings": {"build_head": Settings}}, "stages that it does not implement: build_head"),
    ],
)
def test_a_plugin_that_declares_itself_badly_is_told_how(changed, message):
    class Declaring(Right):
        info = ProviderInfo(**{**INFO, **changed})

    fails(Declaring(), "declares itself", message)


def test_a_plugin_without_a_stage_is_told_so():
    fails(describe_only(ProviderInfo(**INFO))(), "declares itself", "implements no stage")


def test_a_stage_that_chooses_by_medium_needs_media():
    class Reading(describe_only(ProviderInfo(**INFO))):
        @hookimpl
        def extract_features(self, asset):
            return None

    fails(Reading(), "declares itself", "say what extract_features reads")


def with_settings(**fields):
    """The right plugin with a settings model of these fields."""
    model = type("Odd", (Settings,), {"__annotations__": {name: kind for name, (kind, _) in fields.items()}} |
                 {name: field for name, (_, field) in fields.items()})  # fmt: skip

    class Set(Right):
        info = ProviderInfo(**INFO, settings={"build_voice": model})

    return Set()


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ((int, Field(3, ge=0, le=9)), "'odd' of build_voice has no description"),
        ((int, Field(3, ge=0, description="A number.")), "no upper end"),
        ((float | None, Field(None, le=3, description="A number.")), "no lower end"),
        ((dict[str, list[int]], Field({}, description="A table.")), "no panel can draw"),
        ((list[dict[str, int]], Field([], description="A list.")), "no panel can draw"),
    ],
)
def test_a_setting_that_no_panel_can_show_is_named(field, message):
    fails(with_settings(odd=field), "describes its settings", message)


@pytest.mark.parametrize(
    "field",
    [
        (int | None, Field(None, ge=0, le=9, description="A number.")),
        (tuple[float, float], Field((0.0, 1.0), description="Two numbers.")),
        (dict[str, str], Field({}, description="A table.")),
        (bool, Field(True, description="A switch.")),
        (str, Field("", description="A text.")),
    ],
)
def test_settings_that_a_panel_can_show_pass(field):
    check_of(with_settings(fine=field), "describes its settings")()


def test_a_model_that_takes_anything_is_refused():
    class Anything(BaseModel):
        model_config = ConfigDict(extra="allow")

    class Taking(Right):
        info = ProviderInfo(**INFO, settings={"build_voice": Anything})

    fails(Taking(), "refuses unknown settings", "derive its model from tintype.Settings")


# What a stage does


def variant(body):
    """The right plugin with another ``build_voice``."""

    class Variant(Right):
        @hookimpl
        def build_voice(self, recordings, job: Job) -> VoiceProfile:
            job.progress(0.1)
            return body(recordings, job) or VoiceProfile(provider="test").save(job.folder)

    return Variant()


def test_a_document_that_was_not_saved_is_noticed():
    unsaved = variant(lambda recordings, job: VoiceProfile(provider="test"))
    fails(unsaved, "gives a valid document", "did not save its document into job.folder")


def test_a_document_of_another_kind_is_noticed():
    point = EmotionPoint(time_s=0, valence=0, arousal=0)
    other = variant(lambda recordings, job: EmotionTrack(points=(point,), confidence=1))
    fails(other, "gives a valid document", "returned EmotionTrack, and has to return VoiceProfile")


def test_a_document_that_differs_from_the_saved_one_is_noticed():
    def differing(recordings, job):
        return VoiceProfile(provider="test").save(job.folder).model_copy(update={"notes": "later"})

    fails(variant(differing), "gives a valid document", "not the one that it saved")


def test_files_that_are_named_but_not_there_are_noticed():
    naming = variant(lambda recordings, job: VoiceProfile(provider="test", arrays="voice.npz").save(job.folder))
    fails(naming, "gives a valid document", r"names voice\.npz, which is not in job\.folder")


def test_paths_of_this_machine_in_a_document_are_noticed():
    telling = variant(lambda recordings, job: VoiceProfile(provider="test", notes=str(job.folder)).save(job.folder))
    fails(telling, "gives a valid document", "names the job's folder")


def test_an_error_on_good_samples_is_noticed():
    def refusing(recordings, job):
        raise TintypeError("I will not.", hint="Ask nicely.")

    fails(variant(refusing), "gives a valid document", r"failed on the samples: I will not\. Ask nicely\.")


def test_what_differs_from_run_to_run_is_noticed():
    rolling = variant(lambda recordings, job: VoiceProfile(provider=str(random.random())).save(job.folder))
    fails(rolling, "gives the same again", r"another voice\.json: seed everything random with job\.seed")


def test_a_plugin_that_says_it_does_not_repeat_is_not_asked_to():
    class Rolling(Right):
        info = ProviderInfo(**INFO, deterministic=False)

    plugins = Plugins()
    plugins.register("test", Rolling())
    assert "gives the same again" not in {check.name for check in checks_of("test", plugins=plugins)}


def test_writing_into_the_archive_is_noticed():
    def spoiling(recordings, job):
        recordings[0].path.with_name("new.wav").write_bytes(b"mine")

    fails(variant(spoiling), "leaves its inputs alone", r"wrote outside job\.folder: archive/recordings/new\.wav")


def test_a_stage_that_never_reports_is_noticed():
    class Silent(Right):
        @hookimpl
        def build_voice(self, job: Job) -> VoiceProfile:
            return VoiceProfile(provider="test").save(job.folder)

    fails(Silent(), "reports progress", r"never calls job\.progress")


def test_progress_that_goes_backwards_is_noticed():
    fails(variant(lambda recordings, job: job.progress(0.05)), "reports progress", "goes backwards")


def test_a_stage_that_does_not_look_up_is_late_to_report_and_to_stop(monkeypatch):
    monkeypatch.setattr(checks, "PATIENCE_S", 0.1)
    sleeping = variant(lambda recordings, job: time.sleep(0.3))
    fails(sleeping, "reports progress", r"does not look at job\.check_cancelled\(\) for 0\.\d s")
    fails(sleeping, "stops within a second", r"stopped 0\.\d s after it was told to")


def test_a_stage_that_turns_being_stopped_into_an_error_is_noticed():
    def wrapping(recordings, job):
        try:
            for _ in range(100):
                time.sleep(0.01)
                job.check_cancelled()
        except Cancelled as err:
            raise TintypeError("Something went wrong.", hint="Try again.") from err

    fails(variant(wrapping), "stops within a second", "stopped, it raised TintypeError")


def test_a_traceback_instead_of_an_error_is_impolite():
    def reading(recordings, job):
        for asset in recordings:
            soundfile.read(asset.path)

    fails(variant(reading), "is polite about a damaged recording", "Raise a child of tintype.errors.TintypeError")


def test_an_error_that_does_not_say_what_to_do_is_impolite():
    def refusing(recordings, job):
        if not recordings:
            raise TintypeError("No recordings.")

    fails(variant(refusing), "is polite about no recording", "its hint not what to do")


def test_asking_for_the_network_is_noticed_even_when_the_plugin_carries_on():
    def calling(recordings, job):
        try:
            urllib.request.urlopen("http://models.example.org/weights", timeout=1)
        except OSError:
            return

    fails(variant(calling), "asks for no network", r"asked for models\.example\.org")


def test_a_model_that_is_not_here_skips_what_needs_it():
    class Needing(Right):
        info = ProviderInfo(**INFO, settings={"build_voice": type("S", (Settings,), {
            "__annotations__": {"model": str}, "model": Field("", description="Folder of the model.")})})  # fmt: skip

        @hookimpl
        def build_voice(self, settings, job: Job) -> VoiceProfile:
            if not settings.model:
                raise ModelMissing("No model is named.", hint="Download it.")
            return VoiceProfile(provider="test").save(job.folder)

    with pytest.raises(SkipTest, match=r"No model is named\. Download it\."):
        check_of(Needing(), "gives a valid document")()
    check_of(Needing(), "gives a valid document", settings={"build_voice": {"model": "here"}})()


# In another process


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Install a module of this text as the plugin ``elsewhere``."""

    def install(text: str) -> Plugins:
        site = tmp_path / "site"
        metadata = site / "tintype_elsewhere-1.0.dist-info"
        metadata.mkdir(parents=True)
        (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: tintype-elsewhere\nVersion: 1.0\n")
        (metadata / "entry_points.txt").write_text("[tintype]\nelsewhere = tintype_elsewhere\n")
        (site / "tintype_elsewhere.py").write_text(HEADER + text)
        monkeypatch.syspath_prepend(str(site))
        monkeypatch.delitem(sys.modules, "tintype_elsewhere", raising=False)
        return Plugins.discover()

    return install


HEADER = """
import os
from tintype import ProviderInfo, hookimpl
from tintype.documents import VoiceProfile

@hookimpl
def describe_provider():
    return ProviderInfo(title="Elsewhere", description="A plugin.", licence="MIT")
"""


def test_what_only_works_in_the_process_that_started_it_is_noticed(installed):
    plugins = installed("""
@hookimpl
def build_voice(job):
    return VoiceProfile(provider=str(os.getpid())).save(job.folder)
""")
    found = {check.name: check for check in checks_of("elsewhere", plugins=plugins)}
    found["gives the same again"]()
    with pytest.raises(AssertionError, match=r"another process made another voice\.json"):
        found["works in another process"]()


def test_heavy_imports_at_the_top_of_a_plugin_are_named(installed):
    plugins = installed("""
import scipy.signal

@hookimpl
def build_voice(job):
    return VoiceProfile(provider="elsewhere").save(job.folder)
""")
    found = {check.name: check for check in checks_of("elsewhere", plugins=plugins)}
    with pytest.raises(AssertionError, match="imports scipy: import them inside the hook's function"):
        found["is listed without heavy imports"]()
    found["works in another process"]()


def test_a_plugin_that_ends_the_process_is_named_with_its_last_words(installed):
    plugins = installed("""
import sys

@hookimpl
def build_voice(job):
    if sys.argv[0].endswith("another_process.py"):
        sys.stderr.write("out of luck")
        sys.stderr.flush()
        os._exit(3)
    return VoiceProfile(provider="elsewhere").save(job.folder)
""")
    found = {check.name: check for check in checks_of("elsewhere", plugins=plugins)}
    with pytest.raises(AssertionError, match=r"(?s)ended another process with status 3.*out of luck"):
        found["works in another process"]()


def test_a_plugin_that_is_not_installed_is_said_to_be_missing(plugins):
    (check,) = checks_of("nobody", plugins=plugins)
    with pytest.raises(AssertionError, match=r"no plugin called 'nobody'.*Installed: fake"):
        check()


def test_a_broken_plugin_says_why(plugins):
    plugins.broken.append(BrokenPlugin("acme", "tintype-acme 0.3", "No module named 'acme'"))
    (check,) = checks_of("acme", plugins=plugins)
    with pytest.raises(AssertionError, match=r"tintype-acme 0\.3 cannot be loaded: No module named 'acme'"):
        check()


# The samples


@pytest.mark.parametrize("stage", STAGES)
def test_samples_are_exactly_the_arguments_of_the_hook(tintype_samples, stage):
    wanted = set(inspect.signature(getattr(hookspecs, stage)).parameters) - {"settings", "job"}
    medium = "recording" if stage in checks.READ_BY_MEDIUM else ""
    assert set(tintype_samples.arguments(stage, medium)) == wanted
    for name, arguments in tintype_samples.bad_arguments(stage, medium).items():
        assert set(arguments) == wanted, name


def test_samples_are_the_same_every_time(tmp_path):
    first, second = Samples(tmp_path / "a"), Samples(tmp_path / "b")
    names = [path.relative_to(first.archive_root) for path in first.archive_root.rglob("*") if path.is_file()]
    assert len(names) == 6
    for name in names:
        assert (first.archive_root / name).read_bytes() == (second.archive_root / name).read_bytes()


def test_the_archive_has_every_medium(sample_archive):
    assert {medium: len(paths) for medium, paths in find_files(sample_archive).items()} == {
        "photo": 2,
        "recording": 1,
        "footage": 1,
        "letter": 1,
    }


def test_the_sample_speech_is_heard_where_its_words_are(sample_speech: Speech):
    samples, rate_hz = read_audio(sample_speech.file(sample_speech.audio))
    ((start_s, end_s),) = find_speech(speech_levels(samples, rate_hz))
    assert start_s == pytest.approx(sample_speech.words[0].start_s, abs=0.1)
    assert end_s == pytest.approx(sample_speech.words[-1].end_s, abs=0.1)


def test_vowels_of_the_sample_speech_have_their_resonances(sample_speech: Speech):
    samples, rate_hz = read_audio(sample_speech.file(sample_speech.audio))

    def share_above(hz: float, symbol: str) -> float:
        phone = next(phone for phone in sample_speech.phones if phone.symbol == symbol)
        part = samples[round(phone.start_s * rate_hz) : round(phone.end_s * rate_hz)]
        power = np.abs(np.fft.rfft(part * np.hanning(len(part)))) ** 2
        return power[np.fft.rfftfreq(len(part), 1 / rate_hz) > hz].sum() / power.sum()

    assert share_above(600, "ɑ") > 3 * share_above(600, "i")
    assert share_above(2500, "s") > 0.5


def test_the_film_of_the_samples_fits_together(sample_film, sample_project):
    assert {clip.line for clip in sample_film.clips()} == {line.id for line in sample_project.line}
    assert json.loads((sample_project.root / "edit/film.json").read_text())["title"] == "A sample"


def test_fixtures_start_with_no_plugin(plugin_manager):
    assert plugin_manager.all() == ()


def test_a_stage_is_run_on_the_samples_or_on_what_the_test_gives(run_stage):
    voice = run_stage("world", "build_voice", recordings=[], settings={"pitch_hz": 200})
    assert voice.pitch_hz == 200
    assert (voice.folder / "voice.json").is_file()


# The closed network


def test_a_closed_network_lets_this_machine_talk_to_itself():
    with socket.create_server(("127.0.0.1", 0)) as server, no_network() as asked_for:
        socket.create_connection(server.getsockname(), timeout=1).close()
    assert asked_for == []


def test_a_closed_network_refuses_names_and_addresses_and_opens_again():
    with no_network() as asked_for:
        with pytest.raises(NetworkRefused):
            socket.getaddrinfo("example.org", 80)
        with pytest.raises(NetworkRefused):
            socket.create_connection(("192.0.2.1", 80), timeout=0.1)
    assert asked_for == ["example.org", "192.0.2.1"]
    with pytest.raises(OSError, match=r"^(?!the network is closed)"):
        socket.create_connection(("127.0.0.1", 1), timeout=0.1)


def test_pytest_knows_the_kit_by_its_entry_point():
    points = importlib.metadata.entry_points(group="pytest11")
    assert [point.value for point in points if point.name == "tintype"] == ["tintype.testing.pytest_plugin"]
