"""What a site allows in its robots.txt (RFC 9309): whether a page may be asked for, and how quickly."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from extract.errors import ArticleError
from extract.web.answers import Answer

if TYPE_CHECKING:
    from protego import Protego

NAME = "attested"
"""What a robots.txt calls us."""
PAUSE = 1.0
"""Seconds between two requests to a host that does not say."""
_LONGEST_PAUSE = 600.0
MOST_BYTES = 500_000
"""What counts of a longer one: RFC 9309 wants 500 kB at least."""


class Robots:
    """The robots.txt of every site that was asked."""

    def __init__(self, ask: Callable[[str], Answer]) -> None:
        """Knows none yet.

        Args:
            ask: gives the answer of an address, redirects followed.
        """
        self._ask = ask
        self._known: dict[str, Protego] = {}

    def check(self, address: str) -> None:
        """Refuses what the site does not allow.

        Raises:
            ArticleError: it does not, or it cannot say whether it does.
        """
        if not self._of(address).can_fetch(address, NAME):
            raise ArticleError("its site does not allow programs to read it (robots.txt): save the page, give the file")

    def pause(self, address: str) -> float:
        """Seconds between two requests to the site of an address."""
        known = self._known.get(_site(address))
        said = known.crawl_delay(NAME) if known else None
        return min(max(PAUSE, float(said or 0)), _LONGEST_PAUSE)

    def _of(self, address: str) -> Protego:
        from protego import Protego

        site = _site(address)
        if site not in self._known:
            answer = self._ask(f"{site}/robots.txt")
            if answer.status >= 500 or answer.status == 429:
                raise ArticleError(f"its site cannot say what it allows (robots.txt: {answer.status}): try again later")
            body = answer.body if answer.status == 200 else b""
            if len(body) >= MOST_BYTES:  # half a rule may forbid everything
                body = body[: max(body.rfind(b"\n"), body.rfind(b"\r")) + 1]
            self._known[site] = Protego.parse(body.decode("utf-8", "replace"))
        return self._known[site]


def _site(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
