"""What is served: tasks, each opened once with its model, prompts and store."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from extract.engines.session import Progress, open_setup
from extract.engines.setup import Setup
from extract.errors import UsageError
from extract.models.client import Client
from extract.serving.keeping import Kept
from extract.spec import RULES, RunSpec
from extract.tasks.loading import load_task
from extract.tasks.task import Task


@dataclass(frozen=True, slots=True)
class Counter:
    """A task that is served.

    Attributes:
        requests: where questions are asked, as many at once as the model takes.
        kept: the run file for its answers, if there is one.
    """

    task: Task[Any]
    setup: Setup
    requests: ThreadPoolExecutor
    kept: Kept | None = None


def articles_at_once(spec: RunSpec, counters: Mapping[str, Counter]) -> int:
    """Articles under way at once, where nobody says: as many as the model takes. By rules two, so that a document that
    takes long to read holds nobody up."""
    return max(2 if spec.named_model == RULES else counter.setup.articles_at_once for counter in counters.values())


@contextmanager
def open_counters(
    spec: RunSpec,
    tasks: Sequence[str],
    out: Path | None = None,
    *,
    progress: Progress | None = None,
    warn: Callable[[str], None] = lambda line: None,
) -> Generator[dict[str, Counter], None, None]:
    """Opens tasks by name, and closes them at the end of the block.

    Args:
        spec: how all of them are asked.
        tasks: names or folders; code of theirs is run.
        out: run file for the answers.
        progress: told of long steps on the way to an embedded model.
        warn: told, in one line, of what does not stop the work.

    Raises:
        UsageError: two tasks have one name, or an option is for one task alone.
        ExtractError: as `open_setup`, `load_task` and `Kept`.
    """
    loaded = [load_task(name) for name in tasks]
    names = [task.name for task in loaded]
    if twice := [name for name in names if names.count(name) > 1]:
        raise UsageError(f"two tasks are called {twice[0]!r}: a request could not say which it means")
    if len(loaded) > 1 and (option := "-o" if out else "--max-cost" if spec.max_cost is not None else ""):
        raise UsageError(f"{option} is for one task: leave it out, or all --task but one")
    models: dict[int | None, Client] = {}  # by what they take at once: weights are loaded once, not for each task

    def shared(client: Client) -> Client:
        return models.setdefault(getattr(client, "context_tokens", None), client) if spec.is_embedded else client

    with ExitStack() as opened:
        counters = {}
        for task in loaded:
            setup = opened.enter_context(
                open_setup(replace(spec, task=task.name), task=task, progress=progress, warn=warn, between=shared)
            )
            requests = ThreadPoolExecutor(setup.jobs, thread_name_prefix="request")
            opened.callback(requests.shutdown, wait=False, cancel_futures=True)
            kept = opened.enter_context(closing(Kept(out, setup.signature))) if out else None
            counters[task.name] = Counter(task, setup, requests, kept)
        yield counters
