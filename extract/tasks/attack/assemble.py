"""Candidates and judgements → records, by the codebook's rulings: who belongs to which event, what is one record."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from extract.articles import Article
from extract.articles.sentences import Span
from extract.tasks.attack.events import EventDraft, Story, find_story, hit_places
from extract.tasks.attack.figures import Figure
from extract.tasks.attack.lexicon import Lexicon
from extract.tasks.attack.numerals import NumberMention
from extract.tasks.attack.reading import NONE, Judgements, Reading
from extract.tasks.attack.schema import Records
from extract.tasks.attack.speech import attributions
from extract.tasks.attack.things import Thing
from extract.tasks.attack.times import day_of, published_in
from extract.tasks.attack.weapons import WeaponMention
from extract.tasks.task import Answer, Assembled

# Weapons that an event of a kind is not fought with: a mention of them beside it belongs to something else.
_FOREIGN: dict[str, frozenset[str]] = {
    "air_strike": frozenset({"firearm", "blade", "vehicle", "explosive_device"}),
    "shelling": frozenset({"firearm", "blade", "vehicle", "explosive_device"}),
    "bombing": frozenset({"drone", "missile", "ballistic_missile", "cruise_missile", "artillery", "rocket"}),
    "shooting": frozenset({"drone", "missile", "ballistic_missile", "cruise_missile", "artillery", "rocket"}),
    "stabbing": frozenset({"drone", "missile", "ballistic_missile", "cruise_missile", "artillery", "rocket"}),
}


MOST_ALIKE = 100
"""Figures of the same wording, told apart by place or source, that a further one is compared with."""

_WIDE = frozenset({"air_strike", "shelling", "ground_assault"})
"""Kinds that hit many places at once."""


@dataclass
class _Draft:
    """Records under construction: plain data, where each verbatim value stands, how sure each leaf is."""

    text: str
    hints: dict[str, Span] = field(default_factory=dict)
    confidence: dict[str, float] = field(default_factory=dict)

    def verbatim(self, pointer: str, span: Span | None) -> str | None:
        if span is None:
            return None
        self.hints[pointer] = span
        return self.text[span.start : span.end]

    def sure(self, pointer: str, share: float | None) -> None:
        if share is not None:
            self.confidence[pointer] = share


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
        index = story.owner.get(candidate.sentence.start)
        if index is not None:
            found[index].append(candidate)
    return found


def assemble_records(article: Article, answers: Sequence[Answer], reading: Reading, lexicon: Lexicon) -> Assembled:
    """Makes an article's records of its answers.

    Answers that are whole records are merged; otherwise candidates are put together with the judgements on them.
    """
    whole = [answer.value for answer in answers if isinstance(answer.value, Records)]
    if whole:
        return Assembled(merged(whole))
    judgements = Judgements.of(answers)
    story = find_story(reading.plain, lexicon, reading.cast, {}, reading.main_kind(judgements)[0])
    draft = _Draft(article.text)
    candidates = zip(
        _by_event(reading.figures, story),
        _by_event(reading.weapons, story),
        _by_event(reading.things, story),
        strict=True,
    )
    events = [
        _event(index, event, _Owned(*owned), reading, judgements, draft)
        for index, (event, owned) in enumerate(zip(story.events, candidates, strict=True))
    ]
    quotes = [_quote(index, quotation, draft) for index, quotation in enumerate(reading.quotations)]
    records = Records.model_validate({"events": events, "quotes": quotes})
    return Assembled(records, draft.hints, draft.confidence)


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
    index: int, event: EventDraft, owned: _Owned, reading: Reading, judgements: Judgements, draft: _Draft
) -> dict[str, Any]:
    pointer = f"/events/{index}"
    text = reading.plain.text
    spans = hit_places(event, text, reading.lexicon)
    names = [text[span.start : span.end] for span in spans]
    # what happens at one spot is told at several levels: "in Lahore", "in Punjab province"
    areas = names if len(names) > 2 or event.kind in _WIDE else []
    narrow = [name for name in areas if not _is_country(name, reading.lexicon)]
    time = event.time
    words = text[time.span.start : time.span.end] if time else None
    day = day_of(words, published_in(reading.plain)) if words else None
    evidence = next(
        (s for s in event.sentences if reading.lexicon.has("attack", text[s.start : s.end])),
        event.sentences[0] if event.sentences else reading.sentences[0],
    )
    casualties = [
        _casualty(f"{pointer}/casualties/{number}", item, draft)
        for number, item in enumerate(_casualties(owned.figures, narrow, reading))
    ]
    weapons = [
        _weapon(f"{pointer}/weapons/{number}", mention, draft)
        for number, mention in enumerate(_weapons(owned.weapons, event.kind))
    ]
    damage = [
        _damage(f"{pointer}/damage/{number}", thing, place, draft)
        for number, (thing, place) in enumerate(_things(owned.things, narrow, event, reading, judgements))
    ]
    if event.context == "main":
        draft.sure(f"{pointer}/kind", reading.main_kind(judgements)[1])
    return {
        "evidence": draft.verbatim(f"{pointer}/evidence", evidence),
        "kind": event.kind,
        "context": event.context,
        "attacker": event.attacker,
        "date_text": draft.verbatim(f"{pointer}/date_text", time.span if time else None),
        "date": day.isoformat() if day else None,
        "places": [draft.verbatim(f"{pointer}/places/{number}", span) for number, span in enumerate(spans)],
        "weapons": weapons,
        "casualties": casualties,
        "damage": damage,
    }


def _quantity(pointer: str, number: NumberMention | None, draft: _Draft) -> dict[str, Any] | None:
    if number is None:
        return None
    return {"text": draft.verbatim(f"{pointer}/text", number.span), "value": number.value, "bound": number.bound}


@dataclass(frozen=True, slots=True)
class _Counted:
    """A figure with its outcome, one group and its place."""

    figure: Figure
    outcome: str
    who: str
    place: Span | None


def _casualties(figures: Sequence[Figure], places: list[str], reading: Reading) -> list[_Counted]:
    """The event's figures; one record where outcome, group and value agree and no two sources are named."""
    kept: list[_Counted] = []
    alike: dict[tuple[object, ...], list[int]] = {}
    for figure in figures:
        if figure.outcome is None:
            continue
        place = _place(figure.phrase, figure.sentence, places, reading)
        for who in figure.groups:
            item = _Counted(figure, figure.outcome, who, place)
            same = alike.setdefault(_wording(item, reading), [])
            twin = next((number for number in same[:MOST_ALIKE] if _compatible(kept[number], item, reading)), None)
            if twin is None:
                same.append(len(kept))
                kept.append(item)
            elif (kept[twin].figure.source is None and figure.source) or _from_headline(kept[twin].figure, reading):
                kept[twin] = item
    return kept


