"""Says who made what in a film, from what a run has made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import tintype
from tintype.credentials import source_types
from tintype.documents import Clip, Film, PictureClip, PortraitClip, SoundClip
from tintype.documents.provenance import Element, Provenance, Source, Tool
from tintype.film_id import film_id
from tintype.plugins import Plugin
from tintype.stage_runner import Made

WORDS_COLUMN = "verbatim, edited or invented"
NEW_WORDS_CUE = "new words, allowed by the consent; no source"

if TYPE_CHECKING:
    from tintype.pipeline import FilmResults, LineResults


def provenance_of(film: FilmResults) -> Provenance:
    """The film's elements: its head, then line by line voice, face and picture, then the edit."""
    return Provenance(
        engine=tintype.__version__,
        film_id=film_id(film.project),
        elements=tuple(_elements(film)),
    )


def _elements(film: FilmResults) -> Iterator[Element]:
    if film.head is not None:
        yield _head(film, film.head)
    for item in film.lines.values():
        if item.speech is not None:
            yield _speech(film, item)
        if item.face is not None:
            yield _face(film, item)
        if item.still is not None:
            yield _picture(film, item)
    if film.edit is not None:
        stages = [("compose_film", film.composed), ("finish_film", film.edit)]
        yield Element(kind="edit", synthetic=False, tools=_tools(stages), file="edit/film.json")


def _head(film: FilmResults, head: Made[Any]) -> Element:
    tools = _tools([("build_head", head)])
    return Element(
        kind="head",
        synthetic=True,
        source_type=source_types.animated(trained=_trained(tools)),
        tools=tools,
        sources=_sources(film, [head.document.photo]),
        file=head.document.model,
    )


def _speech(film: FilmResults, item: LineResults) -> Element:
    assert item.speech is not None
    speech, line = item.speech.document, item.line
    common: dict[str, Any] = {
        "line": line.id,
        "made_with": speech.source,
        "words": line.text or speech.text,
        "words_source": line.source,
        "file": f"lines/{line.id}/{speech.audio}",
    }
    if line.recording is not None:
        sources = _sources(film, [line.recording])
        cleaned = any(source.steps for source in sources)
        return Element(
            kind="recording",
            synthetic=speech.synthetic,
            source_type=source_types.ENHANCED if cleaned else None,
            tools=_tools([("align_speech", item.speech)]),
            sources=sources,
            **common,
        )
    tools = _tools([("build_voice", film.voice), ("synthesize_speech", item.speech)])
    recordings = list(film.voice.document.recordings) if film.voice else []
    return Element(
        kind="voice",
        synthetic=True,
        source_type=source_types.generated(trained=_trained(tools)),
        tools=tools,
        sources=_sources(film, recordings),
        **common,
    )


def _face(film: FilmResults, item: LineResults) -> Element:
    tools = _tools([("build_head", film.head), ("animate_face", item.face)])
    return Element(
        kind="face",
        line=item.line.id,
        synthetic=True,
        source_type=source_types.animated(trained=_trained(tools)),
        tools=tools,
        sources=_sources(film, [film.head.document.photo] if film.head else []),
        file=f"lines/{item.line.id}/face.npz",
    )


def _picture(film: FilmResults, item: LineResults) -> Element:
    assert item.still is not None
    still = item.still.document
    tools = _tools([("generate_image", item.still)])
    return Element(
        kind="picture",
        line=item.line.id,
        synthetic=still.generated,
        source_type=source_types.generated(trained=_trained(tools) or bool(still.model)) if still.generated else None,
        tools=tools,
        sources=_sources(film, [still.archive_path] if still.archive_path else []),
        made_with=still.model,
        file=f"lines/{item.line.id}/{still.picture}",
    )


def _tools(stages: Iterable[tuple[str, Made[Any] | None]]) -> tuple[Tool, ...]:
    return tuple(_tool(stage, made.plugin) for stage, made in stages if made is not None)


def _tool(stage: str, plugin: Plugin) -> Tool:
    return Tool(
        stage=stage,
        title=plugin.info.title,
        distribution=plugin.distribution,
        version=plugin.version,
        licence=plugin.info.licence,
        model_licence=plugin.info.model_licence,
    )


def _trained(tools: Iterable[Tool]) -> bool:
    return any(tool.trained for tool in tools)


def _sources(film: FilmResults, paths: Iterable[str]) -> tuple[Source, ...]:
    """Archive files by the path or bare name that a document gives; those that are not in the archive are left out."""
    found = []
    for path in paths:
        asset = film.assets.get(path) or next((a for p, a in film.assets.items() if p.rsplit("/", 1)[-1] == path), None)
        if asset is not None:
            item = asset.item
            found.append(Source(path=item.path, sha256=item.sha256, medium=item.medium, steps=item.steps))
    return tuple(found)


def cue_columns(provenance: Provenance, edit: Film) -> dict[str, dict[str, str]]:
    """What the engine knows of each clip's making, by clip id and column of the cue sheet."""
    columns = {}
    waived = edit.metadata.get("disclosure_waived", "")
    for clip in edit.clips():
        element = element_of(provenance, clip)
        if element is None:
            continue
        columns[clip.id] = {
            "tool": ", ".join(tool.title for tool in element.tools),
            "version": ", ".join(f"{tool.distribution} {tool.version}".strip() for tool in element.tools),
            "model": element.made_with,
            "licence": ", ".join(dict.fromkeys(_licences(element.tools))),
            "source_assets": "; ".join(f"{source.path} (sha256 {source.sha256})" for source in element.sources),
            "content credential": f"film id {provenance.film_id}",
            "how disclosed": f"not on screen: {waived}" if waived else "",
            WORDS_COLUMN: NEW_WORDS_CUE if element.kind == "voice" and not element.words_source else "",
        }
    return columns


def _licences(tools: Iterable[Tool]) -> Iterator[str]:
    for tool in tools:
        if tool.licence:
            yield tool.licence
        if tool.model_licence:
            yield f"model {tool.model_licence}"


def element_of(provenance: Provenance, clip: Clip) -> Element | None:
    """The element that a clip shows or sounds, if it is one of a line's."""
    if clip.line is None:
        return None
    if isinstance(clip, PortraitClip):
        return provenance.find("face", clip.line) or provenance.find("head")
    if isinstance(clip, SoundClip):
        return provenance.find("voice", clip.line) or provenance.find("recording", clip.line)
    return provenance.find("picture", clip.line) if isinstance(clip, PictureClip) else None
