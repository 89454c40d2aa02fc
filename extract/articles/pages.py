"""The article in an HTML page: its text with lists and tables, headline, day and address, without what lies around.

A page may be made to take for ever: the libraries that read it take quadratic time in many of its parts. So each part
has a bound, and a page over one is refused, or a part that nobody asks for is left out.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from datetime import date
from typing import Any

from extract.articles.article import Article, with_title
from extract.errors import ArticleError

MOST_ELEMENTS = 20_000
"""Larger pages are refused: pages of news have up to 5000."""
_USUAL_ELEMENTS = 5_000
"""In larger pages the article is found in the first way only: to compare it with others takes quadratic time (20 s)."""
_MOST_WORK = 1_000_000_000
"""Elements times characters of text outside paragraphs: what stands after an element that is left out is copied for
each (2 s). Inside paragraphs each counts by itself."""
_FRAMES = frozenset({"p", "li", "td", "th", "dd", "dt", "pre", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6"})
"""Elements that keep what is in them: a text does not leave them when others are left out."""
_MOST_ATTRIBUTES = 250
"""Of one element: the parser goes over all before it for each (22 s for 40 000), and cannot be interrupted."""
_LONGEST_ATTRIBUTE = 2_000
"""Characters; no title, day or address is longer, and patterns take quadratic time in it."""
_MOST_DATA = 20_000
"""Characters of JSON about the page, without long strings: patterns take quadratic time in it, too."""

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
"""Lines that lead elsewhere, as a whole; in English, for a line without a link could be anything."""
_LABEL = re.compile(r"\w+(?:[ \u00a0]\w+){0,3}[ \u00a0]?[:：>»|–—→]", re.UNICODE)
"""What stands before a link to another article, in any language: few words and a sign that something follows."""
_LINKING = (
    "//*[self::p or self::div][.//a[@href and normalize-space()]]"
    "[not(.//p or .//div or .//ul or .//ol or .//table or .//h1 or .//h2 or .//h3)]"
)
"""Lines with a link in them."""
# No day that depends on the clock of the machine.
_DATES = {"original_date": True, "extensive_search": False, "max_date": "2100-01-01"}
_DATED = re.compile(r"(?<!up)date|publi|posted", re.IGNORECASE)
"""Class, id or property of an element that holds a day."""
_NO_TEXT = re.compile("[\ud800-\udfff\ufffe\uffff]")
_NAMES = ("name", "property", "itemprop")
_HEADINGS = ("h2", "h3", "h4", "h5", "h6", "p", "div", "strong")
_ITEM = "- "
_RULE = re.compile(r"[|\-\s]+")
_AUTHORS = re.compile(r"author|creator|byl", re.IGNORECASE)
_DATA = ("application/ld+json", "application/settings+json")
_PROLOG = re.compile(r"\A\s*<\?xml[^>]*>")
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
        tree, elements = _tree(page)
        _drop_asides(tree)
        head = _asked_for(deepcopy(tree))
        about = trafilatura.extract_metadata(head, date_config=_DATES)
        day = _stated_day(head) or published or _day(about.date)
        fast = elements > _USUAL_ELEMENTS
        found = trafilatura.bare_extraction(tree, include_comments=False, include_tables=True, fast=fast)
    except ArticleError:
        raise
    except Exception as error:  # whatever a page does to the library, the other articles go on
        raise ArticleError(f"an HTML page that cannot be read: {type(error).__name__}") from error
    body = "\n".join(_without_asides(getattr(found, "text", None) or ""))
    if body in ("", about.title):
        raise ArticleError("an HTML page in which no article was found; save its text as a .txt file")
    return Article(name, with_title(about.title, body), source, day, about.title, about.url)


class _Measure:
    """Counts what a page holds while it is parsed. Nothing is built, so that this takes linear time."""

    def __init__(self) -> None:
        self.elements = self.attributes = self.work = 0
        self._frames = [[0, 0]]  # elements and characters in each that is open
        self._unseen = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.elements += 1
        self.attributes = max(self.attributes, len(attributes))
        self._frames[-1][0] += 1
        self._unseen = tag in ("script", "style")
        if tag in _FRAMES:
            self._frames.append([0, 0])

    def end(self, tag: str) -> None:
        self._unseen = False
        if tag in _FRAMES and len(self._frames) > 1:
            self.work += math.prod(self._frames.pop())

    def data(self, text: str) -> None:
        self._frames[-1][1] += 0 if self._unseen else len(text)

    def close(self) -> _Measure:
        self.work += sum(map(math.prod, self._frames))
        return self

    def check(self) -> None:
        """Refuses what would take too long.

        Raises:
            ArticleError: what it is.
        """
        if self.attributes > _MOST_ATTRIBUTES:
            fault = f"with {self.attributes} attributes on one element"
        elif self.elements > MOST_ELEMENTS:
            fault = f"of over {MOST_ELEMENTS} elements"
        elif self.work > _MOST_WORK:
            fault = f"of {self.elements} elements with too much text between them"
        else:
            return
        raise ArticleError(f"an HTML page {fault}: it would take too long; save the article's text as a .txt file")


def _tree(page: str) -> tuple[Any, int]:
    """The elements of a page, and how many there are.

    Raises:
        ArticleError: there are none, or what is there cannot be read in time.
    """
    import trafilatura
    from lxml import etree
    from trafilatura.utils import HTML_PARSER, repair_faulty_html

    page = _PROLOG.sub("", page, count=1)  # what is text already has no encoding
    page = repair_faulty_html(page, page[:50].lower())  # as `load_html` does: the same tags are measured and built
    parser = etree.HTMLParser(target=_Measure(), encoding="utf-8")
    measure: _Measure = etree.fromstring(page.encode(), parser)
    measure.check()
    tree = trafilatura.load_html(page)
    if tree is None:
        raise ArticleError("an HTML page that holds no elements; save its text as a .txt file")
    if any(error.type_name == "ERR_RESOURCE_LIMIT" for error in HTML_PARSER.error_log):
        raise ArticleError("an HTML page that is nested too deeply to be read whole; save its text as a .txt file")
    return tree, measure.elements


def _drop_asides(tree: Any) -> None:
    """Drops what readers do not see, lists of related stories, and paragraphs that are a link, in any language."""
    for element in tree.xpath(_HIDDEN):
        element.drop_tree()
    for heading in tree.iter(*_HEADINGS):
        below = heading.getnext()
        if below is not None and below.tag in ("ul", "ol") and _ASIDE.fullmatch("".join(heading.itertext()).strip()):
            below.drop_tree()
    for line in tree.xpath(_LINKING):
        label = "".join(line.xpath(".//text()[not(ancestor::a[@href])]")).strip()
        if label.isupper() or not re.search(r"\w", label) or (_LABEL.fullmatch(label) and _is_headline(line)):
            line.drop_tree()


def _is_headline(line: Any) -> bool:
    """Whether a line ends in a link of several words that are no sentence: "The mayor wrote: “…”" is the article."""
    *_, link = line.iterdescendants("a")
    words = "".join(link.itertext()).strip()
    return "".join(line.itertext()).strip().endswith(words) and " " in words and words[-1] not in ".”\"»’'"


def _asked_for(tree: Any) -> Any:
    """A page without authors, long attributes and long data: nobody asks for them, and patterns are run over them."""
    left = _MOST_DATA
    for element in tree.iter():
        for name, value in element.items():
            if len(value) > _LONGEST_ATTRIBUTE:
                del element.attrib[name]
        if element.tag == "meta" and _AUTHORS.search(" ".join(element.attrib.get(name, "") for name in _NAMES)):
            element.attrib.clear()
        elif element.tag == "script" and element.get("type") in _DATA:
            element.text = _short_data(element.text or "")[:left]
            left -= len(element.text)
    return tree


def _short_data(data: str) -> str:
    """JSON about a page without authors and long strings; as it is where it is broken, which libraries put up with."""

    def short(item: dict[str, Any]) -> dict[str, Any]:
        left_out = {"author"} if item.get("@type") in ("Article", "article") else {"author", "name"}
        left_out |= {key for key, value in item.items() if isinstance(value, str) and len(value) > _LONGEST_ATTRIBUTE}
        return {key: value for key, value in item.items() if key not in left_out}

    try:
        kept = json.dumps(json.loads(data, strict=False, object_hook=short), ensure_ascii=False)
        return _NO_TEXT.sub("", kept)
    except (ValueError, RecursionError):
        return data


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
