"""Candidates → records, by the codebook's rulings: who belongs to which event, what is one record."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, TypeVar

from extract.articles import Article
from extract.articles.sentences import Span
from extract.records.days import read_day
from extract.tasks.attack.casualties import Counted, counted_once
from extract.tasks.attack.containers import hit_places
from extract.tasks.attack.events import find_story
from extract.tasks.attack.figures import Figure
from extract.tasks.attack.lexicon import Lexicon
from extract.tasks.attack.numerals import NumberMention
from extract.tasks.attack.places import PlaceMention
from extract.tasks.attack.quotes import Quotation
from extract.tasks.attack.reading import NONE, Reading
from extract.tasks.attack.schema import NAMED_MISSILES, Records, WeaponKind
from extract.tasks.attack.speech import attributions
from extract.tasks.attack.story import WIDE, EventDraft, Story
from extract.tasks.attack.things import Thing
from extract.tasks.attack.times import names_its_day
from extract.tasks.attack.weapons import HELD, WeaponMention
from extract.tasks.task import Answer, Assembled

_SENT = NAMED_MISSILES | {"drone", "missile", "artillery", "rocket", "glide_bomb"}
"""What comes from afar."""
_FOREIGN: dict[str, Collection[str]] = {
    "air_strike": HELD,
    "shelling": HELD,
    "bombing": _SENT,
    "shooting": _SENT,
    "stabbing": _SENT,
}
"""Weapons that an event of a kind is not fought with: a mention of them beside it belongs to something else."""

_TOLD_BY_KIND: dict[str, WeaponKind] = {
    "bombing": "explosive_device",
    "shelling": "artillery",
    "shooting": "firearm",
    "stabbing": "blade",
}
"""Activities name their weapons: a bombing is one with a bomb, whatever the article calls it."""

_WIDE = {*WIDE, "ground_assault"}
"""Kinds that hit many places at once."""


@dataclass
class _Draft:
    """Records under construction: plain data, where each verbatim value stands, how sure each leaf is."""

    text: str
    hints: dict[str, Span] = field(default_factory=dict)
    judged: dict[str, float] = field(default_factory=dict)

    def verbatim(self, pointer: str, span: Span | None) -> str | None:
        if span is None:
            return None
        self.hints[pointer] = span
        return self.text[span.start : span.end]


_Candidate = TypeVar("_Candidate", Figure, WeaponMention, Thing)


@dataclass(frozen=True, slots=True)
class _Owned:
    """The candidates in the sentences of one event."""

    figures: list[Figure]
    weapons: list[WeaponMention]
    things: list[Thing]


def _by_event(candidates: Sequence[_Candidate], story: Story) -> list[list[_Candidate]]:
    found: list[list[_Candidate]] = [[] for _ in story.events]
    for candidate in candidates:
        index = story.owner(candidate.phrase.start)
        if index is not None:
            found[index].append(candidate)
    return found


def assemble_records(article: Article, answers: Sequence[Answer], reading: Reading) -> Assembled:
    """Makes an article's records of its answers.

    Answers that are whole records are merged; otherwise the candidates of the rules are put together.
    """
    whole = [answer.value for answer in answers if isinstance(answer.value, Records)]
    if whole:
        return Assembled(merged(whole))
    kind, sure = reading.main_kind(answers)
    story = _story(reading, kind)
    draft = _Draft(article.text)
    candidates = zip(
        _by_event(reading.figures, story),
        _by_event(reading.weapons, story),
        _by_event(reading.things, story),
        strict=True,
    )
    events = [
        _event(index, event, _Owned(*owned), reading, sure, draft)
        for index, (event, owned) in enumerate(zip(story.events, candidates, strict=True))
    ]
    quotes = [_quote(index, quotation, draft) for index, quotation in enumerate(reading.quotations)]
    records = Records.model_validate({"events": events, "quotes": quotes})
    return Assembled(records, draft.hints, draft.judged)


def _story(reading: Reading, kind: str) -> Story:
    """Which attacks the article tells of, given the kind of its main one, or that rules and model together see none.

    Where the rules see no main attack and a model does, attacks told of by themselves are the better account, if there are
    any: such an article tells of a war, and everything in it would go to one event.
    """
    ruled = reading.belief[NONE] > 0.5
    read = (reading.clock, reading.parts, reading.lexicon, reading.places)
    if ruled and kind != NONE:
        apart = find_story(*read, NONE)
        if apart.events:
            return apart
    return find_story(*read, kind, overruled=kind == NONE and not ruled)


def merged(parts: Sequence[Records]) -> Records:
    """The records of an article that was read in pieces: equal records once, one main event."""
    if len(parts) == 1:
        return parts[0]
    quotes = {quote.text: quote for part in reversed(parts) for quote in reversed(part.quotes)}
    events: dict[tuple[str, str | None, str], dict[str, Any]] = {}
    for part in parts:
        for event in part.events:
            key = (event.kind, event.attacker, event.context if event.context == "main" else event.date_text or "")
            known = events.setdefault(key, event.model_dump())
            fresh = event.model_dump()
            for name in ("places", "weapons", "casualties", "damage"):
                known[name] += [item for item in fresh[name] if item not in known[name]]
            known["date_text"] = known["date_text"] or fresh["date_text"]
    return Records.model_validate(
        {"events": list(events.values()), "quotes": [q.model_dump() for q in reversed(quotes.values())]}
    )


def _event(
    index: int, event: EventDraft, owned: _Owned, reading: Reading, sure: float, draft: _Draft
) -> dict[str, Any]:
    pointer = f"/events/{index}"
    text = reading.plain.text
    spans = hit_places(event.places, event.sentences, text, reading.lexicon, event.kind not in _WIDE)
    names = [text[span.start : span.end] for span in spans]
    narrow = [name for name in names if not _is_country(name, reading.lexicon)]
    time = event.time
    words = text[time.span.start : time.span.end] if time else None
    named = time is not None and names_its_day(text, time.span)
    day = read_day(words, reading.clock.published).day if words and named else None
    evidence = next(
        (s for s in event.sentences if reading.lexicon.has("attack", text[s.start : s.end])),
        event.sentences[0] if event.sentences else reading.sentences[0],
    )
    figures = _counted(owned.figures, narrow, reading)
    if (
        len(names) <= 2
        and event.kind not in _WIDE
        and len({reading.text(each.place) for each in figures if each.place}) < 2
    ):
        # what happens at one spot is told at several levels: "in Lahore", "in Punjab province"
        narrow, figures = [], _counted(owned.figures, [], reading)
    figures = _narrow(figures, reading)
    casualties = [_casualty(f"{pointer}/casualties/{number}", item, draft) for number, item in enumerate(figures)]
    weapons = [
        _weapon(f"{pointer}/weapons/{number}", mention, draft)
        for number, mention in enumerate(_weapons(owned.weapons, event.kind, evidence, reading))
    ]
    damage = [
        _damage(f"{pointer}/damage/{number}", thing, place, draft)
        for number, (thing, place) in enumerate(_things(owned.things, narrow, event, reading))
    ]
    if event.context == "main":
        draft.judged[f"{pointer}/kind"] = sure
    return {
        "evidence": draft.verbatim(f"{pointer}/evidence", evidence),
        "kind": event.kind,
        "context": event.context,
        "attacker": _as_written(event.attacker, text, reading.lexicon),
        "date_text": draft.verbatim(f"{pointer}/date_text", time.span if time else None),
        "date": day.isoformat() if day else None,
        "places": [draft.verbatim(f"{pointer}/places/{number}", span) for number, span in enumerate(spans)],
        "weapons": weapons,
        "casualties": casualties,
        "damage": damage,
    }


def _as_written(side: str | None, text: str, lexicon: Lexicon) -> str | None:
    """A group's name as the article spells it, where that is not the one of the lists and no shorter."""
    if side is None or side in text or lexicon.words["countries"].fullmatch(side):
        return side
    forms = {text[start:end] for start, end, name in lexicon.sides_in(text) if name == side}
    alike = [form for form in forms if len(form.split()) == len(side.split()) and not form.isupper()]
    return max(alike, key=lambda form: (len(form), form), default=side)


