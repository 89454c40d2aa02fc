"""Corrections in another run of the same text: found again by evidence, or named; never put in a wrong place silently."""

from __future__ import annotations

from typing import Any

from extract.correcting.applying import Corrected, Source, corrected
from extract.correcting.sources import Loaded, last_words, sources_for
from extract.records.corrections import Correction
from extract.records.results import ArticleResult
from extract.tasks.task import NoRules
from tests.digs import BOWL, JAR, RECORDS, RING, TEXT, Dig, Json, digest, result_of, run_of, said

WHOLE: Json = RECORDS.model_dump(mode="json")
JAR_FIND, BOWL_FIND = WHOLE["finds"]


def other(*finds: Json) -> ArticleResult:
    """What another model says: other records, or in another order."""
    return result_of(Dig.model_validate({"site": "Aldane", "finds": list(finds)}))


def carried(
    result: ArticleResult, *corrections: Correction, opened: bool | None = None, kept: bool = False
) -> Corrected:
    return corrected(result, [Source(corrections, opened, kept)], TEXT, NoRules(Dig))


def finds(found: Corrected) -> list[Json]:
    assert found.result.records is not None
    made: list[Json] = found.result.records.model_dump(mode="json")["finds"]
    return made


def differences(found: Corrected) -> list[str]:
    return [step.differs for step in found.steps if step.differs]


def test_a_record_is_found_by_its_evidence_where_the_order_is_another() -> None:
    found = carried(other(BOWL_FIND, JAR_FIND), said("edit", "/finds/0/kind", "pot", "coin", JAR))
    assert (finds(found)[1]["kind"], finds(found)[0]) == ("coin", BOWL_FIND)
    assert [each.now for each in found.result.corrections] == ["/finds/1/kind"]
    assert differences(found) == ["you said 'coin', this run says 'pot'"]


def test_where_the_run_says_the_same_as_the_person_it_agrees() -> None:
    found = carried(other(BOWL_FIND, JAR_FIND | {"kind": "coin"}), said("edit", "/finds/0/kind", "pot", "coin", JAR))
    assert (differences(found), [(step.kind, step.elsewhere) for step in found.steps]) == ([], [("keep", True)])
    assert found.result.confidence == {"/finds/1/kind": 1.0}


def test_evidence_that_overlaps_most_and_says_the_same_wins_and_no_record_is_taken_twice() -> None:
    piece = JAR_FIND | {"evidence": JAR[:25], "name": "coins"}
    edits = [said("edit", "/finds/0/name", "jar", "A jar", JAR), said("edit", "/finds/1/name", "bowl", "A bowl", BOWL)]
    found = carried(other(piece, JAR_FIND, BOWL_FIND), *edits)
    assert [each["name"] for each in finds(found)] == ["coins", "A jar", "A bowl"]


def test_records_of_one_evidence_are_told_apart_by_what_they_said() -> None:
    coins = {"evidence": JAR, "name": "coins", "tags": ["bright"]}
    opened = result_of(Dig.model_validate({"site": None, "finds": [JAR_FIND, coins]}))
    first = carried(opened, said("edit", "/finds/1/day_text", None, "Monday", JAR))
    found = carried(other(coins, JAR_FIND), *first.result.corrections, opened=False, kept=True)
    assert [each["day_text"] for each in finds(found)] == ["Monday", None]


def test_two_records_that_fit_alike_are_named_and_nothing_is_guessed() -> None:
    twins = [JAR_FIND, JAR_FIND]
    found = carried(other(BOWL_FIND, *twins), said("edit", "/finds/0/kind", "pot", "coin", JAR), opened=False)
    assert [each.why for each in found.refused] == ["it could be about each of /finds/1, /finds/2"]


def test_a_record_that_is_lost_is_named_unless_it_is_confirmed_added_or_removed() -> None:
    added = {"evidence": RING, "name": "gold"}
    corrections = [
        said("edit", "/finds/0/name", "jar", "coins", JAR),
        said("remove", "/finds/0", JAR_FIND, evidence=JAR),
        said("confirm", "/finds/1/inside/0", BOWL_FIND["inside"][0], evidence=RING),
        said("add", "/finds/-", None, added),
    ]
    found = carried(other(BOWL_FIND | {"inside": []}), *corrections, opened=False)
    assert [(each.correction.action, each.why) for each in found.refused] == [
        ("edit", "no record here has that evidence and says such things")
    ]
    bowl, gold = finds(found)
    assert ([each["name"] for each in bowl["inside"]], gold["name"]) == (["ring"], "gold")
    assert sorted(step.kind for step in found.steps) == ["append", "append", "gone"]


def test_what_was_removed_and_is_there_again_is_removed_again_and_what_was_added_and_is_there_is_not_there_twice() -> (
    None
):
    ring = BOWL_FIND["inside"][0]
    corrections = [
        said("remove", "/finds/0", JAR_FIND, evidence=JAR),
        said("add", "/finds/1/inside/-", None, ring, RING),
    ]
    found = carried(other(BOWL_FIND, JAR_FIND), *corrections, opened=False)
    assert finds(found) == [BOWL_FIND]
    assert differences(found) == ["you removed it, this run has it"]


