"""Clients of real models, all through instructor: OpenAI, servers that speak its language, other providers.

One question is one call of instructor, which validates the answer and asks once more with the error when it does
not fit. It is given answers as `attempts` reads them, bare and in one form. Faults of the transport are handled
inside the same loop (`transport`), limits of time and size below the SDK (`wire`). SDKs are imported when the first
request is sent.
"""

from __future__ import annotations

import logging
import os
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache, partial
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any, cast

from pydantic import BaseModel, ConfigDict, create_model

from extract.errors import ModelUnavailable, RequestRefused, TransportError
from extract.models.asking import (
    NEXT_MODE,
    Dialect,
    Manner,
    instructor_mode,
    own_mode,
    parameters_of,
    refused_form,
    refused_parameter,
    to_the_wire,
    without,
)
from extract.models.attempts import (
    ANSWER,
    CUT,
    Refused,
    Transcript,
    as_completion,
    inner_value,
    read_answer,
    why_rejected,
)
from extract.models.client import Attempt, Outcome, Request, Response, Sampling
from extract.models.keys import clean_key, holds_key, known_keys, password_of
from extract.models.parsing import is_json
from extract.models.transport import (
    PATIENT,
    NotEnforced,
    Patience,
    Unacceptable,
    as_model_error,
    read_fault,
    words_of,
)
from extract.spec import TIMEOUT, AnswerMode, option_name

if TYPE_CHECKING:
    from openai import OpenAI

Connect = Callable[..., Any]
"""Opens an HTTP client as `wire.BoundedClient` does: given seconds and `trust_env`."""

_NO_KEY = "no-key"  # the SDK refuses to start without one, local servers do not look at it


