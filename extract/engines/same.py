"""Undecided pairs of reports put to a model: a question for each, and what each answer weighs.

Nothing here decides what is undecided, or what an answer changes (`extract.stories.linking`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date

from extract.articles import Article, Span
from extract.engines.setup import Setup
from extract.errors import OF_ONE_QUESTION, PromptError, StoreError, TransportError
from extract.models.client import Request, Response
from extract.models.confidence import LEAST, choice_shares
from extract.models.parsing import parse
from extract.stories.linking import Opinion
from extract.stories.mentions import Mention
from extract.tasks.task import PAIR, Same, Unit

CHOICES = ("yes", "no")
UNSAID = 0.8
"""How sure an answer is taken to be that comes without logprobs."""
_AROUND = 250
"""Characters that are shown on either side of the words that support a record."""
_MOST = 900
"""Characters of a report that are shown at most."""
_HEADLINE = 200
"""Of its headline, and of what its record says."""

Pair = tuple[Mention, Mention]


@dataclass
class Asking:
    """Asks about pairs of reports, each once; callable as `extract.stories.linking.Ask`.

    Attributes:
        setup: how the prompt set `same` is asked.
        texts: gives the texts of articles by their ids.
        most: pairs that are asked about at most.
        tell: told what a user should know.
        told: told how many questions are answered, of how many.
        unanswered: questions that were left open.
    """

    setup: Setup
    texts: Callable[[Set[str]], Mapping[str, str]]
    most: int
    tell: Callable[[str], object] = lambda line: None
    told: Callable[[int, int], object] = lambda done, total: None
    unanswered: int = 0

    def __call__(self, pairs: Sequence[Pair]) -> dict[tuple[str, str], Opinion]:
        """What the model says of pairs; an interrupt leaves at once, and what was answered is in the store.

        Raises:
            ModelUnavailable: the model cannot be asked at all.
            PromptError: the prompt set asks about something else.
        """
        asked = pairs[: self.most]
        if not asked:
            self.tell("no pair of reports is undecided: the model is asked nothing")
            return {}
        if len(asked) < len(pairs):
            self.tell(
                f"{len(pairs)} pairs of reports are undecided: the model is asked about the {len(asked)} most undecided, "
                f"{len(pairs) - len(asked)} are left out (--ask-most)"
            )
        texts = self.texts({each.article_id for pair in asked for each in pair})
        requests = [request_of(pair, texts, self.setup) for pair in asked]
        workers = ThreadPoolExecutor(self.setup.jobs, thread_name_prefix="request")
        try:
            calls = [workers.submit(self.setup.client.complete, request) for request in requests]
            responses = self._responses(calls)
            answers = zip(asked, (self._opinion(*each) for each in zip(requests, responses, strict=True)), strict=True)
            return {(one.id, other.id): opinion for (one, other), opinion in answers if opinion is not None}
        finally:
            workers.shutdown(wait=False, cancel_futures=True)

    def _responses(self, calls: Sequence[Future[Response]]) -> Iterator[Response | None]:
        """What comes back, in order; None for a question that is left open. Says why, once."""
        first, dead = "", False
        self.told(0, len(calls))
        for number, call in enumerate(calls, 1):
            response = None
            # Queued behind a dead server: not waited for. Those already under way end by themselves.
            if not (dead and (call.cancel() or not call.done())):
                try:
                    response = call.result()
                    self.setup.told(response)
                except (TransportError, StoreError) as error:
                    first = first or str(error)
                    dead = dead or not isinstance(error, OF_ONE_QUESTION)
            self.told(number, len(calls))
            yield response
        if first:
            self.tell(f"warning: questions about pairs of reports are left open: {first}")

    def _opinion(self, request: Request, response: Response | None) -> Opinion | None:
        share = None if response is None else share_of(request, response)
        if share is None:
            self.unanswered += 1
            return None
        who = self.setup.model.partition("@")[0]
        said = "the same" if share > 0.5 else "not the same"
        return Opinion(f"{who}: {said}, {max(share, 1 - share):.2f}", bits_of(share))


def request_of(pair: Pair, texts: Mapping[str, str], setup: Setup) -> Request:
    """The question about two reports; the earlier one comes first, in whichever order they are given.

    Raises:
        PromptError: the prompt set is not one file about pairs.
    """
    prompts = setup.prompts.prompts
    if [prompt.unit for prompt in prompts] != [PAIR]:
        raise PromptError(f"prompt set {setup.prompts.name!r}: needs one prompt file, with unit = {PAIR!r}")
    first, second = sorted(pair, key=lambda each: (each.when.published or math.inf, each.id))
    slots = {**_slots("first", first, texts), **_slots("second", second, texts)}
    unit = Unit(PAIR, f"{first.id} and {second.id}", Span(0, 0), slots, CHOICES)
    return setup.request(prompts[0], unit, Article(first.article_id, texts.get(first.article_id, ""), first.source))


def _slots(name: str, report: Mention, texts: Mapping[str, str]) -> dict[str, str]:
    published = report.when.published
    return {
        f"{name}_day": date.fromordinal(published).isoformat() if published else "unknown",
        f"{name}_headline": one_line(report.title)[:_HEADLINE] or "none",
        f"{name}_record": facts(report)[:_HEADLINE] or "nothing more",
        f"{name}_text": passage(report, texts.get(report.article_id, "")),
    }


def facts(report: Mention) -> str:
    """What a record says that tells it from others; two of one article may stand in one passage."""
    said = [value for _, value in report.values.values()]
    places = dict.fromkeys(spot.words for spot in report.places)
    return one_line("; ".join(filter(None, (*said, ", ".join(places), report.when.words))))


def passage(report: Mention, text: str) -> str:
    """The words that support a record and a little around them, in one line; the article's beginning where there are none."""
    found = report.evidence
    if found is None or found.start is None or found.end is None or not text:
        return one_line(found.text if found else text[:_MOST])[:_MOST]
    start = max(0, found.start - _AROUND)
    end = min(found.end + _AROUND, start + _MOST)
    shown = text[start:end]
    # Words are not cut: to the next space, where there is one in what was added.
    if start and " " in text[start : found.start]:
        shown = shown.partition(" ")[2]
    if end < len(text) and " " in text[min(found.end, end) : end]:
        shown = shown.rpartition(" ")[0]
    return one_line(shown)


def one_line(text: str) -> str:
    """A text in one line, so that it begins no line of the question."""
    return " ".join(text.split())


def share_of(request: Request, response: Response) -> float | None:
    """How sure the model is that two reports are one, 0…1; None for no usable answer."""
    answer = parse(response.text, request.answer, cut=response.outcome == "cut").value
    if response.outcome != "ok" or not isinstance(answer, Same):
        return None
    shares = choice_shares(response.attempts[-1].logprobs, answer.root, CHOICES)
    return shares.get("yes", UNSAID if answer.root == "yes" else 1 - UNSAID)


def bits_of(share: float) -> float:
    """A share as evidence: of undecided pairs as many are one as not, so that its odds are what it adds."""
    return math.log2(max(share, LEAST) / max(1 - share, LEAST))
