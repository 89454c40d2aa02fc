"""One name for each side that attacks in an article, whatever it is called for short."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from extract.tasks.attack.lexicon import Lexicon
from extract.tasks.attack.parts import Part
from extract.tasks.attack.sides import is_state

_SHORT = re.compile(
    r"((?:[A-Z][\w’'-]{1,30}(?:\s(?:(?:of|for|and|the)\s){0,2}|(?=,))){2,8})(?:\(([A-Z][A-Za-z]{1,7})\)|,\sor\s([A-Z]{2,8})\b)"
)
"""A name, and in brackets, or behind "or", what it is called for short."""


def one_name(text: str, parts: Sequence[Sequence[Part]], lexicon: Lexicon) -> Sequence[Sequence[Part]]:
    """The clauses, with the full name of each side: of "RBF" and "Banner" in "the Red Banner Front (RBF)", of "the rebels"."""
    full: dict[str, str] = {}
    for found in _SHORT.finditer(text):
        short = found[2] or found[3]
        name = _from_initial(found[1].strip(), short[0])
        initials = "".join(word[0] for word in name.split() if word[0].isupper())
        if found[3] and initials != short:
            continue  # "the Armed Forces of Norland, or FAN", in its own language
        for part_of_it in (short, *_parts_of(name, lexicon)):
            full.setdefault(part_of_it.removesuffix("s"), name)

    def named(side: str) -> str:
        return side if lexicon.side_named(side) is not None else full.get(side.removesuffix("s"), side)

    def one(part: Part, group: str | None) -> Part:
        sides = [(named(side), strength) for side, strength in part.sides]
        sides += [(group, strength) for _, strength in part.pointing if group and not sides]
        return replace(part, sides=sides, recalled=[(named(side), strength) for side, strength in part.recalled])

    group = _one_group(parts, named, lexicon) if any(part.pointing for each in parts for part in each) else None
    return [[one(part, group) for part in clauses] for clauses in parts]


def _from_initial(name: str, letter: str) -> str:
    """ "Red Banner Front" in "Fighters of the Red Banner Front", which is RBF for short."""
    first = re.search(rf"\b{letter}", name)
    return name[first.start() :] if first else name


def _parts_of(name: str, lexicon: Lexicon) -> Iterator[str]:
    """Words in a row of a name, and single ones that tell more than "army", and not of what land it is."""
    words = name.split()
    for first in range(len(words)):
        yield from (" ".join(words[first:end]) for end in range(first + 2, len(words) + 1))
    yield from (
        word for word in re.split(r"\s(?:of|for)\s", name)[0].split() if word.lower() not in lexicon.sets["bands"]
    )


def _one_group(parts: Sequence[Sequence[Part]], named: Callable[[str], str], lexicon: Lexicon) -> str | None:
    """The group that an article names, or names most by far: "the rebels" are no others."""
    names: Counter[str] = Counter()
    for clauses in parts:
        names.update(name for _, _, name in lexicon.sides_in(clauses[0].whole))
        unknown = (named(side) for part in clauses for side, _ in part.sides)
        names.update(side for side in unknown if lexicon.side_named(side) is None)
    for state in [name for name in names if is_state(name, lexicon)]:
        del names[state]
    first, second = [*names.most_common(2), (None, 0), (None, 0)][:2]
    return first[0] if first[1] >= _MOST_NAMED * second[1] else None


_MOST_NAMED = 4
"""How many times as often as any other a group is named that "the rebels" stands for."""
