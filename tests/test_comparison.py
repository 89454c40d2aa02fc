"""Two evaluations side by side: differences by hand, what the set can tell, and the gate."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from eval.cli.scores import compare_command
from eval.comparison import compare, gate_result
from eval.evaluation import Gaps, bar_result, save_evaluation
from eval.reports.comparison_report import render_comparison
from eval.reports.evaluation_report import render_evaluation
from eval.stats import Interval
from extract.errors import GoldError
from extract.records.results import ArticleResult, Problem
from extract.tasks.attack.schema import Records
from tests.small_gold import (
    evaluation,
    invented_casualty,
    no_quote,
    perfect,
    result,
    write_gold,
    wrong_value,
)

Rows = Callable[[int], dict[str, ArticleResult]]


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Four articles in three clusters."""
    return write_gold(tmp_path / "small")


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """Twelve articles in eleven clusters."""
    return write_gold(tmp_path / "large", copies=8)


def with_errors(copies: int = 0) -> dict[str, ArticleResult]:
    """One leaf wrong in every article."""
    return {name: result(name, wrong_value) for name in perfect(copies)}


def none_answered(copies: int) -> dict[str, ArticleResult]:
    """No question was ever answered; the rules alone got everything right."""
    return {name: row.model_copy(update={"status": "partial"}) for name, row in perfect(copies).items()}


def test_differences_by_hand(small: Path) -> None:
    a = evaluation(small, {**perfect(), "north": result("north", no_quote)})
    b = evaluation(small, {**perfect(), "east": result("east", wrong_value)})
    found = compare(a, b)
    # 53 right and 2 missed: 106/108; 54 right and 1 wrong: 108/110
    assert found.overall.a == pytest.approx(106 / 108)
    assert found.overall.b == pytest.approx(108 / 110)
    assert found.overall.difference == pytest.approx(108 / 110 - 106 / 108)
    articles = {change.name: (change.a, change.b) for change in found.articles}
    assert articles["north"] == pytest.approx((26 / 28, 1.0))
    assert articles["east"] == pytest.approx((1.0, 22 / 24))
    assert articles["south"] == (1.0, 1.0)
    quotes = next(change for change in found.types if change.name == "type/quote")
    assert (quotes.a, quotes.b) == (0.0, 1.0)


def test_records_fixed_and_broken(small: Path) -> None:
    a = evaluation(small, {**perfect(), "north": result("north", no_quote), "south": result("south", wrong_value)})
    b = evaluation(
        small, {**perfect(), "south": result("south", wrong_value), "east": result("east", invented_casualty)}
    )
    found = compare(a, b)
    # south is wrong in both and so not listed
    assert [(name, record.type, record.gold) for name, record in found.fixed] == [("north", "quote", "/quotes/0")]
    assert [(name, record.type, record.gold) for name, record in found.broken] == [("east", "casualty", None)]


def test_the_same_invention_at_another_place_is_no_change(small: Path) -> None:
    def first(records: dict[str, list[dict[str, list[object]]]]) -> None:
        invented_casualty(records)
        records["events"][0]["casualties"].reverse()

    a = evaluation(small, {**perfect(), "east": result("east", invented_casualty)})
    b = evaluation(small, {**perfect(), "east": result("east", first)})
    assert compare(a, b).fixed == compare(a, b).broken == ()


def test_three_clusters_can_never_tell(small: Path) -> None:
    found = compare(evaluation(small, with_errors()), evaluation(small, perfect()))
    assert found.overall.p == found.least_p == 0.25
    assert found.verdict == "too small to tell"
    assert found.detectable is None
    text = render_comparison(found)
    assert "This gold set is too small to tell: with 3 clusters the test cannot give a p below 0.250" in text
    assert "Smallest difference it could detect at 80 % power: none." in text


def test_eleven_clusters_can(large: Path) -> None:
    worse, better = evaluation(large, with_errors(8)), evaluation(large, perfect(8))
    found = compare(worse, better)
    # better in every cluster: only no swap and all swaps reach the observed difference, 2 of 2^11; but 500 resamples
    # are fewer than 2^11, so swaps are drawn and p is at least 1/501
    assert found.overall.p == pytest.approx(1 / 501, abs=0.004)
    assert found.verdict == "better"
    assert compare(better, worse).verdict == "worse"
    assert found.interval is not None
    assert found.interval.low > 0
    assert found.detectable is not None
    assert "B is better than A" in render_comparison(found)


def test_one_article_s_difference_is_not_shown(large: Path) -> None:
    found = compare(
        evaluation(large, perfect(8)), evaluation(large, {**perfect(8), "east-3": result("east-3", wrong_value)})
    )
    assert found.overall.p == 1.0
    assert found.verdict == "not shown"
    assert "No difference is shown" in render_comparison(found)


