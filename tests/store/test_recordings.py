"""The written form of a recording: nothing is lost, nothing changes unnoticed."""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.errors import DamagedRecording, StoreError
from extract.models.client import Attempt, Message, Response, TokenLogprob, Usage, canonical_json
from extract.store import recordings
from extract.store.recordings import Written
from tests.handmade import ARTICLE, SYSTEM, request, response, written


def shared_of(shared: Mapping[str, str]) -> recordings.Shared:
    def value(name: str) -> Any:
        return json.loads(shared[name])

    return value


def read(item: Written) -> recordings.Recording:
    return recordings.read(item.line, item.key, "here", shared_of(item.shared))


def test_a_hit_returns_everything_as_recorded() -> None:
    item = written()
    assert recordings.answer(item.line, item.key, "here") == replace(response(), replayed=True)


def test_the_request_comes_back_whole() -> None:
    recording = read(written())
    assert recording.key == request().key
    assert recording.content == request().content
    assert recording.about == request().about
    assert recording.response == replace(response(), replayed=True)


def test_equal_recordings_give_equal_text() -> None:
    reordered = replace(response(), versions=dict(reversed([("a", "1"), ("b", "2")])))
    ordered = replace(response(), versions={"a": "1", "b": "2"})
    assert recordings.written(recordings.recorded(request(), reordered)) == recordings.written(
        recordings.recorded(request(), ordered)
    )
    assert recordings.written(read(written())) == written()


def test_the_digest_is_that_of_the_line_with_an_empty_digest() -> None:
    # The rule in words, recomputed without the module: anybody can check a line.
    line = written().line
    digest = json.loads(line)["sha256"]
    assert hashlib.sha256(line.replace(digest, "").encode()).hexdigest() == digest


def test_long_texts_are_kept_once_beside_the_line() -> None:
    first, second = written(1), written(2)
    assert "Paragraph 1" not in first.line
    assert SYSTEM[:40] not in first.line
    assert "Sentence 1: nine people came." in first.line  # what is this recording's own can be read in it
    assert first.shared == second.shared
    texts = [json.loads(text) for text in first.shared.values()]
    assert SYSTEM in texts
    assert sum("Paragraph 1" in str(text) for text in texts) == 1


def test_an_article_in_another_frame_shares_its_paragraphs() -> None:
    other = request(text=f"{ARTICLE}\n\nA question of another prompt file about this article: who?")
    others = recordings.written(recordings.recorded(other, response())).shared
    common = [text for name, text in others.items() if name in written().shared and "Paragraph" in text]
    assert len(common) == 3


def test_a_flipped_bit_is_never_an_answer() -> None:
    item = written()
    for place in range(len(item.line)):
        line = item.line[:place] + chr(ord(item.line[place]) ^ 1) + item.line[place + 1 :]
        with pytest.raises(DamagedRecording, match=item.key):
            recordings.answer(line, item.key, "store.db")


@pytest.mark.parametrize("length", [0, 50, 100, 150, 400, len(written().line) - 1])
def test_a_cut_line_is_never_an_answer(length: int) -> None:
    item = written()
    with pytest.raises(DamagedRecording, match=rf"{item.key}.*'store\.db'"):
        recordings.answer(item.line[:length], item.key, "store.db")


def test_a_hand_edited_answer_is_never_an_answer() -> None:
    item = written()
    with pytest.raises(DamagedRecording, match="changed after it was written"):
        recordings.answer(item.line.replace("neuf", "onze"), item.key, "here")


def test_a_recording_under_another_key_is_never_an_answer() -> None:
    with pytest.raises(DamagedRecording, match="not a recording of this key"):
        recordings.answer(written(1).line, written(2).key, "here")


def test_a_changed_shared_text_is_found_by_the_key() -> None:
    item = written()
    changed = {name: text.replace("nine people", "five people") for name, text in item.shared.items()}
    with pytest.raises(DamagedRecording, match="its key is not that of its request"):
        recordings.read(item.line, item.key, "here", shared_of(changed))


def test_at_most_five_alternatives_are_kept() -> None:
    top = tuple((f"t{number}", -float(number)) for number in range(20))
    many = replace(response(), attempts=(Attempt("x", logprobs=(TokenLogprob("x", 0.0, top),)),))
    recording = recordings.recorded(request(), many)
    assert recording.response.attempts[0].logprobs[0].top == top[:5]
    assert recordings.trimmed(response()) == response()


def test_a_number_that_json_has_not_is_an_error_not_a_recording() -> None:
    broken = replace(response(), attempts=(Attempt("x", logprobs=(TokenLogprob("x", -math.inf),)),))
    with pytest.raises(StoreError, match="cannot be recorded: a logprob is not finite"):
        recordings.written(recordings.recorded(request(), broken))


def forged(place: str, value: str) -> tuple[str, str]:
    """A line whose digest fits, with other JSON at a place, and its key."""
    data = json.loads(written().line)
    *way, last = [int(step) if step.isdigit() else step for step in place.split("/")]
    target = data
    for step in way:
        target = target[step]
    target[last] = "HERE"
    parts = [f'"{name}":{recordings.json_text(data[name])}' for name in ("response", "about", "request")]
    line = f'{{"key":"{data["key"]}","sha256":"",{",".join(parts)}}}'.replace('"HERE"', value)
    digest = hashlib.sha256(line.encode()).hexdigest()
    return line.replace('"sha256":""', f'"sha256":"{digest}"', 1), data["key"]


DEEP = "[" * 200_000 + "]" * 200_000


