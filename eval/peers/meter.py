"""A meter between a peer and the model's server: passes requests on, and counts what they cost.

So every peer is measured the same way, whatever it reports itself: failed attempts, answers that were thrown away
and answers cut at their limit included.
"""

from __future__ import annotations

import json
import select
import threading
from collections import Counter
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from extract.files.documents import parsed
from extract.records.results import Strict


class Reading(Strict):
    """What was asked of the server.

    Attributes:
        requests: sent.
        input_tokens: read, as the server says; requests that were given up do not say.
        output_tokens: written, likewise.
        cut: answers that ran into their token limit.
    """

    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cut: int = 0


class Meter:
    """Listens on a free port of 127.0.0.1 from its making to `close`."""

    def __init__(self, base_url: str) -> None:
        """Starts.

        Args:
            base_url: of an OpenAI-compatible server, over plain HTTP.
        """
        self._upstream = urlsplit(base_url)
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()
        meter = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # headers and body are two writes

            def do_POST(self) -> None:
                meter._pass_on(self)

            def log_message(self, format: str, *args: object) -> None:
                """Silence."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def base_url(self) -> str:
        """What a peer is given as the server's."""
        return f"http://127.0.0.1:{self._server.server_address[1]}{self._upstream.path}"

    def take(self) -> Reading:
        """What was counted since the last call."""
        with self._lock:
            taken, self._counts = self._counts, Counter()
        return Reading(**taken)

    def close(self) -> None:
        """Stops listening. Requests under way end with the peer's connection."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _pass_on(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        self._count({"requests": 1})
        upstream = HTTPConnection(self._upstream.hostname or "", self._upstream.port)
        headers = {name: handler.headers[name] for name in ("Authorization", "Content-Type") if name in handler.headers}
        try:
            upstream.request("POST", handler.path, body, headers)
            # Both have something to read when the server answers, and when the peer is gone: then the server
            # has to know, or it would go on writing.
            readable, _, _ = select.select([upstream.sock, handler.connection], [], [])
            if upstream.sock not in readable:
                handler.close_connection = True
                return
            answer = upstream.getresponse()
            status, kind, data = answer.status, answer.getheader("Content-Type", "application/json"), answer.read()
        except (OSError, HTTPException) as error:
            said = {"error": {"message": f"the model's server did not answer: {error}", "type": "server_error"}}
            status, kind, data = 502, "application/json", json.dumps(said).encode()
        finally:
            upstream.close()
        self._count(_usage(data))
        handler.send_response(status)
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)

    def _count(self, more: dict[str, int]) -> None:
        with self._lock:
            self._counts.update(more)


def _usage(answer: bytes) -> dict[str, int]:
    """What an answer says of itself; an error says nothing."""
    try:
        said = parsed(answer.decode("utf-8", "replace"))
        usage = said["usage"]
        cut = sum(choice["finish_reason"] == "length" for choice in said["choices"])
        return {"input_tokens": usage["prompt_tokens"], "output_tokens": usage["completion_tokens"], "cut": cut}
    except (ValueError, KeyError, TypeError):
        return {}
