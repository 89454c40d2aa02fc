"""What a million articles take and cost: tokens and seconds that are measured here, times prices and speeds of others.

    python -m eval.costs                          # the table
    python -m eval.costs --update docs/costs.md   # written into the page

Tokens come from recordings of the gold articles, seconds from the live results beside the leaderboard, both by name; all
that is not ours, with its source, from eval/costs.toml and the price file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import fmean
from typing import Annotated, Final

import click
from pydantic import Field, model_validator

from eval.bench import load_live_results
from eval.gold.clone import article_folder, gold_folder
from eval.gold.labels import load_labels
from eval.reports import notation
from eval.reports.page import TableCommand, update_option, update_table
from eval.reports.report import Points, Table, render
from extract.cli.settings import FILE
from extract.errors import GoldError, UsageError
from extract.files.documents import load_document
from extract.models.prices import Prices, load_prices
from extract.records.results import Strict
from extract.store.layers import open_layers
from extract.store.recordings import answer
from extract.tasks.loading import load_task

MARKS: Final = ("<!-- costs: written by python -m eval.costs --update docs/costs.md -->", "<!-- /costs -->")
ASSUMED = Path("eval/costs.toml")
RECORDINGS = Path("eval/recordings")
RESULTS = Path("eval/results/attack")
MANY = 1_000_000
MEASURED_CORES = 2
"""Of the machine on which the live results were measured, as they say."""

Positive = Annotated[float, Field(gt=0)]


class Cited(Strict):
    """Something that others say.

    Attributes:
        source: who.
        read_on: when it was read there.
    """

    source: str
    read_on: date


class Currency(Cited):
    """A rate of exchange."""

    usd_per_eur: Positive


class Money(Strict):
    """An amount in one currency."""

    eur: Positive | None = None
    usd: Positive | None = None

    @model_validator(mode="after")
    def _one(self) -> Money:
        if (self.eur is None) == (self.usd is None):
            raise ValueError("needs eur or usd, and not both")
        return self

    def euros(self, usd_per_eur: float) -> float:
        """The amount in euros."""
        return self.eur if self.eur is not None else (self.usd or 0.0) / usd_per_eur


class Machine(Cited):
    """A machine that is rented.

    Attributes:
        hour: its price.
        cores: of a machine that runs rules or the embedded model.
        tokens_per_second: of one that serves a larger model, read and written together.
    """

    name: str
    hour: Money
    cores: Annotated[int, Field(ge=1)] | None = None
    tokens_per_second: Positive | None = None

    @model_validator(mode="after")
    def _one(self) -> Machine:
        if (self.cores is None) == (self.tokens_per_second is None):
            raise ValueError("needs cores or tokens_per_second, and not both")
        return self


class Hosted(Strict):
    """A model that is paid by the token, at the price of the price file."""

    model: str


class Assumed(Strict):
    """All that is not measured here."""

    currency: Annotated[list[Currency], Field(min_length=1, max_length=1)]
    machines: list[Machine]
    hosted: list[Hosted]


@dataclass(frozen=True, slots=True)
class Measured:
    """What an article of the gold set takes, on average.

    Attributes:
        characters: of its text.
        read: tokens of a request for all records at once (prompt set `whole`).
        shared: those of them that all requests begin with.
        written: tokens of the right answer: the labels as the model would write them.
        rules, embedded: seconds on the machine of the live results.
    """

    articles: int
    characters: float
    read: float
    shared: float
    written: float
    rules: float
    embedded: float


@dataclass(frozen=True, slots=True)
class Way:
    """A way to have articles read.

    Attributes:
        model, machine: which.
        an_hour: articles that one machine reads; None where that is the provider's.
        euros: for `MANY` articles; None where no price is known.
    """

    model: str
    machine: str
    an_hour: float | None
    euros: float | None


def measure(recordings: Path, results: Path) -> Measured:
    """Reads what was measured.

    Args:
        recordings: folder of the recordings of the gold set.
        results: folder of the live results.

    Raises:
        GoldError: nothing was recorded or timed of these articles.
        StoreError: recordings cannot be read.
    """
    task = load_task("attack")
    folder = gold_folder(task)
    labels = load_labels(folder / "labels", task)
    read: list[int] = []
    shared: list[int] = []
    characters = tokens = 0
    for layer in open_layers([recordings / "whole.jsonl"]):
        for key in layer:
            counted = answer(layer.line(key) or "", key, str(recordings)).attempts[-1]
            read.append(counted.usage.input_tokens)
            shared.append(counted.usage.cached_input_tokens)
            characters += len(counted.text)
            tokens += counted.usage.output_tokens
    seconds = {each.cell: each.wall_seconds / each.articles for each in load_live_results(results)}
    if not read or not tokens or not {"rules, rules", "local, sentence"} <= seconds.keys():
        raise GoldError(f"{str(recordings)!r} and {str(results)!r} do not say what an article takes: make results")
    told = [each.records.model_dump_json(exclude_defaults=True) for each in labels.values()]
    texts = [path.read_text(encoding="utf-8") for path in sorted(article_folder(folder).glob("*.txt"))]
    return Measured(
        articles=len(told),
        characters=fmean(map(len, texts)),
        read=fmean(read),
        shared=fmean(shared),
        written=fmean(map(len, told)) * tokens / characters,
        rules=seconds["rules, rules"],
        embedded=seconds["local, sentence"],
    )


def ways(measured: Measured, assumed: Assumed, prices: Prices) -> Iterator[Way]:
    """All ways, in the order of eval/costs.toml; machines for rules and the embedded model come twice."""
    rate = assumed.currency[0].usd_per_eur
    for machine in assumed.machines:
        if machine.cores is not None:
            at_once = machine.cores / MEASURED_CORES
            takes = {
                "rules": measured.rules / at_once,
                "embedded (1.5B, 4 bits), prompt set sentence": measured.embedded / at_once,
            }
        else:
            new = measured.read - measured.shared + measured.written
            takes = {"a server of one's own, prompt set whole": new / (machine.tokens_per_second or 1)}
        for model, seconds in takes.items():
            euros = machine.hour.euros(rate) * seconds / 3600 * MANY
            yield Way(model, machine.name, 3600 / seconds, euros)
    for hosted in assumed.hosted:
        for batched in (False, True):
            dollars = prices.cost(hosted.model, round(measured.read), round(measured.written), batched=batched)
            how = "the provider's, in batches" if batched else "the provider's, at once"
            yield Way(
                f"{hosted.model}, prompt set whole", how, None, None if dollars is None else dollars * MANY / rate
            )


def report(measured: Measured, assumed: Assumed, prices: Prices) -> list[Table | Points]:
    """What was measured and what is assumed, and what follows."""
    rate = assumed.currency[0]
    rows = []
    for way in ways(measured, assumed, prices):
        per_euro = None if way.euros is None else MANY / way.euros
        days = None if way.an_hour is None else MANY / way.an_hour / 24
        rows.append(
            [
                way.model,
                way.machine,
                notation.count(way.an_hour),
                notation.NOTHING if days is None else f"{days:,.1f}",
                notation.count(per_euro),
                notation.count(way.euros),
            ]
        )
    headers = ("model", "machine", "articles an hour", "days for 10⁶ on one", "articles a euro", "euros for 10⁶")
    hosted = [(each.model, prices.of(each.model)) for each in assumed.hosted]
    lines = [
        f"Measured, mean of {measured.articles} gold articles: {notation.count(measured.characters)} characters; "
        f"`whole` reads {notation.count(measured.read)} tokens, {notation.count(measured.shared)} of them the same for all "
        f"articles, and a right answer has {notation.count(measured.written)}; rules {notation.seconds(measured.rules)}, "
        f"the embedded model {notation.seconds(measured.embedded)} on {MEASURED_CORES} cores.",
        f"1 EUR = {rate.usd_per_eur} USD: {rate.source}, read {rate.read_on}.",
        *(f"{each.name}: {_amount(each.hour)} an hour: {each.source}, read {each.read_on}." for each in assumed.machines),
        *(f"{name}: ${price.input} and ${price.output} for a million tokens read and written: {price.source}, "
          f"{price.as_of}." for name, price in hosted if price),
    ]  # fmt: skip
    return [Table(headers, rows, left=2), Points(lines)]


def _amount(money: Money) -> str:
    return f"{money.eur} EUR" if money.eur is not None else f"{money.usd} USD"


@click.command(cls=TableCommand)
@click.option("--assumed", type=FILE, default=ASSUMED, show_default=True)
@click.option("--prices", type=FILE, help="Your own price file.")
@update_option
def command(assumed: Path, prices: Path | None, update: Path | None) -> None:
    """Compute what articles cost, in ways that are measured here and ways that others have measured.

    Example: python -m eval.costs --assumed mine.toml
    """
    found = load_document(assumed, Assumed, "list of prices and speeds", UsageError)
    blocks = report(measure(RECORDINGS, RESULTS), found, load_prices(prices))
    if update is not None:
        update_table(update, MARKS, render(blocks, "markdown"))
    click.echo(render(blocks, "text"), nl=False)


if __name__ == "__main__":
    command()