@dataclass(frozen=True, slots=True)
class Line:
    """An open line to a provider.

    Attributes:
        asking: given a transcript and the request, instructor's function that asks by keywords.
        close: closes connections.
        host: for messages.
        full_sampling: takes a seed and gives logprobs.
    """

    asking: Callable[[Transcript, Request], Callable[..., object]]
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
        timeout: float,
        key: str | None,
        software: tuple[str, ...],
        warn: Callable[[str], None],
    ) -> None:
        self.identity = identity
        self._model = model
        self._dialect = dialect
        self._patience = patience
        self._timeout = timeout
        self._key = key
        self._know(key)
        self._software = software
        self._warn = warn
        self._takes_grammars = False  # a server that somebody runs may be sent one, a provider not
        self._speaks_openai = dialect == "openai"
        self._lines: dict[AnswerMode | None, Line] = {}
        self._versions: dict[str, str] = {}
        self._manner = Manner()
        self._faults: set[int | None] = set()
        self._lock = threading.Lock()
        self._connect: Connect | None = None

    @property
    def manner(self) -> Manner:
        """How the server is asked, as far as it has refused something."""
        return self._manner

    def through(self, connect: Connect, manner: Manner) -> None:
        """Sends requests in another way from now on, for which no key is needed.

        Args:
            connect: opens what sends them.
            manner: how the server is asked, as was found out before.
        """
        self._connect, self._manner = connect, manner
        self._key = self._key or _NO_KEY

    def complete(self, request: Request) -> Response:
        """Answers one request.

        An answer that does not fit is asked for once more, a refusal is not; what comes back then, or a cut answer,
        is a `Response` whose outcome says so. If `request.answer` is no object and the server wants one, the text
        kept is the value inside, as the model wrote it.

        Raises:
            ModelUnavailable: there is no key, no such model or provider, no right to use it, or it does not take an
                option that was chosen.
            TransportError: no proper answer could be had.
        """
        transcript = Transcript(self._patience)
        started = self._patience.clock()
        try:
            outcome = self._ask(request, transcript)
            self._refuse_keys(transcript)
        except TransportError as error:
            error.attempts = tuple(transcript.attempts)
            raise
        return Response(
            attempts=tuple(transcript.attempts),
            outcome=outcome,
            seconds=self._patience.clock() - started,
            recorded_on=datetime.now(UTC).date().isoformat(),
            versions=self._versions | self._manner.towards(request.sampling).noted,
        )

    def _know(self, *given: str | None) -> None:
        """Keys that are searched for in answers: those that can be told from a word; all are masked."""
        self._keys = known_keys(os.environ, *given)
        self._masked = self._keys | {key for key in given if key}

    def close(self) -> None:
        """Closes connections that are still open; another request opens new ones."""
        with self._lock:
            while self._lines:
                self._lines.popitem()[1].close()

    def _ask(self, request: Request, transcript: Transcript) -> Outcome:
        from instructor.core import IncompleteOutputException

        known = self._manner
        manner = known.towards(request.sampling)
        grammar = self._grammar(request, manner)
        mode = None if grammar else request.sampling.mode or manner.mode
        line = self._line(mode)
        wrapped = self._dialect != "llama" and not grammar and request.schema.get("type") != "object"
        parameters = grammar | without(parameters_of(request.sampling, line.full_sampling), manner.refused)
        try:
            parsed = line.asking(transcript, request)(
                response_model=prepared_form(request.answer, wrapped=wrapped),
                messages=[{"role": message.role, "content": message.content} for message in request.messages],
                max_retries=transcript.retrying(partial(self._trying_again, line.host)),
                hooks=transcript.hooks(),
                strict=False,  # validate as `parsing` will: an answer accepted here is accepted on replay
                **parameters,
            )
        except IncompleteOutputException:
            transcript.fault(f"cut: it ran into the limit of {request.sampling.max_tokens} tokens")
            return "cut"
        except Exception as error:  # instructor wraps most, and SDKs have errors of their own
            fault = error.__cause__ or error
            if isinstance(fault, ModelUnavailable):
                raise fault from None
            if isinstance(fault, ImportError):  # what instructor or an SDK looks for when it is used: no article can do
                raise ModelUnavailable(f"{line.host} cannot be asked: {words_of(error, self._masked)}") from error
            if isinstance(fault, NotEnforced) and self._dialect == "openai":
                self._leave_out(known, {"grammar"}, f"{line.host} does not write under the grammar: asked without")
                return self._ask(request, transcript)
            if not transcript.attempts and self._gives_way(fault, parameters, request.sampling, known, line.host):
                return self._ask(request, transcript)
            if not transcript.answered:
                raise as_model_error(fault, line.host, self._model, transcript.faults, self._masked) from fault
            if not transcript.is_rejection(fault):
                transcript.fault(why_rejected(fault))
            return "invalid"
        last = transcript.attempts[-1]
        if not last.text and isinstance(parsed, BaseModel):  # a provider whose raw answers cannot be read here
            last = replace(last, text=parsed.model_dump_json())
        transcript.attempts[-1] = inner_value(last) if wrapped else last
        return "ok"

    def _trying_again(self, host: str, error: BaseException) -> None:
        """Says, once for each kind of fault, what is waited for: a server that is away looks like a slow one."""
        fault = read_fault(error, self._masked)
        with self._lock:
            if fault.status not in self._faults:
                self._faults.add(fault.status)
                self._warn(
                    f"{host} {fault.answered}{fault.asks}: every question is tried {self._patience.tries} times; {fault.words}"
                )

    def _gives_way(
        self, fault: BaseException, sent: Mapping[str, object], sampling: Sampling, manner: Manner, host: str
    ) -> bool:
        """Whether to ask anew without what the server refused; what somebody chose is an error instead."""
        refused = refused_parameter(fault, sent)
        form = refused is None and refused_form(fault, sampling)
        options = ("mode", "strict") if form else (refused,)
        if chosen := [option_name(*option) for option in sampling.chosen.items() if option[0] in options]:
            raise ModelUnavailable(
                f"{host} does not take {' or '.join(chosen)} with model {self._model!r}: leave that option out; "
                f"it says: {as_model_error(fault, host, self._model, 1, self._masked)}"
            ) from fault
        mode = manner.mode or "json_schema"
        another = NEXT_MODE.get(mode) if form and self._speaks_openai else None
        if refused is None and another is None:
            return False
        instead = (
            f"by {another!r}" if another else "with max_completion_tokens" if refused == "max_tokens" else "without"
        )
        said = f"{host} does not take {refused or f'mode {mode!r}'}: asked {instead}"
        self._leave_out(manner, {refused} if refused else set(), said, another)
        return True

    def _leave_out(self, manner: Manner, refused: set[str], said: str, mode: AnswerMode | None = None) -> None:
        """Asks in another manner from now on, and says so once."""
        with self._lock:
            if self._manner == manner:  # else another thread has met the same, and asking anew will show what is left
                self._manner = Manner(manner.refused | refused, mode or manner.mode)
                self._warn(said)

    def _grammar(self, request: Request, manner: Manner) -> dict[str, str]:
        """The grammar as a parameter, where the server takes one and nobody chose another way to ask."""
        if request.grammar is None or not self._takes_grammars or "grammar" in manner.refused:
            return {}
        return {} if self._dialect == "openai" and request.sampling.mode else {"grammar": request.grammar}

    def _line(self, mode: AnswerMode | None) -> Line:
        with self._lock:
            if mode not in self._lines:
                # instructor logs answers as errors, and Python prints errors that nobody handles.
                logging.getLogger("instructor").addHandler(logging.NullHandler())
                self._lines[mode] = self._open(mode)
                self._versions = installed_versions(self._software)
            return self._lines[mode]

    @abstractmethod
    def _open(self, mode: AnswerMode | None) -> Line:
        """Imports what is needed, and says how to ask."""

    def _http(self, *, trust_env: bool = True) -> Any:
        """The HTTP client under the SDK."""
        from extract.models.wire import BoundedClient

        return (self._connect or BoundedClient)(self._timeout, trust_env=trust_env)

    def _line_of(self, sdk: OpenAI, mode: AnswerMode, provider: Any) -> Line:
        """A line through OpenAI's SDK, whose answers are read and checked before instructor sees them."""
        import instructor

        def asking(transcript: Transcript, request: Request) -> Callable[..., object]:
            def send(**parameters: Any) -> object:
                name = to_the_wire(parameters, self._dialect, request.sampling.strict)
                if request.sampling.strict and name is None:
                    raise ModelUnavailable(
                        f"{sdk.base_url.host} is sent no schema by mode {mode!r}: leave --strict out"
                    )
                attempt = read_answer(self._post(sdk, parameters), mode, request.sampling.top_logprobs)
                transcript.add(attempt)
                cut = attempt.finish_reason in CUT
                if self._dialect == "llama" and not is_json(attempt.text, cut=cut):
                    transcript.answered = False
                    raise Unacceptable("the answer is no JSON: the server did not enforce its form")
                if "extra_body" in parameters and not _kept(request, attempt.text, cut):
                    transcript.fault(str(NotEnforced()))
                    transcript.answered = False
                    raise NotEnforced
                if attempt.error is not None:
                    raise Refused(attempt.error)
                return as_completion(attempt, mode, name or "")

            create = instructor.patch(create=send, mode=instructor_mode(mode), provider=provider)
            return partial(create, model=self._model)

        return Line(asking, sdk.close, sdk.base_url.host, full_sampling=True)

    def _post(self, sdk: OpenAI, parameters: Mapping[str, Any]) -> str:
        """The body of the answer; a server's bytes that are no UTF-8 become replacement characters."""
        raw = sdk.chat.completions.with_raw_response.create(**parameters)
        return raw.content.decode("utf-8-sig", "replace")

    def _refuse_keys(self, transcript: Transcript) -> None:
        """An answer that repeats a key must not be kept; of it only what it cost is."""
        if any(holds_key(text, self._keys) for attempt in transcript.attempts for text in _told(attempt)):
            transcript.attempts[:] = [Attempt("", "unknown", attempt.usage) for attempt in transcript.attempts]
            raise RequestRefused(f"an answer of model {self._model!r} repeats the API key; it is not kept")


