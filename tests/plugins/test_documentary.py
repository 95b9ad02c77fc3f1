"""The documentary grammar: every rule has a test that fails without it."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest
import soundfile
from tintype import Job, Take
from tintype.audio import read_audio
from tintype.documents import (
    FaceTrack,
    Film,
    Frame,
    HeadModel,
    Move,
    Phone,
    PictureClip,
    PortraitClip,
    SoundClip,
    Speech,
    Still,
    TitleClip,
    Word,
)
from tintype.errors import ArchiveFileMissing, FilmFileError
from tintype.plugins import Plugins
from tintype.project import project_from_data
from tintype_documentary.clock import Clock
from tintype_documentary.composition import compose
from tintype_documentary.framing import LEAST_CHANGE, framings_of
from tintype_documentary.grammar import beats_of, plan, reading_s
from tintype_documentary.phrases import AGAINST_THE_RULES, break_cost, joined, lines_of, tokens_of, width_of
from tintype_documentary.room_tone import room_tone
from tintype_documentary.settings import DocumentarySettings
from tintype_documentary.sources import LINES_PER_PAGE, source_pages
from tintype_documentary.subtitles import GAP_FRAMES, subtitles_of, timed_words

FPS = 24.0
SIZE = (320, 180)


def speech(text: str, wpm: float = 150.0, *, synthetic: bool = True, gaps: bool = True) -> Speech:
    """A speech whose words last as long as their letters, with pauses after commas and full stops."""
    at, words = 0.12, []
    for token in text.split():
        length_s = (len(token) + 1) / (wpm * 6 / 60)
        words.append(Word(text=token.strip('.,!?“”"'), start_s=at, end_s=at + length_s))
        at += length_s + (0.3 if gaps and token[-1] in ".!?" else 0.15 if gaps and token[-1] in ",;:" else 0.0)
    end_s = words[-1].end_s if words else 1.0
    return Speech(
        sample_rate_hz=16000, duration_s=end_s + 0.12, text=text, words=tuple(words), synthetic=synthetic,
        phones=(Phone(symbol="a", start_s=0.12, end_s=end_s),), source="A voice 1.0",
    )  # fmt: skip


HEAD = HeadModel(
    photo="photos/ada.png", photo_sha256="0" * 64, width_px=512, height_px=600, face_box=(0.36, 0.22, 0.33, 0.33),
    provider="fake",
)  # fmt: skip


class Films:
    """Makes films of invented lines."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        rng = np.random.default_rng(3)
        photo = cv2.resize(rng.integers(0, 255, (30, 26, 3), dtype=np.uint8), (512, 600))
        (folder / "archive" / "photos").mkdir(parents=True)
        (folder / "edit").mkdir()
        cv2.imwrite(str(folder / "archive/photos/ada.png"), photo)

    def project(self, lines, fps=FPS, **film):
        data = {
            "film": {"title": "A Life", "size": list(SIZE), "fps": fps, "disclosure": "Synthetic voice", **film},
            "subject": {"name": "Ada Byron", "born": dt.date(1906, 12, 9), "died": 1992},
            "consent": {
                "basis": "estate", "granted_by": "her granddaughter", "date": "2024-05-01",
                "scope": ["voice", "likeness"],
            },
            "line": lines,
        }  # fmt: skip
        return project_from_data(data, self.folder / "film.toml")

    def takes(self, project) -> list[Take]:
        takes = []
        for line in project.line:
            folder = f"lines/{line.id}"
            said = speech(line.text, synthetic=line.recording is None) if line.speaks else None
            if said is not None:
                said = said.save(self.folder / folder)
            face = None
            if line.show == "portrait":
                frames = round(said.duration_s * 60)
                face = FaceTrack(np.zeros((frames, 52)), np.zeros((frames, 9)), 60)
            takes.append(Take(line, folder, said, None, face, self.still(line) if line.show == "picture" else None))
        return takes

    def still(self, line) -> Still:
        whole = Frame(x=0, y=0, width=1, height=1)
        (self.folder / "lines" / line.id).mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(self.folder / "lines" / line.id / "picture.png"), np.full((36, 64, 3), 90, np.uint8))
        return Still(
            picture="picture.png", width_px=64, height_px=36, move=Move(start=whole, end=whole), generated=False,
            archive_path="photos/house.png",
        ).save(self.folder / "lines" / line.id)  # fmt: skip

    def film(self, lines, fps=FPS, head=HEAD, **settings) -> Film:
        project = self.project(lines, fps)
        edit = self.folder / "edit"
        needed = head if any(line.show == "portrait" for line in project.line) else None
        chosen = DocumentarySettings(**{"room_tone_dbfs": -96, **settings})  # no tone unless asked: it takes time
        return compose(project, needed, self.takes(project), chosen, Job(edit))


@pytest.fixture
def films(tmp_path) -> Films:
    return Films(tmp_path)


def portrait(name, text="Life was simple before the war. After that, we had systems.", **more):
    return {"id": name, "text": text, "source": "A letter, 1931", **more}


def picture(name, duration_s=4.0, **more):
    return {"id": name, "show": "picture", "duration_s": duration_s, "source": "Photograph: the family", **more}


