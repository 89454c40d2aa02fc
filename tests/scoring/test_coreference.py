"""B³, CEAF-e and LEA: small cases by hand, and random ones against a second, slow implementation and what must hold."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.scoring.coreference import MEASURES, Measure, article_of, compare_stories, lea
from extract.errors import GoldError

pytest.importorskip("metametric.metrics.coref", reason="metametric is in the dev extra")

Partition = list[list[str]]
Triple = tuple[float, float, float]


def figures(gold: Sequence[Sequence[str]], system: Sequence[Sequence[str]], measure: Measure) -> Triple:
    total = compare_stories(gold, system).total(measure)
    assert total.precision is not None
    assert total.recall is not None
    assert total.f1 is not None
    return total.precision, total.recall, total.f1


# By hand. A story is a word, its letters are reports.


@pytest.mark.parametrize(
    ("gold", "system", "measure", "precision", "recall"),
    [
        # The partition of Bagga and Baldwin (1998). One join too many: seven reports are together, two and five belong.
        # P = (5·5/5 + 2·2/7 + 5·5/7) / 12 = 64/84; nothing is torn apart, so R = 1
        ("abcde fg hijkl", "abcde fghijkl", "b_cubed", 64 / 84, 1),
        # the two great stories as one: P = (10·5/10 + 2·2/2) / 12 = 7/12
        ("abcde fg hijkl", "abcdehijkl fg", "b_cubed", 7 / 12, 1),
        # CEAF-e of the same two (the example of Luo 2005). φ4: 1 for abcde, 2·5/(5+7) = 5/6; P = (11/6)/2, R = (11/6)/3
        ("abcde fg hijkl", "abcde fghijkl", "ceaf_e", 11 / 12, 11 / 18),
        # φ4: 2·5/(5+10) = 2/3 and 1 for fg; P = (5/3)/2, R = (5/3)/3
        ("abcde fg hijkl", "abcdehijkl fg", "ceaf_e", 5 / 6, 5 / 9),
        # LEA of the first: links 10, 1, 10 of 10, 1, 10: R = 1. P: 5·10/10 for abcde, 7·(1 + 10)/21 for the other; / 12
        ("abcde fg hijkl", "abcde fghijkl", "lea", (5 + 7 * 11 / 21) / 12, 1),
        # Reports on one side only (Pradhan et al. 2014, and Moosavi and Strube 2016): e is missed, h and i invented.
        # R = [(2·2/3 + 1/3) + (1/4 + 2·2/4)] / 7 = 35/84, P = [2·1 + (1/2 + 1/2) + 2·2/4] / 8 = 4/8
        ("abc defg", "ab cd fghi", "b_cubed", 4 / 8, 35 / 84),
        # φ4(abc, ab) = 4/5, φ4(defg, fghi) = 4/8, cd is left over: P = 1.3/3, R = 1.3/2
        ("abc defg", "ab cd fghi", "ceaf_e", 1.3 / 3, 1.3 / 2),
        # R = (3·1/3 + 4·1/6) / 7; P = (2·1/1 + 2·0/1 + 4·1/6) / 8
        ("abc defg", "ab cd fghi", "lea", 8 / 24, 5 / 21),
        # LEA of single reports: c alone is right by its link to itself, d is none because the system has it with e
        ("ab c d e", "ab c de", "lea", (2 + 1 + 0) / 5, (2 + 1 + 0 + 0) / 5),
        # and the other way: half of a story of two is no story of one
        ("ab", "a b", "lea", 0, 0),
    ],
)
def test_small_cases_by_hand(gold: str, system: str, measure: Measure, precision: float, recall: float) -> None:
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0
    assert figures(gold.split(), system.split(), measure) == pytest.approx((precision, recall, f1))


@pytest.mark.parametrize("measure", MEASURES)
def test_a_missed_report_is_not_found_and_an_invented_one_is_not_free(measure: Measure) -> None:
    # c is missed and x invented, each a story of its own: one of two stories, two of three reports
    right = 1 / 2 if measure == "ceaf_e" else 2 / 3
    assert figures(["ab", "c"], ["ab", "x"], measure) == pytest.approx((right, right, right))


def test_an_invented_report_spoils_the_story_that_it_is_put_into() -> None:
    # a and b have two right of three, x none: 4/9; LEA has one of three links
    assert figures(["ab"], ["abx"], "b_cubed")[:2] == pytest.approx((4 / 9, 1))
    assert figures(["ab"], ["abx"], "lea")[:2] == pytest.approx((1 / 3, 1))
    assert compare_stories(["ab"], ["abx"]).false_joins == (("a", "x"), ("b", "x"))


def test_joins_and_exact_stories() -> None:
    found = compare_stories(["abc", "de", "f", "g"], ["ab", "cf", "de", "gx"])
    assert found.false_joins == (("c", "f"), ("g", "x"))
    assert found.missed_joins == (("a", "c"), ("b", "c"))
    assert (found.exact, found.exact_joined) == (1, 1)
    assert (found.missed, found.invented) == ((), ("x",))


def test_without_stories_there_is_nothing_to_say() -> None:
    for measure in MEASURES:
        assert compare_stories([], []).total(measure).f1 is None
        nothing_found = compare_stories(["ab"], []).total(measure)
        assert (nothing_found.precision, nothing_found.recall, nothing_found.f1) == (None, 0, 0)


def test_a_report_twice_on_one_side_is_refused() -> None:
    with pytest.raises(GoldError, match=r"report 'a' stands in 2 stories of the system"):
        compare_stories(["ab"], ["ab", "a"])
    with pytest.raises(GoldError, match=r"report 'b' stands in 2 stories of gold"):
        compare_stories(["ab", "b"], ["ab"])


def test_a_report_knows_its_article() -> None:
    assert article_of("a#b.txt#/events/0") == "a#b.txt"
    assert article_of("an-article") == "an-article"


def test_what_an_invented_report_weighs_belongs_to_the_story_of_its_article() -> None:
    gold = [["a#/events/0", "b#/events/0"], ["c#/events/0"]]
    system = [*gold, ["c#/events/7"], ["d#/events/0"]]
    parts = compare_stories(gold, system).parts
    assert {part: each["b_cubed"].counts for part, each in parts.items()} == {
        0: (2, 2, 2, 2),
        1: (1, 2, 1, 1),  # c's invented report beside its right one
        "d": (0, 1, 0, 0),  # d reports nothing in gold
    }


# Random partitions


@st.composite
def partitions(draw: st.DrawFn, reports: str = "abcdefgh") -> Partition:
    """Some of the reports, in stories."""
    held = draw(st.lists(st.sampled_from(reports), unique=True, min_size=1))
    stories: dict[int, list[str]] = {}
    for report in held:
        stories.setdefault(draw(st.integers(0, 4)), []).append(report)
    return list(stories.values())


def slow_b_cubed(gold: Partition, system: Partition) -> tuple[float, float]:
    """Report by report, from the definition."""

    def mean(of: Partition, by: Partition) -> float:
        shares = []
        for story in of:
            for report in story:
                other = next((set(each) for each in by if report in each), set())
                shares.append(len(set(story) & other) / len(story))
        return sum(shares) / len(shares)

    return mean(system, gold), mean(gold, system)


def slow_ceaf(gold: Partition, system: Partition) -> tuple[float, float]:
    """Every way to pair the stories, and the best of them."""
    few, many = sorted((gold, system), key=len)
    best = max(
        sum(2 * len(set(a) & set(b)) / (len(a) + len(b)) for a, b in zip(few, chosen, strict=True))
        for chosen in permutations(many, len(few))
    )
    return best / len(system), best / len(gold)


def slow_lea(gold: Partition, system: Partition) -> tuple[float, float]:
    """Link by link; a report alone has a link to itself."""

    def links(story: list[str]) -> set[tuple[str, str]]:
        return set(combinations(sorted(story), 2)) or {(story[0], story[0])}

    def mean(of: Partition, by: Partition) -> float:
        theirs = {link for story in by for link in links(story)}
        return sum(len(s) * len(links(s) & theirs) / len(links(s)) for s in of) / sum(map(len, of))

    return mean(system, gold), mean(gold, system)


@settings(max_examples=150, deadline=None)
@given(partitions(), partitions())
def test_measures_are_what_their_definitions_say(gold: Partition, system: Partition) -> None:
    slow = {"b_cubed": slow_b_cubed, "ceaf_e": slow_ceaf, "lea": slow_lea}
    for measure in MEASURES:
        assert figures(gold, system, measure)[:2] == pytest.approx(slow[measure](gold, system)), measure
    assert lea(gold, system).counts == pytest.approx(compare_stories(gold, system).total("lea").counts)


@settings(max_examples=100, deadline=None)
@given(partitions(), partitions(), st.randoms())
def test_sides_swapped_swap_precision_and_recall_and_order_says_nothing(
    gold: Partition, system: Partition, random: st.DataObject
) -> None:
    shuffled = [random.sample(story, len(story)) for story in random.sample(system, len(system))]  # type: ignore[attr-defined]
    for measure in MEASURES:
        precision, recall, f1 = figures(gold, system, measure)
        assert figures(system, gold, measure) == pytest.approx((recall, precision, f1))
        assert figures(gold, shuffled, measure) == pytest.approx((precision, recall, f1))
        assert 0 <= precision <= 1
        assert 0 <= recall <= 1


@settings(max_examples=50, deadline=None)
@given(partitions())
def test_the_same_stories_are_right_and_nothing_else_is(gold: Partition) -> None:
    found = compare_stories(gold, [*reversed(gold)])
    assert all(found.total(measure).f1 == pytest.approx(1) for measure in MEASURES)
    assert found.exact == len(gold)
    assert (found.false_joins, found.missed_joins) == ((), ())
    reports = [report for story in gold for report in story]
    for other in ([[report] for report in reports], [reports]):
        if sorted(map(sorted, other)) != sorted(map(sorted, gold)):
            assert all(compare_stories(gold, other).total(measure).f1 < 1 for measure in MEASURES)  # type: ignore[operator]


@settings(max_examples=50, deadline=None)
@given(partitions())
def test_all_apart_is_precise_and_all_together_complete(gold: Partition) -> None:
    reports = [report for story in gold for report in story]
    assert figures(gold, [[report] for report in reports], "b_cubed")[0] == pytest.approx(1)
    assert figures(gold, [reports], "b_cubed")[1] == pytest.approx(1)
    alone = sum(len(story) == 1 for story in gold)
    # of all apart LEA has right what is alone in gold
    assert figures(gold, [[report] for report in reports], "lea")[0] == pytest.approx(alone / len(reports))


@settings(max_examples=50, deadline=None)
@given(partitions(), partitions())
def test_every_part_has_the_weight_of_its_reports(gold: Partition, system: Partition) -> None:
    parts = compare_stories(gold, system).parts
    reports = sum(map(len, gold))
    wholes: dict[Measure, int] = {"b_cubed": reports, "ceaf_e": len(gold), "lea": reports}
    for measure, whole in wholes.items():
        assert sum(part[measure].gold for part in parts.values()) == pytest.approx(whole)
    assert sum(part["ceaf_e"].predicted for part in parts.values()) == pytest.approx(len(system))
    for number, story in enumerate(sorted(map(sorted, gold))):
        assert parts[number]["lea"].gold == len(story)
