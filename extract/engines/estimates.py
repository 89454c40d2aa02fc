"""What a run would ask, before anything is asked: requests counted one by one, tokens estimated from characters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from extract.articles import Article, Unreadable
from extract.engines.session import open_setup
from extract.engines.setup import Setup
from extract.engines.units import plan
from extract.errors import counted
from extract.models.budget import CHARS_PER_TOKEN
from extract.models.client import Message, Request
from extract.models.prices import Prices, load_prices
from extract.spec import RunSpec
from extract.views.terminal import safe

TEMPLATE_TOKENS = 5
"""What a chat template puts around a message, and in front of the answer. Few-shot prompts have many short messages:
without it 22 700 tokens of the gold set were taken for 17 400 (with the embedded model; OpenAI documents 3 to 4)."""


def dry_run_of(spec: RunSpec, articles: Iterable[Article | Unreadable], *, batched: bool = False) -> str:
    """As `dry_run`, of a spec: opened without a store, so that none is made, and no server is asked what it serves."""
    named = spec.model_id or (f"server/{spec.named_model}" if spec.base_url else None)
    with open_setup(replace(spec, cache="off", model_id=named)) as setup:
        return dry_run(articles, setup, load_prices(spec.prices), batched=batched)


def dry_run(articles: Iterable[Article | Unreadable], setup: Setup, prices: Prices, *, batched: bool = False) -> str:
    """What a run would ask, in a few lines; calls nothing. Questions that depend on answers are not counted.

    Args:
        batched: it would be asked in a provider's batches.
    """
    found = _Estimate()
    readable, unreadable = 0, []
    for item in articles:
        if isinstance(item, Unreadable):
            unreadable.append(f"{item.id}: cannot be read: {item.reason}")
            continue
        readable += 1
        for request in plan(item, setup):
            found.add(request)
    cost = prices.cost(setup.model, round(found.read), round(found.written), batched=batched)
    at_batch_price = " at the price of batches" if batched else ""
    lines = [
        f"{counted(readable, 'article')}, {counted(found.requests, 'request')} to {setup.model} (prompt set {setup.prompts.name})",
        f"estimated from characters: about {found.read:,.0f} tokens read, at most about {found.written:,.0f} written",
        f"cost: {'unknown: no price for this model' if cost is None else f'at most about ${cost:.2f}{at_batch_price}'}",
        f"time: {'within a day' if batched else found.time(setup)}",
        "answers that are recorded already cost nothing",
        *unreadable,
    ]
    return "\n".join(map(safe, lines))


@dataclass
class _Estimate:
    """Requests that would be made.

    Attributes:
        read: tokens of all requests.
        read_anew: the same without what a server that remembers beginnings has just read.
        written: tokens of the longest answers.
        beginning: article and fixed messages of the last request.
    """

    requests: int = 0
    read: float = 0.0
    read_anew: float = 0.0
    written: float = 0.0
    beginning: tuple[str, Sequence[Message]] = field(default=("", ()))

    def add(self, request: Request) -> None:
        *fixed, question = (len(message.content) / CHARS_PER_TOKEN + TEMPLATE_TOKENS for message in request.messages)
        question += TEMPLATE_TOKENS
        before, self.beginning = self.beginning, (request.about.article, request.messages[:-1])
        self.requests += 1
        self.read += sum(fixed) + question
        self.read_anew += question + (0.0 if before == self.beginning else sum(fixed))
        choices = request.schema.get("enum", ())  # the longest one, quotes and the end
        longest = max((len(str(choice)) / CHARS_PER_TOKEN + 3 for choice in choices), default=None)
        self.written += request.sampling.max_tokens if longest is None else longest

    def time(self, setup: Setup) -> str:
        """How long it takes at most, in words."""
        if not self.requests:
            return "seconds"
        # Seen with the embedded model on two cores, where requests share the machine; a hosted model is a guess.
        local = setup.model.startswith("local/")
        read, written, at_once = (60.0, 10.0, 1) if local else (5000.0, 50.0, setup.jobs)
        seconds = ((self.read_anew if local else self.read) / read + self.written / written) / at_once
        most = f"{seconds / 60:.0f} min" if seconds >= 90 else f"{seconds:.0f} s"
        server = f"if a server writes {written:.0f} tokens a second, {at_once} requests at once"
        return f"at most about {most} {'on two cores' if local else server}"
