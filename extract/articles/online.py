"""Articles behind web addresses: a page or document, or all that a feed or sitemap leads to.

A home page is read as the feed that it names. What a run has finished already is not asked for again: the entry of a
feed stands for the article that the run file keeps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from extract.articles.article import Article, Unreadable
from extract.articles.decoding import decode
from extract.articles.forms import Content, read_content
from extract.articles.rows import Rows
from extract.errors import ArticleError
from extract.web.addresses import checked_address, name_of
from extract.web.answers import unpacked
from extract.web.listings import Entry, Listing, read_listing

if TYPE_CHECKING:
    from extract.web.fetching import Fetched, Fetcher

MOST_LISTED = 500
"""Addresses of a feed or sitemap that are read without being asked for a number."""
_MOST_SITEMAPS = 100
_ENDINGS = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "application/pdf": ".pdf",
    "text/markdown": ".md",
}


class Site(Protocol):
    """What gives what is at an address; see `extract.web.Fetcher`."""

    def get(self, address: str) -> Fetched:
        """What is there."""
        ...


class Late:
    """A `Fetcher` that is made when it is first asked: its library takes a while to load, and most runs read files."""

    def __init__(self, *, allow_private: bool = False, say: Callable[[str], None] = lambda line: None) -> None:
        """Loads nothing.

        Args:
            allow_private: whether machines of any network are asked.
            say: told, in a line, of long waits.
        """
        self._allow_private, self._say = allow_private, say

    @cached_property
    def _fetcher(self) -> Fetcher:
        from extract.web.fetching import Fetcher
        from extract.web.guard import is_public

        return Fetcher(allowed=(lambda address: True) if self._allow_private else is_public, say=self._say)

    def get(self, address: str) -> Fetched:
        """What is there."""
        return self._fetcher.get(address)

    def close(self) -> None:
        """Closes what was opened."""
        if "_fetcher" in vars(self):
            self._fetcher.close()


class Progress(Protocol):
    """Told how far a feed, or what was given as a whole, is."""

    def __call__(self, source: str, done: int, total: int, /) -> None:
        """So many of its addresses, or files, are read."""
        ...


class Finished(Protocol):
    """Articles that a run has finished."""

    def get(self, address: str, /) -> Article | None:
        """The one that was read from there, or None."""


@dataclass(frozen=True, slots=True)
class Online:
    """How addresses are read.

    Attributes:
        site: what gives them.
        known: address → the finished article that a run keeps of it.
        limit: how many articles are wanted, if that was said.
        progress: told how far it is.
    """

    site: Site
    known: Finished = field(default_factory=dict[str, Article])
    limit: int | None = None
    progress: Progress = lambda source, done, total: None


def read_address(given: str, online: Online, published: date | None, max_chars: int) -> Iterator[Article | Unreadable]:
    """The articles behind an address.

    Raises:
        ArticleError: there are none.
    """
    address = checked_address(given)
    fetched = online.site.get(address)
    listing = _listing(fetched)
    if listing is None and urlsplit(fetched.address).path == "/" and (feed := _feed_of(fetched)):
        fetched = online.site.get(feed)
        listing = _listing(fetched)
    if listing is None:
        yield from _articles(fetched, Entry(address, published), max_chars)
        return
    if not listing.is_index and len(listing.entries) > MOST_LISTED and online.limit is None:
        raise ArticleError(
            f"it lists {len(listing.entries)} addresses: say how many with --limit, or name a part of it"
        )
    yield from _listed(listing, {address, fetched.address}, online, published, max_chars)


def _listing(fetched: Fetched) -> Listing | None:
    return read_listing(unpacked(fetched.body), fetched.address)


def _listed(
    listing: Listing, seen: set[str], online: Online, published: date | None, max_chars: int
) -> Iterator[Article | Unreadable]:
    """What the entries of a listing lead to, each asked for when it is wanted; sitemaps of an index are gone into, once each.

    Args:
        seen: addresses of the listing, which its own entries may name.
    """
    waiting = [(entry, listing.is_index) for entry in reversed(listing.entries)]
    opened = read = 0
    while waiting:
        entry, is_sitemap = waiting.pop()
        if is_sitemap:
            opened += 1
            if opened > _MOST_SITEMAPS:
                raise ArticleError(f"an index of over {_MOST_SITEMAPS} sitemaps: name one of them")
            try:
                address = checked_address(entry.address)
                new = address not in seen
                seen.add(address)
                inner = _listing(online.site.get(address)) if new else None
            except ArticleError as error:
                yield Unreadable(name_of(entry.address), entry.address, str(error))
                continue
            waiting += [(each, inner.is_index) for each in reversed(inner.entries)] if inner else []
            continue
        read += 1
        if read > MOST_LISTED and online.limit is None:
            raise ArticleError(f"it lists over {MOST_LISTED} addresses: say how many with --limit")
        yield from _entry(entry, online, published, max_chars)
        online.progress(entry.address, read, min(read + len(waiting), online.limit or MOST_LISTED))


def _entry(entry: Entry, online: Online, published: date | None, max_chars: int) -> Iterator[Article | Unreadable]:
    try:
        address = checked_address(entry.address)
        if known := online.known.get(address):
            yield known
            return
        fetched = online.site.get(address)
        yield from _articles(fetched, Entry(address, entry.published or published), max_chars)
    except ArticleError as error:
        yield Unreadable(name_of(entry.address), entry.address, str(error))


def _articles(fetched: Fetched, entry: Entry, max_chars: int) -> Iterator[Article | Unreadable]:
    rows = Rows(name_of(entry.address), entry.address, entry.published, max_chars)
    content = Content(fetched.body, _ENDINGS.get(fetched.kind, ""), fetched.charset)
    for item in read_content(content, rows):
        yield replace(item, url=item.url or fetched.address) if isinstance(item, Article) else item


def _feed_of(fetched: Fetched) -> str | None:
    """The first feed that a page names in its head."""
    from trafilatura.feeds import FeedParameters, determine_feed

    parts = urlsplit(fetched.address)
    site = f"{parts.scheme}://{parts.netloc}"
    try:
        page = decode(fetched.body, page=True, charset=fetched.charset)
        found = determine_feed(page, FeedParameters(site, parts.hostname or "", fetched.address, False, None))
    except Exception:  # whatever a page does to the library, it is read as a page
        return None
    return next(iter(found), None)
