"""Texts on a terminal: nothing is obeyed, nothing is wider than it may be."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.views.terminal import aligned, columns, cut, cut_before, filled, harmless, safe, wrapped

ANY = st.text(st.characters(categories=["L", "M", "Nd", "Cc", "Cf", "Zs", "Po", "So", "Cs"]), max_size=80)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain – “quoted” Київ", "plain – “quoted” Київ"),
        ("\x1b[31mred\x07", "␛[31mred␇"),
        ("a\x7fb\x9bc\x85d", "a␡b\\x9bc\\x85d"),
        ("a\u202eb\u2066c\u200bd\u2028e", "a\\u202eb\\u2066c\\u200bd\\u2028e"),
        ("one\r\ntwo\tthree\u00a0four", "one  two three four"),
        ("half \ud800", "half \\ud800"),
    ],
)
def test_safe(text: str, shown: str) -> None:
    assert safe(text) == shown


@pytest.mark.parametrize(
    "text", ["Київ", "two\r\nlines\n\tand a tab", "می\u200cخواهم", "क\u094d\u200dष", "a\u00a0b\u2009c"]
)
def test_a_cell_of_a_file_keeps_lines_spaces_and_joiners(text: str) -> None:
    assert harmless(text) == text


@settings(deadline=None, max_examples=200)
@given(ANY, st.integers(3, 60), st.integers(1, 4))
def test_nothing_is_wider_than_it_may_be_or_obeyed(text: str, width: int, most_lines: int) -> None:
    shown = [
        cut(text, width),
        cut_before(text, width),
        *wrapped(text, width),
        *filled(text, width, most_lines).split("\n"),
    ]
    assert len(filled(text, width, most_lines).split("\n")) <= most_lines
    assert all(line.isprintable() and columns(line) <= width for line in shown)
    assert not {"\x1b", "\x9b", "\u202e", "\ud800"} & set(harmless(text))


@settings(deadline=None, max_examples=100)
@given(ANY, st.integers(8, 60))
def test_wrapping_loses_nothing_but_spaces(text: str, width: int) -> None:
    assert "".join("".join(wrapped(text, width)).split()) == "".join(safe(text).split())


def test_lines_are_cut_by_columns_not_characters() -> None:
    assert cut("基辅市长说", 10) == "基辅市长说"
    assert cut("基辅市长说", 9) == "基辅市长…"
    assert cut_before("基辅市长说", 5) == "长说"
    assert cut("e\u0301" * 9, 9) == "e\u0301" * 9
    assert wrapped("In 基辅市长说 and on", 8) == ["In 基辅", "市长说", "and on"]
    assert wrapped("one two three", 9, 2) == ["  one", "    two", "    three"]
    assert filled("one two three four", 9, 2) == "one two\nthree fo…"


def test_a_table_of_cells_with_lines() -> None:
    rows = [["name", "what"], ["基辅", "a\nbb"], ["", "c"]]
    assert list(aligned(rows)) == ["name  what", "----  ----", "基辅  a", "      bb", "      c"]
