"""The finish, step by step: look, ends, levels of the voices, loudness of the whole, peaks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from tintype import Job
from tintype.audio import write_audio
from tintype.documents import Film, SoundClip, Track

from tintype_finishing.limiter import limited
from tintype_finishing.looks import with_look
from tintype_finishing.loudness import Programme
from tintype_finishing.mix import MONO_PAN, RATE_HZ, Samples, Source, chunks, clip_samples

if TYPE_CHECKING:
    from tintype_finishing import FinishingSettings

MOST_GAIN_DB = 30.0
MOST_LEVELLING_DB = 15.0
CODEC_RESERVE_DB = 0.5
"""AAC may overshoot the peaks that it was given by about this much."""

LIMITER_RESERVE_DB = 0.1
"""What a single sound stays below the ceiling, for the bed that lies under it."""

CLICK = 0.003
"""Amplitude at a clip's end from which a cut is heard as a click (-50 dBFS)."""

CLICK_FADE_FRAMES = 1
MOST_LIMITING = 3
Gains = dict[str, float]


def finish(film: Film, root: Path, settings: FinishingSettings, job: Job) -> Film:
    """The film with look, fades and gains; limited sounds are written into ``job.folder``.

    Raises:
        AudioUnreadable: a sound of the edit is missing.
    """
    film = with_look(film, settings.look, settings.look_amount)
    film = with_ends(film, settings.fade_in_s, settings.fade_out_s)
    sources = {clip.id: Source.of(clip, root) for clip in film.clips() if isinstance(clip, SoundClip)}
    if not sources:
        return film.save(job.folder)
    film, sources = without_clicks(film, sources)
    job.progress(0.1, "levels")
    gains = levelled(sources.values(), job) if settings.level_voices else _own_gains(sources.values())
    job.progress(0.4, "loudness")
    ceiling_db = settings.peak_dbtp - CODEC_RESERVE_DB
    programme = _measured(sources.values(), film.duration_s, gains, job)
    gain_db = programme.gain_to(settings.loudness_lufs)
    for number in range(MOST_LIMITING):
        if programme.peak_dbtp(gain_db) <= ceiling_db:
            break
        job.progress(0.5 + 0.4 * number / MOST_LIMITING, "peaks")
        if not limit_peaks(sources, gains, gain_db, ceiling_db, job):
            break
        programme = _measured(sources.values(), film.duration_s, gains, job)
        gain_db = programme.gain_to(settings.loudness_lufs)
    gain_db = min(gain_db, MOST_GAIN_DB, gain_db + ceiling_db - programme.peak_dbtp(gain_db))
    job.progress(0.9, "edit")
    clips = {
        name: source.clip.model_copy(update={"gain_db": round(gains[name] + gain_db, 3)})
        for name, source in sources.items()
    }
    return with_measurements(_replaced(film, clips), programme, gain_db, settings.loudness_lufs).save(job.folder)


def with_ends(film: Film, fade_in_s: float, fade_out_s: float) -> Film:
    """The film beginning and ending in black: the clips at its ends get fades, longer ones keep theirs."""

    def ended(track: Track) -> Track:
        if track.kind == "sound":
            return track
        clips = []
        for clip in track.clips:
            fades = {}
            if clip.start_s < 0.5 / film.fps:
                fades["fade_in_s"] = max(clip.fade_in_s, min(fade_in_s, clip.duration_s / 2))
            if clip.end_s > film.duration_s - 0.5 / film.fps:
                fades["fade_out_s"] = max(clip.fade_out_s, min(fade_out_s, clip.duration_s / 2))
            clips.append(clip.model_copy(update=fades) if fades else clip)
        return track.model_copy(update={"clips": tuple(clips)})

    return film.model_copy(update={"tracks": tuple(ended(track) for track in film.tracks)})


