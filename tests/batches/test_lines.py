"""Lines of batch files: what is sent fits OpenAI's own types, and what comes is read whatever it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from openai.types.chat.completion_create_params import CompletionCreateParamsNonStreaming
from openai.types.shared_params import ResponseFormatJSONSchema
from openai.types.shared_params.response_format_json_schema import JSONSchema
from pydantic import TypeAdapter

from extract.batches.lines import kept_line, read_kept, read_received, read_request, request_line
from extract.errors import UsageError
from extract.models.taped import Played, digest_of
from tests.bird_batches import TEXTS, batch, begin

KEY = "ab" * 32


@pytest.mark.parametrize("mode", [(), ("--answer-mode", "tools"), ("--answer-mode", "json"), ("--strict",)])
@pytest.mark.parametrize("model", [("--model", "openai/gpt-5-mini"), ("--model", "m", "--base-url", "http://h/v1")])
def test_a_file_fits_the_types_of_openai_and_has_no_other_keys(
    mode: tuple[str, ...], model: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    begin(tmp_path)
    served = ("--model-id", "server/m") if "--base-url" in model else ()
    options = (*model, *served, *mode, "--store", "store", "--task", "birds", "--prompts", "birds/two")
    done = batch("export", "articles", *options, "-o", "out")
    assert done.exit_code == 0, done.stderr
    (path,) = (tmp_path / "out").iterdir()
    assert done.stdout == f"{path.relative_to(tmp_path)}\n"
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert len(lines) == len(TEXTS)
    for line in lines:
        assert line.keys() == {"custom_id", "method", "url", "body"}
        assert (line["method"], line["url"], len(line["custom_id"])) == ("POST", "/v1/chat/completions", 64)
        body = line["body"]
        TypeAdapter(CompletionCreateParamsNonStreaming).validate_python(body, strict=True)
        assert body["model"] == model[1].removeprefix("openai/")
        assert not unknown(body, CompletionCreateParamsNonStreaming)
        if (form := body.get("response_format", {})).get("type") == "json_schema":
            assert not unknown(form, ResponseFormatJSONSchema)
            assert not unknown(form["json_schema"], JSONSchema)


def unknown(data: dict[str, Any], form: Any) -> set[str]:
    """The keys that a type of OpenAI's does not name; it would accept them."""
    return data.keys() - get_type_hints(form).keys()


def test_a_request_is_read_back() -> None:
    body = '{"content":"“é” \\n {"}'.encode()
    line = request_line(KEY, body)
    assert json.loads(line)["body"] == json.loads(body)
    assert read_request(line + b"\n") == (KEY, digest_of(body))
    with pytest.raises(UsageError, match="no request of a batch file of ours"):
        read_request(b'{"custom_id":"other"}')


def received(**parts: Any) -> bytes:
    return json.dumps({"custom_id": KEY, **parts}).encode()


GOOD = {"choices": [{"message": {"content": "x"}}], "model": "m-1"}


def test_an_answer_is_kept_and_read_back() -> None:
    found = read_received(received(response={"status_code": 200, "body": GOOD}, error=None))
    assert found is not None
    assert (found.final, found.status, found.model, json.loads(found.body)) == (True, 200, "m-1", GOOD)
    line = kept_line(found, digest_of(b"{}"), "2026-11-26")
    assert read_kept(line + b"\n") == (KEY, digest_of(b"{}"), Played(200, found.body, "2026-11-26"))
    assert read_kept(line) is None
    assert read_kept(line[:-5] + b"\n") is None


@pytest.mark.parametrize(
    ("parts", "final", "why"),
    [
        ({"response": {"status_code": 400, "body": {"error": {"message": "too long", "code": "c"}}}}, True, "400: c: too long"),
        ({"response": {"status_code": 429, "body": {"error": {"message": "wait"}}}}, False, "429: wait"),
        ({"response": {"status_code": 500, "body": {}}}, False, "500: no answer"),
        ({"response": None, "error": {"code": "batch_expired", "message": "too late"}}, False, "batch_expired: too late"),
        ({"response": {"status_code": 200, "body": "text"}}, False, "no answer"),
        ({"response": {"status_code": 200, "body": {"choices": []}}}, False, "the answer holds no message"),
        ({"response": {"status_code": True, "body": GOOD}}, False, "no answer"),
        ({}, False, "no answer"),
    ],
)  # fmt: skip
def test_what_is_no_answer_says_why(parts: dict[str, Any], final: bool, why: str) -> None:
    found = read_received(received(**parts))
    assert found is not None
    assert (found.final, found.why) == (final, why)


@pytest.mark.parametrize(
    "line", [b"{", b"[]", b'{"custom_id":7}', b'{"custom_id":""}', b"\xff\xfe", b"[" * 100_000, b"null"]
)
def test_a_broken_line_is_none(line: bytes) -> None:
    assert read_received(line) is None
