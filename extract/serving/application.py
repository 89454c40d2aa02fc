"""What is answered where: `/extract`, `/health`, the form at `/`, `/docs` and `/openapi.json`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from importlib import metadata
from typing import Annotated, Any

from fastapi import FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, Response, StreamingResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from extract.serving.answering import Form, events, form_of, line_of, page, page_policy, watched
from extract.serving.describing import answers, bodies, described
from extract.serving.desk import Desk, Watch
from extract.serving.forms import docs_page, form_page, forms_policy
from extract.serving.gate import INTERNAL, Gate
from extract.serving.refusing import Gone, Refused, as_json
from extract.serving.sending import Asked, Reader

VERSION = metadata.version("attested")
_KNOWN = ", ".join(Asked.model_fields)
_SAID = {
    404: "nothing is here: POST an article to /extract; /docs says how",
    405: "not with this method: POST an article to /extract; /docs says how",
}


class Health(BaseModel):
    """How the server is."""

    status: str
    version: str
    tasks: list[str]
    model: str
    places: int
    free: int


def application(desk: Desk, key: str | None, log: Callable[[str], None]) -> ASGIApp:
    """Everything, behind its gate.

    Args:
        desk: where articles are taken.
        key: who has it comes in; None for everybody on this machine.
        log: told one line a request.
    """
    # A redirect would lead from https, which only a proxy knows of, to http, with the key and the text.
    app = FastAPI(
        title="attested", version=VERSION, openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False
    )
    reader = Reader(desk.limits.max_bytes, desk.limits.max_chars)

    @app.post("/extract", summary="Extract records from an article.", responses=answers(desk), openapi_extra=bodies())
    async def extract(request: Request, asked: Annotated[Asked, Query()]) -> Response:
        """Answers the line of a run file (JSON), a page for people (`Accept: text/html`), or events: `progress` with
        `{"done": 3, "of": 7}`, then `result` with the line, or `error`. An article may be partial: its `status` says so,
        and its `problems` say why."""
        form: Form = "text/event-stream" if asked.stream else form_of(request.headers.get("accept", ""))
        watch, news = watched() if form == "text/event-stream" else (Watch(), None)
        said = page if form == "text/html" else line_of
        with desk.place() as work:
            job = desk.begin(work, await reader.read(request, asked), watch, said)
        if news is not None:
            told = events(watch, news, desk.answer(job, watch, _never))
            return StreamingResponse(told, media_type=f"{form}; charset=utf-8")
        answer = await desk.answer(job, watch, partial(_gone, request))
        if form == "text/html":
            return HTMLResponse(answer, headers={"Content-Security-Policy": page_policy()})
        return Response(answer, media_type="application/json")

    @app.get("/health", summary="What is served, and how many places are free.")
    async def health() -> Health:
        first = next(iter(desk.counters.values()))
        return Health(
            status="ending" if desk.ending else "ready",
            version=VERSION,
            tasks=list(desk.counters),
            model=first.setup.model,
            places=desk.limits.places,
            free=desk.free,
        )

    @app.get("/", include_in_schema=False)
    async def form() -> Response:
        return _page(form_page(desk))

    @app.get("/docs", include_in_schema=False)
    async def docs() -> Response:
        return _page(docs_page(described(app, desk)))

    @app.get("/openapi.json", include_in_schema=False)
    async def schema() -> dict[str, Any]:
        return described(app, desk)

    _refuse_alike(app, desk)
    return Gate(app, key, log)


def _refuse_alike(app: FastAPI, desk: Desk) -> None:
    """Every refusal is `{"error": …}`; who sent the form sees it again, with the reason."""

    def refusal(request: Request, status: int, said: str, headers: Mapping[str, str] | None) -> Response:
        if request.method == "POST" and form_of(request.headers.get("accept", "")) == "text/html":
            return _page(form_page(desk, said), status, headers)
        return Response(as_json(said), status, headers, "application/json")

    @app.exception_handler(Refused)
    async def refused(request: Request, error: Refused) -> Response:
        return refusal(request, error.status, error.said, error.headers)

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> Response:
        said = _SAID.get(error.status_code, error.detail)
        return refusal(request, error.status_code, said, error.headers)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        name = str(first["loc"][-1])[:80]
        return refusal(request, 422, f"{name!r} in the address: {first['msg']}; there are: {_KNOWN}", None)

    @app.exception_handler(Exception)
    async def internal(request: Request, error: Exception) -> Response:
        return refusal(request, 500, INTERNAL, None)  # the gate puts it down

    @app.exception_handler(Gone)
    async def gone(request: Request, error: Gone) -> Response:
        return Response(status_code=499)


def _page(page: str, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return HTMLResponse(page, status, {**(headers or {}), "Content-Security-Policy": forms_policy()})


async def _gone(request: Request) -> None:
    """Returns when nobody waits any more; the body has been read."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _never() -> None:
    """Never returns: who streams is told by the server that nobody listens."""
    await asyncio.Event().wait()
