"""Grammars for answers about a passage, held against the engine itself: no model, a token for each byte."""

from __future__ import annotations

import json
import random
import re
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from extract.models.client import UNDER_GRAMMAR
from extract.prompting.candidates import Candidates, Mention
from extract.prompting.grammars import (
    LONGEST_BY_CHARACTERS,
    LONGEST_BY_WORDS,
    MOST_ITEMS,
    MOST_TOLD,
    MOST_VALUES,
    grammar_of,
    is_piece,
    one_line,
)
from extract.prompting.items import Kind, Slot, kinds_of
from extract.prompting.passages import form_of
from extract.records.marks import Day, Evidence, Verbatim

llguidance: Any = pytest.importorskip("llguidance", reason="pip install '.[dev]'")
TOKENS = llguidance.LLTokenizer("byte")


class Mood(Enum):
    """A closed vocabulary."""

    GLAD = "glad"
    ODD = 'so "so" \\ é'


class Act(BaseModel):
    """One act."""

    evidence: Annotated[str, Evidence()]
    kind: Literal["consult", "aid"]
    actor: Annotated[str, Verbatim()]
    target: Annotated[str | None, Verbatim()] = None
    places: Annotated[list[str], Verbatim()] = []
    mood: Mood | None = None


class Acts(BaseModel):
    """All acts."""

    acts: list[Act] = []


class Odd(BaseModel):
    """Values of every sort."""

    name: str
    count: int
    share: Decimal | None = None
    sure: bool
    levels: list[Literal[1, 2]]


class Odds(BaseModel):
    """All of them."""

    odds: list[Odd] = []


ACTS, ODDS = kinds_of(Acts), kinds_of(Odds)


def accepted(grammar: str, text: str) -> bool:
    """Whether the engine lets a model write this and stop."""
    matcher = llguidance.LLMatcher(TOKENS, grammar)
    assert not matcher.is_error(), matcher.get_error()
    written = list(text.encode())
    return bool(matcher.try_consume_tokens(written) == len(written) and matcher.is_accepting())


def walked(grammar: str, chance: random.Random, most: int = 500) -> str | None:
    """An answer that the engine accepts, written at random, rather ending things; None if it did not end."""
    matcher = llguidance.LLMatcher(TOKENS, grammar)
    assert not matcher.is_error(), matcher.get_error()
    written = bytearray()
    while len(written) < most:
        allowed = [token for token, bias in enumerate(matcher.compute_logit_bias()) if bias]
        if matcher.is_accepting() and (chance.random() < 0.1 or allowed == [TOKENS.eos_token]):
            return written.decode()
        allowed = [token for token in allowed if token < 256]
        ends = [token for token in allowed if token in b'"],']
        token = chance.choice(ends if ends and chance.random() < 0.4 else allowed)
        assert matcher.consume_token(token)
        written.append(token)
    return None


def only_answer(grammar: str | None) -> str | None:
    """What is written where there is never a choice; None where there is one."""
    answers = {walked(grammar or "", random.Random(seed)) for seed in range(20)}
    return answers.pop() if len(answers) == 1 else None


def verbatim(answer: dict[str, list[list[Any]]]) -> list[str]:
    """The verbatim values of items of acts."""
    values = [value for item in answer["Act"] for value in (item[1], item[2], *item[3])]
    return [value for value in values if value is not None]


# quotes, backslashes, emoji, line ends, both directions, combining marks, scripts without spaces, halves
ODD_CHARACTERS = (
    "\"'\\/ \n\r\t\x00\x07\x7f\x85\u2028\u200b\u200f\u202e\u0301\u0e33é😀👩‍🚀ש א\u05b0العَ漢字かなไทยab1.,-[]{}nu0022"
)
TEXTS = st.one_of(
    st.text(max_size=60),
    st.text(ODD_CHARACTERS, max_size=60),
    st.text('ab "\\n\n', max_size=30),
)
HARD = settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])


