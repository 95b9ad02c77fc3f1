"""Letters: read whatever they were written with; names, places and dates by rules."""

from __future__ import annotations

import time
import zipfile
from pathlib import Path

import docx
import pytest
import tintype_letters as plugin
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject
from tintype import Asset, Job
from tintype.documents import ArchiveItem
from tintype_letters.dates import find_dates
from tintype_letters.languages import guess_language, knowledge_of
from tintype_letters.reading import tidy, without_markdown
from tintype_letters.rtf import rtf_text

LETTER = """\
Newport, 3 May 1944

Dear Aunt Mary,

I hope you are well. Yesterday I met Commander Howard Aiken at Harvard. We shall go to Philadelphia in June 1944, or \
perhaps to New York. My brother Vincent sends his love, and so does Mrs. Murray: the trains \
were late again on April 12, 1944.

Admiral Hopper's clock runs backwards, said Dr. J. Presper Eckert of the University of Pennsylvania.

Yours truly,
Grace Murray Hopper
"""


@pytest.fixture
def prepare(tmp_path):
    """Prepare one letter; gives its item and the text that later stages read."""

    def run(path: Path, **settings):
        folder = tmp_path / f"out-{path.name}"
        folder.mkdir()
        before = path.read_bytes()
        chosen = plugin.PrepareSettings(**settings)
        item = plugin.prepare_archive(tmp_path, [path], "letter", chosen, Job(folder)).items[0]
        assert path.read_bytes() == before, "the original was touched"
        read = folder / item.prepared if item.prepared else path
        return item, read.read_text("utf-8") if item.quality > 0 else None

    return run


@pytest.fixture
def measure(tmp_path):
    def run(text: str, **settings):
        path = tmp_path / "letter.txt"
        path.write_text(text, "utf-8")
        item = ArchiveItem(path="letter.txt", medium="letter", sha256="0" * 64, quality=1)
        chosen = plugin.MeasureSettings(**settings)
        return plugin.extract_features(Asset(item, path), chosen, Job(tmp_path / "out")).facts

    return run


def pdf(path: Path, lines: list[str], password: str = "") -> Path:
    """A PDF with a text layer, or with none where there are no lines."""
    writer = PdfWriter()
    page = writer.add_blank_page(595, 842)
    if lines:
        font = DictionaryObject({NameObject("/Type"): NameObject("/Font"), NameObject("/Subtype"): NameObject("/Type1"),
                                 NameObject("/BaseFont"): NameObject("/Helvetica")})  # fmt: skip
        fonts = DictionaryObject({NameObject("/F1"): writer._add_object(font)})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        words = " ".join(f"({line}) Tj 0 -16 Td" for line in lines)
        content = DecodedStreamObject()
        content.set_data(f"BT /F1 12 Tf 72 770 Td {words} ET".encode("latin-1"))
        page[NameObject("/Contents")] = writer._add_object(content)
    if password:
        writer.encrypt(password)
    writer.write(path)
    return path


def word(path: Path, paragraphs: list[str], row: list[str]) -> Path:
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    table = document.add_table(1, len(row))
    for cell, text in zip(table.rows[0].cells, row, strict=True):
        cell.text = text
    document.add_paragraph("The end.")
    document.save(str(path))
    return path


