"""What labels and other runs say beside a run: every state, at the pointer where the page looks for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.harness import load_gold
from eval.reports.beside import beside_gold, beside_run
from extract.articles import Article
from extract.errors import GoldError
from extract.records.grounding import ground
from extract.records.results import ArticleResult
from tests.pages import DIARY, HERONS, TEXT, Bird, Walk, result, run_of
from tests.recalls import RECALL, RECALL_LABEL, RECALLED, Recall, Recalls, begin, write_set

(WALK,) = DIARY.walks
HERON, GULL, OTHER = WALK.birds


def test_what_another_run_says_of_values_and_records() -> None:
    before = WALK.model_copy(
        update={
            "weather": "fine",
            "places": ["Lake Oma", "Hill Point"],
            "birds": [
                HERON.model_copy(update={"doing": "flying", "seen_by": "Ann Bell"}),
                Bird(evidence="Nobody saw the kite", name="kite", doing="standing"),
            ],
        }
    )
    now = WALK.model_copy(update={"birds": [HERON, GULL.model_copy(update={"count": None})]})
    run, other = (run_of(result(DIARY.model_copy(update={"walks": [walk]}))) for walk in (now, before))
    said = beside_run(run, other, {"monday": TEXT}, "before").articles["monday"]
    assert said.values["/walks/0/birds/0/name"] == ("right", "herons")
    assert said.values["/walks/0/birds/0/doing"] == ("wrong", "flying")
    assert said.values["/walks/0/places/1"] == ("spurious", None)
    assert said.missing["/walks/0/weather"] == ["fine"]
    assert said.missing["/walks/0/places"] == ["Hill Point"]
    assert said.missing["/walks/0/birds/0/seen_by"] == ["Ann Bell"]
    assert said.records["/walks/0/birds/1"] == "spurious"
    (missed,) = said.missed
    assert (missed.type, missed.list, missed.record["name"]) == ("Bird", "/walks/0/birds", "kite")
    assert missed.start is not None
    assert TEXT[missed.start : missed.end] == "Nobody saw the kite"


def test_a_missed_record_brings_along_what_it_holds() -> None:
    run = run_of(result(DIARY.model_copy(update={"walks": []})))
    said = beside_run(run, run_of(), {"monday": TEXT}, "other").articles["monday"]
    (missed,) = said.missed
    assert (missed.list, len(missed.record["birds"])) == ("/walks", 3)
    assert said.records == {"/remarks/0": "right"}


def test_a_new_walk_is_spurious_with_all_in_it() -> None:
    twice = DIARY.model_copy(update={"walks": [WALK, Walk(evidence=HERONS, birds=[GULL])]})
    said = beside_run(run_of(result(twice)), run_of(), {"monday": TEXT}, "other").articles["monday"]
    assert {"/walks/1", "/walks/1/birds/0"} <= {
        pointer for pointer, state in said.records.items() if state == "spurious"
    }


def recalled(text: str = RECALLED, reason: str = "fire") -> ArticleResult:
    """A result about the article of the gold set."""
    grounded = ground(Recalls(recalls=[Recall.model_validate({**RECALL, "reason": reason})]), text)
    sha = Article("one", text, "x").sha256
    return ArticleResult(
        article_id="one", source="one.txt", text_sha256=sha, status="complete",
        records=grounded.records, grounding=grounded.grounding, text=text,
    )  # fmt: skip


def test_what_labels_say(tmp_path: Path) -> None:
    task = begin(tmp_path / "task", Recalls)
    write_set(tmp_path / "gold", RECALLED, RECALL_LABEL)
    gold = load_gold(tmp_path / "gold", task)
    said = beside_gold(run_of(recalled(reason="injury")), gold).articles["one"]
    assert said.values["/recalls/0/reason"] == ("wrong", "fire")
    assert said.values["/recalls/0/product"] == ("right", "kettles")
    assert beside_gold(run_of(recalled()), gold).articles["one"].records == {"/recalls/0": "right"}
    with pytest.raises(GoldError, match="another text"):
        beside_gold(run_of(recalled(RECALLED + "More.\n")), gold)
    with pytest.raises(GoldError, match="no article of the run has a label"):
        beside_gold(run_of(result()), gold)


def test_two_runs_without_a_common_article_are_an_error() -> None:
    with pytest.raises(GoldError, match="no article in common"):
        beside_run(run_of(), run_of(result(article_id="b")), {"monday": TEXT}, "other.jsonl")
