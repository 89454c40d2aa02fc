"""Hand-made requests, answers and clients for the tests of the store: no model ever gave these answers."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace

from pydantic import BaseModel

from extract.models.client import About, Attempt, Message, Request, Response, Sampling, TokenLogprob, Usage
from extract.store import recordings
from extract.store.recordings import Written

SYSTEM = "You count. " + "Answer with a number and the words it was read from. " * 6
ARTICLE = "\n\n".join(f"Paragraph {number}: " + "nine people came and two went. " * 9 for number in range(3))


class Answer(BaseModel):
    """What the hand-made model is asked for."""

    count: int
    words: str


def request(number: int = 1, *, article: str = "a1", prompt: str = "count/small/figures", text: str = "") -> Request:
    """Request `number`: different numbers are different questions about one article."""
    return Request(
        model="hand-made",
        messages=(
            Message("system", SYSTEM),
            Message("user", "An example."),
            Message("assistant", '{"count": 1, "words": "An"}'),
            Message("user", text or f"{ARTICLE}\n\nSentence {number}: nine people came."),
        ),
        answer=Answer,
        sampling=Sampling(max_tokens=64),
        about=About(article, prompt, f"sentence {number}"),
    )


def response(number: int = 1) -> Response:
    """An answer with everything in it: a failed attempt, logprobs, curly quotes, half an emoji."""
    return Response(
        attempts=(
            Attempt("nine “people”, I think", usage=Usage(400, 7), error="not JSON: line 1"),
            Attempt(
                f'{{"count": {number}, "words": "nine – neuf – девять \ud83d"}}\n',
                finish_reason="stop",
                usage=Usage(412, 18),
                logprobs=(TokenLogprob("{", -0.001, (("{", -0.001), ("[", -7.25))), TokenLogprob("nine", -1e-05)),
            ),
        ),
        outcome="ok",
        seconds=1.25,
        recorded_on="2026-11-22",
        versions={"hand-made": "1"},
    )


def written(number: int = 1) -> Written:
    """Recording `number` as text."""
    return recordings.written(recordings.recorded(request(number), response(number)))


@dataclass
class Counting:
    """A client that counts its calls and answers by the number in the last message."""

    calls: list[Request] = field(default_factory=list)
    error: Exception | None = None
    gate: threading.Event | None = None
    begun: threading.Event = field(default_factory=threading.Event)

    def complete(self, request: Request) -> Response:
        self.calls.append(request)
        self.begun.set()
        if self.gate is not None:
            assert self.gate.wait(10)
        if self.error is not None:
            raise self.error
        number = int(request.messages[-1].content.rpartition("Sentence ")[2].partition(":")[0])
        return replace(response(number), seconds=float(len(self.calls)))


def at_home(*names: str) -> str:
    """A path in the home folder of somebody who is not: what no recording may hold."""
    return "/".join(("", "home", "maria", *names))
