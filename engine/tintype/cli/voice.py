"""Commands about a voice and an archive, without a film: archive, voice, align, emotion."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from tintype.cli.console import err, escape, out, print_json, reported

AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON, for scripts.")]
Provider = Annotated[str | None, typer.Option(help="Plugin that does it; the embedded default if absent.")]
Language = Annotated[str, typer.Option(help="Language that is spoken, for example en-us, de, fr-fr.")]


def archive(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of photos, recordings, footage and letters.")],
    as_json: AsJson = False,
) -> None:
    """Say what an archive holds, what of it is usable, and what is missing.  Nothing in it is changed."""
    from tintype.archive_survey import survey
    from tintype.one_shot import bench
    from tintype.plugins import Plugins

    with reported(as_json), bench(Plugins.discover()) as place:
        found = survey(place, folder)
    if as_json:
        print_json(found.as_dict())
        return
    for item in found.items:
        length = f", {item.duration_s:.1f} s" if item.duration_s else ""
        words = ", transcript" if item.path in found.transcribed else ""
        out.print(f"{escape(item.path)}: {item.medium}, quality {item.quality:.2f}{length}{words}")
        for problem in item.problems:
            out.print(f"    {escape(problem)}", style="dim", soft_wrap=True)
    for sentence in found.missing:
        out.print(escape(sentence))


def voice(
    recordings: Annotated[list[Path], typer.Argument(metavar="RECORDINGS...", help="Recordings of one person.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="VOICE.json", help="The profile to write.")],
    lang: Language = "en-us",
    provider: Provider = None,
    as_json: AsJson = False,
) -> None:
    """Describe the voice in recordings; transcripts beside them (.txt, .srt, metadata.csv) bring it much nearer."""
    from tintype.one_shot import bench
    from tintype.plugins import Plugins
    from tintype.voice_building import build_voice_file

    with reported(as_json), bench(Plugins.discover()) as place:
        profile, left_out = build_voice_file(place, recordings, output, lang, provider)
    if as_json:
        print_json({"voice": output, "left_out": left_out, **profile.model_dump(mode="json", by_alias=True)})
        return
    for name, reason in left_out.items():
        err.print(f"left out {escape(name)}: {escape(reason)}", soft_wrap=True)
    out.print(f"{output}: {escape(profile.notes)}", soft_wrap=True)
    err.print("A voice needs the consent of the person, or of those who speak for them.", style="dim")


def align(
    recording: Annotated[Path, typer.Argument(metavar="RECORDING", help="A recording of speech.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="PHONES.json", help="Phones and words to write.")],
    text: Annotated[str, typer.Option(help="What is said; from the transcript beside it if absent.")] = "",
    lang: Language = "en-us",
    as_json: AsJson = False,
) -> None:
    """Find when every phone and word of a recording is said."""
    from tintype.archive_files import transcript_of
    from tintype.documents.base import write_atomic
    from tintype.one_shot import bench
    from tintype.plugins import Plugins

    with reported(as_json), bench(Plugins.discover()) as place:
        speech = place.align(recording, text or transcript_of(recording), lang)
        write_atomic(output, speech.model_copy(update={"audio": recording.name}).to_json().encode())
    summary = {"phones": len(speech.phones), "words": len(speech.words), "duration_s": speech.duration_s}
    if as_json:
        print_json({"output": output, **summary})
    else:
        out.print(f"{output}: {summary['phones']} phones, {summary['words']} words in {speech.duration_s:.2f} s.")


def emotion(
    recording: Annotated[Path | None, typer.Argument(metavar="[RECORDING]", help="A recording of speech.")] = None,
    text: Annotated[str, typer.Option(help="The words; from the transcript beside the recording if absent.")] = "",
    lang: Language = "en-us",
    provider: Provider = None,
    as_json: AsJson = False,
) -> None:
    """Read the feeling of words, of a recording, or of both together."""
    if recording is None and not text.strip():
        raise typer.BadParameter("Give a recording, or --text, or both.", param_hint="RECORDING")
    from tintype.documents import EmotionTrack
    from tintype.one_shot import bench
    from tintype.plugins import Plugins

    with reported(as_json), bench(Plugins.discover()) as place:
        asset = place.asset(recording) if recording else None
        words = text or (asset.transcript if asset else "")
        arguments: dict[str, Any] = {"text": words, "recording": asset, "face": None, "language": lang}
        track = place.run("recognize_emotion", EmotionTrack, arguments, provider=provider)
    if as_json:
        print_json(track.model_dump(mode="json", by_alias=True))
        return
    for point in track.points:
        felt = ", ".join(f"{name} {weight:.2f}" for name, weight in point.categories.items()) or "neutral"
        out.print(f"{point.time_s:6.2f} s  valence {point.valence:+.2f}  arousal {point.arousal:+.2f}  {felt}")
    out.print(f"Confidence {track.confidence:.2f}; {escape(track.evidence)}", soft_wrap=True)
