"""Cutting a text into pieces that know where they stand."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.articles import Article
from extract.articles.sentences import LONGEST_PASSAGE, Span, split_chunks, split_passages, split_sentences

PROPERTY = settings(deadline=None, max_examples=200)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two! Three? Four… Five", ["One.", "Two!", "Three?", "Four…", "Five"]),
        ("Mr. Smith met Gen. Lee on Jan. 5. They left.", ["Mr. Smith met Gen. Lee on Jan. 5.", "They left."]),
        ("The U.S. Army left. It was cold.", ["The U.S. Army left.", "It was cold."]),
        ("He fell at 3:20 a.m. Tuesday. It was 5 p.m. ET.", ["He fell at 3:20 a.m. Tuesday.", "It was 5 p.m. ET."]),
        ("At 9 a.m. Eastern Time it rang.", ["At 9 a.m. Eastern Time it rang."]),
        ("It rang at 9 a.m. Central Park was empty.", ["It rang at 9 a.m.", "Central Park was empty."]),
        ("Pfc. Lee, Supt. Roe and the Rev. Karl Renner came.", ["Pfc. Lee, Supt. Roe and the Rev. Karl Renner came."]),
        ("At 9 a.m. The siren went. At 5 p.m. it ended.", ["At 9 a.m.", "The siren went.", "At 5 p.m. it ended."]),
        ("J.K. Low spoke. A. Bell did not.", ["J.K. Low spoke.", "A. Bell did not."]),
        ("It rose 3.5 percent. Then 4.", ["It rose 3.5 percent.", "Then 4."]),
        ("It came as No. 5. He said no. Then he left.", ["It came as No. 5.", "He said no.", "Then he left."]),
        ("The war began.The city burned in 2022.The end.", ["The war began.", "The city burned in 2022.", "The end."]),
        ("“We stay.” He left. 'So,' he said.", ["“We stay.”", "He left.", "'So,' he said."]),
        ("“Yes.”“No.” «Да.» Он ушёл.", ["“Yes.”", "“No.”", "«Да.»", "Он ушёл."]),
        ('"Is it over?" he asked. "Go!" she said.', ['"Is it over?" he asked.', '"Go!" she said.']),
        ("He waited... then ran. She waited... Then ran.", ["He waited... then ran.", "She waited...", "Then ran."]),
        ("Headline without stop\n\nBody one.\r\n  Body two", ["Headline without stop", "Body one.", "Body two"]),
        ("(It ended.) Then 18 left. 18 more came.", ["(It ended.)", "Then 18 left.", "18 more came."]),
        ("", []),
        (" \n\t\n", []),
        ("...", ["..."]),
    ],
)
def test_sentences(text: str, sentences: list[str]) -> None:
    spans = list(split_sentences(text))
    assert [text[span.start : span.end] for span in spans] == sentences
    assert list(Article("a", text, "").sentences) == spans


PROSE = st.text(alphabet=st.sampled_from('aZ.!?…"”“ \n\r\t5Їé'), max_size=80) | st.text(max_size=80)


def assert_nothing_lost(text: str, spans: list[Span]) -> None:
    """Pieces come in order, do not overlap, and only white space lies between them."""
    done = 0
    for span in spans:
        assert done <= span.start < span.end <= len(text)
        assert not text[done : span.start].strip()
        done = span.end
    assert not text[done:].strip()


@PROPERTY
@given(PROSE)
def test_sentences_cover_everything_but_white_space(text: str) -> None:
    spans = list(split_sentences(text))
    assert_nothing_lost(text, spans)
    for span in spans:
        assert text[span.start : span.end] == text[span.start : span.end].strip()


@PROPERTY
@given(PROSE, st.integers(1, 40))
def test_chunks_never_drop_text_and_keep_to_the_limit(text: str, limit: int) -> None:
    chunks = split_chunks(text, limit)
    assert_nothing_lost(text, chunks)
    assert all(chunk.end - chunk.start <= limit for chunk in chunks)


def test_chunks_end_where_sentences_end() -> None:
    text = "First one. Second one.\n\nThird one. A much longer fourth sentence."
    assert [text[chunk.start : chunk.end] for chunk in split_chunks(text, 24)] == [
        "First one. Second one.",
        "Third one.",
        "A much longer fourth sen",
        "tence.",
    ]
    assert split_chunks(text, 1000) == [Span(0, len(text))]


def passages(text: str) -> list[str]:
    return [text[span.start : span.end] for span in split_passages(text)]


def test_passages_are_up_to_three_sentences_of_a_paragraph() -> None:
    assert passages("Title\n\nOne. Two. Three. Four.\r\nFive!  Six? \n") == [
        "Title",
        "One. Two. Three.",
        "Four.",
        "Five!  Six?",
    ]
    assert passages(" \n") == []


def test_a_passage_is_never_long_and_nothing_is_left_out() -> None:
    sentence = f"A {'word ' * 130}end."
    found = passages(f"{sentence} {sentence}\n{'x' * (2 * LONGEST_PASSAGE + 1)}")
    assert [len(each) for each in found] == [len(sentence), len(sentence), LONGEST_PASSAGE, LONGEST_PASSAGE, 1]
