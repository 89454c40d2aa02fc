"""What this machine can do at best, and how near the embedded model comes to it.

To write a token, all weights are read from memory once: bandwidth over their size is the most tokens a second that one
answer can have. To read a prompt is computing: how fast, llama.cpp itself says for a long one. An article's questions
cannot take less than their tokens at these rates; all above it is ours.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from extract.articles import Article
from extract.engines.session import open_setup
from extract.engines.threads import extract_all
from extract.engines.units import plan
from extract.models.beginnings import Beginnings
from extract.models.catalogue import DEFAULT_MODEL
from extract.models.client import Response
from extract.models.local import LocalClient, LocalServer
from extract.models.weights import find_weights
from extract.spec import RunSpec

ROUNDS = 5
BLOCK = 2**28
"""Bytes that each thread reads: more than any cache holds."""
PROMPT = "Officials said that five people had been taken to hospitals in the north of the city. " * 60
WRITTEN = 48


@dataclass(frozen=True, slots=True)
class Limit:
    """Rates of this machine with the embedded model, a second.

    Attributes:
        bandwidth: bytes read from memory, by as many threads as there are cores.
        weights: bytes that every token needs.
        read, written: tokens that the server reads of a long prompt, and writes, in one request.
    """

    bandwidth: float
    weights: int
    read: float
    written: float

    @property
    def most_written(self) -> float:
        """Tokens a second that no answer can be above."""
        return self.bandwidth / self.weights


@dataclass(frozen=True, slots=True)
class Read:
    """An article read by the embedded model.

    Attributes:
        seconds: from its beginning to its end; `asked` of them waiting for answers.
        new: tokens that the server had not read before; `written`: those of answers.
    """

    seconds: float
    asked: float
    new: int
    written: int

    def least(self, limit: Limit) -> float:
        """Seconds that its questions take at best: tokens at the measured rate of reading, and at bandwidth of writing."""
        return self.new / limit.read + self.written / limit.most_written


def bandwidth(cores: int) -> float:
    """Bytes a second that so many threads read from memory together; the best of some rounds."""
    blocks = [np.ones(BLOCK // 8) for _ in range(cores)]
    best = 0.0
    with ThreadPoolExecutor(cores) as threads:
        for _ in range(ROUNDS):
            began = time.perf_counter()
            list(threads.map(np.max, blocks))  # lets go of the lock, and reads each byte once
            best = max(best, cores * BLOCK / (time.perf_counter() - began))
    return best


def measure_limit(cores: int) -> Limit:
    """Rates of this machine; loads the model.

    Raises:
        ModelUnavailable: it cannot be had or started.
    """
    weights = find_weights(DEFAULT_MODEL)
    with LocalServer(weights) as server:
        told = [_timings(server) for _ in range(2)]
    return Limit(
        bandwidth=bandwidth(cores),
        weights=weights.stat().st_size,
        read=max(each["prompt_per_second"] for each in told),
        written=max(each["predicted_per_second"] for each in told),
    )


def _timings(server: LocalServer) -> dict[str, Any]:
    """What llama.cpp says of a long prompt and an answer of some length."""
    from openai import OpenAI

    with OpenAI(base_url=server.base_url, api_key=server.api_key, timeout=600, max_retries=0) as client:
        answer = client.chat.completions.create(
            model="any",
            messages=[{"role": "user", "content": PROMPT}],
            max_tokens=WRITTEN,
            temperature=0,
            extra_body={"cache_prompt": False, "ignore_eos": True},
        )
    return dict((answer.model_extra or {})["timings"])


def measure_first(article: Article, prompts: str) -> Iterator[float]:
    """Seconds until the model has answered a question of a long article: by a server that reads all before it, and then by
    one that goes on from what that kept; both load the model.

    Raises:
        ModelUnavailable: it cannot be had or started.
    """
    with TemporaryDirectory() as folder:
        for first in (True, False):
            with open_setup(RunSpec(cache="off", jobs=1, prompts=prompts)) as setup:
                assert isinstance(setup.client, LocalClient)
                setup.client.beginnings = Beginnings(Path(folder) / "beginnings")
                asked = [each for each in plan(article, setup) if each.about.prompt.endswith(f"/{prompts}")]
                began = time.perf_counter()
                setup.client.complete(asked[0])
                yield time.perf_counter() - began
                if first:
                    setup.client.complete(asked[1])  # what is asked with again is kept


def measure_articles(articles: Sequence[Article], prompts: str) -> Iterator[Read]:
    """The articles but the first, one after the other, a question at a time; the first one loads the model.

    Raises:
        ModelUnavailable: it cannot be had or started.
    """
    told: list[Response] = []
    with open_setup(RunSpec(cache="off", jobs=1, prompts=prompts), told=told.append) as setup:
        for number, article in enumerate(articles):
            told.clear()
            began = time.perf_counter()
            list(extract_all([article], setup))
            seconds = time.perf_counter() - began
            usage = [each.usage for each in told]
            if number:
                yield Read(
                    seconds,
                    sum(each.seconds for each in told),
                    sum(each.input_tokens - each.cached_input_tokens for each in usage),
                    sum(each.output_tokens for each in usage),
                )
