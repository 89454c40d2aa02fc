"""What corrections come to in one run: each becomes steps at places of its records, or a reason why it cannot.

Where the run says what somebody saw, a step is what they did. In another run it may say the same as they (agreed), or
something else; then what they said counts, and the difference is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel

from extract.correcting.placing import (
    Claim,
    Found,
    Group,
    Place,
    anchor_of,
    found_places,
    grouped,
    holder_of,
    may_be_there,
    said_by,
    shape_of,
)
from extract.correcting.spots import END, at, spot
from extract.records.corrections import Anchor, Correction
from extract.records.merging import Identity
from extract.records.tree import evidence_of, record_lists

_MISSING = object()


@dataclass(frozen=True, slots=True)
class Step:
    """One change of the records, or none.

    Attributes:
        claim: what it comes from.
        kind: `set` (a value), `drop` (an item leaves its list), `append` (to a list), `keep` (as it is), `gone` (what
            should go is not there).
        pointer: the place in the records as they are; of the list for `append`, "" for `gone`.
        value: for `set` and `append`.
        was: what is there.
        source: number of the file that it comes from.
        elsewhere: the run is not the one that the correction was made for, as far as can be told.
        differs: in words, where the run says something else than the person.
        anchor, holder: of its record, and of the one that holds that.
    """

    claim: Claim
    kind: Literal["set", "drop", "append", "keep", "gone"]
    pointer: str
    value: Any = None
    was: Any = None
    source: int = 0
    elsewhere: bool = False
    differs: str = ""
    anchor: Anchor | None = None
    holder: Anchor | None = None


def _holds_all(record: BaseModel, other: BaseModel) -> bool:
    """Whether each record that one holds is held by another one, too: else it would be lost with it."""
    for field in record_lists(type(record)):
        theirs = getattr(other, field.name, None) or ()
        for mine in getattr(record, field.name) or ():
            if not any(_identity(mine).is_one_with(_identity(each)) and _holds_all(mine, each) for each in theirs):
                return False
    return True


def _identity(record: BaseModel) -> Identity:
    return Identity.of(record, evidence_of(record))


@dataclass(frozen=True, slots=True)
class Refusal:
    """A correction that was not applied, and why."""

    correction: Correction
    why: str


class Reader:
    """Finds places for the corrections of one file in the records of one article."""

    def __init__(self, places: Sequence[Place], source: int, opened: bool | None) -> None:
        """Of the records' places; `opened` as in `found_places`."""
        self._places, self._source, self._opened = places, source, opened
        self._by_pointer = {place.node.pointer: place for place in places}
        self._root = places[0]
        self._known_to_them: set[str] = set()

    def steps(self, claims: Sequence[Claim]) -> Iterator[Step | Refusal]:
        """What the claims come to."""
        adding = [each for each in claims if each.spot.is_record and each.spot.record.endswith(f"/{END}")]
        groups = grouped(each for each in claims if each not in adding)
        found = found_places(groups, self._places, opened=self._opened)
        opened = self._opened if self._opened is not None else all(each.own for each in found)
        for place in found:
            node = place.node
            while node is not None and node.pointer:
                self._known_to_them.add(node.pointer)
                node = node.parent.owner if node.parent is not None else None
        for group, place in zip(groups, found, strict=True):
            for claim in group.claims:
                yield from self._of_record(claim, group, place, opened)
        for claim in adding:
            yield from self._put(claim, claim.correction.value, opened)

    def _of_record(self, claim: Claim, group: Group, found: Found, opened: bool) -> Iterator[Step | Refusal]:
        action = claim.correction.action
        if found.node is None and claim.spot.is_record and group.anchor and not found.why.startswith("it could"):
            if action == "remove" or action == "reject":
                yield self._step(claim, "gone", "", elsewhere=True)
                return
            if action == "confirm" and claim.correction.was is not None:
                yield from self._put(claim, claim.correction.was, opened)
                return
        if found.node is None:
            yield Refusal(claim.correction, found.why)
        elif claim.spot.is_record:
            yield from self._whole(claim, self._by_pointer[found.node.pointer], found.own)
        else:
            yield from self._value(claim, self._by_pointer[found.node.pointer], found.own)

    def _whole(self, claim: Claim, place: Place, own: bool) -> Iterator[Step | Refusal]:
        """About a record that is there."""
        action, pointer = claim.correction.action, place.node.pointer
        if action in ("remove", "reject"):
            differs = "" if own else "you removed it, this run has it"
            yield self._step(claim, "drop", pointer, place=place, was=place.document, own=own, differs=differs)
        elif action == "edit":
            yield self._step(
                claim, "set", pointer, place=place, was=place.document, value=claim.correction.value, own=own
            )
        elif action == "confirm":
            yield self._step(claim, "keep", pointer, place=place, was=place.document, own=own)
            yield from () if own else self._as_said(claim, place, said_by(claim.spot, claim.correction.was))
        else:
            yield Refusal(
                claim.correction, "there is a record at that place: one more goes to the end of its list (/-)"
            )

    def _as_said(self, claim: Claim, place: Place, said: Mapping[str, Any] | None) -> Iterator[Step]:
        """What a record has to say as well, in single values, to say what somebody confirmed."""
        for path in sorted({*(said or {}), *place.says} if said is not None else ()):
            there, wanted = place.says.get(path), (said or {}).get(path)
            if there != wanted and not path.rpartition("/")[2].isdecimal():
                inner = spot(type(self._root.node.record), place.node.pointer + path)
                assert inner is not None
                claimed = Claim(claim.correction, inner)
                pointer = place.node.pointer + path
                differs = _differs(wanted, there)
                yield self._step(claimed, "set", pointer, place=place, was=there, value=wanted, differs=differs)

    def _value(self, claim: Claim, place: Place, own: bool) -> Iterator[Step | Refusal]:
        """About a value of a record that is there."""
        correction, path = claim.correction, claim.spot.path
        if claim.spot.item:
            yield from self._item(claim, place, own)
            return
        try:
            there = at(place.document, path)
        except LookupError:
            yield Refusal(correction, "there is no such place in the record")
            return
        if correction.action == "remove" or (correction.action == "reject" and not own and there != correction.was):
            wanted = None if correction.action == "remove" else there
        elif correction.action == "reject":
            wanted = None
        elif correction.action == "confirm":
            wanted = there if own or correction.was is None else correction.was
        else:
            wanted = correction.value
        kind: Literal["keep", "set"] = (
            "keep" if wanted == there and (not own or correction.action == "confirm") else "set"
        )
        differs = "" if own or wanted == there else _differs(wanted, there)
        yield self._step(
            claim, kind, place.node.pointer + path, place=place, was=there, value=wanted, own=own, differs=differs
        )

    def _item(self, claim: Claim, place: Place, own: bool) -> Iterator[Step | Refusal]:
        """About a value in a list of values."""
        correction, (line, _, number) = claim.correction, claim.spot.path.rpartition("/")
        items = at(place.document, line) or []
        pointer = place.node.pointer + line
        sought = correction.was if correction.was is not None else _MISSING
        if number == END:
            sought = correction.value
        elif own and int(number) < len(items):
            sought = items[int(number)]
        here = int(number) if own and number != END else items.index(sought) if sought in items else None
        wanted = sought if correction.action == "confirm" else correction.value
        if correction.action in ("reject", "remove") or wanted is None:
            if here is None:
                yield self._step(claim, "gone", "", place=place, own=own)
            else:
                differs = "" if own else f"you said no {_short(sought)}, this run says it"
                yield self._step(
                    claim, "drop", f"{pointer}/{here}", place=place, was=items[here], own=own, differs=differs
                )
        elif wanted is _MISSING:
            yield Refusal(correction, "nothing stands there, and the correction does not say what did")
        elif here is None and wanted not in items:
            differs = "" if own else f"you said {_short(wanted)}, this run does not"
            yield self._step(claim, "append", pointer, place=place, value=wanted, own=own, differs=differs)
        else:
            here = items.index(wanted) if here is None else here
            kind: Literal["keep", "set"] = "keep" if items[here] == wanted else "set"
            differs = "" if own or kind == "keep" else _differs(wanted, items[here])
            yield self._step(
                claim, kind, f"{pointer}/{here}", place=place, was=items[here], value=wanted, own=own, differs=differs
            )

    def _put(self, claim: Claim, value: Any, opened: bool) -> Iterator[Step | Refusal]:
        """A record that should be there: the one that is, or one more."""
        said = said_by(claim.spot, value)
        if said is None:
            yield self._unfit(claim, value)
            return
        if (known := self._known(claim, value, opened)) is not None:
            yield self._step(claim, "keep", known.node.pointer, place=known, was=known.document)
            yield from self._as_said(claim, known, {**known.says, **said})  # what they left open denies nothing
            return
        line, correction = claim.spot.line, claim.correction
        there = spot(type(self._root.node.record), line)
        if not (opened and there and there.record in self._by_pointer):
            line = holder_of(line, correction.anchor, correction.holder, self._places) or ""
        if not line:
            yield Refusal(correction, "there is no record here that could hold it")
            return
        owner = spot(type(self._root.node.record), line)
        assert owner is not None
        holder = anchor_of(self._by_pointer[owner.record])
        differs = "" if opened else "you said it is there, this run does not have it"
        yield Step(
            claim,
            "append",
            line,
            value=value,
            source=self._source,
            elsewhere=not opened,
            differs=differs,
            holder=holder,
        )

    def _known(self, claim: Claim, value: Any, opened: bool) -> Place | None:
        """The record of this run that is the same one as one that somebody put in, with all that it holds."""
        for model in claim.spot.types:
            try:
                record = model.model_validate(value)
            except ValueError:
                continue
            mine = _identity(record)
            for each in self._places:
                theirs = each.node.record
                if not opened and each.node.pointer in self._known_to_them:
                    continue  # whoever spoke of this record and added another one meant another one
                other = _identity(theirs)
                if opened and each.node.pointer.rpartition("/")[0] == claim.spot.line:
                    if mine == other:
                        return each
                elif (
                    not opened
                    and shape_of(each.node.pointer) == shape_of(claim.spot.record)
                    and may_be_there(claim.correction.anchor, mine.place, each)
                    and mine.is_one_with(other)
                    and _holds_all(record, theirs)
                ):
                    return each
        return None

    @staticmethod
    def _unfit(claim: Claim, value: Any) -> Refusal:
        try:
            claim.spot.checked(value)
        except ValueError as error:
            return Refusal(claim.correction, f"it does not fit: {error}")
        return Refusal(claim.correction, "it is no record for that place")

    def _step(
        self,
        claim: Claim,
        kind: Literal["set", "drop", "append", "keep", "gone"],
        pointer: str,
        *,
        place: Place | None = None,
        value: Any = None,
        was: Any = None,
        own: bool = False,
        elsewhere: bool = False,
        differs: str = "",
    ) -> Step:
        parent = place.node.parent if place else None
        held = self._by_pointer.get(parent.owner.pointer) if parent else None
        return Step(
            claim,
            kind,
            pointer,
            value,
            was,
            self._source,
            elsewhere or not own,
            differs,
            anchor_of(place) if place else None,
            anchor_of(held) if held else None,
        )


def _differs(said: Any, there: Any) -> str:
    return f"you said {_short(said)}, this run says {_short(there)}"


def _short(value: Any) -> str:
    text = "nothing" if value is None else value if isinstance(value, str) else repr(value)
    return repr(text[:60] + " …") if len(text) > 60 else repr(text) if isinstance(value, str) else text
