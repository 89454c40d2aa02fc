"""`extract eval`, `extract calibrate`, `extract compare`, `extract bench`. Commands only; the work is in the other modules.

Runs are made by `extract.engines.runs`, or by another `Runner` in the click context (`obj`).
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from extract.cli.settings import FILE, SETTINGS, NewPath, RunPath, run_options, spec_of, typed
from extract.cli.telling import tell
from extract.errors import UsageError

if TYPE_CHECKING:
    from eval.reports.leaderboard import Cell
    from extract.engines.runs import Runner

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
NEW_FILE = NewPath("file")

gold_option = click.option("--gold", "gold_folder", type=FOLDER, help="Folder of the gold set, if not the task's own.")
markdown_option = click.option("--markdown", is_flag=True, help="Print Markdown instead of plain text.")


@click.command("eval")
@gold_option
@click.option(
    "--run", "run_files", type=RunPath(), multiple=True, help="Score this run file instead; again for repeats."
)
@click.option("--repeats", type=click.IntRange(1), default=1, show_default=True, help="Runs to make, for the noise.")
@click.option("--json", "out", type=NEW_FILE, help="Save the evaluation, to compare it later.")
@click.option(
    "--fail-under", type=click.FloatRange(0, 1), help="Exit 1 when strict F1 is below, 3 for an incomplete run."
)
@markdown_option
@run_options("replay")
@click.pass_context
def evaluate_command(
    context: click.Context,
    /,
    gold_folder: Path | None,
    run_files: tuple[Path, ...],
    repeats: int,
    out: Path | None,
    fail_under: float | None,
    markdown: bool,
    **settings: Any,
) -> None:
    """Score a model and a prompt set, or a finished run, against the gold set.

    Example: extract eval --prompts sentence --json sentence.json
    """
    from eval.evaluation import GATE_EXITS, bar_result, save_evaluation
    from eval.gold.clone import gold_folder as gold_folder_of
    from eval.harness import evaluate, load_gold, read_run_of, run_and_evaluate
    from eval.reports.evaluation_report import render_evaluation
    from eval.stats import Resampling
    from extract.engines.runs import RunPlan
    from extract.models.prices import load_prices
    from extract.tasks.loading import load_task

    spec = spec_of(settings)
    if run_files and (needless := typed({"repeats", *SETTINGS} - {"prices", "task"})):
        raise UsageError(f"--run scores a finished run: leave out {', '.join(sorted(needless))}")
    task, prices = load_task(spec.task), load_prices(spec.prices)
    gold = load_gold(gold_folder_of(task, gold_folder), task)
    if run_files:
        runs = [read_run_of(task, file) for file in run_files]
        if any(run.header.corrected for run in runs):
            tell("people corrected this run: it is no score of the model")
        evaluation = evaluate(runs, gold, prices, Resampling())
    else:
        plan = RunPlan(spec, gold.texts)
        evaluation = run_and_evaluate(plan, repeats, _runner(context), gold, prices, Resampling())
    if out is not None:
        save_evaluation(evaluation, out)
    click.echo(render_evaluation(evaluation, "markdown" if markdown else "text"), nl=False)
    if fail_under is not None:
        context.exit(GATE_EXITS[bar_result(evaluation, fail_under)])


@click.command("calibrate")
@click.argument("run_file", metavar="RUN", type=RunPath())
@gold_option
@click.option("-o", "--out", type=NEW_FILE, help="Write the calibration here: prompts/TASK/calibration/NAME.json.")
@click.option("--task", envvar="ATTESTED_TASK", default="attack", show_default=True, help="What was extracted.")
@click.option(
    "--from", "base", type=FILE, help="Keep the weights of this calibration, fit its constant: for a dozen articles."
)
@markdown_option
def calibrate_command(
    run_file: Path, gold_folder: Path | None, out: Path | None, task: str, base: Path | None, markdown: bool
) -> None:
    """Fit how far values are to be believed, on a run of labelled articles, and check it on articles left out.

    Example: extract calibrate runs/labelled.jsonl --gold more-gold/attack -o prompts/attack/calibration/sentence.json
    """
    from eval.fitting import fit, shift
    from eval.gold.clone import gold_folder as gold_folder_of
    from eval.harness import load_gold, read_run_of
    from eval.reports.calibration_report import render_calibration
    from extract.files.documents import load_document, save_document
    from extract.records.beliefs import Calibration
    from extract.tasks.loading import load_task

    known = load_task(task)
    run = read_run_of(known, run_file)
    if run.header.corrected:
        raise UsageError(
            "people corrected this run: how far the model is to be believed is fitted on what it said itself"
        )
    gold = load_gold(gold_folder_of(known, gold_folder), known)
    fitted = shift(run, gold, load_document(base, Calibration, "calibration", UsageError)) if base else fit(run, gold)
    click.echo(render_calibration(fitted, "markdown" if markdown else "text"), nl=False)
    if out is not None:
        save_document(out, fitted.calibration, UsageError)


@click.command("compare")
@click.argument("a", type=FILE)
@click.argument("b", type=FILE)
@click.option(
    "--gate", is_flag=True, help="Exit 1 on a loss, 3 for an incomplete run, 4 when the set is too small to tell."
)
@markdown_option
@click.pass_context
def compare_command(context: click.Context, a: Path, b: Path, gate: bool, markdown: bool) -> None:
    """Say whether evaluation B is better than evaluation A, and whether the gold set can tell.

    Example: extract compare before.json after.json --gate
    """
    from eval.comparison import compare, gate_result
    from eval.evaluation import GATE_EXITS, load_evaluation
    from eval.reports.comparison_report import render_comparison

    comparison = compare(load_evaluation(a), load_evaluation(b))
    click.echo(render_comparison(comparison, "markdown" if markdown else "text"), nl=False)
    if gate:
        result = gate_result(comparison)
        tell(f"gate: {result}")
        context.exit(GATE_EXITS[result])


@click.command("bench")
@click.argument("matrix", type=FILE, required=False)
@gold_option
@click.option(
    "--runs",
    type=NewPath("folder"),
    default=Path("runs"),
    show_default=True,
    help="Folder of run files; an interrupted benchmark continues from them. Not used in replay.",
)
@click.option(
    "--results",
    type=NewPath("folder"),
    help="Folder of live results, where wall seconds come from; the task's own if not given.",
)
@click.option(
    "--out",
    type=NewPath("folder"),
    help="Write leaderboard.json, leaderboard.md and leaderboard.svg into this folder.",
)
@click.option("--update", type=FILE, help="Put the table into this page, between its two marks.")
@click.option(
    "--keys", type=NEW_FILE, help="Write the keys of the recordings in use, for `extract cache stats --live`."
)
@markdown_option
@run_options("replay", varied=True)
@click.pass_context
def bench_command(
    context: click.Context,
    /,
    matrix: Path | None,
    gold_folder: Path | None,
    runs: Path,
    results: Path | None,
    out: Path | None,
    update: Path | None,
    keys: Path | None,
    markdown: bool,
    **settings: Any,
) -> None:
    """Evaluate every model with every prompt set of a matrix file, and rank them.

    Example: extract bench eval/matrix.toml --out eval/results/attack --update docs/evaluation.md
    """
    from eval.bench import Bench, keys_in_use, load_matrix, run_bench, without_server
    from eval.gold.clone import gold_folder as gold_folder_of
    from eval.gold.clone import matrix_file, results_folder
    from eval.harness import load_gold
    from eval.reports.leaderboard import marks, render_leaderboard, save_leaderboard, update_page
    from eval.reports.page import find_place
    from eval.stats import Resampling
    from extract.files.documents import save_document
    from extract.models.prices import load_prices
    from extract.tasks.loading import load_task

    spec, cells = spec_of(settings), load_matrix(matrix_file(matrix))
    if spec.base_url and (others := without_server(cells)):
        tell(f"note: --base-url is not for {', '.join(others)}, which ask no server")
    if cells.task and not typed({"task"}):
        spec = replace(spec, task=cells.task)
    task, prices = load_task(spec.task), load_prices(spec.prices)
    bench = Bench(
        runner=_runner(context),
        spec=spec,
        gold=load_gold(gold_folder_of(task, gold_folder), task),
        prices=prices,
        resampling=Resampling(),
        runs=None if spec.cache == "replay" else runs,
        results=results or results_folder(task),
        told=_tell,
    )
    if update is not None:
        find_place(update, marks(task.name))
    board = run_bench(cells, bench)
    if out is not None:
        save_leaderboard(board, out)
    if update is not None:
        update_page(update, board)
    if keys is not None:
        save_document(keys, "".join(f"{key}\n" for key in sorted(keys_in_use(cells, bench))), UsageError)
    click.echo(render_leaderboard(board, "markdown" if markdown else "text"), nl=False)
    context.exit(1 if any(cell.problem for cell in board.cells) else 0)


def _runner(context: click.Context) -> Runner:
    from extract.engines.runs import capped, make_run_apart

    return capped(context.obj or make_run_apart)


def _tell(cell: Cell) -> None:
    """One line on standard error for each finished cell."""
    from eval.reports import notation

    tell(f"{cell.model}, {cell.prompts}: {cell.problem or f'F1 {notation.share(cell.f1)}'}")
