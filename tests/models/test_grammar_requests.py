"""Requests with a grammar: who is sent it, beside what, and what becomes of an answer outside it."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from typing import ClassVar, Literal

import pytest
from pydantic import RootModel, ValidationInfo, model_validator

from eval.benchmarks.misbehaving import MisbehavingServer, Move, fails, misbehaving, says
from extract.errors import RequestRefused
from extract.models.client import UNDER_GRAMMAR, Message, Request, Sampling
from extract.models.openai_client import OpenAIClient
from extract.models.primed import PrimedClient
from extract.models.transport import Patience

GRAMMAR = '%llguidance {}\nstart: "[" ("\\"two\\"" | "\\"dogs\\"")? "]"\n'


class Words(RootModel[list[str]]):
    """Words of a text."""

    text: ClassVar[str] = "two dogs"

    @model_validator(mode="after")
    def _of_the_text(self, info: ValidationInfo) -> Words:
        if info.context == UNDER_GRAMMAR and not all(word in self.text for word in self.root):
            raise ValueError("not of the text")
        return self


ASKED = Request(
    "some-model",
    (Message("system", "List."), Message("user", "two dogs")),
    Words,
    Sampling(max_tokens=50),
    grammar=GRAMMAR,
)


@contextmanager
def client_of(
    server: MisbehavingServer, dialect: Literal["openai", "llama"]
) -> Generator[tuple[OpenAIClient, list[str]]]:
    said: list[str] = []
    patience = Patience(sleep=lambda seconds: None)
    client = (
        OpenAIClient("m", "some-model", base_url=server.base_url, patience=patience, warn=said.append)
        if dialect == "openai"
        else PrimedClient("m", "some-model", base_url=server.base_url, api_key="k", slots=2, patience=patience)
    )
    try:
        yield client, said
    finally:
        client.close()


def test_a_grammar_goes_alone() -> None:
    with misbehaving(says('["two"]')) as server, client_of(server, "openai") as (client, _):
        response = client.complete(ASKED)
    (sent,) = server.asked
    assert sent["grammar"] == GRAMMAR
    assert "response_format" not in sent
    assert (response.outcome, response.text) == ("ok", '["two"]')


def test_the_embedded_server_is_sent_it_with_the_slot() -> None:
    with misbehaving(says("x"), says("x"), says("[]")) as server, client_of(server, "llama") as (client, _):
        response = client.complete(ASKED)
    *primings, asked = server.asked
    assert all("grammar" not in each for each in primings)
    assert (asked["grammar"], asked["id_slot"], asked["cache_prompt"]) == (GRAMMAR, 0, True)
    assert "response_format" not in asked
    assert response.text == "[]"


@pytest.mark.parametrize("outside", ['["cats"]', "Two dogs.", '["two"] and more'])
def test_the_embedded_server_that_answers_outside_it_is_a_fault(outside: str) -> None:
    moves = [says("x"), says("x"), says(outside, tokens=(9, 4))]
    unenforced = pytest.raises(RequestRefused, match=r"not enforce")
    with misbehaving(*moves) as server, client_of(server, "llama") as (client, _), unenforced as caught:
        client.complete(ASKED)
    assert [attempt.usage.output_tokens for attempt in caught.value.attempts] == [4]


@pytest.mark.parametrize("outside", ['["cats"]', "Two dogs."])
def test_another_server_that_answers_outside_it_is_asked_by_the_schema_from_then_on(outside: str) -> None:
    moves = [says(outside), says('{"answer": ["cats"]}')]
    with misbehaving(*moves) as server, client_of(server, "openai") as (client, said):
        response = client.complete(ASKED)
        client.complete(ASKED)
    assert ["grammar" in sent for sent in server.asked] == [True, False, False]
    assert all("response_format" in sent for sent in server.asked[1:])
    assert response.outcome == "ok"
    assert response.text == '["cats"]'  # nothing grounds it here; what is not in the text is found out later
    assert [attempt.error is None for attempt in response.attempts] == [False, True]
    assert "grammar not enforced" in str(response.attempts[0].error)
    assert response.versions["left out"] == "grammar"
    assert said == ["127.0.0.1 does not write under the grammar: asked without"]


@pytest.mark.parametrize(
    "refusal",
    [
        fails(400, "Unrecognized request argument supplied: grammar"),
        fails(400, "Failed to parse grammar"),
        fails(422, "Extra inputs are not permitted", param="grammar"),
    ],
)
def test_a_server_that_refuses_grammars_is_asked_by_the_schema(refusal: Move) -> None:
    with misbehaving(refusal, says('{"answer": []}')) as server, client_of(server, "openai") as (client, said):
        response = client.complete(ASKED)
    assert ["grammar" in sent for sent in server.asked] == [True, False]
    assert response.text == "[]"
    assert said == ["127.0.0.1 does not take grammar: asked without"]


def test_who_chooses_a_mode_gets_it() -> None:
    tools = replace(ASKED, sampling=Sampling(max_tokens=50, mode="md_json"))
    with misbehaving(says('{"answer": []}')) as server, client_of(server, "openai") as (client, _):
        client.complete(tools)
    assert "grammar" not in server.asked[0]


def test_a_cut_answer_is_kept_as_far_as_it_goes() -> None:
    with misbehaving(says('["two', finish_reason="length")) as server, client_of(server, "openai") as (client, _):
        assert client.complete(ASKED).outcome == "cut"
    moves = [says("Two dogs", finish_reason="length"), says('{"answer": []}')]
    with misbehaving(*moves) as server, client_of(server, "openai") as (client, said):
        assert client.complete(ASKED).outcome == "ok"
    assert len(said) == 1


def test_threads_that_find_out_together_say_it_once() -> None:
    moves = [says("no"), says("no"), says("no"), says('{"answer": []}')]
    with misbehaving(*moves) as server, client_of(server, "openai") as (client, said):
        threads = [threading.Thread(target=client.complete, args=(ASKED,)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(said) == 1


def test_a_grammar_is_part_of_the_key_where_there_is_one() -> None:
    without = replace(ASKED, grammar=None)
    assert "grammar" not in without.content
    assert len({ASKED.key, without.key, replace(ASKED, grammar=f"{GRAMMAR} ").key}) == 3
