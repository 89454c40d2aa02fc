"""Clients of real models, all through instructor: OpenAI, servers that speak its language, other providers.

One question is one call of instructor, which validates the answer and asks once more with the error when it does
not fit. Its hooks show every answer on the way, and those are kept. Faults of the transport are handled inside
the same loop (`transport`). SDKs are imported when the first request is sent.
"""

from __future__ import annotations

import logging
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, create_model

from extract.attempts import ANSWER, Transcript, inner_value, why_rejected
from extract.client import Outcome, Request, Response
from extract.errors import ModelUnavailable
from extract.transport import PATIENT, TIMEOUT, NoAnswer, Patience, Persistence, as_model_error

if TYPE_CHECKING:
    from openai import OpenAI

Dialect = Literal["openai", "llama"]
"""`llama`: the embedded server, which answers with any JSON value and takes hints for its grammar."""

_GUIDANCE = {"x-guidance": {"whitespace_flexible": False}}  # no tokens for white space, no runaway of it
_NO_KEY = "no-key"  # the SDK refuses to start without one, local servers do not look at it


@dataclass(frozen=True, slots=True)
class Line:
    """An open line to a provider.

    Attributes:
        create: instructor's patched function.
        close: closes connections.
        host: for messages.
        full_sampling: takes a seed and gives logprobs.
    """

    create: Callable[..., object]
    close: Callable[[], object]
    host: str
    full_sampling: bool


class InstructorClient(ABC):
    """Answers requests through instructor; safe to call from several threads.

    Attributes:
        identity: what requests to this client name as their model.
    """

    def __init__(
        self,
        model: str,
        identity: str,
        *,
        dialect: Dialect,
        patience: Patience,
        secret: str | None,
        software: tuple[str, ...],
    ) -> None:
        self.identity = identity
        self._model = model
        self._dialect = dialect
        self._patience = patience
        self._secret = secret
        self._software = software
        self._opened: Line | None = None
        self._versions: dict[str, str] = {}
        self._refused: frozenset[str] = frozenset()
        self._lock = threading.Lock()

    def complete(self, request: Request) -> Response:
        """Answers one request.

        An answer that does not fit is asked for once more; what comes back then, or a cut answer, is a
        `Response` whose outcome says so. If `request.answer` is no object and the server wants one, the text
        kept is the value inside, as the model wrote it.

        Raises:
            ModelUnavailable: there is no key, no such model or provider, or no right to use it.
            TransportError: no proper answer could be had.
        """
        line = self._line()
        transcript = Transcript()
        persistence = Persistence(self._patience, transcript.is_rejection)
        started = self._patience.clock()
        outcome = self._ask(line, request, transcript, persistence)
        return Response(
            attempts=tuple(transcript.attempts),
            outcome=outcome,
            seconds=self._patience.clock() - started,
            recorded_on=datetime.now(UTC).date().isoformat(),
            versions=self._versions | ({"left out": ", ".join(sorted(self._refused))} if self._refused else {}),
        )

    def close(self) -> None:
        """Closes connections that are still open; another request opens new ones."""
        with self._lock:
            if self._opened is not None:
                self._opened.close()
                self._opened = None

    def _ask(self, line: Line, request: Request, transcript: Transcript, persistence: Persistence) -> Outcome:
        from instructor.core import IncompleteOutputException, InstructorError

        wrapped = self._dialect != "llama" and request.schema.get("type") != "object"
        form = _in_object(request.answer) if wrapped else request.answer
        sampling = _without(_parameters(request, line.full_sampling), self._refused)
        try:
            parsed = line.create(
                response_model=form,
                messages=[{"role": message.role, "content": message.content} for message in request.messages],
                max_retries=persistence.retrying(),
                hooks=transcript.hooks(),
                strict=False,  # validate as `parsing` will: an answer accepted here is accepted on replay
                **sampling,
            )
        except IncompleteOutputException:
            transcript.fault(f"cut: it ran into the limit of {request.sampling.max_tokens} tokens")
            return "cut"
        except InstructorError as error:
            fault = error.__cause__ or error
            if not transcript.attempts and (refused := refused_parameter(fault, sampling)):
                self._refused |= {refused}
                return self._ask(line, request, transcript, persistence)
            if not transcript.answered:
                raise as_model_error(fault, line.host, self._model, persistence.faults, self._secret) from fault
            if not transcript.is_rejection(fault):  # a refusal, say: instructor has no own error for it
                transcript.fault(why_rejected(fault))
            return "invalid"
        self._accept(transcript, parsed, wrapped)
        return "ok"

    def _accept(self, transcript: Transcript, parsed: object, wrapped: bool) -> None:
        last = transcript.attempts[-1]
        text = last.text
        if not text and isinstance(parsed, BaseModel):  # a provider whose raw answers cannot be read here
            text = parsed.model_dump_json()
        transcript.attempts[-1] = replace(last, text=inner_value(text) if wrapped else text)

    def _line(self) -> Line:
        with self._lock:
            if self._opened is None:
                # instructor logs answers as errors, and Python prints errors that nobody handles.
                logging.getLogger("instructor").addHandler(logging.NullHandler())
                self._opened = self._open()
                self._versions = installed_versions(self._software)
            return self._opened

    @abstractmethod
    def _open(self) -> Line:
        """Imports what is needed, and says how to ask."""

    def _through(self, sdk: OpenAI) -> Callable[..., object]:
        """The SDK's function, with a schema fit for the wire and a look at what comes; called by keywords."""

        def send(**parameters: Any) -> object:
            if "response_format" in parameters:
                parameters["response_format"] = _on_the_wire(parameters["response_format"], self._dialect)
            completion = sdk.chat.completions.create(**parameters)
            if not _has_message(completion):
                raise NoAnswer("the answer holds no message")
            return completion

        return send


