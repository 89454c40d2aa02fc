"""Model text → validated answer: nothing raises, nothing good is lost, nothing unfinished is passed off as finished."""

from __future__ import annotations

import json
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, RootModel

from extract.parsing import parse
from extract.schema import Records


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid")

    words: str
    value: int | None = None


class Item(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    number: int = 0
    part: Part | None = None
    tags: list[str] = []
    inner: list[Part] = []


class Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")

    items: list[Item] = []
    notes: list[Part] = []


Choice = RootModel[Literal["killed", "none"]]

GOOD = '{"items": [{"name": "a", "number": 1}], "notes": [{"words": "w"}]}'
VALUE = Answer(items=[Item(name="a", number=1)], notes=[Part(words="w")])


def items(text: str, *, cut: bool = False) -> list[str] | None:
    found = parse(text, Answer, cut=cut).value
    return None if found is None else [item.name for item in found.items]


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        f"  \n{GOOD}\n",
        f"\ufeff{GOOD}",
        f"```json\n{GOOD}\n```",
        f"```\n{GOOD}\n```",
        f"```JSON {GOOD}```",
        f"Sure! Here are the records:\n\n```json\n{GOOD}\n```\nAnything else?",
        f"```json\n{GOOD}",  # the fence was never closed
        f"Sure [as asked]: {GOOD} Anything else?",
        f'First I thought {{"items": []}}, but it is {GOOD}',  # the last one is what the model came to
        f"```json\n{{}}\n```\nNo, rather:\n```json\n{GOOD}\n```",
    ],
)
def test_json_is_found_where_models_put_it(text: str) -> None:
    assert parse(text, Answer) == parse(GOOD, Answer)
    assert parse(text, Answer).value == VALUE


def test_marks_of_a_fence_inside_a_string_are_text() -> None:
    text = json.dumps({"items": [{"name": "```json\n{}\n```"}]})
    assert items(text) == ["```json\n{}\n```"]


@pytest.mark.parametrize(
    ("text", "choice"), [('"killed"', "killed"), (' "none"\n', "none"), ('```\n"none"\n```', "none")]
)
def test_a_choice_is_a_bare_string(text: str, choice: str) -> None:
    found = parse(text, Choice).value
    assert found is not None
    assert found.root == choice


@pytest.mark.parametrize("text", ["killed", '"injured"', "", "null", '["killed"]', '{"answer": "killed"}'])
def test_what_is_no_choice_is_no_answer(text: str) -> None:
    found = parse(text, Choice)
    assert found.value is None
    assert len(found.dropped) == 1


def test_one_bad_record_does_not_cost_its_neighbours() -> None:
    text = '{"items": [{"name": "a"}, {"number": 1}, {"name": "c", "number": "many"}, {"name": "d"}], "notes": [{"words": "w"}]}'
    found = parse(text, Answer)
    assert found.value is not None
    assert [item.name for item in found.value.items] == ["a", "d"]
    assert found.value.notes == [Part(words="w")]
    assert [line.partition(": ")[0] for line in found.dropped] == ["/items/1", "/items/2"]
    assert "Field required" in found.dropped[0]


def test_a_bad_record_inside_a_record_costs_only_itself() -> None:
    inner = '[{"words": "x"}, {"words": "y", "value": 1.5}, "z", {"words": "q"}]'
    found = parse(f'{{"items": [{{"name": "a", "inner": {inner}, "tags": ["t", 3, "u"]}}]}}', Answer)
    assert found.value is not None
    (item,) = found.value.items
    assert [part.words for part in item.inner] == ["x", "q"]
    assert item.tags == ["t", "u"]
    assert sorted(line.partition(": ")[0] for line in found.dropped) == [
        "/items/0/inner/1",
        "/items/0/inner/2",
        "/items/0/tags/1",
    ]


def test_a_bad_part_costs_its_record() -> None:
    text = '{"items": [{"name": "a", "part": {"words": "w", "value": "x"}}, {"name": "b", "part": {"words": "w"}}]}'
    assert items(text) == ["b"]


def test_an_invented_key_costs_only_itself() -> None:
    text = '{"items": [{"name": "a", "mood": "grim", "part": {"words": "w", "unit": "kg"}}], "summary": "short"}'
    found = parse(text, Answer)
    assert found.value == Answer(items=[Item(name="a", part=Part(words="w"))])
    assert sorted(line.partition(": ")[0] for line in found.dropped) == [
        "/items/0/mood",
        "/items/0/part/unit",
        "/summary",
    ]


def test_a_list_that_is_none_costs_only_itself() -> None:
    found = parse('{"items": null, "notes": [{"words": "w"}]}', Answer)
    assert found.value == Answer(notes=[Part(words="w")])
    assert found.dropped[0].startswith("/items: ")


@pytest.mark.parametrize(
    "text",
    [
        '{"error": "I cannot help with that"}',
        '{"items": "none"}',
        '{"words": "a record that stands alone"}',
        '{"items": [{"name": "a"}, {"name": ',  # broken, and not because it was cut
        '{"items": [{}',  # its last whole value is {}, which would be a valid answer
        "[]",
        "I found nothing.",
        "{}" * 3,
    ],
)
def test_what_is_no_answer_is_not_taken_for_an_empty_one(text: str) -> None:
    assert parse(text, Answer).value is None
    assert parse(text, Answer).dropped