def test_holm_is_over_the_fields(large: Path) -> None:
    found = compare(evaluation(large, with_errors(8)), evaluation(large, perfect(8)))
    tested = [change for change in found.fields if change.p is not None]
    value = next(change for change in tested if change.name == "field/casualty.quantity.value")
    assert value.p is not None
    # the smallest of all p values is multiplied by their number; the other fields are equal on both sides, p = 1
    assert value.adjusted == pytest.approx(value.p * len(tested))
    assert {change.p for change in tested if change is not value} == {1.0}


def test_equal_runs_are_equal(small: Path) -> None:
    found = compare(evaluation(small, with_errors()), evaluation(small, with_errors()))
    assert found.verdict == "equal"
    assert found.interval == Interval(0.0, 0.0)
    assert found.fixed == found.broken == ()
    assert "do not differ" in render_comparison(found)
    assert "80 % power: none." in render_comparison(found)


def test_equal_runs_of_many_articles_leave_the_detectable_difference_unknown(large: Path) -> None:
    text = render_comparison(compare(evaluation(large, perfect(8)), evaluation(large, perfect(8))))
    assert "80 % power: unknown, for nothing differs" in text


def test_a_side_with_more_repeats_weighs_no_more(large: Path) -> None:
    once, thrice = evaluation(large, with_errors(8)), evaluation(large, *[with_errors(8)] * 3)
    assert compare(once, thrice).verdict == "equal"
    other = evaluation(large, perfect(8))
    assert compare(once, other).overall.p == compare(thrice, other).overall.p
    assert compare(once, other).interval == compare(thrice, other).interval


@pytest.mark.parametrize(
    ("copies", "before", "after", "verdict", "gate"),
    [
        (0, perfect, perfect, "equal", "pass"),
        (0, perfect, with_errors, "too small to tell", "too small to tell"),
        (0, with_errors, perfect, "too small to tell", "pass"),
        (8, perfect, with_errors, "worse", "loss"),
        (8, with_errors, perfect, "better", "pass"),
        (8, perfect, lambda copies: {**perfect(copies), "east": result("east", wrong_value)}, "not shown", "pass"),
    ],
)
def test_the_gate_says_what_follows_from_the_verdict(
    tmp_path: Path, copies: int, before: Rows, after: Rows, verdict: str, gate: str
) -> None:
    gold = write_gold(tmp_path, copies=copies)
    found = compare(evaluation(gold, before(copies)), evaluation(gold, after(copies)))
    assert (found.verdict, gate_result(found)) == (verdict, gate)


def test_identical_evaluations_pass_without_a_noise_floor(small: Path) -> None:
    one = evaluation(small, with_errors())
    assert one.noise_floor is None
    found = compare(one, one)
    assert (found.verdict, gate_result(found)) == ("equal", "pass")


def test_an_incomplete_run_is_neither_compared_as_whole_nor_let_pass(large: Path) -> None:
    whole = evaluation(large, perfect(8))
    rows = {
        name: row.model_copy(update={"status": "partial", "questions": 5, "unanswered": 4 + (name != "north")})
        for name, row in perfect(8).items()
    }
    partial = evaluation(large, rows)
    assert partial.gaps == Gaps(articles=12, failed=0, partial=12, questions=60, unanswered=59)
    for pair in ((whole, partial), (partial, whole), (partial, partial)):
        found = compare(*pair)
        assert (found.verdict, gate_result(found)) == ("incomplete", "incomplete")
        assert render_comparison(found).split("\n")[0].startswith("Incomplete: of ")
        assert "difference" not in render_comparison(found)
    assert render_comparison(compare(whole, partial)).split("\n")[0] == (
        "Incomplete: of B, 0 of 12 articles failed, 12 are partial; 59 of 60 questions unanswered."
        " Not compared: continue or repeat the run."
    )
    assert render_evaluation(partial).split("\n")[0].startswith("Incomplete: 0 of 12 articles failed")
    assert bar_result(partial, 0.0) == "incomplete"


def test_an_older_run_tells_of_open_questions_by_its_problems(small: Path) -> None:
    cut = Problem(kind="cut", detail="the answer ran into the limit")
    row = result("north").model_copy(update={"problems": [cut]})
    found = evaluation(small, {**perfect(), "north": row})
    assert found.gaps is not None
    assert (found.gaps.unanswered, found.gaps.questions) == (1, 8)


