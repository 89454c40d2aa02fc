"""A model's client that is answered from a tape: what a server said to it some time after it was asked.

The client asks as ever, and its SDK writes the request as ever; only the HTTP client under it is another. One exchange
after the other is looked up by the bytes that would be sent, and the first that has no answer yet is what is to be sent
next. So a request in a batch is the one that would have been sent at once, and its answer is read, judged and asked
about again by the same code. How requests get to a server and answers come back is no business of this file.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import openai

from extract.errors import TransportError, Unanswered
from extract.models.asking import Manner
from extract.models.client import BATCHED, Request, Response
from extract.models.openai_client import InstructorClient
from extract.models.transport import Unacceptable


@dataclass(frozen=True, slots=True)
class Played:
    """What a server said to one request.

    Attributes:
        status: of HTTP.
        body: JSON.
        day: on which it was said, ISO.
    """

    status: int
    body: bytes
    day: str


Tape = Callable[[str, str], Played | None]
"""What was said: given the key of a request and the digest of the bytes sent, which change when it is asked again."""


class TapedClient:
    """Answers requests from a tape; safe to call from several threads, one after the other."""

    def __init__(self, inner: InstructorClient, tape: Tape, manner: Manner) -> None:
        """Puts a tape under a client.

        Args:
            inner: whose requests are sent nowhere from now on.
            tape: what was said.
            manner: how the server is asked, as was found out before.
        """
        self._inner = inner
        self._tape = tape
        self._turn = threading.Lock()
        self._key = ""
        self._day = ""
        self._body: bytes | None = None
        inner.through(lambda seconds, *, trust_env: _Player(self._played), manner)

    @property
    def manner(self) -> Manner:
        """How the server is asked, after what it has refused."""
        return self._inner.manner

    def complete(self, request: Request) -> Response:
        """Answers one request.

        Raises:
            Unanswered: something is to be sent first.
            TransportError: the server refused the request.
            ModelUnavailable: it refused an option that was chosen.
        """
        with self._turn:
            self._key, self._body = request.key, None
            try:
                response = self._inner.complete(request)
            except TransportError as error:
                if self._body is None:
                    raise
                awaited = Unanswered("not answered yet")  # type: ignore[unreachable]  # `_played` sets the body
                awaited.body = self._body
                raise awaited from error
            # Nobody knows how long the server took for one of them.
            return replace(response, seconds=0.0, recorded_on=self._day, versions={**response.versions, **BATCHED})

    def _played(self, body: bytes) -> Played:
        found = self._tape(self._key, digest_of(body))
        if found is None:
            self._body = body
            raise Unacceptable("it is not answered yet")
        self._day = found.day
        return found


def digest_of(body: bytes) -> str:
    """What tells the bytes of one exchange from those of another: 32 hex digits."""
    return hashlib.sha256(body).hexdigest()[:32]


class _Player(openai.DefaultHttpxClient):
    """An HTTP client that opens no connection."""

    def __init__(self, played: Callable[[bytes], Played]) -> None:
        super().__init__(trust_env=False)
        self._played = played

    def send(self, request: Any, **_: Any) -> Any:
        """Answers one request; Unacceptable where nothing was said to it."""
        import httpx2  # under the SDK, whose version is pinned

        found = self._played(request.read())
        headers = {"Content-Type": "application/json"}
        return httpx2.Response(found.status, headers=headers, content=found.body, request=request)
