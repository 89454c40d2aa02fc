"""Clients of real models, against a real loopback server that misbehaves on purpose.

The waits between tries go into a list instead of passing.
"""

from __future__ import annotations

import base64
import json
import logging
import re
import threading
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler
from types import SimpleNamespace
from typing import Literal

import openai
import pytest
from instructor import Mode, Provider
from instructor.core import ConfigurationError, ModeError
from pydantic import BaseModel, ConfigDict, RootModel

from extract.errors import ModelUnavailable, TransportError
from extract.models.asking import Dialect, closed, refused_parameter
from extract.models.attempts import Transcript, inner_value, read_other
from extract.models.client import Attempt, Client, Message, Request, Sampling, TokenLogprob, Usage
from extract.models.confidence import choice_shares
from extract.models.openai_client import Line, OpenAIClient, ProviderClient
from extract.models.parsing import parse
from extract.models.transport import Patience
from extract.spec import AnswerMode, option_name
from tests.misbehaving import MisbehavingServer, Move, calls, fails, misbehaving, says


class Figure(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    outcome: Literal["killed", "injured"]
    number: int


Outcome = RootModel[Literal["killed", "injured"]]

SHORT = Sampling(max_tokens=50)
GOOD = '{"outcome":"killed","number":8}'


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def patience(self, tries: int = 4) -> Patience:
        return Patience(tries, 300.0, 1.0, 30.0, self.sleep, lambda: self.now, lambda: 1.0)


def request(answer: type[BaseModel] = Figure, sampling: Sampling = SHORT) -> Request:
    messages = (Message("system", "Classify {{ figures }}."), Message("user", "“Eight” were killed"))
    return Request("some-model", messages, answer, sampling)


@contextmanager
def client_of(
    server: MisbehavingServer,
    time: Time,
    *,
    dialect: Dialect = "openai",
    timeout: float = 5.0,
    key: str | None = None,
    tries: int = 4,
    warn: Callable[[str], None] = lambda line: None,
) -> Generator[OpenAIClient, None, None]:
    client = OpenAIClient(
        "m-1", "some-model", base_url=server.base_url, api_key=key, dialect=dialect, timeout=timeout,
        patience=time.patience(tries), warn=warn,
    )  # fmt: skip
    try:
        yield client
    finally:
        client.close()


def test_an_answer_is_kept_as_it_came() -> None:
    text = '{"outcome": "killed",\n "number": 8}'
    time = Time()
    with misbehaving(says(text, tokens=(11, 5))) as server, client_of(server, time) as client:
        response = client.complete(request())
        assert isinstance(client, Client)
    assert response.outcome == "ok"
    assert response.text == text
    assert response.attempts[0].finish_reason == "stop"
    assert response.attempts[0].error is None
    assert response.usage == Usage(11, 5)
    assert {"instructor", "openai"} <= set(response.versions)
    assert not response.replayed


def test_what_is_sent_is_the_request_and_nothing_of_the_adapter() -> None:
    with misbehaving(says(GOOD)) as server, client_of(server, Time(), key="sk-x") as client:
        client.complete(request(sampling=Sampling(0.5, 17, 50, 4)))
    (sent,) = server.asked
    assert sent.pop("response_format") == {
        "type": "json_schema",
        "json_schema": {"name": "Figure", "schema": request().schema},
    }
    assert sent == {
        "model": "m-1",
        "messages": [
            {"role": "system", "content": "Classify {{ figures }}."},  # no template is filled in
            {"role": "user", "content": "“Eight” were killed"},
        ],
        "temperature": 0.5,
        "seed": 17,
        "max_tokens": 50,
        "logprobs": True,
        "top_logprobs": 4,
    }
    assert server.keys == ["Bearer sk-x"]
    assert server.paths == ["/v1/chat/completions"]


def test_a_key_from_the_environment_goes_to_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    with misbehaving(says(GOOD)) as server, client_of(server, Time()) as client:
        client.complete(request())
    assert "sk-secret" not in str(server.keys)


def test_the_embedded_server_gets_grammar_hints_and_bare_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    # A proxy that nobody runs: were it asked, nothing would be answered.
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    with misbehaving(says('"killed"')) as server, client_of(server, Time(), dialect="llama") as client:
        asked = request(Outcome)
        response = client.complete(asked)
    schema = server.asked[0]["response_format"]["json_schema"]["schema"]
    assert schema["x-guidance"] == {"whitespace_flexible": False}
    assert schema["enum"] == ["killed", "injured"]
    assert "x-guidance" not in asked.schema
    assert (response.outcome, response.text) == ("ok", '"killed"')


def test_other_servers_are_asked_for_an_object_and_its_value_is_kept() -> None:
    moves = says('{ "answer" : "killed" }', logprobs=[("{", -0.1)])
    with misbehaving(moves) as server, client_of(server, Time()) as client:
        response = client.complete(request(Outcome))
    schema = server.asked[0]["response_format"]["json_schema"]["schema"]
    assert schema["type"] == "object"
    assert schema["required"] == ["answer"]
    assert schema["additionalProperties"] is False
    assert (response.outcome, response.text) == ("ok", '"killed"')


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"answer":"a\\u00e9 }"}', '"a\\u00e9 }"'),
        (' {"answer":\n[1, 2]} ', "[1, 2]"),
        ('{"\\u0061nswer": "é"}', '"é"'),
    ],
)
def test_the_inner_value_is_the_bytes_of_the_model(text: str, value: str) -> None:
    assert inner_value(Attempt(text)).text == value


