"""One value, explained."""

from __future__ import annotations

from pathlib import Path

import pytest

from extract.articles import Article
from extract.errors import UsageError
from extract.records.beliefs import Calibration
from extract.records.grounding import ground
from extract.records.results import Answered, ArticleResult
from extract.tasks.attack.schema import Casualty, Event, Quantity, Records
from extract.views.explanation import explanation
from tests.commands import extract

TEXT = "A bomb killed two people in Aldane, the mayor said. Nobody else was hurt."
FIRST = TEXT.split(". ")[0] + "."
FIGURE = Casualty(
    evidence=FIRST, outcome="killed", quantity=Quantity(text="two", value=2, bound="exact"), who="people", source="Oz"
)
RECORDS = Records(events=[Event(evidence=FIRST, kind="bombing", context="main", casualties=[FIGURE])])
MADE = Calibration(
    prompts="p",
    model="m",
    fitted_on="two articles",
    constant=1,
    fields={"casualty.source": -2},
    signs={"said again": 1},
)
ANSWERS = [
    Answered(prompt="1-lead", unit="lead", start=0, end=5, key="a" * 64, said="yes", share=0.93),
    Answered(prompt="items", unit="passage 1", start=0, end=51, key="b" * 64),
    Answered(prompt="items", unit="passage 2", start=52, end=73, key="c" * 64),
]


def told(pointer: str, **changes: object) -> list[str]:
    grounded = ground(RECORDS, TEXT)
    result = ArticleResult(
        article_id="a",
        source="a.txt",
        status="complete",
        records=grounded.records,
        grounding=grounded.grounding,
        answers=ANSWERS,
        confidence={"/events/0/casualties/0/source": 0.27},
    ).model_copy(update=changes)
    article = Article("a", TEXT, "a.txt")
    return explanation(result, pointer, article, MADE, None, 100).splitlines()


def test_what_was_asked_about_the_place_of_a_record_and_what_came_first() -> None:
    lines = told("/events/0/casualties/0/quantity/value")
    assert lines[0] == "a /events/0/casualties/0/quantity/value: Casualty.quantity.value 2"
    asked = lines[lines.index("asked") + 1 : lines.index("rules")]
    assert asked == [
        f"  lead (1-lead): yes, 93% sure; extract cache show {'a' * 16}",
        f"  passage 1 (items); extract cache show {'b' * 16}",
    ]


def test_on_which_page_of_a_document_a_value_stands() -> None:
    assert any(
        " on page 3, exact" in line for line in told("/events/0/casualties/0/quantity/text", pages=[(3, 0), (4, 60)])
    )
    assert not any("page" in line for line in told("/events/0/casualties/0/quantity/text"))


def test_why_a_value_is_believed() -> None:
    lines = told("/events/0/casualties/0/source")
    assert lines[lines.index("where") + 1] == "  its words are not in the article"
    assert lines[lines.index("confidence") + 1 :] == [
        "  0.27",
        "  +1.00 any value",
        "  -2.00 casualty.source",
        "  +0.00 said again: 0.00",
        "  fitted on two articles",
    ]
    assert "only values that are there" in "\n".join(told("/events/0/date"))


def test_a_pointer_to_nothing() -> None:
    with pytest.raises(UsageError, match="has no value at '/events/1/kind'"):
        told("/events/1/kind")


def test_the_command_says_what_the_rules_saw(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a", "b"):
        (tmp_path / f"{name}.txt").write_text(TEXT.replace("Aldane", f"Aldane{name}"), encoding="utf-8")
    assert extract("run", "a.txt", "b.txt", "--model", "rules", "-o", "r.jsonl").exit_code == 0
    said = extract("explain", "r.jsonl", "/events/0/casualties/0/outcome", "--article", "b").stdout
    assert "figure 'two people': 2, exact; killed" in said
    with pytest.raises(UsageError, match="name an article of the run with --article: a, b"):
        extract("explain", "r.jsonl", "/events/0/kind")