def test_an_empty_answer_is_an_answer() -> None:
    assert parse("{}", Answer).value == Answer()
    assert parse('{"items": []}', Answer).dropped == ()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        # Nobody knows whether 12 was going to be 120, nor what a record without its last fields was going to say.
        ('{"items": [{"name": "a", "number": 1}, {"name": "b", "number": 12', ["a"]),
        ('{"items": [{"name": "a"}, {"name": "b"', ["a"]),
        ('{"items": [{"name": "a"}, {"name": "b", "part": {"words": "w"}', ["a"]),
        ('{"items": [{"name": "a"}, {"name": "b", "tags": ["t", "u', ["a"]),
        ('{"items": [{"name": "a"},', ["a"]),
        ('{"items": [{"name": "a"}], "not', ["a"]),
        ('{"items": [{"name": "a"}, {"name": "b [{\\"', ["a"]),  # brackets inside a string count for nothing
        ('{"items": [{"name": "a}]\\\\"}, {"name": "b\\', ["a}]\\"]),
        ('```json\n{"items": [{"name": "a"}, {"na', ["a"]),
        ('Here: {"items": [{"name": "a"}, {"na', ["a"]),
        (GOOD, ["a"]),  # the server says it was cut, and it is whole
        # A record that holds others is kept with those that were finished.
        ('{"items": [{"name": "a", "inner": [{"words": "x"}, {"wor', ["a"]),
        ('{"items": [{"na', None),
        ('{"items": [', None),
        ('{"items', None),
        ('"kil', None),
        ("", None),
    ],
)
def test_a_cut_answer_keeps_what_was_finished(text: str, names: list[str] | None) -> None:
    assert items(text, cut=True) == names


def test_finished_records_inside_the_one_that_was_cut_are_kept() -> None:
    text = '{"items": [{"name": "a", "inner": [{"words": "x", "value": 3}, {"words": "y", "value": 4'
    found = parse(text, Answer, cut=True).value
    assert found == Answer(items=[Item(name="a", inner=[Part(words="x", value=3)])])


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_wherever_an_answer_is_cut_what_is_kept_was_written(data: st.DataObject) -> None:
    numbers = st.integers(-(10**20), 10**20)
    part = st.builds(Part, words=st.text(max_size=5), value=st.none() | numbers)
    item = st.builds(Item, name=st.text(max_size=5), number=numbers, part=st.none() | part,
                     tags=st.lists(st.text(max_size=3), max_size=2), inner=st.lists(part, max_size=2))  # fmt: skip
    whole = data.draw(st.builds(Answer, items=st.lists(item, max_size=3), notes=st.lists(part, max_size=2)))
    text = whole.model_dump_json()
    kept = parse(text[: data.draw(st.integers(0, len(text)))], Answer, cut=True).value
    if kept is None:
        return
    assert kept.notes == whole.notes[: len(kept.notes)]
    assert kept.items[:-1] == whole.items[: max(0, len(kept.items) - 1)]
    for mine, theirs in zip(kept.items[-1:], whole.items[len(kept.items) - 1 : len(kept.items)], strict=True):
        assert mine.model_copy(update={"inner": theirs.inner}) == theirs
        assert mine.inner == theirs.inner[: len(mine.inner)]


@pytest.mark.parametrize(
    "number", ["NaN", "Infinity", "-Infinity", "1e999", "1.5", "9" * 40, "9" * 5000, '"\\ud800"', "true"]
)
def test_a_number_that_is_none_costs_only_its_record(number: str) -> None:
    text = f'{{"items": [{{"name": "a"}}, {{"name": {number}, "number": {number}}}]}}'
    assert items(text) == ["a"]


def test_half_a_character_is_replaced_since_no_file_can_hold_it() -> None:
    assert items('{"items": [{"name": "\\ud83d"}, {"name": "b"}]}') == ["\ufffd", "b"]
    assert items('{"items": [{"name": "\ud83d"}, {"name": "\\uDE00."}]}') == ["\ufffd", "\ufffd."]
    assert items('{"items": [{"name": "\\ud83d\\ude00"}, {"name": "\\\\ud83d"}]}') == ["😀", "\\ud83d"]


def test_control_characters_in_a_string_are_text() -> None:
    assert items('{"items": [{"name": "a\tb\nc"}]}') == ["a\tb\nc"]


def test_of_a_key_written_twice_the_last_counts() -> None:
    assert items('{"items": [{"name": "a", "name": "b"}], "items": [{"name": "c"}]}') == ["c"]


@pytest.mark.parametrize("cut", [False, True])
@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"items":' * 50_000, "[{" * 50_000, '"' * 100_001, "```" * 30_001, "x[" * 100_000]
)
def test_deep_and_huge_nonsense_is_no_answer(text: str, cut: bool) -> None:
    found = parse(text, Answer, cut=cut)
    assert found.value is None
    assert all(len(line) <= 200 and "\n" not in line for line in found.dropped)


def test_thousands_of_records_are_read_and_thousands_of_bad_ones_dropped() -> None:
    rows: list[dict[str, Any]] = [{"name": str(number)} if number % 2 else {"name": number} for number in range(4000)]
    found = parse(json.dumps({"items": rows}), Answer)
    assert found.value is not None
    assert len(found.value.items) == len(found.dropped) == 2000


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["events", "quotes", "kind", "places", "evidence", "x"]), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(st.text() | json_values.map(json.dumps), st.booleans(), st.integers(0, 200))
@settings(max_examples=150, deadline=None)
def test_nothing_that_a_model_can_say_raises(text: str, cut: bool, length: int) -> None:
    for said in (text, text[:length], f"```json\n{text}"):
        for form in (Records, Choice):
            found = parse(said, form, cut=cut)
            assert found.value is None or isinstance(found.value, form)
            assert found.value is not None or found.dropped
            assert found.value is None or found.value.model_dump_json().encode()
