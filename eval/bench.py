"""The benchmark: models by prompt sets by repeats over the gold set, one leaderboard.

Every cell is an evaluation. Answers may come from recordings; wall seconds never do: they are taken from live
results, which are written when a cell is run live from its beginning to its end, and committed.

    MATRIX.toml
        task = "attack"                                  # or the path of a folder; else --task
        models = ["local", "local/qwen2.5-coder-0.5b"]   # every model with every prompt set
        prompts = ["sentence", "whole"]
        repeats = 1
        [[cells]]                                        # and single ones
        model = "rules"
        prompts = "rules"
        [[cells]]
        model = "qwen3"
        prompts = "whole"
        base_url = "http://localhost:8000/v1"            # a cell may have a server of its own
"""

from __future__ import annotations

import os
import platform
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import Field, model_validator

from eval.evaluation import Evaluation, Gaps, live_tokens
from eval.harness import GoldSet, evaluate, misses_in_short
from eval.reports.leaderboard import Cell, Leaderboard
from eval.scoring.metrics import SCORING_VERSION, named
from eval.stats import Resampling
from extract.articles import read_articles
from extract.engines.runs import Runner, RunPlan, collect
from extract.engines.session import open_setup
from extract.errors import ExtractError, GoldError, UsageError
from extract.files.documents import load_document, save_document
from extract.models.prices import Prices
from extract.records.results import Run, Signature, Spend, Strict
from extract.spec import RULES, RunSpec
from extract.views.terminal import safe

LIVE_FORMAT: Final = "attested-live-1"
LIVE_PREFIX = "live-"


class _Table(Strict):
    """A table of a matrix file."""

    @model_validator(mode="before")
    @classmethod
    def _known(cls, data: Any) -> Any:
        """Refuses an unknown key, and names the known one that is nearest to it."""
        for key in data if isinstance(data, dict) else ():
            if key not in cls.model_fields:
                raise ValueError(f"no key {key!r}: did you mean {get_close_matches(key, cls.model_fields, 1, 0)[0]!r}?")
        return data


class CellPlan(_Table):
    """One cell of the matrix.

    Attributes:
        base_url: the server of this cell; else that of all cells, if they have one.
        model_id: what recordings call the model there.
    """

    model: str
    prompts: str
    repeats: int | None = Field(default=None, ge=1)
    base_url: str | None = None
    model_id: str | None = None


class Matrix(_Table):
    """A matrix file. A cell without `repeats` takes the matrix's; `task` is the one of its cells, if it says one."""

    task: str | None = None
    models: tuple[str, ...] = ()
    prompts: tuple[str, ...] = ()
    repeats: int = Field(default=1, ge=1)
    cells: tuple[CellPlan, ...] = ()

    def plans(self) -> Iterator[CellPlan]:
        """All cells: the product first, then the single ones."""
        for model in self.models:
            for prompts in self.prompts:
                yield CellPlan(model=model, prompts=prompts, repeats=self.repeats)
        for cell in self.cells:
            yield cell.model_copy(update={"repeats": cell.repeats or self.repeats})


class LiveResult(Strict):
    """Wall time of one run that was live from beginning to end; starting the model is in it.

    Attributes:
        cell: "model, prompts" as in the matrix, for people.
        signature: what made the run; a result holds only for this.
        articles: how many were extracted.
        machine: what it ran on.
    """

    format: Literal["attested-live-1"] = LIVE_FORMAT
    cell: str
    signature: Signature
    articles: Annotated[int, Field(ge=1)]
    wall_seconds: Annotated[float, Field(ge=0)]
    usage: Spend
    machine: str
    measured_on: str


@dataclass(frozen=True)
class Bench:
    """Everything a benchmark is made with.

    Attributes:
        runner: makes runs.
        spec: what every cell is made with, but for its own model, prompt set and sample.
        runs: folder of run files, which an interrupted benchmark continues; None keeps runs in memory.
        results: folder of live results.
        told: told of each finished cell.
    """

    runner: Runner
    spec: RunSpec
    gold: GoldSet
    prices: Prices
    resampling: Resampling
    runs: Path | None
    results: Path
    told: Callable[[Cell], None] = lambda cell: None


def load_matrix(path: Path) -> Matrix:
    """Reads a matrix file.

    Raises:
        UsageError: it cannot be read, is no matrix, or names no cell or one twice.
    """
    matrix = load_document(path, Matrix, "matrix", UsageError)
    names = [(plan.model, plan.prompts) for plan in matrix.plans()]
    if not names:
        raise UsageError(f"matrix {str(path)!r} has no cell: give models and prompts, or [[cells]]")
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise UsageError(f"matrix {str(path)!r} has the cell {', '.join(twice)!r} twice")
    return matrix


def run_bench(matrix: Matrix, bench: Bench) -> Leaderboard:
    """Makes every cell and ranks them. A cell that cannot be made is a line that says why; the others go on.

    Raises:
        GoldError: a live result in the results folder is broken.
    """
    cells: list[Cell] = []
    for plan in matrix.plans():
        cells.append(_cell(plan, bench))
        bench.told(cells[-1])
    cells.sort(key=lambda cell: (1.0 if cell.f1 is None else -cell.f1, cell.model, cell.prompts))
    return Leaderboard(
        task=bench.gold.task.name,
        gold_sha256=bench.gold.sha256,
        articles=len(bench.gold.labels),
        clusters=len(set(bench.gold.clusters.values())),
        scoring=SCORING_VERSION,
        resamples=bench.resampling.resamples,
        seed=bench.resampling.seed,
        level=bench.resampling.level,
        cells=cells,
    )


