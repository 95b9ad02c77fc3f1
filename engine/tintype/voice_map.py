"""Learns how a person says what a synthesiser said, sound by sound, and moves speech by it.

The synthesiser speaks the transcripts of the person's recordings; the phones of both, with their times, say which
frames belong together.  Per class of sound a ridge regression then leads from the synthesiser's mel-cepstrum, with
its surroundings, to the person's mel-cepstrum and breathiness.  Its output is too even, as regressions are, so the
spread of every coefficient is brought part of the way back to the person's.

Source:
    Regression per class: after Stylianou, Cappé and Moulines 1998, "Continuous probabilistic transform for voice
    conversion", IEEE TSAP 6; global variance: Toda, Black and Tokuda 2007, IEEE TASLP 15.  Frames by WORLD, as in
    :mod:`tintype.voice_match`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tintype.arrays import read_arrays
from tintype.audio import resample
from tintype.documents import Phone
from tintype.errors import DocumentInvalid
from tintype.voice_match import FRAME_MS, ORDER, RATE_HZ, Array, Frames, Samples, VoiceStatistics, analyse, render

SURROUNDINGS = (-8, -4, -2, 0, 2, 4, 8)  # frames of 5 ms
RIDGE = 300.0
FEWEST_FRAMES = 60  # of a class, to have a regression of its own
SPREAD_BACK, MOST_SPREAD = 0.5, 2.2
FRAMES_PER_S = 1000.0 / FRAME_MS
GAP_COST, SAME_CLASS_COST, OTHER_COST = 1.0, 0.6, 1.6
CLASSES = ("vowel", "nasal", "stop", "fricative", "approximant")
VOWELS = frozenset("aeiouyæɑɒɔəɐɛɜɪʊʌᵻɚɝøœɨʉɯɤɵɘɞɶʏ")
NASALS, STOPS = frozenset("mnŋɲɴɳɱ"), frozenset("pbtdkɡgqɢcɟʈɖʔ")
FRICATIVES = frozenset("szʃʒfvθðhxçɕʑʂʐɣχʁβɸħʕɦʝ")
SCHEMA = "VoiceMap.1"


def sound_class(symbol: str) -> str:
    """The class of an IPA symbol; empty for silence."""
    if not symbol:
        return ""
    first = symbol[0]
    for name, members in zip(CLASSES, (VOWELS, NASALS, STOPS, FRICATIVES), strict=False):
        if first in members:
            return name
    return "approximant"


@dataclass(frozen=True)
class Parallel:
    """The same words by the synthesiser and by the person, each as frames with phones."""

    source: Frames
    source_phones: tuple[Phone, ...]
    target: Frames
    target_phones: tuple[Phone, ...]


@dataclass(frozen=True)
class VoiceMap:
    """From one synthesiser's voice to one person's.

    Attributes:
        classes: names of the classes that have a regression of their own.
        mean: of the source's cepstrum, shape=(ORDER,).
        deviation: of the source's cepstrum, shape=(ORDER,).
        common: regression of all sounds, shape=(features, outputs); outputs are cepstrum and aperiodicity.
        own: what each class adds to it, shape=(classes, features, outputs).
        centre: mean of the predicted cepstrum, shape=(ORDER,).
        spread: factors that bring its spread back, shape=(ORDER,).
        source_f0: median and standard deviation of the source's log F0, shape=(2,).
        source: names the synthesiser's voice that it was learnt from, in that synthesiser's own words.
    """

    classes: tuple[str, ...]
    mean: Array
    deviation: Array
    common: Array
    own: Array
    centre: Array
    spread: Array
    source_f0: Array
    source: str = ""

    def arrays(self) -> dict[str, NDArray[Any]]:
        """What is kept of it in a profile's npz, beside the statistics."""
        return {
            "map_schema": np.array(SCHEMA),
            "map_source": np.array(self.source),
            "map_classes": np.array(self.classes),
            **{f"map_{name}": getattr(self, name) for name in _ARRAYS},
        }

    @classmethod
    def read(cls, path: Path) -> VoiceMap | None:
        """The map of a profile's npz; None when it has only statistics.

        Raises:
            DocumentInvalid: it is damaged, or of another version.
        """
        try:
            arrays = read_arrays(path)
            if "map_schema" not in arrays:
                return None
            if str(arrays["map_schema"]) != SCHEMA:
                raise DocumentInvalid(f"{path} holds {str(arrays['map_schema'])[:40]}, not {SCHEMA}.")
            classes = tuple(str(name) for name in arrays["map_classes"])
            found = cls(classes, **{name: arrays[f"map_{name}"] for name in _ARRAYS}, source=str(arrays["map_source"]))
            found._check()
        except (OSError, ValueError, KeyError, TypeError) as err:
            raise DocumentInvalid(f"{path} holds no voice map: {err}.", hint="Build the voice again.") from err
        return found

    def _check(self) -> None:
        features = len(SURROUNDINGS) * ORDER + 1
        shapes = self.common.shape[:1], self.own.shape[:2], self.mean.shape, self.spread.shape
        if shapes != ((features,), (len(self.classes), features), (ORDER,), (ORDER,)):
            raise ValueError(f"its arrays have the shapes {shapes}")
        if not all(np.isfinite(getattr(self, name)).all() for name in _ARRAYS):
            raise ValueError("its arrays have values that are not numbers")

    def predict(self, cepstrum: Array, classes: NDArray[np.str_]) -> tuple[Array, Array]:
        """The person's cepstrum and aperiodicity, from the source's cepstrum and the class of every frame."""
        seen = _with_surroundings(cepstrum, self.mean, self.deviation)
        found = seen @ self.common
        for index, name in enumerate(self.classes):
            frames = classes == name
            found[frames] += seen[frames] @ self.own[index]
        return (found[:, :ORDER] - self.centre) * self.spread + self.centre, found[:, ORDER:]


