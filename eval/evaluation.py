"""The evaluation as a document: what was scored, how, and with what result. Saved, reloaded, compared, rendered.

It keeps counts per article, so that resampling, comparing and rendering never score anything again, and every
record that is not entirely right, so that a difference can be followed to the text. Nothing here computes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, model_validator

from eval.scoring.metrics import Rate, Tally, sum_tallies
from eval.stats import Interval, Reliability
from extract.errors import GoldError
from extract.files.documents import load_document, save_document
from extract.models.prices import Price
from extract.records.results import Count, Share, Signature, Spend, Status, Strict

EVALUATION_FORMAT: Final = "attested-evaluation-1"

State = Literal["PAR", "INC", "MIS", "SPU"]
Source = Literal["live", "replay", "no model"]
Noise = Literal["measured", "recorded", "equal replays", "one order", "no model", "one repeat", "incomplete"]
"""What the noise floor is: the difference of live repeats or of recorded ones, else why there is none."""
GateResult = Literal["pass", "loss", "too small to tell", "incomplete"]
GATE_EXITS: Final[Mapping[GateResult, int]] = {"pass": 0, "loss": 1, "too small to tell": 4, "incomplete": 3}
"""Exit codes of whatever lets a result pass or not; 2 is a command that could not do its work."""
Value = str | int | float | bool | None


Seconds = Annotated[float, Field(ge=0)]


class LeafError(Strict):
    """A leaf that is not right."""

    state: State
    field: str
    gold: Value = None
    predicted: Value = None


class RecordError(Strict):
    """A record that is not entirely right.

    Attributes:
        gold: JSON pointer into the label's records; null for a record that the model invented.
        predicted: JSON pointer into the run's records; null for a record that the model missed.
        text: the evidence it stands on: the label's, else the model's.
        leaves: what is wrong, headline leaves only.
    """

    type: str
    gold: str | None
    predicted: str | None
    text: str
    leaves: list[LeafError]


class ArticleScores(Strict):
    """One article in one repeat.

    Attributes:
        cluster: what it is resampled with.
        drafted_from: the model whose draft its label began as, if it did.
        tallies: "overall", "type/…", "field/…", "exact/…", "flat/…", "apart/…" → counts.
        rates: "verbatim", "overlap" → (part, whole).
        confidences: (confidence, whether the leaf is right) of every leaf that has one.
        questions, unanswered: as the run file says; null in older documents.
        seconds: as the run file says.
    """

    article_id: str
    cluster: str
    drafted_from: str | None
    status: Status
    tallies: dict[str, Tally]
    rates: dict[str, Rate]
    errors: list[RecordError]
    confidences: list[tuple[Share, bool]]
    questions: Count | None = None
    unanswered: Count | None = None
    usage: Spend
    seconds: Seconds


class Repeat(Strict):
    """All gold articles, once; sorted by article id."""

    sample: int
    articles: list[ArticleScores]


class Figures(Strict):
    """What a tally says; null where there is no leaf. The interval is that of the strict F1."""

    tally: Tally
    precision: float | None
    recall: float | None
    f1: float | None
    lenient_f1: float | None
    interval: Interval | None

    @classmethod
    def of(cls, tally: Tally, interval: Interval | None) -> Self:
        """The figures of a tally."""
        return cls(
            tally=tally,
            precision=tally.precision(),
            recall=tally.recall(),
            f1=tally.f1(),
            lenient_f1=tally.f1(lenient=True),
            interval=interval,
        )


class EvaluationSignature(Strict):
    """Everything needed to get the same figures again.

    Attributes:
        run: what made the answers; its `sample` is that of the first repeat.
        versions: software, as the run file says.
    """

    gold_sha256: str
    scoring: int
    run: Signature
    repeats: int
    articles: int
    clusters: int
    resamples: Annotated[int, Field(ge=1, le=10_000_000)]
    seed: Annotated[int, Field(ge=0)]
    level: Annotated[float, Field(gt=0, lt=1)]
    versions: dict[str, str]


class Cost(Strict):
    """US dollars for all repeats; null when the price is unknown.

    Attributes:
        spent: for what was asked now.
        live: what all of it costs when nothing is replayed, answers from batches at their price; failed attempts
            included.
        price: the entry of the price file, null for free and for unknown models.
    """

    spent: float | None
    live: float | None
    price: Price | None = None


@dataclass(frozen=True, slots=True)
class Gaps:
    """What an incomplete run has left open, over all repeats.

    Attributes:
        articles: how many there are.
        failed: articles without a result.
        partial: articles with a question left open.
        questions, unanswered: None where the document does not say.
    """

    articles: int
    failed: int
    partial: int
    questions: int | None
    unanswered: int | None

    def __str__(self) -> str:
        """What is missing, in words."""
        said = f"{self.failed} of {self.articles} articles failed, {self.partial} are partial"
        return f"{said}; {self.unanswered} of {self.questions} questions unanswered" if self.unanswered else said


class Evaluation(Strict):
    """One model with one prompt set on one gold set.

    Attributes:
        source: `live` if anything was asked now, `replay` if all answers were recorded ones.
        figures: of the counts of all articles and repeats, by tally name.
        rates: "verbatim", "overlap" → (part, whole), all articles and repeats.
        noise_floor: greatest difference in strict F1 between two repeats; null where `noise` says that there is none.
        noise: how the floor was measured, or why there is none; null in older documents.
        calibration: how far the run's confidences can be believed; null when it has none.
        unlabelled: articles of the run that the gold set does not have; not scored.
    """

    format: Literal["attested-evaluation-1"] = EVALUATION_FORMAT
    signature: EvaluationSignature
    source: Source
    figures: dict[str, Figures]
    rates: dict[str, Rate]
    noise_floor: Share | None
    noise: Noise | None = None
    calibration: Reliability | None
    spend: Spend
    cost: Cost
    seconds: Seconds
    unlabelled: list[str]
    repeats: list[Repeat]

    @property
    def rows(self) -> list[ArticleScores]:
        """The articles of all repeats."""
        return [article for repeat in self.repeats for article in repeat.articles]

    @property
    def gaps(self) -> Gaps | None:
        """What is missing; None for a run that is complete."""
        statuses = [row.status for row in self.rows]
        asked, unanswered = (
            None if None in counts else sum(count or 0 for count in counts)
            for counts in ([row.questions for row in self.rows], [row.unanswered for row in self.rows])
        )
        if statuses.count("complete") == len(statuses) and not unanswered:
            return None
        return Gaps(len(statuses), statuses.count("failed"), statuses.count("partial"), asked, unanswered)

    @model_validator(mode="before")
    @classmethod
    def _no_floor_of_old(cls, data: Any) -> Any:
        """An older document says 0 also where it compared one recorded answer with itself: that is no floor."""
        if isinstance(data, dict) and "noise" not in data and data.get("noise_floor") == 0:
            return {**data, "noise_floor": None}
        return data

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        """Figures follow from the counts, and every repeat is of the same articles."""
        for fault in self._faults():
            raise ValueError(fault)
        return self

    def _faults(self) -> Iterator[str]:
        sets = [[article.article_id for article in repeat.articles] for repeat in self.repeats]
        if not sets or not sets[0] or any(ids != sets[0] for ids in sets) or len(set(sets[0])) < len(sets[0]):
            yield "its repeats are not all of the same articles, each once"
        if len({repeat.sample for repeat in self.repeats}) < len(self.repeats):
            yield "two of its repeats are of the same sample"
        counted = (len(self.repeats), len(sets[0]), len({row.cluster for row in self.rows}))
        signed = (self.signature.repeats, self.signature.articles, self.signature.clusters)
        if counted != signed:
            yield f"its signature says {signed} repeats, articles and clusters, and it holds {counted}"
        if self.noise is not None and (self.noise_floor is not None) != (self.noise in ("measured", "recorded")):
            yield f"its noise floor is {self.noise_floor}, and it says of it: {self.noise}"
        totals = sum_tallies(row.tallies for row in self.rows)
        if "overall" not in self.figures or any(
            figure.tally != totals.get(name) for name, figure in self.figures.items()
        ):
            yield "its figures are not those of its articles"
        for name, figure in self.figures.items():
            if figure != Figures.of(figure.tally, figure.interval):
                yield f"the figures of {name!r} do not follow from its counts"
            if figure.interval and not 0 <= figure.interval.low <= figure.interval.high <= 1:
                yield f"the interval of {name!r} is none of an F1"


def overall(articles: Iterable[ArticleScores]) -> Tally:
    """The headline counts of some articles together."""
    return sum((article.tallies["overall"] for article in articles), Tally())


def live_tokens(spend: Spend) -> tuple[int, int, int]:
    """Tokens read, written, and read from a cache, had nothing been replayed."""
    return (
        spend.input_tokens + spend.recorded_input_tokens,
        spend.output_tokens + spend.recorded_output_tokens,
        spend.cached_input_tokens + spend.recorded_cached_input_tokens,
    )


def batched_tokens(spend: Spend) -> tuple[int, int, int]:
    """The part of `live_tokens` that a provider's batch answered."""
    return spend.batched_input_tokens, spend.batched_output_tokens, spend.batched_cached_input_tokens


def bar_result(evaluation: Evaluation, bar: float) -> GateResult:
    """Whether the headline F1 reaches a bar; nothing to find and nothing found is right, whatever the bar."""
    if evaluation.gaps:
        return "incomplete"
    f1 = evaluation.figures["overall"].f1
    return "pass" if f1 is None or f1 >= bar else "loss"


def save_evaluation(evaluation: Evaluation, path: Path) -> None:
    """Writes the document as indented JSON, so that two of them can be diffed.

    Raises:
        GoldError: the file cannot be written.
    """
    save_document(path, evaluation, GoldError)


def load_evaluation(path: Path) -> Evaluation:
    """Reads a saved evaluation.

    Raises:
        GoldError: the file cannot be read, or is none of this version.
    """
    return load_document(path, Evaluation, "evaluation", GoldError, form=EVALUATION_FORMAT)
