"""A pytest plugin: the fixture `replay`, which gives a test a client that answers only from recordings.

    def test_summary(replay):
        client = replay("recordings/summary.jsonl", strict=True)
        assert summarise(client, "…") == "…"

The path is relative to the test's file. Nothing is called and nothing is recorded: a request without a recording
raises ReplayMiss, which says what is different in the nearest one. With `strict`, a test that passed fails when
recordings were left unused. pytest loads this module at every start, so it imports nothing else of the package.
"""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest

if TYPE_CHECKING:
    from extract.store.stored_client import StoredClient


class Replay(Protocol):
    """What the fixture `replay` gives."""

    def __call__(self, *files: str | Path, strict: bool = False) -> StoredClient:
        """A client that answers from these recordings files.

        Args:
            files: relative to the test's file, or absolute.
            strict: the test fails if it leaves a recording unused.

        Raises:
            StoreError: a file cannot be read or is not a recordings file.
        """
        ...


_strict_clients = pytest.StashKey[list["StoredClient"]]()


@pytest.fixture
def replay(request: pytest.FixtureRequest) -> Replay:
    """Gives clients that answer only from recordings files: replay(FILE…, strict=False)."""
    strict_clients = request.node.stash.setdefault(_strict_clients, [])

    def client(*files: str | Path, strict: bool = False) -> StoredClient:
        from extract.store.stored_client import StoredClient, open_store

        stored = StoredClient(None, open_store(None, [request.path.parent / file for file in files]), "replay")
        if strict:
            strict_clients.append(stored)
        return stored

    return client


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Fails a test that passed and left recordings of a strict client unused."""
    result = yield
    for client in item.stash.get(_strict_clients, []):
        unused = [key for key in client.store if key not in client.used]
        if unused:
            lines = [f"  {key[:16]}  {client.store.labels(key)}" for key in unused[:10]]
            more = [f"  … and {len(unused) - 10} more"] if len(unused) > 10 else []
            pytest.fail("\n".join([f"{len(unused)} recordings were left unused:", *lines, *more]), pytrace=False)
    return result
