"""What a lookup in the request store costs, beside plain diskcache and vcrpy on the same bytes: a part of `speed`.

The machine's speed changes from minute to minute, so contenders take turns. The recordings are made up here; no model
gave these answers.
"""

from __future__ import annotations

import gc
import hashlib
import json
import math
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from extract.models.client import About, Attempt, Message, Request, Response, TokenLogprob, Usage
from extract.store import recordings
from extract.store.layers import Layer, write_layer
from extract.store.recordings import Written
from extract.store.working import WorkingStore

ROUNDS = 7
LOOKUPS = 2000
SECONDS = 1.0
"""A contender that needs longer for a round's lookups does fewer."""
FILE = "recordings.jsonl"

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


def measure(sizes: Sequence[int], names: Sequence[str]) -> dict[int, dict[str, float]]:
    """Fills every contender with so many recordings, then measures lookups in all of them in turns.

    Returns:
        Number of recordings → name of a contender → lookups a second, of its best round.
    """
    with tempfile.TemporaryDirectory(prefix="attested-benchmark-") as folder:
        filled = [each for size in sizes for each in _filled(size, Path(folder) / str(size), names)]
        gc.freeze()  # what is left of filling is no part of what is measured, so nor is collecting it
        best: dict[int, dict[str, float]] = {size: dict.fromkeys(names, 0.0) for size in sizes}
        for _ in range(ROUNDS):  # in turns, so that a slow moment of the machine hits everybody
            for size, name, contender, keys in filled:  # what is slower is the doing of others on it
                best[size][name] = max(best[size][name], rate(contender.get, keys, SECONDS))
        return best


def _filled(size: int, folder: Path, names: Sequence[str]) -> Iterator[tuple[int, str, Contender, list[str]]]:
    """Contenders with everything in, and the keys to look up."""
    folder.mkdir()
    items = [written(number) for number in range(size)]
    keys = [item.key for item in random.Random(size).choices(items, k=LOOKUPS)]
    write_layer(folder / FILE, items)
    for name in names:
        contender = CONTENDERS[name](folder)
        if contender.put:
            for item in items:
                contender.put(item)
        if name != VCR:  # a store is mostly read by another process than the one that filled it
            contender.close()
            contender = CONTENDERS[name](folder)
        yield size, name, contender, keys


def rate(work: Callable[[Item], object], items: Sequence[Item], seconds: float = math.inf) -> float:
    """How many a second; stops after so many seconds."""
    done, start = 0, time.perf_counter()
    for item in items:
        work(item)
        done += 1
        if time.perf_counter() - start > seconds:
            break
    return done / (time.perf_counter() - start)
