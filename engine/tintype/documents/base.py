"""What all documents share: a schema label, a folder of files, and a way to disk that never leaves half a file."""

from __future__ import annotations

import json
import os
import reprlib
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, PrivateAttr, ValidationError

from tintype.errors import DocumentInvalid

MAX_JSON_BYTES = 256_000_000


class Model(BaseModel):
    """A value inside a document: immutable, refusing fields that it does not know and numbers that are none."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, allow_inf_nan=False)


class Document(Model):
    """A document that stages hand to each other, kept in a folder of its own.

    Subclasses set ``FILENAME`` and a ``schema_label`` field whose alias is ``schema``.  Files that belong to a
    document (audio, textures, arrays) lie beside its json and are named by their bare file name.
    """

    FILENAME: ClassVar[str]
    _folder: Path | None = PrivateAttr(default=None)

    @property
    def folder(self) -> Path:
        """The folder that the document was saved to or loaded from."""
        if self._folder is None:
            raise DocumentInvalid(f"This {type(self).__name__} has not been saved, so it has no folder yet.")
        return self._folder

    def file(self, name: str) -> Path:
        """Absolute path of a file that belongs to this document.

        Raises:
            DocumentInvalid: the name leads out of the document's folder.
        """
        if "\0" in name or not (self.folder / name).resolve().is_relative_to(self.folder.resolve()):
            raise DocumentInvalid(f"{type(self).__name__} names the file {name!r}, which is not beside it.")
        return self.folder / name

    def to_json(self) -> str:
        """The document as stable, readable JSON (keys as in the schema, two spaces, final newline)."""
        return json.dumps(self.model_dump(mode="json", by_alias=True), indent=2, ensure_ascii=False) + "\n"

    def save(self, folder: Path) -> Self:
        """Write the document's json into ``folder`` and remember the folder.  Returns the document itself."""
        folder.mkdir(parents=True, exist_ok=True)
        write_atomic(folder / self.FILENAME, self.to_json().encode(), durable=False)
        self._folder = folder
        return self

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read the document from ``folder``.

        Raises:
            DocumentInvalid: the file is missing, damaged, or of a version that this engine does not read.
        """
        path = folder / cls.FILENAME
        try:
            if path.stat().st_size > MAX_JSON_BYTES:
                raise DocumentInvalid(f"{path} has more than {MAX_JSON_BYTES / 1e6:.0f} MB.", hint="Make it again.")
            data = json.loads(path.read_bytes())
        except FileNotFoundError as err:
            raise DocumentInvalid(f"{path} does not exist.", hint="Run the film again to make it.") from err
        except OSError as err:
            reason = err.strerror or str(err)
            raise DocumentInvalid(f"{path} cannot be read: {reason}.", hint="Make it readable.") from err
        except (ValueError, RecursionError) as err:
            raise DocumentInvalid(f"{path} is not JSON: {err}.", hint="Delete it and run the film again.") from err
        document = cls.from_data(data, where=str(path))
        document._folder = folder
        return document

    @classmethod
    def from_data(cls, data: Any, *, where: str = "message") -> Self:
        """Validate plain data, lifting an older version of the schema first.

        Args:
            data: what JSON gave.
            where: names the file or message in an error.
        """
        if isinstance(data, dict):
            label = data.get("schema")
            if isinstance(label, str) and label in UPGRADES:
                data = UPGRADES[label](data)
        try:
            return cls.model_validate(data)
        except ValidationError as err:
            raise DocumentInvalid(
                f"{where} is not a valid {cls.__name__}: {first_problem(err)}.",
                hint="It may come from another version of Tintype; run the film again to remake it.",
            ) from err


UPGRADES: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""Functions from an older label's data to the next one's, for example ``{"Speech.1": speech_1_to_2}``."""


SHORT = reprlib.Repr()
"""Shows a value in a message; however deep or long it is, this ends."""
SHORT.maxstring = SHORT.maxother = SHORT.maxlong = 80


def first_problem(err: ValidationError) -> str:
    """Say the first thing that pydantic found wrong as ``field: reason (got value)``."""
    problem = err.errors(include_url=False)[0]
    where = ".".join(str(part) for part in problem["loc"]) or "document"
    return f"{where}: {problem['msg']} (got {SHORT.repr(problem.get('input'))})"


def write_atomic(path: Path, data: bytes, *, durable: bool = True) -> None:
    """Write ``data`` beside ``path``, then rename: readers see the old file or the new one, never half of one.

    A file that holds the same bytes already is left alone, time stamp and all.

    Args:
        durable: also wait until it is on the disk, so that a power cut cannot lose it.  What can be made again, and
            is found damaged by its digest, does not need that.
    """
    if path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.part")
    try:
        with beside.open("wb") as stream:
            stream.write(data)
            if durable:
                stream.flush()
                os.fsync(stream.fileno())
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