def card(name, text="No computer will ever ask a new question.", **more):
    return {"id": name, "show": "card", "text": text, "source": "A speech, 1960", **more}


EVERYTHING = [
    portrait("one"),
    picture("house"),
    portrait("two", "Humans are allergic to change, and they love to say so."),
    portrait("three", "I try to fight that. That is why I have a clock on my wall."),
    card("card"),
    picture("flag"),
    portrait("four", "It is easier to ask forgiveness."),
]


def track(film: Film, name: str):
    return next(one for one in film.tracks if one.name == name)


def clips(film: Film, kind):
    return [clip for clip in film.clips() if isinstance(clip, kind)]


def by_id(film: Film, name: str):
    return next(clip for clip in film.clips() if clip.id == name)


def frames(seconds: float, fps=FPS) -> float:
    return seconds * fps


@pytest.mark.parametrize("fps", [24.0, 25.0, 29.97, 50.0])
def test_every_clip_starts_and_ends_on_a_whole_frame(films, fps):
    film = films.film(EVERYTHING, fps)
    for clip in film.clips():
        for time_s in (clip.start_s, clip.duration_s):
            lies_at = frames(time_s, fps)
            if not (clip.id.endswith(".source") or ".lower-third" in clip.id):
                assert lies_at == pytest.approx(round(lies_at), abs=1e-6), clip.id
    assert film.duration_s == pytest.approx(max(clip.end_s for clip in film.clips()))


def test_pictures_follow_each_other_without_a_hole(films):
    shots = track(films.film(EVERYTHING), "Pictures").clips
    assert shots[0].start_s == 0
    for before, after in pairwise(shots):
        assert after.start_s <= before.end_s + 1e-9


def test_the_film_opens_with_its_title_and_closes_with_its_sources(films):
    film = films.film(EVERYTHING)
    shots = track(film, "Pictures").clips
    assert (shots[0].id, shots[-1].id) == ("film.title.picture", "film.sources-1.picture")
    assert by_id(film, "film.title.text").text == "A Life"
    assert by_id(film, "film.title.years").text == "1906 – 1992"
    assert shots[0].fade_in_s > 0
    assert shots[-1].fade_out_s > 0


def test_lines_keep_their_order(films):
    film = films.film(EVERYTHING)
    order = [clip.line for clip in track(film, "Pictures").clips if clip.line]
    assert order == [line["id"] for line in EVERYTHING]


def test_title_and_portrait_never_show_through_each_other(films):
    film = films.film(EVERYTHING, cross_fade_s=0.5)
    title, shot = by_id(film, "film.title.picture"), by_id(film, "one.portrait")
    assert shot.start_s == pytest.approx(title.end_s)
    assert title.fade_out_s == shot.fade_in_s == 0.5
    assert by_id(film, "one.voice").start_s >= shot.start_s + 0.5 + 0.35 - 1 / FPS


def test_the_last_line_rests_before_the_sources(films):
    film = films.film(EVERYTHING, breath_after_s=0.5)
    voice, sources = by_id(film, "four.voice"), by_id(film, "film.sources-1.picture")
    assert sources.start_s - voice.end_s == pytest.approx(1.3, abs=1 / FPS)


def test_the_face_breathes_before_and_after_it_speaks(films):
    film = films.film(
        [card("start"), portrait("one"), card("card")], breath_before_s=0.5, breath_after_s=0.75, cross_fade_s=0.5
    )
    shot, voice = by_id(film, "one.portrait"), by_id(film, "one.voice")
    assert voice.start_s - (shot.start_s + 0.5) == pytest.approx(0.5, abs=1 / FPS)
    assert (shot.end_s - 0.5) - voice.end_s == pytest.approx(0.75, abs=1 / FPS)


def test_the_face_track_runs_with_the_voice(films):
    film = films.film(EVERYTHING)
    for shot in clips(film, PortraitClip):
        voice = by_id(film, f"{shot.line}.voice")
        assert shot.start_s - shot.face_offset_s == pytest.approx(voice.start_s, abs=1e-9)


def test_voices_never_overlap_and_a_breath_lies_between(films):
    for split_cuts in (True, False):
        voices = track(films.film(EVERYTHING, split_cuts=split_cuts), "Voice").clips
        for before, after in pairwise(voices):
            assert after.start_s - before.end_s >= 0.6 - 1 / FPS


def test_shots_are_joined_by_cross_fades_of_their_overlap(films):
    made = track(films.film(EVERYTHING, cross_fade_s=0.5), "Pictures")
    fades = {(fade.from_clip, fade.to_clip): fade for fade in made.fades}
    for before, after in pairwise(made.clips):
        overlap = before.end_s - after.start_s
        if overlap > 1e-6:
            fade = fades.pop((before.id, after.id))
            assert fade.start_s == pytest.approx(after.start_s)
            assert fade.duration_s == pytest.approx(overlap) == pytest.approx(0.5)
    assert not fades


