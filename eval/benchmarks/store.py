"""What the request store costs: `python -m eval.benchmarks.store`.

Lookups and inserts per second as the number of recordings grows, beside plain diskcache and vcrpy on the same bytes in
the same run; then a whole replaying process. The machine's speed changes from minute to minute, so contenders take
turns and the column to read is the ratio. The recordings are made up here; no model gave these answers.
"""

from __future__ import annotations

import gc
import hashlib
import importlib.util
import json
import math
import random
import subprocess
import sys
import tempfile
import time
import timeit
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import click
from pydantic import BaseModel

from extract.models.client import About, Attempt, Message, Request, Response, TokenLogprob, Usage
from extract.store import recordings
from extract.store.layers import Layer, write_layer
from extract.store.recordings import Written
from extract.store.working import WorkingStore

ROUNDS = 7
LOOKUPS = 2000
INSERTS = 300
SECONDS = 1.0
"""A contender that needs longer for a round's lookups does fewer."""
FILE = "recordings.jsonl"
REPLAYED = 500
"""Requests of the replaying process: five articles with a hundred questions each."""


Item = TypeVar("Item")


class Figure(BaseModel):
    """What the made-up requests ask for."""

    text: str
    value: int | None = None
    outcome: str


def request(number: int) -> Request:
    """A made-up request of the size of a question about one sentence."""
    rules = "Answer with one figure of the sentence. " * 40
    examples = [Message("user" if place % 2 else "assistant", f"Example {place}: five people.") for place in range(6)]
    sentence = f"Sentence {number}: officials said that at least {number} people had been taken to hospitals."
    messages = (Message("system", rules), *examples, Message("user", sentence))
    about = About(f"article {number // 100}", "made-up/set/figures", f"sentence {number % 100}")
    return Request("made-up", messages, Figure, about=about)


def response(number: int) -> Response:
    """A made-up answer with logprobs of five tokens."""
    top = tuple((word, -0.5 * place) for place, word in enumerate(("at", "least", "five", "about", "nine")))
    text = json.dumps({"text": "at least five", "value": number, "outcome": "hospitalised"})
    attempt = Attempt(text, usage=Usage(700, 28), logprobs=(TokenLogprob("at", -0.01, top),) * 5)
    return Response((attempt,), "ok", 2.5, "2026-11-22", {"made-up": "1"})


_MODEL = recordings.written(recordings.recorded(request(0), response(0)))


def written(number: int) -> Written:
    """Recording `number`, quickly: the line of another one with its own key and answer."""
    key = hashlib.sha256(f"benchmark {number}".encode()).hexdigest()
    line = _MODEL.line.replace(_MODEL.key, key).replace('\\"value\\": 0', f'\\"value\\": {number}')
    digest = json.loads(_MODEL.line)["sha256"]
    new_digest = hashlib.sha256(line.replace(digest, "").encode()).hexdigest()
    return replace(_MODEL, key=key, line=line.replace(digest, new_digest))


@dataclass(frozen=True, slots=True)
class Contender:
    """Something that keeps recordings.

    Attributes:
        get: gives the answer of a key, parsed.
        put: keeps one; None for what is only read.
        close: writes down what is not yet.
    """

    get: Callable[[str], object]
    put: Callable[[Written], object] | None
    close: Callable[[], object] = lambda: None


def working_store(folder: Path) -> Contender:
    """Ours, as it works."""
    store = WorkingStore(folder / "ours")
    return Contender(store.answer, store.put, store.close)


def recordings_file(folder: Path) -> Contender:
    """Ours, as `extract cache export` writes it: read whole."""
    return Contender(Layer(folder / FILE).answer, None)


def plain_diskcache(folder: Path) -> Contender:
    """As it comes, with json.loads."""
    import diskcache

    cache = diskcache.Cache(str(folder / "diskcache"), eviction_policy="none")
    return Contender(lambda key: json.loads(cache.get(key)), lambda item: cache.set(item.key, item.line), cache.close)


def vcr_cassette(folder: Path) -> Contender:
    """vcrpy, matching the body, in memory: reading and writing its file is not counted."""
    from vcr.cassette import Cassette
    from vcr.matchers import body, method, uri
    from vcr.request import Request as VcrRequest

    path, matchers = str(folder / "vcr.yaml"), (method, uri, body)
    cassette = Cassette(path, match_on=matchers, allow_playback_repeats=True, record_mode="new_episodes")

    def asked(key: str) -> Any:
        return VcrRequest("POST", "http://localhost/v1/chat/completions", f'{{"key":"{key}"}}'.encode(), {})

    def get(key: str) -> object:
        return json.loads(cassette.play_response(asked(key))["body"]["string"])

    return Contender(get, lambda item: cassette.append(asked(item.key), {"body": {"string": item.line}}))


