"""What crosses into or out of a recordings file: exactly the form, and nothing private."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from extract.errors import DamagedRecording
from extract.models.client import About, Attempt, Message, TokenLogprob, canonical_json
from extract.store import recordings
from extract.store.recordings import Recording
from extract.store.vetting import Privacy, vetted
from tests.handmade import at_home, request, response, written


def shared(name: str) -> Any:
    return json.loads(written().shared[name])


def forged(changes: Mapping[str, Any]) -> str:
    """The line with other data at these places, and a digest that fits."""
    data = json.loads(written().line)
    for place, value in changes.items():
        *way, last = place.split("/")
        target = data
        for step in way:
            target = target[int(step) if step.isdigit() else step]
        target[int(last) if last.isdigit() else last] = value
    parts = [f'"{name}":{recordings.json_text(data[name])}' for name in ("response", "about", "request")]
    extra = [f'"{name}":{recordings.json_text(data[name])}' for name in data if name in changes and "/" not in name]
    line = f'{{"key":"{data["key"]}","sha256":"",{",".join([*parts, *extra])}}}'
    digest = hashlib.sha256(line.encode()).hexdigest()
    return line.replace('"sha256":""', f'"sha256":"{digest}"', 1)


def test_what_was_written_passes() -> None:
    assert forged({}) == written().line  # the forger of this test writes the true form
    assert vetted(written().line, written().key, "here", shared).about == request().about


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("headers", {"authorization": "Bearer x"}),
        ("response/headers", {}),
        ("response/attempts/0/url", "http://host"),
        ("response/attempts/1/text", 5),
        ("response/attempts/1/usage", [1, 2, 3]),
        ("response/attempts/1/usage", [-1, 2]),
        ("response/attempts/1/reasoning_tokens", 0),
        ("response/attempts/1/cached_input_tokens", "1"),
        ("response/attempts/1/logprobs/top/0", ["a", "b", "c", "d", "e", "f"]),
        ("response/attempts/1/logprobs/logprobs", [-0.1]),
        ("response/attempts", []),
        ("response/outcome", "great"),
        ("response/recorded_on", "2026-11-22T10:00:00"),
        ("response/seconds", "1"),
        ("about/host", "h"),
        ("about/unit", None),
        ("request/base_url", "http://host"),
        ("request/model", "another"),
    ],
)
def test_anything_else_is_refused_even_with_a_fitting_digest(place: str, value: object) -> None:
    line = forged({place: value})
    with pytest.raises(DamagedRecording, match=written().key):
        vetted(line, written().key, "here", shared)


def test_another_spelling_of_the_same_is_refused() -> None:
    spaced = written().line.replace('"unit":', '"unit": ')
    digest = json.loads(written().line)["sha256"]
    spaced = spaced.replace(digest, hashlib.sha256(spaced.replace(digest, "").encode()).hexdigest())
    with pytest.raises(DamagedRecording, match="canonical"):
        vetted(spaced, written().key, "here", shared)


def recording(**changes: Any) -> Recording:
    """Recording 1 with some labels, messages or attempts changed."""
    asked = request()
    asked = replace(
        asked,
        model=changes.get("model", asked.model),
        about=changes.get("about", asked.about),
        messages=(*asked.messages, *changes.get("messages", ())),
    )
    answered = replace(
        response(), attempts=changes.get("attempts", ()) or response().attempts, versions=changes.get("versions", {})
    )
    return recordings.recorded(asked, answered)


def test_an_ordinary_recording_leaves_no_trace() -> None:
    assert Privacy(["maria"], ["hunter2hunter2"]).traces(recording()) == []


@pytest.mark.parametrize(
    ("found", "changed"),
    [
        ("about.article holds an absolute path", recording(about=About(article="/srv/news/a1.txt"))),
        ("about.article holds an absolute path", recording(about=About(article=r"C:\news\a1.txt"))),
        ("about.prompt holds a home folder", recording(about=About(prompt=at_home("prompts")))),
        ("request.model holds an absolute path", recording(model="local:/models/qwen.gguf")),
        ("request.model holds an address", recording(model="http://10.0.0.7:8080/v1")),
        ("request.model holds an address", recording(model="localhost:8080")),
        ("about.unit holds a user name", recording(about=About(unit="maria's sentence"))),
        ("response.versions holds an absolute path", recording(versions={"llama": "/opt/llama/build"})),
        ("response.attempts.0.error holds an absolute path", recording(attempts=(Attempt("", error="in /opt/x.py"),))),
        ("response.attempts.0.error holds a home folder", recording(attempts=(Attempt("", error="/Users/m/x.py"),))),
        (
            "response.attempts.0.error holds a request header",
            recording(attempts=(Attempt("", error="401 {'Authorization': 'Bearer abc'}"),)),
        ),
        ("response.attempts.0.text holds an API key", recording(attempts=(Attempt("sk-proj-0123456789abcdefghij"),))),
        ("request.messages.4 holds an API key", recording(messages=(Message("user", "hf_0123456789abcdefghij"),))),
        ("request.messages.4 holds a request header", recording(messages=(Message("user", "x-api-key: 1234"),))),
        (
            "request.messages.4 holds a bearer token",
            recording(messages=(Message("user", "Bearer eyJhbGciOiJIUzI1NiJ9.e30"),)),
        ),
        ("request.messages.4 holds a home folder", recording(messages=(Message("user", "see file:///etc/x"),))),
        (
            "request.messages.4 holds a secret of this environment",
            recording(messages=(Message("user", "it is hunter2hunter2"),)),
        ),
    ],
)
def test_private_things_are_found(found: str, changed: Recording) -> None:
    assert found in Privacy(["maria"], ["hunter2hunter2"]).traces(changed)


@pytest.mark.parametrize(
    "text",
    [
        "Officials in Kyiv/Odesa said 5/6 drones and/or missiles hit http://example.org/news/2026/11.",
        "The bearer of bad news needs authorization: none was given. Maria Sk-odowska spoke.",
        "An API key to the region, his home was at 12/14 Root street; cookies were served.",
    ],
)
def test_the_text_of_an_article_is_not_mistaken_for_one(text: str) -> None:
    assert Privacy(["maria"], []).traces(recording(messages=(Message("user", text),))) == []


def test_json_pointers_in_errors_are_not_paths() -> None:
    error = "/events/0/casualties/1/quantity: not a number (https://errors.pydantic.dev/2.14/v/int_type)"
    assert Privacy().traces(recording(attempts=(Attempt("", error=error),))) == []


def test_names_and_secrets_come_from_the_machine() -> None:
    environment = {"OPENAI_API_KEY": "hunter2hunter2", "SHORT_TOKEN": "x", "PATH": "/usr/local/bin:/usr/bin"}
    privacy = Privacy.of(environment, lambda: "maria")
    assert privacy.traces(recording(about=About(unit="for maria"))) == ["about.unit holds a user name"]
    secret = recording(messages=(Message("user", "hunter2hunter2"),))
    assert privacy.traces(secret) == ["request.messages.4 holds a secret of this environment"]
    assert privacy.traces(recording(messages=(Message("user", "x /usr/local/bin:/usr/bin"),))) == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"model": 5}, "no text"),
        ({"messages": [{"role": "user", "content": "?", "name": "maria"}]}, "more than a role and a text"),
    ],
)
def test_a_request_that_no_program_of_ours_makes_is_refused(changed: dict[str, Any], said: str) -> None:
    content = {**request().content, **changed}
    key = hashlib.sha256(canonical_json(content).encode()).hexdigest()
    item = recordings.written(replace(recordings.recorded(request(), response()), key=key, content=content))
    with pytest.raises(DamagedRecording, match=said):
        vetted(item.line, key, "here", lambda name: json.loads(item.shared[name]))


def test_a_request_without_a_model_is_damage() -> None:
    content = {name: value for name, value in request().content.items() if name != "model"}
    key = hashlib.sha256(canonical_json(content).encode()).hexdigest()
    item = recordings.written(replace(recordings.recorded(request(), response()), key=key, content=content))
    with pytest.raises(DamagedRecording, match="no model"):
        recordings.read(item.line, key, "here", lambda name: json.loads(item.shared[name]))


def test_further_options_of_a_request_pass_and_are_searched() -> None:
    content = {**request().content, "top_p": 0.5, "reasoning_effort": "low", "grammar": 'start: "x" // y'}
    extended = replace(recording(), content=content)
    assert Privacy(["maria"], ["hunter2hunter2"]).traces(extended) == []
    content["grammar"] = "hunter2hunter2, maria"  # a grammar holds words of the article, where maria is anybody
    content["reasoning_effort"] = "maria"
    assert Privacy(["maria"], ["hunter2hunter2"]).traces(extended) == [
        "request.reasoning_effort holds a user name",
        "request.grammar holds a secret of this environment",
    ]


def test_a_recording_with_further_options_is_of_the_right_form() -> None:
    content = {**request().content, "top_p": 0.5}
    key = hashlib.sha256(canonical_json(content).encode()).hexdigest()
    item = recordings.written(replace(recordings.recorded(request(), response()), key=key, content=content))
    assert vetted(item.line, key, "here", lambda name: json.loads(item.shared[name])).content == content


@pytest.mark.parametrize("secret", [json.dumps("a\"b'c/d-e+f"), "a%22b%27c%2Fd-e%2Bf", repr("a\"b'c/d-e+f")])
def test_a_secret_is_found_however_it_is_written(secret: str) -> None:
    written_so = recording(attempts=(Attempt(f"see {secret}"),))
    assert Privacy((), ["a\"b'c/d-e+f"]).traces(written_so) == [
        "response.attempts.0.text holds a secret of this environment"
    ]


def test_a_secret_in_the_tokens_alone_is_found() -> None:
    tokens = (TokenLogprob("hunter2", -1.0), TokenLogprob("hunter2", -1.0))
    traces = Privacy((), ["hunter2hunter2"]).traces(recording(attempts=(Attempt("***", logprobs=tokens),)))
    assert traces == ["response.attempts.0.logprobs holds a secret of this environment"]


def test_root_and_nobody_are_no_names() -> None:
    def nobody() -> str:
        raise OSError("no such user")

    for login in (lambda: "root", lambda: "ci", nobody):
        assert Privacy.of({}, login).traces(recording(about=About(unit="the root of ci"))) == []
