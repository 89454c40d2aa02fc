"""The key of a request: what moves it, what does not, and that it stays what it was."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from dataclasses import replace

import pytest
from pydantic import BaseModel, Field

from extract.models.client import About, Message, Request, Sampling, canonical_json
from tests.handmade import request


class Figure(BaseModel):
    kind: str
    count: int = Field(ge=0)


def fixed() -> Request:
    return Request(
        model="local/cc324af0",
        messages=(Message("system", "Count."), Message("user", "“Nine” – neuf.")),
        answer=Figure,
        sampling=Sampling(temperature=0.0, seed=0, max_tokens=64, top_logprobs=5),
        sample=0,
        about=About("a1", "count/small/figures", "sentence 1"),
    )


# Written by hand from the list of fields in Request.content, with pydantic's schema of `Figure`.
CANONICAL = (
    '{"max_tokens":64,"messages":[{"content":"Count.","role":"system"},{"content":"“Nine” – neuf.","role":"user"}],'
    '"model":"local/cc324af0","sample":0,"schema":{"properties":[["kind",{"title":"Kind","type":"string"}],'
    '["count",{"minimum":0,"title":"Count","type":"integer"}]],"required":["kind","count"],"title":"Figure",'
    '"type":"object"},"seed":0,"temperature":0.0,"top_logprobs":5,"version":1}'
)
# printf %s "$CANONICAL" | sha256sum
KEY = "a92efa839b2ae6cd5eae469e0a5e062a61257d74e6192bcd518c114079ec49ef"


def test_key_of_a_fixed_request_is_pinned() -> None:
    assert canonical_json(fixed().content) == CANONICAL
    assert fixed().key == KEY


def test_another_process_gives_the_same_key() -> None:
    # another hash seed, another time, other environment variables
    code = "from tests.models.test_request_key import fixed; print(fixed().key)"
    environment = {"PYTHONHASHSEED": "7", "OPENAI_API_KEY": "sk-other", "OPENAI_BASE_URL": "http://other:1/v1"}
    found = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == KEY


class Reordered(BaseModel):
    count: int = Field(ge=0)
    kind: str

    model_config = {"title": "Figure"}


class Described(BaseModel):
    kind: str = Field(description="what is counted")
    count: int = Field(ge=0)

    model_config = {"title": "Figure"}


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(replace(fixed(), model="local/1d961463"), id="model"),
        pytest.param(
            replace(fixed(), messages=(Message("system", "Count. "), fixed().messages[1])), id="one byte of a message"
        ),
        pytest.param(
            replace(fixed(), messages=(fixed().messages[0], Message("user", "“Nine” - neuf."))), id="another dash"
        ),
        pytest.param(replace(fixed(), messages=(Message("user", "Count."), fixed().messages[1])), id="role"),
        pytest.param(replace(fixed(), messages=fixed().messages[::-1]), id="order of messages"),
        pytest.param(replace(fixed(), messages=(Message("system", "Count.“Nine” – neuf."),)), id="joined messages"),
        pytest.param(replace(fixed(), answer=Described), id="schema"),
        pytest.param(replace(fixed(), answer=Reordered), id="order of properties"),
        pytest.param(replace(fixed(), sampling=Sampling(0.7, 0, 64, 5)), id="temperature"),
        pytest.param(replace(fixed(), sampling=Sampling(0.0, 1, 64, 5)), id="seed"),
        pytest.param(replace(fixed(), sampling=Sampling(0.0, 0, 65, 5)), id="token limit"),
        pytest.param(replace(fixed(), sampling=Sampling(0.0, 0, 64, 0)), id="logprobs"),
        pytest.param(replace(fixed(), sampling=Sampling(0.0, 0, 64, 5, top_p=0.9)), id="top_p"),
        pytest.param(replace(fixed(), sampling=Sampling(0.0, 0, 64, 5, reasoning_effort="low")), id="reasoning"),
        pytest.param(replace(fixed(), sampling=Sampling(0.0, 0, 64, 5, mode="tools")), id="mode"),
        pytest.param(replace(fixed(), sampling=Sampling(0.0, 0, 64, 5, strict=True)), id="strict"),
        pytest.param(replace(fixed(), sample=1), id="sample"),
    ],
)
def test_what_determines_the_answer_moves_the_key(changed: Request) -> None:
    assert changed.key != fixed().key


def test_labels_do_not_move_the_key() -> None:
    assert replace(fixed(), about=About("a2", "other/set/file", "article")).key == KEY


def test_order_of_dict_keys_does_not_move_the_key() -> None:
    content = fixed().content
    shuffled = {name: content[name] for name in reversed(content)}
    assert list(shuffled) != list(content)
    assert canonical_json(shuffled) == CANONICAL


def test_a_request_has_no_place_for_host_port_key_header_version_or_time() -> None:
    # A new field needs a decision whether it belongs to the key: that is why the lists are spelled out.
    assert [field.name for field in dataclasses.fields(Request)] == [
        "model",
        "messages",
        "answer",
        "sampling",
        "sample",
        "grammar",
        "about",
    ]
    assert [field.name for field in dataclasses.fields(Sampling)] == [
        "temperature",
        "seed",
        "max_tokens",
        "top_logprobs",
        "top_p",
        "reasoning_effort",
        "mode",
        "strict",
    ]
    assert sorted(request().content) == sorted(json.loads(CANONICAL))
