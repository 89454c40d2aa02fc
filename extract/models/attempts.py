"""What comes back from a model, answer by answer, in one form whatever the server sent.

What is asked is in `openai_client`; here is what came, and whether it is asked for again. Servers send texts as lists,
counts as words and numbers of 400 digits; what cannot be read is left out here: nothing behind has to expect it.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from extract.models.client import Attempt, TokenLogprob, Usage
from extract.models.parsing import find_value, one_line, read_json
from extract.models.transport import PATIENT, NoAnswer, Patience, read_fault
from extract.spec import AnswerMode

if TYPE_CHECKING:
    from instructor.core import Hooks
    from tenacity import RetryCallState, Retrying

ANSWER = "answer"
"""Key under which a value that is no object is asked for, where only objects can be."""

CUT = frozenset({"length", "max_tokens", "MAX_TOKENS"})
"""Finish reasons of an answer that ran into the token limit."""

_FILTERED = frozenset({"content_filter", "safety", "SAFETY", "refusal"})
_ENVELOPE = re.compile(rf'\s*\{{\s*"{ANSWER}"\s*:\s*')
_MOST_TOKENS = 10**9
_LONGEST_REASON = 40


class Refused(Exception):
    """The model, or a filter before or behind it, declined to answer; its words. Asked again, it would again."""


@dataclass(slots=True)
class Transcript:
    """All answers to one request, and whether it is asked again.

    Attributes:
        patience: how long faults are met with further tries.
        attempts: in order.
        rejected: instructor's error about the last answer that did not fit.
        answered: an answer has come since the question was last sent.
        faults: of the transport, so far.
        reasked: answers rejected so far; the first one is asked for again, at once.
    """

    patience: Patience = PATIENT
    attempts: list[Attempt] = field(default_factory=list)
    rejected: BaseException | None = None
    answered: bool = False
    faults: int = 0
    reasked: int = 0

    def retrying(self, told: Callable[[BaseException], None]) -> Retrying:
        """What instructor takes as `max_retries`.

        Args:
            told: told of every fault that another try follows.
        """
        from tenacity import Retrying

        def tell(state: RetryCallState) -> None:
            if (error := _error(state)) and not self.is_rejection(error):
                told(error)

        return Retrying(
            retry=self._again,
            wait=self._wait,
            stop=lambda state: state.upcoming_sleep > self.patience.longest_asked,
            sleep=self.patience.sleep,
            before_sleep=tell,
            reraise=True,
        )

    def _again(self, state: RetryCallState) -> bool:
        error = _error(state)
        if not isinstance(error, Exception):
            return False
        if self.is_rejection(error):
            self.reasked += 1
            return self.reasked == 1
        if not read_fault(error).passing:
            return False
        self.faults += 1
        return self.faults < self.patience.tries

    def _wait(self, state: RetryCallState) -> float:
        error = _error(state)
        if error is None or self.is_rejection(error):
            return 0.0
        return self.patience.pause(self.faults, read_fault(error).retry_after)

    def hooks(self) -> Hooks:
        """Hooks that write into this transcript; they never raise, instructor would hide it."""
        from instructor.core import Hooks

        hooks = Hooks()
        hooks.on("completion:kwargs", self._sent)
        hooks.on("completion:response", self._received)
        hooks.on("parse:error", self._rejected)
        return hooks

    def add(self, attempt: Attempt) -> None:
        """Notes an answer."""
        self.answered = True
        self.attempts.append(attempt)

    def fault(self, error: str) -> None:
        """Marks the last answer as not accepted."""
        self.attempts[-1] = replace(self.attempts[-1], error=error)

    def is_rejection(self, error: BaseException) -> bool:
        """Whether an exception means that an answer came and did not fit."""
        return error is self.rejected

    def _sent(self, *_: object, **__: object) -> None:
        self.answered = False

    def _received(self, response: object) -> None:
        if not self.answered:  # by a provider whose answers do not come through `openai_client`
            self.add(read_other(response))

    def _rejected(self, error: Exception) -> None:
        self.rejected = error
        self.fault(why_rejected(error))


def _error(state: RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome else None


def why_rejected(error: BaseException) -> str:
    """Why an answer was not accepted, in one line."""
    if isinstance(error, ValidationError):
        faults = [f"/{'/'.join(str(part) for part in fault['loc'])}: {fault['msg']}" for fault in error.errors()]
        return "; ".join(faults[:3]) + (f"; and {len(faults) - 3} more" if len(faults) > 3 else "")
    return one_line(str(error)) or type(error).__name__


def read_answer(body: str, mode: AnswerMode | None = None, logprobs: int = 0) -> Attempt:
    """The answer in the body of a chat completion.

    Args:
        body: as the server sent it.
        mode: where a text and a tool call stand side by side, `tools` prefers the call.
        logprobs: how many alternatives per token were asked for; what was not is left out.

    Raises:
        NoAnswer: it holds no message.
    """
    try:
        completion = read_json(body)
    except ValueError as error:
        raise NoAnswer("the answer is no JSON") from error
    choice = _first(_get(completion, "choices"))
    message = _get(choice, "message")
    if not isinstance(message, Mapping | str):
        told = _words(_get(_get(completion, "error"), "message"))
        raise NoAnswer(f"the answer holds no message{': ' + told if told else ''}")
    said, called = (message, "") if isinstance(message, str) else (_words(_get(message, "content")), _called(message))
    refusal = _refusal(message)
    reason = _words(_get(choice, "finish_reason"))
    reason = reason if len(reason) <= _LONGEST_REASON and reason.split() == [reason] else "unknown"
    return Attempt(
        ((called or said) if mode == "tools" else (said or called)) or refusal,
        finish_reason=reason,
        usage=_usage(_get(completion, "usage")),
        logprobs=_logprobs(choice, logprobs) if logprobs else (),
        error=_declined(refusal if not said + called else "", reason, said),
    )


def _get(value: object, name: str) -> Any:
    return value.get(name) if isinstance(value, Mapping) else None


def _first(value: object) -> Any:
    return value[0] if isinstance(value, list) and value else None


def _words(value: object) -> str:
    """A text, the texts of a list of parts, or what somebody sent instead as JSON."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, Mapping) and isinstance(value.get("text"), str):
        return str(value["text"])
    if isinstance(value, list) and value and all(isinstance(_get(part, "type"), str) for part in value):
        return "".join(_words(part) for part in value if isinstance(_get(part, "text"), str))
    try:
        return json.dumps(value, ensure_ascii=False)
    except RecursionError:
        return ""