def test_objects_are_closed_unless_they_say_so() -> None:
    # Without this the embedded model was seen to invent keys "c", "d", "e"… up to its token limit.
    schema = {
        "properties": {
            "a": {"properties": {"b": {"type": "string"}}},
            "c": {"additionalProperties": True, "properties": {}},
        },
        "$defs": {"D": {"type": "array", "prefixItems": [{"properties": {}}]}},
    }
    assert closed(schema) == {
        "additionalProperties": False,
        "properties": {
            "a": {"additionalProperties": False, "properties": {"b": {"type": "string"}}},
            "c": {"additionalProperties": True, "properties": {}},
        },
        "$defs": {"D": {"type": "array", "prefixItems": [{"additionalProperties": False, "properties": {}}]}},
    }


def test_logprobs_are_kept_per_token() -> None:
    moves = says(GOOD, logprobs=[('{"', -0.25), ("outcome", -1.5)])
    with misbehaving(moves) as server, client_of(server, Time()) as client:
        response = client.complete(request(sampling=Sampling(top_logprobs=1)))
    assert response.attempts[0].logprobs == (
        TokenLogprob('{"', -0.25, (("x", -9.0),)),
        TokenLogprob("outcome", -1.5, (("x", -9.0),)),
    )


def test_logprobs_that_do_not_come_are_no_fault() -> None:
    with misbehaving(says(GOOD)) as server, client_of(server, Time()) as client:
        response = client.complete(request(sampling=Sampling(top_logprobs=5)))
    assert (response.outcome, response.attempts[0].logprobs) == ("ok", ())


# Answers that do not fit


def test_a_wrong_answer_is_asked_again_once_with_the_error() -> None:
    wrong = '{"outcome":"wounded","number":8}'
    time = Time()
    with (
        misbehaving(says(wrong, tokens=(10, 4)), says(GOOD, tokens=(30, 5))) as server,
        client_of(server, time) as client,
    ):
        response = client.complete(request())
    assert response.outcome == "ok"
    assert [attempt.text for attempt in response.attempts] == [wrong, GOOD]
    # per attempt, not summed up as instructor does in place
    assert [attempt.usage for attempt in response.attempts] == [Usage(10, 4), Usage(30, 5)]
    assert response.attempts[0].error == "/outcome: Input should be 'killed' or 'injured'"
    assert response.attempts[1].error is None
    reasked = server.asked[1]["messages"]
    assert reasked[:2] == server.asked[0]["messages"]
    assert reasked[2] == {"role": "assistant", "content": wrong}
    assert "Input should be 'killed' or 'injured'" in reasked[3]["content"]
    assert sum(time.slept) == 0


@pytest.mark.parametrize("text", ["no JSON at all", "half a \ud800", '{"outcome":"killed"', "", '"killed"', None])
def test_an_answer_that_never_fits_is_an_outcome_after_two_tries(text: str | None) -> None:
    with misbehaving(says(text)) as server, client_of(server, Time()) as client:
        response = client.complete(request())
    assert response.outcome == "invalid"
    assert [attempt.text for attempt in response.attempts] == [text or ""] * 2
    assert all(attempt.error for attempt in response.attempts)
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    ("move", "text", "error"),
    [
        (says(None, refusal="I cannot help"), "I cannot help", "the model refused: I cannot help"),
        (says("", refusal="I\ncannot"), "I\ncannot", "the model refused: I cannot"),
        (
            says("", finish_reason="content_filter"),
            "",
            "stopped by a filter of the server (finish reason 'content_filter')",
        ),
        (says('{"outc', finish_reason="content_filter"), '{"outc', 'stopped by a filter .*: {"outc'),
    ],
)
def test_a_refusal_is_told_in_its_own_words_and_not_asked_again(move: Move, text: str, error: str) -> None:
    with misbehaving(move) as server, client_of(server, Time()) as client:
        response = client.complete(request())
        assert len(server.asked) == 1
    assert (response.outcome, response.text) == ("invalid", text)
    assert re.match(error.replace("(", r"\(").replace(")", r"\)"), response.attempts[0].error or "")


@pytest.mark.parametrize(
    "text",
    [
        f"Here you are:\n```json\n{GOOD}\n```\nAnything {{else}}?",
        f"````json\n{GOOD}\n````",
        f"<think>{{}} or not?</think>\n{GOOD}",
        f"The answer is {GOOD}",
        GOOD.replace("8}", "8,}"),
        '{"outcome":"killed",\n\t"number":8}',
    ],
)
def test_a_good_answer_in_bad_clothes_is_not_asked_for_again(text: str) -> None:
    with misbehaving(says(text)) as server, client_of(server, Time()) as client:
        response = client.complete(request())
        assert len(server.asked) == 1
    assert (response.outcome, response.text) == ("ok", text)
    assert parse(response.text, Figure).value == Figure(outcome="killed", number=8)


def test_a_raw_line_end_in_a_string_is_text() -> None:
    class Words(BaseModel):
        words: str

    with misbehaving(says('{"words": "a\nb"}')) as server, client_of(server, Time()) as client:
        response = client.complete(request(Words))
    assert (response.outcome, len(response.attempts)) == ("ok", 1)
    assert parse(response.text, Words).value == Words(words="a\nb")