def _from_headline(figure: Figure, reading: Reading) -> bool:
    """Headlines round: the body words a figure better."""
    first = reading.sentences[0]
    return (
        figure.sentence == first
        and not reading.text(first).endswith((".", "!", "”", '"'))
        and len(reading.sentences) > 3
    )


def _wording(item: _Counted, reading: Reading) -> tuple[object, ...]:
    """What two figures share if they may be one: vague ones their words too, single people their description."""
    value = item.figure.value
    told = item.figure.text if value is None else item.figure.phrase
    return item.outcome, item.who, value, reading.text(told).lower() if value in (None, 1) else ""


def _compatible(a: _Counted, b: _Counted, reading: Reading) -> bool:
    """Whether neither place nor source tells two figures apart."""
    if a.place and b.place and reading.text(a.place).lower() != reading.text(b.place).lower():
        return False
    one, two = a.figure.source, b.figure.source
    return one is None or two is None or _same_name(reading.text(one), reading.text(two))


def _same_name(one: str, two: str) -> bool:
    """Whether one name is the other, or a shorter form of it: "Houthis", "Houthi rebels"."""
    a, b = ({word.removesuffix("s") for word in _folded(name).split()} for name in (one, two))
    return a <= b or b <= a


def _folded(name: str) -> str:
    return re.sub(r"\b(?:the|a|an)\s", "", name.lower())


def _place(phrase: Span, sentence: Span, places: list[str], reading: Reading) -> Span | None:
    """The place that the words beside a figure or thing tie it to, if it is narrower than the event as a whole."""
    found = [
        mention
        for mention in reading.places(sentence)
        if not mention.country
        and mention.preposition not in ("of", "from", "to", "over", "target", "targeted", "targeting")
    ]
    if not found:
        return None
    nearest = min(found, key=lambda mention: abs(mention.span.start - phrase.end))
    name = reading.text(nearest.span)
    if len(places) <= 1 and (not places or name.lower() in places[0].lower()):
        return None
    return nearest.span