def test_portrait_to_portrait_is_a_straight_cut_to_another_framing(films):
    film = films.film(EVERYTHING)
    two, three = by_id(film, "two.portrait"), by_id(film, "three.portrait")
    assert three.start_s == pytest.approx(two.end_s)
    sizes = sorted((two.plate_height, three.plate_height))
    assert sizes[1] / sizes[0] >= LEAST_CHANGE


def test_a_picture_never_shows_through_a_face(films):
    for split_cuts in (True, False):
        made = track(films.film(EVERYTHING, split_cuts=split_cuts), "Pictures")
        kinds = {clip.id: clip.kind for clip in made.clips if clip.line in ("one", "house", "two", "flag", "four")}
        assert kinds["house.picture"] == "picture"
        for before, after in pairwise(made.clips):
            if {kinds.get(before.id), kinds.get(after.id)} == {"portrait", "picture"}:
                assert after.start_s == pytest.approx(before.end_s)


def test_one_framing_only_is_never_cut_against_itself(films):
    film = films.film(EVERYTHING, framing="wide")
    two, three = by_id(film, "two.portrait"), by_id(film, "three.portrait")
    assert two.plate_height == three.plate_height
    assert two.end_s - three.start_s == pytest.approx(0.5)
    assert ("two.portrait", "three.portrait") in [
        (fade.from_clip, fade.to_clip) for fade in track(film, "Pictures").fades
    ]


def test_framing_alternates_from_portrait_to_portrait(films):
    heights = [clip.plate_height for clip in clips(films.film(EVERYTHING), PortraitClip)]
    assert heights[0] == heights[2]
    assert heights[1] == heights[3]
    assert heights[0] < heights[1]


def test_a_picture_comes_in_under_the_end_of_a_line_at_a_phrase(films):
    film = films.film(EVERYTHING)
    voice, house = by_id(film, "one.voice"), by_id(film, "house.picture")
    said = speech(EVERYTHING[0]["text"])
    after = next(word for word in said.words if word.text == "After")
    assert house.start_s == pytest.approx(voice.start_s + after.start_s, abs=1.5 / FPS)
    assert by_id(film, "one.portrait").end_s < voice.end_s
    assert house.end_s > voice.end_s + 0.5
    assert film.metadata["cuts"]["one.portrait"] == "L cut"


def test_a_picture_never_takes_a_face_away_before_it_has_been_seen(films):
    film = films.film([portrait("one", "No, never. But I will tell you."), picture("house")])
    voice = by_id(film, "one.voice")
    assert by_id(film, "house.picture").start_s >= voice.end_s


def test_the_next_voice_begins_under_the_picture(films):
    film = films.film(EVERYTHING)
    shot, voice = by_id(film, "two.portrait"), by_id(film, "two.voice")
    assert 0.3 < shot.start_s - voice.start_s <= 0.6 + 1 / FPS
    assert shot.face_offset_s > 0
    assert film.metadata["cuts"]["two.portrait"] == "J cut"


def test_no_voice_begins_under_a_card(films):
    film = films.film([card("card"), portrait("one")])
    assert by_id(film, "one.voice").start_s >= by_id(film, "card.picture").end_s


def test_without_split_cuts_every_voice_lies_inside_its_shot(films):
    film = films.film(EVERYTHING, split_cuts=False)
    for shot in clips(film, PortraitClip):
        voice = by_id(film, f"{shot.line}.voice")
        assert shot.start_s <= voice.start_s
        assert voice.end_s <= shot.end_s
    assert film.metadata["cuts"] == {}


def test_a_picture_shows_as_long_as_the_film_says(films):
    film = films.film([card("card"), picture("house", 5.5), card("end")])
    assert by_id(film, "house.picture").duration_s == pytest.approx(5.5, abs=1 / FPS)


def test_a_picture_with_words_is_spoken_over_and_labelled(films):
    film = films.film([picture("house", 1.0, text="This is the house where I was born, by the sea.")])
    voice, shot = by_id(film, "house.voice"), by_id(film, "house.picture")
    assert shot.start_s < voice.start_s
    assert voice.end_s < shot.end_s
    label = track(film, "Label").clips[0]
    assert label.start_s <= voice.start_s
    assert label.end_s >= voice.end_s


def test_a_card_stands_as_long_as_it_takes_to_read():
    short, long = reading_s("Few words.", "", 170), reading_s("Many more words than that, " * 8, "", 170)
    assert short == 3.0
    assert long == pytest.approx(1.0 + 27 * 8 * 60 / (170 * 6), rel=0.01)
    assert reading_s("Many more words than that, " * 8, "A letter", 170) > long
    assert reading_s("Many more words than that, " * 8, "", 120) > long


def test_a_cards_own_duration_is_kept(films):
    film = films.film([card("card", duration_s=9.0)])
    assert by_id(film, "card.picture").duration_s == pytest.approx(9.0, abs=1 / FPS)


