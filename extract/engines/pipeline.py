"""The order of the steps: units → requests → answers → records → grounding, for one article and for many.

Knows tasks, prompt sets and clients by their seams only. A failing article is a row; an article with a question
left open is partial and never called complete.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
import traceback
import unicodedata
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from itertools import groupby, islice
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, RootModel

from extract.articles import Article, Unreadable, origin_of, writable
from extract.articles.language import language_note
from extract.articles.linguistics import reader_of
from extract.articles.sentences import Span, split_chunks, split_passages
from extract.errors import (
    ArticleError,
    DamagedRecording,
    ExtractError,
    ModelUnavailable,
    PromptError,
    RequestRefused,
    StoreError,
    TransportError,
)
from extract.models.budget import Budget
from extract.models.client import About, Client, Request, Response, Sampling, Usage
from extract.models.confidence import choice_shares
from extract.models.keys import known_keys, masked
from extract.models.parsing import parse
from extract.prompting.candidates import candidates_of
from extract.prompting.grammars import one_line
from extract.prompting.passages import reading_of
from extract.prompting.prompt_sets import Prompt, PromptSet
from extract.records.checks import contradictions
from extract.records.grounding import ground
from extract.records.results import ArticleResult, Problem, ProblemKind, Signature, Spend, to_json
from extract.tasks.task import WHOLE_UNITS, Answer, Assembled, Task, Unit, needs_words

BYTES_PER_TOKEN = 3.0
"""Lower bound seen on English news with the embedded model's tokenizer (mean 4.4): a chunk has to fit for sure.
Bytes of UTF-8, since other scripts take more tokens per character."""
SPARE_TOKENS = 64
"""For what a chat template puts around the messages."""
MOST_MARKS = 30
"""Combining marks in a row; Unicode's stream-safe text format has no more."""
MOST_SAID = 300
"""Characters of an unforeseen exception that are told: it may quote the whole article."""
LEAST_CHUNK = 500
"""Bytes of an article that have to fit into a request for it to be worth asking."""


PLAIN = Sampling()


@dataclass(frozen=True)
class Setup:
    """Everything a run is made with.

    Attributes:
        model: identity of the model, part of every request.
        context_tokens: what the model can read and write in one request.
        sampling: how answers are drawn; their length is the prompt file's.
        sample: repeat number.
        jobs: requests under way at once.
        articles_at_once: articles under way at once; 1 lets a local server finish one prompt file before the next.
        answer_tokens: most tokens of an answer, where the model should write less than a prompt file allows.
        raise_misses: a missing or damaged recording ends the run instead of failing its article.
        budget: what may be spent; None for whatever it takes.
    """

    task: Task[Any]
    prompts: PromptSet
    client: Client
    model: str
    context_tokens: int = 128_000
    sampling: Sampling = PLAIN
    sample: int = 0
    answer_tokens: int = 1_000_000
    jobs: int = 4
    articles_at_once: int = 1
    raise_misses: bool = False
    budget: Budget | None = None

    @property
    def signature(self) -> Signature:
        """What makes two runs the same run."""
        schema = json.dumps(self.task.schema.model_json_schema(), sort_keys=True)
        sampling: dict[str, float | int | str] = {
            "temperature": self.sampling.temperature,
            "seed": self.sampling.seed,
            "top_logprobs": self.sampling.top_logprobs,
            **self.sampling.chosen,
        }
        if any(prompt.unit in ("article", "chunk") for prompt in self.prompts.prompts):
            sampling["context_tokens"] = self.context_tokens  # decides where a long article is cut
        return Signature(
            task=self.task.name,
            model=self.model,
            prompts=self.prompts.name,
            prompts_sha256=self.task.identity(self.prompts),
            schema_sha256=hashlib.sha256(schema.encode()).hexdigest(),
            sampling=sampling,
            sample=self.sample,
        )

    def limit(self, prompt: Prompt) -> int:
        """Most tokens of an answer: what the prompt file allows, and the model."""
        return min(prompt.max_tokens, self.answer_tokens)

    def request(self, prompt: Prompt, unit: Unit, article: Article) -> Request:
        """The question a prompt file asks about a unit."""
        form = self.task.answer_form(prompt.answer, unit)
        return Request(
            model=self.model,
            messages=prompt.messages(unit.slots),
            answer=form,
            grammar=getattr(form, "grammar", None),
            # only a choice has alternatives to be compared
            sampling=replace(
                self.sampling,
                max_tokens=self.limit(prompt),
                top_logprobs=self.sampling.top_logprobs if unit.choices else 0,
            ),
            sample=self.sample,
            about=About(article.id, f"{self.task.name}/{self.prompts.name}/{prompt.name}", unit.name),
        )


