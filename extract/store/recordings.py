"""The written form of a recording: one request with all that came back, as one line of JSON.

    {"key":"<64 hex>","sha256":"<64 hex>","response":{…},"about":{…},"request":{…}}

The same line is a row of the working store (`working`) and a line of a recordings file (`layers`). Its order is
part of the form: the key can be sliced off without parsing, the digest covers every other character, and a hit
parses the response alone. Long texts of the request (schema, fixed messages, paragraphs) are kept beside the
line, once, under their hash. Where lines are kept is not decided here.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from operator import itemgetter
from typing import Any, get_args

from extract.errors import DamagedRecording, StoreError
from extract.models.client import About, Attempt, Outcome, Request, Response, TokenLogprob, Usage, canonical_json

MAX_TOP_LOGPROBS = 5
"""More alternatives per token are dropped when recording: they make up most of a recording and serve nothing."""

MAX_CHARS = 2**24
"""A longer line, or shared text, is neither written nor read; the longest article with its answer takes a tenth."""

MAX_TOKENS = 2**53
"""No server counts so far; larger numbers break arithmetic later."""

SHARED_FROM = 200
"""Texts of this many characters are kept once under their hash; a reference takes 29."""

_OUTCOMES = get_args(Outcome)
_columns = itemgetter("tokens", "logprobs", "top", "top_logprobs")
_DETAILS = ("cached_input_tokens", "reasoning_tokens")
"""Of `Usage`: written only where they are not 0."""

_HEAD = re.compile(r'\{"key":"([0-9a-f]{64})","sha256":"([0-9a-f]{64})","response":')
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")
_BEFORE_BLANK_LINE = re.compile(r"(?<=\n)(?=\r?\n)")
_REFERENCE = re.compile(r'\{"shared":"([0-9a-f]{16})"\}')

_UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError)
"""What reading JSON of the wrong form can raise: a part of another type, a number too large, nesting too deep."""


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number of JSON")


_decoder = json.JSONDecoder(parse_constant=_no_number)

Shared = Callable[[str], Any]
"""Gives the value kept under a name; raises DamagedRecording when it is not there or not what it was."""


@dataclass(frozen=True, slots=True)
class Recording:
    """One request with all that came back.

    Attributes:
        content: what the key is made of (`Request.content`).
        about: labels for people.
        response: `replayed` is set on one that was read.
    """

    key: str
    content: dict[str, Any]
    about: About
    response: Response


@dataclass(frozen=True, slots=True)
class Written:
    """A recording as text.

    Attributes:
        line: JSON, without a line end.
        shared: the texts it refers to: name → canonical JSON.
    """

    key: str
    line: str
    shared: Mapping[str, str]


def trimmed(response: Response) -> Response:
    """The response with no more alternatives per token than are recorded."""
    if all(len(token.top) <= MAX_TOP_LOGPROBS for attempt in response.attempts for token in attempt.logprobs):
        return response
    attempts = tuple(
        replace(attempt, logprobs=tuple(replace(token, top=token.top[:MAX_TOP_LOGPROBS]) for token in attempt.logprobs))
        for attempt in response.attempts
    )
    return replace(response, attempts=attempts)


def recorded(request: Request, response: Response) -> Recording:
    """The recording of one answered request."""
    return Recording(request.key, request.content, request.about, trimmed(response))


def written(recording: Recording) -> Written:
    """Writes a recording; equal recordings give equal text. What is written can be read.

    Raises:
        StoreError: it holds what a recording cannot: a text that is none, NaN, a count below zero, too much.
    """
    shared: dict[str, str] = {}
    try:
        response, about = _response_data(recording.response), asdict(recording.about)
        _response(response), _about(about)
        parts = {"response": response, "about": about, "request": _folded(recording.content, shared)}
        body = ",".join(f'"{name}":{json_text(part)}' for name, part in parts.items())
        rest = f'",{body}}}'
        if max(map(len, (rest, *shared.values()))) > MAX_CHARS:
            raise ValueError(f"it takes more than {MAX_CHARS:,} characters")
    except _UNREADABLE as error:
        raise StoreError(f"an answer cannot be recorded: {error}") from error
    head = f'{{"key":"{recording.key}","sha256":"'
    return Written(recording.key, head + _hex(head + rest) + rest, shared)


def answer(line: str, key: str, where: str) -> Response:
    """The response of a line: what a hit costs.

    Args:
        line: as written.
        key: the request asked about.
        where: file or file:line, for the error.

    Raises:
        DamagedRecording: the line is not what was written under this key.
    """
    start = _checked(line, key, where)
    try:
        return _response(_decoder.raw_decode(line, start)[0])
    except _UNREADABLE as error:
        raise damaged(key, where, f"its response cannot be read ({error})") from error


def labels(line: str, key: str, where: str) -> About:
    """Where the request of a line comes from; raises as `answer` does."""
    return _read(line, key, where)[1]


def read(line: str, key: str, where: str, shared: Shared) -> Recording:
    """Reads a whole recording.

    Args:
        line: as written.
        key: the key it stands under.
        where: file or file:line, for the error.
        shared: finds the texts it refers to.

    Raises:
        DamagedRecording: the line, or a text it refers to, is not what was written, or its key is not that of
            its request.
    """
    response, about, request = _read(line, key, where)
    try:
        content = _unfolded(request, shared)
        if _hex(canonical_json(content)) != key:
            raise damaged(key, where, "its key is not that of its request")
        if missing := {"model", "messages"} - set(content):
            raise damaged(key, where, f"its request has no {min(missing)}")
    except _UNREADABLE as error:
        raise damaged(key, where, f"its request cannot be read ({error})") from error
    return Recording(key, content, about, response)


def references(text: str) -> list[str]:
    """Names of the shared texts that a line, or a shared text, refers to."""
    # Quotes inside a JSON string are escaped, so no answer can look like a reference.
    return _REFERENCE.findall(text)


def json_text(data: object) -> str:
    """Canonical JSON that UTF-8 can hold: a model's half of a surrogate pair is kept as its escape."""
    return _LONE_SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", canonical_json(data))