def test_the_label_stands_whenever_the_portrait_is_seen_or_a_synthetic_voice_is_heard(films):
    for split_cuts in (True, False):
        film = films.film(EVERYTHING, split_cuts=split_cuts)
        labels = track(film, "Label").clips
        assert {label.text for label in labels} == {"Synthetic voice"}
        for clip in [*clips(film, PortraitClip), *track(film, "Voice").clips]:
            assert any(label.start_s <= clip.start_s + 1e-9 and label.end_s >= clip.end_s - 1e-9 for label in labels), (
                clip.id
            )
        seen = [clip for clip in track(film, "Pictures").clips if clip.id in ("card.picture", "film.title.picture")]
        for clip in seen:
            middle_s = clip.start_s + clip.duration_s / 2
            assert not any(label.start_s < middle_s < label.end_s for label in labels)


def test_an_archive_recording_over_a_picture_needs_no_label(films):
    film = films.film([{"id": "tape", "show": "picture", "recording": "tape.wav", "text": "Her own voice."}])
    assert not [one for one in film.tracks if one.name == "Label"]
    assert by_id(film, "tape.voice").synthetic is False


@pytest.mark.parametrize("corner", ["upper right", "upper left", "lower left", "lower right"])
def test_the_label_stands_in_its_corner_inside_the_safe_area(films, corner):
    label = track(films.film([portrait("one")], label_corner=corner), "Label").clips[0]
    assert (label.y > 0.5) == corner.startswith("upper")
    assert (label.x > 0.5) == corner.endswith("right")
    assert label.align == corner.split()[1]
    assert 0.05 <= label.x <= 0.95
    assert 0.05 <= label.y <= 0.95


def test_picture_credits_keep_out_of_the_labels_corner(films):
    for corner in ("upper right", "upper left"):
        film = films.film(EVERYTHING, label_corner=corner)
        credit, label = by_id(film, "house.credit"), track(film, "Label").clips[0]
        assert credit.text == "Photograph: the family"
        assert (credit.x > 0.5) != (label.x > 0.5)
    assert not any(clip.id == "house.credit" for clip in films.film(EVERYTHING, picture_credits=False).clips())


def test_a_restored_picture_says_so_on_screen(films):
    project = films.project([picture("house"), picture("flag", source="")])
    takes = [
        replace(take, still=take.still.model_copy(update={"picture": "picture.restored.png"}))
        for take in films.takes(project)
    ]
    film = compose(project, None, takes, DocumentarySettings(), Job(films.folder / "edit"))
    assert by_id(film, "house.credit").text == "Photograph: the family, digitally restored"
    assert by_id(film, "flag.credit").text == "Digitally restored"


def test_every_quotation_has_its_source_on_the_card_and_at_the_end(films):
    film = films.film(EVERYTHING)
    assert "A speech, 1960" in by_id(film, "card.card.source").text
    closing = by_id(film, "film.sources-1.entries").text
    for source in ("A letter, 1931", "A speech, 1960", "Photograph: the family"):
        assert closing.count(source) == 1
    assert "With the consent of her granddaughter" in closing
    assert "Ada Byron is neither heard nor filmed speaking here." in closing.replace("\n", " ")


def test_headings_stand_beside_their_entries(films):
    film = films.film(EVERYTHING)
    headings, entries = (by_id(film, f"film.sources-1.{name}").text.split("\n") for name in ("headings", "entries"))
    assert len(headings) == len(entries)
    assert entries[headings.index("Pictures")] == "Photograph: the family"
    assert headings.index("Words") == entries.index("A letter, 1931")


def test_in_an_upright_film_headings_stand_above_their_entries(films):
    project = films.project(EVERYTHING, size=[180, 320])
    film = compose(project, HEAD, films.takes(project), DocumentarySettings(), Job(films.folder / "edit"))
    first, second = (by_id(film, f"film.sources-1.{name}") for name in ("headings", "entries"))
    headings, entries = first.text.split("\n"), second.text.split("\n")
    assert first.x == second.x
    assert not any(heading and entry for heading, entry in zip(headings, entries, strict=True))
    assert entries[headings.index("Words") + 1].startswith("A letter")


@pytest.mark.parametrize("size", [(1280, 720), (1080, 1080), (720, 1280), (1920, 804)])
def test_words_on_screen_fit_into_the_frame(films, size):
    project = films.project(
        [*EVERYTHING, card("long", "However large a computer is, it will not ask. " * 4)], size=size
    )
    film = compose(project, HEAD, films.takes(project), DocumentarySettings(), Job(films.folder / "edit"))
    for clip in clips(film, TitleClip):
        lines = clip.text.split("\n")
        width = max(map(width_of, lines)) * clip.size * 0.374 * size[1] / size[0]
        height = len(lines) * clip.size
        left = {"left": clip.x, "center": clip.x - width / 2, "right": clip.x - width}[clip.align]
        bottom = {"top": clip.y - height, "center": clip.y - height / 2, "bottom": clip.y}[clip.anchor]
        assert left >= 0.02, clip.id
        assert left + width <= 0.98, clip.id
        assert bottom >= 0.02, clip.id
        assert bottom + height <= 1.0, clip.id


