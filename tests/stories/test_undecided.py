"""Undecided pairs of reports: which they are, and what becomes of what a model says of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pytest

from extract.stories.comparing import Comparison, Point
from extract.stories.decisions import Decisions
from extract.stories.linking import MODEL, Linked, Opinion, link, undecided
from extract.stories.mentions import Mention
from extract.stories.weighing import shipped_weights
from tests.sixty_run import sixty_mentions

WEIGHTS = shipped_weights().model_copy(update={"join": 1.0, "unsure": 2.0})
Names = tuple[str, str]


def weighing(bits: float, contradiction: str = "") -> Comparison:
    return Comparison((Point("day", "one day", bits),), contradiction)


def asked(decisions: Decisions | None = None) -> list[Names]:
    """The pairs of the sixty reports that are asked about."""
    seen: list[Names] = []

    def ask(pairs: Sequence[tuple[Mention, Mention]]) -> dict[Names, Opinion]:
        seen.extend((one.id, other.id) for one, other in pairs)
        return {}

    link(sixty_mentions(), decisions, ask=ask)
    return seen


def linked(say: Callable[[Names], float | None]) -> Linked:
    """The sixty reports where a model says so many bits of a pair."""

    def ask(pairs: Sequence[tuple[Mention, Mention]]) -> Mapping[Names, Opinion]:
        said = {(one.id, other.id): say((one.id, other.id)) for one, other in pairs}
        return {names: Opinion("m: the same, 0.90", bits) for names, bits in said.items() if bits is not None}

    return link(sixty_mentions(), ask=ask)


def stories(found: Linked) -> list[list[str]]:
    return [[found.mentions[at].id for at in group] for group in found.groups]


def test_pairs_near_the_line_are_undecided_the_nearest_first() -> None:
    compared = {
        (0, 1): weighing(3.0),
        (0, 2): weighing(3.01),
        (0, 3): weighing(-1.0),
        (0, 4): weighing(-1.01),
        (1, 2): weighing(1.2),
        (1, 3): weighing(0.9),
    }
    assert undecided(compared, WEIGHTS) == [(1, 3), (1, 2), (0, 1), (0, 3)]


def test_what_is_contradicted_or_was_decided_is_not_undecided() -> None:
    compared = {(0, 1): weighing(1), (0, 2): weighing(1, "another day"), (1, 2): weighing(1), (2, 3): weighing(1)}
    assert undecided(compared, WEIGHTS, [(2, 1), (0, 3)]) == [(0, 1), (2, 3)]


@pytest.mark.parametrize("what", ["same", "apart"])
def test_a_model_is_not_asked_what_a_person_has_decided(what: str) -> None:
    (first, *others) = asked()
    assert len(others) > 10
    decisions = Decisions(**{what: {(first[1], first[0])}})
    assert asked(decisions) == others


def test_nobody_asked_and_nothing_answered_are_one() -> None:
    assert stories(linked(lambda names: None)) == stories(link(sixty_mentions()))


def test_an_answer_is_evidence_beside_the_other_and_no_more_than_its_weight() -> None:
    plain, found = link(sixty_mentions()), linked(lambda names: 40.0)
    most = shipped_weights().model
    changed = {pair: each for pair, each in found.compared.items() if each != plain.compared.get(pair, each)}
    assert len(changed) == len(asked())
    for pair, each in changed.items():
        assert each.points == (*plain.compared[pair].points, Point(MODEL, "m: the same, 0.90", most))
        assert each.weight == pytest.approx(plain.compared[pair].weight + most)


def test_an_answer_against_is_held_to_the_same_weight() -> None:
    found = linked(lambda names: -40.0)
    bits = {point.weight for each in found.compared.values() for point in each.points if point.about == MODEL}
    assert bits == {-shipped_weights().model}


def test_what_a_model_says_joins_and_parts() -> None:
    yes, no = stories(linked(lambda names: 3.0)), stories(linked(lambda names: -3.0))
    assert len(yes) < len(stories(link(sixty_mentions()))) < len(no)


def test_a_small_answer_changes_nothing_that_was_far_from_the_line() -> None:
    (nearest, *_) = asked()
    before = link(sixty_mentions())
    found = linked(lambda names: 0.01 if names != nearest else None)
    assert stories(found) == stories(before)
