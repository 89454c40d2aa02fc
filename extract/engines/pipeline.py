"""One article → its result: units → requests → answers → records → grounding.

`extract_article` is what every engine calls, in as many places at once as it likes; nothing here starts a thread.
A failing article is a row; an article with a question left open is partial and never called complete.
"""

from __future__ import annotations

import os
import time
import traceback
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import get_args

from pydantic import BaseModel, RootModel

from extract.articles import Article, Unreadable, origin_of, writable
from extract.articles.language import language_note
from extract.engines.setup import Setup
from extract.engines.units import composed, units_of
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
from extract.models.client import Request, Response, Usage
from extract.models.confidence import choice_shares
from extract.models.keys import known_keys, masked
from extract.models.parsing import parse
from extract.prompting.prompt_sets import Prompt
from extract.records.checks import contradictions
from extract.records.grounding import ground
from extract.records.results import ArticleResult, Problem, ProblemKind, Spend, to_json
from extract.tasks.task import Answer, Assembled, Unit, needs_words

MOST_SAID = 300
"""Characters of an unforeseen exception that are told: it may quote the whole article."""


def extract_article(article: Article | Unreadable, setup: Setup, requests: Executor) -> ArticleResult:
    """Extracts one article.

    Args:
        requests: where calls of the client run; whoever makes it decides how many at once.

    Returns:
        A result for every article: where an exception arises in the work on it, a failed one that names it. What was
        spent until then is in it.

    Raises:
        ModelUnavailable: the model cannot be asked at all; nothing else about the model escapes.
        PromptError: the prompt set does not fit the task or the model.
        StoreError: a recording is missing or damaged, and `setup.raise_misses`.
    """
    work = _Work(setup, requests)
    try:
        if isinstance(article, Unreadable):
            raise ArticleError(article.reason)
        if not article.text.strip():
            raise ArticleError("empty: there is no text to read")
        if writable(article.text) != article.text:
            raise ArticleError("broken text: it holds halves of characters (lone surrogates)")
        result = work.result(article)
        to_json(result).encode()  # what cannot be written has to be found out here, not where the run is written
        return result
    except (ModelUnavailable, PromptError, StoreError):
        raise  # about the run as a whole: the next article would meet it again
    except Exception as error:
        return work.failed(article, str(error) if isinstance(error, ExtractError) else _internal(error))


def _internal(error: Exception) -> str:
    """An exception that nobody foresaw, and where in this package it arose."""
    package = Path(__file__).parents[1]
    places = ((Path(frame.f_code.co_filename), line) for frame, line in traceback.walk_tb(error.__traceback__))
    file, line = [(file.relative_to(package), line) for file, line in places if file.is_relative_to(package)][-1]
    said = f"{type(error).__name__}: {error}"
    return f"internal error: {said[:MOST_SAID]} ({file.as_posix()}:{line}); please report it with the article"


def _one_line(text: str) -> str:
    """A text from outside as one line that UTF-8 can write and that shows no key: errors of libraries may hold one."""
    return writable(" ".join(masked(text, known_keys(os.environ)).split()))


