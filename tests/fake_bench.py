"""A benchmark whose runs are made without a model."""

from __future__ import annotations

from pathlib import Path

from eval.bench import Bench, Matrix
from eval.harness import load_gold
from eval.stats import Resampling
from extract.engines.runs import Runner, RunPlan
from extract.errors import ReplayMiss
from extract.models.prices import load_prices
from extract.records.results import Run, Spend
from extract.spec import Mode, RunSpec
from tests.commands import write_lines
from tests.small_gold import ATTACK, no_quote, perfect, result, signature
from tests.small_gold import make_run as made

MATRIX = Matrix(models=("poor", "good"), prompts=("whole",))


class Fake:
    """Makes runs without a model: "good" is perfect, "poor" misses a quote, "broken" cannot be made."""

    def __init__(self, *, live: bool = False) -> None:
        self.live = live
        self.plans: list[RunPlan] = []

    def __call__(self, plan: RunPlan) -> Run:
        self.plans.append(plan)
        if plan.spec.model == "broken":
            raise ReplayMiss("nothing recorded answers it")
        rows = perfect() if plan.spec.model == "good" else {**perfect(), "north": result("north", no_quote)}
        if self.live:
            asked = Spend(requests=2, attempts=2, input_tokens=1000, output_tokens=100)
            rows = {name: row.model_copy(update={"usage": asked}) for name, row in rows.items()}
        run = made(rows, signature(f"local/{plan.spec.model}", plan.spec.sample, plan.spec.prompts or "default"))
        if plan.out is not None:
            # as real runs do: what makes it is part of the name
            out = plan.out.with_suffix(f".{run.header.signature.digest}.jsonl")
            run = run.model_copy(update={"path": str(write_lines(out, run.header))})
        return run


def bench(gold: Path, runner: Runner, cache: Mode = "replay", runs: Path | None = None) -> Bench:
    results = gold.parent / "results"
    return Bench(
        runner, RunSpec(cache=cache), load_gold(gold, ATTACK), load_prices(), Resampling(resamples=200), runs, results
    )
