"""Which record of a run a correction is about: the one where it points to, or, in another run of the same text, the one
whose evidence overlaps most and which says the same.

The corrections of one record go together, and two records of one file are never found in the same place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError

from extract.articles import Span
from extract.correcting.spots import END, Spot, at, own_says, spot
from extract.records.corrections import Anchor, Correction
from extract.records.grounding import distance
from extract.records.results import Grounding
from extract.records.tree import Node, evidence_field, evidence_of, nodes, record_lists

LEAST_ALIKE = 0.5
"""Share of what a record said that another one has to say, too, to be taken for it."""
_NUMBERS = re.compile(r"/(\d+|-)(?=/|$)")


@dataclass(frozen=True, slots=True)
class Claim:
    """A correction and the place that it means, in the run that it was made for.

    Attributes:
        gone: it comes from a corrected run in which nothing is left of its record; another may stand there by now.
    """

    correction: Correction
    spot: Spot
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """The corrections of one record, or of the root.

    Attributes:
        record: where it stood in the run that they were made for.
        claims: they.
    """

    record: str
    claims: list[Claim] = field(default_factory=list)

    @property
    def anchor(self) -> Anchor | None:
        """The fullest one that they give."""
        anchors = [each.correction.anchor for each in self.claims if each.correction.anchor]
        return max(anchors, key=lambda each: len(each.says), default=None)


def shape_of(pointer: str) -> str:
    """A pointer without the numbers in it."""
    return _NUMBERS.sub("", pointer)


class Found(NamedTuple):
    """Where a group's record stands.

    Attributes:
        node: the record; None for none.
        own: it stands where the corrections point to, and says there what they say was there.
        why: there is none.
    """

    node: Node | None
    own: bool = False
    why: str = ""


class Place(NamedTuple):
    """A record of the run, with what it is told by.

    Attributes:
        node: it.
        span: of its evidence.
        says: what it says itself, by place seen from it.
        document: the record as JSON.
    """

    node: Node
    span: Span | None
    says: Mapping[str, Any]
    document: Any


def grouped(claims: Iterable[Claim]) -> list[Group]:
    """Claims by record, in the order in which the records are first named."""
    groups: dict[tuple[str, int | None], Group] = {}
    for number, claim in enumerate(claims):
        record = claim.spot.record
        key = (record, number if claim.gone else None)
        groups.setdefault(key, Group(record)).claims.append(claim)
    return list(groups.values())


def places_of(records: BaseModel, grounding: Mapping[str, Grounding]) -> list[Place]:
    """Every record of a tree, the root too."""
    found = (node for node in nodes(records) if not node.is_part)
    document = records.model_dump(mode="json")
    return [Place(node, _span_of(node, grounding), dict(own_says(node)), at(document, node.pointer)) for node in found]


def _span_of(node: Node, grounding: Mapping[str, Grounding]) -> Span | None:
    """Where a record's evidence stands."""
    place = grounding.get(f"{node.pointer}/{evidence_field(type(node.record))}")
    return place.span if place else None


def anchor_of(place: Place) -> Anchor | None:
    """How a record is found again; None for one whose evidence stands nowhere."""
    return (
        None
        if place.span is None
        else Anchor(type=place.node.type, start=place.span.start, end=place.span.end, says=dict(place.says))
    )


def found_places(groups: Sequence[Group], places: Sequence[Place], *, opened: bool | None) -> list[Found]:
    """The record of each group, in their order; best ones first, no record twice.

    Args:
        opened: whether this is the run that they were made for; None where nobody knows.
    """
    scored = [
        (score, number, place)
        for number, group in enumerate(groups)
        for place in places
        if (score := _score(group, place, opened)) is not None
    ]
    scored.sort(key=lambda each: (each[0], -each[1]), reverse=True)
    found: dict[int, Found] = {}
    taken: set[str] = set()
    for score, number, place in scored:
        if number in found or place.node.pointer in taken:
            continue
        alike = [
            other.node.pointer
            for rank, which, other in scored
            if which == number and rank[:2] == score[:2] and other.node.pointer not in taken
        ]
        if len(alike) > 1 and not (score[0] or score[2]):
            found[number] = Found(None, why=f"it could be about each of {', '.join(sorted(alike))}")
            continue
        taken.add(place.node.pointer)
        found[number] = Found(place.node, own=score[0])
    return [found.get(number) or Found(None, why=_nowhere(group, places)) for number, group in enumerate(groups)]


def _nowhere(group: Group, places: Sequence[Place]) -> str:
    if group.anchor:
        return "no record here has that evidence and says such things"
    if any(place.node.pointer == group.record for place in places):
        return "what stands there is not what the correction says was there"
    return "there is no such place, and without evidence it cannot be found elsewhere"


