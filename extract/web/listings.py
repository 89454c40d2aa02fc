"""Feeds and sitemaps: the addresses in RSS, Atom, sitemaps and indexes of sitemaps, with their days."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from extract.errors import ArticleError
from extract.web.addresses import joined

_ROOTS = {"rss": "item", "RDF": "item", "feed": "entry", "urlset": "url", "sitemapindex": "sitemap"}
"""Root element → the element of one entry."""
_BEGINNING = re.compile(rb"\s*(?:<\?xml|<!--|<(?:\w+:)?(?:rss|RDF|feed|urlset|sitemapindex)\b)")
_DAYS = ("pubDate", "published", "publication_date", "date", "issued")
"""Elements that give a day of publication; `lastmod` and `updated` give another."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An address of a feed or sitemap; `published` if it says so."""

    address: str
    published: date | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """A feed, a sitemap, or an index whose entries are sitemaps."""

    entries: tuple[Entry, ...]
    is_index: bool = False


def read_listing(body: bytes, address: str) -> Listing | None:
    """The feed or sitemap that an answer is; None if it is something else.

    Raises:
        ArticleError: it is one, and holds no address.
    """
    from lxml import etree

    if not _BEGINNING.match(body.removeprefix(b"\xef\xbb\xbf")[:200]):
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except (etree.LxmlError, ValueError):
        return None
    kind = _name(root) if root is not None else ""
    if kind not in _ROOTS:
        return None
    found = {entry.address: entry for entry in _entries(root, _ROOTS[kind], address)}
    if not found:
        raise ArticleError("a feed or sitemap without an address in it")
    return Listing(tuple(found.values()), kind == "sitemapindex")


def _entries(root: Any, name: str, base: str) -> Iterator[Entry]:
    for element in root.iter():
        if _name(element) == name and (link := _link(element)):
            try:
                address = joined(base, link)
            except ArticleError:  # it is told of when it is asked for, and the others are read
                address = link
            yield Entry(address, _day(element))


def _link(element: Any) -> str | None:
    """Where an entry leads: `loc`, `link`, in Atom the link that is no other form of it, else an id that is one."""
    guid = None
    for child in element:
        name, said = _name(child), (child.text or "").strip()
        if name == "loc" and said:
            return said
        if name == "link" and child.get("rel", "alternate") == "alternate" and (target := child.get("href") or said):
            return str(target).strip()
        if name in ("guid", "id") and said.startswith(("http://", "https://")) and child.get("isPermaLink") != "false":
            guid = said
    return guid


def _day(element: Any) -> date | None:
    for child in element.iter():
        if _name(child) in _DAYS and (said := (child.text or "").strip()):
            for read in (datetime.fromisoformat, parsedate_to_datetime):
                try:
                    return read(said).date()
                except (ValueError, OverflowError):  # a zone of twenty digits
                    continue
    return None


def _name(element: Any) -> str:
    """An element's name without its namespace; comments have none."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
