"""The benchmark: cells, live results, what is shown and what is refused."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from eval.bench import Bench, CellPlan, Matrix, keys_in_use, load_live_results, load_matrix, run_bench
from eval.cli.scores import bench_command
from eval.harness import load_gold
from eval.reports.leaderboard import (
    Cell,
    marks,
    render_leaderboard,
)
from eval.stats import Resampling
from extract.cli.cache import cache
from extract.engines.runs import RunPlan, make_run
from extract.errors import GoldError, ReplayMiss, UsageError
from extract.models.prices import load_prices
from extract.records.results import ArticleResult, Run
from extract.spec import Mode, RunSpec
from extract.store.stored_client import open_store
from tests.agreeable import agreeable
from tests.commands import write_lines
from tests.fake_bench import MATRIX, Fake, bench
from tests.small_gold import ATTACK, failed, perfect, result, signature, write_gold
from tests.small_gold import make_run as made

ROOT = Path(__file__).parents[1]

BEGIN, END = marks("attack")


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    return write_gold(tmp_path / "gold")


def test_the_matrix_is_a_product_and_single_cells(tmp_path: Path) -> None:
    path = tmp_path / "matrix.toml"
    path.write_text(
        'models = ["a", "b"]\nprompts = ["x", "y"]\nrepeats = 3\n'
        '[[cells]]\nmodel = "rules"\nprompts = "rules"\nrepeats = 1\n',
        encoding="utf-8",
    )
    cells = [(plan.model, plan.prompts, plan.repeats) for plan in load_matrix(path).plans()]
    assert cells == [("a", "x", 3), ("a", "y", 3), ("b", "x", 3), ("b", "y", 3), ("rules", "rules", 1)]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("models = [", "is not a matrix: Invalid value"),
        ('models = "a"', "is not a matrix: /models"),
        ("repeat = 2", r"matrix\.toml' is not a matrix: no key 'repeat': did you mean 'repeats'\?"),
        ('[[cells]]\nmodel = "a"\nprompt = "x"', "/cells/0: no key 'prompt': did you mean 'prompts'?"),
        ('[[cells]]\nmodel = "a"', "/cells/0/prompts: Field required"),
        ("repeats = 0", "is not a matrix: /repeats"),
        ('models = ["a"]', "has no cell"),
        ('models = ["a", "a"]\nprompts = ["x"]', "has the cell 'a, x' twice"),
    ],
)
def test_a_broken_matrix_is_refused(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "matrix.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match=message):
        load_matrix(path)


def test_repeats_are_samples(gold: Path) -> None:
    runner = Fake()
    board = run_bench(Matrix(models=("good",), prompts=("whole",), repeats=3), bench(gold, runner))
    assert [plan.spec.sample for plan in runner.plans] == [0, 1, 2]
    assert board.cells[0].repeats == 3


def test_a_cell_that_cannot_be_made_is_a_line_and_the_others_go_on(gold: Path) -> None:
    told: list[Cell] = []
    setup = replace(bench(gold, Fake()), told=told.append)
    board = run_bench(Matrix(models=("broken", "good"), prompts=("whole",)), setup)
    assert [(cell.model, cell.problem) for cell in board.cells] == [
        ("good", None),
        ("broken", "nothing recorded answers it"),
    ]
    assert [cell.model for cell in told] == ["broken", "good"]
    text = render_leaderboard(board)
    assert "An interval without a width is no certainty" in text  # of what is right everywhere
    assert "broken, whole: nothing recorded answers it" in text
    assert "failed" in text


def test_failed_articles_are_said(gold: Path) -> None:
    def runner(plan: RunPlan) -> Run:
        rows: dict[str, ArticleResult] = {**perfect(), "north": failed("north")}
        return made(rows)

    text = render_leaderboard(run_bench(Matrix(models=("m",), prompts=("p",)), bench(gold, runner)))
    assert "m, p: failed, and counted as missed: 1 article; partial: 0." in text


def test_a_live_run_leaves_its_wall_time_and_a_replay_shows_it(gold: Path, tmp_path: Path) -> None:
    live = run_bench(MATRIX, bench(gold, Fake(live=True), "auto", tmp_path / "runs"))
    assert {cell.source for cell in live.cells} == {"live"}
    results = {result.cell: result for result in load_live_results(tmp_path / "results")}
    assert set(results) == {"good, whole", "poor, whole"}
    assert results["good, whole"].articles == 4
    assert results["good, whole"].usage.requests == 8

    # what a committed result says is what a replay shows, whatever the replay itself takes
    path = tmp_path / "results" / "live-good-whole.json"
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), "wall_seconds": 240.0}), "utf-8")
    replayed = run_bench(MATRIX, bench(gold, Fake()))
    assert (replayed.cells[0].source, replayed.cells[0].seconds) == ("replay", 60.0)


def test_a_result_of_another_prompt_set_is_not_shown(gold: Path, tmp_path: Path) -> None:
    run_bench(MATRIX, bench(gold, Fake(live=True), "auto", tmp_path / "runs"))
    path = tmp_path / "results" / "live-good-whole.json"
    path.write_text(path.read_text(encoding="utf-8").replace("ab" * 32, "ff" * 32), encoding="utf-8")
    seconds = {cell.model: cell.seconds for cell in run_bench(MATRIX, bench(gold, Fake())).cells}
    assert seconds["good"] is None
    assert seconds["poor"] is not None


@pytest.mark.parametrize("why", ["replay", "recorded answers", "continued"])
def test_no_wall_time_is_kept_of_what_was_not_live_from_the_beginning(gold: Path, tmp_path: Path, why: str) -> None:
    runs = tmp_path / "runs"
    if why == "continued":
        for plan in MATRIX.plans():
            made_by = signature(f"local/{plan.model}", 0, plan.prompts)
            write_lines(runs / f"{plan.model}-{plan.prompts}.0.{made_by.digest}.jsonl", made({}, made_by).header)
    cache: Mode = "replay" if why == "replay" else "auto"
    run_bench(MATRIX, bench(gold, Fake(live=why != "recorded answers"), cache, runs))
    assert load_live_results(tmp_path / "results") == []


def unanswered(rows: list[ArticleResult]) -> list[ArticleResult]:
    return [rows[0].model_copy(update={"unanswered": 1}), *rows[1:]]


def partial(rows: list[ArticleResult]) -> list[ArticleResult]:
    return [rows[0].model_copy(update={"status": "partial"}), *rows[1:]]


def cut_short(rows: list[ArticleResult]) -> list[ArticleResult]:
    return rows[:-1]


def stopped_at_once(rows: list[ArticleResult]) -> list[ArticleResult]:
    return rows[:0]


@pytest.mark.parametrize("change", [unanswered, partial, cut_short, stopped_at_once])
def test_a_run_with_gaps_never_replaces_a_good_wall_time(
    gold: Path, tmp_path: Path, change: Callable[[list[ArticleResult]], list[ArticleResult]]
) -> None:
    run_bench(MATRIX, bench(gold, Fake(live=True), "auto", tmp_path / "runs"))
    for path in (tmp_path / "results").iterdir():
        path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), "wall_seconds": 240.0}), "utf-8")
    good = load_live_results(tmp_path / "results")

    def gappy(plan: RunPlan) -> Run:
        run = Fake(live=True)(plan)
        return run.model_copy(update={"results": change(run.results)})

    setup = replace(bench(gold, Fake(), "auto", tmp_path / "later"), runner=gappy)
    run_bench(MATRIX, setup)
    assert len(good) == 2
    assert load_live_results(tmp_path / "results") == good


@pytest.mark.parametrize("model", ["local", "local/qwen2.5-coder-0.5b-instruct", "mine.gguf", "rules"])
def test_a_server_is_for_the_cells_that_ask_one(gold: Path, model: str) -> None:
    runner = Fake()
    setup = replace(bench(gold, runner), spec=RunSpec(base_url="http://one:1/v1", model_id="m", cache="replay"))
    matrix = Matrix(cells=(CellPlan(model="good", prompts="whole"), CellPlan(model=model, prompts="rules")))
    run_bench(matrix, setup)
    asked = [(plan.spec.base_url, plan.spec.model_id) for plan in runner.plans]
    assert asked == [("http://one:1/v1", "m"), (None, None)]
    own = Matrix(cells=(CellPlan(model=model, prompts="rules", base_url="http://two:2/v1"),))
    problem = run_bench(own, bench(gold, runner)).cells[0].problem
    assert problem == f"'{model}' asks no server: leave base_url 'http://two:2/v1' out of its cell"


@pytest.mark.parametrize("models", [["good", "local", "rules", "local"], ["good"]])
def test_whom_the_server_is_not_for_is_said_once(gold: Path, tmp_path: Path, models: list[str]) -> None:
    cells = [f'[[cells]]\nmodel = "{model}"\nprompts = "{number}"\n' for number, model in enumerate(models)]
    matrix = tmp_path / "matrix.toml"
    matrix.write_text("".join(cells), encoding="utf-8")
    common = [str(matrix), "--gold", str(gold), "--results", str(tmp_path / "results")]
    for options in ([], ["--base-url", "http://me:secret@one:1/v1"]):
        done = CliRunner().invoke(bench_command, [*common, *options], obj=Fake(), catch_exceptions=False)
        notes = [line for line in done.stderr.splitlines() if "--base-url" in line]
        told = options and len(models) > 1
        assert notes == (["note: --base-url is not for local, rules, which ask no server"] if told else [])


def test_a_matrix_mixes_servers_and_models_of_its_own(gold: Path, tmp_path: Path) -> None:
    path = tmp_path / "matrix.toml"
    path.write_text(
        '[[cells]]\nmodel = "local"\nprompts = "sentence"\n'
        '[[cells]]\nmodel = "good"\nprompts = "whole"\nbase_url = "http://one:1/v1"\nmodel_id = "server/good"\n'
        '[[cells]]\nmodel = "poor"\nprompts = "whole"\nbase_url = "http://two:2/v1"\n',
        encoding="utf-8",
    )
    runner = Fake()
    board = run_bench(load_matrix(path), bench(gold, runner))
    asked = [(plan.spec.model, plan.spec.base_url, plan.spec.model_id) for plan in runner.plans]
    assert asked == [
        ("local", None, None),
        ("good", "http://one:1/v1", "server/good"),
        ("poor", "http://two:2/v1", None),
    ]
    assert {cell.model for cell in board.cells} == {"local", "good", "poor"}


def test_the_server_of_all_cells_yields_to_a_cell_s_own(gold: Path) -> None:
    runner = Fake()
    setup = replace(bench(gold, runner), spec=RunSpec(base_url="http://all:1/v1", model_id="all", cache="replay"))
    own = CellPlan(model="poor", prompts="whole", base_url="http://two:2/v1")
    run_bench(Matrix(cells=(CellPlan(model="good", prompts="whole"), own)), setup)
    asked = [(plan.spec.base_url, plan.spec.model_id) for plan in runner.plans]
    assert asked == [("http://all:1/v1", "all"), ("http://two:2/v1", None)]


def test_run_files_are_named_after_cell_and_sample(gold: Path, tmp_path: Path) -> None:
    runner = Fake(live=True)
    matrix = Matrix(models=("local/qwen 0.5b",), prompts=("whole",), repeats=2)
    run_bench(matrix, bench(gold, runner, "auto", tmp_path / "runs"))
    names = ["local-qwen-0.5b-whole.0.jsonl", "local-qwen-0.5b-whole.1.jsonl"]
    assert [plan.out for plan in runner.plans] == [tmp_path / "runs" / name for name in names]


def test_a_broken_live_result_is_named(gold: Path, tmp_path: Path) -> None:
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "live-good-whole.json").write_text("{}", encoding="utf-8")
    (tmp_path / "results" / "leaderboard.json").write_text("not one", encoding="utf-8")
    with pytest.raises(GoldError, match=r"live-good-whole\.json' is not a live result"):
        load_live_results(tmp_path / "results")


def test_the_command_writes_what_it_is_asked_for(gold: Path, tmp_path: Path) -> None:
    matrix = tmp_path / "matrix.toml"
    matrix.write_text('models = ["good"]\nprompts = ["whole"]\n', encoding="utf-8")
    page = tmp_path / "page.md"
    page.write_text(f"{BEGIN}\n{END}\n", encoding="utf-8")
    runner = Fake()
    command = [str(matrix), "--gold", str(gold), "--results", str(tmp_path / "results"), "--out", str(tmp_path / "out")]
    done = CliRunner().invoke(bench_command, [*command, "--update", str(page)], obj=runner)
    assert done.exit_code == 0, done.output
    assert [plan.spec.cache for plan in runner.plans] == ["replay"]
    assert (tmp_path / "out" / "leaderboard.svg").exists()
    assert "| good" in page.read_text(encoding="utf-8")
    assert "good, whole: F1 1.000" in done.stderr
    assert "good" in done.stdout


def test_the_command_fails_when_a_cell_could_not_be_made(gold: Path, tmp_path: Path) -> None:
    matrix = tmp_path / "matrix.toml"
    matrix.write_text('models = ["broken"]\nprompts = ["whole"]\n', encoding="utf-8")
    command = [str(matrix), "--gold", str(gold), "--results", str(tmp_path / "results")]
    assert CliRunner().invoke(bench_command, command, obj=Fake()).exit_code == 1


def test_a_prompt_edited_in_place_is_benchmarked_again_beside_the_old_cells(gold: Path, tmp_path: Path) -> None:
    prompts = tmp_path / "edited"
    shutil.copytree(ROOT / "prompts" / "attack" / "whole", prompts)
    matrix = Matrix(models=("m",), prompts=(str(prompts),))
    store = tmp_path / "store"
    with agreeable() as base_url:
        spec = RunSpec(base_url=base_url, cache="auto", store=store, retries=0)
        options = Resampling(resamples=200)
        setup = Bench(
            make_run, spec, load_gold(gold, ATTACK), load_prices(), options, tmp_path / "runs", tmp_path / "results"
        )
        first = run_bench(matrix, setup).cells[0]
        (before,) = (tmp_path / "runs").iterdir()
        text, old_keys = before.read_text(encoding="utf-8"), keys_in_use(matrix, setup)
        page = prompts / "records.md"
        page.write_text(page.read_text(encoding="utf-8").replace("# Ask\n", "# Ask\nPlease.\n"), encoding="utf-8")
        second = run_bench(matrix, setup).cells[0]
        assert run_bench(matrix, setup).cells[0].signature == second.signature
    assert (first.problem, second.problem, second.failed) == (None, None, 0)
    assert first.signature != second.signature
    assert len(list((tmp_path / "runs").iterdir())) == 2
    assert before.read_text(encoding="utf-8") == text
    # the old answers are kept as well, and known to be in use by no cell of today
    assert len(old_keys) == 4
    assert set(open_store(store, ()).stats(keys_in_use(matrix, setup)).unused or ()) == old_keys


def test_articles_of_repeats_come_in_another_order_when_asked_live(gold: Path, tmp_path: Path) -> None:
    spec = RunSpec(model="rules", prompts="rules", cache="off")
    orders = [
        [row.article_id for row in make_run(RunPlan(replace(spec, sample=sample), gold / "articles")).results]
        for sample in (0, 1, 2)
    ]
    assert sorted(orders[0]) == sorted(orders[1]) == sorted(orders[2])
    assert len({tuple(order) for order in orders}) > 1


def test_open_questions_are_said_beside_the_table(gold: Path) -> None:
    def runner(plan: RunPlan) -> Run:
        row = result("north").model_copy(update={"status": "partial", "questions": 60, "unanswered": 55})
        return made({**perfect(), "north": row})

    board = run_bench(Matrix(models=("m",), prompts=("p",)), bench(gold, runner))
    assert board.cells[0].unanswered == 55
    assert "m, p: failed, and counted as missed: 0 articles; partial: 1; without an answer: 55 questions." in (
        render_leaderboard(board)
    )


def test_a_cell_that_was_never_recorded_says_so_in_a_line_that_can_be_read(gold: Path) -> None:
    def runner(plan: RunPlan) -> Run:
        fields = ", ".join(f"schema/properties/field{number}" for number in range(300))
        raise ReplayMiss(f"no recording answers (key 0): the nearest, 1, differs in {fields}; record with --cache auto")

    problem = run_bench(Matrix(models=("m",), prompts=("p",)), bench(gold, runner)).cells[0].problem or ""
    assert problem.startswith("no recording answers (key 0): the nearest, 1, differs in schema/properties/field0, ")
    assert problem.endswith(" …; record with --cache auto")
    assert len(problem) < 300


@pytest.mark.parametrize("changed", [{"wall_seconds": -1}, {"wall_seconds": float("nan")}, {"articles": 0}])
def test_an_impossible_live_result_is_refused(gold: Path, tmp_path: Path, changed: dict[str, float]) -> None:
    run_bench(MATRIX, bench(gold, Fake(live=True), "auto", tmp_path / "runs"))
    path = tmp_path / "results" / "live-good-whole.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **changed}), encoding="utf-8")
    with pytest.raises(GoldError, match=r"live-good-whole\.json' is not a live result"):
        load_live_results(tmp_path / "results")


def test_the_keys_in_use_are_written_for_the_store(gold: Path, tmp_path: Path) -> None:
    matrix = tmp_path / "matrix.toml"
    matrix.write_text(f'models = ["m"]\nprompts = ["{ROOT / "prompts" / "attack" / "whole"}"]\n', encoding="utf-8")
    common = ["--gold", str(gold), "--store", str(tmp_path / "store"), "--results", str(tmp_path / "results")]
    with agreeable() as base_url:
        live = [*common, "--base-url", base_url, "--cache", "auto", "--runs", str(tmp_path / "runs")]
        done = CliRunner().invoke(
            bench_command, [str(matrix), *live, "--keys", str(tmp_path / "keys.txt")], obj=make_run
        )
        assert done.exit_code == 0, done.output
    keys = (tmp_path / "keys.txt").read_text("utf-8").split()
    stats = CliRunner().invoke(
        cache, ["stats", "--live", str(tmp_path / "keys.txt"), "--store", str(tmp_path / "store")]
    )
    assert (len(keys), stats.exit_code) == (4, 0)
    assert "not named in that file" in stats.output
    assert not [key for key in keys if key[:16] in stats.output]