class OpenAIClient(InstructorClient):
    """A server that speaks OpenAI's chat language."""

    def __init__(
        self,
        model: str,
        identity: str,
        *,
        base_url: str,
        api_key: str | None = None,
        dialect: Dialect = "openai",
        timeout: float = TIMEOUT,
        patience: Patience = PATIENT,
        warn: Callable[[str], None] = lambda line: None,
    ) -> None:
        """Prepares a client; nothing is opened before the first request.

        Args:
            model: its name at the server.
            identity: what requests name as their model, wherever it runs.
            base_url: where.
            api_key: for this server; no key of the environment is ever sent there.
            dialect: what kind of server it is.
            timeout: seconds for one try, from connecting to the last byte.
            patience: how long faults are met with further tries.
            warn: told, once, in one line, of what the server does not take and is left out.

        Raises:
            ModelUnavailable: no header can hold the key.
        """
        key = clean_key(api_key, "the API key of this server")
        super().__init__(
            model, identity, dialect=dialect, patience=patience, timeout=timeout, key=key,
            software=("openai", "xllamacpp") if dialect == "llama" else ("openai",), warn=warn,
        )  # fmt: skip
        self._know(key, password_of(base_url))
        self._base_url = base_url
        self._takes_grammars = True

    def _open(self, mode: AnswerMode | None) -> Line:
        import instructor
        import openai

        # A proxy from the environment is not asked for a server inside this process.
        http = self._http(trust_env=self._dialect != "llama")
        sdk = openai.OpenAI(
            base_url=self._base_url,
            api_key=self._key or _NO_KEY,
            timeout=self._timeout,
            max_retries=0,
            http_client=http,
        )
        return self._line_of(sdk, mode or "json_schema", instructor.Provider.OPENAI)