@HARD
@given(TEXTS, st.integers(0, 2**32))
@example('He said \\"yes\\" to C:\\new "names"', 7)
@example("\\", 0)
@example('""', 1)
@example("", 2)
@example('"²', 2)
@example("שלום\nעולם e\u0301é 😀", 3)
def test_whatever_is_written_under_a_grammar_is_a_piece_of_its_passage(text: str, seed: int) -> None:
    passage = one_line(text)
    grammar = grammar_of(ACTS, passage)
    assert grammar is not None
    form = form_of(ACTS, passage)
    chance = random.Random(seed)
    for _ in range(4):
        answer = walked(grammar, chance)
        if answer is None:
            continue
        assert all(is_piece(value, passage) for value in verbatim(json.loads(answer))), answer
        form.model_validate_json(answer, context={"under grammar": True})


@HARD
@given(TEXTS, st.text(ODD_CHARACTERS, max_size=12), st.integers(0, 60), st.integers(1, 12), st.booleans())
def test_what_is_not_in_the_passage_is_never_accepted(text: str, other: str, at: int, size: int, escaped: bool) -> None:
    """Candidates that come near: pieces cut anywhere, also inside an escape, and pieces with something else in them."""
    passage = one_line(text)
    grammar = grammar_of(ACTS, passage)
    assert grammar is not None
    spelt = json.dumps(passage, ensure_ascii=False)[1:-1] if escaped else passage
    for candidate in (spelt[at : at + size], spelt[at : at + size] + other, other):
        try:
            written = f'{{"Act":[["aid","{candidate}",null,[],null]]}}'.encode().decode()
            value = json.loads(written)["Act"][0][1]
        except (ValueError, IndexError):
            written, value = json.dumps({"Act": [["aid", candidate, None, [], None]]}, separators=(",", ":")), candidate
        if one_line(candidate) != candidate or not isinstance(value, str):
            continue
        assert not accepted(grammar, written) or is_piece(value, passage), written


@pytest.mark.parametrize(
    "piece", ["Kaja Kallas", "two (2) envoys", "don’t", "the ‘deal’ in", "e\u0301migre\u0301s", "漢字", "😀 שלום"]
)
def test_what_is_in_the_passage_can_be_written(piece: str) -> None:
    passage = f"Then {json.loads(chr(34) + piece + chr(34))} were there."
    grammar = grammar_of(ACTS, passage)
    assert grammar is not None
    assert accepted(grammar, f'{{"Act":[["aid","{piece}",null,["{piece}"],"glad"]]}}')


@pytest.mark.parametrize(
    "said", ['"They want us to leave," he said.', "“They want us to leave,” he said.", "«They want us to leave,» he"]
)
def test_what_stands_between_quotation_marks_can_be_written_and_nothing_across_them(said: str) -> None:
    grammar = grammar_of(ACTS, said)
    assert grammar is not None
    assert accepted(grammar, '{"Act":[["aid","They want us to leave,",null,[],null]]}')
    across = json.dumps(said[1:30], ensure_ascii=False)
    assert not accepted(grammar, f'{{"Act":[["aid",{across},null,[],null]]}}')


@pytest.mark.parametrize("word", ["Kall", "allas", "", " ", "Kallas ", ", met", "kallas", "K\\u0061llas"])
def test_no_part_of_a_word_and_no_other_spelling(word: str) -> None:
    grammar = grammar_of(ACTS, "Kaja Kallas, met Kallas them.")
    assert grammar is not None
    assert not accepted(grammar, f'{{"Act":[["aid","{word}",null,[],null]]}}')


def test_scripts_that_do_not_part_words_are_cut_anywhere() -> None:
    grammar = grammar_of(ACTS, "外交部长王毅会见了他。")
    assert grammar is not None
    assert accepted(grammar, '{"Act":[["consult","王毅",null,[],null]]}')
    assert not accepted(grammar, '{"Act":[["consult","王见",null,[],null]]}')