_ARRAYS = ("mean", "deviation", "common", "own", "centre", "spread", "source_f0")


def _with_surroundings(cepstrum: Array, mean: Array, deviation: Array) -> Array:
    z = (cepstrum - mean) / deviation
    at = np.arange(len(z))
    around = [z[np.clip(at + offset, 0, len(z) - 1)] for offset in SURROUNDINGS]
    return np.concatenate([*around, np.ones((len(z), 1))], axis=1)


def classes_of(phones: Sequence[Phone], frames: int) -> NDArray[np.str_]:
    """The class of every frame, shape=(frames,); empty in silences."""
    classes = np.full(frames, "", dtype="U12")
    for phone in phones:
        classes[round(phone.start_s * FRAMES_PER_S) : round(phone.end_s * FRAMES_PER_S)] = sound_class(phone.symbol)
    return classes


def fit(parallels: Sequence[Parallel], source: str = "") -> VoiceMap | None:
    """Learn a map.

    Args:
        parallels: the same words by both.
        source: names the synthesiser's voice.

    Returns:
        None when the two have too few frames in common.
    """
    pairs = [(clip, *pair) for clip in parallels for pair in matching_frames(clip)]
    if sum(len(own) for _, own, _, _ in pairs) < 10 * FEWEST_FRAMES:
        return None
    cepstra = np.concatenate([clip.source.cepstrum[own] for clip, own, _, _ in pairs])
    mean, deviation = cepstra.mean(axis=0), cepstra.std(axis=0) + 1e-6
    seen = {id(clip): _with_surroundings(clip.source.cepstrum, mean, deviation) for clip in parallels}
    features = np.concatenate([seen[id(clip)][own] for clip, own, _, _ in pairs])
    wanted = np.concatenate(
        [np.hstack([clip.target.cepstrum[to], clip.target.aperiodicity[to]]) for clip, _, to, _ in pairs]
    )
    names = np.concatenate([np.full(len(own), name) for _, own, _, name in pairs])
    common = _ridge(features, wanted)
    left = wanted - features @ common
    classes = tuple(name for name in CLASSES if (names == name).sum() >= FEWEST_FRAMES)
    added = np.array([_ridge(features[names == name], left[names == name]) for name in classes])
    added = added.reshape(len(classes), *common.shape)
    predicted = features @ common
    for index, name in enumerate(classes):
        predicted[names == name] += features[names == name] @ added[index]
    even = predicted[:, :ORDER].std(axis=0) + 1e-6
    back = np.clip(wanted[:, :ORDER].std(axis=0) / even, 1.0, MOST_SPREAD)
    spread = 1.0 + SPREAD_BACK * (back - 1.0)
    spread[0] = 1.0
    f0 = np.log(np.concatenate([clip.source.f0[clip.source.voiced] for clip in parallels]))
    return VoiceMap(
        classes, mean, deviation, common, added, predicted[:, :ORDER].mean(axis=0), spread,
        np.array([np.median(f0), max(float(f0.std()), 1e-3)]), source,
    )  # fmt: skip


def _ridge(features: Array, wanted: Array) -> Array:
    penalty = np.diag(np.r_[np.full(features.shape[1] - 1, RIDGE), 1e-3])
    return np.asarray(np.linalg.solve(features.T @ features + penalty, features.T @ wanted))


