"""What is read of an article: line ends inside paragraphs are spaces, letters are composed."""

from __future__ import annotations

import textwrap
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.articles import Article
from extract.articles.as_read import as_read, unwrapped

PARAGRAPHS = (
    "Two herons nested on the roof of the old mill at Harsk this spring, the first in forty years, and the miller's "
    "daughter counted five eggs from her window before the storm of the second week of April.",
    "“They came back on Tuesday,” said Mara Tell, who keeps the lock. Nobody had told her that the pond would be drained "
    "in June. She has written to the council, which meets on Friday.",
)
TITLE = "Herons come back to Harsk"


@pytest.mark.parametrize("width", [40, 60, 72, 79])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("between", [2, 4])
def test_paragraphs_are_read_whole_however_wide_they_were_wrapped(width: int, end: str, between: int) -> None:
    wrapped = [end.join(textwrap.wrap(paragraph, width)) for paragraph in PARAGRAPHS]
    text = (end * between).join([TITLE, *wrapped]) + end
    read = unwrapped(text)
    assert [line for line in read.splitlines() if line] == [TITLE, *PARAGRAPHS]
    assert len(read) == len(text) or end == "\r\n"


def test_a_last_line_of_one_word_tells_nothing() -> None:
    text = "The keeper of the lock said on Monday that nobody had told her of the plan to drain the pond in June, as the council says."
    wrapped = "\n".join(textwrap.wrap(text, 58))
    assert wrapped.endswith("\nsays.")
    assert unwrapped(wrapped) == text


def test_an_indented_line_begins_a_paragraph() -> None:
    wrapped = ["\n".join(textwrap.wrap(paragraph, 60, initial_indent="   ")) for paragraph in PARAGRAPHS]
    read = unwrapped("\n".join([TITLE, *wrapped]))
    assert [line.strip() for line in read.splitlines()] == [TITLE, *PARAGRAPHS]


def test_lines_of_a_typist_are_not_equally_full() -> None:
    text = (
        "The keeper of the lock said on Monday that nobody\nhad told her of the plan to drain the pond, which\n"
        "the council wants done by June, when the\nherons will have left their nest on the mill.\n\nIt meets on Friday."
    )
    assert unwrapped(text).count("\n") == 2


def test_what_is_longer_or_begins_anew_is_not_joined() -> None:
    title = "Herons are back on the old mill of Harsk, and five eggs lie there, its owner says"
    body = f"HARSK, May 3 (RN) -- {' '.join(PARAGRAPHS)}"
    listed = "at 10:05 the\n10:05 the first egg\n10:40 the second one\n2. the third, says the\nkeeper"
    address = f"Source:\nhttps://www.harsk.example/news/2020/05/03/{title.replace(' ', '-')}"
    wrapped = "\n".join(textwrap.wrap(body, 60))
    read = unwrapped(f"{title}\n{wrapped}\n\n{listed}\n\n{address}\n")
    assert read == f"{title}\n{body}\n\n{listed}\n\n{address}\n"


def test_a_text_that_is_indented_as_a_whole_is_read_as_others() -> None:
    wrapped = textwrap.indent("\n".join(textwrap.wrap(PARAGRAPHS[0], 60)), "    ")
    assert unwrapped(wrapped) == f"    {PARAGRAPHS[0]}"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "One line",
        "\n\n".join(PARAGRAPHS),
        "\n".join(PARAGRAPHS),
        "Title\nA paragraph of its own, which is a line of the file.\nAnother one, of nearly the same length as that.\n",
        "Herons at Harsk\nStorm over Lorvik\nPond to be drained\nCouncil meets on Friday\nLock keeper speaks out\n",
        "- herons and their eggs\n- storms and what they took\n- ponds that will be drained\n- councils that have met\n",
        "The herons came,\nthey went again;\nthe pond was low\nand full of rain,\n",
        "herons 12 5 40\nstorks 3 1 8\ngeese 7 14 2\nswans 2 1 3\n",
        "herons nest on the mill at harsk again\nstorm over lorvik, two boats lost\npond to be drained in june, council says\n"
        "lock keeper speaks out against a plan that nobody has told her of\nfriday meeting put off\n",
        "heron,harsk,2012-05-03,3,12,mill,confirmed\nstork,lorvik,2012-05-04,1,2,roof,confirmed\ngoose,oma,2012-05-05,0,0,bank,told\n",
        f"{PARAGRAPHS[0]}\nand then\nthe rest of it, in three lines,\nof which this is the last one\n",
    ],
)
def test_other_lines_stay_lines(text: str) -> None:
    assert unwrapped(text) == text


def test_what_is_as_it_is_read_is_the_same_article() -> None:
    article = Article("a", "\n\n".join(PARAGRAPHS), "a.txt")
    assert as_read(article) is article


def test_letters_are_composed() -> None:
    composed = "Herons at Mikołajów and the Café Żuraw."
    assert as_read(Article("a", unicodedata.normalize("NFD", composed), "a.txt")).text == composed


LINES = st.text(alphabet=st.sampled_from("aZé.,” \n\r\t-"), max_size=300) | st.text(max_size=100)


@settings(deadline=None, max_examples=300)
@given(LINES)
def test_only_line_ends_change(text: str) -> None:
    assert unwrapped(text).split() == text.split()
