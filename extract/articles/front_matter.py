"""Front matter of Markdown: YAML between two lines `---`, or TOML between two lines `+++`, before the text.

It gives title, day and address, and is not article text. A rule `---` at the top, followed by anything else than a
list of keys with one that front matter usually has, is a rule.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from typing import Any

from extract.articles.article import day_of, line_of
from extract.errors import ArticleError

_MOST = 20_000
"""Characters of front matter, at most."""
_FRONT = re.compile(
    r"(?P<fence>---|\+\+\+)[ \t]*\r?\n(?P<front>.*?)^(?:(?P=fence)|\.\.\.)[ \t]*(?:\r?\n|\Z)\s*",
    re.DOTALL | re.MULTILINE,
)
_FIRST_KEY = re.compile(r"(?:\s*#.*\n)*[\w-]+:(?:\s|$)")
_TITLES = ("title", "headline")
_DAYS = ("date", "published", "publishdate", "pubdate", "published_at", "date_published")
_ADDRESSES = ("canonical_url", "canonical", "url")
_OTHERS = re.compile("layout|tags|categories|authors?|slug|draft|description|lang|language|source")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What front matter says, and the text after it."""

    body: str
    title: str | None = None
    published: date | None = None
    url: str | None = None


def split_front_matter(text: str) -> FrontMatter:
    """Takes front matter from a Markdown text.

    Raises:
        ArticleError: there is some, but it is broken, or its day is none.
    """
    found = _FRONT.match(text[:_MOST])
    if not found:
        return FrontMatter(text)
    keys = _toml(found["front"]) if found["fence"] == "+++" else _yaml(found["front"])
    if not any(name in (*_TITLES, *_DAYS, *_ADDRESSES) or _OTHERS.fullmatch(name) for name in keys):
        return FrontMatter(text)
    body = text[found.end() :]
    title, url = (line_of(_first(keys, names), names[0]) for names in (_TITLES, _ADDRESSES))
    name = next((name for name in _DAYS if name in keys), "date")
    day = keys.get(name)
    # `published: false` is how some programs mark a draft
    return FrontMatter(body, title, None if isinstance(day, bool) else day_of(day, name), url)


def _first(keys: dict[str, Any], names: tuple[str, ...]) -> object:
    return next((keys[name] for name in names if keys.get(name)), None)


def _toml(front: str) -> dict[str, Any]:
    try:
        return {name.lower(): value for name, value in tomllib.loads(front.replace("\r\n", "\n")).items()}
    except (ValueError, RecursionError) as error:
        raise _broken("TOML", error) from error


def _yaml(front: str) -> dict[str, Any]:
    if not _FIRST_KEY.match(front):
        return {}
    import yaml  # only needed here

    class Plain(yaml.SafeLoader):
        """No aliases: a few of them grow into gigabytes."""

        def compose_node(self, parent: Any, index: Any) -> Any:
            if self.check_event(yaml.AliasEvent):
                raise yaml.YAMLError("an alias")
            return super().compose_node(parent, index)

    try:
        keys = yaml.load(front, Plain)  # a safe loader
    except Exception as error:  # PyYAML's constructors raise whatever they meet: !!timestamp x, !!int ""
        raise _broken("YAML", error) from error
    return {str(name).lower(): value for name, value in keys.items()} if isinstance(keys, dict) else {}


def _broken(form: str, error: Exception) -> ArticleError:
    why = " ".join(str(error).split())[:200] or type(error).__name__
    return ArticleError(f"its front matter is no {form}: {why}; put what is wrong in quotation marks, or take it out")