def _called(message: Mapping[str, Any]) -> str:
    function = _get(_first(message.get("tool_calls")), "function") or message.get("function_call")
    return _words(_get(function, "arguments"))


def _refusal(message: object) -> str:
    parts = _get(message, "content")
    parts = parts if isinstance(parts, list) else []
    return _words(_get(message, "refusal")) or "".join(_words(_get(part, "refusal")) for part in parts)


def _declined(refusal: str, reason: str, said: str) -> str | None:
    """The words in which an answer was declined, or None."""
    if refusal:
        return f"the model refused: {one_line(refusal)}"
    if reason in _FILTERED:
        told = f": {one_line(said)}" if said else ""
        return f"stopped by a filter of the server (finish reason {reason!r}){told}"
    return None


def read_other(response: object) -> Attempt:
    """An answer of an SDK of its own, shaped like Anthropic's messages as far as it goes.

    The text of an accepted answer is never lost, it can be written anew from what instructor read.
    """
    text = ""
    content = getattr(response, "content", None)
    for block in content if isinstance(content, list | tuple) else ():
        kind = getattr(block, "type", None)
        if kind == "tool_use":
            text = _words(getattr(block, "input", None))
        elif not text and kind == "text":
            text = _words(getattr(block, "text", None))
    reason = getattr(response, "stop_reason", None)
    usage = getattr(response, "usage", None)
    counts = {name: getattr(usage, name, None) for name in _COUNTS}
    return Attempt(text, reason if isinstance(reason, str) and reason else "unknown", _usage(counts))


_COUNTS = ("input_tokens", "output_tokens", "cache_read_input_tokens", "cache_creation_input_tokens")


