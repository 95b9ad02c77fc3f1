"""Reads a letter of any kind as plain text."""

from __future__ import annotations

import codecs
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree

from tintype.errors import LetterUnreadable

from tintype_letters.rtf import rtf_text

LARGEST_UNPACKED_BYTES = 400_000_000
BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",  # before UTF-16, whose mark it begins with
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
OPEN_DOCUMENT_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
MARKDOWN = (
    (re.compile(r"!?\[([^\]]*)\]\([^)]*\)"), r"\1"),  # links and pictures
    (re.compile(r"^\s{0,3}#{1,6}\s+", re.MULTILINE), ""),
    (re.compile(r"^\s{0,3}>\s?", re.MULTILINE), ""),
    (re.compile(r"(\*\*|__|`)(.+?)\1"), r"\2"),
    (re.compile(r"(?<!\w)([*_])(?!\s)(.+?)(?<!\s)\1(?!\w)"), r"\2"),
)


def read_letter(path: Path, max_bytes: float, check: Callable[[], None]) -> str:
    """The text of a letter, with one line end between paragraphs or lines; may be empty.

    Args:
        path: .txt, .md, .docx, .odt, .rtf or .pdf.
        max_bytes: larger files are refused.
        check: called between pages; may raise.

    Raises:
        LetterUnreadable: damaged, locked, too large, or not what its name says.
    """
    readers: dict[str, Callable[[], str]] = {
        ".txt": lambda: plain_text(path),
        ".md": lambda: without_markdown(plain_text(path)),
        ".rtf": lambda: rtf_text(path.read_bytes()),
        ".docx": lambda: word_text(path),
        ".odt": lambda: open_document_text(path),
        ".pdf": lambda: pdf_text(path, check),
    }
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise LetterUnreadable(f"{path.name} is of a kind that is not read.", hint="Export it as .docx, .pdf or .txt.")
    if path.stat().st_size > max_bytes:
        raise LetterUnreadable(
            f"{path.name} has {path.stat().st_size / 1e6:.0f} MB; at most {max_bytes / 1e6:.0f} MB are read.",
            hint="Take out its pictures, or raise max_megabytes.",
        )
    return tidy(reader())


def tidy(text: str) -> str:
    """Without trailing blanks, control characters and more than one empty line in a row."""
    text = CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ").replace("\xad", ""))
    text = re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def plain_text(path: Path) -> str:
    """Text in UTF-8, UTF-16 or UTF-32, else in Windows-1252."""
    data = path.read_bytes()
    encoding = next((name for mark, name in BYTE_ORDER_MARKS.items() if data.startswith(mark)), None)
    try:
        text = data.decode(encoding or "utf-8")
    except UnicodeDecodeError as err:
        if encoding:
            raise LetterUnreadable(f"{path.name} is damaged: {err.reason}.", hint="Save it again as UTF-8.") from err
        text = data.decode("cp1252", errors="replace")
    if len(CONTROL.findall(text)) > len(text) // 100:
        raise LetterUnreadable(f"{path.name} is no text.", hint="Check that it is the right file.")
    return text


def without_markdown(text: str) -> str:
    """The words of a Markdown text."""
    for pattern, replacement in MARKDOWN:
        text = pattern.sub(replacement, text)
    return text


def word_text(path: Path) -> str:
    """Paragraphs and table rows of a Word document, in order."""
    import docx
    from docx.opc.exceptions import PackageNotFoundError
    from docx.table import Table

    refuse_zip_bombs(path)
    try:
        document = docx.Document(str(path))
    except (PackageNotFoundError, KeyError, ValueError, SyntaxError, zipfile.BadZipFile) as err:
        raise LetterUnreadable(
            f"{path.name} is no Word document that can be read.", hint="Save it again as .docx, or as .pdf."
        ) from err
    lines = []
    for part in document.iter_inner_content():
        if isinstance(part, Table):
            lines += ["\t".join(cell.text for cell in row.cells) for row in part.rows]
        else:
            lines.append(part.text)
    return "\n".join(lines)


def open_document_text(path: Path) -> str:
    """Paragraphs and headings of an OpenDocument text, in order."""
    refuse_zip_bombs(path)
    try:
        with zipfile.ZipFile(path) as archive:
            root = ElementTree.fromstring(archive.read("content.xml"))
    except (KeyError, zipfile.BadZipFile, ElementTree.ParseError, RuntimeError) as err:
        raise LetterUnreadable(
            f"{path.name} is no OpenDocument text that can be read.", hint="Save it again as .odt, or as .pdf."
        ) from err
    paragraphs = (OPEN_DOCUMENT_TEXT + "p", OPEN_DOCUMENT_TEXT + "h")
    return "\n".join("".join(_open_document_words(element)) for element in root.iter() if element.tag in paragraphs)


def _open_document_words(element: ElementTree.Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        name = child.tag.removeprefix(OPEN_DOCUMENT_TEXT)
        if name == "s":
            yield " " * int(child.get(OPEN_DOCUMENT_TEXT + "c", "1"))
        elif name in ("tab", "line-break"):
            yield "\t" if name == "tab" else "\n"
        elif name != "note":
            yield from _open_document_words(child)
        yield child.tail or ""


def refuse_zip_bombs(path: Path) -> None:
    """Raise :class:`LetterUnreadable` before a file that would unpack to something huge is unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, OSError) as err:
        raise LetterUnreadable(
            f"{path.name} is damaged: it cannot be unpacked.", hint="Copy it again from its source."
        ) from err
    if unpacked > LARGEST_UNPACKED_BYTES:
        raise LetterUnreadable(
            f"{path.name} would unpack to {unpacked / 1e6:.0f} MB.", hint="Take out its pictures and save it again."
        )


def pdf_text(path: Path, check: Callable[[], None]) -> str:
    """The text layer of a PDF, page by page."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    pages = []
    try:
        reader = PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            raise LetterUnreadable(f"{path.name} is locked by a password.", hint="Save it without the password.")
        for page in reader.pages:
            check()
            pages.append(page.extract_text())
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, OSError) as err:
        # pypdf lets a damaged file's own inconsistencies through as these
        raise LetterUnreadable(f"{path.name} is damaged: {err}.", hint="Export it again as PDF.") from err
    text = "\n".join(pages)
    if pages and not text.strip():
        raise LetterUnreadable(
            f"{path.name} has {len(pages)} pages of pictures and no text.",
            hint="It is a scan: let an OCR program (ocrmypdf, for example) add its text.",
        )
    return text
