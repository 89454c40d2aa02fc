"""Marks as they are written."""

from __future__ import annotations

from typing import Any

import pytest

from extract.errors import TaskError
from extract.records.marks import Compare, Verbatim


def test_a_verbatim_value_is_a_phrase_unless_it_says_more() -> None:
    assert Verbatim() == Verbatim("phrase")
    assert Verbatim("person", "organisation").what == ("person", "organisation")


def test_a_kind_of_words_that_there_is_not_is_refused_with_those_there_are() -> None:
    unknown: Any = "planet"
    with pytest.raises(
        TaskError, match=r"'planet'.* person, organisation, speaker, title, place, time, number, quotation, phrase"
    ):
        Verbatim("place", unknown)


def test_a_mark_with_a_mapping_can_be_hashed() -> None:
    broader = Compare("equal", broader={"fruit": frozenset({"apple"})})
    assert len({broader, Compare("name")}) == 2
