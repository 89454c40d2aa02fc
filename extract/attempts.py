"""What comes back from a model, answer by answer, as instructor's hooks show it.

Only reading: what is asked, and when it is asked again, is in `openai_client`.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pydantic import ValidationError

from extract.client import Attempt, TokenLogprob, Usage

if TYPE_CHECKING:
    from instructor.core import Hooks
    from openai.types.chat import ChatCompletion

ANSWER = "answer"
"""Key under which a value that is no object is asked for, where only objects can be."""

_ENVELOPE = re.compile(rf'\s*\{{\s*"{ANSWER}"\s*:\s*')


@dataclass(slots=True)
class Transcript:
    """All answers to one request.

    Attributes:
        attempts: in order.
        rejected: instructor's error about the last answer that did not fit.
        answered: an answer has come since the question was last sent.
    """

    attempts: list[Attempt] = field(default_factory=list)
    rejected: BaseException | None = None
    answered: bool = False

    def hooks(self) -> Hooks:
        """Hooks that write into this transcript; they never raise, instructor would hide it."""
        from instructor.core import Hooks

        hooks = Hooks()
        hooks.on("completion:kwargs", self._sent)
        hooks.on("completion:response", self._received)
        hooks.on("parse:error", self._rejected)
        return hooks

    def fault(self, error: str) -> None:
        """Marks the last answer as not accepted."""
        self.attempts[-1] = replace(self.attempts[-1], error=error)

    def is_rejection(self, error: BaseException) -> bool:
        """Whether an exception means that an answer came and did not fit."""
        return error is self.rejected

    def _sent(self, *_: object, **__: object) -> None:
        self.answered = False

    def _received(self, response: object) -> None:
        self.answered = True
        self.attempts.append(read_attempt(response))  # now: instructor adds up the usage in place afterwards

    def _rejected(self, error: Exception) -> None:
        self.rejected = error
        self.fault(why_rejected(error))


def why_rejected(error: BaseException) -> str:
    """Why an answer was not accepted, in one line."""
    if isinstance(error, ValidationError):
        faults = [f"/{'/'.join(str(part) for part in fault['loc'])}: {fault['msg']}" for fault in error.errors()]
        return "; ".join(faults[:3]) + (f"; and {len(faults) - 3} more" if len(faults) > 3 else "")
    return " ".join(str(error).split())[:300] or type(error).__name__


def read_attempt(response: object) -> Attempt:
    """One answer as it came; of providers that give no JSON text, only arguments, those as JSON."""
    from openai.types.chat import ChatCompletion

    if not isinstance(response, ChatCompletion):
        return _other_attempt(response)
    choice = response.choices[0]
    message = choice.message
    text = message.content or message.refusal or ""
    if message.tool_calls and message.tool_calls[0].type == "function":
        text = message.tool_calls[0].function.arguments
    return Attempt(
        text,
        finish_reason=choice.finish_reason or "unknown",
        usage=Usage(_count(response.usage, "prompt_tokens"), _count(response.usage, "completion_tokens")),
        logprobs=_logprobs(response),
    )


def _other_attempt(response: object) -> Attempt:
    # Shaped like Anthropic's messages, as far as it goes; the text of an accepted answer is never lost, it can be
    # written anew from what instructor read.
    text = ""
    for block in getattr(response, "content", None) or ():
        if getattr(block, "type", None) == "tool_use":
            text = json.dumps(block.input, ensure_ascii=False)
        elif not text and getattr(block, "type", None) == "text":
            text = block.text
    usage = getattr(response, "usage", None)
    return Attempt(
        text,
        finish_reason=str(getattr(response, "stop_reason", None) or "unknown"),
        usage=Usage(_count(usage, "input_tokens"), _count(usage, "output_tokens")),
    )


def _count(usage: object, name: str) -> int:
    value = getattr(usage, name, None)
    return value if isinstance(value, int) else 0


def _logprobs(completion: ChatCompletion) -> tuple[TokenLogprob, ...]:
    given = completion.choices[0].logprobs
    if given is None or given.content is None:
        return ()
    return tuple(
        TokenLogprob(token.token, token.logprob, tuple((other.token, other.logprob) for other in token.top_logprobs))
        for token in given.content
    )


def inner_value(text: str) -> str:
    """The value of the one key of an object, as it was written."""
    opening = _ENVELOPE.match(text)
    if opening is None:  # the key was written with escapes
        return json.dumps(json.loads(text)[ANSWER], ensure_ascii=False)
    _, end = json.JSONDecoder().raw_decode(text, opening.end())
    return text[opening.end() : end]
