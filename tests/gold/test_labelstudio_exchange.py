"""Label Studio's JSON there and back: regions stand on the words that are meant, and nothing is lost on the way."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import Annotated, Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from eval.gold.labels import Label, read_label
from eval.gold.labelstudio_reader import Reader
from eval.gold.labelstudio_writer import to_task
from extract.articles import Article
from extract.errors import GoldError
from extract.records.marks import Verbatim
from extract.tasks.attack.schema import (
    CasualtyOutcome,
    DamageKind,
    EventKind,
    Extent,
    Group,
    Records,
    WeaponKind,
    WeaponOutcome,
)
from extract.tasks.task import Task
from tests.small_gold import ATTACK, attacks

Json = dict[str, Any]
TODAY = date(2026, 11, 22)

LAHORE = (
    "Fourteen dead in Lahore\n\nA bomb killed fourteen people and four children in the network hub of Lahore on Monday,"
    " and two men in the work yard were hurt."
)


def label_of(records: Json, article_id: str = "a") -> Label:
    head = {"codebook": 1, "article_id": article_id, "annotator": "x", "labelled_on": "2026-11-22"}
    return read_label(json.dumps({**head, "events": [], "quotes": [], **records}), Records)


def casualty(text: str, value: int, who: str, outcome: str, evidence: str) -> Json:
    quantity = {"text": text, "value": value, "bound": "exact"}
    return {"evidence": evidence, "outcome": outcome, "quantity": quantity, "who": who}


def event(evidence: str, **more: object) -> Json:
    return {"evidence": evidence, "kind": "bombing", "context": "main", **more}


def back(article: Article, label: Label, alter: Callable[[Json], object] = lambda task: None) -> Label:
    task = json.loads(json.dumps(to_task(article, label)))
    alter(task)
    (found,) = Reader(ATTACK, (article,), "x", TODAY).labels([task], "tasks")
    return found


def regions(article: Article, label: Label, name: str) -> list[str]:
    """The text around each region of a kind, the region in brackets."""
    found = []
    for item in to_task(article, label)["annotations"][0]["result"]:
        if item["type"] == "labels" and item["value"]["labels"] == [name]:
            start, end = item["value"]["start"], item["value"]["end"]
            found.append(f"{article.text[start - 4 : start]}[{article.text[start:end]}]{article.text[end : end + 4]}")
    return found


def test_a_number_is_the_word_and_not_a_piece_of_another() -> None:
    article = Article("a", LAHORE, "a.txt")
    evidence = LAHORE.split("\n\n")[1]
    figures = [
        casualty("fourteen", 14, "people", "killed", evidence),
        casualty("four", 4, "children", "killed", evidence),
        casualty("two", 2, "men", "injured", evidence),
    ]
    label = label_of({"events": [event(evidence, casualties=figures)]})
    assert regions(article, label, "Quantity") == ["led [fourteen] peo", "and [four] chi", "and [two] men"]
    assert back(article, label) == label


def test_a_value_stands_near_its_evidence() -> None:
    text = "Two were hurt in Odesa.\n\nTwo drones hit Kyiv. Two men died there."
    article = Article("a", text, "a.txt")
    died = casualty("Two", 2, "men", "killed", "Two men died there.")
    label = label_of({"events": [event("Two drones hit Kyiv.", casualties=[died])]})
    assert regions(article, label, "Quantity") == ["yiv. "[-4:] + "[Two] men"]
    assert back(article, label) == label


@pytest.mark.parametrize("places", [["Lviv", "Kyiv", "Kyiv Oblast"], ["Kyiv Oblast", "Kyiv", "Lviv"], ["Kyiv", "Kyiv"]])
def test_lists_keep_their_order_and_their_repeats(places: list[str]) -> None:
    text = "Drones hit Kyiv, Kyiv Oblast and Lviv."
    label = label_of({"events": [event(text, places=places)]})
    assert back(Article("a", text, "a.txt"), label) == label


def test_equal_records_stay_two() -> None:
    text = "A man died and a man died."
    died = casualty("a man", 1, "men", "killed", text)
    label = label_of({"events": [event(text, casualties=[died, died])] * 2})
    assert back(Article("a", text, "a.txt"), label) == label


@pytest.mark.parametrize(("words", "text"), [("four", "fourteen died"), ("Kiev", "Kyiv burns"), ("12", "112 died")])
def test_a_value_that_is_no_word_of_the_article_is_refused_by_name(words: str, text: str) -> None:
    label = label_of({"events": [event(text, places=[words])]})
    with pytest.raises(GoldError, match=rf"'{words}' \(/events/0/places/0\) does not occur as words of its own"):
        to_task(Article("a", text, "a.txt"), label)


def test_articles_of_one_text_are_told_apart_by_their_id() -> None:
    twins = tuple(Article(name, LAHORE, f"{name}.txt") for name in "ab")
    task = to_task(twins[1], label_of({}, "b"))
    reader = Reader(ATTACK, twins, "x", TODAY)
    assert reader.labels([task], "tasks") == [label_of({}, "b")]
    del task["data"]["article_id"]
    with pytest.raises(GoldError, match="articles 'a' and 'b' have its text"):
        reader.labels([task], "tasks")


def _results(task: Json) -> list[Json]:
    found: list[Json] = task["annotations"][0]["result"]
    return found


def _first(task: Json, kind: str) -> Json:
    return next(item for item in _results(task) if item["type"] == kind)


def _second_parent(task: Json) -> None:
    names = {item["id"]: item["value"]["labels"][0] for item in _results(task) if item["type"] == "labels"}
    events = [region for region, name in names.items() if name == "Event"]
    child = next(region for region, name in names.items() if name == "Casualty")
    _results(task).append({"type": "relation", "from_id": events[1], "to_id": child, "labels": ["casualties"]})


MISTAKES: list[tuple[Callable[[Json], object], str]] = [
    (_second_parent, "is tied to two records"),
    (lambda t: _first(t, "choices")["value"]["choices"].append("other"), r"\(Event\): 2 values of 'kind'"),
    (lambda t: _first(t, "labels")["value"].update(labels=["Event", "Quote"]), "result/0/labels/value/labels: List"),
    (lambda t: t["annotations"][0].update(updated_at="yesterday"), "task 1: /annotations/0/updated_at: "),
    (lambda t: _first(t, "choices")["value"].update(choices=["unheard of"]), "Event"),
]


@pytest.mark.parametrize(("alter", "message"), MISTAKES)
def test_what_an_annotator_did_by_mistake_is_said(alter: Callable[[Json], object], message: str) -> None:
    article = Article("a", LAHORE, "a.txt")
    died = casualty("four", 4, "children", "killed", LAHORE)
    label = label_of({"events": [event(LAHORE, casualties=[died]), event("Fourteen dead in Lahore")]})
    with pytest.raises(GoldError, match=message):
        back(article, label, alter)


def _places(node: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    inside = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path, *(place for key, value in inside for place in _places(value, (*path, key)))]


@pytest.mark.parametrize("odd", [None, 3, -1.5, True, "x", "", [], ["x"], {}, {"x": 1}, [[]]])
def test_whatever_shape_a_task_has_it_is_a_label_or_one_line_with_file_and_task(odd: object) -> None:
    article = Article("a", LAHORE, "a.txt")
    died = casualty("four", 4, "children", "killed", LAHORE)
    label = label_of({"events": [event(LAHORE, casualties=[died])], "notes": ["hard"]})
    task = json.dumps(to_task(article, label))
    said = set()
    for *parents, last in _places(json.loads(task))[1:]:
        broken = json.loads(task)
        node: Any = broken
        for step in parents:
            node = node[step]
        node[last] = odd
        try:
            Reader(ATTACK, (article,), "x", TODAY).labels([broken], "tasks")
        except GoldError as error:
            said.add(str(error))
    assert said
    assert not [line for line in said if not line.startswith("tasks: task 1: ") or "\n" in line or "Error(" in line]


def test_a_relation_drawn_twice_is_one() -> None:
    article = Article("a", LAHORE, "a.txt")
    label = label_of({"events": [event(LAHORE, casualties=[casualty("four", 4, "children", "killed", LAHORE)])]})

    def again(task: Json) -> None:
        _results(task).extend([item for item in _results(task) if item["type"] == "relation"])

    assert back(article, label, again) == label


def test_a_cleared_field_is_no_value() -> None:
    article = Article("a", LAHORE, "a.txt")
    label = label_of({"events": [event(LAHORE, attacker="Somebody")]})
    cleared = back(article, label, lambda task: _first(task, "textarea")["value"].update(text=[]))
    assert attacks(cleared).events[0].attacker is None
    older = back(article, label, lambda task: _first(task, "textarea")["value"].update(text="Another"))
    assert attacks(older).events[0].attacker == "Another"


WORDS = [
    "four",
    "fourteen",
    "Kyiv",
    "Kyiv,",
    "network",
    "two",
    "“peace”",
    "мир",
    "e\u0301tat",
    "état",
    "12",
    "B112",
    "🚢 port",
    "\n\n",
    "a",
]


@st.composite
def labelled(draw: st.DrawFn) -> tuple[Article, Label]:
    """An article of words that hold each other, and records whose values are runs of its words."""
    words = [*draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=25)), "end"]
    text = " ".join(words)

    def run() -> str:
        start = draw(st.integers(0, len(words) - 1))
        cut = " ".join(words[start : start + draw(st.integers(1, 4))]).strip(" \n,")
        return cut or "end"

    def quantity() -> Json:
        value = draw(st.none() | st.integers(1, 10**6))
        return {"text": run(), "value": value, "bound": "about" if value is None else "exact"}

    def several(make: Callable[[], Any]) -> list[Any]:
        return [make() for _ in range(draw(st.integers(0, 2)))]

    def optional(make: Callable[[], Any]) -> Any:
        return make() if draw(st.booleans()) else None

    def one_of(kind: Any) -> str:
        return str(draw(st.sampled_from(get_args(kind))))

    def weapon() -> Json:
        return {
            "evidence": run(),
            "kind": one_of(WeaponKind),
            "quantity": optional(quantity),
            "outcome": one_of(WeaponOutcome),
        }

    def hurt() -> Json:
        return {
            "evidence": run(),
            "outcome": one_of(CasualtyOutcome),
            "quantity": quantity(),
            "who": one_of(Group),
            "place": optional(run),
            "source": optional(run),
        }

    def damage() -> Json:
        return {
            "evidence": run(),
            "object": run(),
            "kind": one_of(DamageKind),
            "extent": one_of(Extent),
            "quantity": optional(quantity),
            "place": optional(run),
        }

    def attack() -> Json:
        return {
            "evidence": run(),
            "kind": one_of(EventKind),
            "context": "other",
            "attacker": optional(run),
            "date_text": optional(run),
            "date": optional(lambda: "2026-11-20"),
            "places": several(run),
            "weapons": several(weapon),
            "casualties": several(hurt),
            "damage": several(damage),
        }

    def quote() -> Json:
        return {"evidence": run(), "speaker": run(), "role": optional(run), "text": run()}

    records = {"events": several(attack), "quotes": several(quote), "notes": several(run)}
    return Article("a", text, "a.txt"), label_of(records)


@given(labelled())
def test_any_label_comes_back_as_it_was(case: tuple[Article, Label]) -> None:
    article, label = case
    task = to_task(article, label)
    for item in task["annotations"][0]["result"]:
        if item["type"] == "labels":
            value = item["value"]
            assert article.text[value["start"] : value["end"]] == value["text"]
            before, after = article.text[: value["start"]][-1:], article.text[value["end"] :][:1]
            assert not (before.isalnum() and value["text"][0].isalnum())
            assert not (after.isalnum() and value["text"][-1].isalnum())
    assert back(article, label) == label


class Unmarked(BaseModel):
    name: str


class Listing(BaseModel):
    """A schema with values beside its records, and records none of whose fields is verbatim."""

    title: Annotated[str, Verbatim()] | None = None
    entries: list[Unmarked] = []


@pytest.mark.parametrize("records", [{"title": "Lahore", "entries": []}, {"entries": [{"name": "Lahore"}]}])
def test_what_label_studio_has_no_place_for_is_refused_or_comes_back(records: Json) -> None:
    head = {"codebook": 1, "article_id": "a", "annotator": "x", "labelled_on": "2026-11-22"}
    article, label = Article("a", LAHORE, "a.txt"), read_label(json.dumps({**head, **records}), Listing)
    with suppress(GoldError):
        task = to_task(article, label)
        assert Reader(Task.of(Listing), (article,), "x", TODAY).labels([task], "tasks") == [label]


class Box(BaseModel):
    name: Annotated[str, Verbatim()]
    boxes: list[Box] = []


class Boxes(BaseModel):
    boxes: list[Box] = []


def test_records_that_are_tied_in_a_circle_are_refused() -> None:
    head = {"codebook": 1, "article_id": "a", "annotator": "x", "labelled_on": "2026-11-22"}
    records = {"boxes": [{"name": "bomb", "boxes": [{"name": "network", "boxes": []}]}]}
    article, label = Article("a", LAHORE, "a.txt"), read_label(json.dumps({**head, **records}), Boxes)
    task = to_task(article, label)
    reader = Reader(Task.of(Boxes), (article,), "x", TODAY)
    assert reader.labels([task], "tasks") == [label]
    (tie,) = [item for item in _results(task) if item["type"] == "relation"]
    _results(task).append({**tie, "from_id": tie["to_id"], "to_id": tie["from_id"]})
    with pytest.raises(GoldError, match=r"\(Box\) is tied in a circle"):
        reader.labels([task], "tasks")