@dataclass
class _Ledger:
    """What happened while an article was worked on.

    Attributes:
        questions: asked, or to be asked.
        open_questions: of these, those without a proper answer.
        answered: with an answer that could be used, at least in part.
        stopped: why no more is asked about the article, or None.
    """

    spend: Spend = field(default_factory=Spend)
    problems: list[Problem] = field(default_factory=list)
    questions: int = 0
    open_questions: int = 0
    answered: int = 0
    stopped: str | None = None

    def note(self, kind: ProblemKind, detail: str, unit: Unit | None = None) -> None:
        self.problems.append(Problem(kind=kind, detail=_one_line(detail), unit=_one_line(unit.name) if unit else ""))

    def left_open(self, kind: ProblemKind, detail: str, unit: Unit) -> None:
        self.open_questions += 1
        self.note(kind, detail, unit)


def _one_line(text: str) -> str:
    """A text from outside as one line that UTF-8 can write and that shows no key: errors of libraries may hold one."""
    return writable(" ".join(masked(text, known_keys(os.environ)).split()))


def units_of(prompt: Prompt, article: Article, setup: Setup, answers: Sequence[Answer]) -> list[Unit]:
    """The units of an article that a prompt file asks about, in text order.

    Raises:
        PromptError: the task has no such units or word list, or the prompt leaves no room for an article.
    """
    if prompt.unit not in WHOLE_UNITS:
        units = setup.task.rules.units(prompt.unit, article, answers)
    elif prompt.unit == "sentence":
        units = [_text_unit("sentence", number, span, article) for number, span in enumerate(article.sentences, 1)]
    elif prompt.unit == "passage":
        units = list(_passages(article, setup.task.schema))
    else:
        room = _room(prompt, article, setup)
        if prompt.unit == "article" and len(article.text) <= room:
            units = [_text_unit("article", 0, Span(0, len(article.text)), article)]
        else:
            chunks = split_chunks(article.text, room)
            units = [_text_unit("chunk", number, span, article) for number, span in enumerate(chunks, 1)]
    if prompt.when is None:
        return units
    gate = prompt.when
    return [unit for unit in units if setup.task.rules.touches(gate, article.text[unit.span.start : unit.span.end])]


def _passages(article: Article, schema: type[BaseModel]) -> Iterator[Unit]:
    """Passages in one line each, with the words that values can be, where the schema says what they are."""
    reader = reader_of(article.text) if reading_of(schema) else None
    for number, span in enumerate(split_passages(article.text), 1):
        unit = _text_unit("passage", number, span, article)
        text = one_line(unit.slots["text"])
        yield replace(unit, slots={**unit.slots, "text": text}, subject=reader and candidates_of(text, reader))


def _marks_in_a_row(text: str) -> int:
    if text.isascii():
        return 0
    runs = groupby(text, key=lambda char: unicodedata.combining(char) > 0)
    return max((sum(1 for _ in run) for is_mark, run in runs if is_mark), default=0)