def _counted(figures: Sequence[Figure], places: list[str], reading: Reading) -> list[Counted]:
    """The figures of an event, each once and with the one of these places that is its own."""
    return counted_once(figures, lambda item: _place(item.phrase, item.sentence, places, reading, item.scope), reading)


def _narrow(figures: list[Counted], reading: Reading) -> list[Counted]:
    """Figures without their place where it is that of all of them: it is then the event's, and no narrower one."""
    named = {reading.text(item.place).lower() for item in figures if item.place}
    if len(named) != 1 or any(item.place is None for item in figures):
        return figures
    return [replace(item, place=None) for item in figures]


def _quantity(pointer: str, number: NumberMention | None, draft: _Draft) -> dict[str, Any] | None:
    if number is None:
        return None
    return {"text": draft.verbatim(f"{pointer}/text", number.span), "value": number.value, "bound": number.bound}


def _place(
    phrase: Span, sentence: Span, places: list[str], reading: Reading, scope: tuple[Span, ...] = ()
) -> Span | None:
    """The place that the words beside a figure or thing tie it to, if it is narrower than the event as a whole."""
    found = [
        mention
        for mention in reading.places(sentence)
        if mention.preposition.lower() not in _NOT_NARROW
        and not _is_country(reading.text(mention.span), reading.lexicon)
        and (not scope or any(part.start <= mention.span.start < part.end for part in scope))
    ]
    around = {mention.container for mention in found}
    found = [mention for mention in found if reading.text(mention.span) not in around]
    if not found or len(places) <= 1:
        return None
    nearest = min(found, key=lambda mention: _distance(phrase, mention.span))
    return None if _in_list(nearest, found, reading) else nearest.span