def parsed(text: str) -> Any:
    """The value of a JSON text.

    Raises:
        ValueError: it is none; NaN and infinity are none.
        RecursionError: it is nested too deeply.
    """
    return _decoder.decode(text)


def shared_name(text: str) -> str:
    """The name a shared text is kept under."""
    return _hex(text)[:16]


def damaged(key: str, where: str, reason: str) -> DamagedRecording:
    """The error for one recording."""
    return DamagedRecording(
        f"recording {key!r} in {where!r} is damaged: {reason}; restore the file, or drop it from the store with "
        "`extract cache prune --damaged`, or record it again with --cache refresh"
    )


def _hex(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _checked(line: str, key: str, where: str) -> int:
    """Where the response begins in a line that is what was written."""
    found = _HEAD.match(line)
    if found is None or found[1] != key:
        raise damaged(key, where, "it is not a recording of this key")
    if len(line) > MAX_CHARS + found.end():
        raise damaged(key, where, f"it takes more than {MAX_CHARS:,} characters")
    try:
        digest = _hex(line[: found.start(2)] + line[found.end(2) :])
    except UnicodeEncodeError as error:
        raise damaged(key, where, f"it is not text ({error})") from error
    if digest != found[2]:
        raise damaged(key, where, "it was cut off or changed after it was written (its digest does not fit)")
    return found.end()


def _read(line: str, key: str, where: str) -> tuple[Response, About, dict[str, Any]]:
    _checked(line, key, where)
    try:
        data = parsed(line)
        return _response(data["response"]), _about(data["about"]), data["request"]
    except _UNREADABLE as error:
        raise damaged(key, where, f"it cannot be read ({error!r})") from error


def _response_data(response: Response) -> dict[str, Any]:
    return {
        "attempts": [_attempt_data(attempt) for attempt in response.attempts],
        "outcome": response.outcome,
        "seconds": response.seconds,
        "recorded_on": response.recorded_on,
        "versions": dict(response.versions),
    }


def _attempt_data(attempt: Attempt) -> dict[str, Any]:
    usage = attempt.usage
    data: dict[str, Any] = {
        "text": attempt.text,
        "finish_reason": attempt.finish_reason,
        "usage": [usage.input_tokens, usage.output_tokens],
    }
    # Only where there are some: recordings of earlier versions keep their bytes.
    data |= {name: count for name in _DETAILS if (count := getattr(usage, name))}
    if attempt.logprobs:
        # By column: most of a recording is this, and it is read in half the time it takes by row.
        data["logprobs"] = {
            "tokens": [token.token for token in attempt.logprobs],
            "logprobs": [token.logprob for token in attempt.logprobs],
            "top": [[text for text, _ in token.top] for token in attempt.logprobs],
            "top_logprobs": [[logprob for _, logprob in token.top] for token in attempt.logprobs],
        }
    if attempt.error is not None:
        data["error"] = attempt.error
    return data


def _response(data: Mapping[str, Any]) -> Response:
    """The response; every part is of its type, so that nothing recorded can surprise who uses it."""
    if data["outcome"] not in _OUTCOMES:
        raise ValueError(f"its outcome is none of {', '.join(_OUTCOMES)}")
    if not data["attempts"]:
        raise ValueError("it has no attempt")
    if not 0 <= data["seconds"] < math.inf:
        raise ValueError("its seconds are not finite, or below zero")
    _texts((data["recorded_on"], *data["versions"], *data["versions"].values()))
    return Response(
        attempts=tuple([_attempt(attempt) for attempt in data["attempts"]]),
        outcome=data["outcome"],
        seconds=data["seconds"],
        recorded_on=data["recorded_on"],
        versions=data["versions"],
        replayed=True,
    )


def _attempt(data: Mapping[str, Any]) -> Attempt:
    text, finish_reason, error = data["text"], data["finish_reason"], data.get("error")
    _texts((text, finish_reason, error or ""))
    counts = data["usage"]
    if "cached_input_tokens" in data or "reasoning_tokens" in data:
        counts = [*counts, *(data.get(name, 0) for name in _DETAILS)]
    for count in counts:
        if type(count) is not int or not 0 <= count < MAX_TOKENS:
            raise ValueError("its usage is no count of tokens")
    columns = data.get("logprobs")
    return Attempt(text, finish_reason, Usage(*counts), () if columns is None else _logprobs(columns), error)


def _logprobs(columns: Mapping[str, Any]) -> tuple[TokenLogprob, ...]:
    tokens, logprobs, top, top_logprobs = _columns(columns)
    _texts(tokens)
    _texts(map("".join, top))
    if not math.isfinite(sum(map(sum, top_logprobs), sum(logprobs))):
        raise ValueError("a logprob is not finite")
    return tuple(map(TokenLogprob, tokens, logprobs, map(tuple, map(zip, top, top_logprobs))))


def _about(data: Mapping[str, Any]) -> About:
    _texts(data.values())
    return About(data["article"], data["prompt"], data["unit"])


def _texts(values: Iterable[str]) -> None:
    """Raises TypeError if one is no text; joining is the fastest way to see it, and every hit pays for it."""
    "".join(values)


def _folded(content: Mapping[str, Any], shared: dict[str, str]) -> dict[str, Any]:
    """The request with its long texts replaced by references; `shared` receives the texts."""
    messages = [{**message, "content": _folded_text(message["content"], shared)} for message in content["messages"]]
    fixed = _referred(messages[:-1], shared)
    return {
        **content,
        "messages": [*(fixed if isinstance(fixed, list) else [fixed]), *messages[-1:]],
        "schema": _referred(content["schema"], shared),
    }


def _folded_text(text: str, shared: dict[str, str]) -> str | list[Any]:
    """Paragraphs apart, so that an article inside several questions is kept once."""
    if len(text) < SHARED_FROM:
        return text
    return [_referred(piece, shared) for piece in _BEFORE_BLANK_LINE.split(text)]


def _referred(value: Any, shared: dict[str, str]) -> Any:
    text = json_text(value)
    if len(text) < SHARED_FROM:
        return value
    name = shared_name(text)
    shared[name] = text
    return {"shared": name}


def _unfolded(request: Mapping[str, Any], shared: Shared) -> dict[str, Any]:
    def whole(value: Any) -> Any:
        return shared(value["shared"]) if isinstance(value, dict) and value.keys() == {"shared"} else value

    def text(content: Any) -> str:
        return content if isinstance(content, str) else "".join(map(whole, content))

    given = [whole(item) for item in request["messages"]]  # the fixed ones may be one reference
    messages = [message for item in given for message in (item if isinstance(item, list) else [item])]
    unfolded = [{**message, "content": text(message["content"])} for message in messages]
    return {**request, "messages": unfolded, "schema": whole(request["schema"])}
