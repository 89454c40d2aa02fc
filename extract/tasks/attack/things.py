"""Things hit: buildings, sites, networks and vehicles that a word of damage reaches, as phrases with kind and extent."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import Any

from extract.articles import Article
from extract.articles.sentences import Span
from extract.tasks.attack.harm import EXTENTS, Reach, reaches
from extract.tasks.attack.lexicon import Lexicon
from extract.tasks.attack.nouns import counted, is_count
from extract.tasks.attack.numerals import NumberMention, find_numbers
from extract.tasks.attack.schema import DamageKind, Extent
from extract.tasks.attack.syntax import SUBJECTS, Syntax, child, subject_of


@dataclass(frozen=True, slots=True)
class Thing:
    """A candidate for a damage record.

    Attributes:
        phrase: the noun phrase, its number left out.
        noun: its head, in small letters: what two phrases for one thing share.
        aimed: the words only say that it was aimed at ("targeted").
    """

    phrase: Span
    kind: DamageKind
    extent: Extent
    quantity: NumberMention | None
    sentence: Span
    noun: str = ""
    aimed: bool = False


_ORDER = {extent: place for place, (_, extent) in enumerate(EXTENTS)}
_BEFORE = frozenset(("det", "amod", "compound", "nummod", "poss", "nmod", "quantmod", "advmod"))
_NO_NOUN = frozenset(
    ("PERSON", "NORP", "GPE", "LOC", "DATE", "TIME", "MONEY", "PERCENT", "QUANTITY", "EVENT", "LANGUAGE")
)
_PERSON_ENDING = re.compile(r"(?:er|or|ist|ian|man|men|woman|women|ee|eer|ant|ent|ators?)s?\Z", re.IGNORECASE)
_ABSTRACT = re.compile(r"(?:(?<!installa)(?<!fortifica)(?<!planta)(?<!muni)[ts]ion|ness|ity|hood)s?\Z", re.IGNORECASE)
"""Ends of words for ideas: "information", "sensation"."""
_TANKS = frozenset(("tank", "tanks"))
_FUEL = re.compile(r"\b(?:fuel|oil|petrol|gas|gasoline|diesel|refiner(?:y|ies))\b", re.IGNORECASE)
"""Tanks by one of these hold it, where nobody who fights is told of."""
_PANES = frozenset(("window", "windows", "pane", "panes", "glass"))
_CARRIERS = frozenset(("car", "vehicle", "van", "truck", "lorry", "motorcycle", "motorbike", "bicycle", "cart"))
_GOES_OFF = frozenset(("exploded", "explodes", "detonated", "detonates"))
_DRIVEN = frozenset(
    ("ploughed", "ploughs", "plowed", "plows", "rammed", "rams", "smashed", "crashed", "slammed", "careered")
)
_LADEN = frozenset(("loaded", "packed", "laden", "filled", "rigged", "stuffed"))
"""What is said of a car that carried a bomb or was driven into people, which is no damage; a bus that explodes was bombed."""
_FENCES = frozenset(("wall", "walls", "fence", "fences", "gate", "gates", "perimeter"))
_PARTS = 2
"""How often a phrase goes on with "of": "the roof of the house of a friend"."""


def find_things(article: Article, lexicon: Lexicon, sentences: tuple[Span, ...], syntax: Syntax) -> list[Thing]:
    """Candidates of the given sentences, in text order."""
    found: list[Thing] = []
    for sentence in sentences:
        piece = article.text[sentence.start : sentence.end]
        if any(lexicon.has(words, piece) for words in (*(name for name, _ in EXTENTS), "services")):
            doc = syntax.of(sentence)
            found += [] if doc is None else _in_sentence(article.text, doc, sentence, lexicon)
    return found


def _in_sentence(text: str, doc: Any, sentence: Span, lexicon: Lexicon) -> list[Thing]:
    numbers = list(find_numbers(text, lexicon, sentence.start, sentence.end))
    best: dict[int, Reach] = {}
    for item in reaches(doc, lexicon):
        noun = counted(item.noun)
        known = best.get(noun.i)
        if _is_thing(noun, item, lexicon) and (known is None or _ORDER[item.extent] < _ORDER[known.extent]):
            best[noun.i] = item
    found: list[Thing] = []
    for place in sorted(best):
        item, noun = best[place], doc[place]
        if noun.lower_ in _PANES and _last(noun) != noun:
            noun = _last(noun)  # a thing whose windows were shattered is what was hit
        phrase, quantity = _phrase(text, noun, sentence, numbers, lexicon)
        behind = sentence.start + item.cause.idx + len(item.cause) + 1
        if phrase.start < behind <= sentence.start + noun.idx and item.cause.dep_ == "compound":
            phrase = Span(behind, phrase.end)
        if found and phrase.start < found[-1].phrase.end:
            continue  # a part of the thing before it
        kind = (
            _kind_of_service(item.service, lexicon)
            if item.service
            else _kind(noun, text[phrase.start : phrase.end], lexicon)
        )
        if quantity is None and noun.lower_ in _PANES:
            continue
        if noun.lower_ in _TANKS and kind == "military" and _holds_fuel(noun, lexicon):
            kind = "energy"
        aimed = lexicon.words["aiming"].fullmatch(item.cause.text) is not None
        found.append(Thing(phrase, kind, item.extent, quantity, sentence, noun.lower_, aimed))
    last = len(found) - 1
    return [thing for place, thing in enumerate(found) if place == last or not _is_umbrella(text, thing)]


_HYPHENED = re.compile(r"[-‑]\w")
_LISTS = re.compile(r",?\s(?:including|such as|among them)\b|:\s")


def _is_umbrella(text: str, thing: Thing) -> bool:
    """ "civilian buildings, including a school": no thing of its own, where no number counts them."""
    return thing.kind == "other" and not thing.quantity and _LISTS.match(text, thing.phrase.end) is not None


def _is_thing(noun: Any, reach: Reach, lexicon: Lexicon) -> bool:
    """Whether a noun that a word of damage reaches is a thing: any noun but people, places, arms and ideas."""
    if (
        noun.pos_ not in ("NOUN", "PROPN")
        or noun.tag_ == "CD"
        or noun.lower_ in ("one", "ones")
        or _is_joined(noun)
        or noun.lower_ in lexicon.sets["nobody"]
        or any(c.lower_ in ("no", "neither") for c in noun.lefts)
        or (noun.lower_ in ("part", "parts") and lexicon.words["areas"].fullmatch(_last(noun).text))
        or (noun.dep_ in SUBJECTS and noun.lower_ in _CARRIERS and reach.cause.lower_ in _GOES_OFF)
        or (noun.lower_ in _CARRIERS and _is_driven(noun, reach.cause))
        or (noun.lower_ in _CARRIERS and any(child.lower_ in _LADEN for child in noun.children))
        or (noun.lower_ == "home" and noun.i + 1 < len(noun.doc) and noun.nbor().lower_ == "to")
    ):
        return False
    if reach.extent == "disrupted":
        return reach.service is not None or _outage(noun, lexicon)
    if (kind := _head_kind(noun, lexicon)) is not None:
        if kind == "residential" and noun.dep_ == "pobj" and lexicon.words["areas"].fullmatch(noun.text):
            return reach.extent != "unspecified"  # "a residential area" is where, not what
        return noun.ent_type_ not in ("PERSON", "NORP") or noun.tag_ in ("NN", "NNS")
    words = noun.text
    if noun.ent_type_ in _NO_NOUN or noun.tag_ in ("NNP", "NNPS") or _head_kind(noun, lexicon, "weapon"):
        return False
    no_things = ("persons", "areas", "attack", "abstract", "body_parts", "bodies", "services")
    if _ABSTRACT.search(words) or any(lexicon.has(name, words) for name in no_things):
        return False
    if any(lexicon.has(name, words) for name, _ in EXTENTS) or lexicon.words["roles"].fullmatch(words):
        return False
    if reach.sure:
        return True
    return (
        reach.cause.dep_ != "compound" and _told(noun) and _armed(reach, lexicon) and not _PERSON_ENDING.search(words)
    )


def _is_joined(noun: Any) -> bool:
    """The fruit and the vegetable of "a fruit-and-vegetable market"."""
    text, end = noun.doc.text, noun.idx + len(noun)
    return _HYPHENED.match(text, end) is not None or text.endswith(("and-", "and‑"), 0, noun.idx)


def _is_driven(carrier: Any, verb: Any) -> bool:
    """ "A car ploughed into a crowd", which the parse may take for a car that was ploughed."""
    into = any(child.lower_ in ("into", "through") for child in verb.children)
    own = carrier == verb.head or (verb == carrier.head and carrier.dep_ == "nsubj")
    return verb.lower_ in _DRIVEN and into and own and not any(child.dep_ == "agent" for child in verb.children)


def _holds_fuel(tank: Any, lexicon: Lexicon) -> bool:
    by_name = any(child.dep_ == "compound" and _FUEL.fullmatch(child.text) for child in tank.children)
    return by_name or (_FUEL.search(tank.doc.text) is not None and not lexicon.has("fighters", tank.doc.text))


def _told(noun: Any) -> bool:
    """Whether a place of an explosion is one thing that is told of: "in a field", not "in the north", "in kind"."""
    return (
        noun.dep_ != "pobj" or noun.head.lower_ == "by" or any(c.lower_ in ("a", "an", "another") for c in noun.lefts)
    )


def _outage(noun: Any, lexicon: Lexicon) -> bool:
    """Whether a thing is a service that can fail, or its failure ("blackouts", "train services")."""
    return lexicon.has("outage", _words(noun, lexicon)) or lexicon.has("services", noun.text)


def _armed(reach: Reach, lexicon: Lexicon) -> bool:
    """Whether what hits is a weapon or an attack, or nobody is said to: a record and the headlines are hit otherwise."""
    subject = subject_of(reach.cause) if reach.cause.pos_ == "VERB" else reach.cause
    if subject is None or subject is reach.noun:
        return any(child.dep_ in ("det", "nummod", "poss") for child in reach.noun.children)
    return (
        lexicon.has("armed", subject.text) or lexicon.has("attack", subject.text) or lexicon.has("debris", subject.text)
    )


def _left_of(noun: Any, lexicon: Lexicon) -> int:
    """The first word of the noun's phrase."""
    doc = noun.doc
    first = min([noun.i, *(child.left_edge.i for child in noun.lefts if child.dep_ in _BEFORE)])
    for place in range(noun.i - 1, first, -1):
        # headlines: "damages hospital, power plant" is read as one noun phrase
        before = doc[place - 1]
        if doc[place].lower_ in (",", ";") and before.pos_ in ("NOUN", "PROPN"):
            return place + 1
        if doc[place].dep_ == "cc" and before.dep_ == "nmod" and _head_kind(before, lexicon):
            return place + 1  # "the library and town hall"
    return int(first)


