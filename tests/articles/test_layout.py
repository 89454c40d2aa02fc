"""Pages as browsers and printers set them: columns, justified lines, headings, letters that run from the right."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from extract.articles import page_at
from extract.articles.lines import Word, blocks_of, rows_of
from extract.articles.pdf import read_pdf
from extract.articles.right_to_left import as_read

fpdf = pytest.importorskip("fpdf", reason="makes the PDFs of these tests: pip install fpdf2")
pytest.importorskip("pdfplumber", reason='needs pip install ".[documents]"')

TWO_COLUMNS = Path(__file__).parents[1] / "data" / "two_columns.pdf"
"""Printed by Chromium: columns of 45 mm, justified, with spaces as wide as the gutter; the last page in Arabic."""
FIRST = (
    "Two consecutive explosions devastated the marketplace of Garowe on Monday, killing nine people, the "
    "administration announced."
)
SECOND = (
    "Witnesses described gunfire immediately after the second explosion, which destroyed several neighbouring "
    "buildings."
)


def of_pdf(*write: Callable[[Any], object]) -> list[str]:
    made = fpdf.FPDF()
    made.add_page()
    made.set_font("helvetica", size=11)
    for each in write:
        each(made)
    return read_pdf(bytes(made.output()), 200_000).text.split("\n")


def said(text: str, style: str = "", size: int = 11, pitch: float = 5, after: float = 0) -> Callable[[Any], object]:
    def write(made: Any) -> None:
        made.set_font("helvetica", style=style, size=size)
        made.multi_cell(90, pitch, text, align="J", new_x="LMARGIN", new_y="NEXT")
        made.ln(after)

    return write


def test_a_page_of_a_browser_with_wide_spaces_is_read_in_order_with_its_pages() -> None:
    printed = read_pdf(TWO_COLUMNS.read_bytes(), 200_000)
    assert printed.text.split("\n") == [
        "Nine die in Garowe as two car bombs explode",
        FIRST,
        SECOND,
        "OTHER THREATS",
        "Unidentified gunmen assassinated a municipal councillor in Bosaso, investigators confirmed.",
        "Reconstruction of the marketplace had only recently been completed with international contributions.",
        "What comes next",
        "The governor appealed for anaesthetics and blood because hospitals were overwhelmed.",
        "قتل تسعة أشخاص في انفجار سيارة مفخخة في مدينة غاروي يوم 5 مايو 2016.",
    ]
    places = [printed.text.index(word) for word in ("Nine", "confirmed", "Recon", "blood", "2016")]
    assert [page_at(printed.pages, place) for place in places] == [1, 1, 2, 2, 3]


@pytest.mark.parametrize(
    "heading",
    [
        said("Who the dead were", style="B"),
        said("OTHER THREATS"),
        said("What comes next", size=13),
        said("A second attack in Bosaso"),
        said("A second attack, and what the police in Bosaso have said of it", style="B"),
        said("What all those in Bosaso saw on Monday", style="B"),
        said("THREATS THAT OTHERS HAVE MADE"),
    ],
    ids=["bold", "capitals", "large", "short", "two lines", "wide", "wide capitals"],
)
def test_a_heading_is_a_paragraph_without_space_around_it(heading: Callable[[Any], object]) -> None:
    first, _, last = of_pdf(said(FIRST), heading, said(SECOND))
    assert (first, last) == (FIRST, SECOND)


def test_capitals_at_the_end_of_a_paragraph_are_no_heading() -> None:
    text = "Nine people were killed in Garowe, said in a statement on Monday a man of the UNHCR"
    assert of_pdf(lambda made: made.multi_cell(0, 5, text.replace("the ", "the\n"), align="L")) == [text]


def test_lines_far_apart_are_a_paragraph_and_space_between_paragraphs_parts_them() -> None:
    assert of_pdf(said(FIRST, pitch=9, after=5), said(SECOND, pitch=9)) == [FIRST, SECOND]
    assert of_pdf(said("Nine die in Garowe", after=2), said(SECOND)) == ["Nine die in Garowe", SECOND]


def test_columns_that_are_written_row_by_row() -> None:
    def rows(made: Any) -> None:
        halves = [made.multi_cell(60, 5, 2 * f"{text} ", dry_run=True, output="LINES") for text in (FIRST, SECOND)]
        for number, (left, right) in enumerate(zip(*halves, strict=False)):
            for x, text in ((10, left), (76, right)):
                made.set_xy(x, 20 + 5 * number)
                made.cell(60, 5, text)

    text = " ".join(of_pdf(rows))
    assert text.startswith(FIRST)
    assert SECOND in text


@pytest.mark.parametrize(
    ("first", "second", "read"),
    [
        ("at least thirty-", "four wounded", "at least thirty-four wounded"),
        ("a man well known for it, a well-", "known man", "a man well known for it, a well-known man"),
        ("the market and market-", "place", "the market and marketplace"),
    ],
)
def test_hyphens_of_compounds_stay(first: str, second: str, read: str) -> None:
    assert of_pdf(lambda made: made.multi_cell(0, 5, f"{first}\n{second}", align="L")) == [read]


def word(text: str, left: float, top: float, size: float = 10, font: str = "") -> Word:
    return Word(text, left, top, left + len(text) * size / 2, top + size, size, font)


def rows(*words: Word) -> list[str]:
    return [" ".join(each.text for each in row.words) for row in rows_of(words)]


def test_a_wide_space_is_a_gutter_only_where_many_lines_leave_it_white() -> None:
    pairs = [(word("aaaaaaaa", 0, 12 * n), word("bbbbbbbb", 60, 12 * n)) for n in range(8)]
    assert rows(*[each for pair in pairs for each in pair]) == ["aaaaaaaa", "bbbbbbbb"] * 8
    filled = [word("c" * 20, 0, 12 * n) for n in range(8) if n != 3]
    assert "aaaaaaaa bbbbbbbb" in rows(*filled[:3], *pairs[3], *filled[3:])


def test_lines_of_other_sizes_are_other_blocks() -> None:
    found = rows_of([word("Title", 0, 0, 20), word("one", 0, 24), word("two", 0, 36), word("beside", 80, 24)])
    assert [[row.words[0].text for row in block] for block in blocks_of(found)] == [
        ["Title"], ["one", "two"], ["beside"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("shown", "read"),
    [
        ("nine die", "nine die"),
        ("םולש 12 ישנא", "אנשי 12 שלום"),
        ("(הזע) BBC ריעב", "בעיר BBC (עזה)"),
        ("in the city of הזע today", "in the city of עזה today"),
        (".2019-2020 5 תנש", "שנת 5 2019-2020."),
    ],
)
def test_letters_from_the_right_are_read_from_there(shown: str, read: str) -> None:
    assert " ".join(as_read(shown.split())) == read


# Word


def paragraphs_of(*runs: Sequence[tuple[str, bool]]) -> list[str]:
    docx = pytest.importorskip("docx", reason='needs pip install ".[documents]"')
    from extract.articles.word import read_word

    made = docx.Document()
    for each in runs:
        paragraph = made.add_paragraph()
        for text, bold in each:
            paragraph.add_run(text).bold = bold
    stream = io.BytesIO()
    made.save(stream)
    return read_word(stream.getvalue(), 200_000).text.split("\n")


def test_a_heading_that_a_line_break_parts_from_its_text_is_a_paragraph() -> None:
    assert paragraphs_of(
        [("OTHER THREATS\n", False), ("Gunmen came.", False)],
        [("What comes next", True), ("\nThe governor", False), (" spoke\nfor an hour.\nHe left.", False)],
        [("By A. Writer\n\nGarowe", False)],
    ) == [
        "OTHER THREATS", "Gunmen came.", "What comes next", "The governor spoke for an hour.", "He left.", "By A. Writer", "Garowe",
    ]  # fmt: skip