@dataclass
class _Work:
    """The work on one article, and what has happened in it.

    Attributes:
        questions: asked, or to be asked.
        open_questions: of these, those without a proper answer.
        answered: with an answer that could be used, at least in part.
        stopped: why no more is asked about the article, or None.
    """

    setup: Setup
    requests: Executor
    began: float = field(default_factory=time.monotonic)
    spend: Spend = field(default_factory=Spend)
    problems: list[Problem] = field(default_factory=list)
    questions: int = 0
    open_questions: int = 0
    answered: int = 0
    stopped: str | None = None

    def _note(self, kind: ProblemKind, detail: str, unit: Unit | None = None) -> None:
        self.problems.append(Problem(kind=kind, detail=_one_line(detail), unit=_one_line(unit.name) if unit else ""))

    def _left_open(self, kind: ProblemKind, detail: str, unit: Unit) -> None:
        self.open_questions += 1
        self._note(kind, detail, unit)

    def _assembled(self, article: Article, read: Article) -> Assembled:
        """Asks all questions and puts the answers together; ArticleError when no question was answered."""
        prompts, task = self.setup.prompts, self.setup.task
        if needs_words(prompts) and (note := language_note(article.text, task.rules.languages)):
            self._note("language", note)
        answers: list[Answer] = []
        for prompt in prompts.prompts:
            units = units_of(prompt, read, self.setup, answers)
            if prompt.unit == "article" and len(units) > 1:
                self._note("chunked", f"longer than the model can read at once: read in {len(units)} pieces")
            answers += self._ask(prompt, units, read)
            if self.stopped:
                break
        if self.open_questions and not self.answered:
            raise ArticleError(self.stopped or self.problems[-1].detail)
        return task.assemble(read, answers)

    def _ask(self, prompt: Prompt, units: Sequence[Unit], article: Article) -> Iterator[Answer]:
        """Asks a prompt file about its units; answers come in the order of the units."""
        requests = [self.setup.request(prompt, unit, article) for unit in units]
        self.questions += len(requests)
        calls = [self.requests.submit(self.setup.client.complete, request) for request in requests]
        try:
            for unit, request, call in zip(units, requests, calls, strict=True):
                response = self._response(call, unit)
                if response is not None:
                    yield self._answer(prompt, unit, request, response)
        finally:
            for call in calls:  # what is still queued after an exception would be paid for and not be read
                call.cancel()

    def _response(self, call: Future[Response], unit: Unit) -> Response | None:
        if self.stopped and (call.cancel() or not call.done()):
            # Queued behind a dead server: not waited for. Those already under way end by themselves.
            self.open_questions += 1
            return None
        try:
            response = call.result()
        except (TransportError, StoreError) as error:
            if self.setup.raise_misses and isinstance(error, StoreError):
                raise
            self._left_open("unanswered", str(error), unit)
            for attempt in getattr(error, "attempts", ()):  # answered before the fault, and paid for
                self.spend += _spend(attempt.usage) + Spend(attempts=1)
            # These are about one question; after any other fault the next question would only meet it again.
            if not isinstance(error, RequestRefused | DamagedRecording):
                self.stopped = self.stopped or str(error)
            return None
        self.setup.told(response)
        return response

    def _answer(self, prompt: Prompt, unit: Unit, request: Request, response: Response) -> Answer:
        self.spend += _spend(response.usage, response.replayed) + Spend(requests=1, attempts=len(response.attempts))
        for attempt in response.attempts[:-1]:
            self._note("reasked", attempt.error or "the first answer was not valid", unit)
        parsed = parse(response.text, request.answer, cut=response.outcome == "cut")
        for line in parsed.dropped if parsed.value is not None else ():
            self._note("dropped", line, unit)
        if parsed.repaired:
            self._note("repaired", "the answer was no JSON until its commas, quotes or escapes were mended", unit)
        if response.outcome == "cut":
            self._left_open("cut", f"the answer ran into the limit of {request.sampling.max_tokens} tokens", unit)
        elif response.outcome == "invalid" or parsed.value is None:
            why = response.attempts[-1].error or "; ".join(parsed.dropped) or "it does not fit"
            self._left_open("unanswered", f"no valid answer: {why}", unit)
        elif parsed.dropped:  # accepted once, by a form that has become stricter: some of it does not count any more
            self.open_questions += 1
        if parsed.value is not None:
            self.answered += 1
        return Answer(prompt.name, unit, parsed.value, _shares(parsed.value, request.answer, response))

    def result(self, article: Article) -> ArticleResult:
        """Works, and puts down what it yielded; any exception is one of the work."""
        read = composed(article)
        assembled = self._assembled(article, read)
        grounded = ground(assembled.records, article.text, assembled.hints if read is article else {})
        problems = [*self.problems, *assembled.problems, *contradictions(grounded.records, self.setup.task.rules)]
        for pointer, place in grounded.grounding.items():
            if place.status == "absent":
                problems.append(Problem(kind="absent", detail=f"{pointer} is not in the article", pointer=pointer))
        flawed = self.open_questions or any(each.kind in ("dropped", "language") for each in problems)
        return ArticleResult(
            article_id=writable(article.id),
            source=writable(article.source),
            text_sha256=article.sha256,
            published=article.published.isoformat() if article.published else None,
            title=article.title,
            url=article.url,
            origin=origin_of(article.source),
            status="partial" if flawed else "complete",
            records=grounded.records,
            grounding=grounded.grounding,
            confidence={pointer: round(share, 4) for pointer, share in assembled.confidence.items()},
            problems=problems,
            questions=self.questions,
            unanswered=self.open_questions,
            usage=self.spend,
            seconds=round(time.monotonic() - self.began, 3),
            text=article.text,
        )

    def failed(self, article: Article | Unreadable, reason: str) -> ArticleResult:
        """The row of an article that came to nothing."""
        said = _one_line(reason)
        return ArticleResult(
            article_id=writable(article.id),
            source=writable(article.source),
            text_sha256=article.sha256
            if isinstance(article, Article) and writable(article.text) == article.text
            else None,
            origin=origin_of(article.source),
            status="failed",
            problems=[Problem(kind="failed", detail=said), *(each for each in self.problems if each.detail != said)],
            questions=self.questions,
            unanswered=self.open_questions,
            usage=self.spend,
            seconds=round(time.monotonic() - self.began, 3),
        )


def _shares(value: BaseModel | None, form: type[BaseModel], response: Response) -> dict[str, float]:
    """How sure the model was of each choice, for an answer that is one among closed alternatives."""
    if not isinstance(value, RootModel) or not isinstance(value.root, str):
        return {}
    legal = get_args(form.model_fields["root"].annotation)
    return choice_shares(response.attempts[-1].logprobs, value.root, legal)


def _spend(usage: Usage, replayed: bool = False) -> Spend:
    """Tokens as a result counts them."""
    tokens = asdict(usage)
    if replayed:
        del tokens["reasoning_tokens"]
        tokens = {"replayed": 1} | {f"recorded_{name}": count for name, count in tokens.items()}
    return Spend.model_validate(tokens)
