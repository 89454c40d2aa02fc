"""A provider on loopback with files and batches: a batch is worked off when it is told to, and as badly as it is told to.

It answers a question by a function, in a batch and at once alike, and keeps to OpenAI's forms: what they refuse is refused.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from eval.benchmarks.loopback import JSON, Handler, on_loopback

Said = dict[str, Any]
Answer = Callable[[Said], tuple[int, Said]]
"""Status and body, given the body of a request."""


@dataclass
class BatchHost:
    """What the server knows, and how it behaves.

    Attributes:
        answer: how questions are answered.
        files, batches: by id.
        asked: the bodies of questions that were put at once.
        calls: method and path of everything asked, in order.
        keys: the Authorization headers received.
        faults: "METHOD /path" → statuses with which the next calls are answered; 0 does the work and answers nothing.
        headers: sent with every answer.
        words: status → another provider's word for it.
        room: requests that may wait at once in batches that have not ended; None for any number.
    """

    answer: Answer
    base_url: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    batches: dict[str, Said] = field(default_factory=dict)
    asked: list[Said] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    keys: set[str | None] = field(default_factory=set)
    faults: dict[str, list[int]] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    room: int | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def lines(self, batch: Said) -> list[Said]:
        """The requests of a batch."""
        return [json.loads(line) for line in self.files[batch["input_file_id"]].splitlines()]

    def work(
        self,
        status: str = "completed",
        *,
        only: Callable[[int, Said], bool] = lambda number, line: True,
        mangled: Callable[[list[bytes]], list[bytes]] = lambda lines: lines,
    ) -> None:
        """Works off what has not ended yet.

        Args:
            status: in which every batch ends.
            only: which requests are answered, by number and line; the others expire.
            mangled: what becomes of the lines of the output file.
        """
        for batch in self.batches.values():
            if batch["status"] == "validating":
                self._end(batch, status, only, mangled)

    def _end(
        self,
        batch: Said,
        status: str,
        only: Callable[[int, Said], bool],
        mangled: Callable[[list[bytes]], list[bytes]],
    ) -> None:
        good: list[Said] = []
        bad: list[Said] = []
        for number, line in enumerate(self.lines(batch) if status != "failed" else ()):
            received: Said = {"id": f"r{number}", "custom_id": line["custom_id"], "response": None, "error": None}
            if not only(number, line):
                received["error"] = {"code": "batch_expired", "message": "This request could not be executed in time."}
                bad.append(received)
                continue
            code, body = self.answer(line["body"])
            received["response"] = {"status_code": code, "request_id": f"q{number}", "body": body}
            (good if code == 200 else bad).append(received)
        good.reverse()  # in no order
        batch |= {"status": self.words.get(status, status), f"{status}_at": 1795600000}
        batch["request_counts"] = {"total": len(good) + len(bad), "completed": len(good), "failed": len(bad)}
        for kind, lines in (("output", mangled([json.dumps(each).encode() for each in good])), ("error", bad)):
            if lines:
                written = [each if isinstance(each, bytes) else json.dumps(each).encode() for each in lines]
                batch[f"{kind}_file_id"] = self.keep(b"\n".join(written) + b"\n")
        if status == "failed":
            batch["errors"] = {"object": "list", "data": [{"code": "invalid", "message": "The file is of no use."}]}

    def keep(self, data: bytes) -> str:
        """Keeps a file, and gives its id."""
        name = f"file-{len(self.files) + 1}"
        self.files[name] = data
        return name

    def post(self, path: str, kind: str, data: bytes) -> tuple[int, Said]:
        """What comes of a POST."""
        if path == "/v1/chat/completions":
            body = json.loads(data)
            self.asked.append(body)
            return self.answer(body)
        if path == "/v1/files":
            return 200, {"id": self.keep(uploaded(kind, data)), "object": "file", "purpose": "batch"}
        if path == "/v1/batches":
            return self._made(json.loads(data))
        return 404, {"error": {"message": "no such thing"}}

    def get(self, path: str, query: str) -> tuple[int, Said | bytes]:
        """What comes of a GET."""
        if path == "/v1/models":
            return 200, {"object": "list", "data": []}
        if path == "/v1/batches":
            newest = list(reversed(self.batches.values()))
            after = parse_qs(query).get("after", [""])[0]
            start = next((n + 1 for n, each in enumerate(newest) if each["id"] == after), 0)
            return 200, {"object": "list", "data": newest[start : start + 2], "has_more": len(newest) > start + 2}
        if found := re.fullmatch(r"/v1/batches/([\w-]+)", path):
            return (200, self.batches[found[1]]) if found[1] in self.batches else (404, {"error": {"message": "none"}})
        if (found := re.fullmatch(r"/v1/files/([\w-]+)/content", path)) and found[1] in self.files:
            return 200, self.files[found[1]]
        return 404, {"error": {"message": "no such thing"}}

    def _made(self, asked: Said) -> tuple[int, Said]:
        lines = [json.loads(line) for line in self.files[asked["input_file_id"]].splitlines()]
        ids = [line["custom_id"] for line in lines]
        assert asked["endpoint"] == "/v1/chat/completions"
        assert asked["completion_window"] == "24h"
        assert len(set(ids)) == len(ids)
        assert len({line["body"]["model"] for line in lines}) == 1
        name = f"batch_{len(self.batches) + 1}"
        self.batches[name] = {
            **asked, "id": name, "object": "batch", "status": "validating", "created_at": 1795500000,
        }  # fmt: skip
        waiting = [each for each in self.batches.values() if each["status"] == "validating"]
        if self.room is not None and sum(len(self.lines(each)) for each in waiting) > self.room:
            error = {"code": "token_limit_exceeded", "message": "Enqueued token limit reached."}
            self.batches[name] |= {"status": "failed", "errors": {"object": "list", "data": [error]}}
        return 200, self.batches[name]


def uploaded(kind: str, data: bytes) -> bytes:
    """The file in a form."""
    boundary = kind.partition("boundary=")[2].encode()
    parts = data.split(b"--" + boundary)
    assert any(b'name="purpose"' in part and part.endswith(b"\r\n\r\nbatch\r\n") for part in parts)
    (file,) = (part for part in parts if b'name="file"' in part)
    return file.partition(b"\r\n\r\n")[2].removesuffix(b"\r\n")


@contextmanager
def batch_host(answer: Answer) -> Generator[BatchHost, None, None]:
    """Runs a server on a free port for the time of the block."""
    host = BatchHost(answer)

    class Hosting(Handler):
        def do_POST(self) -> None:
            data = self.body()
            self._do(lambda path, query: host.post(path, self.headers["Content-Type"] or "", data))

        def do_GET(self) -> None:
            self._do(host.get)

        def _do(self, work: Callable[[str, str], tuple[int, Said | bytes]]) -> None:
            parts = urlsplit(self.path)
            call = f"{self.command} {parts.path}"
            with host.lock:
                host.calls.append(call)
                host.keys.add(self.headers["Authorization"])
                fault = next(iter(host.faults.get(call, [])), None)
                if fault is not None:
                    host.faults[call].pop(0)
                status, body = (fault, {"error": {"message": "a fault"}}) if fault else work(parts.path, parts.query)
            if fault == 0:  # done, and the answer is lost
                self.close_connection = True
                return
            sent = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.answer(status, sent, {**JSON, **host.headers})

    with on_loopback(Hosting) as address:
        host.base_url = f"{address}/v1"
        yield host


def completion(text: str, tokens: tuple[int, int] = (100, 10), model: str = "m") -> tuple[int, Said]:
    """A proper chat completion."""
    message = {"role": "assistant", "content": text}
    usage = {"prompt_tokens": tokens[0], "completion_tokens": tokens[1], "total_tokens": sum(tokens)}
    choices = [{"index": 0, "finish_reason": "stop", "message": message}]
    return 200, {
        "id": "1", "object": "chat.completion", "created": 1, "model": model, "choices": choices, "usage": usage
    }  # fmt: skip


def refusal(status: int, message: str, **more: str) -> tuple[int, Said]:
    """An error in OpenAI's form."""
    return status, {"error": {"message": message, "type": "invalid_request_error", **more}}
