"""Names of places, found where news puts them: behind a preposition or a verb of attack, or with a word for an area."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from extract.articles import Span
from extract.attack.lexicon import Lexicon, any_of
from extract.attack.names import Cast

_TOKEN = r"[A-ZÀ-ÞŁŚŻĆ][\w’'‑-]*[\w]|[A-Z]\b|[a-z]{1,2}-[A-Z][\w’'-]+"
_LINK = r"(?:of|de|del|el|al|la|le)"


@dataclass(frozen=True, slots=True)
class PlaceMention:
    """A name that may be a place.

    Attributes:
        span: the name with its word for an area, if that follows ("Odesa region"); no possessive.
        country: it is a country or the like: a container.
        preposition: the word that makes it a place here.
    """

    span: Span
    country: bool
    preposition: str


@lru_cache(maxsize=4)
def _patterns(lexicon: Lexicon) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    areas = lexicon.words["areas"].pattern
    name = rf"(?:{_TOKEN})(?:\s(?:(?:{_LINK})\s)?(?:{_TOKEN})){{0,3}}"
    located = re.compile(
        rf"(?<![\w-])(?P<prep>(?i:in|at|near|across|over|outside|inside|around|throughout|target(?:ed|ing|s)|hit|struck|shook|rocked)"
        rf"|(?<=attack\s)on|(?<=attacks\s)on|(?<=strike\s)on|(?<=strikes\s)on|(?<=assault\s)on|(?<=raid\s)on|(?<=missiles\s)on|(?<=drones\s)on|(?<=barrage\s)on|(?<=rained\sdown\s)on"
        rf"|(?<=bombardment\s)of|(?<=shelling\s)of|(?<=bombing\s)of|(?<=outskirts\s)of|(?<=north\s)of|(?<=parts\s)of|(?<=center\s)of|(?<=centre\s)of|(?<=regions\s)of)\s"
        rf"(?:(?:the|central|eastern|western|southern|northern|north-?eastern|south-?eastern|north-?western|south-?western|downtown|nearby|neighbou?ring|parts\sof|much\sof|most\sof|occupied)\s){{0,3}}"
        rf"(?:(?:[a-z]+\s){{0,2}}?(?:(?i:{areas}))\s(?:of|and)?\s?)?(?:the\s)?(?P<name>{name})(?P<poss>[’']s)?(?P<area>\s(?!capital|cities|towns|areas)(?:[a-z]+\s)?(?i:{areas}))?"
    )
    listed = re.compile(rf"(?P<sep>(?:,\s(?:and\s)?|\sand\s))(?P<name>{name})(?P<area>\s(?i:{areas}))?(?![’'\w])")
    countries = re.compile(rf"(?:{'|'.join(lexicon.data['countries']['names'])})\Z")
    return located, listed, countries, any_of(lexicon.data["countries"]["no_places"])


def find_places(text: str, lexicon: Lexicon, cast: Cast, start: int, end: int) -> Iterator[PlaceMention]:
    """Names in `text[start:end]` that stand where places stand, in text order."""
    located, listed, countries, no_places = _patterns(lexicon)
    for found in located.finditer(text, start, end):
        mention = _mention(text, found, lexicon, cast, countries, no_places, found["prep"])
        if mention is None:
            continue
        yield mention
        position = found.end()
        while more := listed.match(text, position, end):
            item = _mention(text, more, lexicon, cast, countries, no_places, found["prep"])
            if item is None:
                break
            yield item
            position = more.end()


def _mention(
    text: str,
    found: re.Match[str],
    lexicon: Lexicon,
    cast: Cast,
    countries: re.Pattern[str],
    no_places: re.Pattern[str],
    preposition: str,
) -> PlaceMention | None:
    start, end = found.span("name")
    name = text[start:end]
    if "poss" in found.groupdict() and found["poss"] and (inner := re.match(r"\s(?P<name>(?:[A-Z][\w-]+)(?:\s[A-Z][\w-]+)?)(?P<area>\s[a-z]+)?", text[found.end("poss") :])):
        # "Kyiv's Holosiivskyi district": the narrower one is the place
        area = inner["area"] if inner["area"] and lexicon.words["areas"].fullmatch(inner["area"].strip()) else ""
        if area:
            base = found.end("poss") + inner.start("name")
            return PlaceMention(Span(base, base + len(inner["name"]) + len(area)), False, preposition)
    name = re.sub(r"[’']s?\Z", "", name)
    end = start + len(name)
    if no_places.fullmatch(name) or _DAYS.search(name) or cast.person(Span(start, end)) or _is_body(name, lexicon):
        return None
    country = bool(countries.match(name))
    if not country and any(side.pattern.fullmatch(name) for side in lexicon.sides):
        return None  # "Russian", "Hamas"
    if re.match(r"\s(?:said|told|announced|forces|officials?|troops|military|army|president|government|citizens?|nationals?|soldiers?)\b", text[end:]) and preposition in ("of", "to", "on", "from"):
        return None
    if found["area"] and not country:
        end = found.end("area")
    return PlaceMention(Span(start, end), country, preposition)


_DAYS = re.compile(r"\b(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|June|July|August|September|October|November|December|Jan|Feb|Aug|Sept?|Oct|Nov|Dec)\b")


def _is_body(name: str, lexicon: Lexicon) -> bool:
    return lexicon.has("bodies", name) or bool(
        re.search(r"\b(?:Union|Council|Nations|Ministry|Forces?|Army|Party|Hospital|Mosque|Church|Park|University|School|Airport|Commission|Mission|Street|Square|Center|Centre|Institute|House|Guard|Army|Parliament|Assembly|Court|Station|Plant|Port|Bridge|Hotel|Organi[sz]ation|Agency|Service|Embassy|Academy|Stadium|Mall|Market|Stock)\b", name)
    )
