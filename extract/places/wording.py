"""What the words of a place say, and those around it: "Kyiv's Solomianskyi district", "southern Ukraine", "Paris, Texas"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

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


def owners(words: str, text: str) -> list[str]:
    """The places that a text says a place lies in, wherever it is named: "the village of Hroza in Kharkiv region"."""
    found: dict[str, None] = {}
    for number, mention in enumerate(re.finditer(rf"(?<!\w){re.escape(words)}(?!\w)", text)):
        if number == _MOST_MENTIONS:
            break
        before = _OWNER_BEFORE.search(text[max(0, mention.start() - _AROUND) : mention.start()])
        behind = _BEHIND.match(text[mention.end() : mention.end() + _AROUND])
        if before:
            found[before[1]] = None
        if behind:
            # behind a comma a list goes on, unless a region or country follows: resolution decides
            found[("," if "," in behind["link"] else "") + " ".join(behind["owner"].split())] = None
    return list(found)
