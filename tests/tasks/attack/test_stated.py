"""What words state for sure, and where they are left alone."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from extract.articles import Article
from extract.engines.pipeline import extract_article
from extract.engines.setup import Setup
from extract.records.checks import Stated, contradictions
from extract.tasks.attack.rules import AttackRules
from extract.tasks.attack.schema import Records
from extract.tasks.attack.stated import denies_day
from extract.views.tables import attested_line
from tests.small_gold import ATTACK
from tests.small_task import FakeClient

LABELS = sorted((Path(__file__).parents[3] / "gold" / "attack").glob("*/**/*.json"))
TASK = AttackRules()


@pytest.mark.parametrize(
    ("words", "stated"),
    [
        ("three", Stated(3)),
        ("598", Stated(598)),
        ("1,300", Stated(1300)),
        ("twenty-two people", Stated(22)),
        ("At least 18", Stated(18, "at_least")),
        ("more than two dozen", Stated(24, "at_least")),
        ("up to 50 drones", Stated(50, "at_most")),
        ("nearly 100", Stated(100, "about")),
        ("dozens", Stated(None, "about")),
        ("several", Stated(None, "about")),
        ("a couple", Stated(2)),
        ("thırty-ſix", Stated(36)),
        ("between 10 and 12", Stated(None, "about")),
        ("10-12", Stated(None, "about")),
        ("a hundred and five", Stated(105)),
        ("one and a half million", Stated(1_500_000)),
        ("14 or more", Stated(14, "at_least")),
        ("1 300", Stated(1300)),
    ],
)
def test_one_number_is_read(words: str, stated: Stated) -> None:
    assert TASK.stated_number(words) == stated


@pytest.mark.parametrize(
    "words",
    [
        "",
        "a man",
        "Ivan Bilyk",
        "a 14-year-old girl",
        "two 14-year-old girls",
        "a man and two boys",
        "two boys, a man",
        "至少14人",
        "12,5",
        "9" * 5000,
        "three " * 5000,
    ],
)
def test_what_is_more_than_one_number_is_not_judged(words: str) -> None:
    assert TASK.stated_number(words) is None


@pytest.mark.parametrize(
    ("words", "day", "denied"),
    [
        ("Monday", "2026-11-16", False),
        ("Monday", "2026-11-18", True),
        ("early Thursday", "2026-11-19", False),
        ("Friday night", "2026-11-21", False),
        ("Friday night", "2026-11-24", True),
        ("overnight into Saturday", "2026-11-20", False),
        ("at night from Saturday to Sunday", "2026-11-21", False),
        ("Aug. 26", "2024-08-26", False),
        ("Aug. 26", "2024-08-25", True),
        ("26 August", "2024-07-26", True),
        ("14 July 2024", "2023-07-14", True),
        ("2023", "2024-01-01", True),
        ("New Year’s Eve", "2023-12-31", False),
        ("two days after Monday", "2026-11-18", False),
        ("the week of July 14", "2024-07-17", False),
        ("Marathon Monday", "2026-11-16", False),
        ("July 14-15", "2024-07-15", False),
        ("June ’24", "2024-06-03", False),
        ("yesterday", "2026-11-16", False),
        ("3 p.m. on May 4", "2026-05-04", False),
        ("8.30 p.m. (2030 GMT) on Friday", "2016-01-15", False),  # an hour, no year
        ("8.30 p.m. (2030 GMT) on Friday", "2016-01-14", True),
        ("about 2015 hours, Friday", "2016-01-13", True),
        ("May 2030", "2026-05-04", True),
        ("in May", "2026-06-04", True),
        ("may be Monday", "2026-11-16", False),
        ("February 31", "2026-03-03", True),
        ("Friday night", "0001-01-01", True),
        ("Monday " * 500, "2026-11-18", False),
    ],
)
def test_another_day_than_the_words_name_is_denied(words: str, day: str, denied: bool) -> None:
    assert denies_day(words, date.fromisoformat(day)) is denied


EVIDENCE = "A Russian missile struck a market in Kherson on Monday, killing three people."


def killed(words: str, value: int | None, bound: str) -> dict[str, object]:
    """A casualty as a model writes it."""
    quantity = {"text": words, "value": value, "bound": bound}
    return {"evidence": EVIDENCE, "outcome": "killed", "quantity": quantity, "who": "people"}


def test_an_answer_that_contradicts_itself_is_never_complete_without_a_word() -> None:
    event = {
        "evidence": EVIDENCE,
        "kind": "air_strike",
        "context": "main",
        "date_text": "Monday",
        "date": "2026-02-31",
        "casualties": [
            killed("three", 33, "at_least"),
            killed("three", -3, "exact"),
            killed("at least three", 3, "exact"),
            killed("dozens", 24, "about"),
            killed("three", 3, "exact"),
        ],
    }
    client = FakeClient(lambda question: json.dumps({"events": [event], "quotes": []}))
    setup = Setup(ATTACK, ATTACK.prompt_set("whole"), client, "a-model")
    text = f"{EVIDENCE} At least three, others said; dozens, said a third."
    with ThreadPoolExecutor(1) as pool:
        result = extract_article(Article("a", text, "a.txt"), setup, pool)
    assert [(problem.kind, problem.pointer) for problem in result.problems] == [
        ("contradiction", "/events/0/date"),
        ("contradiction", "/events/0/casualties/0/quantity/value"),
        ("contradiction", "/events/0/casualties/1/quantity/value"),
        ("contradiction", "/events/0/casualties/2/quantity/bound"),
        ("contradiction", "/events/0/casualties/3/quantity/value"),
    ]
    assert isinstance(result.records, Records)
    assert result.records.events[0].casualties[0].quantity.value == 33  # kept as it is
    assert "5 in contradiction to their own words" in attested_line([result])


@pytest.mark.parametrize("file", [file for file in LABELS if "labels" in file.parts or "annotators" in file.parts])
def test_no_label_of_the_gold_set_contradicts_itself(file: Path) -> None:
    data = json.loads(file.read_text(encoding="utf-8"))
    records = Records.model_validate({name: data[name] for name in ("events", "quotes")})
    assert records.events
    assert list(contradictions(records, TASK)) == []
