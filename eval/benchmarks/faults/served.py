"""A server of bad habits: each ends in an answer or in one clear line, within the limits, and no key shows.

Every habit is tried once, through the client and the pipeline; then answers of a good server are spoilt at random, head and
body, byte for byte.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from random import Random
from typing import Any

from eval.benchmarks.faults.checking import fault_of_result
from eval.benchmarks.faults.counting import Case
from eval.benchmarks.faults.habits import HEAD, KEY, MESSAGES, TEXT, good, habits
from eval.benchmarks.faults.mutations import mutated, mutated_bytes
from eval.benchmarks.growth import GivenUp, within
from eval.benchmarks.misbehaving import Move, misbehaving, sends
from extract.articles import Article
from extract.engines.pipeline import extract_article
from extract.engines.setup import Setup
from extract.errors import ModelError
from extract.models.client import Sampling
from extract.models.openai_client import OpenAIClient
from extract.models.transport import Patience
from extract.records.results import to_json
from extract.tasks.loading import load_task

TIMEOUT = 1.0
TRIES = 2
LIMIT = 15.0
"""Seconds for one question, all tries and what is asked again after a bad answer included."""
MOST_SAID = 1_000


def cases(number: int, seed: int) -> Iterator[Case]:
    """Every habit once, as far as the number goes, in an order of the dice, and spoilt answers for what is left of it."""
    dice = Random(seed)
    named = list(habits())
    dice.shuffle(named)
    for kind, name, moves in named[:number]:
        fault = fault_of(moves)
        yield Case(f"server, {kind}", fault and f"{name}: {fault}")
    for which in range(number - len(named)):
        fault = fault_of([spoilt(seed, which)])
        yield Case("server, answers spoilt at random", fault and f"spoilt({seed}, {which}): {fault}")


def spoilt(seed: int, which: int) -> Move:
    """A good answer, spoilt at random: its bytes with their head, its JSON as a text, or its values."""
    dice = Random(f"{seed} {which}")
    match dice.randrange(4):
        case 0:
            data = HEAD + b"Content-Length: %d\r\n\r\n" % len(good()) + good()
            return sends(lambda: [mutated_bytes(data, Random(f"{seed} {which} again"))])
        case 1:
            return Move(body=mutated_bytes(good(), dice))
        case 2:
            return Move(body=mutated(good().decode(), dice).encode("utf-8", "surrogatepass"))
        case _:
            return Move(body=_exchanged(json.loads(good()), dice))


def _exchanged(value: Any, dice: Random) -> Any:
    """A JSON value with a part of it exchanged for something else."""
    if dice.random() < 0.25 or not isinstance(value, dict | list) or not value:
        return dice.choice([*MESSAGES[:10], 10**400, -1, 1e308, "x" * 100_000, [value], {"x": value}])
    if isinstance(value, list):
        at = dice.randrange(len(value))
        return [*value[:at], _exchanged(value[at], dice), *value[at + 1 :]]
    name = dice.choice(list(value))
    return {**value, name: _exchanged(value[name], dice)}


@cache
def _load() -> None:
    """Loads what the first question would, which is no part of its seconds."""
    import instructor
    import openai

    with openai.OpenAI(api_key=KEY) as sdk:
        instructor.from_openai(sdk)


def fault_of(moves: Sequence[Move]) -> str:
    """What goes wrong when an article is read with a server that makes these moves."""
    _load()
    task = load_task("attack")
    said: list[str] = []
    began = time.monotonic()
    with misbehaving(*moves) as server:
        client = OpenAIClient(
            "m-1", "m", base_url=server.base_url, api_key=KEY, timeout=TIMEOUT,
            patience=Patience(TRIES, sleep=lambda seconds: None), warn=said.append,
        )  # fmt: skip
        setup = Setup(
            task, task.prompt_set("whole"), client, "m", context_tokens=32_000, sampling=Sampling(top_logprobs=5)
        )
        try:
            with within(2 * LIMIT), ThreadPoolExecutor(1) as pool:
                result = extract_article(Article("a", TEXT, "a.txt"), setup, pool)
            lines, fault = [each.detail for each in result.problems], fault_of_result(result, TEXT, task.schema)
            whole = to_json(result)
        except GivenUp:
            return f"not done after {2 * LIMIT:g} s"
        except ModelError as error:  # the run as a whole ends, in one line
            lines, fault, whole = [str(error)], "", str(error)
        except Exception as error:
            return f"{type(error).__name__}: {error}"
        finally:
            client.close()
    lines += said
    if fault:
        return fault
    if KEY in whole or any(KEY in line for line in lines):
        return "the key shows"
    if unclear := [line for line in lines if not line.strip() or len(line.splitlines()) > 1 or len(line) > MOST_SAID]:
        return f"no clear line: {unclear[0][:200]!r}"
    seconds = time.monotonic() - began
    return f"{seconds:.1f} s" if seconds > LIMIT else ""
