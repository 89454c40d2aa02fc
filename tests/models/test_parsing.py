"""Model text → validated answer: nothing raises, nothing good is lost, nothing unfinished is passed off as finished."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, RootModel

from extract.models.parsing import Found, find_value, parse
from extract.tasks.attack.schema import Records


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
        f"````json\n{GOOD}\n````",
        f'<think>There is {{"items": []}}, or is there?</think>\n{GOOD}',
        f"<think>\nA first <think>thought</think> and more</think>\n\nHere you are:\n```json\n{GOOD}\n```",
        f"thoughts whose opening the server kept</think>{GOOD}",
        f"<reasoning>{{}}</reasoning> So: {GOOD}. Anything {{else}}?",
    ],
)
def test_json_is_found_where_models_put_it(text: str) -> None:
    assert parse(text, Answer) == parse(GOOD, Answer)
    assert parse(text, Answer).value == VALUE


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('{"items": [{"name": "a",}], "notes": [],}', "a"),
        (r"""{"items": [{"name": "the mayor\'s son"}]}""", "the mayor's son"),
        ('{"items": [{"name": "a"} ], "notes": [{"words": "w"},]}', "a"),
        (r'{"items": [{"name": "5\% of \Q"}]}', r"5\% of \Q"),
        ("{'items': [{'name': 'a', 'part': None}]}", "a"),
        ('{"items": [{"name": "a" "number": 3}]}', "a"),
        ('{"items": [{"name": "\\u00e9 \\n “b”",}]}', "é \n “b”"),
        ('```json\n{"items": [{"name": "a",}]}\n```', "a"),
        ('<think>[1, {"</think>Here: {"items": [{"name": "a",}]} Fine?', "a"),
    ],
)
def test_wrong_syntax_is_mended_and_told(text: str, name: str) -> None:
    found = parse(text, Answer)
    assert found.value is not None
    assert [item.name for item in found.value.items] == [name]
    assert found.repaired
    assert find_value(text) == Found(read_mended(text), repaired=True)


def read_mended(text: str) -> object:
    found = find_value(text)
    assert found is not None
    return found.value


@pytest.mark.parametrize(
    "text",
    [
        '{"items": [{"name": "a"}, {"name": ',  # cut, though nobody says so
        '{"items": [{"name": "a", "number": }]}',  # a value is missing
        '{"items": [{"name": }]}',
        '{"items": [{"name": "a", "number": 007,}]}',  # 7?
        '{"items": [{"name": "a", "number": 1_000,}]}',
        '{"items": [{"name": "a",}], // and so on\n}',
        '{"items": [{"name": "a",}, ...]}',
        '{"items": [{"name": "a",} and {"name": "b"}]}',
        '{"items": [{"name": "a",}]}}',
        '{"items": ["name": "a",]}',
        '{"items": [{"name": "a",}]} {"items": [{"name": "b"}]}',
    ],
)
def test_what_is_more_than_syntax_is_not_guessed(text: str) -> None:
    found = parse(text, Answer)
    assert (found.value, found.repaired) == (None, False)


def test_a_cut_answer_is_never_mended() -> None:
    text = '{"items": [{"name": "a"}, {"name": "b",}]}'
    assert parse(text, Answer).repaired
    assert not parse(text, Answer, cut=True).repaired
    assert items(text, cut=True) is None


@given(st.data())
@settings(max_examples=80, deadline=None)
def test_whatever_is_mended_says_what_was_written(data: st.DataObject) -> None:
    # White space at the end of a string may go.
    words = st.text(
        st.characters(codec="utf-8", exclude_characters='"\\', exclude_categories=("Cc", "Zl", "Zp")), max_size=6
    )
    words = words.map(str.strip)
    item = st.builds(Item, name=words, number=st.integers(-999, 999), tags=st.lists(words, max_size=2))
    whole = data.draw(st.builds(Answer, items=st.lists(item, min_size=1, max_size=3)))
    text = json.dumps(whole.model_dump(), ensure_ascii=data.draw(st.booleans()))
    broken = data.draw(st.sampled_from([text.replace("'", "\\'"), text, text.replace(" [", "  [\n")]))[:-1] + ",}"
    found = parse(broken, Answer)
    assert found.value == whole or found.value is None
    assert found.value is None or found.repaired


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
    (said,) = parse('{"items": [{"name": "a", "number": "x"}, {"name": "b"}]}', Answer).dropped
    assert said.startswith("/items/0: number: Input should be a valid integer")


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


class Cat(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: Literal["cat"]
    lives: int


class Dog(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: Literal["dog"]
    name: str


class Pets(BaseModel):
    pets: list[Cat | Dog]


class TaggedPets(BaseModel):
    pets: list[Annotated[Cat | Dog, Field(discriminator="kind")]]


REX: dict[str, Any] = {"kind": "dog", "name": "Rex"}


@pytest.mark.parametrize("form", [Pets, TaggedPets])
@pytest.mark.parametrize("bad", [{"kind": "cow"}, {"kind": "cat", "lives": "x"}, {"kind": "cat"}, "cat", None])
def test_of_several_types_a_bad_record_costs_only_itself(form: type[BaseModel], bad: Any) -> None:
    found = parse(json.dumps({"pets": [bad, REX]}), form)
    assert found.value == form.model_validate({"pets": [REX]})
    assert len(found.dropped) == 1


def test_of_several_types_an_unknown_key_costs_itself_where_the_type_is_told() -> None:
    text = json.dumps({"pets": [{"kind": "cat", "lives": 9, "tail": 1}, REX]})
    assert parse(text, TaggedPets).dropped == ("/pets/0/tail: Extra inputs are not permitted",)
    assert parse(text, Pets).value == Pets(pets=[Dog(kind="dog", name="Rex")])


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
