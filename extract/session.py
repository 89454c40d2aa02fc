"""RunSpec → everything a run is made with: model, store in front of it, prompt set, all put together.

A new kind of model is one more branch in `_model`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from extract.client import Client, Request, Response
from extract.errors import UsageError
from extract.pipeline import Setup
from extract.prompts import PromptSet, load_set
from extract.spec import LOCAL, RULES, RunSpec
from extract.store import StoredClient, open_store
from extract.tasklist import load_task
from extract.transport import PATIENT, Patience

if TYPE_CHECKING:
    from extract.local import LocalClient

LOCAL_ANSWER_TOKENS = 1024
"""Small models run on and on: what they have not said by then they repeat. Minutes on two cores."""
WHOLE_ARTICLE_TOKENS = 8192
"""Context of the embedded server for prompt sets that read whole articles; a news article and its records fit."""
SERVER_TOKENS = 32_000
"""What a server's model is taken to read and write at once if nobody says; one that takes less says so, and the
article fails with its words."""
PROVIDER_TOKENS = 128_000
TOP_LOGPROBS = 5

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class _Model:
    identity: str
    client: Client | None
    context_tokens: int
    jobs: int = 1
    articles_at_once: int = 1
    top_logprobs: int = 0
    answer_tokens: int = 1_000_000
    close: Callable[[], object] = lambda: None


class Watched:
    """A client that tells of every response; for progress."""

    def __init__(self, inner: Client, told: Callable[[Response], None]) -> None:
        """Wraps a client."""
        self._inner = inner
        self._told = told

    def complete(self, request: Request) -> Response:
        """As the client inside."""
        response = self._inner.complete(request)
        self._told(response)
        return response


@contextmanager
def open_setup(
    spec: RunSpec,
    *,
    progress: Progress | None = None,
    warn: Callable[[str], None] = lambda line: None,
    told: Callable[[Response], None] | None = None,
    raise_misses: bool = False,
) -> Iterator[Setup]:
    """Everything a run needs; models and connections are closed at the end of the block.

    After an interrupt nothing is closed: that would wait for a model that is being fetched or loaded, and the
    process is about to end.

    Args:
        progress: told of long steps on the way to an embedded model.
        warn: told, in one line, of what does not stop the run.
        told: told of every response.
        raise_misses: a missing recording ends the run instead of failing its article.

    Raises:
        UsageError: the settings do not fit together.
        ModelUnavailable: there is no such model.
        StoreError: a recordings file cannot be read.
        PromptError: there is no such prompt set, or it is broken.
    """
    task = load_task(spec.task)
    prompts = load_set(spec.task, spec.prompts or default_prompts(spec))
    model = _model(spec, prompts, progress)
    client: Client | None = None
    try:
        client = _in_store(model, spec, warn)
        yield Setup(
            task=task,
            prompts=prompts,
            client=Watched(client, told) if told else client,
            model=model.identity,
            context_tokens=model.context_tokens,
            sample=spec.sample,
            top_logprobs=model.top_logprobs,
            answer_tokens=model.answer_tokens,
            jobs=model.jobs,
            articles_at_once=model.articles_at_once,
            raise_misses=raise_misses,
        )
    except KeyboardInterrupt:
        raise
    except BaseException:
        model.close()
        raise
    else:
        model.close()


def default_prompts(spec: RunSpec) -> str:
    """`rules` without a model, `sentence` for embedded models, `whole` for the others."""
    if spec.named_model == RULES:
        return RULES
    return "sentence" if spec.is_embedded else "whole"


def whereto(spec: RunSpec) -> str:
    """Which model answers and where the text of articles goes, in one line; the first one of a run."""
    name = spec.named_model
    if spec.cache == "replay":
        return f"model {name}: answers come from recordings alone, the text stays on this machine"
    if name == RULES:
        return "no model: rules alone, the text stays on this machine"
    if spec.is_embedded:
        return f"model {embedded_name(spec)}, embedded: the text stays on this machine"
    if spec.base_url:
        return f"model {name}: the text is sent to {urlsplit(spec.base_url).netloc.rpartition('@')[2]}"
    provider, _, name = name.partition("/")
    elsewhere = os.environ.get("OPENAI_BASE_URL") if provider == "openai" else None
    host = f"{urlsplit(elsewhere).hostname} (OPENAI_BASE_URL)" if elsewhere else provider
    return f"model {name}: the text is sent to {host}"


def embedded_name(spec: RunSpec) -> str:
    """Name or path of the embedded model that is meant."""
    from extract.catalogue import DEFAULT_MODEL

    return DEFAULT_MODEL if spec.named_model == LOCAL else spec.named_model.removeprefix(f"{LOCAL}/")


def _model(spec: RunSpec, prompts: PromptSet, progress: Progress | None) -> _Model:
    name = spec.named_model
    if name == RULES:
        if prompts.prompts:
            raise UsageError(f"model 'rules' asks nothing, and prompt set {prompts.name!r} asks questions")
        return _Model(RULES, None, 0)
    if spec.base_url:
        return _server(spec, spec.base_url)
    if spec.is_embedded:
        local = _embedded(spec, prompts, progress)
        jobs = spec.jobs or 1
        return _Model(
            local.identity,
            local,
            local.context_tokens,
            jobs,
            top_logprobs=TOP_LOGPROBS,
            answer_tokens=LOCAL_ANSWER_TOKENS,
            close=local.close,
        )
    if "/" not in name:
        raise UsageError(f"no model {name!r}: use local, local/NAME, a .gguf path, provider/model, or --base-url")
    from extract.openai_client import ProviderClient

    jobs = spec.jobs or 8
    client = ProviderClient(name, timeout=spec.timeout, patience=_patience(spec))
    return _Model(name, client, spec.context or PROVIDER_TOKENS, jobs, jobs, close=client.close)


def _server(spec: RunSpec, base_url: str) -> _Model:
    from extract.openai_client import OpenAIClient

    name = spec.named_model
    if not spec.model:
        raise UsageError("--base-url needs --model: the name of a model at that server")
    parts = urlsplit(base_url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError(f"--base-url {base_url!r} is no address of a server: it begins with http:// or https://")
    identity = spec.model_id or f"server/{name}"
    client = OpenAIClient(
        name,
        identity,
        base_url=base_url,
        api_key=os.environ.get("ATTESTED_API_KEY"),
        timeout=spec.timeout,
        patience=_patience(spec),
    )
    jobs = spec.jobs or 4
    return _Model(identity, client, spec.context or SERVER_TOKENS, jobs, jobs, close=client.close)


def _patience(spec: RunSpec) -> Patience:
    return replace(PATIENT, tries=spec.retries + 1)


def _embedded(spec: RunSpec, prompts: PromptSet, progress: Progress | None) -> LocalClient:
    from extract.local import CONTEXT_TOKENS, LocalClient

    which = embedded_name(spec)
    if any(prompt.unit in ("article", "chunk") for prompt in prompts.prompts):
        context = spec.context or WHOLE_ARTICLE_TOKENS
        return LocalClient(which, progress=progress, context_tokens=context, slots=1)
    return LocalClient(which, progress=progress, context_tokens=spec.context or CONTEXT_TOKENS)


def _in_store(model: _Model, spec: RunSpec, warn: Callable[[str], None]) -> Client:
    from extract.working import default_folder

    if model.client is None:
        return _NoModel()
    if spec.cache == "off":
        return model.client
    folder = spec.store or default_folder()
    if spec.cache == "replay" and not folder.exists():
        store = open_store(None, spec.recordings, warn=warn)
    else:
        store = open_store(folder, spec.recordings, warn=warn)
    return StoredClient(model.client, store, spec.cache, warn=warn)


class _NoModel:
    """For prompt sets that ask nothing."""

    def complete(self, request: Request) -> Response:
        """Never called."""
        raise UsageError(f"no model to ask {request.about.prompt!r}")
