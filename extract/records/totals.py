"""Which records of a list add up, where some count what others count too: "30 killed, among them two children" is 30.

A list says so by its mark `Totals`. News gives the present toll first: where several records count the whole, the first
one stands for it that has a number, since "dozens" adds nothing to a sum. Where none counts the whole, the broadest parts
add up, each once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pydantic import BaseModel

from extract.records.marks import NumberOf, Totals
from extract.records.tree import nodes, plain, record_lists, slots_of, value_at


def totals(records: BaseModel) -> list[str]:
    """JSON pointers of the records that add up; none of lists without the mark."""
    return [
        f"{node.pointer}/{field.name}/{number}"
        for node in nodes(records)
        for field in record_lists(type(node.record))
        if (mark := field.mark(Totals))
        for number in sorted(_adding_up(getattr(node.record, field.name) or (), mark))
    ]


def _adding_up(records: Sequence[BaseModel], mark: Totals) -> Iterator[int]:
    """Numbers of the records that add up."""
    whole = tuple(map(repr, mark.whole.values()))
    sums: dict[object, dict[tuple[str, ...], int]] = {}
    for number, record in sorted(enumerate(records), key=lambda each: _has_no_number(each[1])):
        parts = sums.setdefault(_values(record, mark.by), {})
        parts.setdefault(_values(record, tuple(mark.whole)), number)
    for parts in sums.values():
        breadth = {part: sum(map(str.__eq__, part, whole)) for part in parts}
        yield from (number for part, number in parts.items() if breadth[part] == max(breadth.values()))


def _has_no_number(record: BaseModel) -> bool:
    """Whether its words for a number say none ("dozens")."""
    numbers = [value_at(record, trail) for trail in slots_of(type(record)) if trail[-1].mark(NumberOf)]
    return bool(numbers) and all(number is None for number in numbers)


def _values(record: BaseModel, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(repr(plain(getattr(record, name, None))) for name in names)
