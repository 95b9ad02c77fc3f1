"""How usable a photo is, and what stands in the way, in words."""

from __future__ import annotations

from math import log2

from tintype_opencv.sharpness import Readings

SMALLEST_SIDE_PX, FULL_SIDE_PX = 48, 1080
"""Below the first nothing can be shown; from the second on size is no limit in an HD film."""
SMALL_SIDE_PX = 400
SHARP_BLUR, LOST_BLUR = 0.35, 0.80
BLURRED = 0.60
LITTLE_SPAN = 60.0
TOO_DARK, TOO_BRIGHT = 45.0, 215.0
LOST_SHARE = 0.35
NOISY, LOST_IN_NOISE = 12.0, 40.0
WORST_READABLE = 0.05
"""A photo that can be opened keeps at least this, so that it can still be chosen by hand."""


def judge(readings: Readings) -> tuple[float, tuple[str, ...]]:
    """Quality, 0 to 1, and problems in words."""
    side = min(readings.width_px, readings.height_px)
    if side < SMALLEST_SIDE_PX:
        return 0.0, (f"only {readings.width_px} × {readings.height_px} pixels: too small to show",)
    size = _between(log2(side), log2(SMALLEST_SIDE_PX), log2(FULL_SIDE_PX))
    sharp = _between(readings.blur, LOST_BLUR, SHARP_BLUR)
    clear = _between(readings.noise, LOST_IN_NOISE, NOISY)
    quality = size**0.4 * max(sharp * clear, 0.05) ** 0.4 * max(exposure(readings), 0.05) ** 0.2
    return round(min(max(quality, WORST_READABLE), 1.0), 3), tuple(_problems(readings, side))


def exposure(readings: Readings) -> float:
    """How well the tones are placed: 1 unless the picture is flat, nearly black, nearly white or burnt out."""
    span = _between(readings.bright - readings.dark, 0.0, 120.0)
    middle = min(_between(readings.mean, 5.0, TOO_DARK), _between(readings.mean, 250.0, TOO_BRIGHT))
    detail = 1.0 - max(readings.black_share, readings.white_share)
    return span * middle * detail


def _problems(readings: Readings, side: int) -> list[str]:
    found = []
    if side < SMALL_SIDE_PX:
        found.append(f"small: {readings.width_px} × {readings.height_px} pixels")
    if readings.bright - readings.dark < LITTLE_SPAN:
        found.append("hardly any contrast")
    if readings.blur > BLURRED:
        found.append(f"blurred ({readings.blur:.2f}, where 1 is all blur)")
    if readings.mean < TOO_DARK:
        found.append(f"dark: mean luminance {readings.mean:.0f} of 255")
    if readings.mean > TOO_BRIGHT:
        found.append(f"bright: mean luminance {readings.mean:.0f} of 255")
    if readings.black_share > LOST_SHARE:
        found.append(f"{readings.black_share:.0%} of it is black without detail")
    if readings.white_share > LOST_SHARE:
        found.append(f"{readings.white_share:.0%} of it is white without detail")
    if readings.noise > NOISY:
        found.append(f"noisy: {readings.noise:.0f} of 255")
    return found


def _between(value: float, worst: float, best: float) -> float:
    """0 at ``worst``, 1 at ``best``, clipped; ``worst`` may be the larger one."""
    return min(max((value - worst) / (best - worst), 0.0), 1.0)
