"""Dates in a text, as written and as ISO 8601."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from tintype_letters.languages import Language

YEAR = r"(?P<year>1[5-9]\d\d|20\d\d)"
DAY = r"(?P<day>0?[1-9]|[12]\d|3[01])"


@dataclass(frozen=True)
class Date:
    """A date: ``written`` as in the text; ``iso`` as precise as the text is: a day, a month or a year."""

    written: str
    iso: str


def find_dates(text: str, language: Language) -> list[Date]:
    """Every date once, in the order of the text.

    Day-month-year is read for figures with dots or slashes, unless only month-day-year makes a date (4/23/1944).
    """
    names = "|".join(sorted(map(re.escape, _month_names(language)), key=len, reverse=True))
    month = rf"(?P<month>{names})\.?"
    patterns = [
        rf"\b(?P<year>1[5-9]\d\d|20\d\d)-(?P<number>0\d|1[0-2])-{DAY}\b",
        rf"\b{DAY}(?:st|nd|rd|th|er|\.|º)?\s+(?:of\s+|de\s+|d[’'])?{month},?\s+(?:de\s+|del\s+)?{YEAR}\b",
        rf"\b{month}\s+{DAY}(?:st|nd|rd|th)?,?\s+{YEAR}\b",
        rf"\b{DAY}[./](?P<number>0?[1-9]|1[0-2])[./]{YEAR}\b",
        rf"\b(?P<number>0?[1-9]|1[0-2])/{DAY}/{YEAR}\b",
        rf"\b{month},?\s+(?:de\s+|del\s+)?{YEAR}\b",
        rf"\b{YEAR}\b",
    ]
    months = {name: number for number, name in _numbered(language)}
    found: list[tuple[int, Date]] = []
    taken: list[range] = []
    for pattern in patterns:
        for match in re.finditer(pattern, text, re.IGNORECASE):
            if any(match.start() in span for span in taken):
                continue
            date = _date(match, months)
            if date is not None:
                taken.append(range(match.start(), match.end()))
                found.append((match.start(), date))
    return list(dict.fromkeys(date for _, date in sorted(found, key=lambda item: item[0])))


def _date(match: re.Match[str], months: dict[str, int]) -> Date | None:
    parts = match.groupdict()
    year = int(parts["year"])
    number = int(parts["number"]) if parts.get("number") else months.get((parts.get("month") or "").lower(), 0)
    written = " ".join(match.group().split())
    if not number:
        return Date(written, f"{year:04d}")
    if not parts.get("day"):
        return Date(written, f"{year:04d}-{number:02d}")
    try:
        return Date(written, dt.date(year, number, int(parts["day"])).isoformat())
    except ValueError:
        return None  # 31 April


def _numbered(language: Language) -> list[tuple[int, str]]:
    names = []
    for number, month in enumerate(language.months, start=1):
        names.append((number, month))
        names += [(number, month[:length]) for length in (3, 4) if len(month) > length + 1]
    return names


def _month_names(language: Language) -> set[str]:
    return {name for _, name in _numbered(language)}
