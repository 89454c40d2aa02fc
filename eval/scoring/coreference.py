"""Coreference: how far two partitions of reports into stories agree, by B³, CEAF-e and LEA.

- **B³** (Bagga and Baldwin 1998): of each report, what share of its story is right.
- **CEAF-e** (Luo 2005): stories paired one to one, the similarity of a pair is φ4 = 2 |G ∩ S| / (|G| + |S|). Both are
  computed by the package metametric.
- **LEA** (Moosavi and Strube 2016), ours: of each story, weighed by its size, what share of its links is found. A story of
  n reports has n (n - 1) / 2 links; one of a single report has one, to itself, which only a story of that report
  alone has as well.

**Reports on one side only.** An extraction misses reports, and invents some. Nothing is added to or taken from either
side for these: recall counts all reports of gold, precision all of the system, and one that the other side does
not have is never right. So Pradhan et al. (2014) define the measures for predicted mentions, against Cai and Strube
(2010), who put missed mentions into the system's answer as stories of their own and drop invented ones that stand alone:
where gold has stories of one report, that would make an event found that nobody found, and an invented one free.

Every figure is a ratio of sums, and each summand belongs to one story of gold, so that stories can be drawn anew
(`parts`). CEAF-e keeps the pairs of the whole then. What an invented report weighs belongs to the story of the first report of
its article, as the reasons for both are in one text. Intervals are `stats`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal, TypeVar, get_args

from extract.errors import GoldError, UsageError

Stories = Sequence[Collection[str]]
"""A partition: reports of one attack together, each report once."""
Measure = Literal["b_cubed", "ceaf_e", "lea"]
MEASURES: tuple[Measure, ...] = get_args(Measure)
Join = tuple[str, str]
"""Two reports of one story, in order."""
Name = TypeVar("Name", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Agreement:
    """Sums that a measure is made of.

    Attributes:
        precise: what is right, counted over the system's reports or stories.
        predicted: how much there could be right.
        recalled: what is found, counted over gold's reports or stories.
        gold: how much there was to find.
    """

    precise: float = 0.0
    predicted: float = 0.0
    recalled: float = 0.0
    gold: float = 0.0

    @property
    def counts(self) -> tuple[float, float, float, float]:
        """In the order of the attributes."""
        return self.precise, self.predicted, self.recalled, self.gold

    def __add__(self, other: Agreement) -> Agreement:
        return Agreement(*(mine + theirs for mine, theirs in zip(self.counts, other.counts, strict=True)))

    @property
    def precision(self) -> float | None:
        """None where the system has no story."""
        return self.precise / self.predicted if self.predicted else None

    @property
    def recall(self) -> float | None:
        """None where gold has no story."""
        return self.recalled / self.gold if self.gold else None

    @property
    def f1(self) -> float | None:
        """Harmonic mean; 0 where one side has no story, None where neither has."""
        if not (self.predicted or self.gold):
            return None
        precision, recall = self.precision or 0.0, self.recall or 0.0
        return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


@dataclass(frozen=True, slots=True)
class Comparison:
    """A system's stories against gold.

    Attributes:
        parts: story of gold (its number; or an article that only the system has reports of) → measure → its share.
        exact: stories of gold that the system has as they are.
        exact_joined: those of several reports among them.
        false_joins: pairs of reports that only the system puts into one story; invented reports too.
        missed_joins: pairs of reports of one story that the system does not have in one; missed reports too.
        missed: reports that the system lacks.
        invented: reports that gold lacks.
    """

    parts: Mapping[int | str, Mapping[Measure, Agreement]]
    exact: int
    exact_joined: int
    false_joins: tuple[Join, ...]
    missed_joins: tuple[Join, ...]
    missed: tuple[str, ...]
    invented: tuple[str, ...]

    def total(self, measure: Measure) -> Agreement:
        """A measure over all stories."""
        return sum((part[measure] for part in self.parts.values()), Agreement())


def article_of(report: str) -> str:
    """The article of a report: of "a.txt#/events/0" it is "a.txt"; an article is its own."""
    return report.rpartition("#/")[0] or report


def compare_stories(gold: Stories, system: Stories) -> Comparison:
    """Compares two partitions.

    Args:
        gold: what is right.
        system: what a system says, its reports called as in gold where they are the same.

    Raises:
        GoldError: a report stands twice on one side.
        UsageError: metametric is not installed.
    """
    gold, system = _partition(gold, "gold"), _partition(system, "the system")
    of_gold, of_system = _membership(gold), _membership(system)
    home = _homes(gold, system)
    sums: dict[tuple[int | str, Measure], Agreement] = {
        (part, measure): Agreement() for part in home.values() for measure in MEASURES
    }
    for part, measure, share in (
        *_b_cubed(gold, system, home),
        *_ceaf_e(gold, system, home),
        *_lea(gold, system, home),
    ):
        sums[part, measure] += share
    exact = [story for story in gold if story in system]
    pairs, theirs = _joins(gold), _joins(system)
    return Comparison(
        parts={part: {measure: sums[part, measure] for measure in MEASURES} for part in dict.fromkeys(home.values())},
        exact=len(exact),
        exact_joined=sum(len(story) > 1 for story in exact),
        false_joins=tuple(sorted(theirs - pairs)),
        missed_joins=tuple(sorted(pairs - theirs)),
        missed=tuple(sorted(of_gold.keys() - of_system.keys())),
        invented=tuple(sorted(of_system.keys() - of_gold.keys())),
    )


def lea(gold: Stories, system: Stories) -> Agreement:
    """LEA alone, which needs no package and is quick: to choose between many partitions."""
    gold, system = _partition(gold, "gold"), _partition(system, "the system")
    return sum((share for _, _, share in _lea(gold, system, _homes(gold, system))), Agreement())


def _partition(stories: Stories, whose: str) -> list[list[str]]:
    """The stories that are not empty, in one order, so that nothing depends on another."""
    times = Counter(report for story in stories for report in story)
    if twice := [report for report, count in times.items() if count > 1]:
        raise GoldError(f"report {twice[0]!r} stands in {times[twice[0]]} stories of {whose}: it is of one")
    return sorted(sorted(story) for story in stories if story)


def _membership(stories: Stories) -> dict[str, int]:
    return {report: number for number, story in enumerate(stories) for report in story}


def _homes(gold: Stories, system: Stories) -> dict[str, int | str]:
    """The part that a report's shares belong to."""
    homes: dict[str, int | str] = {**_membership(gold)}
    first: dict[str, int | str] = {}
    for report in sorted(homes):
        first.setdefault(article_of(report), homes[report])
    for report in _membership(system):
        if report not in homes:
            homes[report] = first.get(article_of(report), article_of(report))
    return homes