def _distance(phrase: Span, place: Span) -> int:
    """Characters to a place, three times as many to one before: "15 died in Lorvik and seven in the town of Brod"."""
    return place.start - phrase.end if place.start >= phrase.end else 3 * (phrase.end - place.start)


def _carried(sentence: Span, places: list[str], reading: Reading) -> Span | None:
    """The one place that the sentences before it in the paragraph have named last, for one that names none."""
    paragraph = reading.plain.text.rfind("\n", 0, sentence.start) + 1
    number = bisect_left(reading.sentences, sentence.start, key=lambda each: each.start)
    for before in reversed(reading.sentences[max(0, number - MOST_BACK) : number]):
        if before.start >= paragraph and (named := reading.places(before)):
            last = reading.text(named[0].span)
            return named[0].span if len(named) == 1 and last in places else None
    return None


MOST_BACK = 8
"""Sentences back in which the place of a thing is looked for."""
_NOT_NARROW = frozenset(
    ("of", "from", "to", "over", "across", "throughout", "around", "target", "targeted", "targeting")
)
_LISTED = re.compile(r"(?:\s\([^()]{1,40}\))?(?:,\s(?:and\s)?|\sand\s)[’']?")


def _in_list(place: PlaceMention, places: Sequence[PlaceMention], reading: Reading) -> bool:
    """Whether a place is one of several that something is told of together."""
    pairs = ((one.span, two.span) for one, two in pairwise(places) if place in (one, two))
    return any(_LISTED.fullmatch(reading.plain.text, one.end, two.start) for one, two in pairs)


def _is_country(name: str, lexicon: Lexicon) -> bool:
    """A country, or a part of one by the compass."""
    return lexicon.words["countries"].fullmatch(re.sub(r"^[a-z-]+\s", "", name)) is not None


def _casualty(pointer: str, item: Counted, draft: _Draft) -> dict[str, Any]:
    figure = item.figure
    return {
        "evidence": draft.verbatim(f"{pointer}/evidence", figure.sentence),
        "outcome": item.outcome,
        "quantity": {
            "text": draft.verbatim(f"{pointer}/quantity/text", figure.text),
            "value": figure.value,
            "bound": figure.bound,
        },
        "who": item.who,
        "place": draft.verbatim(f"{pointer}/place", item.place),
        "source": draft.verbatim(f"{pointer}/source", figure.source),
    }


