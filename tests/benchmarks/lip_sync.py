"""How far mouth and sound are apart in a finished film.

    .venv/bin/python tests/benchmarks/lip_sync.py build/demo

For every portrait line of the film it finds (1) where the line's ``speech.wav`` really lies in the sound of film.mp4,
and (2) where the movement of its face track really lies in the picture, read from the frames by MediaPipe's face mesh:
each by the lag of the highest correlation.  The difference is the offset that a viewer sees; the target is one frame.
"""

from __future__ import annotations

import sys
from pathlib import Path

import av
import mediapipe as mp
import numpy as np
from scipy.signal import correlate
from tintype.audio import read_audio, resample
from tintype.documents import FaceTrack, Film, PortraitClip, SoundClip

RATE_HZ = 16000
SEARCH_S = 0.25
STEP_S = 0.002
UPPER, LOWER, CORNERS = 13, 14, (61, 291)


def film_sound(path: Path) -> np.ndarray:
    with av.open(str(path)) as film:
        resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE_HZ)
        blocks = [new.to_ndarray()[0] for frame in film.decode(audio=0) for new in resampler.resample(frame)]
    return np.concatenate(blocks)


def film_gaps(path: Path, start_s: float, end_s: float) -> tuple[np.ndarray, np.ndarray]:
    """Times of frames and the lips' gap in them, as a share of the mouth's width; NaN where no face is seen."""
    times, gaps = [], []
    with av.open(str(path)) as film, mp.solutions.face_mesh.FaceMesh(refine_landmarks=True) as mesh:
        film.seek(int(max(start_s - 1, 0) * 1e6))
        for frame in film.decode(video=0):
            if frame.time < start_s:
                continue
            if frame.time > end_s:
                break
            seen = mesh.process(frame.to_ndarray(format="rgb24")).multi_face_landmarks
            times.append(frame.time)
            if not seen:
                gaps.append(np.nan)
                continue
            at = [(point.x * frame.width, point.y * frame.height) for point in seen[0].landmark]
            width = np.hypot(*np.subtract(at[CORNERS[0]], at[CORNERS[1]]))
            gaps.append((at[LOWER][1] - at[UPPER][1]) / width)
    return np.array(times), np.array(gaps)


def sound_lag_s(sound: np.ndarray, speech: np.ndarray, at_s: float) -> float:
    """How much later than planned the speech lies in the film."""
    first = round((at_s - SEARCH_S) * RATE_HZ)
    part = sound[max(first, 0) : first + len(speech) + round(2 * SEARCH_S * RATE_HZ)]
    lag = int(np.argmax(correlate(part, speech, mode="valid")))
    return lag / RATE_HZ - SEARCH_S if first >= 0 else (lag + first) / RATE_HZ - SEARCH_S


def mouth_lag_s(times: np.ndarray, gaps: np.ndarray, track: FaceTrack, at_s: float) -> tuple[float, float]:
    """How much later than planned the mouth moves, and the correlation there."""
    opening = track.channel("jawOpen") - track.channel("mouthClose")
    known = np.isfinite(gaps)
    best = (-2.0, 0.0)
    for lag in np.arange(-SEARCH_S, SEARCH_S + STEP_S, STEP_S):
        planned = np.interp(times[known] - at_s - lag, np.arange(len(opening)) / track.fps, opening, left=0, right=0)
        score = float(np.corrcoef(planned, gaps[known])[0, 1])
        best = max(best, (score, float(lag)))
    return best[1], best[0]


def main(root: Path) -> None:
    film = Film.load(root / "edit")
    sound = film_sound(root / "film.mp4")
    voices = {clip.line: clip for clip in film.clips() if isinstance(clip, SoundClip) and clip.line}
    print(f"{'line':<14}{'sound (ms)':>12}{'mouth (ms)':>12}{'offset (frames)':>17}{'correlation':>13}")
    for clip in film.clips():
        if not isinstance(clip, PortraitClip) or clip.face is None:
            continue
        voice, track = voices[clip.line], FaceTrack.read(root / clip.face)
        samples, rate = read_audio(root / voice.path)
        sound_s = sound_lag_s(sound, resample(samples, rate, RATE_HZ), voice.start_s - voice.offset_s)
        times, gaps = film_gaps(root / "film.mp4", clip.start_s + 0.5, clip.end_s - 0.5)
        mouth_s, score = mouth_lag_s(times, gaps, track, clip.start_s - clip.face_offset_s)
        offset = (mouth_s - sound_s) * film.fps
        print(f"{clip.line:<14}{sound_s * 1000:>12.0f}{mouth_s * 1000:>12.0f}{offset:>17.2f}{score:>13.2f}")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "build/demo"))