def _words(noun: Any, lexicon: Lexicon) -> str:
    return str(noun.doc[_left_of(noun, lexicon) : noun.i + 1].text)


def _last(noun: Any) -> Any:
    """The last word of the phrase: "the roof of a house", "building No. 14"."""
    last = noun
    for _ in range(_PARTS):
        after = last.nbor() if last.i + 1 < len(last.doc) else None
        fenced = last.lower_ in _FENCES and after is not None and after.lower_ in ("around", "at", "outside")
        if after is None or after.dep_ != "prep" or not (after.lower_ == "of" or fenced):
            break
        whole = child(after, "pobj")
        if whole is None or whole.ent_type_ in ("DATE", "TIME"):
            break
        last = whole
    return last


def _phrase(
    text: str, noun: Any, sentence: Span, numbers: list[NumberMention], lexicon: Lexicon
) -> tuple[Span, NumberMention | None]:
    """The noun phrase with determiner, adjectives and what it is part of; a number before it stands apart."""
    left, last = noun.doc[_left_of(noun, lexicon)], _last(noun)
    start, head = sentence.start + left.idx, sentence.start + noun.idx
    end = sentence.start + last.idx + len(last)
    number = _number_before(numbers, head + 1)
    if number and not start <= number.span.start:
        number = None
    if any(child.ent_type_ == "ORDINAL" for child in noun.lefts):  # "the third and fourth floors"
        return Span(start, end), None
    start = number.span.end if number and number.span.end <= head else start
    if noun.dep_ == "pobj" and noun.head.lower_ == "of" and is_count(noun.head.head):
        counter = noun.head.head  # "two of the houses"
        number = _number_before(numbers, sentence.start + counter.idx + len(counter))
        if number and number.span.end < sentence.start + counter.idx:
            number = None
    behind = _BEHIND_NUMBER.match(text, start, head) if number or text[start].isspace() else None
    return Span(behind.end() if behind else start, end), number