def _composed(article: Article) -> Article:
    """The article as it is read: "é" as one character, whichever way the file has it. Offsets are the file's again
    once `grounding` has found the values there.

    A text with more marks in a row than any script writes is read as it is: sorting them is quadratic in the standard
    library, and nothing else runs meanwhile.
    """
    if _marks_in_a_row(article.text) > MOST_MARKS or unicodedata.is_normalized("NFC", article.text):
        return article
    return replace(article, text=unicodedata.normalize("NFC", article.text))


def _text_unit(kind: str, number: int, span: Span, article: Article) -> Unit:
    published = article.published.isoformat() if article.published else "unknown"
    slots = {"text": article.text[span.start : span.end], "title": article.title or "", "published": published}
    return Unit(kind, f"{kind} {number}" if number else kind, span, slots)


def _room(prompt: Prompt, article: Article, setup: Setup) -> int:
    """Characters of an article that fit into one request beside the fixed part and the answer."""
    fixed = prompt.messages(dict.fromkeys(prompt.ask.get_identifiers(), ""))
    size = sum(len(message.content.encode()) for message in fixed)
    tokens = setup.context_tokens - setup.limit(prompt) - SPARE_TOKENS
    room = int(tokens * BYTES_PER_TOKEN) - size
    if room < LEAST_CHUNK:
        raise PromptError(
            f"prompt {prompt.name!r} leaves no room for an article: it has about {size / BYTES_PER_TOKEN:.0f} tokens, "
            f"its answer up to {setup.limit(prompt)}, and the model takes {setup.context_tokens} at once"
        )
    return int(room * len(article.text) / len(article.text.encode()))


def plan(article: Article, setup: Setup) -> Iterator[Request]:
    """The requests an article would make, as far as they do not depend on answers. Calls nothing."""
    article = _composed(article)
    for prompt in setup.prompts.prompts:
        for unit in units_of(prompt, article, setup, []):
            yield setup.request(prompt, unit, article)


def extract_article(article: Article, setup: Setup, pool: Executor) -> ArticleResult:
    """Extracts one article.

    Args:
        pool: where requests run.

    Returns:
        A result for every article: where an exception arises in the work on it, a failed one that names it. What was
        spent until then is in it.

    Raises:
        ModelUnavailable: the model cannot be asked at all; nothing else about the model escapes.
        PromptError: the prompt set does not fit the task or the model.
        StoreError: a recording is missing or damaged, and `setup.raise_misses`.
    """
    began = time.monotonic()
    ledger = _Ledger()
    try:
        if not article.text.strip():
            raise ArticleError("empty: there is no text to read")
        if writable(article.text) != article.text:
            raise ArticleError("broken text: it holds halves of characters (lone surrogates)")
        assembled = _assembled(article, setup, pool, ledger)
        if assembled is not None:
            result = _result(article, setup, assembled, ledger, time.monotonic() - began)
            to_json(result).encode()  # what cannot be written has to be found out here, not where the run is written
            return result
        reason = ledger.stopped or ledger.problems[-1].detail
    except (ModelUnavailable, PromptError, StoreError):
        raise  # about the run as a whole: the next article would meet it again
    except Exception as error:
        reason = str(error) if isinstance(error, ExtractError) else _internal(error)
    return _failed(article, reason, ledger, time.monotonic() - began)


def _internal(error: Exception) -> str:
    """An exception that nobody foresaw, and where in this package it arose."""
    package = Path(__file__).parents[1]
    places = ((Path(frame.f_code.co_filename), line) for frame, line in traceback.walk_tb(error.__traceback__))
    file, line = [(file.relative_to(package), line) for file, line in places if file.is_relative_to(package)][-1]
    said = f"{type(error).__name__}: {error}"
    return f"internal error: {said[:MOST_SAID]} ({file.as_posix()}:{line}); please report it with the article"


