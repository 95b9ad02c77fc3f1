"""A line as eSpeak NG should read it, with the way back to the words as they are written."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from tintype.errors import LanguageUnsupported

SPEAKABLE = re.compile(r"\w")
TOKEN = re.compile(r"[^\s—–…]+[—–…]*|[—–…]+")
DASHES = re.compile(r"\s*[—–]+\s*|\s+-+\s+|\s*…\s*")
LINE_ENDS = re.compile(r"[ \t]*[\r\n]+\s*")
EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\ufe0f\u200d\u20e3\U000e0020-\U000e007f]")

SPELLED_SCRIPTS: dict[str, frozenset[str]] = {
    "CJK": frozenset({"cmn", "zh", "yue", "hak"}),
    "HIRAGANA": frozenset({"ja"}),
    "KATAKANA": frozenset({"ja"}),
    "HEBREW": frozenset({"he"}),
    "ARABIC": frozenset({"ar", "fa", "ur", "sd", "ug"}),
    "THAI": frozenset({"th"}),
    "ETHIOPIC": frozenset({"am", "ti"}),
    "GREEK": frozenset({"el", "grc"}),
    "CYRILLIC": frozenset({"ru", "uk", "be", "bg", "sr", "mk", "kk", "ky", "tt", "ba", "cv", "nog"}),
}
"""Scripts that eSpeak NG spells letter by letter ("Chinese letter, Chinese letter") unless the voice is one of these
languages'; it reads other scripts in the language that they belong to."""
SPELLED_SHARE = 1 / 3
SCRIPT_NAMES = {"CJK": "Chinese characters", "HIRAGANA": "kana", "KATAKANA": "kana"}


@dataclass(frozen=True)
class SpokenText:
    """What is given to eSpeak NG.

    Attributes:
        text: plain text; dashes and line ends are pauses, emoji and control characters are gone.
        origins: for every character of it the index of the character of the line that it comes from.
    """

    text: str
    origins: tuple[int, ...]


def spoken_text(line: str) -> SpokenText:
    """The line as eSpeak NG should read it."""
    text: list[str] = []
    origins: list[int] = []

    def add(characters: str, origin: int, step: int = 0) -> None:
        text.extend(characters)
        origins.extend(origin + step * offset for offset in range(len(characters)))

    first = len(line) - len(line.lstrip())
    at, end = first, len(line.rstrip())
    while at < end:
        dash, line_end = DASHES.match(line, at), LINE_ENDS.match(line, at)
        if line_end:
            add(". ", max(at - 1, first))
            at = line_end.end()
        elif dash:
            add(", ", max(at - 1, first))
            at = dash.end()
        else:
            char = line[at]
            add(" " if EMOJI.match(char) or not (char.isprintable() or char == " ") else char, at)
            at += 1
    return SpokenText("".join(text), tuple(origins))


def written_words(line: str) -> list[tuple[int, str]]:
    """The words of a line as written, each with its punctuation and where it begins."""
    return [(match.start(), match.group()) for match in TOKEN.finditer(line)]


def check_script(line: str, language: str) -> None:
    """Refuse a line that eSpeak NG would spell letter by letter.

    Raises:
        LanguageUnsupported: names the script and the languages that are written in it.
    """
    letters = [char for char in line if char.isalpha()]
    primary = language.lower().replace("_", "-").split("-")[0]
    for script, languages in SPELLED_SCRIPTS.items():
        count = sum(unicodedata.name(char, "").startswith(script) for char in letters)
        if count > SPELLED_SHARE * len(letters) and primary not in languages:
            known = ", ".join(sorted(languages))
            hint = f"Set the line's language to what it is written in: {known}."
            if primary == "ja":
                hint = "Write the line in kana: eSpeak NG cannot read kanji."
            raise LanguageUnsupported(
                f"{line[:40]!r} is written in {SCRIPT_NAMES.get(script, script.title())}, "
                f"which eSpeak NG's voice for {language!r} would only spell out.",
                hint=hint,
            )