def _is_country(name: str, lexicon: Lexicon) -> bool:
    return lexicon.words["countries"].fullmatch(name) is not None


def _casualty(pointer: str, item: _Counted, draft: _Draft) -> dict[str, Any]:
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


def _weapons(mentions: Sequence[WeaponMention], kind: str) -> list[WeaponMention]:
    """The event's weapons: one per kind and outcome, the one with a number where there is one."""
    kept: dict[tuple[str, str], WeaponMention] = {}
    for mention in mentions:
        if mention.kind in _FOREIGN.get(kind, ()):
            continue
        if mention.kind == "mixed" and mention.outcome == "used" and mention.quantity is None:
            continue
        key = (mention.kind, mention.outcome)
        known = kept.get(key)
        if known is None or (known.quantity is None and mention.quantity is not None):
            kept[key] = mention
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
    """What the attacker's own side says it struck or aimed at."""
    if attacker is None:
        return False
    sentence = thing.sentence
    speakers = attributions(reading.plain.text, sentence.start, sentence.end, reading.lexicon)
    return any(
        item.verb.end <= thing.phrase.start and reading.lexicon.side_of(reading.text(item.subject)) == attacker
        for item in speakers
    )


def _scene(thing: Thing, event: EventDraft, reading: Reading) -> bool:
    """Where people were shot or stabbed: no damage, unless the place was stormed."""
    return event.kind in ("shooting", "stabbing") and "stormed" not in reading.text(thing.sentence)


def _things(
    things: Sequence[Thing], places: list[str], event: EventDraft, reading: Reading, judgements: Judgements
) -> list[tuple[Thing, Span | None]]:
    """The event's damage: one record per thing, the first with a real extent where a thing is named twice."""
    kept: dict[str, tuple[Thing, Span | None]] = {}
    for thing in things:
        extent, _ = reading.extent(thing, judgements)
        if extent == NONE:
            continue
        if extent != thing.extent:
            thing = Thing(thing.phrase, thing.kind, extent, thing.quantity, thing.sentence)  # type: ignore[arg-type]
        if thing.extent == "unspecified" and (
            _aimed_at(thing, event.attacker, reading) or _scene(thing, event, reading)
        ):
            continue
        head = _folded(reading.text(thing.phrase)).split()[-1].rstrip("s")
        place = _place(thing.phrase, thing.sentence, places, reading)
        where = reading.text(place).lower() if place else ""
        key = f"{thing.kind} {'network' if head in _NETWORK else head}"
        known = kept.get(key)
        if known and known[1] and where and reading.text(known[1]).lower() != where:
            key += f" {where}"  # the same kind of thing in two places is two things
            known = kept.get(key)
        if known is None or (known[0].extent == "unspecified" and thing.extent != "unspecified"):
            kept[key] = (thing, place)
    return sorted(kept.values(), key=lambda item: item[0].phrase.start)


def _damage(pointer: str, thing: Thing, place: Span | None, draft: _Draft) -> dict[str, Any]:
    return {
        "evidence": draft.verbatim(f"{pointer}/evidence", thing.sentence),
        "object": draft.verbatim(f"{pointer}/object", thing.phrase),
        "kind": thing.kind,
        "extent": thing.extent,
        "quantity": _quantity(f"{pointer}/quantity", thing.quantity, draft),
        "place": draft.verbatim(f"{pointer}/place", place),
    }


def _quote(index: int, quotation: Any, draft: _Draft) -> dict[str, Any]:
    pointer = f"/quotes/{index}"
    first, *rest = quotation.parts
    return {
        "evidence": draft.verbatim(f"{pointer}/evidence", quotation.evidence),
        "speaker": draft.verbatim(f"{pointer}/speaker", quotation.speaker),
        "role": draft.verbatim(f"{pointer}/role", quotation.role),
        "text": draft.verbatim(f"{pointer}/text", first),
        "continued": [draft.verbatim(f"{pointer}/continued/{number}", part) for number, part in enumerate(rest)],
    }
