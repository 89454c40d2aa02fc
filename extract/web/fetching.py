"""Asking for an address as a guest does: what robots.txt allows, one request at a time, with pauses, and not twice.

A redirect is looked at like an address of its own: kind, host, robots.txt. Proxies of the environment are used; behind
one it is the proxy that resolves names, so only hosts given as numbers are looked at here.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from typing import Final
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpcore2

from extract.errors import ArticleError
from extract.web.addresses import checked_address, joined
from extract.web.answers import MOST_BYTES, Answer, check_kind, read_body, seconds_to_wait
from extract.web.guard import Address, Guard, is_public, literal
from extract.web.kept import Shelf
from extract.web.robots import MOST_BYTES as MOST_OF_ROBOTS
from extract.web.robots import NAME, Robots

MOST_REDIRECTS = 5
_TRIES = 3
_LONGEST_WAIT = 60.0
"""Seconds; who asks for more is not waited for."""
_LONG = 5.0
"""Seconds of a pause that is told of."""
_AGAIN = frozenset({429, 502, 503, 504})
_MOVED = frozenset({301, 302, 303, 307, 308})
_ACCEPT: Final = (
    "text/html, application/xhtml+xml, application/rss+xml, application/atom+xml, application/xml;q=0.9, */*;q=0.5"
)


@dataclass(frozen=True, slots=True)
class Fetched:
    """What is at an address.

    Attributes:
        address: where it was found, after redirects.
        kind: content type without parameters; "" where the site does not say.
        charset: the encoding that the site gives.
    """

    address: str
    body: bytes
    kind: str = ""
    charset: str | None = None


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: for one answer as a whole, all tries together, for one step of it; and how pauses are made."""

    answer: float = 60.0
    step: float = 20.0
    sleep: Callable[[float], None] = time.sleep