def test_many_sources_take_several_cards(films):
    lines = [card(f"card-{number}", source=f"Letter number {number} of a long correspondence") for number in range(40)]
    project = films.project(lines)
    pages = source_pages(project, None, films.takes(project), 60)
    assert len(pages) > 1
    assert all(sum(group.height for group in page) <= LINES_PER_PAGE + 1 for page in pages)
    said = [entry for page in pages for group in page for entry in group.lines]
    assert said == [line["source"] for line in lines]
    film = films.film(lines)
    assert f"film.sources-{len(pages)}.picture" in [clip.id for clip in film.clips()]


def test_a_card_without_source_is_no_quotation(films):
    film = films.film([card("card", "In 1943 she joined the Navy.", source="")])
    assert by_id(film, "card.card.text").style == "credit"
    assert not any(clip.id == "card.card.mark" for clip in film.clips())


def test_a_long_card_stays_inside_the_frame(films):
    text = "We have tended to forget that no computer will ever ask a new question, however large it is. " * 6
    made = by_id(films.film([card("card", text)]), "card.card.text")
    assert made.y - made.size * len(made.text.splitlines()) > 0.05
    assert made.y <= 0.95
    assert made.text.replace("\n", " ") == text.strip()


def test_the_name_is_introduced_unless_the_title_says_it(films):
    film = films.film([portrait("one")])
    assert by_id(film, "one.lower-third.name").text == "Ada Byron"
    project = films.project([portrait("one")], title="Ada Byron, a life")
    named = compose(project, HEAD, films.takes(project), DocumentarySettings(), Job(films.folder / "edit"))
    assert not any("lower-third" in clip.id for clip in named.clips())


def test_the_portrait_is_pushed_in_slowly_over_its_own_backdrop(films):
    film = films.film(EVERYTHING, push=0.08)
    for clip in clips(film, PortraitClip):
        assert clip.zoom == (1.0, 1.08)
        backdrop = cv2.imread(str(films.folder / clip.backdrop))
        assert backdrop.shape[1::-1] == SIZE
        assert backdrop.mean() < 60


@pytest.mark.parametrize("plate", [(512, 600), (600, 600), (1500, 1000), (1000, 1800), (3000, 1000)])
@pytest.mark.parametrize("frame", [(1280, 720), (1080, 1080), (720, 1280)])
@pytest.mark.parametrize("face_height", [0.1, 0.33, 0.7])
def test_both_framings_show_the_whole_face_and_leave_no_hole(plate, frame, face_height):
    width = min(0.7 * face_height * plate[1] / plate[0], 0.9)
    box = (0.5 - width / 2 + 0.04, 0.2, width, face_height)
    head = HEAD.model_copy(update={"width_px": plate[0], "height_px": plate[1], "face_box": box})
    made = framings_of(head, *frame, 1.0)
    aspect = frame[0] / frame[1]
    assert made["close"].height / made["wide"].height >= LEAST_CHANGE - 1e-9
    for framing in made.values():
        plate_width = framing.height * plate[0] / plate[1]
        top = framing.y + (0.5 - box[1]) * framing.height
        bottom = top - box[3] * framing.height
        if framing.name == "wide" or face_height < 0.5:
            assert top <= 0.5 + 1e-6
            assert bottom >= -0.5 - 1e-6
        assert framing.y + framing.height / 2 >= 0.5 - 1e-6  # no edge of the photo across the frame
        assert framing.y - framing.height / 2 <= -0.5 + 1e-6
        if framing.fills:
            assert framing.x + plate_width / 2 >= aspect / 2 - 1e-6
            assert framing.x - plate_width / 2 <= -aspect / 2 + 1e-6


def test_only_a_plate_with_edges_gets_a_shadow(films):
    film = films.film(EVERYTHING)
    card_ground = cv2.imread(str(films.folder / "edit/card.png")).astype(float)
    wide, close = (cv2.imread(str(films.folder / clip.backdrop)).astype(float) for clip in
                   clips(film, PortraitClip)[:2])  # fmt: skip
    assert np.abs(close - card_ground).max() == 0
    shot = clips(film, PortraitClip)[0]
    edge = round(SIZE[0] / 2 + (shot.plate_x + 512 / 600 / 2) * SIZE[1]) + 2
    assert wide[90, edge].mean() < 0.85 * card_ground[90, edge].mean()


def test_grounds_of_a_film_without_a_photo_are_plain(films):
    (films.folder / "archive/photos/ada.png").unlink()
    films.film([portrait("one")])
    ground = cv2.imread(str(films.folder / "edit/card.png"))
    assert ground.mean() < 60


def test_the_room_tone_lies_under_everything_at_its_level(films):
    film = films.film(EVERYTHING, room_tone_dbfs=-50)
    tones = track(film, "Room tone").clips
    assert tones[0].start_s == 0
    assert tones[-1].end_s == pytest.approx(film.duration_s)
    samples, rate = read_audio(films.folder / tones[0].path)
    assert rate == 48000
    assert 20 * np.log10(np.sqrt(np.mean(samples**2))) == pytest.approx(-50, abs=0.2)
    cue = film.metadata["cues"][tones[0].id]
    assert "no recording" in cue["description"]
    silent = films.film(EVERYTHING, room_tone_dbfs=-96)
    assert "Room tone" not in [one.name for one in silent.tracks]


