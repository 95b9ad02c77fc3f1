"""The film's words on screen as title clips, each in its place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal

from tintype import Project
from tintype.documents import TitleClip

from tintype_documentary import typography as type_
from tintype_documentary.phrases import joined, lines_of, tokens_of, width_of
from tintype_documentary.sources import Page as SourcePage
from tintype_documentary.typography import Page

if TYPE_CHECKING:
    from tintype_documentary.settings import DocumentarySettings

FADE_S = 0.4
LABEL_FADE_S = 0.2
TITLE_WIDTH, CARD_WIDTH = 0.5, 0.72
MARK_WIDTH = 0.068
HEADING_WIDTH, CREDIT_WIDTH, NARROW_CREDIT_WIDTH = 0.23, 0.64, 0.85
TITLE_Y, CARD_Y = 0.47, 0.53
SUBTITLE_Y, LOWER_THIRD_Y = 0.07, 0.24
SMALLEST_QUOTATION = 0.05
MOST_CARD_LINES = 7

Style = Literal["title", "subtitle", "label", "quotation", "credit", "lower_third"]


class Lettering:
    """Makes title clips.

    Args:
        page: the frame.
        settings: sizes and corners.
    """

    def __init__(self, page: Page, settings: DocumentarySettings) -> None:
        self.page = page
        self.settings = settings

    def title(self, project: Project, when: dict[str, Any]) -> Iterator[TitleClip]:
        """The film's title, large, with its second line (or the years of a life) beneath."""
        text = project.film.title
        longest = self.page.characters(type_.TITLE, TITLE_WIDTH)
        lines = lines_of(text, max(longest, max(width_of(word) for word in tokens_of(text)))) or [text]
        size = self.page.fitting(type_.TITLE, max(map(width_of, lines)) + 1, TITLE_WIDTH + 0.02)
        yield self._clip("film.title.text", "title", "\n".join(lines), size, when, y=TITLE_Y, anchor="bottom")
        years = project.film.subtitle or life(project)
        if years:
            size = self.page.fitting(type_.YEARS, width_of(years), TITLE_WIDTH)
            yield self._clip(
                "film.title.years", "credit", years, size, when, y=TITLE_Y - 0.03, anchor="top", colour=type_.SAND
            )

    def card(self, name: str, text: str, source: str, subject: str, when: dict[str, Any]) -> Iterator[TitleClip]:
        """A card: a quotation with its mark and its source, or plain words when no source is named."""
        lines, size = self._fitted(joined(tokens_of(text)), CARD_WIDTH)
        credit = [*self._wrapped(source, type_.ATTRIBUTION, CARD_WIDTH)] if source else []
        height = len(lines) * size + (0.035 + (1 + len(credit)) * type_.ATTRIBUTION if source else 0)
        top = min(type_.SAFE * -1 + 1, CARD_Y + height / 2)
        x = type_.MARGIN + (MARK_WIDTH if source else 0.0)
        style: Style = "quotation" if source else "credit"
        yield self._clip(f"{name}.text", style, "\n".join(lines), size, when, x=x, y=top, anchor="top")
        if not source:
            return
        yield self._clip(f"{name}.mark", "title", "“", type_.MARK, when, y=top + 0.045, anchor="top", colour=type_.SAND)
        yield self._clip(
            f"{name}.source", "credit", "\n".join([subject, *credit]), type_.ATTRIBUTION, self._later(when, 0.6), x=x,
            y=top - len(lines) * size - 0.035, anchor="top", colour=type_.SAND,
        )  # fmt: skip

    def sources(self, name: str, page: SourcePage, when: dict[str, Any]) -> Iterator[TitleClip]:
        """A closing card: headings, and beside each its entries; beneath it in a narrow film."""
        headings, entries = columns_of(page, stacked=self.page.is_narrow)
        indent = 0.0 if self.page.is_narrow else HEADING_WIDTH
        y = min(0.5 + len(entries) * type_.CREDIT / 2, 1 - 1.6 * type_.SAFE)
        for column, lines, x, colour in (
            ("headings", headings, type_.MARGIN, type_.SAND),
            ("entries", entries, type_.MARGIN + indent, type_.PAPER),
        ):
            text = "\n".join(lines)
            yield self._clip(
                f"{name}.{column}", "credit", text, type_.CREDIT, when, x=x, y=y, anchor="top", colour=colour, wrap=1.0
            )

    def lower_third(self, name: str, project: Project, when: dict[str, Any]) -> Iterator[TitleClip]:
        """The person's name and years, for their first appearance."""
        years = life(project)
        yield self._clip(
            f"{name}.name", "lower_third", project.subject.name, type_.LOWER_THIRD, when, y=LOWER_THIRD_Y,
            anchor="bottom",
        )  # fmt: skip
        if years:
            yield self._clip(
                f"{name}.years", "credit", years, type_.ATTRIBUTION, when, y=LOWER_THIRD_Y - 0.008, anchor="top",
                colour=type_.SAND,
            )  # fmt: skip

    def label(self, name: str, text: str, when: dict[str, Any]) -> TitleClip:
        """The label of synthetic material, in its corner."""
        vertical, side = self.settings.label_corner.split()
        upper = vertical == "upper"
        return TitleClip(
            id=name, style="label", text=text, size=self.settings.label_size, colour=type_.PAPER, box=type_.VEIL,
            x=1 - type_.SAFE if side == "right" else type_.SAFE, y=1 - 1.4 * type_.SAFE if upper else 0.22,
            align="right" if side == "right" else "left", anchor="top" if upper else "bottom", wrap=0.9,
            **{**when, "fade_in_s": LABEL_FADE_S, "fade_out_s": LABEL_FADE_S},
        )  # fmt: skip

    def picture_credit(self, name: str, text: str, when: dict[str, Any]) -> TitleClip:
        """A picture's source, small, in the upper corner that the label leaves free."""
        left = self.settings.label_corner != "upper left"
        lines = self._wrapped(text, type_.PICTURE_CREDIT, 0.5)
        return self._clip(
            name, "credit", "\n".join(lines), type_.PICTURE_CREDIT, when, x=type_.SAFE if left else 1 - type_.SAFE,
            y=1 - 1.4 * type_.SAFE, anchor="top", align="left" if left else "right", box=type_.VEIL,
        )  # fmt: skip

    def subtitle(self, name: str, text: str, when: dict[str, Any]) -> TitleClip:
        """One subtitle; it comes and goes at once, as they do."""
        longest = max(width_of(line) for line in text.splitlines())
        size = self.page.fitting(self.settings.subtitle_size, longest, 0.9)
        return TitleClip(
            id=name, style="subtitle", text=text, size=size, colour=type_.PAPER, box=type_.VEIL, x=0.5, y=SUBTITLE_Y,
            align="center", anchor="bottom", wrap=0.95, **when,
        )  # fmt: skip

    def _fitted(self, text: str, width: float) -> tuple[list[str], float]:
        """A card's lines, and the largest size at which they are few enough."""
        size = type_.QUOTATION
        while True:
            lines = self._wrapped(text, size, width)
            if len(lines) <= MOST_CARD_LINES or len(lines) * size <= 0.62:
                return lines, size
            size *= 0.94
            if size < SMALLEST_QUOTATION:
                lines = self._wrapped(text, SMALLEST_QUOTATION, 0.85)
                return lines, min(SMALLEST_QUOTATION, 0.7 / len(lines))

    def _wrapped(self, text: str, size: float, width: float) -> list[str]:
        return lines_of(text, self.page.characters(size, width)) or [text]

    @staticmethod
    def _later(when: dict[str, Any], by_s: float) -> dict[str, Any]:
        by_s = min(by_s, when["duration_s"] / 3)
        return {**when, "start_s": when["start_s"] + by_s, "duration_s": when["duration_s"] - by_s}

    @property
    def credit_chars(self) -> int:
        """How many characters a line of the closing cards holds."""
        return self.page.characters(type_.CREDIT, NARROW_CREDIT_WIDTH if self.page.is_narrow else CREDIT_WIDTH)

    def _clip(self, name: str, style: Style, text: str, size: float, when: dict[str, Any], **place: Any) -> TitleClip:
        chosen: dict[str, Any] = {"x": type_.MARGIN, "align": "left", "colour": type_.PAPER, "wrap": 0.88}
        fades = {"fade_in_s": FADE_S, "fade_out_s": FADE_S}
        return TitleClip(id=name, style=style, text=text, size=size, **{**chosen, **place, **fades, **when})


def life(project: Project) -> str:
    """``1906 – 1992``, as far as it is known."""
    born, died = (str(value)[:4] if value is not None else "" for value in (project.subject.born, project.subject.died))
    return f"{born} – {died}".strip() if born or died else ""


def columns_of(page: SourcePage, *, stacked: bool) -> tuple[list[str], list[str]]:
    """The lines of headings and entries, equally many: a heading beside the first of its entries, or above it."""
    headings: list[str] = []
    entries: list[str] = []
    for group in page:
        if entries:
            headings.append("")
            entries.append("")
        lines = ["", *group.lines] if stacked else group.lines
        headings += [group.heading] + [""] * (len(lines) - 1)
        entries += lines
    return headings, entries
