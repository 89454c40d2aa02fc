"""The order of the steps: units → requests → answers → records → grounding, for one article and for many.

Knows tasks, prompt sets and clients by their seams only. A failing article is a row; an article with a question
left open is partial and never called complete.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from itertools import islice
from typing import get_args

from pydantic import BaseModel, RootModel

from extract.articles import Article, Span, Unreadable, split_chunks
from extract.client import About, Client, Request, Response, Sampling
from extract.confidence import choice_confidence
from extract.errors import ReplayMiss, TransportError
from extract.grounding import ground
from extract.parsing import parse
from extract.prompts import Prompt, PromptSet
from extract.records import ArticleResult, Problem, Signature, Spend
from extract.tasks import WHOLE_UNITS, Answer, Assembled, Task, Unit

CHARS_PER_TOKEN = 3.0
"""Lower bound seen on English news with the embedded model's tokenizer (mean 4.4): a chunk has to fit for sure."""


@dataclass(frozen=True)
class Setup:
    """Everything a run is made with.

    Attributes:
        model: identity of the model, part of every request.
        context_tokens: what the model can read and write in one request.
        sample: repeat number.
        jobs: requests under way at once.
        articles_at_once: articles under way at once; 1 lets a local server finish one prompt file before the next.
        raise_misses: a missing recording ends the run instead of failing its article.
    """

    task: Task
    prompts: PromptSet
    client: Client
    model: str
    context_tokens: int = 128_000
    temperature: float = 0.0
    seed: int = 0
    sample: int = 0
    top_logprobs: int = 0
    jobs: int = 4
    articles_at_once: int = 1
    raise_misses: bool = False

    @property
    def signature(self) -> Signature:
        """What makes two runs the same run."""
        schema = json.dumps(self.task.records.model_json_schema(), sort_keys=True)
        rules = f"{self.prompts.sha256}\0{self.task.fingerprint}"
        return Signature(
            task=self.task.name,
            model=self.model,
            prompts=self.prompts.name,
            prompts_sha256=hashlib.sha256(rules.encode()).hexdigest(),
            schema_sha256=hashlib.sha256(schema.encode()).hexdigest(),
            sampling={"temperature": self.temperature, "seed": self.seed, "top_logprobs": self.top_logprobs},
            sample=self.sample,
        )

    def request(self, prompt: Prompt, unit: Unit, article: Article) -> Request:
        """The question a prompt file asks about a unit."""
        return Request(
            model=self.model,
            messages=prompt.messages(unit.slots),
            answer=self.task.answer_form(prompt.answer, unit),
            sampling=Sampling(self.temperature, self.seed, prompt.max_tokens, self.top_logprobs),
            sample=self.sample,
            about=About(article.id, f"{self.task.name}/{self.prompts.name}/{prompt.name}", unit.name),
        )


@dataclass
class _Ledger:
    """What happened while an article was worked on."""

    spend: Spend = field(default_factory=Spend)
    problems: list[Problem] = field(default_factory=list)
    open_questions: int = 0
    answered: int = 0
    stopped_by: str | None = None

    def note(self, kind: str, detail: str, unit: Unit | None = None) -> None:
        self.problems.append(Problem.model_validate({"kind": kind, "detail": detail, "unit": unit.name if unit else ""}))


def units_of(prompt: Prompt, article: Article, setup: Setup, answers: Sequence[Answer]) -> list[Unit]:
    """The units of an article that a prompt file asks about, in text order."""
    if prompt.unit not in WHOLE_UNITS:
        units = setup.task.units(prompt.unit, article, answers)
    elif prompt.unit == "sentence":
        units = [_text_unit("sentence", number, span, article) for number, span in enumerate(article.sentences, 1)]
    else:
        room = _room(prompt, setup)
        if prompt.unit == "article" and len(article.text) <= room:
            units = [_text_unit("article", 0, Span(0, len(article.text)), article)]
        else:
            chunks = split_chunks(article.text, room)
            units = [_text_unit("chunk", number, span, article) for number, span in enumerate(chunks, 1)]
    if prompt.when is None:
        return units
    gate = prompt.when
    return [unit for unit in units if setup.task.touches(gate, article.text[unit.span.start : unit.span.end])]