def open_document(path: Path, body: str) -> Path:
    names = (
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", f"<office:document-content {names}>{body}</office:document-content>")
    return path


def test_plain_utf8_text_serves_as_it_is(prepare, tmp_path):
    path = tmp_path / "plain.txt"
    path.write_text(LETTER.strip(), "utf-8")
    item, _ = prepare(path)
    assert item.prepared is None
    assert item.quality == 1
    assert item.problems == ()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_other_encodings_are_read(prepare, tmp_path, encoding):
    text = "Liebe Tante, schöne Grüße aus Köln — für Dich."
    (tmp_path / "a.txt").write_bytes(text.encode(encoding))
    assert prepare(tmp_path / "a.txt")[1] == text


def test_word_documents_are_read_with_their_tables_in_order(prepare, tmp_path):
    item, text = prepare(word(tmp_path / "a.docx", ["Dear Ada,", "it rained."], ["Monday", "Tuesday"]))
    assert text == "Dear Ada,\nit rained.\nMonday\tTuesday\nThe end."
    assert ".docx" in item.steps[0]
    assert "only 8 words" in item.problems


def test_open_documents_are_read(prepare, tmp_path):
    heading = "<text:h>To <text:span>Ada</text:span></text:h>"
    body = heading + "<text:p>It<text:s text:c='2'/>rained<text:line-break/>today.</text:p>"
    assert prepare(open_document(tmp_path / "a.odt", body))[1] == "To Ada\nIt  rained\ntoday."


def test_rich_text_is_read_with_its_characters(prepare, tmp_path):
    data = (
        rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Times;}}{\*\generator Writer;}\f0\fs24 Dear {\b Ad\'e4}\u8217?s "
        rb"friend,\par it rained \{twice\}\emdash \u-10179?\u-8694?{\pict 89504e47}\line yes.\par}"
    )
    (tmp_path / "a.rtf").write_bytes(data)
    assert prepare(tmp_path / "a.rtf")[1] == "Dear Adä’s friend,\nit rained {twice}—😊\nyes."


def test_pdf_with_text_is_read(prepare, tmp_path):
    _, text = prepare(pdf(tmp_path / "a.pdf", ["Dear Ada,", "it rained in Boston."]))
    assert text.split() == "Dear Ada, it rained in Boston.".split()  # noqa: SIM905


def test_markdown_is_read_without_its_signs():
    text = "# To Ada\n> it *really* rained, **twice**, see [the paper](http://x) and `2 * 3 * 4` snake_case_names"
    assert without_markdown(text) == "To Ada\nit really rained, twice, see the paper and 2 * 3 * 4 snake_case_names"


def test_what_cannot_be_read_says_why_and_stays_in_the_list(tmp_path):
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "binary.txt").write_bytes(bytes(range(256)) * 20)
    (tmp_path / "damaged.docx").write_bytes(b"PK\x03\x04 and no more")
    (tmp_path / "renamed.rtf").write_bytes(b"plain text")
    (tmp_path / "damaged.pdf").write_bytes(b"%PDF-1.7 and no more")
    pdf(tmp_path / "scan.pdf", [])
    pdf(tmp_path / "locked.pdf", ["secret"], password="x")
    open_document(tmp_path / "broken.odt", "<text:p>")
    with (
        zipfile.ZipFile(tmp_path / "bomb.docx", "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("x", "w") as stream,
    ):
        for _ in range(401):
            stream.write(bytes(1_000_000))
    words = {
        "binary.txt": "no text",
        "bomb.docx": "unpack to 401 MB",
        "broken.odt": "OpenDocument",
        "damaged.docx": "damaged",
        "damaged.pdf": "damaged",
        "empty.txt": "no words",
        "locked.pdf": "password",
        "renamed.rtf": "no RTF",
        "scan.pdf": "OCR",
    }
    paths = [tmp_path / name for name in words]
    (tmp_path / "out").mkdir()
    archive = plugin.prepare_archive(tmp_path, paths, "letter", plugin.PrepareSettings(), Job(tmp_path / "out"))
    assert [item.path for item in archive.items] == list(words)
    for item, reason in zip(archive.items, words.values(), strict=True):
        assert item.quality == 0
        assert reason in item.problems[0], item.problems
        assert str(tmp_path) not in item.problems[0]


def test_a_letter_larger_than_allowed_is_refused(prepare, tmp_path):
    (tmp_path / "a.txt").write_text("word " * 10_000)
    assert "at most 0 MB" in prepare(tmp_path / "a.txt", max_megabytes=0.01)[0].problems[0]


def test_names_places_and_dates_of_a_letter(measure):
    facts = measure(LETTER)
    assert facts["language"] == "en"
    assert {"Grace Murray Hopper", "Howard Aiken", "Mary", "Vincent", "Murray", "Hopper", "J. Presper Eckert"} <= set(
        facts["names"]
    )
    assert set(facts["places"]) == {"Newport", "Harvard", "Philadelphia", "New York", "University of Pennsylvania"}
    assert facts["dates"] == [
        {"written": "3 May 1944", "iso": "1944-05-03"},
        {"written": "June 1944", "iso": "1944-06"},
        {"written": "April 12, 1944", "iso": "1944-04-12"},
    ]
    assert not {"Yesterday", "We", "I", "Dear", "Yours"} & set(facts["names"])


def test_german_nouns_are_no_names(measure):
    facts = measure(
        "München, den 12. März 1938\n\nLiebe Tante Hedwig,\n\nich habe Herrn Doktor Weber in Berlin getroffen. Das "
        "Wetter war schlecht und wir sind mit dem Zug nach Hause gefahren. Die Reise nach Wien ist für den 3.4.1938 "
        "geplant.\n\nDeine\nElisabeth"
    )
    assert facts["language"] == "de"
    assert set(facts["names"]) == {"Hedwig", "Weber", "Elisabeth"}
    assert set(facts["places"]) == {"München", "Berlin", "Wien"}
    assert [date["iso"] for date in facts["dates"]] == ["1938-03-12", "1938-04-03"]


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("en", "It was the best of times, it was the worst of times, and we had everything before us."),
        ("de", "Es war die beste und die schlechteste aller Zeiten, und wir hatten alles vor uns."),
        ("fr", "C'était le meilleur et le pire de tous les temps, et nous avions tout devant nous."),
        ("es", "Era el mejor de los tiempos y era el peor de los tiempos, y lo teníamos todo por delante."),
        ("it", "Era il migliore dei tempi e il peggiore dei tempi, e avevamo tutto davanti a noi con gioia."),
        ("nl", "Het was de beste en de slechtste van alle tijden, en wij hadden alles nog voor ons."),
        ("pt", "Foi o melhor dos tempos e foi o pior dos tempos, e nós já não tínhamos nada em comum."),
        ("sv", "Det var den bästa och den sämsta av tider, och vi hade allt framför oss när vi kom."),
        ("pl", "To była najlepsza i najgorsza z epok, a my mieliśmy wszystko przed sobą i nie było to złe."),
        ("ru", "Это было лучшее изо всех времён, это было худшее."),
        ("ja", "それは最良の時代であり、最悪の時代でもあった。"),
        ("", "Oh! Ada?"),
    ],
)
def test_the_language_is_guessed(code, text):
    assert guess_language(text) == code


