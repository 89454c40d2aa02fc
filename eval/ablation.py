"""What each question of a prompt set is worth: every one alone, every one left out, none, all.

    python -m eval.ablation            # from recordings; writes eval/results/attack/ablation.json and ABLATION.md

The requests of one prompt file do not change when another is left out, so all rows replay from the recordings of
the whole set. The row without questions is what the rules do alone.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

import click

from eval.evaluation import live_tokens
from eval.gold.clone import gold_folder, results_folder
from eval.harness import GoldSet, load_gold
from eval.reports import notation
from eval.reports.page import TableCommand
from eval.reports.report import Table
from eval.reports.report import render as render_report
from eval.scoring.metrics import score_article, sum_tallies
from extract.engines.session import open_setup
from extract.engines.setup import Setup
from extract.engines.threads import extract_all
from extract.errors import GoldError
from extract.files.documents import save_document
from extract.models.client import Client, Request, Response
from extract.prompting.prompt_sets import Prompt
from extract.records.results import Signature, Strict
from extract.spec import RunSpec

ABLATION_FORMAT: Final = "attested-ablation-1"
TYPES = ("event", "weapon", "casualty", "damage", "quote")


class Row(Strict):
    """One variant: F1 figures, questions and tokens per article."""

    variant: str
    f1: float | None
    precision: float | None
    recall: float | None
    types: dict[str, float | None]
    questions: float
    tokens_written: float
    seconds_recorded: float


class Ablation(Strict):
    """All variants of a prompt set over a gold set."""

    format: Literal["attested-ablation-1"] = ABLATION_FORMAT
    signature: Signature
    gold_sha256: str
    articles: int
    rows: tuple[Row, ...]


def variants(setup: Setup) -> Iterator[tuple[str, Setup]]:
    """The prompt set whole, with one file left out, with one file alone, with none."""
    prompts = setup.prompts.prompts

    def with_prompts(kept: Iterable[Prompt]) -> Setup:
        return replace(setup, prompts=replace(setup.prompts, prompts=tuple(kept)))

    yield "all questions", setup
    for one in prompts:
        yield f"without {one.name}", with_prompts(prompt for prompt in prompts if prompt is not one)
    for one in prompts:
        yield f"only {one.name}", with_prompts([one])
    yield "no question: rules alone", with_prompts([])


def ablate(setup: Setup, gold: GoldSet) -> Ablation:
    """Scores every variant.

    Raises:
        ReplayMiss: a recording is missing.
    """
    rows = tuple(_row(name, variant, gold) for name, variant in variants(setup))
    return Ablation(signature=setup.signature, gold_sha256=gold.sha256, articles=len(gold.labels), rows=rows)


def _row(name: str, setup: Setup, gold: GoldSet) -> Row:
    clock = _Clock(setup.client)
    results = {
        result.article_id: result for result in extract_all(gold.articles.values(), replace(setup, client=clock))
    }
    sums = sum_tallies(
        score_article(article_id, label.records, results[article_id].records, gold.articles[article_id].text).tallies
        for article_id, label in gold.labels.items()
    )
    overall, n = sums["overall"], len(gold.labels)
    return Row(
        variant=name,
        f1=overall.f1(),
        precision=overall.precision(),
        recall=overall.recall(),
        types={kind: sums[f"type/{kind}"].f1() for kind in TYPES},
        questions=sum(result.usage.requests for result in results.values()) / n,
        tokens_written=sum(live_tokens(result.usage)[1] for result in results.values()) / n,
        seconds_recorded=clock.seconds / n,
    )


@dataclass
class _Clock:
    """A client in front of another: adds up how long the recorded answers took when they were made."""

    client: Client
    seconds: float = 0.0

    def complete(self, request: Request) -> Response:
        response = self.client.complete(request)
        self.seconds += response.seconds
        return response


def render(ablation: Ablation) -> str:
    """The table as Markdown, with what it was made from."""
    heads = ["variant", "F1", "P", "R", *TYPES, "questions", "tokens written", "seconds"]
    rows = [
        [
            row.variant,
            *(notation.share(value) for value in (row.f1, row.precision, row.recall, *row.types.values())),
            f"{row.questions:.1f}",
            notation.count(row.tokens_written),
            f"{row.seconds_recorded:.1f}",
        ]
        for row in ablation.rows
    ]
    made = ablation.signature
    what = f"model {made.model} · prompts {made.prompts} {notation.digest(made.prompts_sha256)} · gold"
    return (
        "# What each question is worth\n\nWritten by `python -m eval.ablation` from recordings. Strict F1 over the gold set;"
        " questions, tokens and seconds are per article, seconds as the recorded answers took when they were made,"
        " without starting the model.\n\n"
        + render_report(
            [Table(heads, rows), f"{what} {notation.digest(ablation.gold_sha256)} · n {ablation.articles}"], "markdown"
        )
    )


@click.command(cls=TableCommand)
def main() -> None:
    """Scores the prompt set `sentence` with each of its questions left out, from recordings."""
    with tempfile.TemporaryDirectory() as empty:  # committed recordings alone: this machine's own took other times
        spec = RunSpec(prompts="sentence", cache="replay", recordings=(Path("eval/recordings"),), store=Path(empty))
        with open_setup(spec, raise_misses=True) as setup:
            ablation = ablate(setup, load_gold(gold_folder(setup.task), setup.task))
    results = results_folder(setup.task)
    save_document(results / "ablation.json", ablation, GoldError)
    save_document(results / "ABLATION.md", render(ablation), GoldError)
    click.echo(render(ablation))


if __name__ == "__main__":
    main()
