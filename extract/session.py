"""Options → everything a run is made with: model, store in front of it, prompt set, all put together.

A new kind of model is one more branch in `_model`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from extract.client import Client, Request, Response
from extract.errors import UsageError
from extract.pipeline import Setup
from extract.prompts import PromptSet, load_set
from extract.store import Mode, StoredClient, open_store
from extract.tasklist import load_task
from extract.transport import PATIENT, TIMEOUT, Patience

if TYPE_CHECKING:
    from extract.local import LocalClient

LOCAL = "local"
RULES = "rules"
DEFAULT_HOSTED = "openai/gpt-5-mini"
LOCAL_ANSWER_TOKENS = 1024
"""Small models run on and on: what they have not said by then they repeat. Minutes on two cores."""
WHOLE_ARTICLE_TOKENS = 8192
"""Context of the embedded server for prompt sets that read whole articles; a news article and its records fit."""
SERVER_TOKENS = 32_000
"""What a server's model is taken to read and write at once if nobody says; one that takes less says so, and the
article fails with its words."""
PROVIDER_TOKENS = 128_000

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Options:
    """What a user can choose.

    Attributes:
        model: "local", "local/NAME", a .gguf path, "provider/model", "rules"; a server's own name with `base_url`.
        base_url: an OpenAI-compatible server.
        model_id: what requests name as their model when a base URL is given; recordings depend on it.
        prompts: name of a set or path of a folder; None for the model's default.
        store: folder of the working store; None for the user's cache folder.
        layers: committed recordings under the store.
        jobs: requests at once; None for the model's default.
        context_tokens: what the model reads and writes at once; None for what is usual.
        timeout: seconds without a byte after which one try has failed.
        retries: how often a question is sent again because of a fault of the server.
    """

    model: str | None = None
    base_url: str | None = None
    model_id: str | None = None
    task: str = "attack"
    prompts: str | None = None
    cache: Mode = "auto"
    store: Path | None = None
    layers: tuple[Path, ...] = ()
    jobs: int | None = None
    sample: int = 0
    context_tokens: int | None = None
    timeout: float = TIMEOUT
    retries: int = PATIENT.tries - 1


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


def chosen_model(options: Options) -> str:
    """The model that the options and the environment mean: the embedded one unless a key or server is given."""
    if options.model:
        return options.model
    if options.prompts == RULES:
        return RULES
    if options.base_url:
        raise UsageError("--base-url needs --model: the name of a model at that server")
    return DEFAULT_HOSTED if os.environ.get("OPENAI_API_KEY") else LOCAL


@contextmanager
def open_setup(
    options: Options,
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
        UsageError: the options do not fit together.
        ModelUnavailable: there is no such model.
        StoreError: a recordings file cannot be read.
        PromptError: there is no such prompt set, or it is broken.
    """
    name = chosen_model(options)
    task = load_task(options.task)
    prompts = load_set(options.task, options.prompts or default_prompts(name, options))
    model = _model(name, options, prompts, progress)
    client: Client | None = None
    try:
        client = _in_store(model, options, warn)
        yield Setup(
            task=task,
            prompts=prompts,
            client=Watched(client, told) if told else client,
            model=model.identity,
            context_tokens=model.context_tokens,
            sample=options.sample,
            top_logprobs=model.top_logprobs,
            answer_tokens=model.answer_tokens,
            jobs=model.jobs,
            articles_at_once=model.articles_at_once,
            raise_misses=raise_misses,
        )
    except KeyboardInterrupt:
        if isinstance(client, StoredClient) and client.store.working is not None:
            client.store.working.let_go()  # or the next run would wait until the claims of this one have run out
        raise
    except BaseException:
        model.close()
        raise
    else:
        model.close()


def default_prompts(model: str, options: Options) -> str:
    """`rules` without a model, `sentence` for embedded models, `whole` for the others."""
    if model == RULES:
        return RULES
    return "sentence" if _is_local(model) and not options.base_url else "whole"


def _is_local(model: str) -> bool:
    return model == LOCAL or model.startswith(f"{LOCAL}/") or model.endswith(".gguf")


def _model(name: str, options: Options, prompts: PromptSet, progress: Progress | None) -> _Model:
    if name == RULES:
        if prompts.prompts:
            raise UsageError(f"model 'rules' asks nothing, and prompt set {prompts.name!r} asks questions")
        return _Model(RULES, None, 0)
    if options.base_url:
        return _server(name, options.base_url, options)
    if _is_local(name):
        local = _embedded(name, prompts, options, progress)
        jobs = options.jobs or 1
        return _Model(
            local.identity,
            local,
            local.context_tokens,
            jobs,
            top_logprobs=5,
            answer_tokens=LOCAL_ANSWER_TOKENS,
            close=local.close,
        )
    if "/" not in name:
        raise UsageError(f"no model {name!r}: use local, local/NAME, a .gguf path, provider/model, or --base-url")
    from extract.openai_client import ProviderClient

    jobs = options.jobs or 8
    client = ProviderClient(name, timeout=options.timeout, patience=_patience(options))
    return _Model(name, client, options.context_tokens or PROVIDER_TOKENS, jobs, jobs, close=client.close)


def _server(name: str, base_url: str, options: Options) -> _Model:
    from extract.openai_client import OpenAIClient

    parts = urlsplit(base_url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError(f"--base-url {base_url!r} is no address of a server: it begins with http:// or https://")
    identity = options.model_id or f"server/{name}"
    client = OpenAIClient(
        name,
        identity,
        base_url=base_url,
        api_key=os.environ.get("ATTESTED_API_KEY"),
        timeout=options.timeout,
        patience=_patience(options),
    )
    jobs = options.jobs or 4
    return _Model(identity, client, options.context_tokens or SERVER_TOKENS, jobs, jobs, close=client.close)


def _patience(options: Options) -> Patience:
    return replace(PATIENT, tries=options.retries + 1)


def _embedded(name: str, prompts: PromptSet, options: Options, progress: Progress | None) -> LocalClient:
    from extract.catalogue import DEFAULT_MODEL
    from extract.local import CONTEXT_TOKENS, LocalClient

    which = DEFAULT_MODEL if name == LOCAL else name.removeprefix(f"{LOCAL}/")
    if any(prompt.unit in ("article", "chunk") for prompt in prompts.prompts):
        context = options.context_tokens or WHOLE_ARTICLE_TOKENS
        return LocalClient(which, progress=progress, context_tokens=context, slots=1)
    return LocalClient(which, progress=progress, context_tokens=options.context_tokens or CONTEXT_TOKENS)


def _in_store(model: _Model, options: Options, warn: Callable[[str], None]) -> Client:
    from extract.working import default_folder

    if model.client is None:
        return _NoModel()
    if options.cache == "off":
        return model.client
    folder = options.store or default_folder()
    if options.cache == "replay" and not folder.exists():
        store = open_store(None, options.layers, warn=warn)
    else:
        store = open_store(folder, options.layers, warn=warn)
    return StoredClient(model.client, store, options.cache, warn=warn)


class _NoModel:
    """For prompt sets that ask nothing."""

    def complete(self, request: Request) -> Response:
        """Never called."""
        raise UsageError(f"no model to ask {request.about.prompt!r}")
