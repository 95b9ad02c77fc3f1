"""What every stage is tried on: samples that it must manage, and bad input that it must refuse politely."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from tintype.documents import Film, HeadModel, Medium, Speech, VoiceProfile
from tintype.hookspecs import Asset, PictureRequest, Take
from tintype.project import Project
from tintype.testing.samples import archive, film, voice
from tintype.testing.samples.assets import asset_of

Arguments = dict[str, Any]

LANGUAGE = "en-us"
SUFFIX: dict[Medium, str] = {"photo": ".jpg", "recording": ".wav", "footage": ".mp4", "letter": ".pdf"}
GARBAGE = b"This is neither a picture nor a sound, whatever its name says.\n" * 40
PICTURE = PictureRequest(
    text="The house on the hill.",
    picture="photos/house.png",
    frame_start=None,
    frame_end=None,
    width_px=320,
    height_px=180,
    duration_s=3.0,
)


class Samples:
    """Everything that a stage may be tried on, written into a folder when it is first asked for.

    Args:
        folder: becomes the folder of a small film with an archive.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def project(self) -> Project:
        """A film of three lines, with consent."""
        return film.sample_project_in(self.folder)

    @cached_property
    def archive_root(self) -> Path:
        """An archive folder with two photos, a recording, footage and a letter."""
        return archive.write_archive(self.folder / "archive")

    @cached_property
    def speech(self) -> Speech:
        """A spoken line, with phones and words."""
        return voice.sample_speech_in(self.folder / "samples" / "speech")

    @cached_property
    def voice(self) -> VoiceProfile:
        """A voice of which only gender and pitch are known."""
        profile = VoiceProfile(provider="tintype.testing", gender="female", pitch_hz=190.0)
        return profile.save(self.folder / "samples" / "voice")

    @cached_property
    def performance(self) -> Path:
        """A captured face track that fits the speech."""
        path = self.folder / "samples" / "performance.npz"
        film.sample_track(self.speech).write(path)
        return path

    @cached_property
    def head(self) -> HeadModel:
        """A head that can be framed, but not opened."""
        return film.sample_head_in(self.folder)

    @cached_property
    def takes(self) -> tuple[Take, ...]:
        """What has been made for the lines of the film."""
        return film.sample_takes_in(self.project)

    @cached_property
    def film(self) -> Film:
        """The edit of the film, before it is finished."""
        return film.sample_film_of(self.project, self.head, self.takes).save(self.folder / "edit")

    def assets(self, medium: Medium) -> list[Asset]:
        """The archive's files of one medium."""
        return [asset_of(self.archive_root / name, self.archive_root) for name in archive.FILES[medium]]

    @property
    def portrait(self) -> Asset:
        """The photo that shows a face."""
        return next(asset for asset in self.assets("photo") if "portrait" in asset.item.path)

    def arguments(self, stage: str, medium: str = "") -> Arguments:
        """Good arguments for a stage, without ``settings`` and ``job``.

        Args:
            medium: for stages that choose by medium; ``text`` stands for the words of a line.
        """
        return self._good[stage](medium)

    @cached_property
    def _good(self) -> dict[str, Callable[[Any], Arguments]]:
        line = {"text": voice.TEXT, "language": LANGUAGE}
        return {
            "prepare_archive": lambda medium: {
                "root": self.archive_root,
                "files": tuple(asset.path for asset in self.assets(medium)),
                "medium": medium,
            },
            "extract_features": lambda medium: {
                "asset": self.portrait if medium == "photo" else self.assets(medium)[0]
            },
            "build_voice": lambda _: {"recordings": self.assets("recording"), "language": LANGUAGE},
            "recognize_emotion": lambda medium: {
                "text": "I was so glad to have your letter." if medium == "text" else "",
                "recording": self.assets("recording")[0] if medium == "recording" else None,
                "face": self.portrait if medium == "photo" else None,
                "language": LANGUAGE,
            },
            "synthesize_speech": lambda _: {**line, "voice": self.voice, "emotion": film.sample_emotion()},
            "align_speech": lambda _: {**line, "recording": self.assets("recording")[0].path},
            "build_head": lambda _: {"photos": [self.portrait]},
            "animate_face": lambda _: {
                "speech": self.speech,
                "emotion": film.sample_emotion(),
                "performance": self.performance,
            },
            "generate_image": lambda _: {"request": PICTURE, "references": self.assets("photo")},
            "compose_film": lambda _: {"project": self.project, "head": self.head, "takes": self.takes},
            "finish_film": lambda _: {"film": self.film, "root": self.folder},
        }

    def bad_arguments(self, stage: str, medium: str = "") -> dict[str, Arguments]:
        """What a stage has to manage or to refuse with an error for the editor, by what is wrong with it."""
        return {
            name: {**self.arguments(stage, medium), **changed} for name, changed in self._bad(stage, medium).items()
        }

    def _bad(self, stage: str, medium: Any) -> dict[str, Arguments]:
        match stage:
            case "prepare_archive":
                damaged, empty = self._damaged(medium), self._damaged(medium, b"")
                return {
                    "a damaged file": {"root": damaged.path.parent, "files": (damaged.path,)},
                    "an empty file": {"root": empty.path.parent, "files": (empty.path,)},
                }
            case "extract_features":
                return {"a damaged file": {"asset": self._damaged(medium)}}
            case "build_voice":
                return {
                    "no recording": {"recordings": []},
                    "a damaged recording": {"recordings": [self._damaged("recording")]},
                }
            case "recognize_emotion" if medium == "text":
                return {"no words": {"text": ""}, "signs without words": {"text": "… \N{SLIGHTLY SMILING FACE} —"}}
            case "recognize_emotion":
                asset = self._damaged(medium)
                return {"a damaged file": {"recording" if medium == "recording" else "face": asset}}
            case "synthesize_speech":
                return {
                    "signs without words": {"text": "… \N{SLIGHTLY SMILING FACE} —"},
                    "an unknown language": {"language": "qq-nowhere"},
                    "another script": {"text": "Здравствуй, мама."},
                }
            case "align_speech":
                return {
                    "a damaged recording": {"recording": self._damaged("recording").path},
                    "more words than fit": {"text": "These are far more words than anybody could ever say. " * 20},
                    "no words": {"text": ""},
                }
            case "build_head":
                house = next(asset for asset in self.assets("photo") if "house" in asset.item.path)
                return {
                    "no photo": {"photos": []},
                    "a damaged photo": {"photos": [self._damaged("photo")]},
                    "a photo without a face": {"photos": [house]},
                }
            case "animate_face":
                mute = self.speech.model_copy(update={"phones": (), "words": (), "text": ""})
                return {
                    "no phones": {"speech": mute},
                    "neither feeling nor performance": {"emotion": None, "performance": None},
                }
            case "generate_image":
                return {
                    "no photo": {"request": replace(PICTURE, picture=""), "references": []},
                    "a photo that is not there": {"request": replace(PICTURE, picture="photos/gone.jpg")},
                    "a damaged photo": {
                        "request": replace(PICTURE, picture=self._damaged("photo").item.path),
                        "references": [self._damaged("photo")],
                    },
                }
            case "compose_film":
                return {"no portrait and no picture": {"head": None, "takes": self.takes[2:]}}
            case "finish_film":
                return {"sounds that are not there": {"root": self.folder / "nowhere"}}
        raise ValueError(f"there is no stage {stage!r}")

    def _damaged(self, medium: Medium, content: bytes = GARBAGE) -> Asset:
        """A file of a medium that cannot be read."""
        name = f"{'damaged' if content else 'empty'}{SUFFIX[medium]}"
        path = self.folder / "samples" / "damaged" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return asset_of(path)