def test_cached_and_reasoning_tokens_are_kept() -> None:
    move = says(GOOD, tokens=(1000, 300))
    assert isinstance(move.body, dict)
    move.body["usage"] |= {
        "prompt_tokens_details": {"cached_tokens": 900},
        "completion_tokens_details": {"reasoning_tokens": 200},
    }
    with misbehaving(move) as server, client_of(server, Time()) as client:
        assert client.complete(request()).usage == Usage(1000, 300, 900, 200)


def test_the_logprobs_of_a_value_inside_an_object_are_those_of_the_value() -> None:
    tokens = [('{"', -0.1), ("answer", -0.1), ('":', -0.1), (' "k', -0.2), ("illed", -0.3), ('"}', -0.4)]
    with misbehaving(says('{"answer": "killed"}', logprobs=tokens)) as server, client_of(server, Time()) as client:
        (attempt,) = client.complete(request(Outcome, Sampling(max_tokens=50, top_logprobs=2))).attempts
    assert attempt.text == '"killed"'
    assert [(token.token, token.logprob) for token in attempt.logprobs] == [('"k', -0.2), ("illed", -0.3), ('"', -0.4)]
    assert choice_shares(attempt.logprobs, "killed", ("killed", "injured"))["killed"] > 0.6


def test_answers_before_a_fault_that_stays_are_told_with_it() -> None:
    with (
        misbehaving(says("{}", tokens=(10, 4)), fails(503)) as server,
        client_of(server, Time()) as client,
        pytest.raises(TransportError) as caught,
    ):
        client.complete(request())
    assert [attempt.usage for attempt in caught.value.attempts] == [Usage(10, 4)]


def test_a_cut_answer_is_not_asked_again() -> None:
    with misbehaving(says('{"outcome":"kil', finish_reason="length")) as server, client_of(server, Time()) as client:
        response = client.complete(request())
    assert (response.outcome, response.text) == ("cut", '{"outcome":"kil')
    assert response.attempts[0].finish_reason == "length"
    assert "50 tokens" in str(response.attempts[0].error)
    assert len(server.asked) == 1


def test_a_cut_second_answer_is_cut() -> None:
    with misbehaving(says("{}"), says("{", finish_reason="length")) as server, client_of(server, Time()) as client:
        response = client.complete(request())
    assert (response.outcome, len(response.attempts)) == ("cut", 2)


def test_a_fault_between_two_answers_does_not_ask_the_first_again() -> None:
    with misbehaving(says("{}"), fails(503), says(GOOD)) as server, client_of(server, Time()) as client:
        response = client.complete(request())
    assert (response.outcome, len(response.attempts)) == ("ok", 2)
    assert server.asked[2] == server.asked[1]
    assert len(server.asked[2]["messages"]) == 4


def test_nothing_of_the_answer_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    with misbehaving(says("secret words")) as server, client_of(server, Time()) as client:
        root = logging.getLogger()
        handlers, root.handlers = root.handlers, []  # as in a program that never configured logging
        try:
            client.complete(request())
        finally:
            root.handlers = handlers
    assert capfd.readouterr() == ("", "")


# Faults of the transport


@pytest.mark.parametrize(
    "fault",
    [
        fails(429),
        fails(500),
        fails(503, "Loading model"),
        fails(529),
        Move(body=b'{"id": "1", "choices": [', cut_at=10),
        Move(body=b'{"id": "1", "choices": ['),
        Move(body=b""),
        Move(body=b"<html>busy</html>", content_type="text/html"),
        Move(body={"id": "1", "choices": []}),
        Move(body={"id": "1", "choices": [{"index": 0, "finish_reason": "stop"}]}),
        Move(body={}),
        Move(cut_at=0),
    ],
    ids=["429", "500", "503", "529", "half a body", "half a JSON", "empty", "a page", *("no choice",) * 3, "closed"],
)
def test_a_fault_that_passes_is_not_seen(fault: Move) -> None:
    time = Time()
    with misbehaving(fault, fault, says(GOOD)) as server, client_of(server, time) as client:
        response = client.complete(request())
    assert response.outcome == "ok"
    assert len(response.attempts) == 1
    assert server.asked[0] == server.asked[2]
    assert time.slept == [1.0, 2.0]  # jitter is 1 here: no part of the pause is saved


def test_a_fault_that_stays_is_one_line_with_the_host_and_without_the_key() -> None:
    time = Time()
    with misbehaving(fails(500, "broken\nfor sk-abc")) as server, client_of(server, time, key="sk-abc") as client:
        with pytest.raises(TransportError) as caught:
            client.complete(request())
        assert len(server.asked) == 4
    assert str(caught.value).startswith("127.0.0.1 answered 500 4 times")
    assert "\n" not in str(caught.value)
    assert "sk-abc" not in str(caught.value)
    assert time.slept == [1.0, 2.0, 4.0]


def test_a_server_that_hangs_is_left_after_the_time_limit() -> None:
    with (
        misbehaving(Move(hang=True)) as server,
        client_of(server, Time(), timeout=0.05) as client,
        pytest.raises(TransportError, match=r"gave no proper answer 4 times.*timed out"),
    ):
        client.complete(request())


def test_nobody_there() -> None:
    with misbehaving(says(GOOD)) as server:
        pass
    with (
        client_of(server, Time()) as client,
        pytest.raises(TransportError, match=r"127\.0\.0\.1 gave no proper answer"),
    ):
        client.complete(request())


