"""Whatever a server sends becomes an answer in one form or a fault: never a crash, never a recording that is damaged."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from typing import Any

import pytest

from eval.benchmarks.misbehaving import Move, calls, misbehaving, says
from extract.errors import ExtractError
from extract.models.attempts import read_answer
from extract.models.client import Attempt, Response, Sampling, Usage
from extract.models.openai_client import OpenAIClient
from extract.models.parsing import parse
from extract.models.transport import NoAnswer, Patience
from extract.store.recordings import recorded, written
from extract.store.vetting import vetted
from tests.models.asked import GOOD, Figure, request

ODD: tuple[Any, ...] = (
    None, True, 0, -3, 3.5, 1e300, float("nan"), float("inf"), 10**400, "", "x", "\ud800", "\x00\x1b[31m", [], [[]], [None],
    {}, {"a": 1}, {"text": 7}, [{"type": "text", "text": GOOD}], [{"type": "image_url"}], {"text": GOOD}, json.loads(GOOD),
    [{"function": {"arguments": {"a": [1]}}}], [{"function": "f"}], [{"token": 5}], {"content": [{"token": "a", "logprob": "b"}]},
    {"content": [{"token": "{", "logprob": -1, "top_logprobs": 7}]}, {"content": [[1], 2]}, "9" * 5000, "é" * 300,
)  # fmt: skip


def whole() -> dict[str, Any]:
    """A completion with everything that one can have."""
    logprobs = [("{", -0.5)]
    body = copy.deepcopy(says(GOOD, logprobs=logprobs).body)
    assert isinstance(body, dict)
    body["choices"][0]["message"] |= {"tool_calls": None, "function_call": None}
    body["usage"] |= {
        "prompt_tokens_details": {"cached_tokens": 1},
        "completion_tokens_details": {"reasoning_tokens": 1},
    }
    return body


def places(node: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Paths of everything in a body."""
    yield path
    for name, value in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        yield from places(value, (*path, name))


def changed(path: tuple[str | int, ...], value: Any) -> Any:
    if not path:
        return value
    body: Any = whole()
    node = body
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = value
    return body


ALL = [changed(path, value) for path in places(whole()) for value in ODD]


def check(response: Response) -> None:
    """What came of a body can be recorded, taken in again, and read."""
    item = written(recorded(request(), response))
    assert vetted(item.line, item.key, "x", lambda name: json.loads(item.shared[name])).key == item.key
    found = parse(response.text, Figure, cut=response.outcome == "cut")
    assert found.value is None or isinstance(found.value, Figure)


def test_every_place_of_a_body_may_hold_anything() -> None:
    assert len(ALL) > 800
    read = 0
    for body in ALL:
        try:
            attempt = read_answer(json.dumps(body), logprobs=5)
        except NoAnswer:
            continue
        read += 1
        assert isinstance(attempt.text, str)
        assert 0 <= attempt.usage.cached_input_tokens <= attempt.usage.input_tokens <= 10**9
        assert 0 <= attempt.usage.reasoning_tokens <= attempt.usage.output_tokens <= 10**9
        assert all(token.logprob <= 0 for token in attempt.logprobs)
        assert len(attempt.finish_reason) <= 40
        check(Response((attempt,), "ok", 0.1, "2026-11-22"))
    assert read > 400


def test_many_bad_habits_of_a_server_end_in_an_answer_or_in_one_line() -> None:
    bodies = random.Random(9).sample(ALL, 160)
    outcomes, faults = [], []
    with misbehaving(*[Move(body=body) for body in bodies for _ in range(2)]) as server:
        client = OpenAIClient("m", "some-model", base_url=server.base_url, patience=Patience(tries=1))
        for index in range(len(bodies)):
            server.asked[:] = [{}] * (2 * index)  # each body twice: an answer that does not fit is asked again
            try:
                response = client.complete(request(sampling=Sampling(max_tokens=50, top_logprobs=2)))
            except ExtractError as error:
                faults.append(str(error))
                outcomes.append(type(error).__name__)
            else:
                check(response)
                outcomes.append(response.outcome)
        client.close()
    assert set(outcomes) == {"ok", "invalid", "TransportError"}
    assert all(len(line.splitlines()) == 1 for line in faults)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (GOOD, GOOD),
        ([{"type": "text", "text": GOOD[:9]}, {"type": "image_url"}, {"type": "text", "text": GOOD[9:]}], GOOD),
        (json.loads(GOOD), json.dumps(json.loads(GOOD))),
        (12, "12"),
        (None, ""),
    ],
)
def test_a_text_may_come_in_parts_or_as_what_it_means(content: object, text: str) -> None:
    assert read_answer(json.dumps(changed(("choices", 0, "message", "content"), content))).text == text