CONTENDERS: dict[str, Callable[[Path], Contender]] = {
    "attested, working store": working_store,
    "attested, recordings file": recordings_file,
    "diskcache + json.loads": plain_diskcache,
    "vcrpy, body matched": vcr_cassette,
}
BASELINE = "diskcache + json.loads"
VCR = "vcrpy, body matched"


@dataclass(frozen=True, slots=True)
class Row:
    """Rates of one contender at one size, per second; None where there is no such thing."""

    store: str
    recordings: int
    lookups: float
    inserts: float | None


def measure(sizes: Sequence[int], names: Sequence[str]) -> list[Row]:
    """Fills every contender with so many recordings, then measures lookups in all of them in turns."""
    with tempfile.TemporaryDirectory(prefix="attested-benchmark-") as name:
        filled = [each for size in sizes for each in _filled(size, Path(name) / str(size), names)]
        gc.freeze()  # what is left of filling is no part of what is measured, so nor is collecting it
        best = [0.0] * len(filled)
        for _ in range(ROUNDS):  # in turns, so that a slow moment of the machine hits everybody
            for number, (_, contender, keys) in enumerate(filled):  # what is slower is the doing of others on it
                best[number] = max(best[number], _rate(contender.get, keys, SECONDS))
        return [replace(row, lookups=rate) for (row, _, _), rate in zip(filled, best, strict=True)]


def _filled(size: int, folder: Path, names: Sequence[str]) -> Iterator[tuple[Row, Contender, list[str]]]:
    """Contenders with everything in, the rate of the last inserts noted, and the keys to look up."""
    folder.mkdir()
    items = [written(number) for number in range(size)]
    keys = [item.key for item in random.Random(size).choices(items, k=LOOKUPS)]
    write_layer(folder / FILE, items)
    for name in names:
        contender, inserts = CONTENDERS[name](folder), None
        if contender.put:
            for item in items[:-INSERTS]:
                contender.put(item)
            inserts = _rate(contender.put, items[-INSERTS:])
        if name != VCR:  # a store is mostly read by another process than the one that filled it
            contender.close()
            contender = CONTENDERS[name](folder)
        yield Row(name, size, 0.0, inserts), contender, keys


def _rate(work: Callable[[Item], object], items: Sequence[Item], seconds: float = math.inf) -> float:
    """How many a second; stops after so many seconds."""
    done, start = 0, time.perf_counter()
    for item in items:
        work(item)
        done += 1
        if time.perf_counter() - start > seconds:
            break
    return done / (time.perf_counter() - start)


REPLAY = f"""
import sys
from pathlib import Path
from eval.benchmarks.store import request
from extract.store.stored_client import StoredClient, open_store
client = StoredClient(None, open_store(None, [Path(sys.argv[1])]), "replay")
assert all(client.complete(request(number)).replayed for number in range({REPLAYED}))
"""


def replay_seconds() -> float:
    """Wall time of a process that replays the requests of five articles from a file, its start included."""
    items = (recordings.recorded(request(number), response(number)) for number in range(REPLAYED))
    with tempfile.TemporaryDirectory(prefix="attested-benchmark-") as name:
        path = Path(name) / "replayed.jsonl"
        write_layer(path, map(recordings.written, items))
        replay = partial(subprocess.run, [sys.executable, "-c", REPLAY, str(path)], check=True)
        return min(timeit.repeat(replay, number=1, repeat=ROUNDS))


def table(rows: Sequence[Row]) -> str:
    """The rates as a table, with each lookup's cost relative to diskcache's at that size."""
    from tabulate import tabulate

    base = {row.recordings: row.lookups for row in rows if row.store == BASELINE}
    cells = [(row.recordings, row.store, row.lookups, base[row.recordings] / row.lookups, row.inserts) for row in rows]
    headers = ("recordings", "store", "lookups/s", "cost of a hit", "inserts/s")
    return str(tabulate(cells, headers, intfmt=",", floatfmt=("", "", ".0f", ".2f", ".0f"), missingval="-"))


@click.command()
@click.option("--size", "sizes", multiple=True, type=click.IntRange(min=INSERTS), default=(1_000, 100_000))
def main(sizes: tuple[int, ...]) -> None:
    """Measure the request store beside diskcache and vcrpy.

    Example: python -m eval.benchmarks.store --size 1000 --size 10000
    """
    names = list(CONTENDERS)
    if importlib.util.find_spec("vcr") is None:
        click.echo("vcrpy is left out: it is not installed; it comes with the extra store-bench", err=True)
        names.remove(VCR)
    click.echo(table(measure(sorted(sizes), names)))
    click.echo(f"\ncost of a hit: relative to {BASELINE} on the same bytes")
    click.echo(f"a process that replays {REPLAYED} requests from a file, start included: {replay_seconds():.2f} s")


if __name__ == "__main__":
    main()
