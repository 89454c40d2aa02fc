"""Options and forms that a model does not take: what is asked next, and what is an error."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from types import SimpleNamespace

import openai
import pytest
from instructor import Mode, Provider
from instructor.core import ConfigurationError, ModeError
from pydantic import BaseModel

from eval.benchmarks.misbehaving import MisbehavingServer, calls, fails, misbehaving, says
from extract.errors import ModelUnavailable, TransportError
from extract.models.client import Sampling
from extract.models.openai_client import OpenAIClient, ProviderClient
from extract.spec import AnswerMode, option_name
from tests.models.asked import GOOD, Figure, Time, client_of, request


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
