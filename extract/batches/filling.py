"""Requests put into files, each within a provider's limits, and all together within what may be spent."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO

from extract.batches.lines import request_line
from extract.batches.state import Job, Kept, Sent
from extract.models.budget import BYTES_PER_TOKEN

MOST_REQUESTS = 50_000
MOST_BYTES = 200_000_000
"""Of one file. OpenAI, API reference, "Create batch" (read 2026-11-26): up to 50,000 requests, up to 200 MB."""

Price = Callable[[float, float], float | None]
"""US dollars for tokens read and written in a batch; None where nobody knows."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may hold, and what may be spent on all of them.

    Attributes:
        requests: in one file.
        size: of one file, bytes.
        cost: US dollars; None for whatever it takes.
    """

    requests: int = MOST_REQUESTS
    size: int = MOST_BYTES
    cost: float | None = None


class Filling:
    """Takes requests one by one; `done` gives the batches, whose files are written by then.

    Attributes:
        too_long: requests that no file can hold.
        too_dear: requests that were left out for what they could cost.
    """

    def __init__(self, kept: Kept, job: Job, limits: Limits, price: Price) -> None:
        """Begins with no file."""
        self.too_long = self.too_dear = 0
        self._kept, self._job, self._limits, self._price = kept, job, limits, price
        self._left = limits.cost
        self._made: list[Sent] = []
        self._stream: IO[bytes] | None = None

    def add(self, key: str, body: bytes, max_tokens: int) -> bool:
        """Whether a request was taken.

        Args:
            key: of the request.
            body: to send.
            max_tokens: of its answer.
        """
        line = request_line(key, body) + b"\n"
        if len(line) > self._limits.size:
            self.too_long += 1
            return False
        most = self._price(len(body) / BYTES_PER_TOKEN, max_tokens)
        if self._left is not None:
            if (most or 0.0) > self._left:
                self.too_dear += 1
                self._left = 0.0  # nor is a cheaper one let past: articles are finished in their order
                return False
            self._left -= most or 0.0
        self._write(line, most)
        return True

    def done(self) -> list[Sent]:
        """The batches, whole on disk."""
        self.close()
        return self._made

    def close(self) -> None:
        """Closes the file that is being written."""
        if self._stream:
            self._stream.close()
            self._stream = None

    def _write(self, line: bytes, most: float | None) -> None:
        batch = self._made[-1] if self._made else None
        if batch is None or batch.requests == self._limits.requests or batch.size + len(line) > self._limits.size:
            batch = self._begin(most)
        assert self._stream is not None
        self._stream.write(line)
        batch.requests += 1
        batch.size += len(line)
        batch.most = None if most is None or batch.most is None else batch.most + most

    def _begin(self, most: float | None) -> Sent:
        self.close()
        mark = f"attested-{secrets.token_hex(8)}"
        path = self._kept.requests_of(mark)
        self._stream = path.open("xb")
        path.chmod(0o600)
        made = datetime.now(UTC).isoformat(timespec="seconds")
        self._made.append(
            Sent(mark=mark, job=self._job.name, requests=0, size=0, made=made, most=None if most is None else 0.0)
        )
        return self._made[-1]
