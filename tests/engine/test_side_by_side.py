"""Lines made side by side: the same film, the same report, the same errors as one after the other."""

from __future__ import annotations

import shutil
import threading
import time

import pytest
from tintype import ProviderInfo, hookimpl
from tintype.cli import app
from tintype.documents import Speech
from tintype.errors import Cancelled, SpeechFailed
from tintype.pipeline import make_film
from tintype.plugins import Plugins
from tintype.progress import NEARLY, Run
from tintype.project import read_project
from tintype.side_by_side import cores, side_by_side
from typer.testing import CliRunner

LINES = 6
DEADLINE_S = 20.0


@pytest.fixture
def speaking(fake):
    """A fake whose speech meets others on the way: it waits until ``together`` of them are running."""

    class Speaking(type(fake)):
        def __init__(self, *, threadsafe: bool = True, together: int = 1) -> None:
            super().__init__()
            self.threadsafe = threadsafe
            self.meeting = threading.Barrier(together)
            self.running = 0
            self.most = 0
            self.counting = threading.Lock()
            self.failing: dict[str, float] = {}

        @hookimpl
        def describe_provider(self) -> ProviderInfo:
            info = super().describe_provider()
            return ProviderInfo(**{**vars(info), "threadsafe": self.threadsafe})

        @hookimpl
        def synthesize_speech(self, text: str, language: str, job) -> Speech:
            with self.counting:
                self.running += 1
                self.most = max(self.most, self.running)
            try:
                self.meeting.wait(DEADLINE_S)
                for word, delay_s in self.failing.items():
                    if word in text:
                        time.sleep(delay_s)
                        raise SpeechFailed(f"{text} cannot be spoken.", hint="Write something else.")
                return super().synthesize_speech(text, language, job)
            finally:
                with self.counting:
                    self.running -= 1

    return Speaking


@pytest.fixture
def film(film_toml):
    head = film_toml.read_text().split("[[line]]")[0]
    lines = "".join(f'[[line]]\nid = "l{n}"\ntext = "Words {n}."\nsource = "A letter"\n' for n in range(LINES))
    film_toml.write_text(head + lines)
    return film_toml


def make(film, provider, *, jobs: int, run: Run | None = None) -> Run:
    plugins = Plugins()
    plugins.register("fake", provider)
    run = run or Run()
    make_film(read_project(film), plugins, run, jobs=jobs)
    return run


def files_made(film) -> dict[str, bytes]:
    """Everything that the stages left, before it is signed and laid out."""
    cache = film.parent / ".tintype" / "cache"
    return {str(path.relative_to(cache)): path.read_bytes() for path in cache.rglob("*") if path.is_file()}


def test_lines_of_a_stage_run_at_the_same_time(film, speaking):
    provider = speaking(together=3)
    make(film, provider, jobs=3)
    assert provider.most == 3


def test_no_more_than_asked_for(film, speaking):
    provider = speaking(together=2)
    make(film, provider, jobs=2)
    assert provider.most == 2


def test_a_provider_that_does_not_say_it_can_is_called_once_at_a_time(film, speaking):
    provider = speaking(threadsafe=False)
    make(film, provider, jobs=4)
    assert provider.most == 1


def test_the_results_and_the_report_are_those_of_a_serial_run(film, speaking):
    serial = make(film, speaking(), jobs=1).report()
    made_serially = files_made(film)
    shutil.rmtree(film.parent / ".tintype")
    assert make(film, speaking(together=2), jobs=2).report() == serial
    assert files_made(film) == made_serially


def test_a_second_run_reuses_everything(film, speaking):
    make(film, speaking(together=2), jobs=2)
    again = make(film, speaking(), jobs=2)
    assert again.made == []
    assert [subject for stage, subject in again.reused if stage == "synthesize_speech"] == [
        f"l{n}" for n in range(LINES)
    ]


def test_two_lines_with_the_same_words_are_made_once(film, speaking):
    film.write_text(film.read_text().replace("Words 3.", "Words 1."))
    provider = speaking()
    run = make(film, provider, jobs=4)
    assert sum(call == "synthesize_speech Words 1." for call in provider.calls) == 1
    assert ("synthesize_speech", "l1") in run.made
    assert ("synthesize_speech", "l3") in run.reused


def test_the_error_is_that_of_the_first_line_in_order_and_finished_lines_are_kept(film, speaking):
    provider = speaking(together=3)
    provider.failing = {"Words 1.": 0.3, "Words 2.": 0.0}
    with pytest.raises(SpeechFailed, match="Words 1"):
        make(film, provider, jobs=3)
    later = speaking()
    make(film, later, jobs=1)
    assert "synthesize_speech Words 0." not in later.calls
    assert "synthesize_speech Words 1." in later.calls


def test_after_an_error_no_further_line_is_begun(film, speaking):
    provider = speaking()
    provider.failing = {"Words 0.": 0.0}
    with pytest.raises(SpeechFailed):
        make(film, provider, jobs=2)
    assert sum(call.startswith("synthesize_speech") for call in provider.calls) < LINES - 1


def test_cancelling_stops_all_that_run_and_a_later_run_goes_on(film, speaking):
    run = Run()

    class Stopper:
        def stage_changed(self, stage, message):
            if stage.stage == "synthesize_speech" and stage.made == 1:
                run.cancelled.set()

    run.watcher = Stopper()
    first = speaking(together=2)
    with pytest.raises(Cancelled):
        make(film, first, jobs=2, run=run)
    later = speaking()
    make(film, later, jobs=2)
    spoken = [call for provider in (first, later) for call in provider.calls if call.startswith("synthesize_speech")]
    assert set(spoken) == {f"synthesize_speech Words {n}." for n in range(LINES)}
    assert sum(call.startswith("synthesize_speech") for call in later.calls) >= 1


def test_progress_never_goes_back_and_ends_at_the_total(film, speaking):
    seen: list[float] = []

    class Watcher:
        def stage_changed(self, stage, message):
            if stage.stage == "synthesize_speech":
                seen.append(stage.done)

    make(film, speaking(together=2), jobs=2, run=Run(Watcher()))
    assert seen[0] == 0
    assert seen[-1] == LINES
    assert max(seen[index] - seen[index + 1] for index in range(len(seen) - 1)) < 0.01


def test_what_is_running_counts_by_its_fraction_and_is_done_only_when_it_is_there():
    run = Run()
    run.begin("synthesize_speech", 2)
    run.moved("synthesize_speech", "one", 0.5, "")
    run.moved("synthesize_speech", "two", 1.0, "")
    assert run.stages["synthesize_speech"].done == pytest.approx(0.5 + NEARLY)
    run.finished("synthesize_speech", "two", reused=False)
    assert run.stages["synthesize_speech"].done == pytest.approx(1.5)
    run.finished("synthesize_speech", "one", reused=False)
    assert run.stages["synthesize_speech"].done == 2


def test_work_that_has_not_begun_is_dropped_when_something_is_raised():
    begun = []

    def work(number: int) -> None:
        begun.append(number)
        time.sleep(0.05)

    def start_ten_and_fail() -> None:
        with side_by_side(1) as start:
            for number in range(10):
                start(work, number)
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        start_ten_and_fail()
    assert len(begun) < 10


def test_the_budget_is_the_cores_unless_the_command_says_otherwise(film):
    assert cores() >= 1
    done = CliRunner().invoke(app, ["run", str(film), "--jobs", "0"])
    assert done.exit_code == 2
    assert f"[default: {cores()}]" in " ".join(CliRunner().invoke(app, ["run", "--help"]).output.split())
