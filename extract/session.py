"""Options → everything a run is made with: model, store in front of it, prompt set, all put together.

A new kind of model is one more branch in `_model`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from extract.client import Client, Request, Response
from extract.errors import UsageError
from extract.pipeline import Setup
from extract.prompts import PromptSet, load_set
from extract.store import StoredClient, open_store
from extract.tasks import load_task

if TYPE_CHECKING:
    from extract.local import LocalClient

LOCAL = "local"
RULES = "rules"
DEFAULT_HOSTED = "openai/gpt-5-mini"
WHOLE_ARTICLE_TOKENS = 8192
"""Context of the embedded server for prompt sets that read whole articles; a news article and its records fit."""

CacheMode = Literal["auto", "replay", "refresh", "off"]
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
    """

    model: str | None = None
    base_url: str | None = None
    model_id: str | None = None
    task: str = "attack"
    prompts: str | None = None
    cache: CacheMode = "auto"
    store: Path | None = None
    layers: tuple[Path, ...] = ()
    jobs: int | None = None
    sample: int = 0


@dataclass(frozen=True, slots=True)
class _Model:
    identity: str
    client: Client | None
    context_tokens: int
    jobs: int
    articles_at_once: int
    top_logprobs: int


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

    Args:
        progress: told of long steps on the way to an embedded model.
        warn: told, in one line, of what does not stop the run.
        told: told of every response.
        raise_misses: a missing recording ends the run instead of failing its article.

    Raises:
        UsageError: the options do not fit together.
        ModelUnavailable: there is no such model.
        PromptError: there is no such prompt set, or it is broken.
    """
    name = chosen_model(options)
    task = load_task(options.task)
    prompts = load_set(options.task, options.prompts or default_prompts(name, options))
    model = _model(name, options, prompts, progress)
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
            jobs=options.jobs or model.jobs,
            articles_at_once=model.articles_at_once,
            raise_misses=raise_misses,
        )
    finally:
        close = getattr(model.client, "close", None)
        if close:
            close()


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
        return _Model(RULES, None, 0, 1, 1, 0)
    if options.base_url:
        from extract.openai_client import OpenAIClient

        identity = options.model_id or f"server/{name}"
        key = os.environ.get("ATTESTED_API_KEY")
        client: Client = OpenAIClient(name, identity, base_url=options.base_url, api_key=key)
        return _Model(identity, client, 32_000, 4, 4, 0)
    if _is_local(name):
        local = _embedded(name, prompts, progress)
        return _Model(local.identity, local, local.context_tokens, 1, 1, 5)
    if "/" not in name:
        raise UsageError(f"no model {name!r}: use local, local/NAME, a .gguf path, provider/model, or --base-url")
    from extract.openai_client import ProviderClient

    return _Model(name, ProviderClient(name), 128_000, 8, 8, 0)


def _embedded(name: str, prompts: PromptSet, progress: Progress | None) -> LocalClient:
    from extract.catalogue import DEFAULT_MODEL
    from extract.local import LocalClient

    which = DEFAULT_MODEL if name == LOCAL else name.removeprefix(f"{LOCAL}/")
    if any(prompt.unit in ("article", "chunk") for prompt in prompts.prompts):
        return LocalClient(which, progress=progress, context_tokens=WHOLE_ARTICLE_TOKENS, slots=1)
    return LocalClient(which, progress=progress)


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