def _usage(usage: object) -> Usage:
    """Tokens, by the names of several makers; a count that is none, or cannot be, is 0, as if it were not told."""
    read = _count(usage, "prompt_tokens", "input_tokens")
    written = _count(usage, "completion_tokens", "output_tokens")
    cached = _count(_get(usage, "prompt_tokens_details"), "cached_tokens") or _count(usage, "prompt_cache_hit_tokens")
    # Anthropic counts what was cached, and what is now, beside the rest.
    beside = _count(usage, "cache_read_input_tokens")
    read += beside + _count(usage, "cache_creation_input_tokens")
    thought = _count(_get(usage, "completion_tokens_details"), "reasoning_tokens")
    return Usage(read, written, min(read, cached or beside), min(written, thought))


def _count(usage: object, *names: str) -> int:
    for name in names:
        value = _get(usage, name)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= _MOST_TOKENS:
            return value
    return 0


def _logprobs(choice: object, most: int) -> tuple[TokenLogprob, ...]:
    """Every token with its alternatives; one that cannot be read leaves none, for they would spell something else."""
    content = _get(_get(choice, "logprobs"), "content")
    found: list[TokenLogprob] = []
    for item in content if isinstance(content, list) else ():
        pair = _logprob(item)
        if pair is None:
            return ()
        listed = _get(item, "top_logprobs")
        top = [other for other in map(_logprob, listed if isinstance(listed, list) else ()) if other is not None]
        found.append(TokenLogprob(*pair, tuple(top[:most])))
    return tuple(found)


def _logprob(item: object) -> tuple[str, float] | None:
    token, value = _get(item, "token"), _get(item, "logprob")
    if not isinstance(token, str) or isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return (token, min(0.0, float(value))) if math.isfinite(value) else None


def as_completion(attempt: Attempt, mode: AnswerMode, name: str) -> Any:
    """An answer as instructor expects it: bare JSON, in the place where the mode looks for it.

    Args:
        name: of the form, which is that of the tool.
    """
    from openai.types.chat import ChatCompletion

    # It may be sent back with the question why, and no request can hold half a character.
    text = _bare_json(attempt.text).encode("utf-8", "replace").decode()
    message: dict[str, Any] = {"role": "assistant", "content": text}
    if mode == "tools":
        call = {"id": "call", "type": "function", "function": {"name": name, "arguments": text}}
        message = {"role": "assistant", "content": None, "tool_calls": [call]}
    reason = "length" if attempt.finish_reason in CUT else "stop"
    choice = {"index": 0, "finish_reason": reason, "message": message}
    # Without usage: instructor would add it up in place.
    return ChatCompletion.model_validate(
        {"id": "", "object": "chat.completion", "created": 0, "model": "", "choices": [choice]}
    )


def _bare_json(text: str) -> str:
    found = find_value(text)
    if found is None:
        return text
    try:
        json.loads(text)
    except ValueError:
        return json.dumps(found.value, ensure_ascii=False)
    return text


def inner_value(attempt: Attempt) -> Attempt:
    """The answer without the object it was asked for in: the value of its one key as it was written, and its tokens."""
    text = _bare_json(attempt.text)
    opening = _ENVELOPE.match(text)
    if opening is None:  # the key was written with escapes
        return replace(attempt, text=json.dumps(read_json(text)[ANSWER], ensure_ascii=False), logprobs=())
    _, end = json.JSONDecoder(strict=False).raw_decode(text, opening.end())
    before = attempt.text.find(text)
    start = before + opening.end()
    tokens = () if before < 0 else _between(attempt.logprobs, attempt.text, start, before + end)
    return replace(attempt, text=text[opening.end() : end], logprobs=tokens)


def _between(tokens: tuple[TokenLogprob, ...], text: str, start: int, end: int) -> tuple[TokenLogprob, ...]:
    """The tokens that spell a piece of the text; those on its border without what lies outside."""
    if "".join(token.token for token in tokens) != text:
        return ()
    found: list[TokenLogprob] = []
    position = 0
    for token in tokens:
        outside = max(0, start - position)
        head, piece = token.token[:outside], token.token[outside : end - position if end > position else 0]
        if piece:
            top = tuple((other[outside:], value) for other, value in token.top if other.startswith(head))
            found.append(TokenLogprob(piece, token.logprob, top))
        position += len(token.token)
    return tuple(found)
