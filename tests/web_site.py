"""A web site on loopback, in a thread: what it answers is a function of each test's own."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

from eval.benchmarks.loopback import Handler, on_loopback
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


@dataclass
class Site:
    """The site, and what was asked of it."""

    pages: Pages
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    port: int = 0

    def at(self, path: str, host: str = "127.0.0.1") -> str:
        """The address of a page."""
        return f"http://{host}:{self.port}{path}"


@contextmanager
def a_site(pages: Pages) -> Generator[Site, None, None]:
    """A site that answers while the block lasts."""
    site = Site(pages)

    class Answering(Handler):
        protocol_version = "HTTP/1.0"  # a connection ends with its answer

        def do_GET(self) -> None:
            site.asked.append(self.path)
            site.headers.append({name.lower(): value for name, value in self.headers.items()})
            found = site.pages.get(self.path, Said("not there", status=404))
            said = found(self) if callable(found) else found
            if said.write:
                said.write(self)
                return
            body = said.body.encode() if isinstance(said.body, str) else said.body
            kind = {"Content-Type": said.kind} if said.kind else {}
            self.answer(said.status, body, {**kind, **said.headers})

    with on_loopback(Answering) as address:
        site.port = int(address.rpartition(":")[2])
        yield site


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
