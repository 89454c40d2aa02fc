"""What a run may cost, counted request by request and kept while several are under way.

No request is begun when what is spent, what is under way and what it could cost itself are together more than the
limit. What a request can cost at most is worked out from its text, twice (it may be asked again once) and from its
limit of tokens; a server that does not keep to that limit, or bills tries that failed, is not foreseen.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from extract.errors import CostCapReached, TransportError, UsageError
from extract.models.client import Attempt, Client, Request, Response, canonical_json
from extract.models.prices import Prices

Item = TypeVar("Item")

CHARS_PER_TOKEN = 4.4
"""Mean of English news with the embedded model's tokenizer; only for estimates."""
BYTES_PER_TOKEN = 2.0
"""Fewer bytes of UTF-8 make no token in texts of any script that we saw; for upper bounds."""
ERROR_TOKENS = 300
"""Most that is added to the messages, beside the answer, when a question is asked again."""


@dataclass
class Budget:
    """What a run may cost; safe to use from several threads.

    Attributes:
        limit: US dollars, or None for no limit.
        spent: so far, this time; replayed answers cost nothing.
        stopped: whether something was left undone for it.
    """

    model: str
    prices: Prices
    limit: float | None = None
    spent: float = 0.0
    stopped: bool = False
    _reserved: list[float] = field(default_factory=list, repr=False)
    _changed: threading.Condition = field(default_factory=threading.Condition, repr=False)

    def __post_init__(self) -> None:
        """Checks that a limit can be kept.

        Raises:
            UsageError: the model's price is not known.
        """
        if self.limit is None:
            return
        price = self.prices.cost(self.model, 1, 1)
        if price is None:
            raise UsageError(f"no price is known for model {self.model!r}: --max-cost needs one, give it with --prices")
        if price == 0:
            self.limit = None

    def while_affordable(self, articles: Iterable[Item]) -> Iterator[Item]:
        """Articles, until a question was not asked for its cost; recorded answers cost nothing."""
        for article in articles:
            if self.stopped:
                return
            yield article

    def metered(self, client: Client) -> Client:
        """The client, with every request counted and the limit kept; it belongs behind the store.

        A model that is free or whose price is not known is left as it is.
        """
        return _Metered(client, self) if self._cost(1, 1) else client

    def line(self) -> str:
        """What to tell the user at the end; nothing about a model that is free or whose price is not known."""
        if self.stopped:
            return f"stopped: ${self.spent:.4f} are spent, and the next question could cost more than is left of --max-cost"
        return f"cost: ${self.spent:.4f}" if self._cost(1, 1) else ""

    def begin(self, request: Request) -> float:
        """Waits until a request fits beside what is under way, and sets aside what it can cost at most.

        Raises:
            CostCapReached: it would not even fit alone.
        """
        most = self._most(request)
        with self._changed:
            while self.limit is not None and self.spent + sum(self._reserved) + most > self.limit:
                if not self._reserved:
                    self.stopped = True
                    raise CostCapReached(
                        f"not asked: it could cost ${most:.4f}, and ${max(0.0, self.limit - self.spent):.4f} of "
                        f"--max-cost {self.limit:g} is left"
                    )
                self._changed.wait()
            self._reserved.append(most)
        return most

    def end(self, reserved: float, request: Request, attempts: Sequence[Attempt]) -> None:
        """Counts what a request did cost; tokens that the server does not tell are estimated from characters."""
        cost = 0.0
        read = _chars(request)
        for attempt in attempts:
            usage = attempt.usage
            cost += self._cost(
                usage.input_tokens or round(read / CHARS_PER_TOKEN),
                usage.output_tokens or round(len(attempt.text) / CHARS_PER_TOKEN),
                usage.cached_input_tokens,
            )
            read += len(attempt.text) + len(attempt.error or "")
        with self._changed:
            self._reserved.remove(reserved)
            self.spent += cost
            self._changed.notify_all()

    def _most(self, request: Request) -> float:
        sent = sum(len(message.content.encode("utf-8", "replace")) for message in request.messages)
        read = (sent + len(canonical_json(request.schema).encode("utf-8", "replace"))) / BYTES_PER_TOKEN
        written = request.sampling.max_tokens
        return self._cost(round(2 * read + written + ERROR_TOKENS), 2 * written)

    def _cost(self, read: int, written: int, cached: int = 0) -> float:
        return self.prices.cost(self.model, read, written, cached) or 0.0


def _chars(request: Request) -> int:
    return sum(len(message.content) for message in request.messages) + len(canonical_json(request.schema))


class _Metered:
    def __init__(self, inner: Client, budget: Budget) -> None:
        self._inner = inner
        self._budget = budget

    def complete(self, request: Request) -> Response:
        reserved = self._budget.begin(request)
        attempts: Sequence[Attempt] = ()
        try:
            response = self._inner.complete(request)
            attempts = () if response.replayed else response.attempts
            return response
        except TransportError as error:
            attempts = error.attempts
            raise
        finally:
            self._budget.end(reserved, request, attempts)
