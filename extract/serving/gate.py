"""The gate: who comes in, what every answer has to say to a browser, and one line of the log for each request.

Without a key the server listens on loopback only. Even there a page of another site could ask it, by a form that is sent
here or by a name that it lets lead here (DNS rebinding): so a request has to be for a name of this machine, and not from
a page of another site.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from extract.serving.refusing import Refused, as_json
from extract.views.terminal import cut

INTERNAL = "internal error; the server's log says where"
MOST_HEAD = 32_768
"""Bytes of the headers of a request."""
_LONGEST = 120
"""Characters of a path in the log."""
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
}


@dataclass(frozen=True)
class Gate:
    """Stands before an application.

    Attributes:
        key: who has it comes in; None where anybody on this machine does.
        log: told one line a request.
    """

    inner: ASGIApp
    key: str | None = field(repr=False)
    log: Callable[[str], None]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers, or lets the application answer."""
        if scope["type"] != "http":  # that the server begins and ends
            await self.inner(scope, receive, send)
            return
        began, status, size, is_whole = time.monotonic(), 0, 0, False

        async def noting(message: Message) -> None:
            nonlocal status, size, is_whole
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            size += len(message.get("body", b""))
            is_whole = message["type"] == "http.response.body" and not message.get("more_body", False)
            await send(message)

        try:
            try:
                self._check(Headers(scope=scope))
                await self.inner(scope, receive, noting)
            except Refused as refused:
                await _answer(noting, refused)
            except Exception as error:
                self.log(f"internal error: {_where(error)}; please report it")
                if not status:
                    await _answer(noting, Refused(500, INTERNAL))
                elif not is_whole:  # too late to say so: the connection ends
                    raise
        finally:
            client = scope.get("client") or ("-",)
            now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            asked = f"{cut(scope['method'], 20)} {cut(scope['path'], _LONGEST)}"
            took = time.monotonic() - began
            self.log(f"{now} {client[0]} {asked} {status or 499} {size} B {took:.3f} s")

    def _check(self, headers: Headers) -> None:
        """Lets a request in.

        Raises:
            Refused: it does not come in.
        """
        if sum(len(name) + len(value) for name, value in headers.raw) > MOST_HEAD:
            raise Refused(431, f"a head of over {MOST_HEAD} bytes")
        host = headers.get("host", "")
        if self.key is None and not is_loopback(_name(host)):
            raise Refused(
                403, "without a key, only requests for a name of this machine are answered, such as localhost"
            )
        origin = headers.get("origin")
        if origin is not None and origin.lower() not in (f"http://{host.lower()}", f"https://{host.lower()}"):
            raise Refused(403, "a page of another site asked for this, and it does not get it")
        if self.key is not None and not _is_key(headers.get("authorization", ""), self.key):
            is_browser = "text/html" in headers.get("accept", "")
            how = 'Basic realm="attested", charset="UTF-8"' if is_browser else 'Bearer realm="attested"'
            raise Refused(401, "no key, or a wrong one: send Authorization: Bearer KEY", {"WWW-Authenticate": how})


def is_loopback(name: str) -> bool:
    """Whether a name or an address is this machine and nobody else."""
    if name.lower().rstrip(".") == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _name(host: str) -> str:
    """The name in a Host header, without the port."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:  # a bracket that is not closed
        return ""


def _is_key(said: str, key: str) -> bool:
    """Whether a request has the key: as Bearer, or as the password that a browser asks for. In the same time, right or
    wrong."""
    scheme, _, value = said.partition(" ")
    given = value.strip().encode()
    if scheme.lower() == "basic":
        try:
            given = base64.b64decode(given, validate=True).partition(b":")[2]
        except ValueError:
            given = b""
    elif scheme.lower() != "bearer":
        given = b""
    return hmac.compare_digest(hashlib.sha256(given).digest(), hashlib.sha256(key.encode()).digest())


async def _answer(send: Send, refused: Refused) -> None:
    body = as_json(refused.said)
    said = {"content-type": "application/json", "content-length": str(len(body)), **refused.headers}
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in said.items()]
    await send({"type": "http.response.start", "status": refused.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _where(error: Exception) -> str:
    """What an exception is and where it arose; its words may quote an article, and are left out."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{type(error).__name__} in {Path(frames[-1].filename).name}, line {frames[-1].lineno}"