def without_clicks(film: Film, sources: Mapping[str, Source]) -> tuple[Film, dict[str, Source]]:
    """A fade of one frame where a sound would begin or end in mid-wave; sounds that run on into each other keep on."""
    fade_s = CLICK_FADE_FRAMES / film.fps
    changed = {}
    for name, source in sources.items():
        clip = source.clip
        edge_s = min(0.005, clip.duration_s / 4)
        updates = {}
        if clip.fade_in_s == 0 and not _continues(clip, sources.values(), at_start=True):
            loud = np.abs(source.read(0.0, edge_s)).max(initial=0.0) > CLICK
            updates |= {"fade_in_s": fade_s} if loud else {}
        if clip.fade_out_s == 0 and not _continues(clip, sources.values(), at_start=False):
            loud = np.abs(source.read(clip.duration_s - edge_s, clip.duration_s)).max(initial=0.0) > CLICK
            updates |= {"fade_out_s": fade_s} if loud else {}
        new = clip.model_copy(update=updates)
        changed[name] = Source(new, source.path, source.rate_hz, source.frames, source.channels)
    return _replaced(film, {name: source.clip for name, source in changed.items()}), changed


def _continues(clip: SoundClip, sources: Collection[Source], *, at_start: bool) -> bool:
    return any(
        other.clip.path == clip.path
        and abs((other.clip.end_s - clip.start_s) if at_start else (clip.end_s - other.clip.start_s)) < 1e-6
        for other in sources
    )


def levelled(sources: Collection[Source], job: Job) -> Gains:
    """Gains that bring every voice to the loudness of the middle one; other sounds keep theirs."""
    gains = _own_gains(sources)
    heard = {}
    for source in sources:
        job.check_cancelled()
        if source.clip.line is not None:
            lufs = Programme.of([clip_samples(source)]).lufs()
            if np.isfinite(lufs):
                heard[source.clip.id] = lufs + source.clip.gain_db
    if heard:
        middle = float(np.median(list(heard.values())))
        for name, lufs in heard.items():
            gains[name] += float(np.clip(middle - lufs, -MOST_LEVELLING_DB, MOST_LEVELLING_DB))
    return gains


def limit_peaks(sources: dict[str, Source], gains: Gains, gain_db: float, ceiling_db: float, job: Job) -> bool:
    """Limit the sounds whose own peaks are above the ceiling.  Changes ``sources``; says whether it did."""
    changed = False
    for name, source in list(sources.items()):
        job.check_cancelled()
        samples = source.read(0.0, source.clip.duration_s)
        allowed_db = ceiling_db - LIMITER_RESERVE_DB - gains[name] - gain_db
        if Programme.of([samples]).peak_dbtp() <= allowed_db:
            continue
        path = job.folder / f"{name}.limited.wav"
        mono = limited(samples, 10 ** (allowed_db / 20)).mean(axis=1) / MONO_PAN
        write_audio(path, mono, RATE_HZ)
        clip = source.clip.model_copy(update={"path": f"edit/{path.name}", "offset_s": 0.0})
        sources[name] = Source(clip, path, RATE_HZ, len(mono), 1)
        changed = True
    return changed


def with_measurements(film: Film, programme: Programme, gain_db: float, target_lufs: float) -> Film:
    """The film with what it aimed at and what it reached."""
    reached, peak = programme.lufs(gain_db), programme.peak_dbtp(gain_db)
    has_sound = bool(np.isfinite(reached))
    measured = {
        "target_lufs": target_lufs,
        "integrated_lufs": round(reached, 2) if has_sound else None,
        "true_peak_dbtp": round(peak, 2) if np.isfinite(peak) else None,
        "limited": sorted(
            clip.id for clip in film.clips() if isinstance(clip, SoundClip) and clip.path.endswith(".limited.wav")
        ),
    }
    return film.model_copy(
        update={
            "loudness_lufs": target_lufs if has_sound else None,
            "metadata": {**film.metadata, "loudness": measured},
        }
    )


def _measured(sources: Iterable[Source], duration_s: float, gains: Gains, job: Job) -> Programme:
    return Programme.of(_mix(sources, duration_s, gains, job))


def _own_gains(sources: Iterable[Source]) -> Gains:
    return {source.clip.id: source.clip.gain_db for source in sources}


def _mix(sources: Iterable[Source], duration_s: float, gains: Gains, job: Job) -> Iterator[Samples]:
    for chunk in chunks(list(sources), duration_s, gains):
        job.check_cancelled()
        yield chunk


def _replaced(film: Film, clips: Mapping[str, SoundClip]) -> Film:
    tracks = tuple(
        track.model_copy(update={"clips": tuple(clips.get(clip.id, clip) for clip in track.clips)})
        for track in film.tracks
    )
    return film.model_copy(update={"tracks": tracks})
