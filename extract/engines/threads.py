"""Many articles in threads of this process, and within a budget; other engines call `extract_article` as well."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from typing import TYPE_CHECKING

from extract.articles import Article, writable
from extract.engines.pipeline import extract_article
from extract.engines.setup import Setup
from extract.engines.units import plan
from extract.records.results import ArticleResult

if TYPE_CHECKING:
    from extract.views.sinks import Item

Begun = Callable[[str, Callable[[], int]], None]
"""Told of an article that is begun: its id, and how to count the questions about it that depend on no answers."""


def extract_all(articles: Iterable[Item], setup: Setup) -> Generator[ArticleResult, None, None]:
    """Extracts many articles, and yields results in the order in which they are finished.

    An interrupt leaves at once: nothing is waited for, and what was not finished is not begun again here.

    Args:
        articles: taken one by one, when one can be begun.

    Raises:
        ModelUnavailable, PromptError, StoreError: as `extract_article`; what was finished until then comes first.
    """
    requests = ThreadPoolExecutor(setup.jobs, thread_name_prefix="request")
    workers = ThreadPoolExecutor(setup.articles_at_once, thread_name_prefix="article")
    queue = iter(articles)
    under_way: set[Future[ArticleResult]] = set()
    try:
        while True:
            for item in islice(queue, setup.articles_at_once - len(under_way)):
                under_way.add(workers.submit(extract_article, item, setup, requests))
            if not under_way:
                return
            finished, under_way = wait(under_way, return_when=FIRST_COMPLETED)
            for future in sorted(finished, key=lambda future: future.exception() is not None):
                yield future.result()
    finally:
        workers.shutdown(wait=False, cancel_futures=True)
        requests.shutdown(wait=False, cancel_futures=True)


def run_articles(articles: Iterable[Item], setup: Setup, begun: Begun | None = None) -> Iterator[ArticleResult]:
    """The same while the budget lasts: an article about which nothing could be asked is left undone, not failed."""
    budget = setup.budget
    affordable = budget.while_affordable(articles) if budget else articles
    for result in extract_all(told_begun(affordable, setup, begun), setup):
        unasked = result.status == "failed" and result.text_sha256 is not None and not result.usage.attempts
        if not (budget and budget.stopped and unasked):
            yield result


def told_begun(articles: Iterable[Item], setup: Setup, begun: Begun | None) -> Iterator[Item]:
    """The articles, each told of when it is taken."""
    for item in articles:
        if begun and isinstance(item, Article):
            begun(writable(item.id), known_questions(item, setup))
        yield item


def known_questions(article: Article, setup: Setup) -> Callable[[], int]:
    """Counts, when it is called, the questions about an article that depend on no answers."""
    return lambda: sum(1 for _ in plan(article, setup))