def test_nothing_to_find_leaves_no_figure_and_no_verdict(small: Path) -> None:
    for path in (small / "labels").glob("*.json"):
        path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), "events": [], "quotes": []}), "utf-8")
    nothing = {name: row.model_copy(update={"records": Records()}) for name, row in perfect().items()}
    silent, inventive = evaluation(small, nothing), evaluation(small, perfect())
    assert silent.figures["overall"].f1 is None
    assert (bar_result(silent, 0.9), bar_result(inventive, 0.9)) == ("pass", "loss")
    assert compare(silent, silent).verdict == "equal"
    found = compare(silent, inventive)
    assert (found.verdict, gate_result(found)) == ("too small to tell", "too small to tell")
    assert "a side has no leaf to count" in render_comparison(found)


def test_a_loss_within_the_noise_passes(small: Path) -> None:
    noisy = evaluation(small, perfect(), with_errors())
    # A pools 55/55 and 51/55, so its floor is 4/55 and a fall to 51/55 is only 2/55
    found = compare(noisy, evaluation(small, with_errors()))
    assert found.noise_floor == pytest.approx(4 / 55)
    assert found.overall.difference == pytest.approx(-2 / 55)
    assert gate_result(found) == "pass"
    assert "the difference is within it" in render_comparison(found)


def test_other_gold_other_scoring_and_other_clusters_are_refused(small: Path, large: Path) -> None:
    a = evaluation(small, perfect())
    with pytest.raises(GoldError, match="different gold sets"):
        compare(a, evaluation(large, perfect(8)))
    other_rules = a.model_copy(update={"signature": a.signature.model_copy(update={"scoring": 99})})
    with pytest.raises(GoldError, match=r"different rules \(versions 1 and 99\)"):
        compare(a, other_rules)
    (small / "clusters.json").unlink()
    with pytest.raises(GoldError, match="cluster the articles differently"):
        compare(a, evaluation(small, perfect()))


@pytest.mark.parametrize(("rows", "code"), [(with_errors, 1), (perfect, 0), (none_answered, 3)])
def test_the_gate_s_exit_codes(tmp_path: Path, large: Path, rows: Rows, code: int) -> None:
    save_evaluation(evaluation(large, perfect(8)), tmp_path / "a.json")
    save_evaluation(evaluation(large, rows(8)), tmp_path / "b.json")
    files = [str(tmp_path / "a.json"), str(tmp_path / "b.json")]
    assert CliRunner().invoke(compare_command, [*files, "--gate"]).exit_code == code
    assert CliRunner().invoke(compare_command, files).exit_code == 0


def test_a_set_too_small_has_an_exit_code_of_its_own(tmp_path: Path, small: Path) -> None:
    save_evaluation(evaluation(small, perfect()), tmp_path / "a.json")
    save_evaluation(evaluation(small, with_errors()), tmp_path / "b.json")
    done = CliRunner().invoke(compare_command, [str(tmp_path / "a.json"), str(tmp_path / "b.json"), "--gate"])
    assert (done.exit_code, done.stderr) == (4, "gate: too small to tell\n")


def test_cost_stands_beside(small: Path) -> None:
    found = compare(evaluation(small, perfect()), evaluation(small, perfect(), model="nobody/knows"))
    lines = render_comparison(found).splitlines()
    assert [" ".join(line.split()) for line in lines if line.startswith(("A  ", "B  "))] == [
        "A replay 8 4 000 tokens in, 400 out 1.0 s $0",
        "B replay 8 4 000 tokens in, 400 out 1.0 s unknown",
    ]


def test_noise_of_the_candidate_excuses_no_loss_that_is_shown(large: Path) -> None:
    whole, worse = evaluation(large, perfect(8)), evaluation(large, with_errors(8))
    shaky = worse.model_copy(update={"noise_floor": 0.9, "noise": "measured"})
    found = compare(whole, shaky)
    assert (found.verdict, gate_result(found)) == ("worse", "loss")
    gain = compare(shaky, whole)
    assert (gain.verdict, gate_result(gain)) == ("within the noise", "pass")


def test_equal_headlines_over_different_types_are_not_equal(large: Path) -> None:
    one, other = evaluation(large, perfect(8)), evaluation(large, perfect(8))
    swapped = {"type/event": "type/quote", "type/quote": "type/event"}
    (repeat,) = other.repeats
    rows = [
        row.model_copy(update={"tallies": {swapped.get(name, name): tally for name, tally in row.tallies.items()}})
        for row in repeat.articles
    ]
    other = other.model_copy(update={"repeats": [repeat.model_copy(update={"articles": rows})]})
    assert compare(one, one).verdict == "equal"
    assert compare(one, other).verdict == "not shown"
