"""How much of what a run said itself people left as it was: the share that tells how good the run was."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import BaseModel, ValidationError

from extract.correcting.spots import nearest, spot
from extract.correcting.steps import Step
from extract.records.corrections import Correction
from extract.records.results import ArticleResult
from extract.records.tree import Value, values


@dataclass(frozen=True, slots=True)
class Tally:
    """Of the values of an article, evidence and nulls left out.

    Attributes:
        values: those that the run said before anybody corrected it.
        kept: of these, those that were neither edited, rejected nor removed.
        missed: those that people put in where the run said nothing.
    """

    values: int = 0
    kept: int = 0
    missed: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.values + other.values, self.kept + other.kept, self.missed + other.missed)


@dataclass(frozen=True, slots=True)
class Changes:
    """What was done just now.

    Attributes:
        steps: each with the place that it has now.
        moved: place before → place now; None where nothing was done.
    """

    steps: Sequence[tuple[Step, str | None]] = ()
    moved: Mapping[str, str] | None = field(default=None)

    def now(self, pointer: str) -> str | None:
        """Where a place is now; None for what is gone."""
        return pointer if self.moved is None else self.moved.get(pointer)


def leaves(records: BaseModel) -> Iterator[Value]:
    """The values of records that are not evidence, nor null."""
    return (each for each in values(records) if not each.field.evidence)


def tally(before: ArticleResult, after: ArticleResult, changes: Changes) -> Tally:
    """Counts the values of an article.

    Args:
        before: it, perhaps corrected earlier.
        after: with what was done just now.
    """
    if before.records is None or after.records is None:
        return Tally()
    earlier = list(_first_ones(before.corrections))
    put_in = {each.now for each in before.corrections if each.action in ("edit", "add") and each.now is not None}
    own = [each.pointer for each in leaves(before.records) if nearest(each.pointer, put_in) is None]
    given = {now for step, now in changes.steps if step.kind in ("set", "append") and now is not None}
    there = [now for pointer in own if (now := changes.now(pointer)) is not None]
    replaced = [changes.now(each.now) for each in earlier if each.was is not None and each.now is not None]
    replaced += [
        now
        for step, now in changes.steps
        if step.kind == "set" and step.was is not None and nearest(step.pointer, put_in) is None
    ]
    said_by_run = {*there, *replaced} - {None}
    return Tally(
        values=len(own) + sum(_worth(type(before.records), each) for each in earlier),
        kept=sum(nearest(pointer, given) is None for pointer in there),
        missed=sum(nearest(each.pointer, said_by_run) is None for each in leaves(after.records)),
    )


def _first_ones(corrections: Iterable[Correction]) -> Iterator[Correction]:
    """Corrections that took something of the run itself away; not those of what people had put there."""
    done = set[str]()
    for each in corrections:
        if each.action == "confirm":
            continue
        # What left a list of values is followed to the list, which others leave, too.
        left_list = each.action in ("reject", "remove") and each.pointer.rpartition("/")[2].isdecimal()
        if each.now is not None and not left_list:
            if nearest(each.now, done) is not None:
                continue
            done.add(each.now)
        if each.action != "add":
            yield each


def _worth(schema: type[BaseModel], correction: Correction) -> int:
    """How many values stood where a correction was made."""
    place, was = spot(schema, correction.pointer), correction.was
    if was is None:
        return 0
    if place is None or place.field is None or not isinstance(was, dict):
        is_evidence = place is not None and place.field is not None and place.field.evidence
        return 0 if is_evidence else len(was) if isinstance(was, list) else 1
    for model in place.field.types:
        try:
            return sum(1 for _ in leaves(model.model_validate(was)))
        except ValidationError:
            continue
    return 1