def _joins(stories: Stories) -> set[Join]:
    return {pair for story in stories for pair in combinations(sorted(story), 2)}


Shares = Iterator[tuple[int | str, Measure, Agreement]]
"""The part of gold that a share belongs to, and the share."""


def _b_cubed(gold: Stories, system: Stories, home: Mapping[str, int | str]) -> Shares:
    for report in _membership(gold):
        yield home[report], "b_cubed", Agreement(gold=1)
    for report in _membership(system):
        yield home[report], "b_cubed", Agreement(predicted=1)
    measures = _metametric()
    for known in _apart(gold, system):
        for match in known.matches(measures.b_cubed_precision):
            yield home[known.reports[match.pred.mention.left]], "b_cubed", Agreement(precise=match.score)
        for match in known.matches(measures.b_cubed_recall):
            yield home[known.reports[match.ref.mention.left]], "b_cubed", Agreement(recalled=match.score)


def _ceaf_e(gold: Stories, system: Stories, home: Mapping[str, int | str]) -> Shares:
    for story in gold:
        yield home[next(iter(story))], "ceaf_e", Agreement(gold=1)
    for story in system:  # one story of the system, in equal parts that of all its reports
        for report in story:
            yield home[report], "ceaf_e", Agreement(predicted=1 / len(story))
    for known in _apart(gold, system):
        for match in known.matches(_metametric().ceaf_phi4):
            report = known.reports[match.ref.mentions[0].left]
            yield home[report], "ceaf_e", Agreement(precise=match.score, recalled=match.score)


def _lea(gold: Stories, system: Stories, home: Mapping[str, int | str]) -> Shares:
    for story in gold:
        share = Agreement(recalled=len(story) * _resolved(story, system), gold=len(story))
        yield home[next(iter(story))], "lea", share
    for story in system:
        share = Agreement(precise=_resolved(story, gold), predicted=1)
        for report in story:
            yield home[report], "lea", share


def _resolved(story: Collection[str], others: Stories) -> float:
    """The share of a story's links that others have."""
    if len(story) == 1:
        return float(any(set(each) == set(story) for each in others))
    found = sum(_links(len(set(story) & set(each))) for each in others)
    return found / _links(len(story))


def _links(reports: int) -> int:
    return reports * (reports - 1) // 2


def _apart(gold: Stories, system: Stories) -> Iterator[_Known]:
    """The two sides in pieces that share no report: metametric compares all with all, and between these is nothing."""
    stories = dict(enumerate((*gold, *system)))
    for piece in connected(stories):
        yield _Known([stories[n] for n in piece if n < len(gold)], [stories[n] for n in piece if n >= len(gold)])


def connected(keys: Mapping[Name, Collection[Hashable]]) -> list[list[Name]]:
    """Names that share a key are together, and so are all that are reached from name to name."""
    group_of: dict[Name, list[Name]] = {}
    group_with: dict[Hashable, list[Name]] = {}
    for name, held in keys.items():
        met = {id(group): group for key in held if (group := group_with.get(key)) is not None}
        whole = [name, *(each for group in met.values() for each in group)]
        group_of |= dict.fromkeys(whole, whole)
        group_with |= {key: whole for each in whole for key in keys[each]}
    return list({id(group): group for group in group_of.values()}.values())


class _Known:
    """Two partitions in metametric's words: reports are numbered mentions, stories entities."""

    def __init__(self, gold: Stories, system: Stories) -> None:
        self.reports = sorted({*_membership(gold), *_membership(system)})
        number = {report: at for at, report in enumerate(self.reports)}
        self._gold, self._system = self._entities(gold, number), self._entities(system, number)
        self._is_one_sided = not gold or not system

    def matches(self, metric: Any) -> Iterator[Any]:
        """What a metric pairs that has anything in common, with the score of each pair."""
        if self._is_one_sided:
            return
        _, found = metric.compute(self._system, self._gold)
        for match in found:  # a whole and its parts: only parts have a number at the end of their path
            if match.score and match.pred_path.components and isinstance(match.pred_path.components[-1], int):
                yield match

    @staticmethod
    def _entities(stories: Stories, number: Mapping[str, int]) -> Any:
        of = _structures()
        return of.EntitySet(
            [of.Entity([of.Mention(number[each], number[each]) for each in story]) for story in stories]
        )


def _metametric() -> Any:
    _structures()
    from metametric.metrics import coref

    return coref


def _structures() -> Any:
    """Imported when it is used: it brings scipy, and only developers have it."""
    try:
        from metametric.structures import ie
    except ImportError as error:
        raise UsageError("stories are scored by the package metametric, which is not installed: make dev") from error
    return ie
