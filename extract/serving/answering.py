"""Results as they are answered: the line of a run file, the page of `extract view`, or events on the way to a line."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable
from typing import Literal

from extract.records.continuing import new_header
from extract.records.results import Run, to_json
from extract.serving.desk import Answer, Watch
from extract.serving.refusing import Gone, Refused
from extract.views.page.building import RUN, page_of, policy
from extract.views.page.content import content_of

Form = Literal["application/json", "text/html", "text/event-stream"]
QUIET_SECONDS = 15.0
"""After which a stream says that it is there, so that nobody in between ends it, and who has gone is noticed."""


def form_of(accept: str) -> Form:
    """The form that a request wants most; the line where it does not say."""
    best, most = "application/json", 0.0
    for part in accept.split(","):
        kind, *parameters = (each.strip().lower() for each in part.split(";"))
        shares = [each[2:] for each in parameters if each.startswith("q=")]
        share = float(shares[0]) if shares and shares[0].replace(".", "", 1).isdecimal() else 1.0
        if share > most and kind in ("application/json", "text/html", "text/event-stream"):
            best, most = kind, share
    return best  # type: ignore[return-value]  # one of the three


def line_of(answer: Answer) -> str:
    """The line that a run file would have."""
    return to_json(answer.line) + "\n"


def page(answer: Answer) -> str:
    """One HTML file in which the answer is read and corrected."""
    line, counter = answer.line, answer.counter
    run = Run(header=new_header(counter.setup.signature), results=[line], path=line.article_id)
    texts = {line.article_id: line.text or ""}
    return page_of(content_of(run, counter.task.schema, texts, reader=counter.task.rules))


def page_policy() -> str:
    """The page's own Content-Security-Policy, and that nobody shows it inside of another page."""
    return f"{policy(RUN.style, RUN.script)}; frame-ancestors 'none'"


def watched() -> tuple[Watch, asyncio.Event]:
    """A watch that counts, and what it sets whenever there is something new."""
    loop, news = asyncio.get_running_loop(), asyncio.Event()

    def tell() -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(news.set)

    return Watch(counted=True, changed=tell), news


async def events(watch: Watch, news: asyncio.Event, answer: Awaitable[str]) -> AsyncGenerator[str, None]:
    """How far the work is whenever that changes, then the result, or why there is none."""
    job = asyncio.ensure_future(answer)
    try:
        yield _event("progress", json.dumps({"done": 0, "of": 0}))
        said = (0, 0)
        while not job.done() or said != (watch.done, watch.of):
            if said != (watch.done, watch.of):
                said = (watch.done, watch.of)
                yield _event("progress", json.dumps({"done": watch.done, "of": watch.of}))
                continue
            waiting = asyncio.ensure_future(news.wait())
            heard, _ = await asyncio.wait({job, waiting}, timeout=QUIET_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()
            news.clear()
            if not heard:
                yield ": still here\n\n"
        yield _last(job)
    finally:
        job.cancel()


def _last(job: asyncio.Future[str]) -> str:
    try:
        return _event("result", job.result().rstrip("\n"))
    except Refused as refused:
        return _event("error", json.dumps({"error": refused.said, "status": refused.status}))
    except Gone:
        return ""


def _event(name: str, data: str) -> str:
    return f"event: {name}\ndata: {data}\n\n"