def test_that_a_server_is_away_or_busy_is_said_once_for_each_kind_of_fault() -> None:
    said: list[str] = []
    moves = (Move(cut_at=0), Move(cut_at=0), fails(429, "slow down, sk-abc", retry_after="40"), says("{}"), says(GOOD))
    with misbehaving(*moves, Move(cut_at=0), says(GOOD)) as server:
        with client_of(server, Time(), key="sk-abc", warn=said.append) as client:
            assert client.complete(request()).outcome == "ok"
            assert client.complete(request()).outcome == "ok"
        assert len(server.asked) == 7
    away, busy = said
    assert away.startswith("127.0.0.1 gave no proper answer: every question is tried 4 times; Connection error")
    assert busy.startswith("127.0.0.1 answered 429, asks to wait 40 s: every question is tried 4 times; ")
    assert "slow down, ***'" in busy


@pytest.mark.parametrize(("asked_for", "waits"), [("7", 7.0), ("0", 1.0), ("nonsense", 1.0)])
def test_retry_after_is_honoured(asked_for: str, waits: float) -> None:
    time = Time()
    with misbehaving(fails(429, retry_after=asked_for), says(GOOD)) as server, client_of(server, time) as client:
        client.complete(request())
    assert time.slept == [waits]


def test_retry_after_may_be_a_date() -> None:
    from datetime import UTC, datetime, timedelta
    from email.utils import format_datetime

    time = Time()
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=40), usegmt=True)
    with misbehaving(fails(429, retry_after=date), says(GOOD)) as server, client_of(server, time) as client:
        client.complete(request())
    assert time.slept == [pytest.approx(40, abs=5)]


def test_a_question_is_tried_as_often_as_was_asked_for_however_long_a_try_takes() -> None:
    time = Time()

    def hours_later(handler: BaseHTTPRequestHandler, stopping: threading.Event) -> None:
        time.now += 7200.0
        handler.close_connection = True

    with misbehaving(Move(act=hours_later)) as server:
        with client_of(server, time, tries=21) as client, pytest.raises(TransportError, match="answer 21 times"):
            client.complete(request())
        assert len(server.asked) == 21
    assert sum(time.slept) == 1 + 2 + 4 + 8 + 16 + 15 * 30


def test_a_pause_beyond_all_patience_is_not_begun() -> None:
    time = Time()
    with (
        misbehaving(fails(429, retry_after="301")) as server,
        client_of(server, time) as client,
        pytest.raises(TransportError, match="answered 429 once, asks to wait 301 s"),
    ):
        client.complete(request())
    assert time.slept == []


@pytest.mark.parametrize(
    ("move", "kind", "words"),
    [
        (fails(401), ModelUnavailable, "does not accept the API key"),
        (fails(403), ModelUnavailable, "does not let this key use model 'm-1'"),
        (fails(404), ModelUnavailable, "has no model 'm-1' at that address.*--base-url"),
        (fails(429, "You exceeded it", code="insufficient_quota"), ModelUnavailable, "no quota left"),
        (fails(400, "bad"), TransportError, r"refused the request \(400\)"),
        (fails(400, "exceeds the context size"), TransportError, "ask for less at once"),
        (fails(501), TransportError, r"refused the request \(501\)"),
    ],
)
def test_what_no_further_try_mends_is_not_tried_again(move: Move, kind: type[Exception], words: str) -> None:
    with misbehaving(move) as server, client_of(server, Time()) as client:
        with pytest.raises(kind, match=words):
            client.complete(request())
        assert len(server.asked) == 1


def test_chance_shortens_pauses_by_at_most_half() -> None:
    slept: list[float] = []
    patience = Patience(tries=3, first_wait=8.0, sleep=slept.append, jitter=lambda: 0.0)
    with misbehaving(fails(500), fails(500), says(GOOD)) as server:
        client = OpenAIClient("m-1", "m", base_url=server.base_url, patience=patience)
        client.complete(request())
        client.close()
    assert slept == [4.0, 8.0]


# Parameters that a model does not take


def test_a_reasoning_model_gets_what_it_takes_and_is_not_asked_wrongly_twice() -> None:
    moves = (
        # the words of OpenAI's own errors
        fails(
            400,
            "Unsupported parameter: 'max_tokens' is not supported. Use 'max_completion_tokens' instead.",
            code="unsupported_parameter",
            param="max_tokens",
        ),
        fails(
            400,
            "Unsupported value: 'temperature' does not support 0 with this model.",
            code="unsupported_value",
            param="temperature",
        ),
        fails(403, "You are not allowed to request logprobs from this model."),
        says(GOOD),
    )
    time = Time()
    with misbehaving(*moves) as server, client_of(server, time) as client:
        response = client.complete(request(sampling=Sampling(max_tokens=50, top_logprobs=2)))
        client.complete(request())
    assert response.outcome == "ok"
    assert response.versions["left out"] == "logprobs, max_tokens, temperature"
    kept = {"model", "messages", "response_format", "seed", "max_completion_tokens"}
    assert set(server.asked[3]) == kept
    assert server.asked[3]["max_completion_tokens"] == 50
    assert set(server.asked[4]) == kept
    assert time.slept == []


def test_another_400_about_a_parameter_is_an_error() -> None:
    with misbehaving(fails(400, "temperature must be below 2", param="temperature")) as server:
        with client_of(server, Time()) as client, pytest.raises(TransportError, match="must be below 2"):
            client.complete(request())
        assert len(server.asked) == 1


NO_FORM = (
    "'response_format.type' must be 'json_schema' or 'text'",
    "Unrecognized request argument supplied: response_format",
    "This model does not support response format `json_schema`.",
    "This response_format type is unavailable now",
)


