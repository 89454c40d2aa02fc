"""Names of places, found where news puts them: behind a preposition or a verb of attack, or with a word for an area."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from extract.articles.sentences import Span
from extract.tasks.attack.lexicon import Lexicon
from extract.tasks.attack.names import Cast, is_day

_TOKEN = r"[A-ZÀ-ÞŁŚŻĆ][\w’'‑-]*[\w]|[A-Z]\b|[a-z]{1,2}-[A-Z][\w’'-]+"
_LINK = r"(?:of|de|del|el|al|la|le)"


@dataclass(frozen=True, slots=True)
class PlaceMention:
    """A name that may be a place.

    Attributes:
        span: the name with its word for an area, if that follows ("Odesa region"); no possessive.
        country: it is a country or the like: a container.
        preposition: the word that makes it a place here.
        container: what it is said to be a part of ("Kabul" in "Kabul's Shahr-e-Naw neighborhood").
    """

    span: Span
    country: bool
    preposition: str
    container: str | None = None


@dataclass(frozen=True, slots=True)
class _Patterns:
    """What places stand behind, and how a list of them goes on."""

    located: re.Pattern[str]
    listed: re.Pattern[str]
    countries: re.Pattern[str]


_NAME = rf"(?:{_TOKEN})(?:\s(?:(?:{_LINK})\s)?(?:{_TOKEN})){{0,3}}"
_PREPOSITION = (
    r"(?i:in|at|near|across|over|outside|inside|around|throughout|target(?:ed|ing|s)|hit|struck|shook|rocked|attacked"
    r"|bombed|shelled|pounded|bombarded|raided|stormed)"
    r"|(?:(?<=attack\s)|(?<=attacks\s)|(?<=strike\s)|(?<=strikes\s)|(?<=assault\s)|(?<=raid\s)|(?<=missiles\s)"
    r"|(?<=drones\s)|(?<=barrage\s)|(?<=rained\sdown\s))on"
    r"|(?:(?<=bombardment\s)|(?<=shelling\s)|(?<=bombing\s)|(?<=outskirts\s)|(?<=north\s)|(?<=parts\s)|(?<=center\s)"
    r"|(?<=centre\s)|(?<=regions\s))of"
)
_QUALIFIERS = (
    r"(?:(?:the|the\s(?:city|country|capital|region)[’']s|central|eastern|western|southern|northern|north-?eastern"
    r"|south-?eastern|north-?western|south-?western|downtown|nearby|neighbou?ring|parts\sof|much\sof|most\sof|occupied)\s){0,3}"
)
# Behind these words "in" tells where somebody spoke or met, not where the attack was
_ELSEWHERE = re.compile(
    r"\b(?:officials?|authorities|met|meet(?:ing|ings)?|talks|summit|conference|based|spoke|speaking|reporters?|embassy"
    r"|leaders?|diplomats?|mediators?|court|protests?|rall(?:y|ies))\s\Z"
)
_ADJECTIVE = re.compile(r"[A-Z][a-z]+(?:ian|gan|ean|ese|ish|ench|ani|aqi|eli|eni)\Z")
_NARRATED = re.compile(
    r"\s(?:said|told|announced|forces|officials?|troops|military|army|president|government|citizens?|nationals?|soldiers?)\b"
)
_OWNED = re.compile(r"(?P<owner>[A-Z][\w-]+(?:\s[A-Z][\w-]+)?)[’']s?\s")


@lru_cache(maxsize=4)
def _patterns(lexicon: Lexicon) -> _Patterns:
    areas = lexicon.words["areas"].pattern
    lead = rf"(?:(?:[A-Z][a-z]+\s)?(?:[a-z]+\s){{0,2}}?(?:(?i:{areas}|ports?))\s(?:of|and)?\s?)?(?:the\s)?"
    located = re.compile(
        rf"(?<![\w-])(?P<prep>{_PREPOSITION})\s{_QUALIFIERS}{lead}(?P<name>{_NAME})(?P<poss>[’']s)?"
        rf"(?P<area>\s(?!capital|cities|towns|areas)(?:[a-z]+\s)?(?i:{areas}))?"
    )
    listed = re.compile(rf"(?P<sep>(?:,\s(?:and\s)?|\sand\s))(?P<name>{_NAME})(?P<area>\s(?i:{areas}))?(?![’'\w])")
    return _Patterns(located, listed, re.compile(rf"(?:{'|'.join(lexicon.data['countries']['names'])})\Z"))


def find_places(text: str, lexicon: Lexicon, cast: Cast, start: int, end: int) -> Iterator[PlaceMention]:
    """Names in `text[start:end]` that stand where places stand, in text order."""
    patterns = _patterns(lexicon)
    for found in patterns.located.finditer(text, start, end):
        preposition = found["prep"].lower()
        if preposition == "in" and _ELSEWHERE.search(text, max(start, found.start() - 30), found.start()):
            continue
        mention = _mention(text, found, lexicon, cast, preposition)
        if mention is None:
            continue
        yield mention
        yield from _listed(text, found.end(), end, lexicon, cast, preposition)


def _listed(
    text: str, position: int, end: int, lexicon: Lexicon, cast: Cast, preposition: str
) -> Iterator[PlaceMention]:
    """The rest of a list of names; one that no "and" ends is no list but a container: "in Marlow, Ohio,"."""
    items: list[PlaceMention] = []
    closed = False
    while more := _patterns(lexicon).listed.match(text, position, end):
        item = _mention(text, more, lexicon, cast, preposition)
        if item is None:
            break
        items.append(item)
        closed = closed or "and" in more["sep"]
        position = more.end()
    if closed:
        yield from items


def _mention(text: str, found: re.Match[str], lexicon: Lexicon, cast: Cast, preposition: str) -> PlaceMention | None:
    groups = found.groupdict()
    start, end = found.span("name")
    if groups.get("poss"):
        return _owned(text, found, lexicon, preposition)
    if owned := _OWNED.match(text, start, end):
        # "Russia's Saratov region": the narrower one is the place
        inner = Span(owned.end(), end)
        if _no_place(text[inner.start : inner.end], None, lexicon) or (not groups.get("area") and cast.person(inner)):
            return None
        return PlaceMention(Span(owned.end(), found.end()), False, preposition, owned["owner"])
    name = re.sub(r"[’']s?\Z", "", text[start:end])
    end = start + len(name)
    country = _patterns(lexicon).countries.match(name) is not None
    if not country and _no_place(name, groups.get("area"), lexicon):
        return None
    person = cast.person(Span(start, end))
    # two capitalised words look like a person: behind "in" only one with a role is
    if person and (person.role or preposition not in ("in", "at", "near", "across", "outside", "target", "targeting")):
        return None
    if preposition == "at" and lexicon.kind_of("thing", " ".join(text[end : end + 40].split()[:2])):
        return None  # "at Ohio high school"
    if preposition in ("of", "to", "on", "from") and _NARRATED.match(text, end):
        return None
    if groups.get("area") and not country:
        end = found.end("area")
    return PlaceMention(Span(start, end), country, preposition)


def _owned(text: str, found: re.Match[str], lexicon: Lexicon, preposition: str) -> PlaceMention | None:
    """ "Kyiv's Holosiivskyi district" is the district; "Kyiv's outskirts" is Kyiv; "Ukraine's capital" is no name."""
    name = found["name"]
    inner = re.compile(r"\s(?P<name>[A-Z][\w-]+(?:\s[A-Z][\w-]+)?)\s(?P<area>[a-z]+)").match(text, found.end("poss"))
    if inner and lexicon.words["areas"].fullmatch(inner["area"]):
        return PlaceMention(Span(inner.start("name"), inner.end("area")), False, preposition, name)
    if _patterns(lexicon).countries.match(name) or _no_place(name, None, lexicon):
        return None
    return PlaceMention(Span(*found.span("name")), False, preposition)


def _no_place(name: str, area: str | None, lexicon: Lexicon) -> bool:
    """Sides, days, bodies and buildings, words that are no places, and adjectives ("a Belgian town")."""
    return bool(
        lexicon.words["no_places"].fullmatch(name)
        or lexicon.has("not_hit", name)
        or lexicon.has("bodies", name)
        or any(is_day(word) for word in name.split())
        or any(side.pattern.fullmatch(name) for side in lexicon.sides)
        or (area and re.search(r"(?i)(?:town|city|village|capital)\Z", area) and _ADJECTIVE.fullmatch(name))
    )