def test_a_message_may_be_a_text_and_an_argument_an_object() -> None:
    assert read_answer(json.dumps(changed(("choices", 0, "message"), GOOD))).text == GOOD
    body = calls("Figure", GOOD).body
    assert isinstance(body, dict)
    assert read_answer(json.dumps(body)).text == GOOD
    body["choices"][0]["message"]["tool_calls"][0]["function"]["arguments"] = json.loads(GOOD)
    assert json.loads(read_answer(json.dumps(body)).text) == json.loads(GOOD)


def test_a_refusal_may_come_as_a_part() -> None:
    parts = [{"type": "refusal", "refusal": "I will not."}]
    attempt = read_answer(json.dumps(changed(("choices", 0, "message", "content"), parts)))
    assert (attempt.text, attempt.error) == ("I will not.", "the model refused: I will not.")


@pytest.mark.parametrize(
    ("usage", "found"),
    [
        ({"prompt_tokens": 9, "completion_tokens": 4}, Usage(9, 4)),
        ({"prompt_tokens": 9.0, "completion_tokens": "4"}, Usage(9, 0)),
        ({"prompt_tokens": -9, "completion_tokens": 10**400}, Usage()),
        ({"prompt_tokens": True, "completion_tokens": None}, Usage()),
        ({"input_tokens": 9, "output_tokens": 4}, Usage(9, 4)),
        ({"prompt_tokens": 9, "completion_tokens": 4, "prompt_cache_hit_tokens": 8}, Usage(9, 4, 8)),
        ({"prompt_tokens": 9, "prompt_tokens_details": {"cached_tokens": 99}}, Usage(9, 0, 9)),
        ({"input_tokens": 9, "output_tokens": 4, "cache_read_input_tokens": 90}, Usage(99, 4, 90)),
        (None, Usage()),
        ([1], Usage()),
    ],
)
def test_counts_that_are_none_are_not_told(usage: object, found: Usage) -> None:
    assert read_answer(json.dumps(changed(("usage",), usage))).usage == found


def test_logprobs_that_were_not_asked_for_are_left_out() -> None:
    assert read_answer(json.dumps(whole())).logprobs == ()
    assert len(read_answer(json.dumps(whole()), logprobs=1).logprobs) == 1


@pytest.mark.parametrize(
    "body", ["", "null", "[]", "[" * 100_000, '{"choices": ' * 5_000, "1" * 5_000, '{"choices": "x"}']
)
def test_a_body_without_a_message_is_no_answer(body: str) -> None:
    with pytest.raises(NoAnswer):
        read_answer(body)


def test_what_a_server_says_instead_of_an_answer_is_told() -> None:
    with pytest.raises(NoAnswer, match="holds no message: overloaded"):
        read_answer('{"choices": null, "error": {"message": "overloaded"}}')


def test_another_providers_answer_has_no_surprises_either() -> None:
    from types import SimpleNamespace

    from extract.models.attempts import read_other

    for odd in ODD:
        block = SimpleNamespace(type="tool_use", input=odd)
        usage = SimpleNamespace(input_tokens=odd, output_tokens=odd, cache_read_input_tokens=odd)
        attempt = read_other(SimpleNamespace(content=[block, odd], stop_reason=odd, usage=usage))
        assert isinstance(attempt, Attempt)
        assert isinstance(attempt.text, str)
        assert read_other(SimpleNamespace(content=odd, stop_reason=odd, usage=odd))
