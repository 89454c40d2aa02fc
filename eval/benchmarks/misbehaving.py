"""A model server on loopback that misbehaves on purpose: it answers each request with the next move of a script.

Speaks just enough of OpenAI's chat language. The last move is repeated for ever.
"""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from typing import Any

from eval.benchmarks.loopback import Handler, on_loopback


@dataclass(frozen=True)
class Move:
    """One answer.

    Attributes:
        status: HTTP status.
        body: JSON-able, or bytes to send as they are.
        headers: beside the usual ones.
        cut_at: bytes after which the connection is closed, though more were promised.
        hang: nothing is sent until the server stops.
        content_type: of the body.
        act: does it all instead, given the handler and an event that is set when the server stops.
    """

    status: int = 200
    body: object = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    cut_at: int | None = None
    hang: bool = False
    content_type: str = "application/json"
    act: Callable[[Handler, threading.Event], None] | None = None


def says(
    text: str | None,
    *,
    finish_reason: str = "stop",
    tokens: tuple[int, int] = (7, 3),
    logprobs: Sequence[tuple[str, float]] = (),
    refusal: str | None = None,
) -> Move:
    """A proper chat completion."""
    listed = [
        {
            "token": token,
            "logprob": value,
            "bytes": None,
            "top_logprobs": [{"token": "x", "logprob": -9.0, "bytes": None}],
        }
        for token, value in logprobs
    ]
    message = {"role": "assistant", "content": text, "refusal": refusal}
    choice = {"index": 0, "finish_reason": finish_reason, "message": message}
    if logprobs:
        choice["logprobs"] = {"content": listed, "refusal": None}
    usage = {"prompt_tokens": tokens[0], "completion_tokens": tokens[1], "total_tokens": sum(tokens)}
    body = {"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], "usage": usage}
    return Move(body=body)


def calls(name: str, arguments: str) -> Move:
    """A proper chat completion that calls a tool."""
    move = says(None, finish_reason="tool_calls")
    assert isinstance(move.body, dict)
    call = {"id": "c1", "type": "function", "function": {"name": name, "arguments": arguments}}
    move.body["choices"][0]["message"]["tool_calls"] = [call]
    return move


def fails(
    status: int,
    message: str = "no",
    *,
    code: str | None = None,
    param: str | None = None,
    retry_after: str | None = None,
) -> Move:
    """An error in OpenAI's form."""
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    return Move(status, {"error": {"message": message, "type": "error", "code": code, "param": param}}, headers)


def sends(pieces: Callable[[], Iterable[bytes]], pause: float = 0.0) -> Move:
    """An answer, headers and all, piece by piece, until it ends or nobody listens any more."""

    def act(handler: Handler, stopping: threading.Event) -> None:
        handler.close_connection = True
        try:
            for piece in pieces():
                handler.wfile.write(piece)
                if stopping.wait(pause):
                    return
        except OSError:
            return

    return Move(act=act)


@dataclass
class MisbehavingServer:
    """What was asked so far, and where.

    Attributes:
        moves: the script.
        asked: the JSON bodies received, in order.
        keys: the Authorization headers received.
        paths: the paths asked for.
        encodings: the Accept-Encoding headers received.
    """

    moves: Sequence[Move]
    base_url: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    encodings: list[str | None] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def next_move(self, path: str, headers: Message, body: dict[str, Any]) -> Move:
        """Notes a request and picks the answer."""
        with self.lock:
            self.asked.append(body)
            self.keys.append(headers["Authorization"])
            self.encodings.append(headers["Accept-Encoding"])
            self.paths.append(path)
            return self.moves[min(len(self.asked), len(self.moves)) - 1]


@contextmanager
def misbehaving(*moves: Move) -> Generator[MisbehavingServer, None, None]:
    """Runs a server on a free port for the time of the block."""
    state = MisbehavingServer(moves)

    class Playing(Handler):
        def do_POST(self) -> None:
            body = self.body()
            if body:  # nothing comes of a client that has left in the middle of its request
                _play(self, state.next_move(self.path, self.headers, json.loads(body)), state.stopping)

    with on_loopback(Playing) as address:
        state.base_url = f"{address}/v1"
        try:
            yield state
        finally:
            state.stopping.set()


def _play(handler: Handler, move: Move, stopping: threading.Event) -> None:
    if move.act is not None:
        move.act(handler, stopping)
        return
    if move.hang:
        stopping.wait()
        handler.close_connection = True
        return
    data = move.body if isinstance(move.body, bytes) else json.dumps(move.body).encode()
    if move.cut_at == 0:
        handler.connection.shutdown(socket.SHUT_RDWR)
        handler.close_connection = True
        return
    handler.answer(move.status, data, {"Content-Type": move.content_type, **move.headers}, cut_at=move.cut_at)
    if move.cut_at is not None:
        handler.wfile.flush()
        handler.connection.shutdown(socket.SHUT_RDWR)
        handler.close_connection = True
