"""Which pairs of records are worth comparing: those that share a day and place, a rare word or number, or a text.

Near-linear: a block of more than `LARGEST` records is cut by what its records share besides, and beyond that each is compared with its
neighbours in time alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from extract.stories.days import excluded
from extract.stories.mentions import Mention
from extract.stories.rarity import Rarity
from extract.stories.where import exact

LARGEST = 60
"""Records of a block that are all compared with each other."""
_RAREST = 12
"""Rare words by which a record is found."""
_LEAST_BITS = 4.0


def pairs(mentions: Sequence[Mention], rarity: Rarity) -> Iterator[tuple[int, int]]:
    """Numbers of records worth comparing, the smaller first, each pair once; a word that more than `LARGEST` have is not rare."""
    blocks: dict[object, list[int]] = defaultdict(list)
    for number, mention in enumerate(mentions):
        for key in _keys(mention, rarity):
            blocks[key].append(number)
    found: set[int] = set()  # of a million pairs a number each
    for key, members in blocks.items():
        if len(members) > 1 and not (len(members) > LARGEST and isinstance(key, str)):
            found.update(one * len(mentions) + other for one, other in _within(members, mentions))
    return (divmod(pair, len(mentions)) for pair in sorted(found))


def _keys(mention: Mention, rarity: Rarity) -> Iterator[object]:
    places = {key for spot in exact(mention.places) for key in spot.keys}
    for day in _days(mention):
        for place in places:
            yield day, place
    if not mention.when.is_known:
        for place in places:
            yield "some day", place, mention.when.published and mention.when.published // 7
    yield from rarity.rare_words(mention, _RAREST, _LEAST_BITS)
    for told in mention.counted:
        if told.number >= 20:
            yield told.what, round(told.number, -1)
    if mention.repeats is not None:
        yield "text", mention.repeats
    yield "text", mention.article


def _days(mention: Mention) -> Iterable[int]:
    """Days by which a record is found: its own, and those before and after, for nights and late news."""
    when = mention.when
    if when.first is not None:
        return range(when.first - 1, (when.last or when.first) + 2)
    if when.published is not None and mention.is_main:
        return range(when.published - 2, when.published + 1)
    return ()


def _within(members: list[int], mentions: Sequence[Mention]) -> Iterator[tuple[int, int]]:
    """The pairs of a block; of a large one those that are close in time."""
    if len(members) > LARGEST:
        members = sorted(members, key=lambda at: (mentions[at].when.first or mentions[at].when.published or 0, at))
    for at, one in enumerate(members):
        for other in members[at + 1 : at + 1 + LARGEST]:
            if not excluded(mentions[one].when, mentions[other].when):
                yield (one, other) if one < other else (other, one)
