"""What a worker of a cluster does: it opens the spec once, and works on blocks of articles as `threads` does.

It writes a block's lines as a part of the run folder, and says how each article went; or it says the lines, where who
asked writes them. Nothing here knows Ray: its side is `cluster`.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from extract.engines.processes import counted_only
from extract.engines.session import open_setup
from extract.engines.setup import Setup
from extract.engines.threads import extract_all
from extract.errors import ExtractError, ModelUnavailable, RunFileError
from extract.models.client import Response
from extract.records.parts import RunFolder, part_name
from extract.records.results import ArticleResult, Signature, Status, to_json
from extract.spec import RULES, RunSpec
from extract.store.places import Store
from extract.store.shared import SharedRecordings
from extract.store.stored_client import over_shared
from extract.tasks.loading import load_task
from extract.tasks.task import Task
from extract.views.progress import line_of
from extract.views.sinks import Item


class Environment(dict[str, str]):
    """Variables that hold keys; shown nowhere."""

    def __repr__(self) -> str:
        """Their names."""
        return f"Environment of {', '.join(sorted(self))}"


@dataclass(frozen=True, slots=True)
class Orders:
    """What every worker of a run is told.

    Attributes:
        spec: the fields of the RunSpec, with absolute paths.
        signature: of the run; a worker that would make another one has other software.
        folder: the run folder; None where lines go back.
        generation: of this run into the folder.
        recordings: address of the recordings that workers share, where no path leads to them.
        environment: keys and addresses of models.
        task: in place of the one that the spec names.
    """

    spec: Mapping[str, Any]
    signature: Mapping[str, Any]
    folder: str | None = None
    generation: int = 0
    recordings: str | None = None
    environment: Environment = field(default_factory=Environment)
    task: Task[Any] | str | None = None


@dataclass(frozen=True, slots=True)
class Finished:
    """An article that a worker has finished.

    Attributes:
        said: how it went, in a line for people.
        line: of a run file, where the worker did not write it.
    """

    article_id: str
    status: Status
    said: str
    line: bytes | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """A block that a worker has finished.

    Attributes:
        responses: what was answered, as far as it is counted.
        warnings: what did not stop the work, each once.
        error: what ends the run; the articles that were finished before are there.
    """

    finished: list[Finished]
    seconds: float
    spent: float
    responses: list[Response]
    warnings: list[str]
    error: ExtractError | None = None


class Worker:
    """A worker. It takes one block at a time."""

    def __init__(self, orders: Orders, at_once: int | None = None) -> None:
        """Takes its orders, and opens nothing yet.

        Args:
            at_once: requests under way at once; None for as many as the spec says.
        """
        self._orders, self._at_once = orders, at_once
        self._opened = ExitStack()
        self._setup: Setup | None = None
        self._lock = threading.Lock()
        self._heard: list[Response] = []
        self._said: list[str] = []
        self._shared: SharedRecordings | None = None
        for name, value in orders.environment.items():
            os.environ.setdefault(name, value)

    def ready(self) -> None:
        """Returns when this worker is there."""

    def work(self, number: int, items: Sequence[tuple[Item, str | None]]) -> Done:
        """Works on a block.

        Args:
            number: of the part that it becomes.
            items: articles, each with what `articles.origin_of` says of its source where the run was begun.
        """
        began, spent = time.monotonic(), self._spent()
        results: list[ArticleResult] = []
        error: ExtractError | None = None
        try:
            for result in self._extracted(items):
                results.append(result)
        except ExtractError as raised:
            error = raised
        lines = [f"{to_json(result)}\n".encode() for result in results]
        try:
            if self._shared is not None:
                self._shared.flush()
            if lines and self._orders.folder is not None:
                self._write(self._orders.folder, number, lines)
        except ExtractError as raised:
            error, results, lines = raised, [], []
        is_written = self._orders.folder is not None
        with self._lock:
            heard, self._heard = self._heard, []
            said, self._said = self._said, []
        finished = [
            finished_of(result, None if is_written else line) for result, line in zip(results, lines, strict=True)
        ]
        return Done(finished, time.monotonic() - began, self._spent() - spent, heard, said, error)

    def results(self, items: Sequence[tuple[Item, str | None]]) -> list[ArticleResult]:
        """The results of a block, which goes nowhere; raises what ends the run."""
        results = list(self._extracted(items))
        if self._shared is not None:
            self._shared.flush()
        return results

    def _extracted(self, items: Sequence[tuple[Item, str | None]]) -> Iterator[ArticleResult]:
        origins = {item.source: origin for item, origin in items}
        for result in extract_all([item for item, _ in items], self._open()):
            yield result.model_copy(update={"origin": origins.get(result.source, result.origin)})

    def _open(self) -> Setup:
        """What the spec is opened as here, once."""
        if self._setup is None:
            spec = RunSpec(**self._orders.spec)
            named = self._orders.task
            task = load_task(named) if isinstance(named, str) else named
            setup = self._opened.enter_context(
                open_setup(spec, task=task, warn=self._warn, told=self._tell, kept=self._recordings(spec))
            )
            check_same(setup.signature, self._orders.signature)
            if self._at_once is not None and not spec.is_embedded:
                setup = replace(setup, jobs=self._at_once, articles_at_once=self._at_once)
            self._setup = setup
        return self._setup

    def _recordings(self, spec: RunSpec) -> Store | None:
        if self._orders.recordings is None or spec.cache == "off" or spec.named_model == RULES:
            return None
        self._shared = SharedRecordings(self._orders.recordings)
        return over_shared(self._shared, spec.recordings)

    def _write(self, folder: str, number: int, lines: Sequence[bytes]) -> None:
        try:
            RunFolder(folder).write_part(part_name(self._orders.generation, number), lines)
        except OSError as error:
            raise RunFileError(
                f"cannot write run folder {folder!r} on a worker: {error.strerror or error}; every worker has to reach it"
            ) from error

    def _spent(self) -> float:
        return self._setup.budget.spent if self._setup and self._setup.budget else 0.0

    def _tell(self, response: Response) -> None:
        with self._lock:
            self._heard.append(counted_only(response))

    def _warn(self, line: str) -> None:
        with self._lock:
            self._said.append(line)


def finished_of(result: ArticleResult, line: bytes | None) -> Finished:
    """An article as far as it is told."""
    return Finished(result.article_id, result.status, line_of(result), line)


def check_same(mine: Signature, theirs: Mapping[str, Any]) -> None:
    """That a worker would make the same run.

    Raises:
        ModelUnavailable: it has other software, or another task.
    """
    differing = [name for name, value in mine.model_dump().items() if value != theirs[name]]
    if differing:
        raise ModelUnavailable(
            f"a worker of the cluster would make another run ({', '.join(differing)} differ): "
            "install the same version of attested and of the task on every machine"
        )


def orders_of(
    spec: RunSpec, setup: Setup, folder: Path | str | None = None, generation: int = 0, recordings: str | None = None
) -> Orders:
    """What workers are told of a run.

    Args:
        spec: what the run is made of.
        setup: what it was opened as here.
        folder, generation, recordings: as in `Orders`.
    """
    told: dict[str, Any] = {each.name: getattr(spec, each.name) for each in fields(RunSpec)}
    for name in ("task", "prompts", "model"):  # names, or paths
        if told[name] is not None and Path(told[name]).exists():
            told[name] = os.path.abspath(told[name])
    for name in ("store", "prices"):
        told[name] = told[name] and told[name].absolute()
    told["recordings"] = tuple(path.absolute() for path in spec.recordings)
    if spec.base_url:  # all workers ask for the model that was found at the server
        told["model_id"] = setup.model
    provider = spec.named_model.partition("/")[0].upper()
    names = ("ATTESTED_API_KEY", f"{provider}_API_KEY", f"{provider}_BASE_URL")
    environment = Environment({name: os.environ[name] for name in names if name in os.environ})
    where = os.path.abspath(folder) if isinstance(folder, Path) else folder
    return Orders(told, setup.signature.model_dump(), where, generation, recordings, environment)