@pytest.mark.parametrize("words", NO_FORM)
def test_a_server_that_refuses_the_form_gets_the_next_mode_once(words: str) -> None:
    warned: list[str] = []
    with misbehaving(fails(400, words), says(GOOD), says(f"```json\n{GOOD}\n```")) as server:
        client = OpenAIClient("m-1", "m", base_url=server.base_url, warn=warned.append)
        first, second = client.complete(request()), client.complete(request())
        client.close()
    assert [asked.get("response_format", {}).get("type") for asked in server.asked] == [
        "json_schema", "json_object", "json_object",
    ]  # fmt: skip
    assert '"outcome"' in server.asked[1]["messages"][0]["content"]  # the schema is in the prompt then
    assert (first.outcome, second.outcome) == ("ok", "ok")
    assert first.versions["asked by"] == second.versions["asked by"] == "json"
    assert warned == ["127.0.0.1 does not take mode 'json_schema': asked by 'json'"]


def test_the_last_mode_asks_in_words_alone() -> None:
    with misbehaving(*[fails(400, NO_FORM[1])] * 2, says(GOOD)) as server, client_of(server, Time()) as client:
        assert client.complete(request()).versions["asked by"] == "md_json"
    assert "response_format" not in server.asked[2]
    with misbehaving(fails(400, NO_FORM[1])) as server, client_of(server, Time()) as client:
        with pytest.raises(TransportError, match="refused the request"):
            client.complete(request())
        assert len(server.asked) == 3


@pytest.mark.parametrize("mode", ["json_schema", "tools", "json", "md_json"])
def test_a_mode_that_was_chosen_is_used(mode: AnswerMode) -> None:
    answers = {"tools": calls("Figure", GOOD), "md_json": says(f"```json\n{GOOD}\n```")}
    with misbehaving(answers.get(mode, says(GOOD))) as server, client_of(server, Time()) as client:
        response = client.complete(request(sampling=Sampling(max_tokens=50, mode=mode)))
    assert (response.outcome, len(response.attempts)) == ("ok", 1)
    (asked,) = server.asked
    form = asked.get("response_format", {}).get("type")
    assert (form, "tools" in asked) == {
        "json_schema": ("json_schema", False), "tools": (None, True), "json": ("json_object", False), "md_json": (None, False),
    }[mode]  # fmt: skip


def test_a_tool_that_is_answered_in_words_is_an_answer_too() -> None:
    with misbehaving(says(f"Sure: {GOOD}")) as server, client_of(server, Time()) as client:
        response = client.complete(request(sampling=Sampling(max_tokens=50, mode="tools")))
    assert (response.outcome, len(response.attempts)) == ("ok", 1)


@pytest.mark.parametrize("mode", ["json_schema", "tools"])
def test_the_strict_form_has_every_key_and_no_default(mode: AnswerMode) -> None:
    class Loose(BaseModel):
        words: str = ""
        inner: list[Figure] = []

    with misbehaving(says("{}")) as server, client_of(server, Time()) as client:
        client.complete(request(Loose, Sampling(max_tokens=50, mode=mode, strict=True)))
    (asked,) = server.asked
    if mode == "tools":
        assert asked["tools"][0]["function"]["strict"] is True
        schema = asked["tools"][0]["function"]["parameters"]
    else:
        assert asked["response_format"]["json_schema"]["strict"] is True
        schema = asked["response_format"]["json_schema"]["schema"]
    assert schema["required"] == ["words", "inner"]
    assert schema["additionalProperties"] is False
    assert "default" not in str(schema)


def test_options_that_were_chosen_are_sent() -> None:
    chosen = Sampling(0.7, 3, 50, top_p=0.9, reasoning_effort="low")
    with misbehaving(says(GOOD)) as server, client_of(server, Time()) as client:
        client.complete(request(sampling=chosen))
    sent = server.asked[0]
    assert (sent["temperature"], sent["seed"], sent["top_p"], sent["reasoning_effort"]) == (0.7, 3, 0.9, "low")


@pytest.mark.parametrize(
    ("chosen", "name"),
    [
        (Sampling(temperature=0.7), "temperature"),
        (Sampling(temperature=0.0), "temperature"),
        (Sampling(seed=7), "seed"),
        (Sampling(seed=0), "seed"),
        (Sampling(top_p=0.5), "top_p"),
        (Sampling(reasoning_effort="high"), "reasoning_effort"),
    ],
)
def test_an_option_that_was_chosen_and_is_refused_is_an_error_that_names_it(chosen: Sampling, name: str) -> None:
    move = fails(400, f"Unsupported parameter: '{name}' is not supported with this model.", param=name)
    with misbehaving(move, says(GOOD)) as server, client_of(server, Time()) as client:
        with pytest.raises(
            ModelUnavailable, match=f"does not take {option_name(name)} .* with model 'm-1'.*leave that option out"
        ):
            client.complete(request(sampling=chosen))
        assert len(server.asked) == 1


def test_a_mode_that_was_chosen_and_is_refused_is_an_error_that_names_it() -> None:
    with misbehaving(fails(400, NO_FORM[0]), says(GOOD)) as server, client_of(server, Time()) as client:
        with pytest.raises(ModelUnavailable, match="does not take --answer-mode 'json' with model"):
            client.complete(request(sampling=Sampling(mode="json")))
        assert len(server.asked) == 1


