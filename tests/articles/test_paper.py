"""PDF and Word documents, made for the purpose: text in reading order, tables, pages, and files made to do harm."""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from extract.articles import Article, Skipped, Unreadable, page_at, read_articles
from extract.articles import apart as apart_module
from extract.articles.apart import read_apart
from extract.articles.folders import skipped_line
from extract.articles.pdf import read_pdf
from extract.articles.printed import sound_title
from extract.articles.word import read_word
from extract.errors import ArticleError, UsageError

fpdf = pytest.importorskip("fpdf", reason="makes the PDFs of these tests: pip install fpdf2")
pytest.importorskip("pdfplumber", reason='needs pip install ".[documents]"')
docx = pytest.importorskip("docx", reason='needs pip install ".[documents]"')

SENTENCE = "A car bomb killed nine people near the old market of Garowe on Monday, police said. "
LEFT = "The left column tells of the blast in the morning. " * 9
RIGHT = "The right column tells of the rescue in the evening. " * 9


class Paper(fpdf.FPDF):  # type: ignore[misc, name-defined]
    """A document with a running head and page numbers."""

    def header(self) -> None:
        self.set_font("helvetica", size=8)
        self.cell(0, 8, "The Garowe Courier")
        self.ln(12)
        self.set_font("helvetica", size=12)

    def footer(self) -> None:
        self.set_y(-15)
        self.cell(0, 10, f"Page {self.page_no()} of {{nb}}")


def pdf(*write: Callable[[Any], object], paper: Any = None, title: str | None = None) -> bytes:
    made = paper or fpdf.FPDF()
    if title:
        made.set_title(title)
    made.add_page()
    made.set_font("helvetica", size=12)
    for each in write:
        each(made)
    return bytes(made.output())


def words(text: str, width: float = 0) -> Callable[[Any], object]:
    return lambda made: (made.multi_cell(width, 6, text, align="L", new_x="LMARGIN", new_y="NEXT"), made.ln(4))


def table(*rows: tuple[str, ...]) -> Callable[[Any], object]:
    def write(made: Any) -> None:
        with made.table() as drawn:
            for row in rows:
                cells = drawn.row()
                for cell in row:
                    cells.cell(cell)
        made.ln(6)

    return write


def columns(made: Any) -> None:
    top = made.get_y()
    for left, text in ((10, LEFT), (110, RIGHT)):
        made.set_xy(left, top)
        made.multi_cell(85, 6, text, align="L")
    made.set_xy(10, made.get_y() + 60)


def of_pdf(data: bytes) -> str:
    return read_pdf(data, 200_000).text


def test_lines_of_a_paragraph_are_joined_and_paragraphs_are_not() -> None:
    assert of_pdf(pdf(words(SENTENCE * 4), words("Rescue workers came."), words(SENTENCE * 3))).split("\n") == [
        (SENTENCE * 4).strip(), "Rescue workers came.", (SENTENCE * 3).strip(),
    ]  # fmt: skip


def test_a_column_is_read_to_its_end_and_a_table_stands_where_it_is() -> None:
    text = of_pdf(pdf(words("Nine die in Garowe"), columns, table(("Town", "Killed"), ("Garowe", "9")), columns))
    assert text.split("\n") == [
        "Nine die in Garowe", LEFT.strip(), RIGHT.strip(), "| Town | Killed |", "| Garowe | 9 |", LEFT.strip(), RIGHT.strip(),
    ]  # fmt: skip


def test_running_heads_and_page_numbers_are_dropped_and_pages_counted() -> None:
    printed = read_pdf(pdf(*[words(f"{number}. {SENTENCE * 4}") for number in range(30)], paper=Paper()), 200_000)
    assert "Courier" not in printed.text
    assert "Page" not in printed.text
    assert printed.text.split("\n") == [f"{number}. {SENTENCE * 4}".strip() for number in range(30)]
    assert [number for number, _ in printed.pages] == [1, 2, 3, 4]
    assert page_at(printed.pages, 0) == 1
    assert page_at(printed.pages, printed.text.index("29. A car")) == 4
    assert page_at((), 5) is None


@pytest.mark.parametrize(
    ("first", "second", "read"),
    [
        ("the explo-", "sion was heard", "the explosion was heard"),
        ("the Russian-", "backed group", "the Russian-backed group"),
        ("a so-called rule, so-", "called by all", "a so-called rule, so-called by all"),
        ("from 2019-", "2020 on", "from 2019-2020 on"),
    ],
)
def test_words_that_a_line_end_cuts_are_joined(first: str, second: str, read: str) -> None:
    text = of_pdf(pdf(lambda made: made.multi_cell(0, 6, f"{first}\n{second}", align="L")))
    assert text == read


def test_the_title_counts_where_the_text_says_it_and_the_day_of_the_file_never() -> None:
    made = pdf(words("Nine die in Garowe"), words(SENTENCE), title="Nine Die in  Garowe")
    assert read_pdf(made, 200_000).title == "Nine die in Garowe"
    assert read_pdf(pdf(words(SENTENCE), title="Microsoft Word - final2.docx"), 200_000).title is None
    assert sound_title("Garowe", "Garowe burns") is None
    assert sound_title(None, "text") is None


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (pdf(), "without text: pictures of pages"),
        (pdf(words(SENTENCE))[:600], "broken"),
        (b"%PDF-1.7\n" + b"\0" * 100, "broken"),
    ],
    ids=["scan", "cut", "none"],
)
def test_a_pdf_that_holds_no_text(data: bytes, reason: str) -> None:
    with pytest.raises(ArticleError, match=reason):
        read_pdf(data, 200_000)


