"""The weights of evidence as data: those that ship (`weights.toml`), and what a task changes of them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from extract.errors import TaskError
from extract.files.documents import load_document

_SHIPPED = Path(__file__).with_name("weights.toml")


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PriorWeights(_Table):
    """Before any evidence: where something is known of both days, and where not, for then records of all times are compared."""

    dated: float
    undated: float


class DayWeights(_Table):
    """Of days.

    Attributes:
        same, near, next: both days are known: the same one, spans that overlap (less the longer they are), the next day
            after a night.
        weekday, other_weekday: only weekdays are known: the same one, another one.
        gaps: a day is not known, and that of publication stands for it: up to so many days between the two, so much.
        far: there are more days between them.
        vague: the least that `gaps` and `far` give where a report says "last week"; and what another weekday weighs at night,
            or where one text names both.
    """

    same: float
    near: float
    next: float
    weekday: float
    other_weekday: float
    vague: float
    gaps: list[tuple[int, float]]
    far: float


class PlaceWeights(_Table):
    """Of the nearest two places.

    Attributes:
        same: the most that one place weighs.
        rare: what one place weighs for each bit that it tells: few reports name it.
        area, country: both are in one area, or one country.
        unknown: nothing is known of how near they are.
        different: two names, and no gazetteer knows either.
        apart: a gazetteer knows that they are apart.
        named, disputed: one text names the other report's place, and the two are not known to be near (of `different` ones
            half of it), or known to be apart.
    """

    same: float
    rare: float
    area: float
    country: float
    unknown: float
    different: float
    apart: float
    named: float
    disputed: float


class RoleWeights(_Table):
    """Of what the records are to their articles: both are about it, one is, none is."""

    both: float
    one: float
    none: float


class NumberWeights(_Table):
    """Of numbers of things: `each` for every bit of an equal number, up to `most`; `differ` for another one."""

    each: float
    most: float
    differ: float


class TollWeights(_Table):
    """Of tolls: equal ones as numbers, `most` in all and `least`; up to half as much again `close`, up to four times `other`,
    beyond `far`."""

    each: float
    most: float
    least: float
    close: float
    other: float
    far: float


class ShareWeights(_Table):
    """Of the share of rare words in common: `slope` for what is beyond `even`, from `least` to `most`."""

    even: float
    slope: float
    least: float
    most: float


class WordWeights(_Table):
    """Of whole articles that are about the two records, and of the words of the records alone."""

    whole: ShareWeights
    part: ShareWeights


class QuotedWeights(_Table):
    """Of runs of words that both articles quote: of the first, of each other one, at most."""

    first: float
    each: float
    most: float


class Weights(_Table):
    """All weights, in bits.

    Attributes:
        join: records whose evidence is more are one.
        unsure: within so many of `join` it is undecided.
        model: at most so much for, or against, what a model says that was asked.
        values: field → weight if equal, and if not; "*" for fields that are not named.
    """

    prior: PriorWeights
    join: float
    unsure: float
    model: float
    day: DayWeights
    role: RoleWeights
    place: PlaceWeights
    values: dict[str, tuple[float, float]]
    number: NumberWeights
    toll: TollWeights
    words: WordWeights
    quoted: QuotedWeights

    def of(self, field: str) -> tuple[float, float]:
        """Of a field: if it is equal, and if not."""
        return self.values.get(field) or self.values["*"]


@cache
def shipped_weights() -> Weights:
    """The weights that ship."""
    return load_document(_SHIPPED, Weights, "table of weights", TaskError)