@pytest.mark.parametrize(
    ("code", "text", "iso"),
    [
        ("en", "on the 4th of July, 1976", "1976-07-04"),
        ("en", "Sept. 1, 1939", "1939-09-01"),
        ("en", "4/23/1944", "1944-04-23"),
        ("en", "1944-04-23", "1944-04-23"),
        ("en", "in the spring of 1912", "1912"),
        ("en", "31 April 1944", "1944-04"),
        ("fr", "le 1er août 1919", "1919-08-01"),
        ("es", "el 2 de mayo de 1808", "1808-05-02"),
        ("it", "il 25 aprile 1945", "1945-04-25"),
        ("pl", "1 września 1939", "1939-09-01"),
        ("en", "room 1234, phone 55-1200", ""),
    ],
)
def test_dates_are_read_as_far_as_they_are_written(code, text, iso):
    found = find_dates(text, knowledge_of(code))
    assert [date.iso for date in found] == ([iso] if iso else [])


def test_a_text_in_another_script_and_emoji_are_read(measure):
    facts = measure("Милая мама, я приехал в Москву 😊. Здесь холодно, но весело.")
    assert facts["language"] == "ru"
    assert facts["words"] == 10


def test_the_facts_keep_only_as_much_text_as_asked_for(measure):
    facts = measure("word " * 5000, text_characters=100)
    assert len(facts["text"]) == 100
    assert facts["words"] == 5000


def test_a_book_of_letters_is_measured_in_seconds(measure):
    started = time.monotonic()
    facts = measure(LETTER * 400)
    assert time.monotonic() - started < 10
    assert "Howard Aiken" in facts["names"]


def test_control_characters_and_empty_lines_go():
    assert tidy("a\r\n\r\n\r\n\r\nb\x07\xa0c  \n") == "a\n\nb c"


def test_rtf_with_more_closing_than_opening_braces_does_not_fail():
    assert rtf_text(rb"{\rtf1 a}}} b") == "a b"
