"""The page of a run as a file: what it knows, and that nothing in it can run or ask. What it does is tried in tests/browser."""

from __future__ import annotations

import html
import re
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from extract.errors import RunFileError, UsageError
from extract.records.checks import Stated
from extract.records.marks import Day, Evidence, Verbatim
from extract.records.results import ArticleResult
from extract.views.page.building import RUN, STORIES, Kind, check_page
from extract.views.page.content import Content, content_of
from extract.views.page.shape import shapes_of
from tests.pages import DIARY, TEXT, Diary, Remark, html_of, result, run_of
from tests.views.page_elements import Elements, check_policy, data_of


def test_the_page_knows_all_of_the_run() -> None:
    told = data_of(html_of(run_of()))
    article = told["articles"][0]
    assert article["text"] == TEXT
    assert article["records"] == result().model_dump(mode="json")["records"]
    start, end, status = article["grounding"]["/walks/0/birds/0/name"]
    assert (TEXT[start:end], status) == ("herons", "exact")
    assert article["grounding"]["/walks/0/places/1"] == [None, None, "absent"]
    assert [doubt["pointer"] for doubt in article["doubts"]][:3] == [
        "/walks/0/birds/0/count/value",
        "/walks/0/places/1",
        "/walks/0/birds/0/doing",
    ]
    assert article["adding"] == ["/walks/0/birds/0", "/walks/0/birds/1"]
    assert article["counts"] == {"walks": 1, "remarks": 1}
    assert told["name"] == "diary"


def test_the_page_knows_what_number_words_state() -> None:
    class Reader:
        def stated_number(self, words: str) -> Stated | None:
            return {"Two": Stated(2), "Three": Stated(3), "Nobody": Stated(None)}.get(words)

        def denies_day(self, words: str, day: date) -> bool:
            return False

    content = content_of(run_of(), Diary, {"monday": TEXT}, reader=Reader())
    assert content.numerals == {"Two": 2, "Three": 3, "Nobody": None}
    (value,) = (field for field in content.types["Count"].fields if field.name == "value")
    assert value.words == "words"
    assert content_of(run_of(), Diary, {}).numerals == {}


def test_the_digest_is_of_all_that_the_run_says() -> None:
    def digest(*results: ArticleResult) -> str:
        return content_of(run_of(*results), Diary, {}).digest

    assert digest() == digest(result())
    assert digest() != digest(result(title="Tuesday"))
    assert digest() != digest(result(DIARY.model_copy(update={"remarks": []})))


def test_only_our_script_and_style_may_run() -> None:
    check_policy(html_of(run_of()))


@pytest.mark.parametrize("kind", [RUN, STORIES], ids=["run", "stories"])
def test_the_scripts_put_no_markup_into_the_page(kind: Kind) -> None:
    for forbidden in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "Function(",
        "</script",
        "<!--",
    ):
        assert forbidden not in kind.script
    assert "</style" not in kind.style
    # the name of SVG is an address in form; nobody asks it
    assert "http:" not in (kind.script + kind.style).replace("'http://www.w3.org/2000/svg'", "")


@settings(max_examples=60, deadline=None)
@given(
    st.text(st.characters(), max_size=60)
    | st.sampled_from(["</script>", "<!--<script>", "]]>", "\u2028", "&lt;", "\ud800"])
)
def test_an_article_stays_data_whatever_it_says(said: str) -> None:
    hostile = result(Diary(remarks=[Remark(evidence=said, speaker=said)]), "x").model_copy(
        update={"text": said, "title": said, "source": said, "url": said}
    )
    plain = Elements(html_of(run_of(result(Diary(), "x"))))
    page = html_of(run_of(hostile))
    assert [tag for tag, _, _ in Elements(page).found] == [tag for tag, _, _ in plain.found]
    page.encode("utf-8")
    article = data_of(page)["articles"][0]
    assert (article["text"], article["title"]) == (said, said)


def test_the_name_of_a_run_is_escaped() -> None:
    run = run_of().model_copy(update={"path": "runs/<script>alert(1)</script>.jsonl"})
    page = html_of(run)
    assert "<script>alert" not in page
    assert html.escape("script>.jsonl".removesuffix(".jsonl")) in page


def test_a_failed_article_and_one_without_a_text_are_told_of() -> None:
    failed = result().model_copy(
        update={"article_id": "f", "status": "failed", "records": None, "grounding": {}, "text": None}
    )
    article = data_of(html_of(run_of(failed)))["articles"][0]
    assert (article["records"], article["text"], article["counts"]) == (None, None, {})


class Ship(BaseModel):
    """A ship."""

    evidence: Annotated[str, Evidence()]
    flag: str | None = None


class Plane(BaseModel):
    evidence: Annotated[str, Evidence()]
    wings: Literal[1, 2] = 2
    fleet: list[Ship | Plane] = []


class Traffic(BaseModel):
    craft: list[Ship | Plane] = []
    day: Annotated[str | None, Day()] = None
    names: Annotated[list[str], Verbatim("person")] = []
    late: bool | None = None
    share: float = 0.0
    odd: int | str | None = None


def test_the_schema_is_told_as_data() -> None:
    shapes = shapes_of(Traffic)
    assert list(shapes) == ["Traffic", "Ship", "Plane"]
    kinds = {field.name: (field.shape, field.kind) for field in shapes["Traffic"].fields}
    assert kinds == {
        "craft": ("records", "other"),
        "day": ("value", "day"),
        "names": ("values", "text"),
        "late": ("value", "boolean"),
        "share": ("value", "number"),
        "odd": ("value", "other"),
    }
    assert (shapes["Ship"].about, shapes["Plane"].about) == ("A ship.", "")
    wings = shapes["Plane"].fields[1]
    assert (wings.kind, wings.choices, wings.required, wings.optional) == ("choice", [1, 2], False, False)


def test_records_of_several_types_say_which_they_are() -> None:
    traffic = Traffic(craft=[Ship(evidence="a"), Plane(evidence="b", fleet=[Ship(evidence="c")])])
    content = content_of(run_of(result(traffic, "a b c")), Traffic, {})
    assert content.articles[0].kinds == {"/craft/0": "Ship", "/craft/1": "Plane", "/craft/1/fleet/0": "Ship"}


def test_offsets_and_digests_are_those_of_the_run(tmp_path: Path) -> None:
    content = content_of(run_of(), Diary, {"monday": TEXT})
    assert Content.model_validate_json(content.model_dump_json()) == content


def test_a_page_replaces_nothing_but_a_page(tmp_path: Path) -> None:
    notes, page = tmp_path / "notes.html", tmp_path / "page.html"
    notes.write_text("<p>mine</p>", encoding="utf-8")
    page.write_text(html_of(run_of()), encoding="utf-8")
    check_page(tmp_path / "new.html", overwrite=False)
    check_page(page, overwrite=True)
    for file, overwrite in ((page, False), (notes, False), (notes, True)):
        with pytest.raises(RunFileError, match="is there already, and is not replaced"):
            check_page(file, overwrite=overwrite)
    with pytest.raises(UsageError, match=re.escape("should end in .html")):
        check_page(tmp_path / "page.txt", overwrite=False)
