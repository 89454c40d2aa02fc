"""The article in an HTML page: its text with lists and tables, headline, day and address, without what lies around."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from extract.articles.article import Article, with_title
from extract.errors import ArticleError

_ASIDE = re.compile(
    r"""
      (?:READ|SEE|WATCH)\ (?:MORE|ALSO|NEXT|NOW)\b.* | ALSO\ READ\b.*
    | (?i: (?:read|see)\ (?:more|also|next) | also\ read | related(?:\ (?:stor(?:y|ies)|articles?|news|coverage|content|topics|links|posts))?
         | more\ on\ this(?:\ (?:story|topic))? | more\ (?:stories|news|from\ .{1,40}) | recommended(?:\ \w+)? | don['’]t\ miss | watch(?:\ (?:more|now))?
         | most\ (?:read|popular) | you\ (?:may|might)\ also\ like | in\ pictures )
      \s* (?: [:|»>–—] .* )?
    | (?i: read\ more\ (?:about|on|from|at|here)\b.* | advertisements? | (?:continue\ reading|(?:article|story)\ continues)(?:\ below.*)?
         | sign\ up\ (?:for|to)\ .*newsletters?.* | subscribe\ to\ .*newsletters?.* | follow\ us\ on\ .* | share\ (?:this|on)\b.{0,40} )
    """,
    re.VERBOSE,
)
# No day that depends on the clock of the machine.
_DATES = {"original_date": True, "extensive_search": False, "max_date": "2100-01-01"}
_DATED = re.compile(r"(?<!up)date|publi|posted", re.IGNORECASE)
"""Class, id or property of an element that holds a day."""
_ITEM = "- "
_RULE = re.compile(r"[|\-\s]+")
_PROLOG = re.compile(r"\s*<\?xml[^>]*>")
_HIDDEN = "//*[@hidden or contains(translate(@style, ' ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz'), 'display:none')]"


def read_page(page: str, name: str, source: str, published: date | None) -> Article:
    """The article in a page.

    Args:
        published: used where the page does not say its day.

    Raises:
        ArticleError: there is none, or the page is so broken that it cannot be read.
    """
    # trafilatura takes 0.2 s to import and is only needed for pages.
    import trafilatura

    page = _PROLOG.sub("", page, count=1)  # what is text already has no encoding
    try:
        found = trafilatura.bare_extraction(
            page,
            with_metadata=True,
            include_comments=False,
            include_tables=True,
            prune_xpath=_HIDDEN,
            date_extraction_params=_DATES,
        )
        stated = _stated_day(page)
    except Exception as error:  # whatever a page does to the library, the other articles go on
        raise ArticleError(f"an HTML page that cannot be read: {type(error).__name__}") from error
    title = getattr(found, "title", None)
    body = "\n".join(_without_asides(getattr(found, "text", None) or ""))
    if body in ("", title):
        raise ArticleError("an HTML page in which no article was found; save its text as a .txt file")
    guessed = _day(getattr(found, "date", None))
    day = stated or published or guessed
    return Article(name, with_title(title, body), source, day, title, getattr(found, "url", None))


def _stated_day(page: str) -> date | None:
    """The day that a page gives in its head, address or an element for it; not one that stands in its words."""
    import trafilatura

    tree = trafilatura.load_html(page)
    if tree is None:
        return None
    for element in tree.iterfind(".//body//*"):
        marks = " ".join(element.get(name, "") for name in ("class", "id", "itemprop"))
        if element.tag not in ("time", "script") and not _DATED.search(marks):
            element.text = None
        element.tail = None
    return _day(trafilatura.extract_metadata(tree, date_config=_DATES).date)


def _day(found: str | None) -> date | None:
    return date.fromisoformat(found) if found else None


def _without_asides(text: str) -> Iterator[str]:
    """Lines but those that lead elsewhere: "READ MORE: …", "Related stories" with the list below it, and rules of tables."""
    inside = False
    for line in text.split("\n"):
        item = line.startswith(_ITEM)
        if _ASIDE.fullmatch(line.removeprefix(_ITEM).strip()):
            inside = not item
        elif not (inside and item) and not (line and _RULE.fullmatch(line)):
            inside = False
            yield line.rstrip()
