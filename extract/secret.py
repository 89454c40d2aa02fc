"""API keys: cleaned and checked before they are used, and found again in whatever a server sends back.

A key never reaches a file, a message or a terminal: texts of servers are masked before they are cut, and an answer
that repeats a key is refused (`openai_client`).
"""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote

from extract.errors import ModelUnavailable

MASK = "***"
_KEY = re.compile(r"[!-~]+")
_ESCAPED = re.compile(r"\\(?:u00|x)([0-9a-fA-F]{2})")
_SHORTEST = 8
"""Local servers are given keys like "none" and "EMPTY", which are words of any text."""


def clean_key(value: str | None, name: str) -> str | None:
    """A key without the white space around it, which files with CRLF lines leave there; None for an empty one.

    Args:
        name: where it comes from, for the error.

    Raises:
        ModelUnavailable: no header can hold it. The message does not show it.
    """
    key = (value or "").strip()
    if key and not _KEY.fullmatch(key):
        raise ModelUnavailable(
            f"{name} is no API key: it holds white space, control characters or letters outside ASCII; set it anew"
        )
    return key or None


def is_secret(value: str) -> bool:
    """Whether a key can be told from words of a text."""
    return len(value) >= _SHORTEST and not (value.isalpha() and (value.islower() or value.istitle()))


class Secrets:
    """Keys to be kept out of what is written and shown."""

    def __init__(self, keys: Iterable[str | None]) -> None:
        """Prepares the search.

        Args:
            keys: those in use; short ones and plain words are masked, but not searched for in answers.
        """
        known = {key.strip() for key in keys if key and key.strip()}
        self._mask = _pattern(known)
        self._search = _pattern({key for key in known if is_secret(key)})

    @classmethod
    def of(cls, environment: Mapping[str, str], *keys: str | None) -> Secrets:
        """The given keys, and every `…_API_KEY` of the environment that can be told from a word."""
        named = (value for name, value in environment.items() if name.upper().endswith("_API_KEY"))
        return cls([*keys, *(value for value in named if is_secret(value.strip()))])

    def masked(self, text: str) -> str:
        """The text without any key, in whatever form it stands there."""
        if self._mask is None:
            return text
        shown = self._mask.sub(MASK, text)
        unescaped = _unescaped(shown)
        return self._mask.sub(MASK, unescaped) if self._mask.search(unescaped) else shown

    def occur_in(self, text: str) -> bool:
        """Whether a text holds a key, in any form."""
        return self._search is not None and bool(self._search.search(text) or self._search.search(_unescaped(text)))


def _pattern(keys: Iterable[str]) -> re.Pattern[str] | None:
    forms = sorted({form for key in keys for form in _forms(key)}, key=len, reverse=True)
    return re.compile("|".join(map(_escaped_or_not, forms))) if forms else None


def _escaped_or_not(form: str) -> str:
    """A pattern for a text as it is and as JSON and Python write it, one inside the other."""
    # At most 8 backslashes: four times JSON in JSON. A run of them without a limit would be read again from each one.
    first, *rest = (r"\\{1,8}" if letter == "\\" else re.escape(letter) for letter in form)
    return first + "".join(part if part.endswith("}") else r"\\{0,8}" + part for part in rest)


def _forms(key: str) -> Iterator[str]:
    """A key as it is, and as HTML, an address and base64 write it."""
    yield from (key, html.escape(key))
    for escaped in (quote(key, safe=""), quote(key)):
        yield from (escaped, re.sub("%..", lambda code: code[0].lower(), escaped))
    for said in (key, f"Bearer {key}", f":{key}"):
        for code in (base64.b64encode, base64.urlsafe_b64encode):
            yield code(said.encode()).decode().rstrip("=")


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
