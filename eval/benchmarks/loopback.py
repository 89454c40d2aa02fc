"""An HTTP server on loopback for the time of a block; whoever runs it brings the handler that answers."""

from __future__ import annotations

import sys
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

JSON: Final = {"Content-Type": "application/json"}


class Handler(BaseHTTPRequestHandler):
    """Keeps connections open, and logs nothing."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or every answer waits 40 ms between head and body

    def body(self) -> bytes:
        """What came with a request."""
        return self.rfile.read(int(self.headers["Content-Length"]))

    def answer(self, status: int, data: bytes, headers: Mapping[str, str] = JSON, *, cut_at: int | None = None) -> None:
        """Sends an answer, or so many bytes of it, though all are promised."""
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(data))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data[:cut_at])

    def log_message(self, format: str, *args: object) -> None:
        """Silence."""


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Says nothing of clients that have gone away, which is what some are tried for; other errors are told."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def on_loopback(handler: type[BaseHTTPRequestHandler]) -> Generator[str, None, None]:
    """Runs a server on a free port; its address, without a path."""
    server = _Server(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
