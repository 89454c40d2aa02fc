"""A question about a figure, a clock that only sleeping moves, and a client of a loopback server."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Literal

from pydantic import BaseModel, ConfigDict, RootModel

from eval.benchmarks.misbehaving import MisbehavingServer
from extract.models.asking import Dialect
from extract.models.client import Message, Request, Sampling
from extract.models.openai_client import OpenAIClient
from extract.models.transport import Patience


class Figure(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    outcome: Literal["killed", "injured"]
    number: int


Outcome = RootModel[Literal["killed", "injured"]]

SHORT = Sampling(max_tokens=50)
GOOD = '{"outcome":"killed","number":8}'


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def patience(self, tries: int = 4) -> Patience:
        return Patience(tries, 300.0, 1.0, 30.0, self.sleep, lambda: self.now, lambda: 1.0)


def request(answer: type[BaseModel] = Figure, sampling: Sampling = SHORT) -> Request:
    messages = (Message("system", "Classify {{ figures }}."), Message("user", "“Eight” were killed"))
    return Request("some-model", messages, answer, sampling)


@contextmanager
def client_of(
    server: MisbehavingServer,
    time: Time,
    *,
    dialect: Dialect = "openai",
    timeout: float = 5.0,
    key: str | None = None,
    tries: int = 4,
    warn: Callable[[str], None] = lambda line: None,
) -> Generator[OpenAIClient, None, None]:
    client = OpenAIClient(
        "m-1", "some-model", base_url=server.base_url, api_key=key, dialect=dialect, timeout=timeout,
        patience=time.patience(tries), warn=warn,
    )  # fmt: skip
    try:
        yield client
    finally:
        client.close()