def _score(group: Group, place: Place, opened: bool | None) -> tuple[bool, float, bool] | None:
    """How well a record fits: is it the very one, how much is alike, does it stand there; None for not at all."""
    anchor, there = group.anchor, place.node.pointer == group.record
    if not group.record or not place.node.pointer:
        return (True, 1.0, True) if there else None
    if shape_of(place.node.pointer) != shape_of(group.record):
        return None
    facts = [_holds(each, place.document) for each in group.claims]
    if anchor is None:
        known = any(each.correction.was is not None for each in group.claims)
        able = there or (known and evidence_field(type(place.node.record)) is None)
        return (there and opened is not False, float(there), there) if able and all(facts) else None
    shared = _shared(Span(anchor.start, anchor.end), place.span)
    if anchor.type != place.node.type or not shared:
        return None
    alike = _alike(group, anchor, place.says)
    own = there and shared == 1 and all(facts) and opened is not False
    if not own and anchor.says and alike < LEAST_ALIKE:
        return None
    if not anchor.says:
        alike = sum(facts) / len(facts)
    return own, shared + alike, there


def _shared(one: Span, other: Span | None) -> float:
    """What two spans have in common, as share of both together."""
    if other is None:
        return 0.0
    common = min(one.end, other.end) - max(one.start, other.start)
    return max(common, 0) / (max(one.end, other.end) - min(one.start, other.start))


def may_be_there(anchor: Anchor | None, evidence: Any, place: Place) -> bool:
    """Whether a record that somebody put in may be one of this run: their evidence is the same words, in part at least."""
    if anchor is not None and place.span is not None:
        return _shared(Span(anchor.start, anchor.end), place.span) > 0
    there = evidence_of(place.node.record)
    if not isinstance(evidence, str) or not isinstance(there, str):
        return True
    return evidence in there or there in evidence


def _alike(group: Group, anchor: Anchor, says: Mapping[str, Any]) -> float:
    """Share of what the record said that is said here, leaving out what was wrong with it."""
    wrong = {each.spot.path for each in group.claims if each.correction.action in ("edit", "reject")}
    asked = {path: value for path, value in anchor.says.items() if path not in wrong}
    return sum(says.get(path) == value for path, value in asked.items()) / len(asked) if asked else 1.0


def _holds(claim: Claim, document: Any) -> bool:
    """Whether a record says what somebody saw there."""
    correction, place = claim.correction, claim.spot
    if place.is_record:
        seen = said_by(place, correction.was)
        return seen is None or seen == said_by(place, document)
    if place.path.endswith(f"/{END}") or (correction.was is None and correction.action == "confirm"):
        return True
    try:
        return bool(at(document, place.path) == correction.was)
    except LookupError:
        return False


def said_by(place: Spot, document: Any) -> dict[str, Any] | None:
    """What a record says itself, given as JSON; None where it is no record for that place."""
    for model in place.field.types if place.field else ():
        try:
            record = model.model_validate(document)
        except ValidationError:
            continue
        return dict(own_says(Node("", record)))
    return None


def holder_of(list_pointer: str, anchor: Anchor | None, holder: Anchor | None, places: Sequence[Place]) -> str | None:
    """The list of this run that a record goes into: where it pointed to, or the one nearest to its evidence.

    Args:
        list_pointer: in the run that the correction was made for.
        anchor, holder: of the record, and of the one that held it.
        places: of this run.
    """
    name = list_pointer.rpartition("/")[2]
    shape = shape_of(list_pointer)
    able = [
        (f"{place.node.pointer}{inner}", place)
        for place in places
        for inner in _lists_in(place.node)
        if shape_of(f"{place.node.pointer}{inner}") == shape and inner.endswith(f"/{name}")
    ]
    if not able or (holder is None and anchor is None):
        return next((pointer for pointer, _ in able if pointer == list_pointer), None)
    sought = holder or anchor
    assert sought is not None

    def nearness(each: tuple[str, Place]) -> tuple[float, float, bool]:
        span, says = each[1].span, each[1].says
        near = -distance(Span(sought.start, sought.end), span) if span else float("-inf")
        return near, sum(says.get(path) == value for path, value in sought.says.items()), each[0] == list_pointer

    return max(able, key=nearness)[0]


def _lists_in(node: Node) -> list[str]:
    """Places of the lists of records that a record has, itself or in a part, seen from it."""
    inside = [each for each in nodes(node.record) if each.owner.pointer == ""]
    return [f"{each.pointer}/{field.name}" for each in inside for field in record_lists(type(each.record))]


def claim_of(schema: type[BaseModel], correction: Correction, *, kept: bool = False) -> Claim | None:
    """A correction with the place that it means; None where the schema has no such place.

    Args:
        kept: it comes from a corrected run.
    """
    pointer, now = correction.pointer, correction.now
    named = spot(schema, pointer)
    if kept and now is not None and named is not None:
        last = pointer.rpartition("/")[2]
        if correction.action == "add" and last == END:
            pointer = f"{now.rpartition('/')[0]}/{END}"
        else:
            left = named.item and correction.action in ("reject", "remove")
            pointer = f"{now}/{last}" if left else now
    place = spot(schema, pointer)
    return None if place is None else Claim(correction, place, kept and now is None)
