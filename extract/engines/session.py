"""RunSpec → everything a run is made with: model, store in front of it, prompt set, all put together.

A new kind of model is one more branch in `_modelled` and in `whereto`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import SplitResult, urlsplit

from extract.engines.setup import Setup
from extract.errors import UsageError
from extract.models.budget import Budget
from extract.models.client import Client, Request, Response, Sampling
from extract.models.prices import load_prices
from extract.models.transport import PATIENT, Patience
from extract.prompting.prompt_sets import PromptSet
from extract.prompting.relevance import RELEVANCE
from extract.spec import LOCAL, RULES, RunSpec
from extract.store.places import Store
from extract.store.stored_client import StoredClient, open_store
from extract.tasks.loading import load_task
from extract.tasks.task import PAIR, Kind, Task

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
"""Told a step on the way to an embedded model, the bytes done and the bytes in all."""

Blank = Callable[..., Setup]
"""A setup of a task and a prompt set, to be filled with a client and what is known of its model."""


@contextmanager
def open_setup(
    spec: RunSpec,
    *,
    task: Task[Any] | None = None,
    client: Client | None = None,
    progress: Progress | None = None,
    warn: Callable[[str], None] = lambda line: None,
    told: Callable[[Response], None] = lambda response: None,
    raise_misses: bool = False,
    between: Callable[[Client], Client] = lambda client: client,
    kept: Store | None = None,
) -> Iterator[Setup]:
    """Everything a run needs; models and connections are closed at the end of the block.

    After an interrupt nothing is closed: that would wait for a model that is being fetched or loaded, and the
    process is about to end.

    Args:
        task: the one that is meant, where it is no name and no folder.
        client: asked in place of the model that the spec means.
        progress: told of long steps on the way to an embedded model.
        warn: told, in one line, of what does not stop the run.
        told: told of every response.
        raise_misses: a missing recording ends the run instead of failing its article.
        between: given the model's client, what is to be asked in its place.
        kept: recordings, in place of those that the spec names.

    Raises:
        UsageError: the settings do not fit together, or nobody knows what --max-cost allows.
        ModelUnavailable: there is no such model.
        StoreError: a recordings file cannot be read.
        PromptError: there is no such prompt set, or it is broken.
    """
    task = task or load_task(spec.task)
    if spec.named_model == RULES and not spec.prompts and task.usual_set("rules") not in task.prompt_sets():
        raise UsageError(f"task {task.name!r} has no rules that could do without a model: leave out --model rules")
    prompts = task.prompt_set(spec.prompts or task.usual_set("server" if client else kind_of(spec)))
    store = None if client and spec.model is None else _store(spec, warn, kept)
    blank = partial(
        Setup, task, prompts, sampling=_sampling(spec), sample=spec.sample, raise_misses=raise_misses, told=told
    )
    setup: Setup | None = None
    try:
        if client:
            setup = _several(spec, blank, spec.model or f"client/{type(client).__name__}", client, SERVER_TOKENS, 4)
        else:
            setup = _modelled(spec, blank, prompts, store, progress, warn)
        limit = None if spec.cache == "replay" else spec.max_cost
        budget = Budget(setup.model, load_prices(spec.prices), limit)
        asked = budget.metered(between(setup.client))
        if store is not None:
            asked = StoredClient(asked, store, spec.cache, warn=warn)
        yield replace(setup, client=asked, budget=budget)
    finally:
        if not isinstance(sys.exception(), KeyboardInterrupt):
            if setup and not client:
                getattr(setup.client, "close", lambda: None)()
            for place in store.places if store is not None else ():
                getattr(place, "close", lambda: None)()


def kind_of(spec: RunSpec) -> Kind:
    """What kind of model is meant, as a task names its usual prompt sets."""
    if spec.named_model == RULES:
        return "rules"
    return "embedded" if spec.is_embedded else "server"


def whereto(spec: RunSpec, *, dry: bool = False) -> str:
    """Which model answers and where the text of articles goes, in one line; the first one of a run.

    Args:
        dry: nothing is sent this time.

    Raises:
        UsageError: there is no such model.
    """
    name = spec.named_model
    stays = "the text stays on this machine"
    if name == RULES:
        return f"no model: rules alone, {stays}"
    if spec.cache == "replay":
        return f"model {name}: answers come from recordings alone, {stays}"
    if spec.is_embedded:
        return f"model {embedded_name(spec)}, embedded: {stays}"
    sent = "the text would be sent to" if dry else "the text is sent to"
    if spec.base_url:
        return f"model {name}: {sent} {_address(spec.base_url).netloc.rpartition('@')[2]}"
    provider, model = _provider(name)
    variable = f"{provider.upper()}_BASE_URL"
    elsewhere = os.environ.get(variable)
    host = f"{_address(elsewhere, variable).hostname} ({variable})" if elsewhere else provider
    return f"model {model}: {sent} {host}"


def _address(base_url: str, given: str = "--base-url") -> SplitResult:
    """The parts of a server's address.

    Raises:
        UsageError: it is none.
    """
    try:
        parts = urlsplit(base_url)
        if parts.scheme in ("http", "https") and parts.hostname:
            return parts
    except ValueError:  # a bracket that is not closed, a host that is no address
        pass
    raise UsageError(f"{given} {base_url!r} is no address of a server: it begins with http:// or https://")


def _provider(name: str) -> tuple[str, str]:
    provider, _, model = name.partition("/")
    if not model:
        raise UsageError(f"no model {name!r}: use local, local/NAME, a .gguf path, provider/model, or --base-url")
    return provider, model


def embedded_name(spec: RunSpec) -> str:
    """Name or path of the embedded model that is meant."""
    from extract.models.catalogue import DEFAULT_MODEL

    return DEFAULT_MODEL if spec.named_model == LOCAL else spec.named_model.removeprefix(f"{LOCAL}/")


def _several(spec: RunSpec, blank: Blank, identity: str, client: Client, tokens: int, jobs: int) -> Setup:
    """With a model that takes several articles at once."""
    jobs = spec.jobs or jobs
    return blank(client, identity, spec.context or tokens, jobs=jobs, articles_at_once=jobs)


def _modelled(
    spec: RunSpec,
    blank: Blank,
    prompts: PromptSet,
    store: Store | None,
    progress: Progress | None,
    warn: Callable[[str], None],
) -> Setup:
    """With the model that the spec means."""
    name = spec.named_model
    if spec.model_id and not spec.base_url:
        raise UsageError("--model-id goes with --base-url: other models have names of their own")
    if name == RULES:
        if prompts.prompts:
            raise UsageError(f"model 'rules' asks nothing, and prompt set {prompts.name!r} asks questions")
        return blank(_NoModel(), RULES, 0, sampling=Sampling())  # draws nothing, and a signature names what made a run
    if spec.base_url:
        return _served(spec, blank, spec.base_url, store, warn)
    if spec.is_embedded:
        return _embedded(spec, blank, prompts, progress)
    _provider(name)
    from extract.models.openai_client import ProviderClient

    client = ProviderClient(name, timeout=spec.timeout, patience=_patience(spec), warn=warn)
    return _several(spec, blank, name, client, PROVIDER_TOKENS, 8)


def _served(spec: RunSpec, blank: Blank, base_url: str, store: Store | None, warn: Callable[[str], None]) -> Setup:
    from extract.models.openai_client import OpenAIClient

    name = spec.named_model
    if not spec.model:
        raise UsageError("--base-url needs --model: the name of a model at that server")
    _address(base_url)
    key = os.environ.get("ATTESTED_API_KEY")
    identity = spec.model_id or _identity(spec, base_url, key, store, warn)
    client = OpenAIClient(
        name, identity, base_url=base_url, api_key=key, timeout=spec.timeout, patience=_patience(spec), warn=warn
    )
    return _several(spec, blank, identity, client, SERVER_TOKENS, 4)


def _identity(spec: RunSpec, base_url: str, key: str | None, store: Store | None, warn: Callable[[str], None]) -> str:
    """What requests call a server's model: its name and what the server says of it; a replay asks the recordings."""
    if spec.cache != "replay" or store is None:
        from extract.models.served import served_identity

        return served_identity(base_url, spec.named_model, key, warn=warn)
    name = f"server/{spec.named_model}"
    known = sorted(model for model in store.models() if model == name or model.startswith(f"{name}@"))
    if len(known) > 1:
        raise UsageError(
            f"recordings of several models called {spec.named_model!r}: say which with --model-id: {', '.join(known)}"
        )
    return known[0] if known else name


