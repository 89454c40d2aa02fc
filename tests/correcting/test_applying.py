"""Corrections in the run that they were made for: what comes out, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.correcting.applying import Corrected, Source, corrected
from extract.records.corrections import Correction
from extract.records.results import ArticleResult, Problem
from extract.tasks.task import NoRules
from tests.digs import AT, BOWL, JAR, RECORDS, RING, TEXT, Dig, Json, digest, result_of, said


def done(*corrections: Correction, result: ArticleResult | None = None, **more: Any) -> Corrected:
    return corrected(result or result_of(RECORDS, **more), [Source(corrections)], TEXT, NoRules(Dig))


def records(found: Corrected) -> Json:
    assert found.result.records is not None
    return found.result.records.model_dump(mode="json")


def refused(*corrections: Correction, **more: Any) -> list[str]:
    found = done(*corrections, **more)
    assert found.result.records == RECORDS
    assert not found.result.corrections
    return [each.why for each in found.refused]


def test_every_action_at_once_by_the_places_of_the_run_as_it_was_opened() -> None:
    ring: Json = {"evidence": RING, "name": "ring"}
    found = done(
        said("remove", "/finds/0", RECORDS.finds[0].model_dump(mode="json"), evidence=JAR),
        said("edit", "/finds/1/name", "bowl", "beside", BOWL),
        said("confirm", "/finds/1/inside/0", RECORDS.finds[1].inside[0].model_dump(mode="json"), evidence=RING),
        said("add", "/finds/-", None, {"evidence": RING, "name": "gold", "tags": ["gold"]}),
        said("add", "/finds/1/tags/-", None, "cracked", BOWL),
        said("reject", "/site", "Aldane"),
    )
    assert found.refused == []
    bowl, gold = records(found)["finds"]
    assert (records(found)["site"], bowl["name"], bowl["tags"]) == (None, "beside", ["cracked"])
    assert [each["name"] for each in bowl["inside"]] == [ring["name"]]
    assert gold["tags"] == ["gold"]
    kept = {each.action: (each.pointer, each.now) for each in found.result.corrections}
    assert kept == {
        "remove": ("/finds/0", None),
        "edit": ("/finds/1/name", "/finds/0/name"),
        "confirm": ("/finds/1/inside/0", "/finds/0/inside/0"),
        "add": ("/finds/1/tags/-", "/finds/0/tags/0"),
        "reject": ("/site", "/site"),
    }
    places = found.result.grounding
    assert all(TEXT[place.start : place.end] for place in places.values())
    assert TEXT[places["/finds/0/name"].start : places["/finds/0/name"].end] == "beside"
    assert found.result.confidence.keys() >= {"/finds/0/name", "/finds/0/inside/0/name", "/finds/1/tags/0"}


def test_what_was_before_is_kept_with_who_and_when() -> None:
    (kept,) = done(said("edit", "/finds/0/kind", "pot", "coin", JAR, note="look")).result.corrections
    assert (kept.was, kept.value, kept.by, kept.at, kept.note) == ("pot", "coin", "Ann", AT, "look")
    assert kept.anchor is not None
    assert kept.anchor.says["/name"] == "jar"


def test_a_part_and_a_whole_list_are_edited_and_a_part_is_put_where_none_was() -> None:
    found = done(
        said("add", "/finds/1/count", None, {"text": "A", "value": None}, BOWL),
        said("edit", "/finds/0/tags", ["small", "bright"], ["bright"], JAR),
    )
    assert found.refused == []
    assert (records(found)["finds"][1]["count"]["text"], records(found)["finds"][0]["tags"]) == ("A", ["bright"])


def test_a_value_of_another_typography_becomes_the_article_s_own_and_stands_nearest_its_evidence() -> None:
    found = done(said("edit", "/finds/1/inside/0/name", "ring", "THE  bowl", RING))
    place = found.result.grounding["/finds/1/inside/0/name"]
    assert (records(found)["finds"][1]["inside"][0]["name"], place.status) == ("the bowl", "normalised")
    assert place.start is not None
    assert place.start > TEXT.index(RING)


def test_values_that_nobody_touched_keep_their_places() -> None:
    before = result_of(RECORDS)
    odd = before.model_copy(
        update={
            "grounding": before.grounding
            | {"/site": before.grounding["/site"].model_copy(update={"status": "normalised"})}
        }
    )
    found = done(said("edit", "/finds/0/kind", "pot", "coin", JAR), result=odd)
    assert found.result.grounding == odd.grounding


def test_problems_and_confidence_are_those_of_the_new_values() -> None:
    wrong = [
        Problem(kind="contradiction", detail="/finds/0/count/value: '12' states 12", pointer="/finds/0/count/value"),
        Problem(kind="reasked", detail="x"),
        Problem(kind="dropped", detail="/finds/1/name: odd", pointer="/finds/1/name"),
    ]
    before: dict[str, Any] = {
        "problems": wrong,
        "confidence": {"/finds/0/name": 0.3, "/finds/1/name": 0.4},
        "judged": {"/finds/1/name": 0.6},
    }
    found = done(said("edit", "/finds/0/count/value", 12, 13, JAR), said("remove", "/finds/0/inside/0"), **before)
    assert [each.why for each in found.refused] == [
        "there is no such place, and without evidence it cannot be found elsewhere"
    ]
    assert [(each.kind, each.pointer) for each in found.result.problems] == [
        ("reasked", ""),
        ("dropped", "/finds/1/name"),
        ("contradiction", "/finds/0/count/value"),
    ]
    assert found.result.confidence == {"/finds/0/name": 0.3, "/finds/1/name": 0.4, "/finds/0/count/value": 1.0}
    gone = done(said("remove", "/finds/0", None, evidence=JAR), **before).result
    assert [(each.pointer, each.detail) for each in gone.problems[1:]] == [("/finds/0/name", "/finds/0/name: odd")]
    assert (gone.confidence, gone.judged) == ({"/finds/0/name": 0.4}, {"/finds/0/name": 0.6})


def test_who_confirms_a_value_settles_what_speaks_against_it() -> None:
    records = Dig.model_validate(
        RECORDS.model_dump() | {"finds": [{"evidence": JAR, "name": "jar", "count": {"text": "12", "value": 21}}]}
    )
    before = result_of(records)
    edited = done(said("edit", "/finds/0/kind", "coin", "pot", JAR), result=before)
    assert [each.kind for each in edited.result.problems] == ["contradiction"]
    assert done(said("confirm", "/finds/0/count/value", 21, evidence=JAR), result=before).result.problems == []


@pytest.mark.parametrize(
    ("correction", "why"),
    [
        (said("edit", "/finds/0/kind", "pot", "vase", JAR), "it does not fit: Input should be 'coin' or 'pot'"),
        (said("edit", "/finds/0/count/value", 12, "13", JAR), "it does not fit: Input should be a valid integer"),
        (
            said("reject", "/finds/0/name", "jar", evidence=JAR),
            "it does not fit: this cannot be null: give another value, or remove the record",
        ),
        (said("edit", "/finds/0/count/value", 12, -3, JAR), "it does not fit: -3 is no count"),
        (
            said("edit", "/finds/0/day", None, "2026-02-31", JAR),
            "it does not fit: '2026-02-31' is no day of the calendar",
        ),
        (
            said("add", "/finds/-", None, {"evidence": JAR, "name": "jar", "day": "soon"}, JAR),
            "it does not fit: 'soon' is no day of the calendar",
        ),
        (said("edit", "/finds/0/name", "jar", "vase", JAR), "'vase' is not in the article"),
        (said("add", "/finds/-", None, {"evidence": "No.", "name": "jar"}), "'No.' is not in the article"),
        (
            said("add", "/finds/-", None, {"evidence": JAR, "name": "jar", "colour": "red"}),
            "it does not fit: /colour: Extra inputs are not permitted",
        ),
        (
            said("add", "/finds/-", None, None),
            "it does not fit: this cannot be null: give another value, or remove the record",
        ),
        (said("edit", "/__proto__/name", None, "x"), "there is no such place in records of this task"),
        (said("edit", "/finds/01/name", "jar", "x"), "there is no such place in records of this task"),
        (
            said("edit", "/finds/7/name", "jar", "bowl"),
            "there is no such place, and without evidence it cannot be found elsewhere",
        ),
        (said("remove", ""), "there is no such place in records of this task"),
        (said("edit", "/finds/0/name", "urn", "bowl"), "what stands there is not what the correction says was there"),
        (
            said("edit", "/finds/0/name", "jar", "coins", JAR, start=900, end=905),
            f"there is nothing from 900 to 905: the text has {len(TEXT)} characters",
        ),
        (said("edit", "/finds/0/name", "jar", "coins", JAR, start=3, end=9), "from 3 to 9 the text says 'Aldane'"),
    ],
)
def test_refused_with_a_reason(correction: Correction, why: str) -> None:
    assert refused(correction) == [why]


def test_offsets_in_utf_16_are_recognised() -> None:
    at = TEXT.index("coins")
    (why,) = refused(said("edit", "/finds/0/name", "jar", "coins", JAR, start=at + 1, end=at + 6))
    assert "UTF-16" in why
    assert not done(said("edit", "/finds/0/name", "jar", "coins", JAR, start=at, end=at + 5)).refused


def test_the_offsets_of_an_added_record_are_those_of_words_in_it_or_nothing() -> None:
    record, at = {"evidence": RING, "name": "ring"}, TEXT.index(RING)
    there = done(said("add", "/finds/-", None, record, RING, start=at, end=at + len(RING)))
    changed = done(
        said("add", "/finds/-", None, record, BOWL, start=TEXT.index(BOWL), end=TEXT.index(BOWL) + len(BOWL))
    )
    assert (there.refused, there.result.grounding) == ([], changed.result.grounding)
    (why,) = refused(said("add", "/finds/-", None, record, start=at + 1, end=at + 1 + len(RING)))
    assert "UTF-16" in why


def test_absent_words_are_not_confirmed() -> None:
    records = RECORDS.model_copy(update={"site": "Borrow"})
    found = done(said("confirm", "/site", "Borrow"), result=result_of(records))
    assert [each.why for each in found.refused] == ["'Borrow' is not in the article"]


def test_the_later_word_of_one_person_counts_and_people_who_contradict_each_other_are_named() -> None:
    first = said("edit", "/finds/0/kind", "pot", "coin", JAR)
    second = said("confirm", "/finds/0/kind", "pot", evidence=JAR, at="2026-11-26T11:21:00Z")
    alone = done(second, first)
    assert (records(alone)["finds"][0]["kind"], alone.superseded) == ("pot", [first])
    other = second.model_copy(update={"by": "Bo"})
    both = corrected(result_of(RECORDS), [Source([first]), Source([other])], TEXT, NoRules(Dig))
    assert {each.why for each in both.refused} == {"Bo says otherwise: it is right", "Ann says otherwise: 'coin'"}
    same = corrected(
        result_of(RECORDS), [Source([first]), Source([first.model_copy(update={"by": "Bo"})])], TEXT, NoRules(Dig)
    )
    assert [each.by for each in same.result.corrections] == ["Ann", "Bo"]


def test_who_removes_a_record_that_another_edits_contradicts_them() -> None:
    edit = said("edit", "/finds/1/inside/0/name", "ring", "gold", RING)
    removal = said("remove", "/finds/1", None, evidence=BOWL, by="Bo")
    both = corrected(result_of(RECORDS), [Source([edit]), Source([removal])], TEXT, NoRules(Dig))
    assert len(both.refused) == 2
    assert both.result.records == RECORDS


WORDS = [f"w{number}x" for number in range(40)]
LONG = " ".join(f"Here {one} and {two} lay." for one, two in zip(WORDS[::2], WORDS[1::2], strict=True))


@st.composite
def finds(draw: st.DrawFn, free: list[int], depth: int = 0) -> Json:
    number = free.pop()
    one, two = WORDS[2 * number], WORDS[2 * number + 1]
    record: Json = {
        "evidence": f"Here {one} and {two} lay.",
        "name": one,
        "kind": "coin",
        "day_text": None,
        "day": None,
    }
    record["count"] = {"text": two, "value": None} if draw(st.booleans()) else None
    record["tags"] = draw(st.lists(st.sampled_from([one, two]), unique=True))
    inside = draw(st.integers(0, 2)) if depth < 2 else 0
    record["inside"] = [draw(finds(free, depth + 1)) for _ in range(inside) if free]
    return record


def _each(records: list[Json], pointer: str) -> list[tuple[str, Json]]:
    return [
        found
        for number, record in enumerate(records)
        for here in [f"{pointer}/{number}"]
        for found in [(here, record), *_each(record["inside"], f"{here}/inside")]
    ]


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_random_corrections_give_what_was_meant_twice_is_once_and_order_does_not_matter(data: st.DataObject) -> None:
    """The records that are meant are made by hand: values are changed in place, and what goes is swept out at the end."""
    free = list(range(len(WORDS) // 2))
    tree: Json = {"site": None, "finds": [data.draw(finds(free)) for _ in range(data.draw(st.integers(0, 3)))]}
    before = result_of(Dig.model_validate(tree), LONG)
    corrections: list[Correction] = []
    gone: set[str] = set()

    def say(action: str, pointer: str, record: Json, was: Any, value: Any = None) -> None:
        start = LONG.index(record["evidence"])
        anchor = {"type": "Find", "start": start, "end": start + len(record["evidence"])}
        made = said(action, pointer, was, value, anchor=anchor, text_sha256=digest(LONG))
        corrections.append(made.model_copy(update={"at": f"2026-11-26T11:20:{len(corrections):02d}Z"}))

    for pointer, record in _each(tree["finds"], "/finds"):
        if any(pointer.startswith(f"{other}/") for other in gone):
            continue
        match data.draw(st.sampled_from(["leave", "remove", "change", "confirm"])):
            case "remove":
                gone.add(pointer)
                say("remove", pointer, record, None)
                record["gone"] = True
            case "confirm":
                say("confirm", pointer, record, None)
            case "change":
                say("edit", f"{pointer}/kind", record, "coin", "pot")
                record["kind"] = "pot"
                if record["count"]:
                    say("reject", f"{pointer}/count", record, record["count"])
                    record["count"] = None
                if record["tags"]:
                    say("reject", f"{pointer}/tags/0", record, record["tags"].pop(0))
                if free and data.draw(st.sampled_from([True, False])):
                    new = data.draw(finds(free, 2))
                    say("add", f"{pointer}/inside/-", new, None, new)
                    record["inside"].append(new)

    def swept(records: list[Json]) -> list[Json]:
        return [each | {"inside": swept(each["inside"])} for each in records if not each.get("gone")]

    found = corrected(before, [Source(corrections)], LONG, NoRules(Dig))
    assert found.refused == []
    assert records(found) == {"site": None, "finds": swept(tree["finds"])}
    again = corrected(found.result, [Source(corrections)], LONG, NoRules(Dig))
    assert (again.result, len(again.already)) == (found.result, len(corrections))
    shuffled = corrected(before, [Source(data.draw(st.permutations(corrections)))], LONG, NoRules(Dig))
    assert shuffled.result.records == found.result.records
    assert shuffled.result.grounding == found.result.grounding