def test_room_tone_can_be_repeated_without_a_seam():
    tone = room_tone(2.0, -20, 1)
    steps = np.abs(np.diff(tone))
    assert abs(tone[0] - tone[-1]) <= steps.max()
    assert np.array_equal(tone, room_tone(2.0, -20, 1))
    assert not np.array_equal(tone, room_tone(2.0, -20, 2))


def test_a_long_film_repeats_its_minute_of_room_tone(films):
    lines = [card(f"card-{number}", duration_s=20) for number in range(5)]
    tones = track(films.film(lines, room_tone_dbfs=-62), "Room tone").clips
    assert len(tones) == 2
    assert tones[1].start_s == pytest.approx(tones[0].end_s) == pytest.approx(60)
    assert tones[0].path == tones[1].path


# Music


def music(films, name="recordings/march.wav", duration_s=60.0, level_db=-20.0, rate_hz=16000) -> str:
    path = films.folder / "archive" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    noise = np.random.default_rng(5).normal(size=(round(duration_s * rate_hz), 2))
    soundfile.write(path, (noise * 10 ** (level_db / 20)).astype(np.float32), rate_hz, subtype="PCM_16")
    return name


def spoken(films, level_db=-21.0):
    """Speech files for the lines, at a level: what the music is set against."""
    for line in EVERYTHING:
        folder = films.folder / "lines" / line["id"]
        folder.mkdir(parents=True, exist_ok=True)
        noise = np.random.default_rng(6).normal(size=16000) * 10 ** (level_db / 20)
        soundfile.write(folder / "speech.wav", noise.astype(np.float32), 16000)


def level_over_time(film, rate=200) -> np.ndarray:
    """What the music strips' gains and fades add up to, per sample of time, as an amplitude."""
    times = np.arange(round(film.duration_s * rate)) / rate
    total = np.zeros(len(times))
    for clip in film.clips():
        if clip.id.startswith("music-"):
            inside = (times >= clip.start_s) & (times < clip.end_s)
            level = np.full(len(times), 10 ** (clip.gain_db / 20))
            if clip.fade_in_s:
                level *= np.clip((times - clip.start_s) / clip.fade_in_s, 0, 1)
            if clip.fade_out_s:
                level *= np.clip((clip.end_s - times) / clip.fade_out_s, 0, 1)
            total += level * inside
    return total


def test_music_lies_under_the_whole_film_and_goes_down_under_every_voice(films):
    spoken(films)
    film = films.film(EVERYTHING, music=music(films), duck_db=10.0)
    level = 20 * np.log10(np.maximum(level_over_time(film), 1e-6))
    up = level.max()
    for voice in track(film, "Voice").clips:
        under = level[round(voice.start_s * 200) + 1 : round(voice.end_s * 200) - 1]
        assert np.allclose(under, up - 10.0, atol=0.1)
    assert level[0] == pytest.approx(up, abs=0.1)
    assert level[-1] < up - 30
    assert np.abs(np.diff(level[:-600])).max() < 0.2  # ramps, no steps


def test_music_stays_down_between_voices_that_follow_each_other(films):
    spoken(films)
    film = films.film(EVERYTHING, music=music(films))
    two, three = by_id(film, "two.voice"), by_id(film, "three.voice")
    level = level_over_time(film)[round(two.end_s * 200) : round(three.start_s * 200)]
    assert level.max() - level.min() < 1e-3


def test_music_is_set_against_the_voices_whatever_its_own_level(films):
    spoken(films, -21.0)
    for level_db in (-14.0, -30.0):
        film = films.film(EVERYTHING, music=music(films, level_db=level_db), music_db=-12.0)
        first = next(clip for clip in film.clips() if clip.id == "music-1")
        both_channels_db = level_db + 3.01
        assert both_channels_db + first.gain_db == pytest.approx(-21.0 - 12.0, abs=0.3)


def test_every_strip_of_the_music_plays_it_in_step(films):
    spoken(films)
    film = films.film(EVERYTHING, music=music(films))
    strips = [clip for clip in film.clips() if clip.id.startswith("music-")]
    assert len(strips) > 3
    assert all(clip.offset_s == clip.start_s for clip in strips)
    samples, rate = soundfile.read(films.folder / strips[0].path)
    assert samples.shape[1] == 2
    assert len(samples) / rate == pytest.approx(film.duration_s, abs=0.01)