class OpenAIClient(InstructorClient):
    """A server that speaks OpenAI's chat language."""

    def __init__(
        self,
        model: str,
        identity: str,
        *,
        base_url: str | None = None,
        api_key: str | None = None,
        dialect: Dialect = "openai",
        timeout: float = TIMEOUT,
        patience: Patience = PATIENT,
        software: tuple[str, ...] = (),
    ) -> None:
        """Prepares a client; nothing is opened before the first request.

        Args:
            model: its name at the server.
            identity: what requests name as their model, wherever it runs.
            base_url: where; None is OpenAI itself.
            api_key: None takes OPENAI_API_KEY for OpenAI itself, and none for other servers: that key is
                never sent anywhere else.
            dialect: what kind of server it is.
            timeout: seconds without a byte after which one try has failed.
            patience: how long faults are met with further tries.
            software: distributions to record the versions of, beside our own, instructor and openai.
        """
        super().__init__(
            model, identity, dialect=dialect, patience=patience, secret=api_key, software=("openai", *software)
        )
        self._base_url = base_url
        self._timeout = timeout

    def _open(self) -> Line:
        import instructor
        import openai

        # A proxy from the environment is not asked for a server inside this process.
        http = openai.DefaultHttpxClient(trust_env=False, timeout=self._timeout) if self._dialect == "llama" else None
        key = self._secret or (_NO_KEY if self._base_url else None)
        try:
            sdk = openai.OpenAI(
                base_url=self._base_url, api_key=key, timeout=self._timeout, max_retries=0, http_client=http
            )
        except openai.OpenAIError as error:
            raise ModelUnavailable(
                f"no key for model {self._model!r}: set OPENAI_API_KEY, name a server by --base-url, or --model local"
            ) from error
        self._secret = sdk.api_key
        mode = instructor.Mode.JSON_SCHEMA
        create = instructor.patch(create=self._through(sdk), mode=mode)
        return Line(partial(create, model=self._model), sdk.close, sdk.base_url.host, full_sampling=True)