class Fetcher:
    """Asks for addresses; to be closed."""

    def __init__(
        self,
        *,
        allowed: Callable[[Address], bool] = is_public,
        patience: Patience | None = None,
        say: Callable[[str], None] = lambda line: None,
    ) -> None:
        """Asks nothing yet.

        Args:
            allowed: which machines may be connected to.
            patience: how long things may take.
            say: told, in a line, of long waits.
        """
        self._allowed, self._say = allowed, say
        self._guard, self._to_proxy = Guard(allowed), Guard(lambda address: True)
        self._pools: dict[str, httpcore2.ConnectionPool] = {}
        self._shelf = Shelf()
        self._patience = patience or Patience()
        self._robots = Robots(self._ask_for_robots)
        self._asked: dict[str, float] = {}

    def close(self) -> None:
        """Closes connections, and tidies what is kept if anything was asked."""
        for pool in self._pools.values():
            pool.close()
        if self._asked:
            self._shelf.tidy()

    def get(self, address: str) -> Fetched:
        """What is at an address.

        Raises:
            ArticleError: it is not to be had: not allowed, not there, too long, of another kind.
        """
        here = checked_address(address)
        for _ in range(MOST_REDIRECTS + 1):
            self._robots.check(here)
            kept = self._shelf.get(here)
            answer = self._ask(here, kept.conditions if kept else {}, MOST_BYTES, check=True)
            if answer.status in _MOVED:
                here = _moved(here, answer)
                continue
            if answer.status == 304 and kept:
                answer = Answer(200, {"content-type": kept.content_type}, kept.body)
            elif answer.status == 200:
                self._shelf.put(here, answer.headers, answer.body)
            else:
                raise ArticleError(f"its site answers {answer.status}{_meant(answer.status)}")
            return Fetched(here, answer.body, check_kind(answer.headers), answer.charset)
        raise ArticleError(f"it leads on more than {MOST_REDIRECTS} times")

    def _ask_for_robots(self, address: str) -> Answer:
        here = address
        for _ in range(MOST_REDIRECTS + 1):
            answer = self._ask(here, {}, MOST_OF_ROBOTS, check=False)
            if answer.status not in _MOVED:
                return answer
            here = _moved(here, answer)
        return Answer(404, {})  # as RFC 9309 has it: not to be found after five redirects

    def _ask(self, address: str, conditions: dict[str, str], most: int, *, check: bool) -> Answer:
        """An answer, asked for again while it may pass."""
        left = self._patience.answer
        for tries_left in reversed(range(_TRIES)):
            self._wait_for_turn(address)
            fault, wait = "", 2.0 ** (_TRIES - tries_left - 1)
            began = time.monotonic()
            try:
                answer = self._once(address, conditions, most, began + left, check=check)
                if answer.status not in _AGAIN:
                    return answer
                said = seconds_to_wait(answer.headers)
                wait = wait if said is None else said
                if wait > _LONGEST_WAIT:
                    raise ArticleError(
                        f"its site answers {answer.status} and asks to wait {wait:.0f} s: try again later"
                    )
                if not tries_left:
                    return answer
            except (httpcore2.NetworkError, httpcore2.TimeoutException, httpcore2.ProtocolError) as error:
                fault = _said(error)
            finally:
                self._asked[urlsplit(address).netloc] = time.monotonic()
            left -= time.monotonic() - began
            if fault and (not tries_left or left <= 0):
                raise ArticleError(f"its site does not answer: {fault}")
            self._sleep(wait, address)
        raise AssertionError("the last try returns or raises")

    def _once(self, address: str, conditions: dict[str, str], most: int, deadline: float, *, check: bool) -> Answer:
        pool = self._pool(address)
        self._guard.deadline = self._to_proxy.deadline = deadline
        known = {"User-Agent": _user_agent(), "Accept": _ACCEPT, "Accept-Encoding": "gzip", **conditions}
        headers: list[tuple[str | bytes, str | bytes]] = list(known.items())
        timeouts = dict.fromkeys(("connect", "read", "write", "pool"), self._patience.step)
        try:
            with pool.stream("GET", address, headers=headers, extensions={"timeout": timeouts}) as response:
                found = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
                if response.status != 200:
                    return Answer(response.status, found)
                if check:
                    check_kind(found)
                return Answer(200, found, read_body(response.iter_stream(), found, most, begin=not check))
        except (httpcore2.UnsupportedProtocol, httpcore2.ProxyError, ImportError, RuntimeError) as error:
            raise ArticleError(f"the proxy cannot be used: {_said(error)}") from error
        except httpcore2.ConnectError as error:
            fault = error.args[0] if error.args else None  # the library's errors hold what they stand for
            if isinstance(fault, ssl.SSLError):
                reason = getattr(fault, "verify_message", None) or fault.reason or fault
                raise ArticleError(f"no secure connection to its site: {reason}") from error
            raise

    def _pool(self, address: str) -> httpcore2.ConnectionPool:
        """The connections for an address: straight, or through a proxy."""
        parts = urlsplit(address)
        proxies = getproxies()
        proxy = proxies.get(parts.scheme) or proxies.get("all")
        if not proxy or proxy_bypass(parts.netloc):
            return self._opened("", self._guard, None)
        number = literal(parts.hostname or "")
        if number is not None and not self._allowed(number):
            raise ArticleError(f"{number} is no public address; --allow-private reads from it all the same")
        proxy = proxy if "://" in proxy else f"http://{proxy}"
        try:
            split = urlsplit(proxy)
        except ValueError as error:
            raise ArticleError(f"the proxy cannot be used: {error}") from error
        auth = (split.username or "", split.password or "") if split.username else None
        bare = f"{split.scheme}://{split.netloc.rpartition('@')[2]}"
        return self._opened(proxy, self._to_proxy, httpcore2.Proxy(bare, auth=auth))

    def _opened(self, name: str, guard: Guard, proxy: httpcore2.Proxy | None) -> httpcore2.ConnectionPool:
        if name not in self._pools:
            self._pools[name] = httpcore2.ConnectionPool(proxy=proxy, max_connections=4, network_backend=guard)
        return self._pools[name]

    def _wait_for_turn(self, address: str) -> None:
        last = self._asked.get(urlsplit(address).netloc)
        if last is not None and (left := last + self._robots.pause(address) - time.monotonic()) > 0:
            self._sleep(left, address)

    def _sleep(self, seconds: float, address: str) -> None:
        if seconds > _LONG:
            self._say(f"{urlsplit(address).netloc} wants a pause of {seconds:.0f} s")
        self._patience.sleep(seconds)


def _moved(here: str, answer: Answer) -> str:
    """Where an answer leads."""
    if not (target := answer.headers.get("location")):
        raise ArticleError(f"its site answers {answer.status} without saying where to")
    return checked_address(joined(here, target))


def _meant(status: int) -> str:
    known = {401: "it wants a password", 403: "it does not let programs in", 404: "it is not there", 410: "it is gone"}
    known |= {402: "it wants to be paid", 429: "too many requests, try again later", 451: "for legal reasons"}
    return f": {known[status]}" if status in known else ""


def _said(error: Exception) -> str:
    kind = "it takes too long" if isinstance(error, httpcore2.TimeoutException) else ""
    return kind or " ".join(str(error).split())[:200] or type(error).__name__


def _user_agent() -> str:
    return f"{NAME}/{metadata.version('attested')} (records from news articles; reads one page at a time)"
