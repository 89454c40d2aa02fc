"""Columns for the days that words mean, in the tables of a task that no part of the program knows."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel

from extract import Verbatim
from extract.records.day_columns import DayColumns
from extract.records.results import ArticleResult
from extract.records.tree import Node


class Term(BaseModel):
    words: Annotated[str | None, Verbatim("time")] = None


class Loan(BaseModel):
    term: Term = Term()
    due: Annotated[str | None, Verbatim("time", "phrase")] = None


class Loans(BaseModel):
    loans: list[Loan] = []


def cells(words: str | None, text: str, published: str | None = None) -> dict[str, object]:
    result = ArticleResult(article_id="a", source="a", status="complete", text=text, published=published)
    return dict(DayColumns().cells(Node("/loans/0", Loan(term=Term(words=words))), result))


def test_a_time_in_a_part_has_its_columns_and_other_words_none() -> None:
    names = [column.name for column in DayColumns().columns(Loan)]
    assert names == [f"term_words_{name}" for name in ("day", "from", "to", "precision", "rule")]


def test_the_day_and_its_rule() -> None:
    assert cells("Thursday", "Lent on Thursday.", "2025-03-14") == {
        "term_words_day": "2025-03-13",
        "term_words_from": "2025-03-13",
        "term_words_to": "2025-03-13",
        "term_words_precision": "day",
        "term_words_rule": "Thursday before the publication day 2025-03-14",
    }
    assert cells("Thursday", "Published: 2025-03-14\nLent on Thursday.")["term_words_day"] == "2025-03-13"
    assert cells("Thursday", "Lent on Thursday.")["term_words_day"] is None
    month = cells("in May 2016", "Lent in May 2016.")
    assert (month["term_words_day"], month["term_words_to"]) == (None, "2016-05-31")
    assert cells(None, "Lent.") == {}


def test_the_language_of_the_article_is_found() -> None:
    text = "Il libro fu prestato il 2 marzo 2024 dalla biblioteca della città, che lo aveva comprato l'anno prima."
    assert cells("2 marzo 2024", text)["term_words_day"] == "2024-03-02"
