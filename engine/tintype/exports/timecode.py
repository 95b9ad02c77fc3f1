"""Seconds as whole frames and as SMPTE timecode, in one place for all exports."""

from __future__ import annotations

DROP_FRAME_RATES = (30000 / 1001, 60000 / 1001)
"""Rates whose timecode skips numbers so that it keeps to the clock (SMPTE ST 12-1, section 5.2.2)."""


def frame_at(time_s: float, fps: float) -> int:
    """The frame that starts nearest to ``time_s``."""
    return round(time_s * fps)


def timecode(time_s: float, fps: float) -> str:
    """``HH:MM:SS:FF`` of the frame nearest to ``time_s``; ``HH:MM:SS;FF`` (drop frame) at 29.97 and 59.94 fps."""
    nominal = max(round(fps), 1)
    number = frame_at(time_s, fps)
    dropping = any(abs(fps - rate) < 0.01 for rate in DROP_FRAME_RATES)
    if dropping:
        number += _dropped(number, nominal)
    seconds, frames = divmod(number, nominal)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}{';' if dropping else ':'}{frames:02d}"


def _dropped(number: int, nominal: int) -> int:
    """How many frame numbers have been skipped before frame ``number``: two (or four) a minute, not every tenth."""
    per_minute = nominal // 15
    frames_in_ten_minutes = nominal * 600 - per_minute * 9
    frames_in_a_minute = nominal * 60 - per_minute
    tens, rest = divmod(number, frames_in_ten_minutes)
    minutes = max(rest - per_minute, 0) // frames_in_a_minute
    return per_minute * (9 * tens + minutes)


def clock(time_s: float, separator: str) -> str:
    """``HH:MM:SS`` and milliseconds after ``separator``, as subtitle files have it."""
    milliseconds = max(round(time_s * 1000), 0)
    seconds, milliseconds = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}{separator}{milliseconds:03d}"