def test_vocabularies_numbers_and_lists_are_closed() -> None:
    grammar = grammar_of(ODDS, "x")
    assert grammar is not None
    assert accepted(grammar, '{"Odd":[["any word",-3,0.5,true,[1,2]]]}')
    assert accepted(grammar, '{"Odd":[["é",0,null,false,[]]]}')
    for wrong in ('"x",03,null,true,[]', '"x",1,null,"true",[]', '"x",1.5,null,true,[]', '"",1,null,true,[]'):
        assert not accepted(grammar, f'{{"Odd":[[{wrong}]]}}')
    assert not accepted(grammar, '{"Odd":[["x",1,null,true,[3]]]}')
    assert accepted(grammar_of(ACTS, "a") or "", json.dumps({"Act": [["aid", "a", None, [], Mood.ODD.value]]}, separators=(",", ":"), ensure_ascii=False))  # fmt: skip


def test_lists_end() -> None:
    grammar = grammar_of(ACTS, "a")
    assert grammar is not None
    item = '["aid","a",null,[],null]'
    places = f'["aid","a",null,[{",".join(["""“""".replace("“", chr(34) + "a" + chr(34))] * (MOST_VALUES + 1))}],null]'
    assert accepted(grammar, f'{{"Act":[{",".join([item] * MOST_ITEMS)}]}}')
    assert not accepted(grammar, f'{{"Act":[{",".join([item] * (MOST_ITEMS + 1))}]}}')
    assert not accepted(grammar, f'{{"Act":[{places}]}}')


@pytest.mark.parametrize("passage", ["", ' "\\" ', "   ", ":", "² – ½"])
def test_a_passage_without_words_has_no_records(passage: str) -> None:
    assert only_answer(grammar_of(ACTS, passage)) == '{"Act":[]}'


