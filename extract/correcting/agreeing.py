"""Steps that cannot all be taken: what one person said later counts, what two people say against each other is refused."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extract.correcting.spots import END
from extract.correcting.steps import Refusal, Step
from extract.records.corrections import Correction


@dataclass(frozen=True, slots=True)
class Agreed:
    """Steps that go together.

    Attributes:
        steps: they, earlier ones first.
        superseded: corrections that the same file takes back, or says anew.
        refused: those against which another file speaks.
    """

    steps: list[Step]
    superseded: list[Correction]
    refused: list[Refusal]


def agreed(steps: Sequence[Step]) -> Agreed:
    """The steps that count."""
    ordered = sorted(steps, key=lambda each: each.claim.correction.order)
    order = {id(step): number for number, step in enumerate(ordered)}
    against: dict[int, Step] = {}
    lost: set[int] = set()
    for outer, inner in _clashes(ordered):
        if outer.source == inner.source:
            lost.add(min(id(outer), id(inner), key=order.__getitem__))
        else:
            against |= {id(outer): inner, id(inner): outer}
    refused = [
        Refusal(step.claim.correction, f"{_who(against[id(step)])} says otherwise: {told(against[id(step)])}")
        for step in ordered
        if id(step) in against
    ]
    out = {id(each.correction) for each in refused}
    left = [step for step in ordered if id(step.claim.correction) not in out]
    kept = [step for step in left if id(step) not in lost]
    holding = {id(step.claim.correction) for step in kept}
    gone = {id(each): each for step in left if id(each := step.claim.correction) not in holding}
    return Agreed(kept, list(gone.values()), list({id(each.correction): each for each in refused}.values()))


def told(step: Step) -> str:
    """What a step does, in words."""
    match step.kind:
        case "set" | "append":
            return f"{step.value!r}"
        case "keep":
            return "it is right"
        case "drop" | "gone":
            return "it goes"


def _who(step: Step) -> str:
    return step.claim.correction.by or "another file"


def _clashes(steps: Sequence[Step]) -> Iterator[tuple[Step, Step]]:
    """Pairs that cannot both be taken, the wider place first."""
    by_place: defaultdict[str, list[Step]] = defaultdict(list)
    for step in steps:
        here = _place(step)
        above = here
        while True:
            for other in by_place.get(above, ()):
                if above == here:
                    if step.kind != "append" and _effect(other) != _effect(step):
                        yield other, step
                elif _excludes(other, step):
                    yield other, step
            if not above:
                break
            above = above.rpartition("/")[0]
        by_place[here].append(step)
    yield from _of_later_ones(steps, by_place)


def _of_later_ones(steps: Sequence[Step], by_place: defaultdict[str, list[Step]]) -> Iterator[tuple[Step, Step]]:
    """Wider places that are spoken of after what is inside them."""
    order = {id(step): number for number, step in enumerate(steps)}
    for step in steps:
        above = _place(step)
        while above:
            above = above.rpartition("/")[0]
            for other in by_place.get(above, ()):
                later = order[id(other)] > order[id(step)]
                if later and (_excludes(other, step) or other.kind == "set"):
                    yield other, step


def _place(step: Step) -> str:
    return f"{step.pointer}/{END}" if step.kind == "append" else step.pointer or f"?{id(step)}"


def _effect(step: Step) -> tuple[str, str]:
    return ("drop", "") if step.kind == "drop" else ("is", repr(step.was if step.kind == "keep" else step.value))


def _excludes(outer: Step, inner: Step) -> bool:
    """Whether a step about a wider place leaves none for one inside."""
    if outer.kind == "drop":
        return True
    if outer.source == inner.source:
        return False
    if outer.kind == "keep":
        return inner.kind in ("set", "drop", "append") and inner.claim.spot.record == outer.claim.spot.record
    return outer.kind == "set"
