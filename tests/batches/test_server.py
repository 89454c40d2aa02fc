"""A provider's files and batches: what it says is read whatever it is, and kept within limits."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

import extract.batches.server
from extract.batches.server import BatchServer, Remote
from extract.errors import RequestRefused, TransportError
from extract.models.transport import Patience
from extract.spec import RunSpec
from tests.batch_server import BatchHost, Said, batch_host, completion

SOON = Patience(sleep=lambda seconds: None)


def nothing(body: Said) -> tuple[int, Said]:
    return completion("{}")


@contextmanager
def server_of(host: BatchHost, **settings: Any) -> Iterator[BatchServer]:
    with closing(BatchServer(RunSpec(model="m", base_url=host.base_url, **settings), SOON)) as server:
        yield server


def told(**parts: Any) -> Remote:
    """A batch as it is read."""
    with batch_host(nothing) as host:
        host.batches["b"] = {"id": "b", **parts}
        with server_of(host) as server:
            return server.get("b")


@pytest.mark.parametrize(
    ("status", "meant"),
    [
        ("completed", "completed"),
        ("SUCCEEDED", "completed"),
        ("canceled", "cancelled"),
        (None, "unknown"),
        ("new", "new"),
        ("prepared", "unknown"),
        ("forgotten", "unknown"),
    ],
)
def test_a_status_is_read_in_the_words_of_any_provider(status: str | None, meant: str) -> None:
    assert told(status=status).status == meant


def test_a_batch_is_read_as_far_as_it_goes() -> None:
    odd = told(request_counts={"total": "many"}, metadata=7, errors="oh", output_file_id=None, completed_at=1e300)
    assert (odd.total, odd.mark, odd.why, odd.output_id) == (0, "", "", "")
    failed = told(errors={"data": [{"message": f"line {n}\nis wrong"} for n in range(5)]}, failed_at=1795600000)
    assert (failed.why, failed.day) == ("line 0 is wrong; line 1 is wrong; line 2 is wrong; and 2 more", "2026-11-25")
    assert told(errors=["bad file"]).why == "bad file"
    assert told(errors=["half a \ud83d"]).why == "half a \ufffd"


def test_an_answer_without_an_id_is_none() -> None:
    with batch_host(nothing) as host:
        host.batches["b"] = {"status": "completed"}
        with server_of(host) as server, pytest.raises(TransportError, match="the answer has no 'id'"):
            server.get("b")


def test_a_key_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATTESTED_API_KEY", "sk-a-key-of-nobody-12345")
    said = told(errors={"data": [{"message": "key sk-a-key-of-nobody-12345 has no right"}]})
    assert said.why == "key *** has no right"


def test_a_file_comes_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "f"
    target.write_text("before", encoding="utf-8")
    with batch_host(nothing) as host, server_of(host) as server:
        data = b'{"a":1}\n' * 200_000
        host.files["f"] = data
        monkeypatch.setattr(extract.batches.server, "MOST_BYTES", len(data) - 1)
        with pytest.raises(RequestRefused, match=r"longer than 1,599,999 bytes"):
            server.download("f", target)
        assert target.read_text(encoding="utf-8") == "before"
        monkeypatch.setattr(extract.batches.server, "MOST_BYTES", len(data))
        server.download("f", target)
    assert target.read_bytes() == data
    assert target.stat().st_mode & 0o777 == 0o600


def test_a_packed_file_is_unpacked(tmp_path: Path) -> None:
    with batch_host(nothing) as host, server_of(host) as server:
        host.files["f"] = gzip.compress(b"line\n" * 1000)
        host.headers = {"Content-Encoding": "gzip"}
        server.download("f", tmp_path / "f")
    assert (tmp_path / "f").read_bytes() == b"line\n" * 1000


@pytest.mark.parametrize("call", ["get", "download"])
def test_no_redirect_is_followed(call: str, tmp_path: Path) -> None:
    with batch_host(nothing) as host, server_of(host) as server:
        host.files["f"] = b"x"
        host.batches["f"] = {"id": "f"}
        host.faults = {f"GET /v1/{'batches/f' if call == 'get' else 'files/f/content'}": [302]}
        host.headers = {"Location": "http://other.example/"}
        with pytest.raises(TransportError, match=r"redirects to 'http://other\.example'"):
            server.get("f") if call == "get" else server.download("f", tmp_path / "f")


def test_making_a_batch_is_tried_once_and_all_else_again(tmp_path: Path) -> None:
    (tmp_path / "f.jsonl").write_text("{}\n", encoding="utf-8")
    with batch_host(nothing) as host, server_of(host) as server, server_of(host, retries=1) as other:
        host.faults = {"POST /v1/files": [503, 429], "POST /v1/batches": [503]}
        assert server.upload(tmp_path / "f.jsonl") == "file-1"
        assert host.files["file-1"] == b"{}\n"
        with pytest.raises(TransportError, match="answered 503 once"):
            server.create("file-1", "mark")
        assert host.calls.count("POST /v1/batches") == 1
        host.faults = {"GET /v1/batches": [500] * 3}
        with pytest.raises(TransportError, match="answered 500 2 times"):
            other.find("mark", "")
