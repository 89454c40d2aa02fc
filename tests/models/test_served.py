"""What a server says of itself, as far as it stays the same while the model does. Answers as real servers give them."""

from __future__ import annotations

import itertools
import json
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from eval.benchmarks.loopback import Handler, on_loopback
from extract.errors import ModelUnavailable
from extract.models.served import served_identity, told

FILE = "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"
LLAMA = {
    "object": "list",
    "data": [
        {
            "id": f"/models/{FILE}",
            "object": "model",
            "created": 1791800000,
            "owned_by": "llamacpp",
            "meta": {"n_vocab": 151936, "n_ctx_train": 32768, "n_params": 1543714304, "size": 1117320736},
        }
    ],
}
PROPS = {
    "model_path": f"/models/{FILE}",
    "chat_template": "{% for message in messages %}…",
    "total_slots": 4,
    "build_info": "b9999-abc",
    "default_generation_settings": {"id": 0, "n_ctx": 4096},
}
VLLM = {
    "object": "list",
    "data": [
        {
            "id": "m",
            "object": "model",
            "created": 1791800000,
            "owned_by": "vllm",
            "root": "Qwen/Qwen2.5-7B-Instruct",
            "parent": None,
            "max_model_len": 32768,
            "permission": [{"id": "modelperm-5b7bf2b2ff5d4d6f", "created": 1791800000}],
        }
    ],
}
OLLAMA = {"data": [{"id": "llama3:latest", "object": "model", "created": 1791800000, "owned_by": "library"}]}
TAGS = {
    "models": [{"name": "llama3:latest", "digest": "365c0bd3c000a25d28ddbf732fe1c6add414de7275464c4e4d1c3b5fcb5d8ad1"}]
}


class Serving:
    """What a server answers by path, and what it was asked."""

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self.answers = answers
        self.base_url = ""
        self.asked: list[tuple[str, str | None]] = []


@contextmanager
def serving(answers: Mapping[str, Any]) -> Generator[Serving, None, None]:
    """Answers GET by path: JSON-able data, bytes, an address to redirect to, a status, or 404."""
    state = Serving(answers)

    class Telling(Handler):
        def do_GET(self) -> None:
            state.asked.append((self.path, self.headers["Authorization"]))
            match state.answers.get(self.path):
                case None:
                    self.answer(404, b"")
                case int(status):
                    self.answer(status, b"")
                case str(address):
                    self.answer(302, b"", {"Location": address})
                case found:
                    self.answer(200, found if isinstance(found, bytes) else json.dumps(found).encode())

    with on_loopback(Telling) as address:
        state.base_url = f"{address}/v1"
        yield state


def test_llama_cpp_tells_its_file_size_and_template() -> None:
    with serving({"/v1/models": LLAMA, "/props": PROPS}) as server:
        found = served_identity(server.base_url, "qwen", "sk-1")
        # printf %s '{% for message in messages %}…' | sha256sum
        assert found == f"server/qwen@llama.cpp:{FILE};size=1117320736;params=1543714304;template=0237b080"
        assert served_identity(f"{server.base_url}/", "qwen", "sk-1\r\n") == found
        assert {key for _, key in server.asked} == {"Bearer sk-1"}


def test_vllm_tells_the_model_behind_the_name_and_ollama_its_digest() -> None:
    with serving({"/v1/models": VLLM}) as server:
        assert served_identity(server.base_url, "m") == "server/m@vllm;root=Qwen+Qwen2.5-7B-Instruct"
        assert [path for path, _ in server.asked] == ["/v1/models"]
    with serving({"/v1/models": OLLAMA, "/api/tags": TAGS}) as server:
        assert served_identity(server.base_url, "llama3") == "server/llama3@library;digest=365c0bd3c000a25d"


def test_what_changes_while_the_model_stays_changes_nothing() -> None:
    later = json.loads(json.dumps(LLAMA).replace("1791800000", "1791899999").replace("/models/", "C:\\\\llm\\\\"))
    props = {**PROPS, "model_path": f"D:\\x\\{FILE}", "total_slots": 1, "build_info": "b2", "endpoint_slots": True}
    assert told(later, props, "qwen") == told(LLAMA, PROPS, "qwen")
    vllm = json.loads(
        json.dumps(VLLM).replace("5b7bf2b2ff5d4d6f", "0").replace("1791800000", "1").replace("32768", "8")
    )
    assert told(vllm, {}, "m") == told(VLLM, {}, "m")