def test_a_strict_schema_that_is_refused_is_not_given_up_for_a_loose_one() -> None:
    with misbehaving(fails(400, NO_FORM[0]), says(GOOD)) as server, client_of(server, Time()) as client:
        with pytest.raises(ModelUnavailable, match="does not take --strict with model"):
            client.complete(request(sampling=Sampling(strict=True)))
        assert len(server.asked) == 1


@contextmanager
def azure(monkeypatch: pytest.MonkeyPatch, server: MisbehavingServer) -> Generator[ProviderClient, None, None]:
    """A provider that is asked by a tool, through OpenAI's SDK."""
    monkeypatch.setenv("AZURE_OPENAI_API_KEY", "az-1")
    monkeypatch.setenv("AZURE_OPENAI_ENDPOINT", server.base_url)
    client = ProviderClient("azure_openai/gpt-x", patience=Time().patience())
    try:
        yield client
    finally:
        client.close()


@pytest.mark.parametrize(
    ("chosen", "words", "options"),
    [
        (Sampling(strict=True), "Unknown parameter: 'tools[0].function.strict'.", "--strict"),
        (Sampling(strict=True), "Invalid schema for function 'Figure': 'required' is required", "--strict"),
        (Sampling(strict=True, mode="json_schema"), NO_FORM[2], "--answer-mode 'json_schema' or --strict"),
        (Sampling(mode="json_schema"), NO_FORM[0], "--answer-mode 'json_schema'"),
        (Sampling(mode="tools"), "`tools` is not supported with this model", "--answer-mode 'tools'"),
    ],
)
def test_a_form_that_was_chosen_and_that_another_provider_refuses_is_named(
    monkeypatch: pytest.MonkeyPatch, chosen: Sampling, words: str, options: str
) -> None:
    with misbehaving(fails(400, words), says(GOOD)) as server, azure(monkeypatch, server) as client:
        with pytest.raises(ModelUnavailable, match=f" does not take {options} with model 'gpt-x': leave .*it says: "):
            client.complete(request(sampling=chosen))
        assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("chosen", "status", "words"),
    [
        (Sampling(strict=True), 403, "Access to this model is restricted and not allowed"),
        (Sampling(mode="tools"), 400, "Failed to call a function. Please adjust your prompt."),
        (Sampling(), 400, "`tools` is not supported with this model"),
    ],
)
def test_other_refusals_are_not_laid_to_the_form(
    monkeypatch: pytest.MonkeyPatch, chosen: Sampling, status: int, words: str
) -> None:
    with (
        misbehaving(fails(status, words)) as server,
        azure(monkeypatch, server) as client,
        pytest.raises((TransportError, ModelUnavailable)) as caught,
    ):
        client.complete(request(sampling=chosen))
    assert "--" not in str(caught.value)


def test_a_provider_that_does_not_know_an_option_is_one_error_that_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def opened(name: str, mode: object = None, **_: object) -> SimpleNamespace:
        if mode is not None:
            raise ModeError(str(mode), "x", ["tool_call"])
        return SimpleNamespace(client=object(), create=lambda **_: Figure(outcome="killed", number=8))

    monkeypatch.setattr("instructor.from_provider", opened)  # a provider with an SDK of its own
    for chosen, words in (
        (Sampling(strict=True), "x does not know --strict: leave"),
        (Sampling(mode="md_json"), "x does not know --answer-mode 'md_json': leave .*it says: Invalid mode"),
    ):
        with pytest.raises(ModelUnavailable, match=words):
            ProviderClient("x/m").complete(request(sampling=chosen))


def test_what_a_providers_sdk_lacks_ends_the_run_before_anything_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    def create(**_: object) -> Figure:
        try:
            raise ImportError("No module named 'jsonref'")
        except ImportError as error:
            raise ConfigurationError("The 'jsonref' package is required") from error

    monkeypatch.setattr("instructor.from_provider", lambda *_, **__: SimpleNamespace(client=object(), create=create))
    with pytest.raises(ModelUnavailable, match="x cannot be asked: The 'jsonref' package is required"):
        ProviderClient("x/m").complete(request())


def test_a_provider_that_knows_one_mode_is_asked_by_that_and_by_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    with misbehaving(says(f"```json\n{GOOD}\n```")) as server:

        def opened(name: str, **_: object) -> SimpleNamespace:
            sdk = openai.OpenAI(base_url=server.base_url, api_key="x-1")
            return SimpleNamespace(client=sdk, mode=Mode.MD_JSON, provider=Provider.PERPLEXITY)

        monkeypatch.setattr("instructor.from_provider", opened)
        client = ProviderClient("perplexity/m")
        assert client.complete(request()).outcome == "ok"
        assert client.complete(request(sampling=Sampling(strict=True))).outcome == "ok"
        assert ["strict': True" in str(asked) for asked in server.asked] == [False, True]
        with pytest.raises(ModelUnavailable, match="perplexity does not know --answer-mode 'tools': leave"):
            client.complete(request(sampling=Sampling(mode="tools")))
        client.close()
        assert len(server.asked) == 2


def test_strict_is_not_dropped_where_no_schema_is_sent() -> None:
    with misbehaving(says(GOOD)) as server:
        with client_of(server, Time()) as client, pytest.raises(ModelUnavailable, match="leave --strict out"):
            client.complete(request(sampling=Sampling(mode="json", strict=True)))
        assert server.asked == []