def _text_unit(kind: str, number: int, span: Span, article: Article) -> Unit:
    published = article.published.isoformat() if article.published else "unknown"
    slots = {"text": article.text[span.start : span.end], "title": article.title or "", "published": published}
    return Unit(kind, f"{kind} {number}" if number else kind, span, slots)


def _room(prompt: Prompt, setup: Setup) -> int:
    """Characters of an article that fit into one request beside the fixed part and the answer."""
    fixed = sum(len(message.content) for message in prompt.messages(dict.fromkeys(prompt.ask.get_identifiers(), "")))
    tokens = setup.context_tokens - prompt.max_tokens - 64
    return max(500, int(tokens * CHARS_PER_TOKEN) - fixed)


def plan(article: Article, setup: Setup) -> list[Request]:
    """The requests an article would make, as far as they do not depend on answers. Calls nothing."""
    return [
        setup.request(prompt, unit, article)
        for prompt in setup.prompts.prompts
        for unit in units_of(prompt, article, setup, [])
    ]


def extract_article(article: Article, setup: Setup, pool: ThreadPoolExecutor | None = None) -> ArticleResult:
    """Extracts one article.

    Args:
        pool: where requests run; without one they run one after the other in this thread.

    Raises:
        ModelUnavailable: the model cannot be started at all; nothing else about the model escapes.
    """
    began = time.monotonic()
    ledger = _Ledger()
    answers: list[Answer] = []
    for prompt in setup.prompts.prompts:
        units = units_of(prompt, article, setup, answers)
        if prompt.unit == "article" and len(units) > 1:
            ledger.note("chunked", f"longer than the model can read at once: read in {len(units)} pieces")
        answers += _ask(prompt, units, article, setup, ledger, pool)
        if ledger.stopped_by:
            break
    if ledger.stopped_by and not ledger.answered:
        return _failed(article, ledger.stopped_by, ledger.spend, time.monotonic() - began)
    return _result(article, setup.task.assemble(article, answers), ledger, time.monotonic() - began)


def _ask(
    prompt: Prompt,
    units: Sequence[Unit],
    article: Article,
    setup: Setup,
    ledger: _Ledger,
    pool: ThreadPoolExecutor | None,
) -> Iterator[Answer]:
    """Asks a prompt file about its units; answers come in the order of the units."""
    requests = [setup.request(prompt, unit, article) for unit in units]
    complete = setup.client.complete
    if pool is None:
        calls: Iterable[Callable[[], Response]] = [lambda request=request: complete(request) for request in requests]
    else:
        calls = [pool.submit(complete, request).result for request in requests]
    for unit, request, call in zip(units, requests, calls, strict=True):
        if ledger.stopped_by:
            # Queued behind a dead server: not waited for. Those already under way end by themselves.
            ledger.open_questions += 1
            continue
        try:
            response = call()
        except (TransportError, ReplayMiss) as error:
            if setup.raise_misses and isinstance(error, ReplayMiss):
                raise
            ledger.stopped_by = str(error)
            ledger.open_questions += 1
            ledger.note("unanswered", str(error), unit)
            continue
        yield _answer(prompt, unit, request, response, ledger)


def _answer(prompt: Prompt, unit: Unit, request: Request, response: Response, ledger: _Ledger) -> Answer:
    _count(response, ledger)
    for attempt in response.attempts[:-1]:
        ledger.note("reasked", attempt.error or "the first answer was not valid", unit)
    parsed = parse(response.text, request.answer, cut=response.outcome == "cut")
    for line in parsed.dropped:
        ledger.note("dropped", line, unit)
    if response.outcome == "cut":
        ledger.note("cut", f"the answer ran into the limit of {prompt.max_tokens} tokens", unit)
        ledger.open_questions += 1
    elif parsed.value is None:
        ledger.note("unanswered", "no valid answer, also when asked again", unit)
        ledger.open_questions += 1
    if parsed.value is not None:
        ledger.answered += 1
    return Answer(prompt.name, unit, parsed.value, _confidence(parsed.value, request.answer, response))


