"""A voice profile from recordings alone, outside a film."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tintype.documents import Speech, VoiceProfile
from tintype.documents.base import write_atomic
from tintype.errors import AlignmentFailed, AudioUnreadable, LanguageUnsupported
from tintype.hookspecs import Asset
from tintype.one_shot import Bench


def build_voice_file(
    place: Bench, recordings: Sequence[Path], output: Path, language: str, provider: str | None = None
) -> tuple[VoiceProfile, dict[str, str]]:
    """Build a voice and write it as ``output``, its arrays beside it.

    Returns:
        The profile as written, and the recordings (or transcripts) that were left out, each with the reason.

    Raises:
        AudioUnreadable: none of the recordings can be used.
    """
    usable: list[Asset] = []
    left_out: dict[str, str] = {}
    for path in recordings:
        asset = place.asset(path)
        if asset.item.medium != "recording" or asset.item.quality <= 0:
            left_out[path.name] = "; ".join(asset.item.problems) or f"it is no recording but a {asset.item.medium}"
            continue
        usable.append(_with_words(place, asset, language, left_out))
    if not usable:
        reasons = "; ".join(f"{name}: {reason}" for name, reason in left_out.items())
        raise AudioUnreadable(
            f"None of the {len(recordings)} recordings can be used: {reasons}.", hint="Give recordings of speech."
        )
    arguments = {"recordings": usable, "language": language}
    profile = place.run("build_voice", VoiceProfile, arguments, provider=provider)
    return _written(profile, output), left_out


def _with_words(place: Bench, asset: Asset, language: str, left_out: dict[str, str]) -> Asset:
    """The asset with its transcript aligned, where it has one that fits."""
    if not asset.transcript:
        return asset
    arguments = {"recording": asset.path, "text": asset.transcript, "language": language}
    try:
        return replace(asset, speech=place.run("align_speech", Speech, arguments))
    except (AlignmentFailed, LanguageUnsupported) as err:
        left_out[f"the transcript of {asset.item.path}"] = err.message
        return asset


def _written(profile: VoiceProfile, output: Path) -> VoiceProfile:
    if profile.arrays is not None:
        arrays = output.with_suffix(Path(profile.arrays).suffix)
        write_atomic(arrays, profile.file(profile.arrays).read_bytes())
        profile = profile.model_copy(update={"arrays": arrays.name})
    write_atomic(output, profile.to_json().encode())
    return profile
