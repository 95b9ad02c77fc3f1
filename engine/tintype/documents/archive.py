"""``Archive.1`` and ``Features.1``: what was found in the archive, and what can be measured in it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from pydantic import Field

from tintype.arrays import read_arrays
from tintype.documents.base import Document, Model
from tintype.errors import DocumentInvalid

if TYPE_CHECKING:
    from numpy.typing import NDArray

Medium = Literal["photo", "recording", "footage", "letter"]
MEDIA: tuple[Medium, ...] = ("photo", "recording", "footage", "letter")


class ArchiveItem(Model):
    """One file of the archive, as found and as prepared."""

    path: str = Field(description="Path inside the archive folder, with forward slashes.")
    medium: Medium = Field(description="photo, recording, footage or letter.")
    sha256: str = Field(description="Digest of the file as found.")
    prepared: str | None = Field(
        None, description="File name of the cleaned version beside the document; None when the original serves."
    )
    width_px: int | None = Field(None, description="Width of a photo or of footage.")
    height_px: int | None = Field(None, description="Height of a photo or of footage.")
    duration_s: float | None = Field(None, description="Length of a recording or of footage.")
    quality: float = Field(ge=0, le=1, description="How usable it is, 0 to 1.")
    steps: tuple[str, ...] = Field((), description="What was done to it, in order, in words.")
    problems: tuple[str, ...] = Field((), description="What stands in the way of using it, in words.")


class Archive(Document):
    """Everything that was found, in path order."""

    FILENAME: ClassVar[str] = "archive.json"

    schema_label: Literal["Archive.1"] = Field("Archive.1", alias="schema")
    root: str = Field(description="The archive folder, relative to film.toml.")
    items: tuple[ArchiveItem, ...] = ()

    def of(self, medium: Medium) -> tuple[ArchiveItem, ...]:
        """The items of one medium."""
        return tuple(item for item in self.items if item.medium == medium)


class Features(Document):
    """What can be measured in one archive item.

    ``facts`` is for people and for decisions (faces found, sharpness, median F0, names in a letter); ``arrays``
    names an npz beside the document for what is larger (MFCC, frame times).
    """

    FILENAME: ClassVar[str] = "features.json"

    schema_label: Literal["Features.1"] = Field("Features.1", alias="schema")
    path: str = Field(description="Path of the item inside the archive folder.")
    medium: Medium = Field(description="photo, recording, footage or letter.")
    facts: dict[str, Any] = Field(default_factory=dict, description="Named readings, JSON values.")
    arrays: str | None = Field(None, description="File name of the npz beside this document, if there is one.")

    def load_arrays(self) -> dict[str, NDArray[Any]]:
        """The arrays by name; empty when there are none.

        Raises:
            DocumentInvalid: the npz is damaged.
        """
        if self.arrays is None:
            return {}

        try:
            return read_arrays(self.file(self.arrays))
        except (OSError, ValueError) as err:
            raise DocumentInvalid(
                f"{self.file(self.arrays)} cannot be read: {err}.", hint="Run the film again to make it."
            ) from err

    def save_with(self, folder: Path, arrays: dict[str, NDArray[Any]]) -> Self:
        """Save the document and its arrays (as ``features.npz``) into ``folder``."""
        import numpy as np

        folder.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(folder / "features.npz", **arrays)
        return self.model_copy(update={"arrays": "features.npz"}).save(folder)
