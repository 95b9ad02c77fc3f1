"""``Provenance.1``: who made what of a film, with which tools, from which files.

The cue sheet, the content credentials and ``tintype forget`` all read it, so that they cannot disagree.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from tintype.documents.archive import Medium
from tintype.documents.base import Document, Model

ElementKind = Literal["voice", "recording", "head", "face", "picture", "edit"]


class Tool(Model):
    """A plugin that did something."""

    stage: str = Field(description="The stage it provided.")
    title: str = Field(description="Its name for people.")
    distribution: str = Field("", description="The installed distribution that it came with.")
    version: str = Field("", description="Version of that distribution.")
    licence: str = Field("", description="SPDX expression of the plugin with what it calls.")
    model_licence: str = Field("", description="Licence of model weights; empty when it loads none.")

    @property
    def trained(self) -> bool:
        """Whether it uses a model that was trained on data."""
        return bool(self.model_licence)


class Source(Model):
    """A file of the archive that something was made from."""

    path: str = Field(description="Path inside the archive folder.")
    sha256: str = Field(description="Digest of the file as found.")
    medium: Medium
    steps: tuple[str, ...] = Field((), description="How it was cleaned, in words; empty when it was used as found.")


class Element(Model):
    """One thing in the film that somebody or something made."""

    kind: ElementKind = Field(description="voice is made by a machine; recording is the person's own.")
    line: str | None = Field(None, description="Id of the line; None for what belongs to the whole film.")
    synthetic: bool
    source_type: str | None = Field(
        None, description="IPTC digital source type, its last part; None where only the archive knows."
    )
    tools: tuple[Tool, ...] = ()
    sources: tuple[Source, ...] = ()
    made_with: str = Field("", description="Synthesiser with version and voice, or model, as the plugin names it.")
    words: str = Field("", description="What is said.")
    words_source: str = Field("", description="Where the words come from; empty when nobody has said.")
    file: str | None = Field(None, description="Where it lies, relative to the film's folder.")


class Provenance(Document):
    """Everything that was made for a film, in the order of its lines."""

    FILENAME: ClassVar[str] = "provenance.json"

    schema_label: Literal["Provenance.1"] = Field("Provenance.1", alias="schema")
    engine: str = Field(description="Version of Tintype's engine.")
    film_id: str = Field(description="Eight hexadecimal digits; the mark in the synthetic voice carries them too.")
    elements: tuple[Element, ...] = ()

    def find(self, kind: ElementKind, line: str | None = None) -> Element | None:
        """The element of that kind of a line, or of the whole film."""
        return next((item for item in self.elements if item.kind == kind and item.line == line), None)

    def sources(self) -> tuple[Source, ...]:
        """Every archive file that anything was made from, once each, in path order."""
        found = {source.path: source for element in self.elements for source in element.sources}
        return tuple(found[path] for path in sorted(found))
