"""What of a result is to be looked at first, and the marks that say so; one order for `show --review` and for the page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from extract.records.corrections import words_about
from extract.records.results import ArticleResult, Problem
from extract.records.tree import Value, nodes, values

ABSENT_MARK = "✗"
DENIED_MARK = "≠"
TOTAL_MARK = "Σ"
CORRECTED_MARK = "✎"

Why = Literal["contradiction", "absent", "unsure", "normalised"]


@dataclass(frozen=True, slots=True)
class Doubt:
    """A value to look at, and what speaks against it; sorts by `order`.

    Attributes:
        order: the smaller, the sooner.
        why: in a word.
        label: for people: the word with its mark, or the confidence.
        result: the article's.
        found: the value.
        denial: what contradicts it.
    """

    order: tuple[int, float]
    why: Why
    label: str
    result: ArticleResult
    found: Value
    denial: str = ""


def doubts(result: ArticleResult) -> list[Doubt]:
    """The doubtful values of an article, most doubtful first.

    Contradictions come first, then absent values, then those with a confidence, lowest first, then those found only
    after normalisation. A value that is in the article as it is and has no confidence is not among them,
    nor one that a person gave or confirmed, unless its own words contradict it.
    """
    return sorted(_doubts(result), key=lambda doubt: doubt.order)


def _doubts(result: ArticleResult) -> Iterator[Doubt]:
    said = {problem.pointer: problem.detail for problem in denials(result)}
    for found in values(result.records, nulls=True) if result.records else ():
        pointer = found.pointer
        place, confidence = result.grounding.get(pointer), result.confidence.get(pointer)
        by_person = words_about(result.corrections, found)
        if pointer in said:
            denial = said[pointer].removeprefix(f"{pointer}: ")
            marks = DENIED_MARK + CORRECTED_MARK * bool(by_person)
            yield Doubt((0, 0.0), "contradiction", f"{marks} contradiction", result, found, denial)
        elif by_person:  # settled
            continue
        elif place and place.status == "absent":
            yield Doubt((1, 0.0), "absent", f"{ABSENT_MARK} absent", result, found)
        elif confidence is not None:
            yield Doubt((2, confidence), "unsure", f"{confidence:.2f}", result, found)
        elif place and place.status == "normalised":
            yield Doubt((3, 0.0), "normalised", "normalised", result, found)


def denials(result: ArticleResult) -> list[Problem]:
    """Contradictions of a value to its own words, or to what can be."""
    return [problem for problem in result.problems if problem.kind == "contradiction" and problem.pointer]


def adding_up(result: ArticleResult) -> list[str]:
    """Pointers of the records that add up, of lists in which others do not: where all do, a mark says nothing."""
    told = [node.pointer for node in nodes(result.records) if not node.is_part] if result.records else []
    partial = {_list_of(pointer) for pointer in told if pointer not in result.totals}
    return [pointer for pointer in result.totals if _list_of(pointer) in partial]


def _list_of(pointer: str) -> str:
    return pointer.rpartition("/")[0]
