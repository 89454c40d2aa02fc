"""A web site on loopback, in a thread: what it answers is a function of each test's own."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from extract.web.fetching import Fetcher, Patience
from extract.web.guard import Address

PARAGRAPH = (
    "A car bomb killed nine people in the town of Garowe on Monday, police said, and the mayor spoke of a hard day for "
    "everybody who lives in the quarter around the old market, where many shops had been open at that hour. "
)


@dataclass
class Said:
    """One answer: status, body, headers; or what writes the answer itself."""

    body: bytes | str = b""
    kind: str = "text/html; charset=utf-8"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    write: Callable[[BaseHTTPRequestHandler], None] | None = None


Pages = Mapping[str, Said | Callable[[BaseHTTPRequestHandler], Said]]


class Site(ThreadingHTTPServer):
    """The site, and what was asked of it."""

    daemon_threads = True

    def __init__(self, pages: Pages) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.pages = pages
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []

    def at(self, path: str, host: str = "127.0.0.1") -> str:
        """The address of a page."""
        return f"http://{host}:{self.server_address[1]}{path}"


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, Site)
        self.server.asked.append(self.path)
        self.server.headers.append({name.lower(): value for name, value in self.headers.items()})
        found = self.server.pages.get(self.path, Said("not there", status=404))
        said = found(self) if callable(found) else found
        if said.write:
            said.write(self)
            return
        body = said.body.encode() if isinstance(said.body, str) else said.body
        self.send_response(said.status)
        if said.kind:
            self.send_header("Content-Type", said.kind)
        for name, value in said.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@contextmanager
def a_site(pages: Pages) -> Generator[Site, None, None]:
    """A site that answers while the block lasts."""
    site = Site(pages)
    thread = Thread(target=site.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        site.shutdown()
        site.server_close()
        thread.join()


@contextmanager
def a_guest(
    allowed: Callable[[Address], bool] = lambda address: True, *, answer: float = 5.0, step: float = 2.0
) -> Generator[tuple[Fetcher, list[float]], None, None]:
    """A fetcher that does not wait, and the pauses it would have made."""
    pauses: list[float] = []
    fetcher = Fetcher(allowed=allowed, patience=Patience(answer, step, pauses.append))
    try:
        yield fetcher, pauses
    finally:
        fetcher.close()


def page(title: str, *paragraphs: str, head: str = "") -> str:
    """A page with an article in it."""
    said = "".join(f"<p>{each}</p>" for each in paragraphs or (PARAGRAPH, PARAGRAPH))
    return (
        f"<html><head><title>{title}</title>{head}</head><body><article><h1>{title}</h1>{said}</article></body></html>"
    )
