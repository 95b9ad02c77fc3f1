"""Commands that do one thing, without a film: speak, head, animate, features."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer

from tintype.cli.console import err, out, print_json, reported

AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON, for scripts.")]
Provider = Annotated[str | None, typer.Option(help="Plugin that does it; the embedded default if absent.")]


def speak(
    text: Annotated[str, typer.Argument(help="What to say.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="OUT.wav", help="The audio to write.")],
    phones: Annotated[
        Path | None, typer.Option(metavar="P.json", help="Also write phones and words with times.")
    ] = None,
    lang: Annotated[str, typer.Option(help="Language, for example en-us, de, fr-fr.")] = "en-us",
    voice: Annotated[Path | None, typer.Option(metavar="V.json", help="A VoiceProfile.1 to move toward.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of everything random.")] = 0,
    provider: Provider = None,
    as_json: AsJson = False,
) -> None:
    """Speak a text and write it as wav, with the time of every phone."""
    from tintype.documents import Speech, VoiceProfile
    from tintype.documents.base import write_atomic
    from tintype.one_shot import bench
    from tintype.plugins import Plugins

    with reported(as_json), bench(Plugins.discover(), seed) as place:
        profile = VoiceProfile.load_file(voice) if voice else None
        arguments = {"text": text, "language": lang, "voice": profile, "emotion": None}
        speech = place.run("synthesize_speech", Speech, arguments, provider=provider)
        _put(speech.file(speech.audio), output)
        if phones is not None:
            write_atomic(phones, speech.model_copy(update={"audio": output.name}).to_json().encode())
        summary = {
            "audio": output,
            "duration_s": speech.duration_s,
            "phones": len(speech.phones),
            "source": speech.source,
        }
    if as_json:
        print_json(summary)
    else:
        out.print(f"{output}: {speech.duration_s:.2f} s, {len(speech.phones)} phones, by {speech.source}.")


def head(
    photo: Annotated[Path, typer.Argument(metavar="PHOTO", help="A photo of one face, from the front.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="HEAD.glb", help="The head to write.")],
    provider: Provider = None,
    as_json: AsJson = False,
) -> None:
    """Build a head rig with 52 ARKit shapes from one photo, as glTF that opens anywhere."""
    from tintype.documents import HeadModel
    from tintype.one_shot import bench
    from tintype.plugins import Plugins

    with reported(as_json), bench(Plugins.discover()) as place:
        asset = place.asset(photo, features=True)
        model = place.run("build_head", HeadModel, {"photos": [asset]}, provider=provider)
        _put(model.file(model.model), output)
    if as_json:
        print_json({"head": output, **model.model_dump(mode="json", by_alias=True)})
    else:
        out.print(f"{output}: plate of {model.width_px} × {model.height_px} pixels. {model.notes}")
        err.print("A likeness needs the consent of the person, or of those who speak for them.", style="dim")


def animate(
    audio: Annotated[Path, typer.Argument(metavar="AUDIO", help="A recording, or speech from `tintype speak`.")],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="TRACK.csv|TRACK.npz", help="The face track to write.")
    ],
    text: Annotated[str, typer.Option(help="What is said; the face is more exact with it.")] = "",
    fps: Annotated[float, typer.Option(min=1, max=240, help="Frames per second of the track.")] = 60.0,
    lang: Annotated[str, typer.Option(help="Language of the recording.")] = "en-us",
    seed: Annotated[int, typer.Option(min=0, help="Seed of blinks, gaze and head motion.")] = 0,
    provider: Provider = None,
    as_json: AsJson = False,
) -> None:
    """Make a face track (52 ARKit shapes, head and eyes) that speaks a recording."""
    if output.suffix.lower() not in (".csv", ".npz"):
        raise typer.BadParameter(f"{output.name!r} ends neither in .csv nor in .npz.", param_hint="--output")
    from tintype.documents import FaceTrack
    from tintype.live_link import write_csv
    from tintype.one_shot import bench
    from tintype.plugins import Plugins

    with reported(as_json), bench(Plugins.discover(), seed) as place:
        speech = place.align(audio, text, lang)
        arguments = {"speech": speech, "emotion": None, "performance": None}
        track = place.run("animate_face", FaceTrack, arguments, provider=provider, settings={"fps": fps})
        output.parent.mkdir(parents=True, exist_ok=True)
        if output.suffix.lower() == ".csv":
            write_csv(track, output)
        else:
            track.write(output)
    if as_json:
        print_json({"track": output, "duration_s": track.duration_s, "fps": track.fps, "phones": len(speech.phones)})
    else:
        out.print(f"{output}: {track.duration_s:.2f} s at {track.fps:g} frames per second.")


def features(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Photos, recordings, footage or letters.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="OUT.npz", help="The arrays to write.")],
    as_json: AsJson = False,
) -> None:
    """Measure archive files: MFCC, pitch, key frames, faces, words.  Arrays go into one npz, by file name."""
    import json

    from tintype.archive_features import write_npz
    from tintype.one_shot import bench
    from tintype.plugins import Plugins

    with reported(as_json), bench(Plugins.discover()) as place:
        facts = write_npz([place.asset(path, features=True) for path in files], output)
    if as_json:
        print_json({"features": output, "files": facts})
    else:
        for name, readings in facts.items():
            out.print(f"{name}: {json.dumps(readings, ensure_ascii=False)}", soft_wrap=True, markup=False)


def _put(source: Path, target: Path) -> None:
    """Copy a result to where the user wants it, beside first and then renamed."""
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f".{target.name}.part")
    shutil.copyfile(source, beside)
    beside.replace(target)