def _assembled(article: Article, setup: Setup, pool: Executor, ledger: _Ledger) -> Assembled | None:
    """Asks all questions and puts the answers together; None when no question was answered."""
    if needs_words(setup.prompts) and (note := language_note(article.text, setup.task.rules.languages)):
        ledger.note("language", note)
    answers: list[Answer] = []
    read = _composed(article)
    for prompt in setup.prompts.prompts:
        units = units_of(prompt, read, setup, answers)
        if prompt.unit == "article" and len(units) > 1:
            ledger.note("chunked", f"longer than the model can read at once: read in {len(units)} pieces")
        answers += _ask(prompt, units, read, setup, ledger, pool)
        if ledger.stopped:
            break
    return setup.task.assemble(read, answers) if ledger.answered or not ledger.open_questions else None


def _ask(
    prompt: Prompt, units: Sequence[Unit], article: Article, setup: Setup, ledger: _Ledger, pool: Executor
) -> Iterator[Answer]:
    """Asks a prompt file about its units; answers come in the order of the units."""
    requests = [setup.request(prompt, unit, article) for unit in units]
    ledger.questions += len(requests)
    calls = [pool.submit(setup.client.complete, request) for request in requests]
    try:
        for unit, request, call in zip(units, requests, calls, strict=True):
            response = _response(call, unit, setup, ledger)
            if response is not None:
                yield _answer(prompt, unit, request, response, ledger)
    finally:
        for call in calls:  # what is still queued after an exception would be paid for and not be read
            call.cancel()


def _response(call: Future[Response], unit: Unit, setup: Setup, ledger: _Ledger) -> Response | None:
    if ledger.stopped and (call.cancel() or not call.done()):
        # Queued behind a dead server: not waited for. Those already under way end by themselves.
        ledger.open_questions += 1
        return None
    try:
        return call.result()
    except (TransportError, StoreError) as error:
        if setup.raise_misses and isinstance(error, StoreError):
            raise
        ledger.left_open("unanswered", str(error), unit)
        for attempt in getattr(error, "attempts", ()):  # answered before the fault, and paid for
            ledger.spend += spend_of(attempt.usage) + Spend(attempts=1)
        # These are about one question; after any other fault the next question would only meet it again.
        if not isinstance(error, RequestRefused | DamagedRecording):
            ledger.stopped = ledger.stopped or str(error)
        return None


def _answer(prompt: Prompt, unit: Unit, request: Request, response: Response, ledger: _Ledger) -> Answer:
    _count(response, ledger)
    for attempt in response.attempts[:-1]:
        ledger.note("reasked", attempt.error or "the first answer was not valid", unit)
    parsed = parse(response.text, request.answer, cut=response.outcome == "cut")
    for line in parsed.dropped if parsed.value is not None else ():
        ledger.note("dropped", line, unit)
    if parsed.repaired:
        ledger.note("repaired", "the answer was no JSON until its commas, quotes or escapes were mended", unit)
    if response.outcome == "cut":
        ledger.left_open("cut", f"the answer ran into the limit of {request.sampling.max_tokens} tokens", unit)
    elif response.outcome == "invalid" or parsed.value is None:
        why = response.attempts[-1].error or "; ".join(parsed.dropped) or "it does not fit"
        ledger.left_open("unanswered", f"no valid answer: {why}", unit)
    elif parsed.dropped:  # it was accepted once, by a form that has become stricter: some of it does not count any more
        ledger.open_questions += 1
    if parsed.value is not None:
        ledger.answered += 1
    return Answer(prompt.name, unit, parsed.value, _shares(parsed.value, request.answer, response))


def _shares(value: BaseModel | None, form: type[BaseModel], response: Response) -> dict[str, float]:
    """How sure the model was of each choice, for an answer that is one among closed alternatives."""
    if not isinstance(value, RootModel) or not isinstance(value.root, str):
        return {}
    legal = get_args(form.model_fields["root"].annotation)
    return choice_shares(response.attempts[-1].logprobs, value.root, legal)


def _count(response: Response, ledger: _Ledger) -> None:
    ledger.spend += spend_of(response.usage, response.replayed) + Spend(requests=1, attempts=len(response.attempts))