def _confidence(value: BaseModel | None, form: type[BaseModel], response: Response) -> dict[str, float]:
    """Confidence of an answer that is one choice among closed alternatives."""
    if not isinstance(value, RootModel) or not isinstance(value.root, str):
        return {}
    legal = get_args(form.model_fields["root"].annotation)
    share = choice_confidence(response.attempts[-1].logprobs, value.root, legal) if legal else None
    return {} if share is None else {"": share}


def _count(response: Response, ledger: _Ledger) -> None:
    usage = response.usage
    if response.replayed:
        spent = Spend(replayed=1, recorded_input_tokens=usage.input_tokens, recorded_output_tokens=usage.output_tokens)
    else:
        spent = Spend(input_tokens=usage.input_tokens, output_tokens=usage.output_tokens)
    ledger.spend += spent + Spend(requests=1, attempts=len(response.attempts))


def _failed(article: Article | Unreadable, reason: str, spend: Spend, seconds: float) -> ArticleResult:
    return ArticleResult(
        article_id=article.id,
        source=article.source,
        text_sha256=article.sha256 if isinstance(article, Article) else None,
        status="failed",
        problems=[Problem(kind="failed", detail=reason)],
        usage=spend,
        seconds=round(seconds, 3),
    )


def _result(article: Article, assembled: Assembled, ledger: _Ledger, seconds: float) -> ArticleResult:
    grounded = ground(assembled.records, article.text, assembled.hints)
    problems = [*ledger.problems, *assembled.problems]
    for pointer, place in grounded.grounding.items():
        if place.status == "absent":
            problems.append(Problem(kind="absent", detail=f"{pointer} is not in the article"))
    return ArticleResult(
        article_id=article.id,
        source=article.source,
        text_sha256=article.sha256,
        published=article.published.isoformat() if article.published else None,
        title=article.title,
        status="partial" if ledger.open_questions else "complete",
        records=grounded.records,
        grounding=grounded.grounding,
        confidence={pointer: round(share, 4) for pointer, share in assembled.confidence.items()},
        problems=problems,
        usage=ledger.spend,
        seconds=round(seconds, 3),
        text=article.text if article.embedded else None,
    )


def extract_all(
    articles: Iterable[Article | Unreadable], setup: Setup, done: Callable[[ArticleResult], None] = lambda result: None
) -> Iterator[ArticleResult]:
    """Extracts many articles, in the order in which they are finished.

    Args:
        articles: read lazily, a few ahead.
        done: told of each result in the thread that iterates.

    An interrupt leaves at once; what was yielded is finished, what was not is not begun again here.
    """
    requests = ThreadPoolExecutor(max(1, setup.jobs), thread_name_prefix="request")
    workers = ThreadPoolExecutor(max(1, setup.articles_at_once), thread_name_prefix="article")
    queue = iter(articles)
    under_way: set[Future[ArticleResult]] = set()
    try:
        while True:
            for item in islice(queue, setup.articles_at_once + 1 - len(under_way)):
                under_way.add(workers.submit(_one, item, setup, requests))
            if not under_way:
                return
            finished, under_way = wait(under_way, return_when=FIRST_COMPLETED)
            for future in finished:
                result = future.result()
                done(result)
                yield result
    finally:
        workers.shutdown(wait=False, cancel_futures=True)
        requests.shutdown(wait=False, cancel_futures=True)


def _one(item: Article | Unreadable, setup: Setup, pool: ThreadPoolExecutor) -> ArticleResult:
    if isinstance(item, Unreadable):
        return _failed(item, item.reason, Spend(), 0.0)
    return extract_article(item, setup, pool)
