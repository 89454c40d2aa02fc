"""A run as a whole: within its budget, what a dry run says of it, and runs made for an evaluation.

Where results go is in `targets`, how an article is worked on in `pipeline`, what a run may cost in `budget`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from extract.articles import Article, Unreadable
from extract.engines.pipeline import Setup, extract_all, plan
from extract.models.budget import CHARS_PER_TOKEN
from extract.models.client import Message, Request
from extract.models.prices import Prices
from extract.records.journal import Journal, new_header
from extract.records.results import ArticleResult, Run
from extract.views.sinks import Item
from extract.views.terminal import safe

TEMPLATE_TOKENS = 5
"""What a chat template puts around a message, and in front of the answer. Few-shot prompts have many short messages:
without it 22 700 tokens of the gold set were taken for 17 400 (with the embedded model; OpenAI documents 3 to 4)."""


Begun = Callable[[str, Callable[[], int]], None]
"""Told of an article that is begun: its id, and how to count the questions about it that depend on no answers."""


def run_articles(
    articles: Iterable[Item], setup: Setup, begun: Begun = lambda name, known: None
) -> Iterator[ArticleResult]:
    """Results in the order in which articles are finished, as long as the budget lasts.

    An article about which nothing could be asked for its cost is left undone, not failed.
    """
    budget = setup.budget
    affordable = budget.while_affordable(articles) if budget else articles
    for result in extract_all(_told(affordable, setup, begun), setup):
        unasked = result.status == "failed" and result.text_sha256 is not None and not result.usage.attempts
        if not (budget and budget.stopped and unasked):
            yield result


def _told(articles: Iterable[Item], setup: Setup, begun: Begun) -> Iterator[Item]:
    for item in articles:
        if not isinstance(item, Unreadable):
            begun(item.id, partial(_known_questions, item, setup))
        yield item


def _known_questions(article: Article, setup: Setup) -> int:
    return sum(1 for _ in plan(article, setup))


@dataclass
class Estimate:
    """Requests that would be made, counted one by one; tokens are estimated from characters.

    Attributes:
        read: tokens of all requests.
        read_anew: the same without what a server that remembers beginnings has just read.
        written: tokens of the longest answers.
    """

    requests: int = 0
    read: float = 0.0
    read_anew: float = 0.0
    written: float = 0.0
    _seen: tuple[str, tuple[Message, ...]] = field(default=("", ()), repr=False)

    def add(self, request: Request) -> None:
        """Counts a request."""
        *fixed, question = (len(message.content) / CHARS_PER_TOKEN + TEMPLATE_TOKENS for message in request.messages)
        question += TEMPLATE_TOKENS
        beginning = (request.about.article, request.messages[:-1])
        self.requests += 1
        self.read += sum(fixed) + question
        self.read_anew += question + (0.0 if beginning == self._seen else sum(fixed))
        self.written += _longest_answer(request)
        self._seen = beginning


def _longest_answer(request: Request) -> float:
    choices = request.schema.get("enum")
    if not choices:
        return request.sampling.max_tokens
    return max(len(str(choice)) for choice in choices) / CHARS_PER_TOKEN + 3  # the quotes and the end


def dry_run(articles: Iterable[Item], setup: Setup, prices: Prices) -> str:
    """What a run would ask, in a few lines; calls nothing. Questions that depend on answers are not counted."""
    found = Estimate()
    readable, unreadable = 0, []
    for item in articles:
        if isinstance(item, Unreadable):
            unreadable.append(f"{item.id}: cannot be read: {item.reason}")
            continue
        readable += 1
        for request in plan(item, setup):
            found.add(request)
    cost = prices.cost(setup.model, round(found.read), round(found.written))
    lines = [
        f"{readable} articles, {found.requests} requests to {setup.model} (prompt set {setup.prompts.name})",
        f"estimated from characters: about {found.read:,.0f} tokens read, at most about {found.written:,.0f} written",
        f"cost: {'unknown: no price for this model' if cost is None else f'at most about ${cost:.2f}'}",
        f"time: {_time(found, setup)}",
        "answers that are recorded already cost nothing",
        *unreadable,
    ]
    return "\n".join(map(safe, lines))


def _time(found: Estimate, setup: Setup) -> str:
    if not found.requests:
        return "seconds"
    # Seen with the embedded model on two cores, where requests share the machine; a hosted model is a guess.
    local = setup.model.startswith("local/")
    read, written, at_once = (60.0, 10.0, 1) if local else (5000.0, 50.0, setup.jobs)
    seconds = ((found.read_anew if local else found.read) / read + found.written / written) / at_once
    where = "on two cores" if local else f"if a server writes {written:.0f} tokens a second, {at_once} requests at once"
    return (
        f"at most about {seconds / 60:.0f} min {where}" if seconds >= 90 else f"at most about {seconds:.0f} s {where}"
    )


def collect(
    articles: Iterable[Item],
    setup: Setup,
    out: Path | None,
    done: Callable[[ArticleResult], None] = lambda result: None,
    begun: Begun = lambda name, known: None,
) -> Run:
    """A whole run, in memory or in a run file that is continued; for evaluation.

    Args:
        out: run file, or None.
        done: told of every article that is finished.
        begun: told of every article that is begun.
    """
    journal = Journal(out, setup.signature, setup.task.schema) if out else None
    results = dict(journal.kept) if journal else {}
    try:
        for result in run_articles(journal.fresh(articles) if journal else articles, setup, begun):
            if journal:
                journal.write(result)
            results[result.article_id] = result
            done(result)
    finally:
        if journal:
            journal.close()
    return Run(header=new_header(setup.signature), results=list(results.values()), path=str(out or ""))
