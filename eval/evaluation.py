"""The evaluation as a document: what was scored, how, and with what result. Saved, reloaded, compared, rendered.

It keeps counts per article, so that resampling, comparing and rendering never score anything again, and every
record that is not entirely right, so that a difference can be followed to the text. Nothing here computes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal

from pydantic import ValidationError

from eval.metrics import Tally
from eval.stats import Calibration, Interval
from extract.errors import GoldError
from extract.prices import Price
from extract.records import Signature, Spend, Status, Strict

EVALUATION_FORMAT: Final = "attested-evaluation-1"

State = Literal["PAR", "INC", "MIS", "SPU"]
Source = Literal["live", "replay", "no model"]
Value = str | int | float | bool | None


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
        seconds: as the run file says.
    """

    article_id: str
    cluster: str
    drafted_from: str | None
    status: Status
    tallies: dict[str, Tally]
    rates: dict[str, tuple[int, int]]
    errors: list[RecordError]
    confidences: list[tuple[float, bool]]
    usage: Spend
    seconds: float


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
    resamples: int
    seed: int
    level: float
    versions: dict[str, str]


class Cost(Strict):
    """US dollars for all repeats; null when the price is unknown.

    Attributes:
        spent: for what was asked now.
        live: what all of it costs when nothing is replayed; failed attempts included.
        price: the entry of the price file, null for free and for unknown models.
    """

    spent: float | None
    live: float | None
    price: Price | None = None


class Evaluation(Strict):
    """One model with one prompt set on one gold set.

    Attributes:
        source: `live` if anything was asked now, `replay` if all answers were recorded ones.
        figures: of the counts of all articles and repeats, by tally name.
        rates: "verbatim", "overlap" → (part, whole), all articles and repeats.
        noise_floor: greatest difference in strict F1 between two repeats; null with one repeat.
        calibration: of the run's confidences; null when it has none.
        unlabelled: articles of the run that the gold set does not have; not scored.
    """

    format: Literal["attested-evaluation-1"] = EVALUATION_FORMAT
    signature: EvaluationSignature
    source: Source
    figures: dict[str, Figures]
    rates: dict[str, tuple[int, int]]
    noise_floor: float | None
    calibration: Calibration | None
    spend: Spend
    cost: Cost
    seconds: float
    unlabelled: list[str]
    repeats: list[Repeat]


def save_evaluation(evaluation: Evaluation, path: Path) -> None:
    """Writes the document as indented JSON, so that two of them can be diffed.

    Raises:
        GoldError: the file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(evaluation.model_dump_json(indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise GoldError(f"cannot write evaluation {str(path)!r}: {error}") from error


def load_evaluation(path: Path) -> Evaluation:
    """Reads a saved evaluation.

    Raises:
        GoldError: the file cannot be read, or is none of this version.
    """
    try:
        return Evaluation.model_validate_json(path.read_text(encoding="utf-8"))
    except ValidationError as error:
        first = error.errors()[0]
        place = "/".join(str(part) for part in first["loc"])
        raise GoldError(
            f"{str(path)!r} is not an evaluation ({EVALUATION_FORMAT}): {place}: {first['msg']};"
            " write one with extract eval --json"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise GoldError(f"cannot read evaluation {str(path)!r}: {error}") from error
