"""What people are told of corrections that were made all the same: values that contradict their words, words that are not there.

A person's judgement stands, so neither is refused; but a slip of the hand looks the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel

from extract.correcting.spots import nearest
from extract.records.grounding import TextIndex
from extract.records.marks import Day
from extract.records.results import ArticleResult
from extract.records.tree import FieldPlan, values


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to know of a value that a correction brought.

    Attributes:
        kind: `contradiction` (its own words say otherwise), `unfound` (the article does not have its words).
        pointer: the value, in the corrected run.
        said: in words.
    """

    kind: Literal["contradiction", "unfound"]
    pointer: str
    said: str


def new_contradictions(before: ArticleResult, after: ArticleResult, moved: Mapping[str, str]) -> Iterator[Remark]:
    """Contradictions that the article did not have before.

    Args:
        moved: place before → place now.
    """
    known = {(moved.get(each.pointer), _detail(each.detail, each.pointer)) for each in before.problems}
    for each in after.problems:
        said = _detail(each.detail, each.pointer)
        if each.kind == "contradiction" and (each.pointer, said) not in known:
            yield Remark("contradiction", each.pointer, said)


def unfound_words(records: BaseModel, touched: Collection[str], text: str) -> Iterator[Remark]:
    """Words given by people for fields that need not be copied, and that the article does not have."""
    given = [each for each in values(records) if _is_words(each.field) and nearest(each.pointer, touched)]
    index = TextIndex(text) if given else None
    for each in given:
        if index and index.find(each.value) is None:
            said = f"{each.value!r} is not in the article; kept, because {each.name} need not be"
            yield Remark("unfound", each.pointer, said)


def _detail(detail: str, pointer: str) -> str:
    return detail.removeprefix(f"{pointer}: ")


def _is_words(field: FieldPlan) -> bool:
    return field.kind is str and not field.verbatim and not field.has(Day)