def _number_before(numbers: list[NumberMention], position: int) -> NumberMention | None:
    """The last number that begins before a place."""
    here = bisect_left(numbers, position, key=lambda number: number.span.start) - 1
    return numbers[here] if here >= 0 else None


_BEHIND_NUMBER = re.compile(r"\s*(?:the\s|its\s|their\s)?(?:(?:more|other|further)\s)?")


def _head_kind(noun: Any, lexicon: Lexicon, table: str = "thing") -> DamageKind | None:
    """The kind by the head noun with the nouns before it; the longest wording decides."""
    words = noun.doc[max(0, noun.i - 4) : noun.i + 1].text
    hits = [
        (match.start(), place, row.name)
        for place, row in enumerate(lexicon.kinds(table))
        for match in row.pattern.finditer(words)
        if match.end() == len(words)
    ]
    return min(hits)[2] if hits else None  # type: ignore[return-value]


def _kind(noun: Any, words: str, lexicon: Lexicon) -> DamageKind:
    """The kind of the head, else of what it belongs to or serves ("the roof of a school", "a gas storage site")."""
    kind = _head_kind(noun, lexicon)
    trait = lexicon.kind_of("trait", words)
    if kind == "commercial" and trait == "government":
        return "government"
    if trait == "military" and kind in ("transport", "other", "vehicle", None):
        return "military"
    if kind == "industrial" and trait == "energy":
        return "energy"  # "a gas plant"
    if kind not in ("other", None):
        return kind
    return trait or lexicon.kind_of("thing", words) or "other"  # type: ignore[return-value]


def _kind_of_service(service: Any, lexicon: Lexicon) -> DamageKind:
    return (
        "energy"
        if lexicon.has("energy_services", service.doc[_left_of(service, lexicon) : service.i + 1].text)
        else "other"
    )
