"""A whole archive: two photos, a recording with its words, a piece of footage, a letter."""

from __future__ import annotations

from pathlib import Path

from tintype.documents import Medium
from tintype.testing.samples.pictures import avi_bytes, draw_house, film_house, png_bytes
from tintype.testing.samples.portrait import draw_portrait
from tintype.testing.samples.voice import TEXT, sample_speech_in

LETTER = """\
Hilltop House, 3 May 1944

Dear Ada,

The boat came in on Friday and I was so glad to have your letter. We walked down to the harbour in the rain, and
Edward says the house will be painted before the summer. I am afraid the garden is lost.

With love,
your sister Mary
"""
FILES: dict[Medium, tuple[str, ...]] = {
    "photo": ("photos/house.png", "photos/portrait.png"),
    "recording": ("recordings/tape.wav",),
    "footage": ("footage/house.avi",),
    "letter": ("letters/mary.txt",),
}
"""The files of each medium, as :func:`write_archive` writes them."""


def write_archive(root: Path) -> Path:
    """Write the archive into ``root`` and give it back."""
    for name in ("photos", "recordings", "footage", "letters"):
        (root / name).mkdir(parents=True, exist_ok=True)
    (root / "photos/portrait.png").write_bytes(png_bytes(draw_portrait()))
    (root / "photos/house.png").write_bytes(png_bytes(draw_house()))
    speech = sample_speech_in(root / "recordings", synthetic=False)
    (root / "recordings" / speech.audio).rename(root / "recordings/tape.wav")
    (root / "recordings" / speech.FILENAME).unlink()
    (root / "recordings/tape.txt").write_text(TEXT + "\n", encoding="utf-8")
    (root / "footage/house.avi").write_bytes(avi_bytes(film_house()))
    (root / "letters/mary.txt").write_text(LETTER, encoding="utf-8")
    return root