def test_a_passage_that_the_engine_cannot_hold_has_no_grammar() -> None:
    words = "word " * (LONGEST_BY_WORDS // 5)
    assert grammar_of(ACTS, words) is not None
    assert grammar_of(ACTS, f"{words}x") is None
    assert grammar_of(ACTS, "字" * LONGEST_BY_CHARACTERS) is not None
    assert grammar_of(ACTS, "字" * (LONGEST_BY_CHARACTERS + 1)) is None


def test_the_engine_takes_the_longest_passages() -> None:
    chance = random.Random(1)
    words = " ".join(f"w{chance.randrange(10**6)}" for _ in range(2000))[:LONGEST_BY_WORDS]
    signs = "".join(chr(0x4E00 + chance.randrange(20000)) for _ in range(LONGEST_BY_CHARACTERS))
    for passage, piece in ((words, re.findall(r"w\d+ w\d+", words)[-1]), (signs, signs[1500:1510])):
        assert accepted(grammar_of(ACTS, passage) or "", f'{{"Act":[["aid","{piece}",null,[],null]]}}')


def test_offsets_stay_where_control_characters_become_spaces() -> None:
    text = "a\r\nb\u2028c\x00d\ud800e é"
    assert one_line(text) == "a  b c d e é"


def test_every_value_of_the_schema_has_a_slot() -> None:
    def shown(slot: Slot) -> tuple[str, str, bool, bool]:
        return slot.name, slot.sort, slot.many, slot.optional

    assert [shown(slot) for slot in ACTS[0].slots] == [
        ("kind", "choice", False, False),
        ("actor", "piece", False, False),
        ("target", "piece", False, True),
        ("places", "piece", True, False),
        ("mood", "choice", False, True),
    ]


# Under candidates


class Toll(BaseModel):
    """One figure."""

    evidence: Annotated[str, Evidence()]
    outcome: Literal["killed", "injured"]
    words: Annotated[str, Verbatim("number")]
    source: Annotated[str | None, Verbatim("person", "organisation")] = None
    day: Annotated[str | None, Verbatim("time")] = None
    date: Annotated[str | None, Day("day")] = None
    places: Annotated[list[str], Verbatim("place")] = []


class Tolls(BaseModel):
    """All of them."""

    tolls: list[Toll] = []


TOLLS = kinds_of(Tolls)
PASSAGE = "At least 12 died and 30 were hurt in Dorvan and Quill, Ada Brandt said."


def mentions(passage: str, *texts: str) -> tuple[Mention, ...]:
    """Where texts stand, in this order."""
    return tuple(Mention(passage.index(text), passage.index(text) + len(text), text) for text in texts)


SEEN: Candidates = {
    "number": mentions(PASSAGE, "At least 12", "12", "30"),
    "person": mentions(PASSAGE, "Ada Brandt"),
    "place": mentions(PASSAGE, "Dorvan", "Quill"),
}


NOT_30 = '["30",null]'


def toll(words: str, source: str = "null", day: str = "null", date: str = "null", places: str = "[]") -> str:
    """An item, its values as JSON."""
    return f'[{words},"killed",{source},{day},{date},{places}]'


@pytest.mark.parametrize(
    ("items", "right"),
    [
        ([toll('"At least 12"'), NOT_30], True),
        ([toll('"12"', '"Ada Brandt"', places='["Dorvan","Quill"]'), NOT_30], True),
        ([toll('"At least 12"'), toll('"30"')], True),
        (['["At least 12",null]', toll('"30"')], True),
        (['["12",null]', NOT_30], True),
        ([], False),  # each number is told
        ([toll('"12"')], False),
        ([toll('"30"')], False),
        ([toll('"12"'), NOT_30, NOT_30], False),
        ([toll('"12"'), '["12",null]', NOT_30], False),
        ([toll('"least 12"'), NOT_30], False),  # a piece of the passage, but no number that anybody read in it
        ([toll('"12"'), toll('"30"', '"Dorvan"')], False),  # no person
        ([toll('"30"'), toll('"12"')], False),  # not in the order of the text
        ([toll('"12"'), toll('"30"'), toll('"30"')], False),  # the same twice
        ([toll('"At least 12"'), toll('"12"'), NOT_30], False),  # the same words twice, in part
        ([toll('"12"'), toll('"30"', places='["Quill","Dorvan"]')], False),
        ([toll('"12"'), toll('"30"', places='["Quill","Quill"]')], False),
        ([toll('"12"'), toll('"30"', date='"2026-01-02"')], False),  # no words that give a day
    ],
)
def test_values_that_say_what_they_are_are_candidates_in_text_order(items: list[str], right: bool) -> None:
    assert accepted(grammar_of(TOLLS, PASSAGE, SEEN) or "", f'{{"Toll":[{",".join(items)}]}}') is right


def test_the_same_words_can_begin_as_many_items_as_are_allowed() -> None:
    grammar = grammar_of(TOLLS, PASSAGE, SEEN, 2) or ""
    for times, right in ((1, True), (2, True), (3, False)):
        assert accepted(grammar, f'{{"Toll":[["12",null],{",".join([toll(THIRTY)] * times)}]}}') is right


def test_a_phrase_that_is_a_number_by_the_way_may_be_passed_over() -> None:
    passage = "A nurse and 12 guards died at a bridge."
    seen: Candidates = {"number": mentions(passage, "A nurse", "12 guards", "12", "a bridge")}
    grammar = grammar_of(TOLLS, passage, seen) or ""
    nurse, guards, bridge = (toll(f'"{words}"') for words in ("A nurse", "12", "a bridge"))
    for items in ([guards], [nurse, guards], [guards, bridge], [nurse, guards, bridge], ['["A nurse",null]', guards]):
        assert accepted(grammar, f'{{"Toll":[{",".join(items)}]}}')
    for items in ([], [nurse], [bridge], [nurse, bridge]):
        assert not accepted(grammar, f'{{"Toll":[{",".join(items)}]}}')


def test_a_number_is_no_item_once_also_where_nobody_asks() -> None:
    grammar = grammar_of(TOLLS, PASSAGE, SEEN, 2) or ""
    for again in ([NOT_30, NOT_30], [toll(THIRTY), NOT_30], [NOT_30, toll(THIRTY)]):
        assert not accepted(grammar, f'{{"Toll":[["12",null],{",".join(again)}]}}')
    free = grammar_of(TOLLS, PASSAGE) or ""  # nobody knows its numbers, and the examples show that some are none
    assert accepted(free, f'{{"Toll":[{NOT_30},{toll(THIRTY)}]}}')


@pytest.mark.parametrize(("kinds", "item"), [(ACTS, '["aid","Orm",null,[],null]'), (TOLLS, toll('"12"'))])
def test_at_least_one_item_can_be_asked_for(kinds: tuple[Kind, ...], item: str) -> None:
    passage = "Orm gave 12."
    seen: Candidates = {"number": mentions(passage, "12"), "phrase": mentions(passage, "Orm")}
    tag = kinds[0].tag
    grammar = grammar_of(kinds, passage, seen, some=[tag]) or ""
    assert accepted(grammar, f'{{"{tag}":[{item}]}}')
    assert not accepted(grammar, f'{{"{tag}":[]}}')
    none = grammar_of(kinds, passage, {"number": ()}, some=[tag]) or ""
    assert accepted(none, f'{{"{tag}":[{item}]}}') is (kinds is ACTS)
    assert accepted(grammar_of(kinds, passage, seen, some=["Other"]) or "", f'{{"{tag}":[]}}') is (kinds is ACTS)


def test_too_many_numbers_are_not_all_told() -> None:
    passage = " ".join(str(number) for number in range(10, 11 + MOST_TOLD))
    few, many = (
        grammar_of(TOLLS, text, {"number": mentions(text, *text.split())}) or ""
        for text in (passage.removesuffix(f" {10 + MOST_TOLD}"), passage)
    )
    assert accepted(many, '{"Toll":[]}')
    assert not accepted(few, '{"Toll":[]}')


class Pair(BaseModel):
    """A number with one value beside, which may be null."""

    words: Annotated[str, Verbatim("number")]
    place: Annotated[str | None, Verbatim("place")] = None


class Pairs(BaseModel):
    """All of them."""

    pairs: list[Pair] = []


def test_a_number_that_is_no_item_is_told_from_an_item_of_two_values() -> None:
    kinds = kinds_of(Pairs)
    seen: Candidates = {"number": mentions(PASSAGE, "12", "30")}
    answer = '{"Pair":[["12",null],["30",null,null]]}'
    assert accepted(grammar_of(kinds, PASSAGE, seen) or "", answer)
    read = form_of(kinds, PASSAGE, seen).model_validate_json(answer, context=UNDER_GRAMMAR)
    assert read.rows() == [["Pair", "12", None]]
    with pytest.raises(ValidationError, match="no number of the passage"):
        form_of(kinds, PASSAGE, seen).model_validate_json('{"Pair":[["hurt",null,null]]}', context=UNDER_GRAMMAR)


THIRTY = '"30"'


def test_a_record_that_needs_a_number_is_not_made_of_a_passage_without_one() -> None:
    assert only_answer(grammar_of(TOLLS, PASSAGE, {"person": SEEN["person"]})) == '{"Toll":[]}'


@HARD
@given(st.lists(st.text("ab1 ,.'é漢😀", min_size=1, max_size=6), max_size=8), st.integers(1, 2), st.integers(0, 2**32))
def test_whatever_is_written_under_candidates_is_one_of_them(words: list[str], repeats: int, seed: int) -> None:
    passage = " ".join(words)
    places = [
        (at, at + len(word)) for at, word in ((sum(map(len, words[:n])) + n, word) for n, word in enumerate(words))
    ]
    seen = tuple(Mention(start, end, passage[start:end]) for start, end in places)
    candidates: Candidates = {"number": seen, "person": seen[::2], "place": seen[1::2], "time": seen[::3]}
    grammar = grammar_of(TOLLS, passage, candidates, repeats)
    form = form_of(TOLLS, passage, candidates, repeats)
    answer = walked(grammar or "", random.Random(seed), 2000)
    if answer is not None:
        form.model_validate_json(answer, context={"under grammar": True})
        anchors = [item[0] for item in json.loads(answer)["Toll"]]
        texts = [mention.text for mention in seen]
        assert all(anchors.count(text) <= repeats * texts.count(text) for text in anchors)
