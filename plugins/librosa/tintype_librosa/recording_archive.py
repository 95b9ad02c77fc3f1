"""Every recording of an archive, as ``Archive.1``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyloudnorm
import soundfile
from numpy.typing import NDArray
from tintype import Job
from tintype.digests import file_digest
from tintype.documents import Archive, ArchiveItem
from tintype.errors import AudioUnreadable

from tintype_librosa.channels import Choice, choose_channel, mono
from tintype_librosa.cleaning import Plan, plan_cleaning
from tintype_librosa.decoding import opened
from tintype_librosa.recording_quality import judge, read

if TYPE_CHECKING:
    from tintype_librosa import PrepareSettings

JUDGED_S = 300.0
"""A recording is judged by at most this much of it, in blocks of ten seconds spread evenly: memory stays bounded."""
LEVEL_OFF_LU = 1.0  # nearer to the wanted loudness than this is left as it is
MAX_GAIN_DB = 30.0
SOFT_FROM, SOFT_TO = 0.80, 0.99  # louder samples are bent instead of cut off
SHORTEST_LOUDNESS_S = 0.4  # a gating block of ITU-R BS.1770

Samples = NDArray[np.float32]


@dataclass(frozen=True)
class Survey:
    """What one pass over a recording found.

    Attributes:
        rate_hz: samples per second.
        channels: of the original.
        channel: which of them is used.
        parts: at most :data:`JUDGED_S` of the chosen channel, shape=(n,).
        duration_s: length of the whole.
        by_ffmpeg: whether other stages could not read the original's format.
        broke_off: whether the original is damaged toward its end.
        notes: what the editor should know.
    """

    rate_hz: int
    channels: int
    channel: Choice
    parts: Samples
    duration_s: float
    by_ffmpeg: bool
    broke_off: bool
    notes: tuple[str, ...]


def prepare(root: Path, files: Sequence[Path], settings: PrepareSettings, job: Job) -> Archive:
    """Look at recordings; write mono, cleaned and levelled versions of those that need it into ``job.folder``."""
    items = []
    for number, path in enumerate(files):
        job.progress(number / len(files), path.name)
        items.append(_item(root, path, settings, job))
    return Archive(root=root.name, items=tuple(items)).save(job.folder)


def _item(root: Path, path: Path, settings: PrepareSettings, job: Job) -> ArchiveItem:
    known = {"path": path.relative_to(root).as_posix(), "medium": "recording", "sha256": file_digest(path)}
    try:
        survey = look_at(path, settings.channel, job)
    except AudioUnreadable as err:
        return ArchiveItem(**known, quality=0.0, problems=(f"{err.message} {err.hint}",))
    quality, problems = judge(read(survey.parts, survey.rate_hz, survey.duration_s))
    problems = (*survey.notes, *problems)
    about = {**known, "duration_s": round(survey.duration_s, 3), "quality": quality, "problems": problems}
    if quality == 0:
        return ArchiveItem(**about)
    plan = plan_cleaning(survey.parts, survey.rate_hz) if settings.clean else Plan()
    job.check_cancelled()
    gain_db = gain_to(settings.loudness_lufs, survey, plan) if settings.level else 0.0
    steps = [*plan.steps]
    if survey.channels > 1:
        steps.append(f"{survey.channels} channels brought to one ({survey.channel})")
    if survey.by_ffmpeg:
        steps.append("decoded to wav")
    if survey.broke_off:
        steps.append("the readable part saved as wav")
    if gain_db:
        steps.append(f"brought to {settings.loudness_lufs:.0f} LUFS ({gain_db:+.1f} dB)")
    if not steps:
        return ArchiveItem(**about)
    name = f"{path.stem}-{known['sha256'][:12]}.wav"
    write_prepared(path, job.folder / name, survey, plan, gain_db, job)
    return ArchiveItem(**about, prepared=name, steps=tuple(steps))


def look_at(path: Path, wanted: Choice, job: Job) -> Survey:
    """Read a recording once or, in stereo, twice.

    Raises:
        AudioUnreadable: nothing in it can be decoded.
    """
    channel, notes = _channel_of(path, wanted, job)
    with opened(path) as recording:
        length, blocks = 0, []
        for block in mono(recording.blocks(), channel):
            job.check_cancelled()
            length += len(block)
            blocks.append(block)
            blocks = _thinned(blocks, round(JUDGED_S * recording.rate_hz))
        about, broke_off = recording, recording.broke_off
    if not length:
        raise AudioUnreadable(f"{path.name} has no sound in it.", hint="Check that it was copied completely.")
    duration_s = length / about.rate_hz
    if broke_off:
        notes = (*notes, f"damaged: it breaks off after {duration_s:.1f} s")
    return Survey(
        rate_hz=about.rate_hz,
        channels=about.channels,
        channel=channel,
        parts=np.concatenate(blocks),
        duration_s=duration_s,
        by_ffmpeg=about.by_ffmpeg,
        broke_off=broke_off,
        notes=notes,
    )


def _channel_of(path: Path, wanted: Choice, job: Job) -> tuple[Choice, tuple[str, ...]]:
    with opened(path) as recording:
        if recording.channels < 2:
            return "mix", ()

        def checked() -> Iterator[Samples]:
            for block in recording.blocks():
                job.check_cancelled()
                yield block

        return choose_channel(checked(), wanted)


def _thinned(blocks: list[Samples], most: int) -> list[Samples]:
    """Every second block once there are more than twice as many samples as wanted."""
    return blocks[::2] if sum(map(len, blocks)) > 2 * most else blocks


def gain_to(loudness_lufs: float, survey: Survey, plan: Plan) -> float:
    """Gain in dB that brings the cleaned recording to a loudness; 0 where it is there already.

    Source:
        ITU-R BS.1770-4 and EBU R 128, by pyloudnorm (Steinmetz and Reiss 2021).
    """
    cleaned = np.concatenate(list(plan.apply([survey.parts], survey.rate_hz)))
    if len(cleaned) <= SHORTEST_LOUDNESS_S * survey.rate_hz:
        return 0.0
    loudness = pyloudnorm.Meter(survey.rate_hz).integrated_loudness(cleaned.astype(np.float64))
    if not np.isfinite(loudness) or abs(loudness_lufs - loudness) < LEVEL_OFF_LU:
        return 0.0
    return float(min(loudness_lufs - loudness, MAX_GAIN_DB))


def write_prepared(path: Path, target: Path, survey: Survey, plan: Plan, gain_db: float, job: Job) -> None:
    """Write the chosen channel, cleaned and levelled, as 16-bit wav, block by block."""
    gain = np.float32(10 ** (gain_db / 20))
    with (
        opened(path) as recording,
        soundfile.SoundFile(target, "w", survey.rate_hz, 1, "PCM_16", format="WAV") as out,
    ):
        for block in plan.apply(mono(recording.blocks(), survey.channel), survey.rate_hz):
            job.check_cancelled()
            out.write(np.round(softly_limited(block * gain) * 32767).astype(np.int16))


def softly_limited(samples: Samples) -> Samples:
    """Samples within full scale: those above :data:`SOFT_FROM` are bent toward :data:`SOFT_TO`."""
    size = np.abs(samples)
    room = SOFT_TO - SOFT_FROM
    bent = np.sign(samples) * (SOFT_FROM + room * np.tanh((size - SOFT_FROM) / room))
    return np.where(size > SOFT_FROM, bent, samples).astype(np.float32)
