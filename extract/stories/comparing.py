"""How much speaks for it that two records tell of one thing: evidence that can be read, each with its weight.

Weights are in bits: 1 makes it twice as likely, -1 half as likely (Fellegi and Sunter 1969). What cannot be is a
contradiction, which no weight outvotes. Weights are data: `weights.toml`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from extract.records.days import WEEKDAYS
from extract.stories.days import excluded
from extract.stories.mentions import Mention
from extract.stories.rarity import Rarity
from extract.stories.weighing import Weights
from extract.stories.where import Near, closest, exact


@dataclass(frozen=True, slots=True)
class Point:
    """One piece of evidence.

    Attributes:
        about: "day", "places", a field, "words", "a model".
        said: what both say, in words.
        weight: in bits.
    """

    about: str
    said: str
    weight: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two records have in common, and what parts them.

    Attributes:
        points: the evidence.
        contradiction: why they cannot be one, or "".
        apart: their places are disjoint; they can be one all the same if a third report names both places.
        weight: the sum.
    """

    points: tuple[Point, ...]
    contradiction: str = ""
    apart: bool = False
    weight: float = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "weight", math.fsum(point.weight for point in self.points))


APART = "places apart"


class Comparer:
    """Compares records by weights, and by how rare words are in the articles at hand."""

    def __init__(self, weights: Weights, rarity: Rarity) -> None:
        self._weights = weights
        self._rarity = rarity

    def compare(self, one: Mention, other: Mention) -> Comparison:
        """Two records of different articles."""
        if one.article == other.article:
            return Comparison((), "one article tells them apart")
        if excluded(one.when, other.when):
            return Comparison((), f"another day: {one.when.said}, {other.when.said}")
        prior = self._weights.prior
        if one.when.is_dated and other.when.is_dated:
            points = [Point("prior", "of records like these, few are one", prior.dated)]
        else:
            points = [Point("prior", "of records whose days are not known, fewer are one", prior.undated)]
        points.append(self._role(one, other))
        points += filter(None, (self._day(one, other), *self._values(one, other), self._counted(one, other)))
        points += filter(None, (self._tolls(one, other), self._words(one, other), self._quoted(one, other)))
        place = self._place(one, other)
        points += filter(None, (place,))
        return Comparison(tuple(each for each in points if each.weight), "", place is not None and place.about == APART)

    def _role(self, one: Mention, other: Mention) -> Point:
        weights = self._weights.role
        if one.is_main and other.is_main:
            return Point("role", "both articles are about it", weights.both)
        if one.is_main or other.is_main:
            return Point("role", "one article is about it, one mentions it", weights.one)
        return Point("role", "both articles only mention it", weights.none)

    def _day(self, one: Mention, other: Mention) -> Point | None:
        weights, first, second = self._weights.day, one.when, other.when
        said = f"{first.said} and {second.said}"
        if first.is_known and second.is_known:
            return Point("day", said, self._days(one, other))
        if first.named_of_year is not None and first.named_of_year == second.named_of_year:
            return Point("day", said, weights.same)
        gap = _gap(one, other)
        if gap is not None:
            told, weight = _by_gap(gap, self._weights)
            return Point("day", told, max(weight, weights.vague) if first.is_vague or second.is_vague else weight)
        if first.named_weekday is not None and second.named_weekday is not None:
            return Point("day", said, self._weekdays(one, other, first.named_weekday, second.named_weekday))
        return None

    def _days(self, one: Mention, other: Mention) -> float:
        """Of two that are known; a long span that holds the other one says little."""
        weights, longest = self._weights.day, max(one.when.length, other.when.length)
        if _gap(one, other):
            return weights.next
        return weights.same if longest == 1 else weights.near - math.log2(longest) / 2

    def _weekdays(self, one: Mention, other: Mention, first: int, second: int) -> float:
        """Of two weekdays, where no day is known; another one says little where one text names both, or it was night."""
        weights = self._weights.day
        if first == second:
            return weights.weekday
        night = (first - second) % 7 in (1, 6) and (one.when.night or other.when.night)
        both = WEEKDAYS[first] in other.words or WEEKDAYS[second] in one.words
        return weights.vague if night or both else weights.other_weekday

    def _place(self, one: Mention, other: Mention) -> Point | None:
        weights = self._weights.place
        near, pair = closest(one.places, other.places)
        if near <= Near.UNKNOWN and (named := _named_in_the_other(one, other)):
            weight = {Near.APART: weights.disputed, Near.DIFFERENT: weights.named / 2}.get(near, weights.named)
            return Point("places", f"both texts name {named}", weight)
        if pair is None:
            return None
        first, second = pair
        said = f"{first.words} and {second.words}"
        if near is Near.APART:
            return Point(APART, said, weights.apart)
        if near is Near.SAME:
            return Point("places", said, min(weights.same, self._rarity.of_place(first.keys) * weights.rare))
        others = {Near.AREA: weights.area, Near.COUNTRY: weights.country, Near.DIFFERENT: weights.different}
        return Point("places", said, others.get(near, weights.unknown))

    def _values(self, one: Mention, other: Mention) -> Iterable[Point]:
        for name in (name for name in one.values if name in other.values):
            (folded, said), (their, theirs) = one.values[name], other.values[name]
            agree, differ = self._weights.of(name)
            words, others = set(folded.split()), set(their.split())
            same = words <= others or others <= words
            yield Point(name, f"{said} and {theirs}", agree if same else differ)

    def _counted(self, one: Mention, other: Mention) -> Point | None:
        """Numbers of things: "598" and "nearly 600" are one; a large number agrees by chance less often than a small one."""
        best: dict[tuple[str, str], tuple[float, str]] = {}
        for mine in one.counted:
            for theirs in other.counted:
                if mine.what == theirs.what:
                    bits = self._number(mine.number, theirs.number)
                    said = f"{mine.number:g} and {theirs.number:g} {mine.what[1]}"
                    best[mine.what] = max(best.get(mine.what, (bits, said)), (bits, said))
        if not best:
            return None
        total = math.fsum(bits for bits, _ in best.values())
        limit = self._weights.number.most
        return Point("numbers", "; ".join(said for _, said in best.values()), max(-limit, min(limit, total)))

    def _number(self, mine: float, theirs: float) -> float:
        weights = self._weights.number
        least, most = sorted((mine, theirs))
        if least == most or (least >= 10 and most <= least * 1.1):
            return min(weights.most, weights.each * math.log2(1 + least)) * (1 if least == most else 0.8)
        return weights.differ

    def _tolls(self, one: Mention, other: Mention) -> Point | None:
        """Tolls rise, so that other ones say little; equal ones say more the larger they are, and far ones that it is another."""
        found: dict[str, tuple[float, str]] = {}
        mine = {told.name: told for told in one.told if told.number is not None}
        for theirs in other.told:
            if theirs.number is not None and (told := mine.get(theirs.name)) is not None:
                bits = self._toll(float(told.number or 0), float(theirs.number))
                found[theirs.name] = (bits, f"{told.number:g} and {theirs.number:g} {theirs.name}")
        if not found:
            return None
        total = math.fsum(bits for bits, _ in found.values())
        weights = self._weights.toll
        said = "; ".join(said for _, said in found.values())
        return Point("tolls", said, max(weights.least, min(weights.most, total)))

    def _toll(self, mine: float, theirs: float) -> float:
        weights = self._weights.toll
        least, most = sorted((mine, theirs))
        if least == most:
            return min(weights.most, weights.each * math.log2(1 + least))
        ratio = most / max(least, 1)
        return weights.close if ratio <= 1.5 else weights.other if ratio <= 4 else weights.far

    def _words(self, one: Mention, other: Mention) -> Point | None:
        share = self._rarity.share(one, other)
        if share is None:
            return None
        weights = self._weights.words
        kind = weights.whole if one.is_main and other.is_main else weights.part
        weight = max(kind.least, min(kind.most, kind.slope * (share - kind.even)))
        common = ", ".join(self._rarity.in_common(one, other))
        return Point("words", f"{share:.2f} of their rare words: {common}", round(weight, 2))

    def _quoted(self, one: Mention, other: Mention) -> Point | None:
        """Words that both articles quote: who speaks of one thing is quoted alike."""
        both = one.quoted & other.quoted
        if not both:
            return None
        weights = self._weights.quoted
        weight = min(weights.most, weights.first + weights.each * (len(both) - 1))
        return Point("quotations", f"both quote “… {min(both)} …”", weight)


def _named_in_the_other(one: Mention, other: Mention) -> str:
    """A place of one report that the text of the other names, or ""."""
    for mention, text in ((one, other.words), (other, one.words)):
        for spot in exact(mention.places):
            if not spot.is_country and all(word in text for word in spot.key):
                return spot.words
    return ""


def _gap(one: Mention, other: Mention) -> int | None:
    """Days between what is known of two days: of one without, those before its publication; None where that is open."""
    ends = []
    for mention in (one, other):
        if mention.when.first is not None:
            ends.append((mention.when.first, mention.when.last or mention.when.first))
        elif mention.is_main and mention.when.published is not None:
            ends.append((mention.when.published - 1, mention.when.published))
        else:
            return None
    (first, last), (start, end) = ends
    return max(0, first - end, start - last)


def _by_gap(gap: int, weights: Weights) -> tuple[str, float]:
    said = f"published {gap} days apart" if gap else "published about the same day"
    for days, weight in weights.day.gaps:
        if gap <= days:
            return said, weight
    return said, weights.day.far
