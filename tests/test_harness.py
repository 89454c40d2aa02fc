"""Runs against gold: counts worked out by hand, what is refused, and the document that comes out."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from eval.cli.scores import evaluate_command
from eval.evaluation import load_evaluation, save_evaluation
from eval.harness import GoldSet, counts_of, load_gold, run_and_evaluate, strict_f1
from eval.reports.evaluation_report import render_evaluation
from eval.scoring.metrics import Tally
from eval.stats import bootstrap
from extract.cli.settings import recordings_of
from extract.engines.runs import RunPlan
from extract.errors import GoldError, UsageError
from extract.models.prices import load_prices
from extract.records.results import Run, Spend
from extract.spec import RunSpec
from tests.recalls import RECALL_LABEL, RECALLED, Recalls, begin, write_set
from tests.small_gold import (
    ATTACK,
    OPTIONS,
    failed,
    invented_casualty,
    make_run,
    no_quote,
    perfect,
    result,
    run_file,
    score,
    signature,
    write_gold,
    wrong_value,
)


@pytest.fixture
def gold(tmp_path: Path) -> GoldSet:
    return load_gold(write_gold(tmp_path / "gold"), ATTACK)


def flawed() -> Run:
    """north: 1 leaf wrong and 2 missed; east: 4 invented."""

    def in_north(records: dict[str, object]) -> None:
        wrong_value(records)
        no_quote(records)

    return make_run({**perfect(), "north": result("north", in_north), "east": result("east", invented_casualty)})


def test_gold_against_itself_is_one_everywhere(gold: GoldSet) -> None:
    found = score(gold, make_run(perfect()))
    assert found.figures["overall"].tally == Tally(cor=55)
    for name, figure in found.figures.items():
        assert (figure.precision, figure.recall, figure.f1) in [(1.0, 1.0, 1.0), (None, None, None)], name
    assert [article.errors for article in found.repeats[0].articles] == [[], [], [], []]
    assert found.rates["overlap"][0] == found.rates["overlap"][1] > 0


def test_counts_by_hand(gold: GoldSet) -> None:
    found = score(gold, flawed()).figures
    # 55 leaves, 1 wrong and 2 missed; 4 invented ones beside them
    overall = found["overall"]
    assert overall.tally == Tally(cor=52, inc=1, mis=2, spu=4)
    assert overall.precision == pytest.approx(52 / 57)
    assert overall.recall == pytest.approx(52 / 55)
    assert overall.f1 == pytest.approx(2 * 52 / (57 + 55))
    # 5 + 5 + 5 + 4 casualty leaves, one of them wrong, 4 invented
    assert found["type/casualty"].tally == Tally(cor=18, inc=1, spu=4)
    assert found["field/casualty.quantity.value"].tally == Tally(cor=3, inc=1, spu=1)
    assert found["exact/casualty"].tally == Tally(cor=3, mis=1, spu=2)
    assert found["type/quote"].f1 == 0.0
    assert found["type/quote"].precision is None


def test_the_interval_is_that_of_the_three_clusters(gold: GoldSet) -> None:
    found = score(gold, flawed())
    assert found.signature.clusters == 3
    # by hand, COR PAR INC MIS SPU: east, the two reports of Mykolaiv together, north
    clusters = np.array([[12, 0, 0, 0, 4], [28, 0, 0, 0, 0], [12, 0, 1, 2, 0]], dtype=float)
    assert [found.figures["overall"].interval] == bootstrap(clusters[:, None], strict_f1, OPTIONS)


def test_the_array_figure_is_the_tally_s_figure(gold: GoldSet) -> None:
    found = score(gold, flawed())
    articles, names = found.repeats[0].articles, list(found.figures)
    for value, name in zip(strict_f1(counts_of(articles, names).sum(axis=0)).tolist(), names, strict=True):
        expected = found.figures[name].f1
        assert np.isnan(value) if expected is None else value == pytest.approx(expected), name


def test_a_failed_article_has_missed_everything(gold: GoldSet) -> None:
    found = score(gold, make_run({**perfect(), "north": failed("north")}))
    assert found.figures["overall"].tally == Tally(cor=40, mis=15)
    assert found.figures["overall"].precision == 1.0
    assert found.repeats[0].articles[1].status == "failed"


def test_an_article_without_a_line_is_refused(gold: GoldSet) -> None:
    rows = perfect()
    del rows["south"]
    with pytest.raises(GoldError, match=r"no line for 1 of 4 gold articles, first 'south'"):
        score(gold, make_run(rows))


def test_another_text_is_refused(gold: GoldSet) -> None:
    other = result("east").model_copy(update={"text_sha256": "0" * 64})
    with pytest.raises(GoldError, match="'east' of the run is another text"):
        score(gold, make_run({**perfect(), "east": other}))


def test_an_article_without_a_label_is_named_and_not_scored(gold: GoldSet) -> None:
    stray = result("east").model_copy(update={"article_id": "west"})
    found = score(gold, make_run({**perfect(), "west": stray}))
    assert found.unlabelled == ["west"]
    assert found.figures["overall"].tally == Tally(cor=55)


def test_the_order_of_lines_changes_nothing(gold: GoldSet) -> None:
    forward = flawed()
    backward = forward.model_copy(update={"results": forward.results[::-1]})
    assert score(gold, forward) == score(gold, backward)


def test_errors_say_what_is_wrong_and_where_it_comes_from(gold: GoldSet) -> None:
    by_article = {article.article_id: article.errors for article in score(gold, flawed()).repeats[0].articles}
    wrong, missed = by_article["north"]
    assert (wrong.gold, wrong.predicted) == ("/events/0/casualties/0", "/events/0/casualties/0")
    assert wrong.text == "killed at least 12 people, police said"
    assert [(leaf.state, leaf.field, leaf.gold, leaf.predicted) for leaf in wrong.leaves] == [
        ("INC", "quantity.value", 12, 21)
    ]
    assert (missed.gold, missed.predicted) == ("/quotes/0", None)
    assert [leaf.field for leaf in missed.leaves] == ["speaker", "text"]
    (invented,) = by_article["east"]
    assert (invented.gold, invented.predicted) == (None, "/events/0/casualties/1")
    assert invented.text == "A bomb exploded"
    assert {leaf.state for leaf in invented.leaves} == {"SPU"}


def test_a_leaf_of_one_side_belongs_to_the_pair(gold: GoldSet) -> None:
    def other_sides(records: dict[str, list[dict[str, list[dict[str, object]]]]]) -> None:
        casualty = records["events"][0]["casualties"][0]
        casualty["source"] = None  # missed
        casualty["place"] = "Odesa"  # invented
        records["events"][0]["places"] = ["Kherson"]  # type: ignore[list-item]  # one missed, one invented

    found = score(gold, make_run({**perfect(), "north": result("north", other_sides)}))
    errors = {error.type: error for error in found.repeats[0].articles[1].errors}
    assert set(errors) == {"casualty", "event"}
    assert (errors["casualty"].gold, errors["casualty"].predicted) == ("/events/0/casualties/0",) * 2
    assert [(leaf.state, leaf.field) for leaf in errors["casualty"].leaves] == [("SPU", "place"), ("MIS", "source")]
    assert (errors["event"].gold, errors["event"].predicted) == ("/events/0",) * 2


def test_repeats_are_pooled_and_measure_the_noise(gold: GoldSet) -> None:
    second = make_run({**perfect(), "north": result("north", wrong_value)}, signature(sample=1))
    found = score(gold, second, make_run(perfect()))
    assert [repeat.sample for repeat in found.repeats] == [0, 1]
    assert found.figures["overall"].tally == Tally(cor=109, inc=1)
    # 1 against 54/55
    assert found.noise_floor == pytest.approx(1 / 55)
    assert score(gold, make_run(perfect())).noise_floor is None


def test_what_is_no_repeat_is_refused(gold: GoldSet) -> None:
    with pytest.raises(GoldError, match="different setups"):
        score(gold, make_run(perfect()), make_run(perfect(), signature(model="other", sample=1)))
    with pytest.raises(GoldError, match="same sample"):
        score(gold, make_run(perfect()), make_run(perfect()))
    with pytest.raises(GoldError, match="no run"):
        score(gold)


def test_every_repeat_asks_its_own_sample(gold: GoldSet) -> None:
    asked: list[RunPlan] = []

    def runner(plan: RunPlan) -> Run:
        asked.append(plan)
        return make_run(perfect(), signature(sample=plan.spec.sample))

    plan = RunPlan(RunSpec(prompts="sentence", cache="replay"), gold.folder / "articles")
    found = run_and_evaluate(plan, 3, runner, gold, load_prices(), OPTIONS)
    assert [p.spec for p in asked] == [replace(plan.spec, sample=sample) for sample in (0, 1, 2)]
    assert (found.noise_floor, found.noise) == (None, "equal replays")


def test_tokens_and_cost_are_told_apart_by_now_and_live(gold: GoldSet) -> None:
    live = result("east").model_copy(
        update={"usage": Spend(requests=1, attempts=2, input_tokens=500, output_tokens=50)}
    )
    found = score(gold, make_run({**perfect(), "east": live}, signature(model="openai/gpt-4.1")))
    assert found.source == "live"
    assert found.spend.attempts == 3 * 3 + 2
    # 2 and 8 dollars a million: now 500 and 50; live 3 x (1000 and 100) more
    assert found.cost.spent == pytest.approx((500 * 2 + 50 * 8) / 1e6)
    assert found.cost.live == pytest.approx((3500 * 2 + 350 * 8) / 1e6)
    assert found.seconds == 1.0


def test_answers_from_batches_count_at_their_price(gold: GoldSet) -> None:
    plain = score(gold, make_run(perfect(), signature(model="openai/gpt-4.1")))
    spend = result("east").usage
    batched = spend.model_copy(
        update={
            "batched_input_tokens": spend.recorded_input_tokens,
            "batched_output_tokens": spend.recorded_output_tokens,
        }
    )
    east = result("east").model_copy(update={"usage": batched})
    found = score(gold, make_run({**perfect(), "east": east}, signature(model="openai/gpt-4.1")))
    saved = (spend.recorded_input_tokens * 2 + spend.recorded_output_tokens * 8) / 1e6 / 2
    assert plain.cost.live is not None
    assert found.cost.live == pytest.approx(plain.cost.live - saved)
    assert "in batches at their price" in render_evaluation(found)


@pytest.mark.parametrize(("model", "cost"), [("local/small", 0.0), ("nobody/knows", None)])
def test_local_is_free_and_unknown_is_unknown(gold: GoldSet, model: str, cost: float | None) -> None:
    found = score(gold, make_run(perfect(), signature(model=model)))
    assert found.source == "replay"
    assert (found.cost.spent, found.cost.live) == (0.0 if cost == 0.0 else None, cost)


def test_confidences_meet_the_verdict_on_their_leaf(gold: GoldSet) -> None:
    sure = result("north", wrong_value).model_copy(
        update={
            "confidence": {
                "/events/0/kind": 0.8,  # right
                "/events/0/casualties/0/quantity/value": 0.6,  # wrong
                "/events/0/evidence": 0.1,  # not a leaf
            }
        }
    )
    found = score(gold, make_run({**perfect(), "north": sure}))
    assert found.repeats[0].articles[1].confidences == [(0.6, False), (0.8, True)]
    assert found.calibration is not None
    # (0.6^2 + 0.2^2) / 2
    assert found.calibration.brier == pytest.approx(0.2)
    assert score(gold, make_run(perfect())).calibration is None


def test_drafts_are_no_gold_and_accepted_ones_are_marked(tmp_path: Path) -> None:
    with pytest.raises(GoldError, match="is a draft, not gold"):
        load_gold(write_gold(tmp_path / "draft", draft=True), ATTACK)
    accepted = load_gold(write_gold(tmp_path / "accepted", drafted_from="local/small"), ATTACK)
    found = score(accepted, make_run(perfect()))
    assert {article.drafted_from for article in found.repeats[0].articles} == {"local/small"}


def test_an_evaluation_survives_being_saved(gold: GoldSet, tmp_path: Path) -> None:
    found = score(gold, flawed())
    save_evaluation(found, tmp_path / "deep" / "flawed.json")
    assert load_evaluation(tmp_path / "deep" / "flawed.json") == found


def test_a_document_of_another_version_is_refused(gold: GoldSet, tmp_path: Path) -> None:
    path = tmp_path / "old.json"
    save_evaluation(score(gold, flawed()), path)
    path.write_text(path.read_text(encoding="utf-8").replace("attested-evaluation-1", "attested-evaluation-0"), "utf-8")
    with pytest.raises(GoldError, match=r"old\.json' is not an evaluation .*: /format"):
        load_evaluation(path)
    with pytest.raises(GoldError, match="cannot read evaluation"):
        load_evaluation(tmp_path / "none.json")


def test_a_finished_run_is_scored_without_making_one(gold: GoldSet, tmp_path: Path) -> None:
    def runner(plan: RunPlan) -> Run:
        raise AssertionError("called")

    out = tmp_path / "out.json"
    command = ["--gold", str(gold.folder), "--run", str(run_file(tmp_path, flawed())), "--json", str(out)]
    done = CliRunner().invoke(evaluate_command, command, obj=runner)
    assert done.exit_code == 0, done.output
    assert load_evaluation(out).figures["overall"].tally == Tally(cor=52, inc=1, mis=2, spu=4)
    assert "0.929" in done.stdout  # 104/112


def test_a_run_of_another_task_is_refused(gold: GoldSet, tmp_path: Path) -> None:
    other = make_run(perfect(), signature().model_copy(update={"task": "recalls"}))
    done = CliRunner().invoke(evaluate_command, ["--gold", str(gold.folder), "--run", str(run_file(tmp_path, other))])
    assert isinstance(done.exception, GoldError)
    assert "is a run of task 'recalls', not of 'attack': name its own with --task" in str(done.exception)
    task = begin(tmp_path / "mine", Recalls)
    mine = write_set(tmp_path / "mine" / "gold", RECALLED, RECALL_LABEL).parents[1]
    command = ["--task", str(task.folder), "--run", str(run_file(tmp_path, make_run(perfect())))]
    for arguments in (command, [*command, "--gold", str(mine)]):
        done = CliRunner().invoke(evaluate_command, arguments)
        assert "is a run of task 'attack', not of 'recalls'" in str(done.exception)


@pytest.mark.parametrize("option", ["--model m", "--temperature 1", "--cache auto", "--repeats 2"])
def test_a_finished_run_takes_no_settings_of_one(gold: GoldSet, tmp_path: Path, option: str) -> None:
    command = ["--gold", str(gold.folder), "--run", str(run_file(tmp_path, flawed())), *option.split()]
    with pytest.raises(UsageError, match=f"leave out {option.split()[0]}$"):
        CliRunner().invoke(evaluate_command, command, catch_exceptions=False)


def test_the_command_replays_unless_told_otherwise_and_fails_under_a_bar(gold: GoldSet) -> None:
    plans: list[RunPlan] = []

    def runner(plan: RunPlan) -> Run:
        plans.append(plan)
        return flawed()

    command = ["--gold", str(gold.folder), "--fail-under"]
    assert CliRunner().invoke(evaluate_command, [*command, "0.9"], obj=runner).exit_code == 0
    assert CliRunner().invoke(evaluate_command, [*command, "0.93"], obj=runner).exit_code == 1
    assert plans == [RunPlan(RunSpec(cache="replay", recordings=recordings_of(())), gold.folder / "articles")] * 2


def test_scoring_a_run_loads_nothing_slow(gold: GoldSet, tmp_path: Path) -> None:
    command = ["--gold", str(gold.folder), "--run", str(run_file(tmp_path, flawed()))]
    code = (
        "import sys; from eval.cli.scores import evaluate_command;"
        f" evaluate_command({command!r}, standalone_mode=False);"
        " print(sorted({'scipy', 'openai', 'instructor', 'httpx', 'rich', 'diskcache'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"format": "attested-clusters-1", "clusters": {"x": ["east"], "y": ["east"]}}, "in two clusters, 'x' and 'y'"),
        ({"format": "other"}, "is not a cluster file: /format"),
    ],
)
def test_a_broken_cluster_file_is_named(gold: GoldSet, content: object, message: str) -> None:
    (gold.folder / "clusters.json").write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(GoldError, match=message):
        load_gold(gold.folder, ATTACK)


def test_without_a_cluster_file_every_article_stands_alone(gold: GoldSet) -> None:
    (gold.folder / "clusters.json").unlink()
    assert load_gold(gold.folder, ATTACK).clusters == {name: name for name in ("north", "south", "south-again", "east")}


def test_the_gold_set_s_reports_of_one_night_are_one_cluster() -> None:
    from eval.gold.clusters import load_clusters

    ids = [path.stem for path in Path("gold/articles").glob("*.txt")]
    found = load_clusters(Path("gold/attack"), ids)
    assert len({found[name] for name in ids if name[:3] in ("000", "001", "002")}) == 1
    assert len(set(found.values())) == 3
