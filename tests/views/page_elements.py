"""The elements of a page, as a browser would see them, and the data that it holds."""

from __future__ import annotations

import base64
import hashlib
import json
from html.parser import HTMLParser
from typing import Any


class Elements(HTMLParser):
    """The elements of a page, with the text of each script and style."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None], str]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs), ""))

    def handle_endtag(self, tag: str) -> None:
        self.found.append((f"/{tag}", {}, ""))

    def handle_data(self, data: str) -> None:
        if self.found:
            tag, attrs, text = self.found[-1]
            self.found[-1] = (tag, attrs, text + data)

    def all(self, tag: str) -> list[tuple[dict[str, str | None], str]]:
        """The elements of one kind."""
        return [(attrs, text) for name, attrs, text in self.found if name == tag]


def data_of(page: str) -> Any:
    """What the page knows, read as a browser would."""
    (told,) = (text for attrs, text in Elements(page).all("script") if attrs.get("type") == "application/json")
    return json.loads(told)


def check_policy(page: str) -> None:
    """That nothing may run but the page's own script and style, which are named by their digests."""
    elements = Elements(page)
    (policy,) = (
        attrs["content"] for attrs, _ in elements.all("meta") if attrs.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy is not None
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'"
    assert (rules["require-trusted-types-for"], rules["trusted-types"]) == ("'script'", "'none'")
    for tag, rule in (("script", "script-src"), ("style", "style-src")):
        (text,) = (text for attrs, text in elements.all(tag) if "type" not in attrs)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert rules[rule] == f"'sha256-{digest}'"
    assert not any(
        name.startswith("on") or name in ("src", "href", "style") for _, attrs, _ in elements.found for name in attrs
    )