class ProviderClient(InstructorClient):
    """A model of any provider that instructor knows, by `provider/model`; keys come from the environment."""

    def __init__(
        self,
        name: str,
        *,
        timeout: float = TIMEOUT,
        patience: Patience = PATIENT,
        warn: Callable[[str], None] = lambda line: None,
    ) -> None:
        """Prepares a client; nothing is opened before the first request.

        Args:
            name: `provider/model` as instructor spells it, "anthropic/claude-sonnet-4-6"; also the identity.
            timeout: seconds for one try, where the provider's SDK takes it; others than OpenAI's count per byte.
            patience: how long faults are met with further tries.
            warn: as in `OpenAIClient`.

        Raises:
            ModelUnavailable: no header can hold the provider's key.
        """
        self._provider, _, model = name.partition("/")
        variable = f"{self._provider.upper()}_API_KEY"
        super().__init__(
            model, name, dialect="openai", patience=patience, timeout=timeout,
            key=clean_key(os.environ.get(variable), variable), software=("openai", self._provider), warn=warn,
        )  # fmt: skip
        self._speaks_openai = self._provider == "openai"

    def _open(self, mode: AnswerMode | None) -> Line:
        import instructor
        import openai
        from instructor.core import InstructorError, ModeError

        # OpenAI's mode is chosen here; the others know best themselves.
        asked = mode or ("json_schema" if self._speaks_openai else None)
        opener: Any = instructor.from_provider  # typed for the names of known models
        given = {} if self._key is None else {"api_key": self._key}
        try:
            opened = opener(self.identity, mode=instructor_mode(asked) if asked else None, **given)
            if mode and isinstance(opened.client, openai.OpenAI) and opened.mode != instructor_mode(mode):
                raise ModeError(mode, self._provider, [opened.mode.value])
        except ModeError as error:
            raise ModelUnavailable(
                f"{self._provider} does not know {option_name('mode', mode)}: leave that option out; it says: {error}"
            ) from error
        except (InstructorError, ImportError, openai.OpenAIError, ValueError, TypeError) as error:
            said = words_of(error, self._masked)
            raise ModelUnavailable(
                f"no model {self.identity!r} by instructor: {said}; or name a server by --base-url, or --model local"
            ) from error
        sdk: Any = opened.client
        if isinstance(sdk, openai.OpenAI):
            http = self._http()
            self._know(sdk.api_key)
            sdk = sdk.with_options(timeout=self._timeout, max_retries=0, http_client=http)
            return self._line_of(sdk, asked or own_mode(opened.mode), opened.provider)
        if hasattr(sdk, "max_retries"):
            sdk.max_retries = 0  # tries are counted here, not twice
        if hasattr(sdk, "timeout"):
            sdk.timeout = self._timeout
        close = getattr(sdk, "close", lambda: None)

        def asking(transcript: Transcript, request: Request) -> Callable[..., object]:
            if request.sampling.strict:
                raise ModelUnavailable(f"{self._provider} does not know --strict: leave that option out")
            return cast(Callable[..., object], opened.create)

        return Line(asking, close, self._provider, full_sampling=False)


def _told(attempt: Attempt) -> tuple[str, ...]:
    """Every text of an attempt that would be kept."""
    return attempt.text, attempt.finish_reason, attempt.error or "", "".join(token.token for token in attempt.logprobs)


@lru_cache(maxsize=1024)
def prepared_form(answer: type[BaseModel], *, wrapped: bool) -> type[BaseModel]:
    """What instructor makes of a form, and its JSON schema, made once: for each request anew that is half of our work."""
    import instructor

    prepared: type[BaseModel] = instructor.openai_schema(_in_object(answer) if wrapped else answer)
    schema = lru_cache(prepared.model_json_schema)
    # A copy, for providers' handlers change what they get.
    setattr(prepared, "model_json_schema", lambda *given, **more: deepcopy(schema(*given, **more)))  # noqa: B010
    return prepared


def _in_object(answer: type[BaseModel]) -> type[BaseModel]:
    fields: dict[str, Any] = {ANSWER: (answer, ...)}
    return create_model("Answer", __config__=ConfigDict(extra="forbid"), **fields)


def _kept(request: Request, text: str, cut: bool) -> bool:
    """Whether an answer was written under the grammar of its request, as far as that can be seen."""
    return is_json(text, cut=True) if cut else request.keeps_grammar(text)


def installed_versions(distributions: tuple[str, ...]) -> dict[str, str]:
    """Versions of our own software, instructor, and of those named that are installed."""
    found = {}
    for name in ("attested", "instructor", *distributions):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
