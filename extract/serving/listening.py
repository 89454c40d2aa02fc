"""The socket, and how it all ends: nothing more is taken, what was taken is answered, then the process goes.

HTTP is uvicorn's. Here is what it leaves open: connections that never say what they want, or never take their answer.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable, Generator
from types import FrameType

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from extract.errors import UsageError
from extract.serving.desk import Desk
from extract.serving.gate import MOST_HEAD, is_loopback
from extract.serving.refusing import as_json

HEAD_SECONDS = 15.0
"""In which the head of a request has to be here, and for which an answer may lie untaken."""
MOST_CONNECTIONS = 500
_LAST_SECONDS = 5
"""After the time for what is under way, in which the refusals of the rest are sent."""


def listen(host: str, port: int, *, anybody: bool) -> socket.socket:
    """A socket that listens.

    Args:
        port: 0 for a free one.
        anybody: whether others than this machine may be listened to.

    Raises:
        UsageError: there is no such host, it is not only this machine's, or the port is taken.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host or "?", port, type=socket.SOCK_STREAM)[0]
    except (OSError, UnicodeError) as error:
        raise UsageError(f"no host {host!r} to listen on: {getattr(error, 'strerror', None) or error}") from error
    if not anybody and not is_loopback(str(address[0])):
        raise UsageError(
            f"on {host!r} others than this machine could ask: set ATTESTED_SERVE_KEY to a key that they send "
            "(openssl rand -hex 32 makes one), or listen on 127.0.0.1"
        )
    opened = socket.socket(family, kind, protocol)
    try:
        if hasattr(signal, "SIGHUP"):  # on Windows it would let another program take the port too
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind(address)
        opened.listen(128)
    except OSError as error:
        opened.close()
        why = f"{error.strerror or error}; name another port with --port, or another host with --host"
        raise UsageError(f"cannot listen on {host!r}, port {port}: {why}") from error
    return opened


def address_of(opened: socket.socket) -> str:
    """Where a socket is asked."""
    host, port = opened.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def serve(app: ASGIApp, desk: Desk, opened: socket.socket, grace: int, say: Callable[[str], None]) -> int:
    """Answers until a signal comes, and then what was taken before.

    Args:
        grace: seconds for that.
        say: told of what goes on, a line each.

    Returns:
        How many requests that were taken got no answer.
    """
    config = uvicorn.Config(
        app,
        http=_Connection,
        ws="none",
        loop="asyncio",
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        h11_max_incomplete_event_size=MOST_HEAD,
        timeout_graceful_shutdown=grace + _LAST_SECONDS,
    )
    server = _Server(config, desk, grace, say)
    asyncio.run(server.serve([opened]))
    desk.close()
    return desk.given_up


class _Server(uvicorn.Server):
    """Ends at a signal without being ended by it; at a second one it waits for nothing."""

    def __init__(self, config: uvicorn.Config, desk: Desk, grace: int, say: Callable[[str], None]) -> None:
        super().__init__(config)
        self._desk, self._grace, self._say = desk, grace, say

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        desk = self._desk
        taken = desk.limits.places - desk.free
        self._say(f"ending: nothing more is taken, and {taken} under way may take {self._grace} s still")
        desk.end(self._grace)
        forced = asyncio.ensure_future(self._force())
        try:
            await super().shutdown(sockets)
        finally:
            forced.cancel()
        desk.give_up()  # after a second signal

    async def _force(self) -> None:
        """Ends connections at a second signal: from Python 3.12 on, a server counts as closed only when they are."""
        while not self.force_exit:
            await asyncio.sleep(0.1)
        self._desk.give_up()
        await asyncio.sleep(0.2)  # in which those who wait are told
        for connection in list(self.server_state.connections):
            connection.transport.abort()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        numbers = [
            getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)
        ]
        before = {number: signal.getsignal(number) for number in numbers}
        for number, handler in before.items():
            if handler != signal.SIG_IGN or number == signal.SIGTERM:  # nohup
                signal.signal(number, self.handle_exit)
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self.force_exit = self.should_exit
        self.should_exit = True


class _Connection(H11Protocol):
    """A connection that has to say something, and to take its answer."""

    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > MOST_CONNECTIONS:
            self._refuse(503, "too many connections: ask again later")
        else:
            self._start()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            self._stop()
        elif self._timer is None:  # a further request, or the rest of one that was refused
            self._start()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._start()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._stop()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        self._refuse(400, f"no request of HTTP/1.1, or a head of over {MOST_HEAD} bytes")

    def _start(self) -> None:
        self._stop()
        self._timer = self.loop.call_later(HEAD_SECONDS, self.transport.abort)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _refuse(self, status: int, said: str) -> None:
        body = as_json(said)
        head = f"HTTP/1.1 {status} Refused\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        self.transport.write(f"{head}Connection: close\r\n\r\n".encode() + body)
        self.transport.close()
