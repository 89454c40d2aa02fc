"""The library's way in: a task and a model, opened once; texts in, typed results out.

with Extractor(task, model="local") as extractor:
    result = extractor.extract("Acme recalls 3,000 toasters …")
    result.records.recalls[0].units
    result.span("/recalls/0/product")
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Generic, Self, cast

from extract.articles import Article, Span, UniqueNames, writable
from extract.engines.pipeline import extract_article
from extract.engines.session import open_setup
from extract.engines.setup import Setup
from extract.engines.threads import extract_all
from extract.errors import ArticleError, UsageError
from extract.models.client import Client
from extract.records.results import ArticleResult, Grounding, Problem, Status
from extract.records.tree import Records, values
from extract.spec import Mode, RunSpec
from extract.tasks.task import Task


@dataclass(frozen=True, slots=True)
class Result(Generic[Records]):
    """What one article yielded.

    Attributes:
        article: what was read; offsets count the characters of its text.
        line: the same result as a run file has it, with usage, seconds and confidences.
    """

    article: Article
    line: ArticleResult

    @property
    def status(self) -> Status:
        """`complete`, `partial` (a question was left open) or `failed`."""
        return self.line.status

    @property
    def problems(self) -> list[Problem]:
        """What one should know: values that are not in the text, questions without an answer, contradictions."""
        return self.line.problems

    @property
    def records(self) -> Records:
        """The records, of the task's own model.

        Raises:
            ArticleError: the article failed; the message says why.
        """
        if self.line.records is None:
            raise ArticleError(f"article {self.article.id!r} failed: {self.line.problems[0].detail}")
        return cast(Records, self.line.records)

    def grounding(self, pointer: str) -> Grounding | None:
        """Where a verbatim value stands and how exactly it does; None for a pointer without one.

        Args:
            pointer: JSON pointer from the root of the records: "/recalls/0/product".
        """
        return self.line.grounding.get(pointer)

    def span(self, pointer: str) -> Span | None:
        """Where a verbatim value stands: `article.text[span.start : span.end]`; None when it stands nowhere."""
        place = self.grounding(pointer)
        return place.span if place else None

    def spans(self) -> Iterator[tuple[str, str, Span | None]]:
        """Every verbatim value, and words without a mark that are there: pointer, text, where it stands."""
        for value in values(self.records):
            if value.field.verbatim or value.pointer in self.line.grounding:
                yield value.pointer, value.value, self.span(value.pointer)


class Extractor(Generic[Records]):
    """A task and a model, opened; safe to be used by several threads at once.

    The embedded model is loaded by the first question, and a process holds one at a time.
    """

    def __init__(
        self,
        task: Task[Records],
        model: str | None = None,
        *,
        base_url: str | None = None,
        cache: Mode | None = None,
        spec: RunSpec | None = None,
        client: Client | None = None,
        warn: Callable[[str], None] = lambda line: None,
    ) -> None:
        """Opens everything but the model's weights.

        Args:
            task: what to extract.
            model: "local" (the default), "local/NAME", a .gguf path, "provider/model"; with `base_url` a server's name.
            base_url: an OpenAI-compatible server; its key is taken from ATTESTED_API_KEY.
            cache: what a missing recording does: "auto" (the default) asks and records, "replay" is an error, "refresh",
                "off".
            spec: everything else that can be chosen; the three above go before what it says of them.
            client: a client of your own in place of a model; recordings know it by `model`, without it there are none.
            warn: told, in one line, of what does not stop the work.

        Raises:
            UsageError: the choices do not fit together.
            ModelUnavailable: there is no such model.
            StoreError: recordings cannot be read.
            PromptError: there is no such prompt set.
        """
        said: dict[str, Any] = {"model": model, "base_url": base_url, "cache": cache}
        named = {name: value for name, value in said.items() if value is not None}
        chosen = replace(spec or RunSpec(), task=task.name, **named)
        if client is not None and chosen.model is None and chosen.cache in ("replay", "refresh"):
            raise UsageError(f"cache {chosen.cache!r} needs model: the name that recordings know this client by")
        self._spec, self._has_client = chosen, client is not None
        self._opened = ExitStack()
        self._setup: Setup | None = self._opened.enter_context(open_setup(chosen, task=task, client=client, warn=warn))
        self._pool = self._opened.enter_context(ThreadPoolExecutor(self._setup.jobs, thread_name_prefix="request"))

    def extract(self, article: Article | str) -> Result[Records]:
        """Extracts one article; one that fails is a result that says so.

        Args:
            article: or its text.

        Raises:
            UsageError: this extractor is closed, or what is given is neither.
            ModelUnavailable, PromptError, StoreError: the next article would fail as well.
        """
        read = _article(article)
        line = extract_article(read, self._open(), self._pool)
        if line.status == "failed":
            self._open()  # closed by another thread meanwhile: then that is why
        return Result(read, line)

    async def extract_async(self, article: Article | str) -> Result[Records]:
        """The same, without holding up the event loop."""
        return await asyncio.to_thread(self.extract, article)

    def extract_many(self, articles: Iterable[Article | str]) -> Iterator[Result[Records]]:
        """Extracts many, as many at once as the model takes; results come in the order in which they are finished.

        Args:
            articles: taken one by one, when one can be begun; ids have to differ.

        Raises:
            UsageError: this extractor is closed, what is given is neither, or two articles have the same id.
            ModelUnavailable, PromptError, StoreError: as `extract`.
        """
        return self._many(articles, self._open())

    def _many(self, articles: Iterable[Article | str], setup: Setup) -> Iterator[Result[Records]]:
        names, under_way = UniqueNames(), dict[str, Article]()  # by id as results write it

        def told() -> Iterator[Article]:
            for number, each in enumerate(articles, 1):
                article = _article(each, f"text-{number}")
                name = writable(article.id)
                if names.take(name) != name:
                    raise UsageError(f"two articles have the id {article.id!r}")
                under_way[name] = article
                yield article

        for line in extract_all(told(), setup):
            yield Result(under_way.pop(line.article_id), line)

    def map_dataset(
        self,
        dataset: Any,
        text: str = "text",
        *,
        id: str | None = None,
        published: str | None = None,
        title: str | None = None,
        url: str | None = None,
        workers: int | None = None,
        cores: float = 1,
        recordings: str | Path | None = None,
    ) -> Any:
        """A step of a Ray Data pipeline: a `ray.data.Dataset` with a row for each row of another, in any order.

        Nothing is extracted until the pipeline runs. A row of results has the columns `article_id`, `source`, `origin`,
        `text_sha256`, `published`, `status`, `records` (JSON) and `line` (as in a run file), all of them strings or null.

        Args:
            dataset: any `ray.data.Dataset`.
            text, id, published, title, url: columns of the dataset; without `id` an article is named by its text.
            workers: most actors at once; None for as many as there is room for. Each has as many requests under way as
                `jobs` of the spec says.
            cores: that each actor takes; for an embedded model those of a machine.
            recordings: folder, or address of a file system, where all of them find what one was told; None for each
                machine's own store.

        Raises:
            UsageError: this extractor is closed, or has a client of its own, which cannot be sent to workers.
        """
        from extract.engines.datasets import mapped

        setup = self._open()
        if self._has_client:
            raise UsageError("a client of your own cannot be sent to workers: give a model in place of it")
        given = {"text": text, "id": id, "published": published, "title": title, "url": url}
        columns = {name: column for name, column in given.items() if column is not None}
        return mapped(dataset, setup, self._spec, columns, workers=workers, cores=cores, recordings=recordings)

    def close(self) -> None:
        """Ends model and connections; `with` does."""
        self._setup = None
        self._opened.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    def _open(self) -> Setup:
        if self._setup is None:
            raise UsageError("this extractor is closed")
        return self._setup


def _article(given: Article | str, name: str = "text") -> Article:
    if isinstance(given, str):
        return Article(name, given, name)
    if not isinstance(given, Article):
        raise UsageError(f"{given!r} is no article: give its text, or an Article with text, id and source")
    return given
