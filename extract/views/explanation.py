"""Where one value of a run comes from: its place in the text, the answers and rules that made it, why it is believed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from pydantic import BaseModel

from extract.articles import Article, page_at
from extract.articles.as_read import as_read
from extract.errors import UsageError
from extract.records.beliefs import Calibration, Seen, seen_in
from extract.records.corrections import words_about
from extract.records.results import Answered, ArticleResult, Grounding, Run
from extract.records.tree import Value, evidence_field, evidence_of, plain, values
from extract.views.corrections_report import said_of
from extract.views.grids import NULL
from extract.views.tables import context_line
from extract.views.terminal import cut, few, safe, wrapped


class Rules(Protocol):
    """What a task's rules tell of themselves; see `extract.tasks.task.Rules`."""

    def reasons(self, article: Article, record: BaseModel, evidence: str) -> Iterable[str]:
        """What the rules see where a record stands."""
        ...


def the_article(run: Run, article_id: str | None) -> ArticleResult:
    """An article of a run, by its id; the only one where none is given.

    Raises:
        UsageError: there is none such, or several.
    """
    known = {result.article_id: result for result in run.results}
    if article_id is None and len(known) == 1:
        return run.results[0]
    if article_id not in known:
        raise UsageError(f"name an article of the run with --article: {few(list(known), 5) or 'it has none'}")
    return known[article_id]


def explanation(
    result: ArticleResult,
    pointer: str,
    article: Article | None,
    calibration: Calibration | None,
    rules: Rules | None,
    width: int,
) -> str:
    """One value, explained.

    Args:
        result: the article's.
        pointer: JSON pointer of the value.
        article: with its text, if that is known.
        calibration: what the run's confidences come from, if anything.
        rules: the task's, if they are those that the run was made with.
        width: columns of the terminal.

    Raises:
        UsageError: there is no such value.
    """
    pointer = f"/{pointer.removeprefix('/')}"
    value, text = _value(result, pointer), article.text if article else None
    said = NULL if value.value is None else plain(value.value)
    lines = [cut(safe(f"{result.article_id} {pointer}: {value.owner.type}.{value.name} {said}"), width)]
    for head, told in (
        ("people", [said_of(each) for each in words_about(result.corrections, value)]),
        ("where", _where(result, value, text, width - 4)),
        ("asked", _asked(result, value)),
        ("rules", _reasons(value, article, rules)),
        ("confidence", _confidence(result, value, text, calibration)),
        ("problems", [each.detail for each in result.problems if each.pointer == pointer]),
    ):
        lines += [head, *(each for line in told for each in wrapped(line, width, 2))] if (told := list(told)) else []
    return "\n".join(lines)


def _value(result: ArticleResult, pointer: str) -> Value:
    found = values(result.records, nulls=True) if result.records else ()
    value = next((each for each in found if each.pointer == pointer), None)
    if value is None:
        some = next((each.pointer for each in values(result.records)), "") if result.records else ""
        known = f"the CSV lists them all, the first is {some}" if some else "it has no values"
        raise UsageError(f"article {result.article_id!r} has no value at {pointer!r}: {known}")
    return value


def _where(result: ArticleResult, value: Value, text: str | None, width: int) -> Iterator[str]:
    place, line = result.grounding.get(value.pointer), context_line(result, value, text, width)
    if place is None:
        words = value.field.words
        said = getattr(value.node.record, words) if words else None
        follows = f"it follows from {words} {said!r}" if said else "it has no words of its own in the text"
        yield f"a judgement: {follows}{'; its record stands on' if line else ''}"
    elif place.start is None:
        yield "its words are not in the article"
    else:
        page = page_at(result.pages, place.start)
        yield f"characters {place.start} to {place.end}{f' on page {page}' if page else ''}, {place.status}"
    if line:
        yield line


def _asked(result: ArticleResult, value: Value) -> Iterator[str]:
    """The answers about what holds the value's record; those about the whole article come first."""
    evidence = evidence_field(type(value.owner.record))
    place = result.grounding.get(f"{value.owner.pointer}/{evidence}") or result.grounding.get(value.pointer)
    for each in result.answers:
        if _is_about(each, place) or _is_first(each, result.answers):
            said = f": {each.said}" if each.said else ""
            sure = f", {each.share:.0%} sure" if each.share is not None else ""
            yield f"{each.unit} ({each.prompt}){said}{sure}; extract cache show {each.key[:16]}"
    if not result.answers:
        yield "no question: rules alone, or a run file of an earlier version"


def _reasons(value: Value, article: Article | None, rules: Rules | None) -> Iterator[str]:
    if rules is None or article is None:
        yield "not known: the rules have changed since the run was made, or its text is lost"
    else:
        yield from rules.reasons(as_read(article), value.owner.record, evidence_of(value.owner.record) or "")


def _is_about(answer: Answered, place: Grounding | None) -> bool:
    span = place.span if place else None
    return span is None or (answer.start < span.end and answer.end > span.start)


def _is_first(answer: Answered, answers: Sequence[Answered]) -> bool:
    """What is asked first decides whether anything else is."""
    return answer is answers[0] and bool(answer.said)


def _confidence(
    result: ArticleResult, value: Value, text: str | None, calibration: Calibration | None
) -> Iterator[str]:
    confidence = result.confidence.get(value.pointer)
    if confidence is None:
        fitted = "none: only values that are there have one"
        yield fitted if calibration else "none: nothing was fitted for this prompt set and model (extract calibrate)"
        return
    if words_about(result.corrections, value):
        yield f"{confidence:.2f}: a person says so"
        return
    yield f"{confidence:.2f}"
    leaves = seen_in(result.records, result.judged, text or "") if result.records else ()
    seen = next((each for each in leaves if each.pointer == value.pointer), None)
    if calibration and seen:
        yield from _parts(calibration, seen)
        yield f"fitted on {calibration.fitted_on}"


def _parts(calibration: Calibration, seen: Seen) -> Iterator[str]:
    """The parts of its logit: above 0 they speak for the value."""
    yield f"{calibration.constant:+.2f} any value"
    yield f"{calibration.fields.get(seen.field, 0.0):+.2f} {seen.field}"
    for name, weight in calibration.signs.items():
        yield f"{weight * seen.signs.get(name, 0.0):+.2f} {name}: {seen.signs.get(name, 0.0):.2f}"