class ProviderClient(InstructorClient):
    """A model of any provider that instructor knows, by `provider/model`; keys come from the environment."""

    def __init__(self, name: str, *, timeout: float = TIMEOUT, patience: Patience = PATIENT) -> None:
        """Prepares a client; nothing is opened before the first request.

        Args:
            name: `provider/model` as instructor spells it, "anthropic/claude-sonnet-4-6"; also the identity.
            timeout: seconds without a byte after which one try has failed, where the provider's SDK takes it.
            patience: how long faults are met with further tries.
        """
        self._provider, _, model = name.partition("/")
        self._timeout = timeout
        super().__init__(
            model,
            name,
            dialect="openai",
            patience=patience,
            secret=None,
            software=("openai", self._provider),
        )

    def _open(self) -> Line:
        import instructor
        import openai
        from instructor.core import InstructorError

        # OpenAI's mode is chosen here; the others know best themselves.
        mode = instructor.Mode.JSON_SCHEMA if self._provider == "openai" else None
        try:
            opened = instructor.from_provider(self.identity, mode=mode)
        except (InstructorError, ImportError, openai.OpenAIError, ValueError) as error:
            said = " ".join(str(error).split())[:300]
            raise ModelUnavailable(f"no model {self.identity!r} by instructor: {said}") from error
        sdk: Any = opened.client
        if hasattr(sdk, "max_retries"):
            sdk.max_retries = 0  # tries are counted here, not twice
        if hasattr(sdk, "timeout"):
            sdk.timeout = self._timeout
        if not isinstance(sdk, openai.OpenAI):
            return Line(opened.create, getattr(sdk, "close", lambda: None), self._provider, full_sampling=False)
        self._secret = sdk.api_key
        create = instructor.patch(create=self._through(sdk), mode=opened.mode, provider=opened.provider)
        return Line(partial(create, model=self._model), sdk.close, sdk.base_url.host, full_sampling=True)


def _parameters(request: Request, full: bool) -> dict[str, Any]:
    sampling = request.sampling
    chosen: dict[str, Any] = {"temperature": sampling.temperature, "max_tokens": sampling.max_tokens}
    if full:
        chosen["seed"] = sampling.seed
        if sampling.top_logprobs:
            chosen |= {"logprobs": True, "top_logprobs": sampling.top_logprobs}
    return chosen


def _has_message(completion: object) -> bool:
    # The SDK does not check what it was sent: a body of another kind is a str, a missing part a missing attribute.
    choices: Any = getattr(completion, "choices", None)
    return bool(choices) and getattr(choices[0], "message", None) is not None


# What a server may refuse, and what is left out with it. Reasoning models take the limit under its newer name.
_REFUSABLE = {
    "temperature": ("temperature",),
    "seed": ("seed",),
    "top_logprobs": ("logprobs", "top_logprobs"),
    "logprobs": ("logprobs", "top_logprobs"),
    "max_tokens": ("max_tokens",),
}
_REFUSALS = ("support", "not allowed", "unrecognized", "unknown", "unexpected", "extra", "not permitted")


def refused_parameter(error: BaseException, sent: Mapping[str, object]) -> str | None:
    """The sampling parameter that a server or its SDK does not take, if that is what an error says."""
    if not isinstance(error, TypeError) and getattr(error, "status_code", None) not in (400, 403, 422):
        return None
    said = str(error)
    if not any(word in said.lower() for word in _REFUSALS):
        return None
    named = getattr(error, "param", None)
    if named in _REFUSABLE and named in sent:
        return str(named)
    return next((name for name in _REFUSABLE if name in sent and name in said), None)


def _without(parameters: Mapping[str, Any], refused: frozenset[str]) -> dict[str, Any]:
    left_out = {name for key in refused for name in _REFUSABLE[key]}
    kept = {name: value for name, value in parameters.items() if name not in left_out}
    if "max_tokens" in left_out:
        kept["max_completion_tokens"] = parameters["max_tokens"]
    return kept


def _on_the_wire(response_format: Mapping[str, Any], dialect: Dialect) -> dict[str, Any]:
    described = response_format["json_schema"]
    schema = closed(described["schema"]) | (_GUIDANCE if dialect == "llama" else {})
    return {**response_format, "json_schema": {**described, "schema": schema}}


def closed(schema: Any) -> Any:
    """A JSON schema whose objects have no other keys than the named ones; a grammar would let a model invent some."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    inside = {name: closed(value) for name, value in schema.items()}
    return {"additionalProperties": False, **inside} if isinstance(schema.get("properties"), dict) else inside


def _in_object(answer: type[BaseModel]) -> type[BaseModel]:
    fields: dict[str, Any] = {ANSWER: (answer, ...)}
    return create_model("Answer", __config__=ConfigDict(extra="forbid"), **fields)


def installed_versions(distributions: tuple[str, ...]) -> dict[str, str]:
    """Versions of our own software, instructor, and of those named that are installed."""
    found = {}
    for name in ("attested", "instructor", *distributions):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
