"""What the words of a place say, and those around it: "Kyiv's Solomianskyi district", "southern Ukraine", "Paris, Texas"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Literal, NamedTuple

Kind = Literal["settlement", "part", "district", "region"]

_REGION = (
    r"(?:region|oblast|province|governorate|state|prefecture|territory|voivodeship|krai|republic|department|county)"
)
_PART = r"(?:district|neighbou?rhood|suburb|quarter|area|borough|raion|camp|sector|outskirts|center|centre|downtown)"
_TOWN = r"(?:city|town|village|port|settlement|capital|hamlet|municipality)"
_SIDE = r"(?:(?:north|south|east|west|central|mid)(?:[\s-]?(?:east|west))?(?:ern)?)"
_REGION_BEHIND = re.compile(rf"(?i)(?P<name>.+?)[\s\u00a0](?P<word>{_REGION})")
_REGION_BEFORE = re.compile(rf"(?i)(?:the\s)?(?P<word>{_REGION})\sof\s(?P<name>.+)")
_PART_BEHIND = re.compile(rf"(?i)(?P<name>.+?)[\s\u00a0]{_PART}")
_PART_BEFORE = re.compile(
    rf"(?i)(?:the\s)?(?:outskirts|suburbs?|cent(?:er|re)|parts?|(?:edge|{_SIDE})(?:\sof)?|near|outside|downtown)\s(?:of\s)?(?P<name>.+)"
)
_TOWN_BEFORE = re.compile(rf"(?i)(?:the\s)?(?:[a-z]+\s)?{_TOWN}(?:\sof)?\s(?P<name>.+)")
_TOWN_BEHIND = re.compile(rf"(?i)(?P<name>.+?)[\s\u00a0]{_TOWN}")
_OWNER = re.compile(r"(?P<owner>.+?)[’']s[\s\u00a0](?P<name>.+)")
_COMMA = re.compile(r"(?P<name>[^,]+),\s(?P<owner>[^,]+)")

_NAME = r"(?:[A-ZÀ-Þ][\w’'-]*)(?:[ \u00a0-](?:(?:of|al|el|the|de)[ -])?[A-ZÀ-Þ][\w’'-]*){0,4}"
_OWNER_BEFORE = re.compile(rf"({_NAME})[’']s[\s\u00a0](?:[a-z-]+\s){{0,3}}\Z")
_BEHIND = re.compile(
    rf"(?:[\s\u00a0](?:{_PART}|{_TOWN}|residential|{_SIDE}))*"
    rf"(?P<link>,\s(?:in\s)?|\s(?:in|of)\s|\s\()(?:the\s)?(?:(?:{_SIDE}|{_TOWN}|{_PART}|{_REGION})\s(?:of\s)?)*"
    rf"(?P<owner>{_NAME}(?:[’']s\s{_NAME})?(?:[\s\u00a0]{_REGION})?)"
)
_SEVERAL_COUNTRIES = re.compile(
    r"(?i)(?:the\s)?(?:africa|asia|europe|(?:.+[\s-])(?:africa|americas?|asia|europe)|americas|(?:middle|near|far)\seast"
    r"|balkans|caucasus|sahel|caribbean|levant|maghreb|scandinavia|horn\sof\safrica)"
)
_ADDRESS_ENDS = re.compile(
    r"[\s\u00a0]*(?:\Z|\n|[,.;:()\[\]—–]|(?:and|or|but|on|in|at|near|after|before|during|by|from|for|with|since|around"
    r"|about|over|as|when|where|while|who|which|that|to|into|early|late|last|overnight|yesterday|today|through)\b)"
)
"""What stands behind the last word of an address; a verb makes it one who does something: "in Beirut, Israel said"."""
_AROUND = 120
"""Characters before and after a name in which it can be said where it lies."""
_MOST_MENTIONS = 30


@dataclass(frozen=True, slots=True)
class Wording:
    """What the words of a place say.

    Attributes:
        name: the name in them.
        kind: what is said of it: that it is a settlement, that a part of it is meant, that it is a district (of something
            else), or a region; None where nothing is said.
        word: that says so.
        owner: the place that it is said to lie in.
    """

    name: str
    kind: Kind | None = None
    word: str = ""
    owner: str | None = None


def wordings(words: str) -> Iterator[Wording]:
    """The ways to read the words, the plain one first: "Sadr City" is a name before it is the city of Sadr."""
    words = " ".join(words.split())
    yield Wording(words)
    if found := _OWNER.fullmatch(words) or _COMMA.fullmatch(words):
        for inner in wordings(found["name"]):
            yield replace(inner, owner=found["owner"])
        return
    if found := _REGION_BEHIND.fullmatch(words) or _REGION_BEFORE.fullmatch(words):
        yield Wording(found["name"], "region", found["word"].lower())
    elif found := _PART_BEFORE.fullmatch(words):
        yield Wording(found["name"], "part")
    elif found := _PART_BEHIND.fullmatch(words):
        yield Wording(found["name"], "district")
    elif found := _TOWN_BEFORE.fullmatch(words) or _TOWN_BEHIND.fullmatch(words):
        yield Wording(found["name"], "settlement")


class Owner(NamedTuple):
    """A place that the words around a place name: it can lie in it.

    Attributes:
        comma: it stands behind a comma, where a list goes on, too, or another sentence.
        address: if so, whether the two read as an address.
    """

    name: str
    comma: bool = False
    address: bool = True


class Mention(NamedTuple):
    """Where a place is named, and what is said there of where it lies."""

    start: int
    owners: tuple[Owner, ...]


def mentions(words: str, text: str) -> list[Mention]:
    """Where a text names a place: "the village of Hroza in Kharkiv region", "Hroza"."""
    found: list[Mention] = []
    for mention in re.finditer(rf"(?<!\w){re.escape(words)}(?!\w)", text):
        if len(found) == _MOST_MENTIONS:
            break
        before = _OWNER_BEFORE.search(text[max(0, mention.start() - _AROUND) : mention.start()])
        behind = _BEHIND.match(text[mention.end() : mention.end() + _AROUND])
        owners = [Owner(before[1])] if before else []
        if behind:
            name, comma = " ".join(behind["owner"].split()), "," in behind["link"]
            rest = text[mention.end() + behind.end() :][:_AROUND]
            owners.append(Owner(name, comma, not name.endswith(("’s", "'s")) and bool(_ADDRESS_ENDS.match(rest))))
        found.append(Mention(mention.start(), tuple(owners)))
    return found


def before_comma(words: str, text: str) -> list[str]:
    """Names that stand before a place and a comma: "Atlanta" of "Atlanta, Georgia"."""
    found = re.finditer(rf"({_NAME}),\s{re.escape(words)}(?!\w)", text)
    return [name for each in islice(found, _MOST_MENTIONS) for name in (each[1], each[1].partition(" ")[2]) if name]


def is_several_countries(words: str) -> bool:
    """Whether words name a part of the world: "South America" is no part of America the country."""
    return _SEVERAL_COUNTRIES.fullmatch(words) is not None