def spend_of(usage: Usage, replayed: bool = False) -> Spend:
    """Tokens as a result counts them."""
    if replayed:
        return Spend(
            replayed=1,
            recorded_input_tokens=usage.input_tokens,
            recorded_output_tokens=usage.output_tokens,
            recorded_cached_input_tokens=usage.cached_input_tokens,
        )
    return Spend(
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        cached_input_tokens=usage.cached_input_tokens,
        reasoning_tokens=usage.reasoning_tokens,
    )


def _failed(article: Article | Unreadable, reason: str, ledger: _Ledger, seconds: float) -> ArticleResult:
    said = _one_line(reason)
    return ArticleResult(
        article_id=writable(article.id),
        source=writable(article.source),
        text_sha256=article.sha256 if isinstance(article, Article) and writable(article.text) == article.text else None,
        origin=origin_of(article.source),
        status="failed",
        problems=[Problem(kind="failed", detail=said), *(each for each in ledger.problems if each.detail != said)],
        questions=ledger.questions,
        unanswered=ledger.open_questions,
        usage=ledger.spend,
        seconds=round(seconds, 3),
    )


def _result(article: Article, setup: Setup, assembled: Assembled, ledger: _Ledger, seconds: float) -> ArticleResult:
    hints = assembled.hints if _composed(article) is article else {}
    grounded = ground(assembled.records, article.text, hints)
    problems = [*ledger.problems, *assembled.problems, *contradictions(grounded.records, setup.task.rules)]
    for pointer, place in grounded.grounding.items():
        if place.status == "absent":
            problems.append(Problem(kind="absent", detail=f"{pointer} is not in the article", pointer=pointer))
    return ArticleResult(
        article_id=writable(article.id),
        source=writable(article.source),
        text_sha256=article.sha256,
        published=article.published.isoformat() if article.published else None,
        title=article.title,
        url=article.url,
        origin=origin_of(article.source),
        status="partial"
        if ledger.open_questions or any(each.kind in ("dropped", "language") for each in problems)
        else "complete",
        records=grounded.records,
        grounding=grounded.grounding,
        confidence={pointer: round(share, 4) for pointer, share in assembled.confidence.items()},
        problems=problems,
        questions=ledger.questions,
        unanswered=ledger.open_questions,
        usage=ledger.spend,
        seconds=round(seconds, 3),
        text=article.text,
    )


def extract_all(articles: Iterable[Article | Unreadable], setup: Setup) -> Generator[ArticleResult, None, None]:
    """Extracts many articles, and yields results in the order in which they are finished.

    Args:
        articles: taken one by one, when one can be begun.

    Raises:
        ModelUnavailable, PromptError, StoreError: as `extract_article`; what was finished until then comes first.

    An interrupt leaves at once: nothing is waited for, and what was not finished is not begun again here.
    """
    requests = ThreadPoolExecutor(max(1, setup.jobs), thread_name_prefix="request")
    workers = ThreadPoolExecutor(max(1, setup.articles_at_once), thread_name_prefix="article")
    queue = iter(articles)
    under_way: set[Future[ArticleResult]] = set()
    try:
        while True:
            for item in islice(queue, max(1, setup.articles_at_once) - len(under_way)):
                under_way.add(workers.submit(_one, item, setup, requests))
            if not under_way:
                return
            finished, under_way = wait(under_way, return_when=FIRST_COMPLETED)
            for future in sorted(finished, key=lambda future: future.exception() is not None):
                yield future.result()
    finally:
        workers.shutdown(wait=False, cancel_futures=True)
        requests.shutdown(wait=False, cancel_futures=True)


def _one(item: Article | Unreadable, setup: Setup, pool: Executor) -> ArticleResult:
    if isinstance(item, Unreadable):
        return _failed(item, item.reason, _Ledger(), 0.0)
    return extract_article(item, setup, pool)
