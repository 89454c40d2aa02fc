"""One article → its result: units → requests → answers → records → grounding.

`extract_article` is what every engine calls, in as many places at once as it likes; nothing here starts a thread.
A failing article is a row; an article with a question left open is partial and never called complete.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field, replace
from typing import get_args

from pydantic import BaseModel, RootModel

from extract.articles import Article, Unreadable, writable
from extract.articles.as_read import as_read
from extract.articles.language import language_note
from extract.engines.ledger import Ledger
from extract.engines.setup import Setup
from extract.engines.units import unasked_note, units_of, unread_note
from extract.errors import (
    OF_ONE_QUESTION,
    ArticleError,
    ModelUnavailable,
    PromptError,
    StoreError,
    TransportError,
)
from extract.models.client import Request, Response
from extract.models.confidence import choice_shares
from extract.models.parsing import Parsed, parse
from extract.prompting.prompt_sets import Prompt
from extract.records.results import ArticleResult, to_json
from extract.tasks.task import Answer, Assembled, Unit, needs_words


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
        result = work.ledger.result(*work.done(article), setup.task.rules, setup.calibration)
        to_json(result).encode()  # what cannot be written has to be found out here, not where the run is written
        return result
    except (ModelUnavailable, PromptError, StoreError):
        raise  # about the run as a whole: the next article would meet it again
    except Exception as error:
        return work.ledger.failed(article, error)


@dataclass
class _Work:
    """The work on one article."""

    setup: Setup
    requests: Executor
    ledger: Ledger = field(default_factory=Ledger)

    def done(self, article: Article | Unreadable) -> tuple[Article, Assembled]:
        """Asks all questions and puts the answers together; ArticleError when there is nothing to put together."""
        article = readable(article)
        task, ledger, read = self.setup.task, self.ledger, as_read(article)
        if needs_words(self.setup.prompts) and (note := language_note(article.text, task.rules.languages)):
            ledger.note("language", note)
        if note := unread_note(self.setup, article):
            ledger.note("unread", note)
        if note := unasked_note(self.setup):
            ledger.note("dropped", note)
        assembled = task.assemble(read, self._answers(read))
        return article, assembled if len(read.text) == len(article.text) else replace(assembled, hints={})

    def _answers(self, article: Article) -> list[Answer]:
        """The answers to all prompt files, in order; ArticleError when there are none."""
        ledger = self.ledger
        answers: list[Answer] = []
        for prompt in self.setup.prompts.prompts:
            units = units_of(prompt, article, self.setup, answers)
            if prompt.unit == "article" and len(units) > 1:
                ledger.note("chunked", f"longer than the model can read at once: read in {len(units)} pieces")
            answers += self._ask(prompt, units, article)
            if ledger.stopped:
                break
        if ledger.open_questions and not ledger.answers:
            raise ArticleError(ledger.stopped or ledger.problems[-1].detail)
        return answers

    def _ask(self, prompt: Prompt, units: Sequence[Unit], article: Article) -> Iterator[Answer]:
        """Asks a prompt file about its units; answers come in the order of the units."""
        requests = [self.setup.request(prompt, unit, article) for unit in units]
        self.ledger.questions += len(requests)
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
        ledger = self.ledger
        if ledger.stopped and (call.cancel() or not call.done()):
            # Queued behind a dead server: not waited for. Those already under way end by themselves.
            ledger.open_questions += 1
            return None
        try:
            response = call.result()
        except (TransportError, StoreError) as error:
            if self.setup.raise_misses and isinstance(error, StoreError):
                raise
            ledger.left_open("unanswered", str(error), unit)
            ledger.count_lost(getattr(error, "attempts", ()))
            if not isinstance(error, OF_ONE_QUESTION):
                ledger.stopped = ledger.stopped or str(error)
            return None
        ledger.count(response)
        self.setup.told(response)
        return response

    def _answer(self, prompt: Prompt, unit: Unit, request: Request, response: Response) -> Answer:
        ledger = self.ledger
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
        elif parsed.dropped:  # accepted once, by a form that has become stricter: some of it does not count any more
            ledger.open_questions += 1
        answer = answer_of(prompt, unit, request, response, parsed)
        if parsed.value is not None:
            ledger.heard(answer, request.key)
        return answer


def readable(article: Article | Unreadable) -> Article:
    """The article, if there is something to ask about.

    Raises:
        ArticleError: there is not.
    """
    if isinstance(article, Unreadable):
        raise ArticleError(article.reason)
    if not article.text.strip():
        raise ArticleError("empty: there is no text to read")
    if writable(article.text) != article.text:
        raise ArticleError("broken text: it holds halves of characters (lone surrogates)")
    return article


def answer_of(
    prompt: Prompt, unit: Unit, request: Request, response: Response, parsed: Parsed[BaseModel] | None = None
) -> Answer:
    """What a response says, as the task takes it; `parsed` where it was read already."""
    parsed = parsed or parse(response.text, request.answer, cut=response.outcome == "cut")
    return Answer(prompt.name, unit, parsed.value, _shares(parsed.value, request.answer, response))


def _shares(value: BaseModel | None, form: type[BaseModel], response: Response) -> dict[str, float]:
    """How sure the model was of each choice, for an answer that is one among closed alternatives."""
    if not isinstance(value, RootModel) or not isinstance(value.root, str):
        return {}
    legal = get_args(form.model_fields["root"].annotation)
    return choice_shares(response.attempts[-1].logprobs, value.root, legal)