@pytest.mark.parametrize(
    ("path", "value"),
    [("size", 1), ("n_params", 2)],
)
def test_another_model_behind_the_name_is_another_identity(path: str, value: int) -> None:
    other = json.loads(json.dumps(LLAMA))
    other["data"][0]["meta"][path] = value
    assert told(other, PROPS, "qwen") != told(LLAMA, PROPS, "qwen")
    assert told(LLAMA, {**PROPS, "chat_template": "x"}, "qwen") != told(LLAMA, PROPS, "qwen")


def test_a_server_that_tells_nothing_is_no_error() -> None:
    openai = {"data": [{"id": "gpt-x", "object": "model", "created": 1, "owned_by": "system"}, {"id": "gpt-y"}] * 2000}
    answers: list[dict[str, Any]] = [
        {}, {"/v1/models": openai}, {"/v1/models": {"object": "list", "data": []}}, {"/v1/models": b"<html>", "/props": b"["},
        {"/v1/models": b"[" * 100_000, "/props": [1]}, {"/v1/models": b""},
    ]  # fmt: skip
    for answer in answers:
        with serving(answer) as server:
            assert served_identity(server.base_url, "gpt-x") == "server/gpt-x"


def test_a_server_that_cannot_be_asked_now_is_not_taken_for_one_that_tells_nothing() -> None:
    waited: list[float] = []
    with serving({}) as server:
        pass
    with pytest.raises(ModelUnavailable, match=r"127\.0\.0\.1 does not say what it serves: it cannot be reached"):
        served_identity(server.base_url, "m", timeout=0.5, sleep=waited.append)
    assert waited == [1.0]


def test_a_server_that_is_loading_is_waited_for() -> None:
    waited: list[float] = []
    said: list[str] = []
    with serving({"/v1/models": 503, "/props": PROPS}) as server:

        def sleep(seconds: float) -> None:
            waited.append(seconds)
            server.answers = {"/v1/models": LLAMA, "/props": PROPS} if len(waited) == 2 else server.answers

        assert "@llama.cpp:" in served_identity(server.base_url, "qwen", sleep=sleep, warn=said.append)
        assert waited == [1.0, 2.0]
        assert said == [
            "waiting for 127.0.0.1 to say what it serves: it answers 503, as one that is loading or busy"
        ]  # once, while it lasts
    with serving({"/v1/models": 503}) as server:
        with pytest.raises(ModelUnavailable, match="it answers 503, as one that is loading or busy; try again"):
            served_identity(server.base_url, "qwen", sleep=waited.append)
        assert sum(waited[2:]) == 60


def test_no_redirect_is_followed() -> None:
    with serving({"/v1/models": VLLM}) as other, serving({"/v1/models": f"{other.base_url}/models"}) as server:
        assert served_identity(server.base_url, "m", "sk-1") == "server/m"
        assert other.asked == []


def test_a_broken_key_is_one_line_without_the_key() -> None:
    with pytest.raises(ModelUnavailable, match="is no API key") as caught:
        served_identity("http://127.0.0.1:9/v1", "m", "sk-se cret")
    assert "cret" not in str(caught.value)


def test_whatever_a_server_says_the_identity_is_one_plain_word() -> None:
    odd: list[Any] = [None, True, -1, 1e400, "a/b c\x1b[31m\n", "x" * 500, [], {}, "/a-folder/of-mine.gguf", "\ud800"]
    for id_, owner, meta, path, template in itertools.product(odd, odd[:7], odd, odd, odd[2:6]):
        listed = {"data": [{"id": id_, "owned_by": owner, "root": path, "meta": {"size": meta, "quantization": path}}]}
        said = told(listed, {"model_path": path, "chat_template": template}, "m")
        assert set(said) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.+-:;=")
        assert "a-folder" not in said
        assert len(said) < 400
