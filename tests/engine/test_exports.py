"""The edit as other programs read it: OpenTimelineIO, SubRip, WebVTT, the cue sheet."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import numpy as np
import opentimelineio as otio
import pytest
import soundfile
from tintype.documents import (
    ColourClip,
    CrossFade,
    Film,
    Filter,
    Frame,
    Move,
    PictureClip,
    PortraitClip,
    SoundClip,
    TitleClip,
    Track,
)
from tintype.exports.cue_sheet import COLUMNS, write_cues
from tintype.exports.otio import write_otio
from tintype.exports.subtitles import write_srt, write_vtt
from tintype.exports.timecode import timecode
from tintype.project import project_from_data

FPS = 24.0
WHOLE = Frame(x=0, y=0, width=1, height=1)


def film(*tracks: Track, duration_s: float = 10.0, **fields) -> Film:
    return Film(
        title="A film", subject="Ada", width_px=320, height_px=180, fps=FPS, duration_s=duration_s, tracks=tracks,
        **fields,
    )  # fmt: skip


def subtitle(name: str, start_s: float, duration_s: float, text: str) -> TitleClip:
    return TitleClip(id=name, start_s=start_s, duration_s=duration_s, text=text, style="subtitle")


@pytest.fixture
def edit() -> Film:
    """A title, then a portrait that speaks and fades into a picture; ten seconds."""
    portrait = PortraitClip(
        id="one.portrait", line="one", start_s=2, duration_s=4, synthetic=True, head="head.glb",
        face="lines/one/face.npz", filters=(Filter(kind="bright_contrast", settings={"contrast": 4.0}),),
    )  # fmt: skip
    picture = PictureClip(
        id="house.picture", line="house", start_s=5, duration_s=5, path="lines/house/a picture.png", width_px=64,
        height_px=36, move=Move(start=WHOLE, end=WHOLE),
    )  # fmt: skip
    fade = CrossFade(from_clip="one.portrait", to_clip="house.picture", start_s=5, duration_s=1)
    voice = SoundClip(
        id="one.voice", line="one", start_s=2.5, duration_s=3, synthetic=True, path="lines/one/speech.wav", offset_s=0.5
    )
    label = TitleClip(id="label", start_s=2, duration_s=4, text="Synthetic voice", style="label")
    title = TitleClip(id="title", start_s=0, duration_s=2, text="A film", style="title")
    return film(
        Track(name="Ground", kind="picture", clips=(ColourClip(id="black", start_s=0, duration_s=10),)),
        Track(name="Pictures", kind="picture", clips=(portrait, picture), fades=(fade,)),
        Track(name="Titles", kind="title", clips=(title, label)),
        Track(name="Subtitles", kind="title", clips=(subtitle("one.sub", 2.5, 3, "First\nwords."),)),
        Track(name="Voice", kind="sound", clips=(voice,)),
        metadata={"disclosure": "Synthetic voice"},
    )


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "lines" / "one"
    folder.mkdir(parents=True)
    soundfile.write(folder / "speech.wav", np.zeros(16000 * 4), 16000)
    return tmp_path


def opened(edit: Film, root: Path):
    write_otio(edit, root, root / "film.otio")
    return otio.adapters.read_from_file(str(root / "film.otio"))


def named(timeline, name: str):
    return next(clip for clip in timeline.find_clips() if clip.name == name)


def test_every_track_of_the_timeline_lasts_as_long_as_the_film(edit, root):
    timeline = opened(edit, root)
    assert [track.name for track in timeline.tracks] == ["Ground", "Pictures", "Titles", "Subtitles", "Voice"]
    assert [track.duration().to_seconds() for track in timeline.tracks] == [10.0] * 5
    assert timeline.duration() == otio.opentime.RationalTime(240, 24)


def test_only_sound_tracks_are_audio(edit, root):
    timeline = opened(edit, root)
    kinds = {track.name: track.kind for track in timeline.tracks}
    assert kinds == dict.fromkeys(["Ground", "Pictures", "Titles", "Subtitles"], "Video") | {"Voice": "Audio"}


def test_a_cross_fade_is_a_transition_around_the_cut(edit, root):
    timeline = opened(edit, root)
    gap, portrait, transition, picture = next(track for track in timeline.tracks if track.name == "Pictures")
    assert gap.duration().to_seconds() == 2
    assert isinstance(transition, otio.schema.Transition)
    assert (transition.in_offset.value, transition.out_offset.value) == (12, 12)
    assert portrait.duration().to_seconds() + picture.duration().to_seconds() == 8
    # Both sides have the material that the fade shows of them beyond the cut.
    for clip, handle in ((portrait, transition.out_offset), (picture, transition.in_offset)):
        shown, there = clip.source_range, clip.available_range()
        room = there.end_time_exclusive() - shown.end_time_exclusive() if clip is portrait else shown.start_time
        assert room >= handle


def test_media_are_relative_urls(edit, root):
    timeline = opened(edit, root)
    assert named(timeline, "house.picture").media_reference.target_url == "lines/house/a%20picture.png"
    assert named(timeline, "one.voice").media_reference.target_url == "lines/one/speech.wav"


def test_a_sound_starts_in_its_file_where_the_edit_says(edit, root):
    timeline = opened(edit, root)
    voice = named(timeline, "one.voice")
    assert voice.source_range.start_time.to_seconds() == pytest.approx(0.5)
    assert voice.source_range.duration.to_seconds() == pytest.approx(3.0)
    assert voice.available_range().duration.to_seconds() == pytest.approx(4.0)


def test_a_portrait_names_the_rendered_film_at_the_same_time(edit, root):
    timeline = opened(edit, root)
    portrait = named(timeline, "one.portrait")
    rendered = portrait.media_references()["rendered_film"]
    assert rendered.target_url == "film.mp4"
    assert portrait.source_range.start_time.to_seconds() == 2
    assert portrait.media_reference.parameters["face"] == "lines/one/face.npz"


def test_synthetic_material_is_marked_and_nothing_else_is(edit, root):
    timeline = opened(edit, root)
    marked = {clip.name: [marker.name for marker in clip.markers] for clip in timeline.find_clips()}
    assert {name for name, markers in marked.items() if markers} == {"one.portrait", "one.voice"}
    assert marked["one.portrait"] == ["Synthetic face"]


def test_clips_keep_their_id_line_look_and_words(edit, root):
    timeline = opened(edit, root)
    portrait = named(timeline, "one.portrait")
    assert dict(portrait.metadata["tintype"])["line"] == "one"
    assert portrait.metadata["tintype"]["synthetic"] is True
    assert [effect.effect_name for effect in portrait.effects] == ["tintype.bright_contrast"]
    assert named(timeline, "one.sub").media_reference.parameters["text"] == "First\nwords."
    assert timeline.metadata["tintype"]["disclosure"] == "Synthetic voice"


def test_clips_that_overlap_without_a_fade_get_a_track_of_their_own(root):
    titles = tuple(
        TitleClip(id=name, start_s=start_s, duration_s=4, text=name, style="title")
        for name, start_s in (("a", 0), ("b", 2), ("c", 4))
    )
    timeline = opened(film(Track(name="Titles", kind="title", clips=titles)), root)
    assert [[clip.name for clip in track.find_clips()] for track in timeline.tracks] == [["a", "c"], ["b"]]
    assert [track.duration().to_seconds() for track in timeline.tracks] == [10, 10]


def test_srt_numbers_cues_in_order_of_time(tmp_path):
    clips = (subtitle("b", 3, 1.5, "Second."), subtitle("a", 1, 2, "First\nline."))
    write_srt(film(Track(name="Subtitles", kind="title", clips=clips)), tmp_path / "film.srt")
    assert (tmp_path / "film.srt").read_text("utf-8") == (
        "1\n00:00:01,000 --> 00:00:03,000\nFirst\nline.\n\n2\n00:00:03,000 --> 00:00:04,500\nSecond.\n"
    )


def test_srt_takes_subtitles_only_and_never_a_blank_line_inside_one(edit, tmp_path):
    clips = (subtitle("a", 1, 2, "One.\n\n  Two.  "), subtitle("b", 2.5, 1, "Three."), subtitle("c", 5, 1, "  "))
    write_srt(film(*edit.tracks[:3], Track(name="Subtitles", kind="title", clips=clips)), tmp_path / "film.srt")
    text = (tmp_path / "film.srt").read_text("utf-8")
    assert "Synthetic" not in text
    assert "A film" not in text
    assert "One.\nTwo.\n" in text
    assert "00:00:01,000 --> 00:00:02,500" in text  # cut where the next one starts
    assert re.findall(r"^\d+$", text, re.MULTILINE) == ["1", "2"]


def test_vtt_escapes_what_would_be_markup(tmp_path):
    clips = (subtitle("a", 1, 2, "<b>Fish & chips</b> --> now"),)
    write_vtt(film(Track(name="Subtitles", kind="title", clips=clips)), tmp_path / "film.vtt")
    assert (tmp_path / "film.vtt").read_text("utf-8") == (
        "WEBVTT\n\n00:00:01.000 --> 00:00:03.000\n&lt;b&gt;Fish &amp; chips&lt;/b&gt; --&gt; now\n"
    )


@pytest.mark.parametrize(
    ("time_s", "fps", "expected"),
    [
        (0, 24, "00:00:00:00"),
        (61.5, 24, "00:01:01:12"),
        (3599.99, 25, "01:00:00:00"),
        (1799 / (30000 / 1001), 30000 / 1001, "00:00:59;29"),
        (1800 / (30000 / 1001), 30000 / 1001, "00:01:00;02"),
        (17982 / (30000 / 1001), 30000 / 1001, "00:10:00;00"),
        (3600 / (60000 / 1001), 60000 / 1001, "00:01:00;04"),
    ],
)
def test_timecode(time_s, fps, expected):
    assert timecode(time_s, fps) == expected


@pytest.mark.parametrize("rate", [24, 25, 29.97, 30, 59.94])
def test_timecode_agrees_with_opentimelineio(rate):
    exact = {29.97: 30000 / 1001, 59.94: 60000 / 1001}.get(rate, rate)
    for frame in range(0, 120_000, 977):
        expected = otio.opentime.to_timecode(otio.opentime.RationalTime(frame, exact), exact)
        assert timecode(frame / exact, exact) == expected


@pytest.fixture
def project(root):
    return project_from_data(
        {
            "film": {"title": "A film", "seed": 7},
            "subject": {"name": "Ada"},
            "consent": {
                "basis": "estate", "granted_by": "Her granddaughter", "date": "2024-05-01", "scope": ["voice"],
                "conditions": "For one film.",
            },
            "stages": {"synthesize_speech": {"settings": {"rate_wpm": 140}}},
            "line": [{"id": "one", "text": "=First words.", "source": "A letter, 1931"}],
        },
        root / "film.toml",
    )  # fmt: skip


def rows_of(edit, project, provenance=None):
    path = project.root / "cues.csv"
    write_cues(edit, project, provenance or {}, path)
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        rows = {row["cue id"]: row for row in reader}
        assert tuple(reader.fieldnames) == COLUMNS
    return rows


def test_the_cue_sheet_lists_every_synthetic_clip_and_nothing_else(edit, project):
    assert list(rows_of(edit, project)) == ["one.portrait", "one.voice"]


def test_a_restored_archive_picture_is_a_cue_too(edit, project):
    tracks = [
        track.model_copy(update={"clips": tuple(
            clip.model_copy(update={"path": "lines/house/picture.restored.png"}) if clip.id == "house.picture" else clip
            for clip in track.clips)})
        for track in edit.tracks
    ]  # fmt: skip
    row = rows_of(film(*tracks), project)["house.picture"]
    assert (row["kind"], row["description"]) == ("restoration", "Archive picture, digitally restored")


def test_a_cue_says_when_what_whose_and_by_what(edit, project):
    made = {"one.voice": {"tool": "eSpeak NG", "version": "tintype-espeak 0.1.0", "source_assets": "tape.wav"}}
    voice = rows_of(edit, project, made)["one.voice"]
    assert (voice["timecode in"], voice["timecode out"]) == ("00:00:02:12", "00:00:05:12")
    assert (voice["duration (s)"], voice["strip"], voice["kind"]) == ("3.000", "Voice", "voice")
    assert (voice["whose words"], voice["citation"]) == ("Ada", "A letter, 1931")
    assert (voice["tool"], voice["version"]) == ("eSpeak NG", "tintype-espeak 0.1.0")
    assert voice["source assets"] == "tape.wav"
    assert voice["settings"] == "build_voice: espeak; synthesize_speech: espeak (rate_wpm = 140)"
    assert voice["seed"] == "7"
    assert voice["made on"]


def test_a_cue_names_the_consent_and_its_scope(edit, project):
    rows = rows_of(edit, project)
    assert rows["one.voice"]["consent reference"] == (
        "estate; granted by Her granddaughter; dated 2024-05-01; For one film."
    )
    assert rows["one.voice"]["consent scope"] == "voice"
    assert rows["one.portrait"]["consent scope"] == "likeness"


def test_what_only_people_know_is_left_empty(edit, project):
    voice = rows_of(edit, project)["one.voice"]
    empty = ("verbatim, edited or invented", "made by", "fact check", "approved by", "source owner")
    assert [voice[column] for column in empty] == [""] * len(empty)


def test_disclosure_is_what_the_audience_really_sees(edit, project):
    rows = rows_of(edit, project)
    assert rows["one.voice"]["how disclosed"] == "label on screen: “Synthetic voice”"
    short = TitleClip(id="label", start_s=2, duration_s=1.5, text="Synthetic voice", style="label")
    tracks = [Track(name="Titles", kind="title", clips=(short,)) if track.name == "Titles" else track
              for track in edit.tracks]  # fmt: skip
    assert rows_of(film(*tracks), project)["one.voice"]["how disclosed"].endswith("(1.0 of 3.0 s)")
    without = [track for track in edit.tracks if track.name != "Titles"]
    assert rows_of(film(*without), project)["one.voice"]["how disclosed"] == ""


def test_words_never_become_a_formula(edit, project):
    assert rows_of(edit, project)["one.voice"]["words"] == "'=First words."


def test_the_edit_may_say_more_of_a_clip(edit, project):
    tone = SoundClip(id="room-tone", start_s=0, duration_s=10, synthetic=True, path="edit/room_tone.wav")
    said = {"room-tone": {"description": "Room tone", "how disclosed": "cue sheet"}}
    row = rows_of(
        film(*edit.tracks, Track(name="Room tone", kind="sound", clips=(tone,)), metadata={"cues": said}), project
    )["room-tone"]
    assert (row["kind"], row["description"], row["how disclosed"]) == ("sound", "Room tone", "cue sheet")
    assert row["consent scope"] == ""