def _weapons(mentions: Sequence[WeaponMention], kind: str, evidence: Span, reading: Reading) -> list[WeaponMention]:
    """The event's weapons: one per kind and outcome, the one with a number where there is one."""
    kept: dict[tuple[str, str], WeaponMention] = {}
    named = any(mention.kind.endswith("_missile") for mention in mentions)
    for mention in mentions:
        if (
            named
            and mention.kind == "missile"
            and mention.quantity is None
            and mention.sentence == reading.sentences[0]
        ):
            continue  # the headline's missiles are those that the article names
        if mention.kind in _FOREIGN.get(kind, ()):
            continue
        if mention.kind == "mixed" and mention.outcome == "used" and mention.quantity is None:
            continue
        key = (mention.kind, mention.outcome)
        known = kept.get(key)
        if known is None or (known.quantity is None and mention.quantity is not None):
            kept[key] = mention
    for hit in [kind for kind, outcome in kept if outcome == "hit"]:
        if (used := kept.get((hit, "used"))) and used.quantity is None:
            del kept[hit, "used"]  # "a drone attack: a drone hit a house" is one drone
    own = _TOLD_BY_KIND.get(kind)
    if own and not any(weapon in (own, "rocket") for weapon, _ in kept):
        kept[own, "used"] = WeaponMention(Span(evidence.start, evidence.start), own, None, "used", evidence)
    return sorted(kept.values(), key=lambda mention: mention.phrase.start)


def _weapon(pointer: str, mention: WeaponMention, draft: _Draft) -> dict[str, Any]:
    return {
        "evidence": draft.verbatim(f"{pointer}/evidence", mention.sentence),
        "kind": mention.kind,
        "quantity": _quantity(f"{pointer}/quantity", mention.quantity, draft),
        "outcome": mention.outcome,
    }


_NETWORK = frozenset(("system", "grid", "infrastructure", "network", "sector", "supply"))


def _aimed_at(thing: Thing, attacker: str | None, reading: Reading) -> bool:
    """What the attacker's own side says it aimed at; what it says it hit counts."""
    if attacker is None or not thing.aimed:
        return False
    sentence = thing.sentence
    speakers = attributions(reading.plain.text, sentence.start, sentence.end, reading.lexicon, reading.syntax)
    return any(reading.lexicon.side_of(reading.text(item.subject)) == attacker for item in speakers)


def _scene(thing: Thing, event: EventDraft, reading: Reading) -> bool:
    """Where people were shot or stabbed: no damage, unless the place was stormed, rammed or blown up."""
    return event.kind in ("shooting", "stabbing") and not _FORCED.search(reading.text(thing.sentence))


_FORCED = re.compile(r"\b(?:storm|ramm|crash|explo|detonat|grenade|smash|plough|plow)\w*|\btheir way\b", re.IGNORECASE)


_ANOTHER = re.compile(r"\b(?:another|second|third|separate)\b", re.IGNORECASE)
_Placed = tuple[Thing, Span | None]


def _things(things: Sequence[Thing], places: list[str], event: EventDraft, reading: Reading) -> list[_Placed]:
    """The event's damage: one record per thing, the first with a real extent where a thing is named twice."""
    kept: dict[str, _Placed] = {}
    for thing in things:
        if thing.extent == "unspecified" and (
            _aimed_at(thing, event.attacker, reading) or _scene(thing, event, reading)
        ):
            continue
        place = _place(thing.phrase, thing.sentence, places, reading)
        if place is None and len(places) > 1 and not reading.places(thing.sentence):
            place = _carried(thing.sentence, places, reading)
        _keep(kept, (thing, place), reading)
    told = _one_outage(_body_over_headline(list(kept.values()), reading), reading)
    return sorted(told, key=lambda item: item[0].phrase.start)


def _body_over_headline(things: list[_Placed], reading: Reading) -> list[_Placed]:
    """Without things of the headline that the body calls by another name ("air base", "a military airfield")."""
    body = {thing.kind for thing, _ in things if not reading.is_headline(thing.sentence)}
    return [item for item in things if item[0].kind not in body or not reading.is_headline(item[0].sentence)]


