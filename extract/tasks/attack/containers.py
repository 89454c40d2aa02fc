"""Which of the places that are named with an attack are its own, and which only tell where these lie."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache

from extract.articles.sentences import Span
from extract.tasks.attack.lexicon import Lexicon
from extract.tasks.attack.numerals import find_numbers
from extract.tasks.attack.places import COMPASS, PlaceMention


def hit_places(
    places: Sequence[PlaceMention], sentences: Sequence[Span], text: str, lexicon: Lexicon, spot: bool
) -> list[Span]:
    """An event's places: each name once, in order of appearance.

    A country, or what named places are said to be part of, only stands where nothing narrower is named, or where
    something is told of it as a whole: "across Ukraine", "strikes on Ukraine killed seven" of an attack on many places.

    Args:
        spot: the attack was at one spot, so that provinces only tell where that is.
    """
    groups = _by_name(sorted(places, key=lambda place: place.span.start), text, lexicon)
    containers = {_stem(place.container, lexicon) for group in groups.values() for place in group if place.container}
    wide = {stem for stem, group in groups.items() if group[0].country or stem in containers}
    parts = {stem for stem, group in groups.items() if any(_of_town(each, text) for each in group)}
    towns = groups.keys() - parts - wide
    wide |= towns if parts and len(towns) == 1 and not containers else set()
    beside = {stem for stem, group in groups.items() if all(COMPASS.fullmatch(each.preposition) for each in group)}
    provinces = _provinces(text) if spot else frozenset()
    provincial = {
        stem
        for stem, group in groups.items()
        if any(_BEHIND_NAME.sub("", text[each.span.start : each.span.end]).lower() in provinces for each in group)
    }
    for less in (beside, provincial):  # "north of Lorvik" is less than a name of the place itself
        wide |= less if len(groups) > len(wide | less) else set()
    if sentences and text[sentences[0].end - 1] != ".":
        # a headline is coarse: the one place that it alone names holds those that the article names
        coarse = {stem for stem, group in groups.items() if group[-1].span.start < sentences[0].end} - wide
        wide |= coarse if len(coarse) == 1 and len(groups) > len(wide) + 1 else set()
    # "in southern Norland" is more than "in Norland", where nothing is told of the whole land
    sided = {_OF_LAND.sub("", stem) for stem in groups if _SIDE.match(stem)}
    towns = {stem for stem in sided & groups.keys() if not lexicon.words["countries"].fullmatch(stem)}
    wide, sided = wide | towns, sided - towns
    sided -= {stem for stem in sided & groups.keys() if any(each.preposition in _ALL_OVER for each in groups[stem])}
    groups = {stem: group for stem, group in groups.items() if stem not in sided}
    wide &= groups.keys()
    if len(wide) < len(groups):
        told = _Told(sentences, [place for stem in groups.keys() - wide for place in groups[stem]], text, lexicon)
        many = len(groups) - len(wide)
        one = {stem for stem in wide - provincial if spot}  # a toll of it is that of the one place in it
        groups |= {stem: [each for each in groups[stem] if told.as_a_whole(each, many, stem in one)] for stem in wide}
    return sorted((group[0].span for group in groups.values() if group), key=lambda span: span.start)


_QUARTER = re.compile(r"\s(?:neighbou?rhood|suburb)\b(?!\sof)")
_QUARTER_OF = re.compile(
    r"\b(?:city|town|capital)[’']s\s(?:[a-z-]+\s){0,3}\Z"
    r"|(?<!and\s)(?<!or\s)\bthe\s(?:[\w-]+\s){0,4}?(?:neighbou?rhood|suburb)\sof\s\Z"
)


def _of_town(place: PlaceMention, text: str) -> bool:
    """Whether words beside a name tell that it is a part of a town, and not of which: "the city's Sirk district"."""
    before = text[max(0, place.span.start - 80) : place.span.start]
    any_one = re.search(r"\ban?\s(?:[a-z-]+\s){0,3}\Z", before)  # "a Lorvik suburb": that is the town
    return bool((_QUARTER.match(text, place.span.end) and not any_one) or _QUARTER_OF.search(before))


_PROVINCE = r"(?:state|province|region|governorate|oblast|prefecture|county|department)"
_PROVINCE_WORD = re.compile(rf"\b{_PROVINCE}\b", re.IGNORECASE)
_BEHIND_NAME = re.compile(rf"\s{_PROVINCE}\Z")
_NAME_REACH = 60
"""Characters; longer names of provinces there are none."""


@lru_cache(maxsize=4)
def _provinces(text: str) -> frozenset[str]:
    """What may be the name of a province, in small letters: all that ends before "province" or begins behind "province of".

    Looked for once, and not for each name or event: an article that is a list of places is read in time that grows as it does.
    """
    names = set()
    for word in _PROVINCE_WORD.finditer(text):
        before = text[max(0, word.start() - _NAME_REACH) : word.start()].lower()
        if before[-1:].isspace():
            names |= {before[found.start() : -1] for found in re.finditer(r"\b\w", before)}
        behind = re.match(r"\sof\s", text[word.end() : word.end() + 4])
        after = text[word.end() + 4 : word.end() + 4 + _NAME_REACH].lower() if behind else ""
        names |= {after[:end] for end in range(1, len(after) + 1)}
    return frozenset(names)


_ALL_OVER = ("across", "throughout")
_SIDE = re.compile(COMPASS.pattern + r"\s")
_OF_LAND = re.compile(r"\A[a-z-]+\s")
"""The side of a land: "eastern Norland"."""
MANY = 3
"""Named places from which on a toll is that of the land they lie in."""


class _Told:
    """What the sentences of an event tell of the wide places in them."""

    def __init__(self, sentences: Sequence[Span], narrow: Sequence[PlaceMention], text: str, lexicon: Lexicon) -> None:
        self._sentences = sentences
        self._text = text
        self._lexicon = lexicon
        self._tolls: dict[int, bool] = {}
        self._narrow = {self._number(place) for place in narrow}

    def _number(self, place: PlaceMention) -> int:
        return bisect_right(self._sentences, place.span.start, key=lambda sentence: sentence.start) - 1

    def _toll(self, number: int) -> bool:
        """Whether a number of dead is stated: right behind the word ("killed at least seven"), or before it."""
        if number not in self._tolls:
            piece = self._text[self._sentences[number].start : self._sentences[number].end]
            numbers = list(find_numbers(piece, self._lexicon))
            self._tolls[number] = any(
                0 <= found.span.start - dead.end() <= 1 or 0 <= dead.start() - found.span.end <= 24
                for dead in self._lexicon.find("killed", piece)
                for found in numbers
            )
        return self._tolls[number]

    def as_a_whole(self, place: PlaceMention, narrow: int, spot: bool) -> bool:
        """Whether something is told of a wide place itself."""
        number = self._number(place)
        if place.preposition in _ALL_OVER:
            return True
        headline = number == 0 and self._text[self._sentences[0].end - 1] != "."
        words = self._text[place.span.start : place.span.end]
        land = self._lexicon.words["countries"].fullmatch(_OF_LAND.sub("", words)) is not None
        if number < 0 or ((headline or land or spot) and narrow == 1) or not self._toll(number):
            return False
        if land and (narrow < MANY or words[0].isupper()):
            return narrow >= MANY and place.preposition == "on"
        return number not in self._narrow


def _by_name(places: Sequence[PlaceMention], text: str, lexicon: Lexicon) -> dict[str, list[PlaceMention]]:
    """Mentions by name; "Odesa region" and "Odesa" are one."""
    groups: dict[str, list[PlaceMention]] = {}
    for place in places:
        groups.setdefault(_stem(text[place.span.start : place.span.end], lexicon), []).append(place)
    return groups


def _stem(name: str, lexicon: Lexicon) -> str:
    """A name without the word for an area; that word alone is none. "Northern" and "north" are one."""
    name = re.sub(r"^([a-z-]*(?:north|south|east|west))ern\s", r"\1 ", name.lower())
    short = lexicon.words["areas"].sub("", name).strip()
    land = name.endswith(" city") and lexicon.words["countries"].fullmatch(short)  # "Mexico City"
    return name if land else short or name