def test_what_was_refused_before_is_not_taken_from_who_chose_it() -> None:
    no_temperature = fails(400, "'temperature' does not support 0 with this model.", param="temperature")
    for refusal, chosen, option in (
        (fails(400, NO_FORM[0]), Sampling(strict=True), "--strict"),
        (no_temperature, Sampling(temperature=0.7), "--temperature 0.7"),
    ):
        with misbehaving(refusal, says(GOOD), says(GOOD), refusal) as server, client_of(server, Time()) as client:
            assert client.complete(request()).versions.keys() & {"asked by", "left out"}
            kept = client.complete(request(sampling=chosen))
            assert not kept.versions.keys() & {"asked by", "left out"}
            with pytest.raises(ModelUnavailable, match=f"does not take {option} with"):
                client.complete(request(sampling=chosen))
            assert server.asked[2] == server.asked[3]
            assert ("'strict': True" in str(server.asked[2])) == chosen.strict
            assert server.asked[2]["temperature"] == (chosen.temperature or 0.0)


def test_what_is_left_out_by_default_is_told_once() -> None:
    warned: list[str] = []
    move = fails(403, "You are not allowed to request logprobs from this model.")
    with misbehaving(move, says(GOOD)) as server:
        client = OpenAIClient("m-1", "m", base_url=server.base_url, warn=warned.append)
        for _ in range(2):
            client.complete(request(sampling=Sampling(top_logprobs=5)))
        client.close()
    assert warned == ["127.0.0.1 does not take logprobs: asked without"]


def test_a_limit_that_goes_by_another_name_is_told_as_that() -> None:
    warned: list[str] = []
    move = fails(400, "Unsupported parameter: 'max_tokens'.", param="max_tokens")
    with misbehaving(move, says(GOOD)) as server, client_of(server, Time(), warn=warned.append) as client:
        client.complete(request())
        assert server.asked[1]["max_completion_tokens"] == 50
    assert warned == ["127.0.0.1 does not take max_tokens: asked with max_completion_tokens"]


# Keys, providers, threads


KEY = "sk-0123456789'abc"


@pytest.mark.parametrize("suffix", ["", "\r", "\n", " \r\n"])
def test_white_space_around_a_key_does_not_break_a_header(suffix: str) -> None:
    with misbehaving(says(GOOD)) as server, client_of(server, Time(), key=KEY + suffix) as client:
        assert client.complete(request()).outcome == "ok"
        assert server.keys == [f"Bearer {KEY}"]


@pytest.mark.parametrize("padding", range(90, 200, 7))
def test_a_key_echoed_across_the_cut_is_masked_before(padding: int) -> None:
    move = fails(400, f"{'x' * padding} Bearer {KEY} and more")
    with (
        misbehaving(move) as server,
        client_of(server, Time(), key=KEY) as client,
        pytest.raises(TransportError) as caught,
    ):
        client.complete(request())
    assert "sk-01" not in str(caught.value)


@pytest.mark.parametrize("gap", ["\u200b", "\n", "\r\n  ", "\\n"])
def test_a_key_echoed_with_a_break_inside_is_masked_whole(gap: str) -> None:
    words = f"Incorrect key {KEY[:5]}{gap}{KEY[5:]} provided"
    for move in (
        fails(400, words),
        Move(body={"error": {"message": words}}),
        Move(400, words.encode(), content_type="text/plain"),
    ):
        with (
            misbehaving(move) as server,
            client_of(server, Time(), key=KEY) as client,
            pytest.raises(TransportError, match=r"Incorrect key \*\*\* provided"),
        ):
            client.complete(request())


def test_a_long_key_in_a_long_message_is_masked_before_anything_is_cut() -> None:
    long = "ey" + "0123456789abcdef" * 50
    with (
        misbehaving(Move(body={"error": {"message": f"{'x' * 120} {long}"}})) as server,
        client_of(server, Time(), key=long) as client,
        pytest.raises(TransportError) as caught,
    ):
        client.complete(request())
    assert "0123" not in str(caught.value)


def test_a_finish_reason_that_is_no_word_is_none() -> None:
    for reason in (f"{KEY[:5]}\n{KEY[5:]}", "x" * 41, " "):
        with misbehaving(says(GOOD, finish_reason=reason)) as server, client_of(server, Time(), key=KEY) as client:
            assert client.complete(request()).attempts[0].finish_reason == "unknown"


def test_the_password_of_an_address_is_a_secret_too() -> None:
    with misbehaving(fails(400, "no hunter2-hunter2 here"), says('{"x": "Hunter2\u200b-hunter2"}')) as server:
        address = server.base_url.replace("//", "//me:hunter2%2Dhunter2@")
        client = OpenAIClient("m-1", "m", base_url=address)
        with pytest.raises(TransportError, match=r"no \*\*\* here"):
            client.complete(request())
        with pytest.raises(TransportError, match="repeats the API key"):
            client.complete(request())
        client.close()


@pytest.mark.parametrize(
    "move",
    [
        says(f'{{"outcome":"killed","number":8,"x":"{KEY}"}}'),
        says(f'{{"outcome":"killed","number":8,"x":"{KEY[:5]}\u200b{KEY[5:]}"}}'),
        says(json.dumps({"outcome": "killed", "number": 8, "x": f"{KEY[:5]}\n{KEY[5:]}"})),
        says(GOOD, finish_reason=KEY),
        says(None, refusal=f"Not for {KEY}"),
        says("".join(f"\\u{ord(letter):04x}" for letter in KEY)),
        calls("Figure", f'{{"x": "Bearer {KEY}"}}'),
        says(base64.b64encode(KEY.encode()).decode()),
    ],
)
def test_an_answer_that_repeats_the_key_is_a_fault(move: Move) -> None:
    with (
        misbehaving(move) as server,
        client_of(server, Time(), key=KEY) as client,
        pytest.raises(TransportError, match="repeats the API key; it is not kept") as caught,
    ):
        client.complete(request())
    assert "sk-0" not in repr(caught.value.attempts)
    assert caught.value.attempts[0].usage == Usage(7, 3)


