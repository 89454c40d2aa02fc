"""Connections: to public addresses only, unless others are allowed, and never longer than a deadline.

A name is resolved here and connected to at once, so that it cannot mean another machine in between (DNS rebinding).
TLS still holds the certificate against the name.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Callable, Iterable
from typing import Any

import httpcore2

from extract.errors import ArticleError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_HOLDING = [ipaddress.IPv6Network(each) for each in ("::/96", "::ffff:0:0:0/96", "64:ff9b::/96")]
"""Networks whose addresses end in one of IPv4: compatible, translated, NAT64."""


def is_public(address: Address) -> bool:
    """Whether an address is of the public internet, also one that stands inside another."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
        if any(address in network for network in _HOLDING):
            inner.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        if address.is_site_local or any(each is not None and not is_public(each) for each in inner):
            return False
        if address.ipv4_mapped is not None:
            return True
    return address.is_global and not address.is_multicast


def literal(host: str) -> Address | None:
    """The address that a host is, if it is no name: also "127.1", "0x7f000001" and "localhost", which all resolve alike."""
    bare = host.strip("[]").rstrip(".").lower()
    if bare == "localhost" or bare.endswith(".localhost"):
        return ipaddress.IPv4Address("127.0.0.1")
    try:
        return ipaddress.ip_address(bare)
    except ValueError:
        pass
    try:
        return ipaddress.IPv4Address(socket.inet_aton(bare))
    except (OSError, UnicodeError):
        return None


class Guard(httpcore2.NetworkBackend):
    """Connects to what is allowed.

    Attributes:
        deadline: when (`time.monotonic`) whatever is read or written fails.
    """

    def __init__(self, allowed: Callable[[Address], bool]) -> None:
        """Allows the addresses that `allowed` says."""
        self._allowed = allowed
        self._backend = httpcore2.SyncBackend()
        self.deadline = float("inf")

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        """A connection to the first allowed address that answers.

        Raises:
            ArticleError: the name is not known, or none of its addresses is allowed.
        """
        fault: Exception | None = None
        for address in self._resolved(host, port):
            try:
                left = _left(self.deadline, timeout)
                return _Timed(self._backend.connect_tcp(address, port, left, local_address, socket_options), self)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                fault = error
        raise fault or httpcore2.ConnectError("no address")

    def _resolved(self, host: str, port: int) -> list[str]:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise ArticleError(f"host {host!r} is not known: {getattr(error, 'strerror', None) or error}") from error
        names = list(dict.fromkeys(str(each[4][0]) for each in found))
        allowed = [name for name in names if (address := literal(name)) is not None and self._allowed(address)]
        if not allowed:
            shown = names[0] if names else "nothing"
            raise ArticleError(
                f"host {host!r} is {shown}, which is no public address; --allow-private reads from it all the same"
            )
        return allowed

    def sleep(self, seconds: float) -> None:
        """Waits; the pool asks for it between its own tries, of which there are none."""
        time.sleep(seconds)


class _Timed(httpcore2.NetworkStream):
    """A connection that reads and writes until a deadline: a drop every second is no answer."""

    def __init__(self, inner: httpcore2.NetworkStream, guard: Guard) -> None:
        self._inner, self._guard = inner, guard

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _left(self._guard.deadline, timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _left(self._guard.deadline, timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        left = _left(self._guard.deadline, timeout)
        return _Timed(self._inner.start_tls(ssl_context, server_hostname, left), self._guard)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def _left(deadline: float, timeout: float | None) -> float | None:
    """Seconds that a step may take."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore2.ReadTimeout("deadline")
    if left == float("inf"):
        return timeout
    return left if timeout is None else min(left, timeout)