def _patience(spec: RunSpec) -> Patience:
    return replace(PATIENT, tries=spec.retries + 1)


def _embedded(spec: RunSpec, blank: Blank, prompts: PromptSet, progress: Progress | None) -> Setup:
    from extract.models.local import CONTEXT_TOKENS, SLOTS, LocalClient

    whole = any(prompt.unit in ("article", "chunk", "passage", PAIR) for prompt in prompts.prompts)
    context = spec.context or (WHOLE_ARTICLE_TOKENS if whole else CONTEXT_TOKENS)
    beginnings = 2 if any(prompt.unit == RELEVANCE for prompt in prompts.prompts) else 1  # each is read once, and kept
    client = LocalClient(
        embedded_name(spec),
        progress=progress,
        context_tokens=context,
        slots=beginnings if whole else SLOTS,
        timeout=spec.timeout,
        patience=_patience(spec),
    )
    return blank(client, client.identity, context, answer_tokens=LOCAL_ANSWER_TOKENS, jobs=spec.jobs or 1)


def _sampling(spec: RunSpec) -> Sampling:
    return Sampling(
        temperature=spec.temperature,
        seed=spec.seed,
        top_logprobs=TOP_LOGPROBS,
        top_p=spec.top_p,
        reasoning_effort=spec.reasoning_effort,
        mode=spec.answer_mode,
        strict=spec.strict,
    )


def _store(spec: RunSpec, warn: Callable[[str], None], kept: Store | None) -> Store | None:
    from extract.store.working import default_folder

    if spec.cache == "off" or spec.named_model == RULES:
        return None
    if kept is not None:
        return kept
    folder = spec.store or default_folder()
    return open_store(None if spec.cache == "replay" and not folder.exists() else folder, spec.recordings, warn=warn)


class _NoModel:
    """For prompt sets that ask nothing."""

    def complete(self, request: Request) -> Response:
        """Never called."""
        raise UsageError(f"no model to ask {request.about.prompt!r}")
