"""Exports: rows and offsets of the CSV, formulas made harmless, documents that are whole whenever they end."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from extract.errors import RunFileError
from extract.records.results import ArticleResult, Grounding, Header, Problem, Signature, read_run, to_json
from extract.tasks.attack.schema import Casualty, Event, Quantity, Quote, Records
from extract.views.export import COLUMNS, Form, csv_form, json_form

HEADER = Header(
    signature=Signature(
        task="attack", model="local:abc", prompts="sentence", prompts_sha256="0", schema_sha256="1", sampling={}
    )
)
CASUALTY = Casualty(
    evidence="two people died",
    outcome="killed",
    quantity=Quantity(text="two", value=2, bound="exact"),
    who="people",
    source="Nobody",
)
EVENT = Event(
    evidence="A bomb went off", kind="bombing", context="main", places=["Dovhe", "Mala"], casualties=[CASUALTY]
)
DONE = ArticleResult(
    article_id="one",
    source="one.txt",
    status="partial",
    records=Records(events=[EVENT]),
    grounding={
        "/events/0/evidence": Grounding(start=0, end=15, status="exact"),
        "/events/0/places/0": Grounding(start=19, end=24, status="normalised"),
        "/events/0/casualties/0/source": Grounding(status="absent"),
    },
    confidence={"/events/0/casualties/0/who": 0.75},
)
FAILED = ArticleResult(
    article_id="two", source="two.txt", status="failed", problems=[Problem(kind="failed", detail="a binary file")]
)


def exported(form: Form, *results: ArticleResult) -> str:
    return "".join([form.head, *map(form.article, results), form.foot()])


def rows(*results: ArticleResult) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(exported(csv_form(HEADER), *results), newline="")))


def test_one_row_per_value_in_field_order() -> None:
    assert [(row["pointer"], row["record"], row["field"], row["value"]) for row in rows(DONE)] == [
        ("/events/0/evidence", "Event", "evidence", "A bomb went off"),
        ("/events/0/kind", "Event", "kind", "bombing"),
        ("/events/0/context", "Event", "context", "main"),
        ("/events/0/places/0", "Event", "places", "Dovhe"),
        ("/events/0/places/1", "Event", "places", "Mala"),
        ("/events/0/casualties/0/evidence", "Casualty", "evidence", "two people died"),
        ("/events/0/casualties/0/outcome", "Casualty", "outcome", "killed"),
        ("/events/0/casualties/0/quantity/text", "Casualty", "quantity.text", "two"),
        ("/events/0/casualties/0/quantity/value", "Casualty", "quantity.value", "2"),
        ("/events/0/casualties/0/quantity/bound", "Casualty", "quantity.bound", "exact"),
        ("/events/0/casualties/0/who", "Casualty", "who", "people"),
        ("/events/0/casualties/0/source", "Casualty", "source", "Nobody"),
    ]


def test_a_row_says_where_its_value_stands_and_what_made_it() -> None:
    by_pointer = {row["pointer"]: row for row in rows(DONE)}
    assert by_pointer["/events/0/places/0"] == {
        "article_id": "one",
        "pointer": "/events/0/places/0",
        "record": "Event",
        "field": "places",
        "value": "Dovhe",
        "start": "19",
        "end": "24",
        "grounding": "normalised",
        "confidence": "",
        "status": "partial",
        "model": "local:abc",
        "prompts": "sentence",
        "problem": "",
        "total": "",
    }
    evidence = by_pointer["/events/0/evidence"]
    assert (evidence["start"], evidence["end"], evidence["grounding"]) == ("0", "15", "exact")
    absent = by_pointer["/events/0/casualties/0/source"]
    assert (absent["start"], absent["end"], absent["grounding"]) == ("", "", "absent")
    assert by_pointer["/events/0/casualties/0/who"]["confidence"] == "0.75"


def test_an_article_without_values_still_has_a_row() -> None:
    empty = ArticleResult(article_id="three", source="three.txt", status="complete", records=Records())
    assert [(row["article_id"], row["status"], row["pointer"], row["value"]) for row in rows(FAILED, empty)] == [
        ("two", "failed", "", ""),
        ("three", "complete", "", ""),
    ]


@pytest.mark.parametrize("text", ["=1+1", "+cmd|x", "-2+3", "@SUM(A1)", "\t=1", "\n=1", "＝1", "-", "+7 (044)"])
def test_formulas_are_made_text(text: str) -> None:
    result = ArticleResult(
        article_id="=evil",
        source="",
        status="complete",
        records=Records(quotes=[Quote(evidence="e", speaker=text, text="t")]),
    )
    row = next(row for row in rows(result) if row["field"] == "speaker")
    assert (row["value"], row["article_id"]) == (f"'{text}", "'=evil")


@pytest.mark.parametrize(
    "text",
    ["-5", "+3.5", "-1,200", "18", "a=b", "'quoted'", "", " =1", 'We said: "no",\nthen left', "a\r\nb", "می\u200cرود"],
)
def test_numbers_and_plain_texts_are_kept(text: str) -> None:
    result = ArticleResult(
        article_id="a",
        source="",
        status="complete",
        records=Records(quotes=[Quote(evidence="e", speaker=text, text="t")]),
    )
    assert next(row["value"] for row in rows(result) if row["field"] == "speaker") == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]0;title\x07", "␛]0;title␇"),
        ("a\x9b31mb\x7f", "a\\x9b31mb␡"),
        ("\u202etxt\u2066", "\\u202etxt\\u2066"),
        ("\r=1", "'␍=1"),
        ("half \ud800", "half \\ud800"),
    ],
)
def test_nothing_in_a_cell_is_obeyed_by_a_terminal(text: str, shown: str) -> None:
    quote = Quote.model_construct(evidence="e", speaker=text, role=None, text="t", continued=[])
    result = ArticleResult(
        article_id="a", source="", status="complete", records=Records.model_construct(events=[], quotes=[quote])
    )
    assert next(row["value"] for row in rows(result) if row["field"] == "speaker") == shown


def test_what_speaks_against_a_value_stands_beside_it() -> None:
    problems = [
        Problem(kind="contradiction", detail="33 for three", pointer="/events/0/casualties/0/quantity/value"),
        Problem(kind="contradiction", detail="no day", pointer="/events/0/date"),  # a value that is null
        Problem(kind="dropped", detail="about no value"),
    ]
    found = rows(DONE.model_copy(update={"problems": problems}))
    assert {row["pointer"]: row["problem"] for row in found if row["problem"]} == {
        "/events/0/casualties/0/quantity/value": "33 for three",
        "/events/0/date": "no day",
    }
    assert len(found) == len(rows(DONE)) + 1


def test_the_csv_is_written_as_results_come() -> None:
    form = csv_form(HEADER)
    assert form.head == ",".join(COLUMNS) + "\r\n"
    assert form.article(FAILED) == "two,,,,,,,,,failed,local:abc,sentence,a binary file,\r\n"


@pytest.mark.parametrize("form", [csv_form(HEADER), json_form(HEADER)])
def test_an_export_is_known_and_is_no_run_file(form: Form, tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_text(exported(form, DONE), encoding="utf-8")
    with pytest.raises(RunFileError, match=r"out' is not a run file but an export of one, which is not read back"):
        read_run(path, Records)


def test_the_json_document_holds_the_lines_of_the_run_file() -> None:
    document = json.loads(exported(json_form(HEADER), DONE, FAILED))
    assert document["header"] == json.loads(to_json(HEADER))
    assert document["results"] == [json.loads(to_json(DONE)), json.loads(to_json(FAILED))]


@pytest.mark.parametrize("results", [(), (DONE,), (FAILED, DONE)])
def test_a_json_document_is_whole_whenever_it_is_closed(results: tuple[ArticleResult, ...]) -> None:
    document = json.loads(exported(json_form(HEADER), *results))
    assert [row["article_id"] for row in document["results"]] == [row.article_id for row in results]


def test_what_adds_up_is_marked() -> None:
    found = rows(DONE.model_copy(update={"totals": ["/events/0/casualties/0"]}))
    marked = {row["pointer"] for row in found if row["total"] == "yes"}
    assert marked == {row["pointer"] for row in found if row["record"] == "Casualty"} != set()
