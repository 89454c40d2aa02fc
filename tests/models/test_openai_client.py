"""Clients of real models, against a real loopback server that misbehaves on purpose: answers, keys, providers, threads.

The waits between tries go into a list instead of passing.
"""

from __future__ import annotations

import base64
import json
import logging
import re
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from types import SimpleNamespace

import pytest
from pydantic import BaseModel

from eval.benchmarks.misbehaving import Move, calls, fails, misbehaving, says
from extract.errors import ModelUnavailable, TransportError
from extract.models.asking import closed, refused_parameter
from extract.models.attempts import Transcript, inner_value, read_other
from extract.models.client import Attempt, Client, Sampling, TokenLogprob, Usage
from extract.models.confidence import choice_shares
from extract.models.openai_client import Line, OpenAIClient, ProviderClient, prepared_form
from extract.models.parsing import parse
from tests.models.asked import GOOD, Figure, Outcome, Time, client_of, request


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


def test_a_form_is_prepared_once_and_nobody_changes_it_for_others() -> None:
    first = prepared_form(Figure, wrapped=False)
    first.model_json_schema()["properties"].clear()
    assert prepared_form(Figure, wrapped=False) is first
    assert first.model_json_schema() == request().schema
    with misbehaving(says(GOOD), says(GOOD)) as server, client_of(server, Time()) as client:
        for _ in range(2):
            client.complete(request())
    assert server.asked[0] == server.asked[1]


def test_a_key_from_the_environment_goes_to_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    with misbehaving(says(GOOD)) as server, client_of(server, Time()) as client:
        client.complete(request())
    assert "sk-secret" not in str(server.keys)


def test_the_embedded_server_gets_grammar_hints_and_bare_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    # A proxy that nobody runs: were it asked, nothing would be answered.
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
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


def test_openai_without_a_key_names_the_ways_out() -> None:
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