def matching_frames(clip: Parallel) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp], str]]:
    """Frames of the source and of the target that belong together, phone by phone, with the phones' class."""
    one = [phone for phone in clip.source_phones if phone.symbol]
    other = [phone for phone in clip.target_phones if phone.symbol]
    for i, j in _same_phones([p.symbol for p in one], [p.symbol for p in other]):
        start, end = round(one[i].start_s * FRAMES_PER_S), round(one[i].end_s * FRAMES_PER_S)
        first, last = round(other[j].start_s * FRAMES_PER_S), round(other[j].end_s * FRAMES_PER_S)
        end = min(end, len(clip.source.f0))
        if end - start < 2 or last - first < 2:
            continue
        source = np.arange(start, end)
        target = np.round(first + (source - start + 0.5) / (end - start) * (last - first) - 0.5).astype(np.intp)
        yield source, np.clip(target, 0, len(clip.target.f0) - 1), sound_class(one[i].symbol)


def _same_phones(one: Sequence[str], other: Sequence[str]) -> list[tuple[int, int]]:
    """Which phones stand for each other, by the cheapest edit; only those of one class."""
    swap = np.array([[_swap_cost(a, b) for b in other] for a in one]).reshape(len(one), len(other))
    cost = np.zeros((len(one) + 1, len(other) + 1))
    cost[:, 0], cost[0, :] = GAP_COST * np.arange(len(one) + 1), GAP_COST * np.arange(len(other) + 1)
    for i in range(len(one)):
        for j in range(len(other)):
            cost[i + 1, j + 1] = min(cost[i, j] + swap[i, j], cost[i, j + 1] + GAP_COST, cost[i + 1, j] + GAP_COST)
    pairs = []
    i, j = len(one), len(other)
    while i and j:
        if np.isclose(cost[i, j], cost[i - 1, j - 1] + swap[i - 1, j - 1]):
            i, j = i - 1, j - 1
            if swap[i, j] < OTHER_COST:
                pairs.append((i, j))
        elif np.isclose(cost[i, j], cost[i - 1, j] + GAP_COST):
            i -= 1
        else:
            j -= 1
    return pairs[::-1]


def _swap_cost(one: str, other: str) -> float:
    if one == other:
        return 0.0
    return SAME_CLASS_COST if sound_class(one) == sound_class(other) else OTHER_COST


def move_by_map(
    samples: Samples, rate_hz: int, phones: Sequence[Phone], voice: VoiceMap, target: VoiceStatistics, *, amount: float
) -> Array:
    """Speech of the map's own synthesiser moved to the person; every sound stays where it is.

    Args:
        samples: speech, shape=(n,), in [-1, 1].
        rate_hz: of the samples.
        phones: with times in seconds from the first sample.
        voice: the map.
        target: the person's statistics, for pitch.
        amount: 0 leaves the voice as it is, 1 moves it all the way.

    Returns:
        Samples, shape=(n,), at the same rate.
    """
    length = len(samples)
    frames = analyse(resample(np.asarray(samples, dtype=np.float32), rate_hz, RATE_HZ))
    if frames.voiced.sum() < 10:
        return np.asarray(samples, dtype=np.float64)
    classes = classes_of(phones, len(frames.f0))
    sounding = classes != ""
    cepstrum, aperiodicity = voice.predict(frames.cepstrum, classes)
    # Half of the level is the person's, half the words' own: a feeling has to stay audible.
    own_level = frames.cepstrum[:, 0] - voice.mean[0] + voice.centre[0]
    cepstrum[:, 0] = (cepstrum[:, 0] + own_level) / 2
    moved = np.where(sounding[:, None], _smoothed(cepstrum), frames.cepstrum)
    breath = np.where((sounding & (frames.f0 > 0))[:, None], np.clip(aperiodicity, -60.0, 0.0), frames.aperiodicity)
    log_f0 = np.log(np.maximum(frames.f0, 1.0))
    wanted = (log_f0 - voice.source_f0[0]) / voice.source_f0[1] * target.f0[1] + target.f0[0]
    f0 = np.where(frames.f0 > 0, np.exp(log_f0 + amount * (wanted - log_f0)), 0.0)
    out = render(
        f0,
        frames.cepstrum + amount * (moved - frames.cepstrum),
        frames.aperiodicity + amount * (breath - frames.aperiodicity),
    )
    back = resample(out.astype(np.float32), RATE_HZ, rate_hz).astype(np.float64)
    return np.pad(back, (0, max(0, length - len(back))))[:length]


def _smoothed(values: Array) -> Array:
    """Over three frames, so that a change of class does not click."""
    padded = np.pad(values, ((1, 1), (0, 0)), mode="edge")
    return np.asarray((padded[:-2] + 2 * padded[1:-1] + padded[2:]) / 4)
