"""Servers for tests: the application in this process, with birds and a model that is a function; and the command in a
process of its own, asked through sockets."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from extract.serving.application import application
from extract.serving.desk import Desk, Limits
from extract.serving.keeping import Kept
from extract.serving.opening import Counter
from tests.commands import until
from tests.small_task import BIRDS, SENTENCES, FakeClient, bird_setup, sighted

ROOT = Path(__file__).parents[2]
LIMITS = Limits(max_bytes=100_000, max_chars=2_000, at_once=2, waiting=2, seconds=20.0)
PLAIN = {"content-type": "text/plain"}


def see(question: str) -> str:
    """Names the birds of a sentence, as a model would."""
    return sighted(*(bird for bird in ("Wren", "Owl", "Kite") if bird in question))


@dataclass
class Birds:
    """The application, about birds.

    Attributes:
        client: asks it, from a browser's or a program's side.
        model: what is asked.
        log: what the server said.
    """

    client: TestClient
    model: FakeClient
    desk: Desk
    log: list[str]

    def post(self, text: str, **headers: str) -> Any:
        """Posts a text."""
        return self.client.post("/extract", content=text.encode(), headers={**PLAIN, **headers})


@contextmanager
def birds(
    folder: Path,
    say: Callable[[str], Any] = see,
    *,
    limits: Limits = LIMITS,
    key: str | None = None,
    out: Path | None = None,
) -> Generator[Birds, None, None]:
    """The application for the time of the block."""
    model, log = FakeClient(say), list[str]()
    setup = bird_setup(folder / "set", {"ask.md": SENTENCES}, model)
    with ThreadPoolExecutor(2) as requests:
        kept = Kept(out, setup.signature) if out else None
        desk = Desk({"birds": Counter(BIRDS, setup, requests, kept)}, limits, log.append)
        with TestClient(application(desk, key, log.append), base_url="http://localhost:8765") as client:
            yield Birds(client, model, desk, log)
        desk.close()
        if kept:
            kept.close()


@dataclass
class Served:
    """The command in a process of its own.

    Attributes:
        log: what it said so far, a line each.
    """

    process: subprocess.Popen[str]
    log: list[str] = field(default_factory=list)
    port: int = 0

    def ask(
        self, method: str, path: str, body: bytes | str | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of an answer."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            line.request(method, path, body.encode() if isinstance(body, str) else body, dict(headers or {}))
            answer = line.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            line.close()

    def post(self, text: str, path: str = "/extract", **headers: str) -> tuple[int, dict[str, str], bytes]:
        """Posts a text."""
        return self.ask("POST", path, text, {**PLAIN, **headers})

    def health(self) -> dict[str, Any]:
        """What it says of itself."""
        said: dict[str, Any] = json.loads(self.ask("GET", "/health")[2])
        return said

    def talk(self) -> socket.socket:
        """A connection for words of one's own."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=30)

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Tells it to end; its exit code."""
        self.process.send_signal(number)
        return self.process.wait(40)


def request(text: str, path: str = "/extract") -> bytes:
    """A request as bytes."""
    data = text.encode()
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: {len(data)}\r\n\r\n"
    return head.encode() + data


def said_by(talk: socket.socket) -> bytes:
    """All that comes until the other side ends."""
    found = b""
    while piece := talk.recv(65536):
        found += piece
    return found


@contextmanager
def served(folder: Path, *options: str, before: str = "", **environment: str) -> Generator[Served, None, None]:
    """Runs the command on a free port for the time of the block; warnings are errors there, too.

    Args:
        before: code that is run first.
        environment: variables that are set.
    """
    code = f"{before}\nfrom extract.cli.main import main\nmain()"
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", code, "serve", "--port", "0", *options],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "ATTESTED_STORE": str(folder / "store"), **environment},
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    made = Served(process)

    def listen() -> None:
        assert process.stderr
        for line in process.stderr:
            made.log.append(line.rstrip("\n"))

    listener = threading.Thread(target=listen)
    listener.start()
    try:
        until(lambda: process.poll() is not None or any(line.startswith("serving ") for line in made.log))
        if process.poll() is None:
            (begun,) = [line for line in made.log if line.startswith("serving ")]
            made.port = int(begun.rpartition(";")[0].rpartition(":")[2])
        yield made
    finally:
        process.kill()
        process.wait()
        listener.join()
        assert process.stderr
        process.stderr.close()