@pytest.mark.parametrize(
    "value", ["null", "7", "[]", "{}", '[["x"]]', "NaN", "-1", "1e999", "1" * 400, "1" * 5000, DEEP]
)
@pytest.mark.parametrize(
    "place",
    [
        "response",
        "response/attempts",
        "response/attempts/0",
        "response/attempts/0/text",
        "response/attempts/0/finish_reason",
        "response/attempts/0/usage",
        "response/attempts/0/usage/1",
        "response/attempts/0/cached_input_tokens",
        "response/attempts/0/error",
        "response/attempts/1/logprobs",
        "response/attempts/1/logprobs/tokens",
        "response/attempts/1/logprobs/tokens/0",
        "response/attempts/1/logprobs/logprobs/1",
        "response/attempts/1/logprobs/top/0/1",
        "response/attempts/1/logprobs/top_logprobs/0/1",
        "response/outcome",
        "response/seconds",
        "response/recorded_on",
        "response/versions",
        "response/versions/hand-made",
    ],
)
def test_an_answer_is_of_the_right_form_or_damaged(place: str, value: str) -> None:
    line, key = forged(place, value)
    with contextlib.suppress(DamagedRecording):
        answered = recordings.answer(line, key, "here")
        # The value does fit there (null for no error, 7 for a number), and what was read can be written.
        again = recordings.written(replace(read(written()), response=answered))
        assert recordings.answer(again.line, again.key, "here") == answered


@pytest.mark.parametrize("value", ["null", "[[]]", "7", "NaN", "1e999", "1" * 5000, DEEP])
@pytest.mark.parametrize(
    "place", ["about", "about/unit", "request", "request/messages", "request/messages/0", "request/schema", "request/x"]
)
def test_a_request_that_cannot_be_read_is_damaged(place: str, value: str) -> None:
    line, key = forged(place, value)
    with pytest.raises(DamagedRecording, match=key):
        recordings.read(line, key, "here", shared_of(written().shared))


def test_a_shared_text_that_is_nested_too_deeply_is_damaged() -> None:
    with pytest.raises(DamagedRecording, match=written().key):
        recordings.read(written().line, written().key, "here", lambda name: recordings.parsed(DEEP))


@pytest.mark.parametrize(
    "attempt",
    [
        Attempt("x", usage=Usage(-1, 2)),
        Attempt("x", usage=Usage(1, 10**400)),
        Attempt(["a", "list"]),  # type: ignore[arg-type]
        Attempt("x", finish_reason=None),  # type: ignore[arg-type]
        Attempt("x" * (2**24 + 1)),
    ],
)
def test_what_could_not_be_read_is_not_written(attempt: Attempt) -> None:
    with pytest.raises(StoreError, match="cannot be recorded"):
        recordings.written(recordings.recorded(request(), replace(response(), attempts=(attempt,))))


def test_cached_and_reasoning_tokens_come_back() -> None:
    usage = Usage(812, 25, cached_input_tokens=800, reasoning_tokens=20)
    item = recordings.written(
        recordings.recorded(request(), replace(response(), attempts=(Attempt("x", "stop", usage),)))
    )
    assert recordings.answer(item.line, item.key, "here").usage == usage


def test_tokens_that_are_not_counted_take_no_bytes() -> None:
    assert "cached_input_tokens" not in written().line
    assert "reasoning_tokens" not in written().line


def test_a_request_with_further_fields_comes_back_whole() -> None:
    content = {**request().content, "top_p": 0.9, "reasoning_effort": "low", "grammar": ["x" * 300, {"a": None}]}
    key = hashlib.sha256(canonical_json(content).encode()).hexdigest()
    item = recordings.written(replace(recordings.recorded(request(), response()), key=key, content=content))
    assert read(item).content == content


def test_references_inside_an_answer_are_text() -> None:
    tricky = replace(response(), attempts=(Attempt('{"shared":"0123456789abcdef"}'),))
    item = recordings.written(recordings.recorded(request(), tricky))
    assert set(recordings.references(item.line)) <= set(item.shared)
    assert read(item).response.text == '{"shared":"0123456789abcdef"}'


# Every character a Python string can hold, lone surrogates included: json.loads makes them from a cut emoji.
anything = st.text(st.characters(exclude_categories=()), max_size=300)
logprob = st.floats(-1e300, 0, allow_nan=False, allow_infinity=False)
tokens = st.builds(TokenLogprob, anything, logprob, st.lists(st.tuples(anything, logprob), max_size=5).map(tuple))
attempts = st.builds(
    Attempt,
    anything,
    anything,
    st.builds(Usage, *[st.integers(0, recordings.MAX_TOKENS - 1)] * 4),
    st.lists(tokens, max_size=3).map(tuple),
    st.none() | anything,
)
# A key is made from UTF-8, so a request cannot hold a lone surrogate.
sendable = st.text(max_size=500)


@settings(max_examples=60, deadline=None)
@given(st.lists(attempts, min_size=1, max_size=2), st.lists(sendable, min_size=1, max_size=3))
def test_any_answer_to_any_request_survives(given_attempts: list[Attempt], texts: list[str]) -> None:
    asked = replace(request(), messages=tuple(Message("user", f"{text}\n\n{text}{text}") for text in texts))
    answered = Response(tuple(given_attempts), "ok", 0.5, "2026-11-22")
    item = recordings.written(recordings.recorded(asked, answered))
    item.line.encode()
    assert "\n" not in item.line
    recording = read(item)
    assert recording.response == replace(answered, replayed=True)
    assert recording.content == asked.content
