"""The article in an HTML page: its text with lists and tables, headline, day and address, without what lies around."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from typing import Any

from extract.articles.article import Article, with_title
from extract.errors import ArticleError

MOST_ELEMENTS = 20_000
"""Larger pages are refused: pages of news have up to 5000, and finding the article takes quadratic time (5 s here)."""

_MOST_ATTRIBUTES = 2_000
"""Of one element: the parser compares each with all before it (22 s for 40 000), and cannot be interrupted."""
_LONG_TAG = re.compile(r"<[^<>]{10000,}+")

_ASIDE = re.compile(
    r"""
      (?: READ | SEE | WATCH )\ (?: MORE | ALSO | NEXT | NOW )\b .*
    | ALSO\ READ\b .*
    | (?i: (?: (?:read|see)\ (?:more|also|next) | also\ read | watch(?:\ (?:more|now))?
             | related (?:\ (?:stor(?:y|ies)|articles?|news|coverage|content|topics|links|posts))?
             | more\ (?: on\ this(?:\ (?:story|topic))? | stories | news | from\ .{1,40})
             | recommended (?:\ (?:for\ you|reading|stories|articles))? | most\ (?:read|popular)
             | you\ (?:may|might)\ also\ like | don['’]t\ miss | in\ pictures )
           \s* (?: [:|»>–—] .* )? )
    | (?i: read\ more\ (?:about|on|from|at|here)\b .* | advertisements?
         | (?: continue\ reading | (?:article|story)\ continues ) (?:\ below .*)?
         | sign\ up\ (?:for|to)\ .* newsletters? .* | subscribe\ to\ .* newsletters? .*
         | follow\ us\ on\ .* | share\ (?:this|on)\b .{0,40} )
    """,
    re.VERBOSE,
)
"""Lines that lead elsewhere, as a whole."""
# No day that depends on the clock of the machine.
_DATES = {"original_date": True, "extensive_search": False, "max_date": "2100-01-01"}
_DATED = re.compile(r"(?<!up)date|publi|posted", re.IGNORECASE)
"""Class, id or property of an element that holds a day."""
_HEADINGS = ("h2", "h3", "h4", "h5", "h6", "p", "div", "strong")
_ITEM = "- "
_RULE = re.compile(r"[|\-\s]+")
_PROLOG = re.compile(r"\s*<\?xml[^>]*>")
_HIDDEN = "//*[@hidden or contains(translate(@style, ' DISPLAYNOE', 'displaynoe'), 'display:none')]"


def read_page(page: str, name: str, source: str, published: date | None) -> Article:
    """The article in a page.

    Args:
        published: used where the page does not say its day.

    Raises:
        ArticleError: there is none, or the page is so broken that it cannot be read.
    """
    # trafilatura takes 0.2 s to import and is only needed for pages.
    import trafilatura

    try:
        tree = _tree(page)
        stated = _stated_day(deepcopy(tree))
        found = trafilatura.bare_extraction(
            tree, with_metadata=True, include_comments=False, include_tables=True, date_extraction_params=_DATES
        )
        guessed = _day(getattr(found, "date", None))
    except ArticleError:
        raise
    except Exception as error:  # whatever a page does to the library, the other articles go on
        raise ArticleError(f"an HTML page that cannot be read: {type(error).__name__}") from error
    title = getattr(found, "title", None)
    body = "\n".join(_without_asides(getattr(found, "text", None) or ""))
    if body in ("", title):
        raise ArticleError("an HTML page in which no article was found; save its text as a .txt file")
    day = stated or published or guessed
    return Article(name, with_title(title, body), source, day, title, getattr(found, "url", None))


def _tree(page: str) -> Any:
    """The elements of a page that its readers see, without lists of related stories."""
    import trafilatura
    from trafilatura.utils import HTML_PARSER

    for tag in _LONG_TAG.finditer(page):
        if tag[0].count("=") > _MOST_ATTRIBUTES and not tag[0].startswith(("<script", "<style")):
            raise ArticleError("an HTML page with thousands of attributes on one element; save its text as a .txt file")
    tree = trafilatura.load_html(_PROLOG.sub("", page, count=1))  # what is text already has no encoding
    if tree is None:
        raise ArticleError("an HTML page that holds no elements; save its text as a .txt file")
    if any(error.type_name == "ERR_RESOURCE_LIMIT" for error in HTML_PARSER.error_log):
        raise ArticleError("an HTML page that is nested too deeply to be read whole; save its text as a .txt file")
    if sum(1 for _ in tree.iter()) > MOST_ELEMENTS:
        raise ArticleError(f"an HTML page of over {MOST_ELEMENTS} elements; save the article's text as a .txt file")
    for element in tree.xpath(_HIDDEN):
        element.drop_tree()
    for heading in tree.iter(*_HEADINGS):
        below = heading.getnext()
        if below is not None and below.tag in ("ul", "ol") and _ASIDE.fullmatch("".join(heading.itertext()).strip()):
            below.drop_tree()
    return tree


def _stated_day(tree: Any) -> date | None:
    """The day that a page gives in its head, address or an element for it; not one that stands in its words."""
    import trafilatura

    for element in tree.iterfind(".//body//*"):
        marks = " ".join(element.get(name, "") for name in ("class", "id", "itemprop"))
        if element.tag not in ("time", "script") and not _DATED.search(marks):
            element.text = None
        element.tail = None
    return _day(trafilatura.extract_metadata(tree, date_config=_DATES).date)


def _day(found: str | None) -> date | None:
    return date.fromisoformat(found) if found else None


def _without_asides(text: str) -> Iterator[str]:
    """Lines but those that lead elsewhere ("READ MORE: …") and the rules of tables."""
    for line in text.split("\n"):
        if not _ASIDE.fullmatch(line.removeprefix(_ITEM).strip()) and not (line and _RULE.fullmatch(line)):
            yield line.rstrip()
