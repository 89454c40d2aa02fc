"""An article as far as it is answered: what is recorded now, and which questions lack an answer.

Prompt files are gone through as a run does. A question about a piece of the text is known at once; one that the task
finds by earlier answers is not asked before these are there: it would be another question, and be paid for.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from extract.articles import Article, Unreadable
from extract.articles.as_read import as_read
from extract.engines.pipeline import answer_of, readable
from extract.engines.setup import Setup
from extract.engines.units import units_of
from extract.errors import ExtractError, ModelUnavailable, PromptError, StoreError, TransportError, Unanswered
from extract.models.client import Request, Response
from extract.prompting.passages import HOLDER, WHETHER
from extract.prompting.prompt_sets import Prompt, PromptSet
from extract.prompting.relevance import RELEVANCE
from extract.store.stored_client import StoredClient
from extract.tasks.task import WHOLE_UNITS, Answer


@dataclass(slots=True)
class Look:
    """What was seen of an article.

    Attributes:
        lacking: requests without an answer, and what is to be sent.
        recorded: answers that were not recorded before.
        attempts: those of them that counted, or did not, together.
        unrecorded: answers that the store did not take; it warned.
        refused: why a request is not answered, ever.
        stage: how many rounds of questions it has come to.
        unreadable: why there is nothing to ask about, or "".
        keys: of every request that was come to.
    """

    lacking: list[tuple[Request, bytes]] = field(default_factory=list)
    recorded: int = 0
    attempts: int = 0
    unrecorded: int = 0
    refused: list[str] = field(default_factory=list)
    stage: int = 1
    unreadable: str = ""
    keys: list[str] = field(default_factory=list)


def look_at(article: Article | Unreadable, setup: Setup) -> Look:
    """Goes through an article as a run would; what is answered on the way is recorded by the setup's client.

    Raises:
        ModelUnavailable, PromptError, StoreError: the next article would meet it again.
    """
    seen = Look()
    try:
        _walk(as_read(readable(article)), setup, seen)
    except (ModelUnavailable, PromptError, StoreError):
        raise
    except Exception as error:  # a run has a failed article then, and says more
        seen.unreadable, seen.lacking = str(error) or type(error).__name__, []
    return seen


def _walk(read: Article, setup: Setup, seen: Look) -> None:
    answers: list[Answer] = []
    for number, prompt in enumerate(setup.prompts.prompts):
        later = number > 0 and _follows(prompt, setup.prompts)
        if later and seen.lacking:
            continue
        seen.stage += later
        for unit in units_of(prompt, read, setup, answers):
            request = setup.request(prompt, unit, read)
            response = _response(request, setup, seen)
            if response is not None:
                answers.append(answer_of(prompt, unit, request, response))


def rounds_of(prompts: PromptSet) -> int:
    """How many rounds of questions a prompt set can take."""
    return 1 + sum(_follows(prompt, prompts) for prompt in prompts.prompts[1:])


def _follows(prompt: Prompt, prompts: PromptSet) -> bool:
    """Whether what a prompt file asks about can depend on earlier answers."""
    if prompt.unit == "passage":
        return any(each.unit == RELEVANCE for each in prompts.prompts)
    return prompt.unit not in WHOLE_UNITS or prompt.unit in (WHETHER, HOLDER)


def _response(request: Request, setup: Setup, seen: Look) -> Response | None:
    seen.keys.append(request.key)
    try:
        response = setup.client.complete(request)
    except Unanswered as awaited:
        seen.lacking.append((request, awaited.body))
        return None
    except TransportError as error:
        seen.refused.append(str(error))
        return None
    except ExtractError:
        raise
    except Exception as error:  # nor is it the article's fault: an answer that was paid for must not be lost
        raise StoreError(f"an answer could not be read or recorded: {type(error).__name__}: {error}") from error
    if not response.replayed:
        kept = isinstance(setup.client, StoredClient) and request.key in setup.client.used
        seen.recorded += kept
        seen.unrecorded += not kept
        seen.attempts += len(response.attempts) if kept else 0
    return response
