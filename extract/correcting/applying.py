"""Corrections put into the results of an article: checked one by one, then all at once.

A value fits its field, words that have to stand in the text do, and the records as a whole are still valid; what is not
so is refused by name, and the rest is done. What else changes with the records is `aftermath`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import BaseModel, ValidationError

from extract.correcting.aftermath import Aftermath
from extract.correcting.agreeing import agreed
from extract.correcting.patching import Patch, Patched, patched
from extract.correcting.placing import claim_of, places_of
from extract.correcting.remarks import Remark, new_contradictions, unfound_words
from extract.correcting.spans import span_fault
from extract.correcting.spots import at
from extract.correcting.steps import Reader, Refusal, Step
from extract.correcting.tally import Changes, Tally, tally
from extract.files.documents import first_fault
from extract.records.checks import Reader as Words
from extract.records.checks import impossible
from extract.records.corrections import Correction
from extract.records.results import ArticleResult, Grounding
from extract.records.tree import values


@dataclass(frozen=True, slots=True)
class Source:
    """The corrections of one file for one article.

    Attributes:
        opened: whether the run is the one that they were made for; None where nobody knows.
        kept: they come from a corrected run.
    """

    corrections: Sequence[Correction]
    opened: bool | None = None
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Corrected:
    """What became of an article.

    Attributes:
        result: it, corrected.
        steps: what was done; several of a correction go together.
        refused: what was not done, and why.
        already: corrections that were in the run before.
        superseded: corrections that the same file says otherwise later.
        remarks: what to know of values that were put in all the same.
        tally: how much of what the run said itself is left.
    """

    result: ArticleResult
    steps: list[Step] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    already: list[Correction] = field(default_factory=list)
    superseded: list[Correction] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)


def corrected(result: ArticleResult, sources: Sequence[Source], text: str | None, words: Words) -> Corrected:
    """An article with the corrections of some files put into it; their order does not matter.

    Args:
        result: its line of the run.
        sources: the corrections about it; of this text.
        text: the article's.
        words: what reads numbers and days of the task.
    """
    known = {each.identity for each in result.corrections}
    already = [each for source in sources for each in source.corrections if each.identity in known]
    fresh = [
        replace(source, corrections=[each for each in source.corrections if each.identity not in known])
        for source in sources
    ]
    if result.records is None or text is None:
        why = "the run has no records of the article" if result.records is None else "its text is lost"
        lost = [Refusal(each, why) for source in fresh for each in source.corrections]
        return Corrected(result, refused=lost, tally=tally(result, result, Changes()))
    refused: list[Refusal] = []
    steps: list[Step] = []
    for each in _steps(result, result.records, fresh):
        if isinstance(each, Refusal):
            refused.append(each)
        else:
            steps.append(each)
    work = _Work(result, result.records, text, words)
    refused += work.unfit(steps)
    together = agreed(_without(steps, refused))
    refused += together.refused
    steps = together.steps
    while True:
        made = work.made(steps)
        if isinstance(made, _Made):
            return Corrected(made.result, steps, refused, already, together.superseded, made.remarks, made.tally)
        refused += made
        steps = _without(steps, made)


def _steps(result: ArticleResult, records: BaseModel, sources: Iterable[Source]) -> Iterator[Step | Refusal]:
    places = places_of(records, result.grounding)
    for number, source in enumerate(sources):
        claims = []
        for each in sorted(source.corrections, key=lambda one: one.order):
            claim = claim_of(type(records), each, kept=source.kept)
            if claim is None or (not claim.spot.path and claim.spot.field is None):
                yield Refusal(each, "there is no such place in records of this task")
            else:
                claims.append(claim)
        yield from Reader(places, number, source.opened).steps(claims)


def _without(steps: Iterable[Step], refused: Iterable[Refusal]) -> list[Step]:
    out = {id(each.correction) for each in refused}
    return [step for step in steps if id(step.claim.correction) not in out]


def uncorrected(result: ArticleResult) -> Corrected:
    """An article of which no file says anything."""
    return Corrected(result, tally=tally(result, result, Changes()))


@dataclass(frozen=True, slots=True)
class _Made:
    """An article with steps taken, and what is told of it."""

    result: ArticleResult
    remarks: list[Remark]
    tally: Tally


@dataclass
class _Work:
    """The work on one article."""

    result: ArticleResult
    records: BaseModel
    text: str
    words: Words

    def __post_init__(self) -> None:
        self.document = self.records.model_dump(mode="json")

    def unfit(self, steps: Iterable[Step]) -> list[Refusal]:
        """Steps whose value does not fit its field, or does not stand where it is said to stand."""
        found = []
        for step in steps:
            correction = step.claim.correction
            try:
                if step.kind in ("set", "append"):
                    step.claim.spot.checked(step.value)
            except ValueError as error:
                found.append(Refusal(correction, f"it does not fit: {error}"))
                continue
            if step.value is not None and (fault := span_fault(step.value, correction, self.text)):
                found.append(Refusal(correction, fault))
        return found

    def made(self, steps: Sequence[Step]) -> _Made | list[Refusal]:
        """The article with these steps taken, or those that cannot be taken."""
        if not steps:
            return _Made(self.result, [], tally(self.result, self.result, Changes()))
        change = patched(self.document, _patch(steps))
        now = _places_now(steps, change)
        if lost := [step for step in steps if step.kind in ("set", "keep", "append") and now[id(step)] is None]:
            return [Refusal(step.claim.correction, "another correction takes its place away") for step in lost]
        try:
            records = type(self.records).model_validate(change.document)
        except ValidationError as error:
            return _at_fault(error, change.document, steps, now)
        if refused := list(_impossible(records, steps, now)):
            return refused
        after = Aftermath(self.result, change, steps, now)
        grounding, records = after.grounded(records, self.text)
        if refused := list(_absent(records, grounding, steps, now)):
            return refused
        result = after.brought_up_to_date(records, grounding, self.words)
        touched = {where for step in steps if step.kind in ("set", "append") and (where := now[id(step)]) is not None}
        remarks = [
            *new_contradictions(self.result, result, change.moved),
            *unfound_words(records, touched, self.text),
        ]
        done = Changes([(step, now[id(step)]) for step in steps], change.moved)
        return _Made(result, remarks, tally(self.result, result, done))


def _impossible(records: BaseModel, steps: Sequence[Step], now: Mapping[int, str | None]) -> Iterator[Refusal]:
    """Steps that give a value that cannot be."""
    faults = dict(impossible(records))
    for step in steps:
        where = now[id(step)]
        fault = next((each for at, each in faults.items() if f"{at}/".startswith(f"{where}/")), None)
        if step.kind in ("set", "append") and fault:
            yield Refusal(step.claim.correction, f"it does not fit: {fault}")


def _absent(
    records: BaseModel,
    grounding: Mapping[str, Grounding],
    steps: Sequence[Step],
    now: Mapping[int, str | None],
) -> Iterator[Refusal]:
    """Steps that give, or confirm, words that the article does not have."""
    absent = {
        each.pointer: each
        for each in values(records)
        if (place := grounding.get(each.pointer)) and place.status == "absent"
    }
    for step in steps:
        where = now[id(step)]
        for each in absent.values() if where is not None else ():
            inside = each.pointer == where or each.pointer.startswith(f"{where}/")
            if step.kind == "keep" and where != each.pointer and each.owner.pointer != where:
                inside = inside and each.node.pointer == where
            if inside:
                yield Refusal(step.claim.correction, f"{str(each.value)[:80]!r} is not in the article")
                break


def _patch(steps: Sequence[Step]) -> Patch:
    more: dict[str, list[Any]] = {}
    for step in steps:
        if step.kind == "append" and step.value not in more.get(step.pointer, ()):
            more.setdefault(step.pointer, []).append(step.value)
    new = {step.pointer: step.value for step in steps if step.kind == "set"}
    return Patch(new, frozenset(step.pointer for step in steps if step.kind == "drop"), more)


def _places_now(steps: Sequence[Step], change: Patched) -> dict[int, str | None]:
    """Where each step's place is in the changed document; None for what is gone."""
    more = _patch(steps).more
    now: dict[int, str | None] = {}
    for step in steps:
        if step.kind == "append":
            places = change.added.get(step.pointer, ())
            now[id(step)] = places[more[step.pointer].index(step.value)] if places else None
        else:
            now[id(step)] = change.moved.get(step.pointer)
    return now


def _at_fault(
    error: ValidationError, document: Any, steps: Sequence[Step], now: Mapping[int, str | None]
) -> list[Refusal]:
    """The steps at the place of a fault of the changed records, or near it; all of them where it is nowhere."""
    fault = _place_of(error, document)
    changes = [step for step in steps if step.kind not in ("keep", "gone")]

    def near(step: Step) -> bool:
        where = now[id(step)] or step.pointer.rpartition("/")[0]
        return f"{fault}/".startswith(f"{where}/") or where.startswith(f"{fault}/")

    blamed = [step for step in changes if near(step)] or changes
    return [Refusal(step.claim.correction, f"it does not fit: {first_fault(error)}") for step in blamed]


def _place_of(error: ValidationError, document: Any) -> str:
    """Where the first fault is; the types of a union, which pydantic names on the way, are no places."""
    found = ""
    for step in error.errors()[0]["loc"]:
        with suppress(LookupError):
            at(document, f"{found}/{step}")
            found += f"/{step}"
    return found
