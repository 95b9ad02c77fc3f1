"""The cue sheet as PDF, laid out so that an archive producer can hand it in: an overview, then a card per cue.

What only people know (fact check, approval, owners of sources) has a line to write on.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tintype.documents import Film
from tintype.documents.base import write_atomic
from tintype.exports.timecode import timecode
from tintype.project import Project

if TYPE_CHECKING:
    from fpdf import FPDF

Row = Mapping[str, str]

FONT = "Sheet"
MARGIN_MM, WIDTH_MM = 14.0, 297.0 - 28.0
TEXT_PT, SMALL_PT, HEAD_PT, TITLE_PT = 8.0, 6.5, 10.0, 18.0
LINE_MM = 3.9
LABEL_MM = 34.0
GREY, PALE = (105, 105, 105), (238, 238, 236)
BLANK = "." * 52

OVERVIEW = (("", 8.0), ("in", 25.0), ("out", 25.0), ("length", 19.0), ("kind", 17.0), ("what", 100.0), ("told", 75.0))
CARD: tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]] = (
    (
        ("description", "What"),
        ("words", "Words"),
        ("whose words", "Whose words"),
        ("citation", "Source of words"),
        ("verbatim, edited or invented", "Verbatim or new"),
        ("how disclosed", "How disclosed"),
        ("consent reference", "Consent"),
        ("consent scope", "Scope used"),
        ("fact check", "Fact check"),
        ("approved by", "Approved by"),
    ),
    (
        ("tool", "Tool"),
        ("version", "Version"),
        ("model", "Model"),
        ("weights hash", "Weights, SHA-256"),
        ("licence", "Licence"),
        ("prompt", "Prompt"),
        ("settings", "Settings"),
        ("seed", "Seed"),
        ("source assets", "Made from"),
        ("source owner", "Owner of source"),
        ("source licence", "Licence of source"),
        ("made by", "Made by"),
        ("made on", "Made on"),
        ("content credential", "Credential"),
    ),
)
FOR_PEOPLE = frozenset({"fact check", "approved by", "source owner", "source licence", "made by"})
"""Columns that get a line to write on where the engine knows nothing."""


def write_cue_pdf(edit: Film, project: Project, film_id: str, rows: Sequence[Row], path: Path) -> None:
    """Write the cue sheet as PDF, A4 across.

    The font is DejaVu Sans where matplotlib, which carries it, is installed.  Otherwise letters outside Latin-1 become
    question marks.
    """
    sheet = _Sheet()
    sheet.page()
    sheet.title(edit, project, film_id, len(rows))
    sheet.overview(edit, rows)
    sheet.signatures()
    for number, row in enumerate(rows, start=1):
        sheet.card(number, row)
    write_atomic(path, sheet.finished())


class _Sheet:
    """The pages, with a pen that knows where it is."""

    def __init__(self) -> None:
        from fpdf import FPDF

        self.pdf: FPDF = FPDF(orientation="landscape", format="A4")
        self.pdf.set_margins(MARGIN_MM, MARGIN_MM, MARGIN_MM)
        self.pdf.set_auto_page_break(False)
        self.pdf.set_title("Cue sheet of generated and altered material")
        self.family, self.unicode = _add_font(self.pdf)

    def page(self) -> None:
        """A new page with its number at the foot."""
        self.pdf.add_page()
        self.pdf.set_xy(MARGIN_MM, 210 - MARGIN_MM + 2)
        self._pen(SMALL_PT, colour=GREY)
        self.pdf.cell(WIDTH_MM, 4, self._text(f"Cue sheet, page {self.pdf.page_no()}"), align="R")
        self.pdf.set_xy(MARGIN_MM, MARGIN_MM)

    def title(self, edit: Film, project: Project, film_id: str, count: int) -> None:
        """The film, and on what ground it was made."""
        self._line("Cue sheet of generated and altered material", SMALL_PT, colour=GREY)
        self._line(f"{edit.title}", TITLE_PT, bold=True, height=9)
        length = timecode(edit.duration_s, edit.fps)
        self._line(
            f"About {edit.subject} · {length} at {edit.fps:g} frames per second · {count} cues · film id {film_id}",
            TEXT_PT,
        )
        consent = project.consent
        if consent is not None:
            until = f", until {consent.expires.isoformat()}" if consent.expires else ""
            where = f", in {', '.join(consent.territory)}" if consent.territory else ""
            self._line(
                f"Consent: {consent.basis.replace('_', ' ')}, granted by {consent.granted_by}, "
                f"{consent.date.isoformat()}; covers {', '.join(consent.scope)}; {consent.words}{where}{until}.",
                TEXT_PT,
            )
        self._line(
            "Times are film time. Columns follow the Archival Producers Alliance's best practices for generative AI in "
            "documentaries (2024). Dotted lines are for the people who made the film.",
            SMALL_PT,
            colour=GREY,
        )
        self.pdf.ln(3)

    def overview(self, edit: Film, rows: Sequence[Row]) -> None:
        """A line per cue."""
        self._overview_line([name for name, _ in OVERVIEW], head=True)
        for number, row in enumerate(rows, start=1):
            told = row.get("how disclosed") or "not disclosed"
            cells = [str(number), row["timecode in"], row["timecode out"], row["duration (s)"] + " s", row["kind"]]
            what = row.get("words") or row.get("description", "")
            self._overview_line([*cells, what, told])
        if not rows:
            self._line("Nothing in this film was generated or altered by a machine.", TEXT_PT)

    def signatures(self) -> None:
        """Room for those who answer for it."""
        self._room(22)
        self.pdf.ln(6)
        self._line(f"Checked by {BLANK}     Date {BLANK[:24]}     Approved by {BLANK}     Date {BLANK[:24]}", TEXT_PT)

    def card(self, number: int, row: Row) -> None:
        """Everything about one cue, in two columns."""
        half = WIDTH_MM / 2 - 3
        left, right = ([(label, _value(row, name)) for name, label in column] for column in CARD)
        left, right = ([field for field in column if field[1]] for column in (left, right))
        height = max(self._height(left, half), self._height(right, half)) + 11
        self._room(height)
        self.pdf.ln(3)
        self.pdf.set_fill_color(*PALE)
        self._pen(HEAD_PT, bold=True)
        head = f"{number}   {row['timecode in']} – {row['timecode out']}   {row['kind']}   {row['cue id']}"
        self.pdf.cell(WIDTH_MM, 6, self._text(f" {head}"), fill=True)
        top = self.pdf.get_y() + 7
        ends = []
        for x, column in ((MARGIN_MM, left), (MARGIN_MM + half + 6, right)):
            self.pdf.set_xy(x, top)
            for label, value in column:
                self._field(x, half, label, value)
            ends.append(self.pdf.get_y())
        self.pdf.set_xy(MARGIN_MM, max(ends))

    def finished(self) -> bytes:
        return bytes(self.pdf.output())

    def _field(self, x: float, width: float, label: str, value: str) -> None:
        y = self.pdf.get_y()
        self._pen(SMALL_PT, colour=GREY)
        self.pdf.set_xy(x, y)
        self.pdf.cell(LABEL_MM, LINE_MM, self._text(label))
        self._pen(TEXT_PT)
        self.pdf.set_xy(x + LABEL_MM, y)
        self.pdf.multi_cell(width - LABEL_MM, LINE_MM, self._text(value), align="L", new_x="LEFT", new_y="NEXT")

    def _height(self, fields: Sequence[tuple[str, str]], width: float) -> float:
        self._pen(TEXT_PT)
        return sum(self._lines(value, width - LABEL_MM) for _, value in fields) * LINE_MM

    def _lines(self, text: str, width: float) -> int:
        """How many lines a text takes with the pen as it is."""
        lines = self.pdf.multi_cell(width, LINE_MM, self._text(text), align="L", dry_run=True, output="LINES")
        assert isinstance(lines, list)
        return len(lines)

    def _overview_line(self, cells: Sequence[str], *, head: bool = False) -> None:
        self._pen(SMALL_PT if head else TEXT_PT, colour=GREY if head else (0, 0, 0))
        heights = [self._lines(cell, w - 2) * LINE_MM for cell, (_, w) in zip(cells, OVERVIEW, strict=True)]
        self._room(max(heights) + 1.4)
        x, y = MARGIN_MM, self.pdf.get_y()
        for cell, (_, width) in zip(cells, OVERVIEW, strict=True):
            self.pdf.set_xy(x, y)
            self.pdf.multi_cell(width - 2, LINE_MM, self._text(cell), align="L")
            x += width
        bottom = y + max(heights) + 0.7
        self.pdf.set_draw_color(*GREY)
        self.pdf.set_line_width(0.1)
        self.pdf.line(MARGIN_MM, bottom, MARGIN_MM + WIDTH_MM, bottom)
        self.pdf.set_xy(MARGIN_MM, bottom + 0.7)

    def _room(self, height_mm: float) -> None:
        """A new page if this does not fit on what is left of the page."""
        if self.pdf.get_y() + height_mm > 210 - MARGIN_MM and self.pdf.get_y() > MARGIN_MM + 1:
            self.page()

    def _line(
        self,
        text: str,
        size_pt: float,
        *,
        bold: bool = False,
        colour: tuple[int, int, int] = (0, 0, 0),
        height: float = 4.4,
    ) -> None:
        self._pen(size_pt, bold=bold, colour=colour)
        self.pdf.set_x(MARGIN_MM)
        self.pdf.multi_cell(WIDTH_MM, height, self._text(text), align="L", new_x="LMARGIN", new_y="NEXT")

    def _pen(self, size_pt: float, *, bold: bool = False, colour: tuple[int, int, int] = (0, 0, 0)) -> None:
        self.pdf.set_font(self.family, "B" if bold else "", size_pt)
        self.pdf.set_text_color(*colour)

    def _text(self, text: str) -> str:
        return text if self.unicode else text.encode("latin-1", "replace").decode("latin-1")


def _value(row: Row, name: str) -> str:
    value = row.get(name, "").strip()
    return value or (BLANK if name in FOR_PEOPLE else "")


def _add_font(pdf: FPDF) -> tuple[str, bool]:
    """A font family, and whether it has more than Latin-1."""
    spec = importlib.util.find_spec("matplotlib")
    folder = Path(spec.origin).parent / "mpl-data/fonts/ttf" if spec and spec.origin else None
    if folder is None or not (folder / "DejaVuSans.ttf").is_file():
        return "Helvetica", False
    pdf.add_font(FONT, "", folder / "DejaVuSans.ttf")
    pdf.add_font(FONT, "B", folder / "DejaVuSans-Bold.ttf")
    return FONT, True
