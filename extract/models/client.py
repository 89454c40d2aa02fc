"""Requests to a model and what comes back: the one seam between this project and any model.

A `Request` is semantic: it holds what determines the answer and nothing that does not (no host, key, header,
time or version). Everything that answers requests is a `Client`: the real one (`openai_client`), the store in
front of it (`store`), the fakes of the tests.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import astuple, dataclass, field
from functools import cached_property, lru_cache
from operator import add
from typing import Any, Literal, Protocol, runtime_checkable

from pydantic import BaseModel, ValidationError

from extract.spec import AnswerMode

REQUEST_VERSION = 1
"""Changes when the meaning of a request's fields does; part of every key."""

BATCHED: Mapping[str, str] = {"sent by": "batch"}
"""In the versions of a response: it was asked for in a provider's batch."""

UNDER_GRAMMAR: Mapping[str, bool] = {"under grammar": True}
"""Context in which a form validates an answer that was written under a grammar: all that the grammar rules out is a fault."""

Role = Literal["system", "user", "assistant"]
Outcome = Literal["ok", "invalid", "cut"]


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a request."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Sampling:
    """How the answer is drawn.

    Attributes:
        temperature: 0 is greedy; None is 0 where a server takes it.
        seed: passed on where a server takes one; None is 0.
        max_tokens: hard limit on the answer; always set, a small model can run away.
        top_logprobs: how many alternatives to report per token; 0 asks for no logprobs.
        top_p: share of the likeliest tokens to draw from; None leaves it to the server, as do the following.
        reasoning_effort: how long a reasoning model may think, in the server's own words ("low", "high").
        mode: how the form is asked for; None takes what suits the model, and another where a server refuses that.
        strict: the schema is sent in OpenAI's strict form, in which every field has to be written.
    """

    temperature: float | None = None
    seed: int | None = None
    max_tokens: int = 1024
    top_logprobs: int = 0
    top_p: float | None = None
    reasoning_effort: str | None = None
    mode: AnswerMode | None = None
    strict: bool = False

    @property
    def chosen(self) -> dict[str, Any]:
        """The options that somebody chose."""
        names = ("temperature", "seed", "top_p", "reasoning_effort", "mode", "strict")
        values = {name: getattr(self, name) for name in names}
        return {name: value for name, value in values.items() if value is not None and value is not False}


@dataclass(frozen=True, slots=True)
class About:
    """Where a request comes from: labels for people, never part of the key.

    Attributes:
        article: article id.
        prompt: "task/set/file".
        unit: which piece of the article ("article", "chunk 2", "sentence 14", "sentence 14, figure 2").
    """

    article: str = ""
    prompt: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Request:
    """One question to a model.

    Attributes:
        model: identity of the model, without where it runs (a local model: digest of its weights, template
            mode, grammar mode).
        messages: fixed part first, so that a server can reuse it.
        answer: the pydantic model an answer must fit; its JSON schema is part of the key.
        sampling: how the answer is drawn.
        sample: repeat number; repeat i asks sample i, so that repeats are real.
        grammar: what the answer is written under by a server that takes one (`prompting.grammars`); the others get the
            form's JSON schema.
        about: labels, not part of the key.
    """

    model: str
    messages: tuple[Message, ...]
    answer: type[BaseModel]
    sampling: Sampling = Sampling()
    sample: int = 0
    grammar: str | None = None
    about: About = field(default=About(), compare=False)

    @cached_property
    def schema(self) -> dict[str, Any]:
        """JSON schema of the answer."""
        return _schema(self.answer)

    @cached_property
    def content(self) -> dict[str, Any]:
        """The explicit list of fields that make up the key, as JSON-able data.

        The grammar and the younger options of `Sampling` are in it where they are set: older keys stay what they were.
        """
        younger = ("top_p", "reasoning_effort", "mode", "strict")
        return {
            "version": REQUEST_VERSION,
            "model": self.model,
            "messages": [{"role": message.role, "content": message.content} for message in self.messages],
            "schema": _ordered_schema(self.answer),
            "temperature": self.sampling.temperature or 0.0,
            "seed": self.sampling.seed or 0,
            "max_tokens": self.sampling.max_tokens,
            "top_logprobs": self.sampling.top_logprobs,
            "sample": self.sample,
            **{name: value for name, value in self.sampling.chosen.items() if name in younger},
            **({} if self.grammar is None else {"grammar": self.grammar}),
        }

    @cached_property
    def key(self) -> str:
        """SHA-256 of the canonical JSON of `content`, in hex."""
        return hashlib.sha256(canonical_json(self.content).encode()).hexdigest()

    def keeps_grammar(self, text: str) -> bool:
        """Whether an answer is one that its grammar allows; a server that cannot read the grammar answers without."""
        try:
            self.answer.model_validate_json(text, context=dict(UNDER_GRAMMAR))
        except (ValidationError, UnicodeError):
            return False
        return True