def load_live_results(folder: Path) -> list[LiveResult]:
    """The live results of a folder; other files in it are left alone.

    Raises:
        GoldError: one is broken.
    """
    return [
        load_document(path, LiveResult, "live result", GoldError, form=LIVE_FORMAT)
        for path in sorted(folder.glob(f"{LIVE_PREFIX}*.json"))
    ]


def keys_in_use(matrix: Matrix, bench: Bench) -> set[str]:
    """Keys of the recordings that the matrix is replayed from; what the store has beyond is in use by no cell of it.

    Raises:
        ExtractError: a cell cannot be replayed.
    """
    found: set[str] = set()
    for plan in matrix.plans():
        for sample in range(plan.repeats or 1):
            spec = _spec(plan, sample, replace(bench.spec, cache="replay"))
            with misses_in_short(), open_setup(spec, raise_misses=True) as setup:
                collect(read_articles([str(bench.gold.texts)]), setup, None)
                found |= getattr(setup.client, "used", set())
    return found


def _cell(plan: CellPlan, bench: Bench) -> Cell:
    repeats = plan.repeats or 1
    try:
        with misses_in_short():
            runs = [_run(plan, sample, bench) for sample in range(repeats)]
        evaluation = evaluate(runs, bench.gold, bench.prices, bench.resampling)
    except ExtractError as error:
        return Cell(model=plan.model, prompts=plan.prompts, repeats=repeats, types={}, problem=safe(str(error)))
    return _filled(plan, evaluation, load_live_results(bench.results))


def _run(plan: CellPlan, sample: int, bench: Bench) -> Run:
    out = None if bench.runs is None else bench.runs / f"{_slug(plan)}.{sample}.jsonl"
    before = set() if out is None else set(out.parent.glob("*"))
    began = time.monotonic()
    run = bench.runner(RunPlan(_spec(plan, sample, bench.spec), bench.gold.texts, out))
    wall = time.monotonic() - began
    if (
        sample == 0
        and Path(run.path) not in before
        and bench.spec.cache != "replay"
        and _is_live(run)
        and bench.gold.labels.keys() <= {row.article_id for row in run.results}
    ):
        _save_live(plan, run, wall, bench.results)
    return run


def _spec(plan: CellPlan, sample: int, spec: RunSpec) -> RunSpec:
    """What a cell's run is made with; a server is asked for the models that no other place has.

    Raises:
        UsageError: the cell names a server of its own for what asks none.
    """
    here = replace(spec, base_url=None, model_id=None, model=plan.model, prompts=plan.prompts, sample=sample)
    if _asks_none(here):
        if plan.base_url:
            raise UsageError(f"{plan.model!r} asks no server: leave base_url {plan.base_url!r} out of its cell")
        return here
    if plan.base_url:
        return replace(here, base_url=plan.base_url, model_id=plan.model_id)
    return replace(here, base_url=spec.base_url, model_id=plan.model_id or spec.model_id)


def _asks_none(spec: RunSpec) -> bool:
    return spec.is_embedded or spec.model == RULES


def without_server(matrix: Matrix) -> list[str]:
    """The models of a matrix that ask no server."""
    models = (plan.model for plan in matrix.plans() if _asks_none(RunSpec(model=plan.model)))
    return list(dict.fromkeys(models))


def _is_live(run: Run) -> bool:
    """Whether nothing of it was replayed and every question was answered: only then its time says something."""
    return all(row.usage.replayed == 0 and row.status == "complete" and not row.unanswered for row in run.results)


def _save_live(plan: CellPlan, run: Run, wall: float, folder: Path) -> None:
    result = LiveResult(
        cell=f"{plan.model}, {plan.prompts}",
        signature=run.header.signature,
        articles=len(run.results),
        wall_seconds=round(wall, 2),
        usage=sum((row.usage for row in run.results), Spend()),
        machine=f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        measured_on=datetime.now(UTC).date().isoformat(),
    )
    save_document(folder / f"{LIVE_PREFIX}{_slug(plan)}.json", result, GoldError)


def _filled(plan: CellPlan, evaluation: Evaluation, live: Sequence[LiveResult]) -> Cell:
    overall, signature = evaluation.figures["overall"], evaluation.signature.run
    read = evaluation.signature.articles * evaluation.signature.repeats
    made = evaluation.signature.articles + len(evaluation.unlabelled)
    timed = [result for result in live if result.signature == signature and result.articles == made]
    gaps = evaluation.gaps or Gaps(read, 0, 0, 0, 0)
    tokens_in, tokens_out, _ = live_tokens(evaluation.spend)
    return Cell(
        model=plan.model,
        prompts=plan.prompts,
        repeats=evaluation.signature.repeats,
        failed=gaps.failed,
        partial=gaps.partial,
        unanswered=gaps.unanswered,
        source=evaluation.source,
        signature=signature,
        f1=overall.f1,
        interval=overall.interval,
        precision=overall.precision,
        recall=overall.recall,
        types={name: figure.f1 for name, figure in named(evaluation.figures, "type/").items()},
        input_tokens=tokens_in / read,
        output_tokens=tokens_out / read,
        seconds=timed[0].wall_seconds / timed[0].articles if timed else None,
        cost=None if evaluation.cost.live is None else evaluation.cost.live / read,
    )


def _slug(plan: CellPlan) -> str:
    return re.sub(r"[^A-Za-z0-9.]+", "-", f"{plan.model} {plan.prompts}").strip("-")