def test_short_music_is_repeated_without_a_hole(films):
    spoken(films)
    film = films.film(EVERYTHING, music=music(films, duration_s=7.0))
    samples, rate = soundfile.read(films.folder / "edit/music.wav")
    blocks = np.sqrt((samples[: len(samples) // rate * rate].reshape(-1, rate, 2) ** 2).mean(axis=(1, 2)))
    assert len(samples) / rate == pytest.approx(film.duration_s, abs=0.01)
    assert blocks.min() > 0.8 * blocks.max()


def test_music_is_credited_and_is_not_synthetic(films):
    spoken(films)
    film = films.film(EVERYTHING, music=music(films, "recordings/village_band.wav"))
    assert "village band" in by_id(film, "film.sources-1.entries").text
    assert not next(clip for clip in film.clips() if clip.id == "music-1").synthetic


def test_music_that_is_missing_is_named(films):
    with pytest.raises(ArchiveFileMissing, match=r"music names 'recordings/none\.wav'"):
        films.film(EVERYTHING, music="recordings/none.wav")


def test_the_same_takes_give_the_same_film(films):
    first = films.film(EVERYTHING)
    backdrop = (films.folder / "edit/backdrop.png").read_bytes()
    assert films.film(EVERYTHING) == first
    assert (films.folder / "edit/backdrop.png").read_bytes() == backdrop


def test_a_portrait_without_a_head_says_what_to_do(films):
    with pytest.raises(FilmFileError, match=r"'one'.*no head has been built"):
        films.film([portrait("one")], head=None)


def test_lines_may_have_any_name(films):
    film = films.film([picture("title"), portrait("sources-1"), card("label-1"), picture("music-1")])
    assert len({clip.id for clip in film.clips()}) == len(film.clips())


def test_a_film_of_one_line_and_a_film_without_voice_are_made(films):
    assert films.film([portrait("one")]).duration_s > 5
    assert films.film([picture("house"), card("card")]).duration_s > 5


def test_clips_never_overlap_in_a_track_but_where_a_fade_joins_them(films):
    for made in films.film(EVERYTHING).tracks:
        joined_by_fade = {(fade.from_clip, fade.to_clip) for fade in made.fades}
        ordered = sorted(made.clips, key=lambda clip: clip.start_s)
        for before, after in pairwise(ordered):
            assert after.start_s >= before.end_s - 1e-6 or (before.id, after.id) in joined_by_fade


def test_every_setting_moves_something(films):
    base = films.film(EVERYTHING)
    for name, value in {
        "title_s": 5.0, "sources_s": 20.0, "breath_before_s": 1.0, "breath_after_s": 1.5, "cross_fade_s": 1.0,
        "split_cuts": False, "framing": "close", "push": 0.2, "reading_wpm": 90, "line_chars": 20, "reading_cps": 8,
        "subtitle_size": 0.08, "label_corner": "lower left", "label_size": 0.06, "picture_credits": False,
        "room_tone_dbfs": -60,
    }.items():  # fmt: skip
        assert films.film(EVERYTHING, **{name: value}) != base, name


@pytest.mark.parametrize("kind", ["ink", "sepia", "grey"])
def test_plain_grounds(films, kind):
    films.film([card("card")], ground=kind)
    ground = cv2.imread(str(films.folder / "edit/card.png"))
    assert ground[90, 160].mean() > ground[0, 0].mean()


# Subtitles

WORDS = [
    "the",
    "a",
    "my",
    "her",
    "our",
    "old",
    "new",
    "first",
    "last",
    "little",
    "quiet",
    "great",
    "war",
    "sea",
    "house",
    "letter",
    "mother",
    "father",
    "captain",
    "computer",
    "machine",
    "question",
    "answer",
    "winter",
    "evening",
    "morning",
    "people",
    "children",
    "wanted",
    "remembered",
    "said",
    "thought",
    "forgot",
    "walked",
    "wrote",
    "built",
    "sailed",
    "lived",
    "loved",
    "never",
    "always",
    "often",
    "because",
    "although",
    "when",
    "and",
    "but",
    "before",
    "after",
    "with",
    "without",
    "in",
    "on",
    "under",
    "through",
    "of",
    "that",
    "which",
    "who",
    "Grace",
    "Hopper",
    "Mary",
    "Anne",
    "Virginia",
    "Philadelphia",
    "counter-clockwise",
    "understand",
]


def generated_lines(count: int, seed: int):
    chance = random.Random(seed)
    for _ in range(count):
        tokens = []
        for _ in range(chance.randint(1, 5)):
            sentence = [chance.choice(WORDS) for _ in range(chance.randint(2, 22))]
            for index in range(len(sentence) - 1):
                if chance.random() < 0.12:
                    sentence[index] += chance.choice(",,;:")
            sentence[0] = sentence[0].capitalize()
            sentence[-1] += chance.choice("...?!")
            tokens += sentence
        yield " ".join(tokens), chance.uniform(120, 185)


def test_subtitles_keep_the_broadcasters_rules_on_two_hundred_lines():
    clock = Clock(FPS)
    breaks, bad, slow = 0, 0, 0
    for text, wpm in generated_lines(200, 5):
        said = speech(text, wpm)
        made = subtitles_of(said, clock, 42, 17, room=12)
        assert joined([word for one in made for word in one.text.split()]) == text
        for one in made:
            lines = one.text.split("\n")
            assert len(lines) <= 2
            assert max(map(len, lines)) <= 42
            assert clock.seconds(one.end - one.start) <= 7.0 + 1e-6
            breaks += len(lines) - 1
            bad += sum(
                break_cost(upper.split()[-1], lower.split()[0]) >= AGAINST_THE_RULES for upper, lower in pairwise(lines)
            )
        for one, following in pairwise(made):
            assert following.start - one.end >= GAP_FRAMES
            assert following.start - one.end == GAP_FRAMES or following.start - one.end >= 12
            breaks += 1
            bad += break_cost(one.text.split()[-1], following.text.split()[0]) >= AGAINST_THE_RULES
        short = [one for one in made if clock.seconds(one.end - one.start) < 5 / 6 - 1e-6]
        assert not short, (text, made)
        slow += sum(len(one.text) / clock.seconds(one.end - one.start) > 20 for one in made)
    assert breaks > 1000
    assert bad / breaks < 0.03
    assert slow == 0


def test_subtitles_come_with_the_first_word_and_go_with_the_last():
    clock = Clock(FPS)
    said = speech("Life was simple before the war. After that, we had systems.")
    made = subtitles_of(said, clock, 42, 17, room=12)
    words = timed_words(said)
    assert made[0].start == clock.frames(words[0].start_s)
    assert made[-1].end >= clock.frames(words[-1].end_s)
    assert made[-1].end <= clock.frames(words[-1].end_s) + 13
    assert [one.text for one in made] == ["Life was simple before the war.", "After that, we had systems."]


def test_a_speech_without_word_times_is_shared_out_by_length():
    said = speech("One two three. Four five six.").model_copy(update={"words": ()})
    timed = timed_words(said)
    assert [word.text for word in timed] == ["One", "two", "three.", "Four", "five", "six."]
    assert timed[0].start_s == pytest.approx(0.12)
    assert timed[-1].end_s == pytest.approx(said.duration_s - 0.12)
    assert all(before.end_s <= after.start_s + 1e-9 for before, after in pairwise(timed))


def test_words_that_the_synthesiser_heard_otherwise_lie_between_their_neighbours():
    said = speech("World War II began then")
    heard = [word for word in said.words if word.text != "II"]
    timed = timed_words(said.model_copy(update={"words": tuple(heard)}))
    assert timed[2].text == "II"
    assert timed[1].end_s <= timed[2].start_s < timed[2].end_s <= timed[3].start_s + 1e-9


def test_subtitles_leave_before_a_card_comes(films):
    film = films.film([portrait("one", "A short line."), card("card")], breath_after_s=0.0)
    last = [clip for clip in clips(film, TitleClip) if clip.style == "subtitle"][-1]
    assert last.end_s <= by_id(film, "card.picture").start_s + 1 / FPS


def test_an_archive_recording_without_words_has_no_subtitle(films):
    film = films.film([{"id": "tape", "show": "picture", "recording": "tape.wav", "text": ""}])
    assert not [clip for clip in clips(film, TitleClip) if clip.style == "subtitle"]
    assert clips(film, SoundClip)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (
            "They love to say, “We've always done it this way.”",
            ["They love to say,", "“We've always done it this way.”"],
        ),
        (
            "That's why I have a clock on my wall that runs counter-clockwise.",
            ["That's why I have a clock on my wall", "that runs counter-clockwise."],
        ),
        ("It's easier to ask forgiveness than it is to get permission.", ["It's easier to ask forgiveness",
                                                                         "than it is to get permission."]),
        ("A short one.", ["A short one."]),
        ("", []),
    ],
)  # fmt: skip
def test_lines_break_at_phrases(text, lines):
    assert lines_of(text, 42, 2) == lines


def test_a_line_that_does_not_fit_says_so():
    assert lines_of("Donaudampfschifffahrtsgesellschaft", 20, 2) is None
    assert lines_of("one two three four five six seven", 10, 2) is None


def test_scripts_without_spaces_break_between_signs_and_count_double():
    text = "彼女は海軍で働いていました。それから計算機を作りました。"
    assert width_of("海") == 2
    lines = lines_of(text, 28, 2)
    assert lines == ["彼女は海軍で働いていました。", "それから計算機を作りました。"]
    assert joined(tokens_of(text)) == text


def test_other_languages_are_timed_too():
    clock = Clock(FPS)
    for text in ("Ich war noch ein Kind, als der Krieg begann, und verstand ihn nicht.", "كانت الحياة بسيطة قبل الحرب"):
        made = subtitles_of(speech(text), clock, 42, 17, room=12)
        assert joined([word for one in made for word in one.text.split()]) == text


def test_the_plugin_is_found_and_takes_part(films):
    plugins = Plugins.discover()
    plugin = plugins.provider("compose_film", "documentary")
    settings = plugins.settings("compose_film", plugin, {"title_s": 2.5})
    project = films.project(EVERYTHING)
    film = plugins.call(
        "compose_film", plugin, project=project, head=HEAD, takes=films.takes(project), settings=settings,
        job=Job(films.folder / "edit"),
    )  # fmt: skip
    assert Film.load(films.folder / "edit") == film
    assert by_id(film, "film.title.picture").duration_s == 2.5
    assert all(
        (films.folder / clip.path).is_file() for clip in clips(film, PictureClip) if clip.path.startswith("edit")
    )


def test_the_plan_of_a_film_can_be_read():
    settings = DocumentarySettings()
    beats = beats_of([], settings, [4])
    shots = plan(beats, Clock(FPS), settings)
    assert [(shot.beat.kind, shot.start, shot.end) for shot in shots] == [("title", 0, 84), ("sources", 72, 192)]