def test_a_confirmed_record_that_says_something_else_now_says_what_was_confirmed() -> None:
    found = carried(
        other(BOWL_FIND, JAR_FIND | {"kind": "coin", "day_text": "Monday"}),
        said("confirm", "/finds/0", JAR_FIND, evidence=JAR),
    )
    assert finds(found)[1] == JAR_FIND
    assert differences(found) == ["you said nothing, this run says 'Monday'", "you said 'pot', this run says 'coin'"]


def test_words_of_a_list_are_found_by_what_they_are() -> None:
    corrections = [
        said("reject", "/finds/0/tags/0", "small", evidence=JAR),
        said("edit", "/finds/0/tags/1", "bright", "coins", JAR),
    ]
    found = carried(other(BOWL_FIND, JAR_FIND | {"tags": ["bright", "held", "small"]}), *corrections)
    assert finds(found)[1]["tags"] == ["coins", "held"]


def test_a_corrected_run_is_a_source_whatever_moved_in_it() -> None:
    corrections = [
        said("remove", "/finds/0", JAR_FIND, evidence=JAR),
        said("edit", "/finds/1/name", "bowl", "beside", BOWL),
        said("add", "/finds/-", None, {"evidence": RING, "name": "gold"}),
        said("reject", "/site", "Aldane"),
    ]
    before = result_of(RECORDS)
    first = carried(before, *corrections).result
    again = said("edit", "/finds/1/name", "gold", "ring", RING, at="2026-11-26T12:00:00Z")
    second = carried(first, again).result
    third = carried(second, said("confirm", "/finds/0", None, evidence=BOWL, at="2026-11-26T13:00:00Z")).result
    assert [each.now for each in third.corrections][-2:] == ["/finds/1/name", "/finds/0"]
    for target in (before, other(*reversed(RECORDS.model_dump(mode="json")["finds"]))):
        found = carried(target, *last_words(third), opened=False, kept=True)
        assert found.refused == []
        assert found.result.records == third.records


def test_an_article_is_found_by_its_text_where_its_name_is_another() -> None:
    correction = said("edit", "/finds/0/kind", "pot", "coin", JAR)
    lost: list[Any] = [correction.model_copy(update={"text_sha256": digest("x")})]
    lost.append(lost[0].model_copy(update={"article_id": "z"}))
    run = run_of(result_of(RECORDS, name="b"), result_of(RECORDS, "Another text.", name="a"))
    sources, refused = sources_for(run, [Loaded([correction, *lost])])
    assert list(sources) == ["b"]
    assert [each.why for each in refused] == [
        "the run read another text as this article",
        "the run has no such article",
    ]


def test_another_record_of_the_same_evidence_is_not_taken_for_one_that_is_lost() -> None:
    made = carried(result_of(RECORDS), said("edit", "/finds/0/day_text", None, "Monday", JAR)).result.corrections
    coins = {"evidence": JAR, "name": "coins", "tags": ["bright"]}
    found = carried(other(coins, BOWL_FIND), *made, opened=False, kept=True)
    assert [each.why for each in found.refused] == ["no record here has that evidence and says such things"]
    assert finds(found)[0]["day_text"] is None


def test_what_was_added_is_no_other_record_of_the_run_with_other_evidence() -> None:
    pot = {"evidence": RING, "name": "bowl", "kind": "coin"}
    for anchored in (RING, None):
        found = carried(other(BOWL_FIND), said("add", "/finds/-", None, pot, anchored), opened=False)
        assert [each["evidence"] for each in finds(found)] == [BOWL, RING]


def test_what_an_added_record_leaves_open_deletes_nothing() -> None:
    there = JAR_FIND | {"day_text": "Monday"}
    bare = {"evidence": JAR, "name": "jar", "kind": "pot", "day_text": None, "count": None}
    found = carried(other(there), said("add", "/finds/-", None, bare, JAR), opened=False)
    assert finds(found) == [there]
    assert (differences(found), found.refused) == ([], [])


def test_a_record_that_was_moved_stands_where_it_was_moved_to_in_another_run_too() -> None:
    held = {"evidence": RING, "name": "ring"}
    full = BOWL_FIND | {"kind": "pot", "day_text": "Monday"}
    moved = [
        said("remove", "/finds/1/inside/0", held, None, RING),
        said("add", "/finds/-", None, {"evidence": BOWL, "name": "bowl", "kind": "pot", "inside": [held]}, BOWL),
    ]
    found = carried(other(JAR_FIND, full), *moved, opened=False)
    assert [(each["name"], [one["name"] for one in each["inside"]]) for each in finds(found)] == [
        ("jar", []),
        ("bowl", []),
        ("bowl", ["ring"]),
    ]
    assert "you said it is there, this run does not have it" in differences(found)


def test_what_an_added_record_holds_is_not_lost_with_it() -> None:
    ring = {"evidence": RING, "name": "ring"}
    bowl = {"evidence": BOWL, "name": "bowl", "inside": [ring]}
    found = carried(
        other(JAR_FIND, BOWL_FIND | {"inside": []}), said("add", "/finds/-", None, bowl, BOWL), opened=False
    )
    assert [each["inside"] != [] for each in finds(found)] == [False, False, True]
