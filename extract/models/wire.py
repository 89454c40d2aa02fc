"""The HTTP client under the SDK: one try is bounded in time and in size, and nothing follows a redirect.

An SDK's own limits are per byte: a server that sends one now and then, or sends for ever, would hold an article up
for good. An article is sent to the address that the user named and to no other.
"""

from __future__ import annotations

import gzip
import io
import threading
import time
import zlib
from typing import Any
from urllib.parse import urlsplit

import openai

from extract.models.transport import NoAnswer, Unacceptable

MOST_BYTES = 32 * 2**20
"""Of one answer, as sent and unpacked; a hundred times the longest that a model writes."""


class BoundedClient(openai.DefaultHttpxClient):
    """Reads answers whole, within limits; safe to call from several threads."""

    def __init__(self, seconds: float, *, trust_env: bool = True) -> None:
        """Prepares a client.

        Args:
            seconds: most time for one try, from connecting to the last byte.
            trust_env: whether a proxy of the environment is used.
        """
        super().__init__(timeout=seconds, follow_redirects=False, trust_env=trust_env)
        self.headers["Accept-Encoding"] = "gzip"
        self._seconds = seconds
        self._clock = _Clock()
        for transport in (self._transport, *self._mounts.values()):
            pool = getattr(transport, "_pool", None)
            if pool is not None:
                pool._network_backend = _Timed(pool._network_backend, self._clock)

    def send(self, request: Any, **_: Any) -> Any:
        """Sends one request and reads the whole answer.

        Raises:
            Unacceptable: a redirect, an answer that is too long, or one packed in an unknown way.
            NoAnswer: it cannot be unpacked.
            TimeoutError: it did not come in time.
        """
        response = self.begun(request)
        try:
            packed = bytearray()
            for piece in response.iter_raw():
                packed += piece
                if len(packed) > MOST_BYTES:
                    raise Unacceptable(f"the answer is longer than {MOST_BYTES:,} bytes")
            body = _unpacked(bytes(packed), response.headers.get("content-encoding", "").strip().lower())
        finally:
            response.close()
        headers = [
            (name, value)
            for name, value in response.headers.multi_items()
            if name.lower() not in ("content-encoding", "content-length", "transfer-encoding")
        ]
        return type(response)(response.status_code, headers=headers, content=body, request=request)

    def begun(self, request: Any) -> Any:
        """Sends one request; its answer is still to be read, and the clock runs.

        Raises:
            Unacceptable: a redirect.
            TimeoutError: nothing came in time.
        """
        self._clock.start(self._seconds)
        response = super().send(request, stream=True, follow_redirects=False)
        if response.is_redirect:
            response.close()
            where = _origin(response.headers.get("location", ""))
            raise Unacceptable(f"it redirects to {where}; if that is right, name the address it leads to")
        return response


def _origin(location: str) -> str:
    try:
        parts = urlsplit(location)
    except ValueError:
        return "what is no address"
    return repr(f"{parts.scheme}://{parts.hostname}") if parts.hostname else "another path"


def _unpacked(packed: bytes, encoding: str) -> bytes:
    if encoding in ("", "identity"):
        return packed
    if encoding not in ("gzip", "x-gzip"):
        raise Unacceptable(f"the answer is packed as {encoding[:20]!r}, which was not asked for")
    try:
        body = gzip.GzipFile(fileobj=io.BytesIO(packed)).read(MOST_BYTES + 1)
    except EOFError as error:
        raise NoAnswer("the answer ends in the middle") from error
    except (OSError, zlib.error) as error:
        raise NoAnswer(f"the answer cannot be unpacked: {error}") from error
    if len(body) > MOST_BYTES:
        raise Unacceptable(f"the answer is longer than {MOST_BYTES:,} bytes when it is unpacked")
    return body


class _Clock(threading.local):
    """When the try of this thread ends; a try runs in one thread."""

    ends = float("inf")
    seconds = 0.0

    def start(self, seconds: float) -> None:
        self.ends, self.seconds = time.monotonic() + seconds, seconds

    def left(self, timeout: float | None) -> float:
        left = self.ends - time.monotonic()
        if left <= 0:
            raise TimeoutError(f"no whole answer within {self.seconds:g} s")
        return left if timeout is None else min(left, timeout)


class _Timed:
    """The network as the HTTP library sees it, with a clock: a limit per read does not end a trickle."""

    def __init__(self, inner: Any, clock: _Clock) -> None:
        self._inner = inner
        self._clock = clock

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._inner, name)
        if name not in ("connect_tcp", "connect_unix_socket", "start_tls", "read", "write"):
            return method

        def timed(*given: Any, timeout: float | None = None, **options: Any) -> Any:
            done = method(*given, timeout=self._clock.left(timeout), **options)
            return done if name in ("read", "write") else _Timed(done, self._clock)

        return timed