def test_another_providers_answer_is_searched_for_the_key_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X_API_KEY", KEY)
    client = OpenAIClient("m", "m", base_url="http://127.0.0.1:9/v1")
    client._lines[None] = Line(lambda transcript, asked: partial(answer_with, transcript, KEY), int, "x", False)
    with pytest.raises(TransportError, match="repeats the API key"):
        client.complete(request())


def answer_with(transcript: Transcript, text: str, **_: object) -> Figure:
    transcript.add(Attempt(text))
    return Figure(outcome="killed", number=8)


def test_a_key_that_no_header_can_hold_is_refused_before_anything_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-se\ncret")
    for make, named in (
        (lambda: OpenAIClient("m", "m", base_url="http://127.0.0.1:9/v1", api_key="sk-se\ncret"), "of this server"),
        (lambda: ProviderClient("openai/m"), "OPENAI_API_KEY"),
    ):
        with pytest.raises(ModelUnavailable, match=f"{named} is no API key") as caught:
            make()
        assert "cret" not in str(caught.value)


def test_the_embedded_server_is_noticed_when_it_does_not_enforce_the_form() -> None:
    for move in (says("A poem about the sea"), says("Once upon a", finish_reason="length"), says("")):
        with misbehaving(move) as server, client_of(server, Time(), dialect="llama") as client:
            with pytest.raises(TransportError, match="did not enforce its form"):
                client.complete(request())
            assert len(server.asked) == 1
    cut = says('{"outcome":"kil', finish_reason="length")
    with misbehaving(cut) as server, client_of(server, Time(), dialect="llama") as client:
        assert client.complete(request()).outcome == "cut"


def test_openai_without_a_key_names_the_ways_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(ModelUnavailable, match=r"OPENAI_API_KEY.*--base-url.*local"):
        ProviderClient("openai/gpt-x").complete(request())


@pytest.mark.parametrize("name", ["nobody/model", "anthropic/", "model"])
def test_an_unknown_provider_is_one_line(name: str) -> None:
    with pytest.raises(ModelUnavailable, match=f"no model '{name}' by instructor") as caught:
        ProviderClient(name).complete(request())
    assert "\n" not in str(caught.value)


def test_a_provider_that_speaks_openai_is_met_with_the_same_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-1")
    time = Time()
    with misbehaving(fails(503), says("{}"), says(GOOD)) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        client = ProviderClient("openai/gpt-x", patience=time.patience())
        response = client.complete(request())
        client.close()
    assert (response.outcome, response.text, len(response.attempts)) == ("ok", GOOD, 2)
    assert server.asked[0]["model"] == "gpt-x"
    assert server.keys[0] == "Bearer sk-1"
    assert client.identity == "openai/gpt-x"
    assert time.slept == [1.0, 0.0]


def test_a_provider_that_answers_by_calling_a_tool(monkeypatch: pytest.MonkeyPatch) -> None:
    time = Time()
    wrong, right = '{"answer": "wounded"}', '{"answer": "killed"}'
    with misbehaving(fails(429), calls("Answer", wrong), calls("Answer", right)) as server:
        monkeypatch.setenv("AZURE_OPENAI_API_KEY", "az-1")
        monkeypatch.setenv("AZURE_OPENAI_ENDPOINT", server.base_url)
        client = ProviderClient("azure_openai/gpt-x", patience=time.patience())
        response = client.complete(request(Outcome))
        client.close()
    assert response.outcome == "ok"
    assert [attempt.text for attempt in response.attempts] == [wrong, '"killed"']
    assert response.attempts[0].error == "/answer: Input should be 'killed' or 'injured'"
    assert server.asked[0]["tools"][0]["function"]["name"] == "Answer"


def test_an_answer_in_another_providers_form_is_read_as_far_as_it_goes() -> None:
    # as Anthropic's SDK 2.12 gives it
    usage = SimpleNamespace(input_tokens=9, output_tokens=4)
    block = SimpleNamespace(type="tool_use", input={"outcome": "killéd"})
    message = SimpleNamespace(content=[block], stop_reason="tool_use", usage=usage)
    assert read_other(message) == Attempt('{"outcome": "killéd"}', "tool_use", Usage(9, 4))
    text = SimpleNamespace(content=[SimpleNamespace(type="text", text="no")], stop_reason="end_turn", usage=None)
    assert read_other(text) == Attempt("no", "end_turn")
    assert read_other(object()) == Attempt("", "unknown")


def test_a_parameter_can_be_refused_by_the_sdk_itself() -> None:
    error = TypeError("Messages.create() got an unexpected keyword argument 'temperature'")
    assert refused_parameter(error, {"temperature": 0.0}) == "temperature"
    assert refused_parameter(error, {"max_tokens": 1}) is None


def test_threads_share_one_client() -> None:
    with misbehaving(says(GOOD)) as server, client_of(server, Time()) as client, ThreadPoolExecutor(8) as pool:
        responses = list(pool.map(client.complete, [request()] * 24))
    assert {response.outcome for response in responses} == {"ok"}
    assert all(len(response.attempts) == 1 for response in responses)
