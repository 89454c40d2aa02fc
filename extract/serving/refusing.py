"""Requests that are refused: a status of HTTP and one line, always in the same form."""

from __future__ import annotations

import json
from collections.abc import Mapping

MOST_WORDS = 500
"""Characters of the line: it may repeat what was sent."""


class Refused(Exception):
    """A request that gets no result.

    Attributes:
        status: of HTTP.
        said: one line: what is wrong, and what to do.
        headers: further headers of the answer.
    """

    def __init__(self, status: int, said: str, headers: Mapping[str, str] | None = None) -> None:
        """What the answer will be."""
        super().__init__(said)
        self.status, self.said, self.headers = status, said[:MOST_WORDS], dict(headers or {})


class Gone(Exception):
    """Nobody waits for the answer any more."""


def as_json(said: str) -> bytes:
    """The body of a refusal: `{"error": …}` and a line end."""
    return json.dumps({"error": " ".join(said.split())}, ensure_ascii=True).encode() + b"\n"