def test_an_encrypted_pdf_is_called_so() -> None:
    made = fpdf.FPDF()
    made.set_encryption(owner_password="one", user_password="two")
    with pytest.raises(ArticleError, match="encrypted"):
        read_pdf(pdf(words(SENTENCE), paper=made), 200_000)


def test_a_book_is_left_at_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    made = pdf(*[words(SENTENCE * 20)] * 10)
    with pytest.raises(ArticleError, match="over the limit of 1000 characters by page 1"):
        read_pdf(made, 1_000)
    monkeypatch.setattr("extract.articles.pdf.MOST_PAGES", 2)
    with pytest.raises(ArticleError, match="over the limit of 2"):
        read_pdf(made, 200_000)


# Word


def word(*write: Callable[[Any], object], title: str = "") -> bytes:
    made = docx.Document()
    made.core_properties.title = title
    made.sections[0].header.paragraphs[0].text = "The Garowe Courier"
    for each in write:
        each(made)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def test_a_word_document_is_read_with_its_tables_and_without_heads() -> None:
    def tabled(made: Any) -> None:
        cells = made.add_table(2, 3)
        for number, said in enumerate(("Town", "Killed", "", "Garowe", "9", "")):
            cells.cell(number // 3, number % 3).text = said
        cells.cell(1, 1).merge(cells.cell(1, 2))

    printed = read_word(
        word(
            lambda made: made.add_heading("Nine die in Garowe"),
            lambda made: made.add_paragraph(SENTENCE),
            tabled,
            lambda made: made.add_paragraph("A second blast", style="List Bullet"),
            title="Nine die in Garowe",
        ),
        200_000,
    )
    assert printed.text.split("\n") == [
        "Nine die in Garowe", SENTENCE.strip(), "| Town | Killed | |".replace("| |", "|  |"), "| Garowe | 9 |", "- A second blast",
    ]  # fmt: skip
    assert printed.title == "Nine die in Garowe"


def test_insertions_that_were_tracked_are_read_and_deletions_are_not() -> None:
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    def tracked(made: Any) -> None:
        said = "<w:r><w:t>{}</w:t></w:r>"
        made.add_paragraph("Nine ")._element.append(
            parse_xml(f'<w:ins w:id="1" w:author="a" {nsdecls("w")}>{said.format("people died")}</w:ins>')
        )
        made.paragraphs[-1]._element.append(
            parse_xml(f'<w:del w:id="2" w:author="a" {nsdecls("w")}><w:r><w:delText> ten</w:delText></w:r></w:del>')
        )

    assert read_word(word(tracked), 200_000).text == "Nine people died"


def zipped(**parts: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), data)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (zipped(word__document_xml=b"\0" * 120_000_000), "over 100 MB once it is unpacked"),
        (zipped(word__document_xml=b"<a/>"), "broken"),
        (zipped(other=b"a"), "ZIP archive, which is not read"),
        (zipped(word__document_xml=b"<a/>")[:40], "broken"),
    ],
    ids=["bomb", "no Word", "ZIP", "cut"],
)
def test_a_word_document_that_is_none(data: bytes, reason: str) -> None:
    with pytest.raises(ArticleError, match=reason):
        read_word(data, 200_000)


# In a process apart, and as inputs


def test_documents_are_read_in_a_process_that_is_ended_in_time() -> None:
    with pytest.raises(ArticleError, match=r"takes over 0 s to read"):
        read_apart(pdf(words(SENTENCE)), "pdf", 200_000, seconds=0.01)


def test_what_lies_in_the_working_folder_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit(3)", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert read_apart(pdf(words(SENTENCE)), "pdf", 200_000).text == SENTENCE.strip()


def test_documents_in_a_folder_are_read_and_known_by_what_they_hold(tmp_path: Path) -> None:
    (tmp_path / "a.PDF").write_bytes(pdf(words(SENTENCE)))
    (tmp_path / "b.docx").write_bytes(word(lambda made: made.add_paragraph(SENTENCE)))
    (tmp_path / "c.txt").write_bytes(pdf(words(SENTENCE)))
    (tmp_path / "d.pdf").write_bytes(b"%PDF-1.4 none")
    found = list(read_articles([str(tmp_path)]))
    assert [item.id for item in found] == ["a", "b", "c", "d"]
    assert [item.text for item in found if isinstance(item, Article)] == [SENTENCE.strip()] * 3
    assert found[0].pages == ((1, 0),) if isinstance(found[0], Article) else False
    assert isinstance(found[3], Unreadable)


def test_without_the_extra_documents_are_skipped_or_refused_with_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart_module, "find_spec", lambda name: None)
    (tmp_path / "a.pdf").write_bytes(pdf(words(SENTENCE)))
    (tmp_path / "b.txt").write_text(SENTENCE, encoding="utf-8")
    skipped: list[Skipped] = []
    assert [item.id for item in read_articles([str(tmp_path)], skipped=skipped.append)] == ["b"]
    assert skipped_line(skipped) == 'skipped 1 file: 1 .pdf (pip install -e ".[documents]" in your clone)'
    with pytest.raises(UsageError, match=r'a\.pdf.* is a PDF, which is read with .* "\.\[documents\]"'):
        list(read_articles([str(tmp_path / "a.pdf")]))


def test_reading_documents_loads_their_libraries_in_the_other_process_only(tmp_path: Path) -> None:
    loaded = "pdfminer" in sys.modules
    read_apart(pdf(words(SENTENCE)), "pdf", 200_000)
    assert ("pdfminer" in sys.modules) == loaded