@lru_cache(maxsize=1024)
def _schema(answer: type[BaseModel]) -> dict[str, Any]:
    """Made once per form: pydantic takes a third of a millisecond for it."""
    return answer.model_json_schema()


@lru_cache(maxsize=1024)
def _ordered_schema(answer: type[BaseModel]) -> Any:
    return ordered_properties(_schema(answer))


def ordered_properties(schema: Any) -> Any:
    """A JSON schema with every `properties` object as a list of pairs.

    Canonical JSON sorts keys, but the order of properties is the order in which a model writes them: two
    schemas that differ in it are two questions.
    """
    if isinstance(schema, list):
        return [ordered_properties(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        name: [[key, ordered_properties(item)] for key, item in value.items()]
        if name == "properties" and isinstance(value, dict)
        else ordered_properties(value)
        for name, value in schema.items()
    }


def canonical_json(data: object) -> str:
    """One JSON text per value: sorted keys, no spaces, no ASCII escapes, no NaN."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one attempt or of many; addable.

    Attributes:
        input_tokens: of the request, those that the server had cached included.
        output_tokens: of the answer, those spent on reasoning included.
        cached_input_tokens: part of `input_tokens`.
        reasoning_tokens: part of `output_tokens`.
    """

    input_tokens: int = 0
    output_tokens: int = 0
    cached_input_tokens: int = 0
    reasoning_tokens: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(*map(add, astuple(self), astuple(other)))


@dataclass(frozen=True, slots=True)
class TokenLogprob:
    """One generated token with its alternatives.

    Attributes:
        token: its text.
        logprob: natural logarithm of its probability, before sampling, not renormalised under a grammar.
        top: alternatives, most likely first.
    """

    token: str
    logprob: float
    top: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Attempt:
    """One answer of the model, valid or not.

    Attributes:
        text: the raw bytes of the answer as text, verbatim.
        finish_reason: as the server said it ("stop", "length").
        usage: tokens of this attempt alone.
        logprobs: per generated token, if asked for.
        error: why the answer was not accepted, or None.
    """

    text: str
    finish_reason: str = "stop"
    usage: Usage = Usage()
    logprobs: tuple[TokenLogprob, ...] = ()
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """All that came back for one request.

    Attributes:
        attempts: every answer in order, at least one; the last one counts.
        outcome: `ok`, `invalid` (asked again and still not valid) or `cut` (ran into the token limit).
        seconds: from sending the first attempt to receiving the last.
        recorded_on: ISO day on which the model answered.
        versions: software that produced it, by name.
        replayed: answered from a recording.
    """

    attempts: tuple[Attempt, ...]
    outcome: Outcome
    seconds: float
    recorded_on: str
    versions: Mapping[str, str] = field(default_factory=dict)
    replayed: bool = False

    @property
    def batched(self) -> bool:
        """Whether it was asked for in a provider's batch, which costs less."""
        return BATCHED.items() <= self.versions.items()

    @property
    def text(self) -> str:
        """Raw text of the attempt that counts."""
        return self.attempts[-1].text

    @property
    def usage(self) -> Usage:
        """Tokens of all attempts, failed ones included."""
        return sum((attempt.usage for attempt in self.attempts), Usage())


@runtime_checkable
class Client(Protocol):
    """Answers requests; safe to call from several threads."""

    def complete(self, request: Request) -> Response:
        """Answers one request.

        Raises:
            TransportError: no proper answer could be had.
            ReplayMiss: replaying, and nothing was recorded.
        """
        ...