def _keep(kept: dict[str, _Placed], item: _Placed, reading: Reading) -> None:
    """Adds a thing, or what is new about one that is kept."""
    thing, place = item
    head = thing.noun.removesuffix("s")
    key = f"{thing.kind} {'network' if head in _NETWORK else head}"
    words = reading.text(thing.phrase)
    again = re.fullmatch(r"(?i)the\s(?:[a-z]+\s)?\w+" if thing.noun in _CRAFT else r"(?i)the\s\w+", words) is not None
    if again:  # "the building" is the one that was told of
        key = next((other for other, (each, _) in reversed(kept.items()) if each.noun == thing.noun), key)
        if key not in kept and thing.noun in _CRAFT:
            key = next((other for other, (each, _) in reversed(kept.items()) if each.kind == "vehicle"), key)
        if key not in kept and thing.noun in _GENERIC and thing.kind == "other":
            key, thing = _building(kept, key, thing, reading)
            item = (thing, place)
    elif re.match(r"(?i)an?\s", words) and _ANOTHER.search(
        reading.plain.text, thing.sentence.start, thing.phrase.start
    ):
        key += f" {thing.phrase.start}"  # "A second mine exploded near a mill"
    known = kept.get(key)
    if known and _told_apart(known, item, reading):
        key += f" {reading.text(place).lower() if place else ''} {thing.quantity.value if thing.quantity else ''}"
        known = kept.get(key)
    if known is None:
        kept[key] = item
    elif known[0].extent == "unspecified" and thing.extent != "unspecified":
        kept[key] = (replace(known[0], extent=thing.extent), known[1]) if again else item
    elif known[0].extent == thing.extent and reading.is_headline(known[0].sentence):
        kept[key] = (thing, place or known[1])


_CRAFT = frozenset(("vehicle", "vessel", "craft", "ship", "boat", "aircraft", "plane"))
"""What a bus, a tanker or a jet is called when it is told of again."""
_GENERIC = frozenset(("building", "compound", "structure", "premises", "facility", "complex", "site"))


def _building(kept: dict[str, _Placed], key: str, thing: Thing, reading: Reading) -> tuple[str, Thing]:
    """ "The building" is the school that was hit before, and of its kind where that has a fate of its own."""
    for other, (each, _) in reversed(kept.items()):
        if each.kind not in ("other", "vehicle", "transport"):
            bare = reading.is_headline(each.sentence) or reading.text(each.phrase)[0].isupper()
            same = each.extent == "unspecified" and not bare
            return (other, thing) if same else (key, replace(thing, kind=each.kind))
    return key, thing


def _told_apart(one: _Placed, other: _Placed, reading: Reading) -> bool:
    """Whether things of one name are two: in two places, or so many destroyed and so many damaged."""
    if one[1] and other[1] and reading.text(one[1]).lower() != reading.text(other[1]).lower():
        return True
    a, b = one[0], other[0]
    counted = a.quantity and b.quantity and a.quantity.value != b.quantity.value
    return bool(counted) and a.extent != b.extent and "unspecified" not in (a.extent, b.extent)


def _one_outage(things: list[_Placed], reading: Reading) -> list[_Placed]:
    """Where it is said how many homes are without a service, that it failed is the same record."""
    counted = {thing.kind for thing, _ in things if thing.extent == "disrupted" and thing.quantity}
    return [
        (thing, place)
        for thing, place in things
        if thing.extent != "disrupted"
        or thing.quantity
        or thing.kind not in counted
        or (place and not reading.is_headline(thing.sentence))
    ]


def _damage(pointer: str, thing: Thing, place: Span | None, draft: _Draft) -> dict[str, Any]:
    return {
        "evidence": draft.verbatim(f"{pointer}/evidence", thing.sentence),
        "object": draft.verbatim(f"{pointer}/object", thing.phrase),
        "kind": thing.kind,
        "extent": thing.extent,
        "quantity": _quantity(f"{pointer}/quantity", thing.quantity, draft),
        "place": draft.verbatim(f"{pointer}/place", place),
    }


def _quote(index: int, quotation: Quotation, draft: _Draft) -> dict[str, Any]:
    pointer = f"/quotes/{index}"
    first, *rest = quotation.parts
    return {
        "evidence": draft.verbatim(f"{pointer}/evidence", quotation.evidence),
        "speaker": draft.verbatim(f"{pointer}/speaker", quotation.speaker),
        "role": draft.verbatim(f"{pointer}/role", quotation.role),
        "text": draft.verbatim(f"{pointer}/text", first),
        "continued": [draft.verbatim(f"{pointer}/continued/{number}", part) for number, part in enumerate(rest)],
    }
