"""What a run may cost: counted request by request, and never exceeded while several are under way."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from pydantic import BaseModel

from extract.errors import CostCapReached, TransportError
from extract.models.budget import Budget
from extract.models.client import Attempt, Message, Request, Response, Sampling, Usage
from extract.models.prices import Price, Prices

PRICE = Price(input=1.0, output=4.0, cached=0.5, as_of="2026-01-01")
PRICES = Prices(format="attested-prices-1", free=["local"], models={"openai/m": PRICE})


class Tiny(BaseModel):
    n: int


class Fake:
    """Answers by a function; counts how many are asked at once."""

    def __init__(self, say: Callable[[], Response]) -> None:
        self.say = say
        self.asked = 0
        self.at_once = 0
        self.most_at_once = 0
        self.lock = threading.Lock()

    def complete(self, request: Request) -> Response:
        with self.lock:
            self.asked += 1
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            return self.say()
        finally:
            with self.lock:
                self.at_once -= 1


def request(max_tokens: int = 100_000) -> Request:
    return Request("openai/m", (Message("user", "x" * 4400),), Tiny, Sampling(max_tokens=max_tokens))


def response(*usages: Usage, text: str = '{"n": 1}') -> Response:
    return Response(tuple(Attempt(text, usage=usage) for usage in usages), "ok", 0.1, "2026-11-22")


def spent(*usages: Usage, text: str = '{"n": 1}') -> float:
    budget = Budget("openai/m", PRICES)
    budget.metered(Fake(lambda: response(*usages, text=text))).complete(request())
    return budget.spent


def test_every_attempt_costs_and_cached_tokens_cost_less() -> None:
    # 2 * (1 000 000 * 1 + 500 000 * 4) dollars per million
    assert spent(*[Usage(1_000_000, 500_000)] * 2) == pytest.approx(6.0)
    # 100 000 * 1 + 900 000 * 0.5 + 0.1 * 4
    assert spent(Usage(1_000_000, 100_000, cached_input_tokens=900_000)) == pytest.approx(0.95)


def test_tokens_that_nobody_tells_are_estimated_from_characters() -> None:
    # 4400 characters and a schema of about 100 are 1 000 tokens and some; 8 800 written ones are 2 000
    assert spent(Usage(), text="y" * 8800) == pytest.approx((1_000 + 4 * 2_000) / 1e6, rel=0.05)
    assert spent(Usage(0, 10)) == pytest.approx((1_000 + 40) / 1e6, rel=0.05)


def test_what_was_answered_before_a_fault_is_paid_for() -> None:
    def fault() -> Response:
        error = TransportError("gone")
        error.attempts = (Attempt("{}", usage=Usage(1_000_000, 0)),)
        raise error

    budget = Budget("openai/m", PRICES)
    with pytest.raises(TransportError):
        budget.metered(Fake(fault)).complete(request())
    assert budget.spent == pytest.approx(1.0)


def test_replayed_answers_and_free_models_cost_nothing() -> None:
    dear = response(Usage(1_000_000, 1_000_000))
    budget = Budget("openai/m", PRICES, 1.0)
    budget.metered(Fake(lambda: replace(dear, replayed=True))).complete(request())
    free = Budget("local/m", PRICES, 0.0)
    free.metered(Fake(lambda: dear)).complete(request())
    assert (budget.spent, free.spent) == (0.0, 0.0)


@pytest.mark.parametrize("jobs", [1, 4, 16])
@pytest.mark.parametrize("limit", [0.5, 2.0, 7.3])
def test_the_limit_holds_with_several_requests_under_way(jobs: int, limit: float) -> None:
    # every answer is as long as it can be: 0.4 dollars, and once more when it is asked again
    def say() -> Response:
        time.sleep(0.001)
        return response(*[Usage(2_000, 100_000)] * 2)

    fake = Fake(say)
    budget = Budget("openai/m", PRICES, limit)
    client = budget.metered(fake)
    with ThreadPoolExecutor(jobs) as pool:
        calls = [pool.submit(client.complete, request()) for _ in range(20)]
    refused = [call.exception() for call in calls if call.exception()]
    assert budget.spent <= limit
    assert budget.stopped
    assert refused
    assert all(isinstance(error, CostCapReached) for error in refused)
    assert fake.asked == 20 - len(refused)
    # as much is asked as fits: 0.9 dollars at most for one request
    assert budget.spent > limit - 1.0


def test_a_request_waits_for_those_under_way_instead_of_being_given_up() -> None:
    fake = Fake(lambda: response(Usage(1_000, 10)))
    budget = Budget("openai/m", PRICES, 1.5)  # one request at most 0.9, so never two at once
    client = budget.metered(fake)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(client.complete, [request()] * 24))
    assert (fake.asked, fake.most_at_once, budget.stopped) == (24, 1, False)


def test_the_error_says_what_is_left() -> None:
    fake = Fake(lambda: response(Usage(1, 1)))
    budget = Budget("openai/m", PRICES, 0.06)
    with pytest.raises(CostCapReached, match=r"could cost \$0\.9\d+, and \$0\.0600 of --max-cost 0\.06 is left"):
        budget.metered(fake).complete(request())
    assert fake.asked == 0
    assert list(budget.while_affordable([1, 2])) == []
