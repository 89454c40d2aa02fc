"""Limits of one try in time and size, and redirects, against a loopback server; asked through the whole client."""

from __future__ import annotations

import gzip
import itertools
import json
from collections.abc import Callable, Iterator

import pytest

from eval.benchmarks.misbehaving import MisbehavingServer, Move, misbehaving, says, sends
from extract.errors import ModelUnavailable, RequestRefused, TransportError
from extract.models.client import Response
from extract.models.openai_client import OpenAIClient
from extract.models.transport import Patience
from extract.models.wire import MOST_BYTES
from tests.models.asked import GOOD, request

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
ONCE = Patience(tries=1)


def asked(server: MisbehavingServer, timeout: float = 10.0) -> Response:
    client = OpenAIClient("m-1", "m", base_url=server.base_url, api_key="sk-1", timeout=timeout, patience=ONCE)
    try:
        return client.complete(request())
    finally:
        client.close()


def endless_headers() -> Iterator[bytes]:
    yield HEAD
    yield from (b"x-%d: %s\r\n" % (number, b"y" * 1000) for number in itertools.count())


SLOW = {
    "a byte of the body now and then": lambda: [HEAD, b"\r\n", *([b" "] * 10_000)],
    "a byte of the head now and then": lambda: [HEAD, b"x-a: ", *([b"y"] * 10_000)],
    "chunks now and then": lambda: [HEAD, b"Transfer-Encoding: chunked\r\n\r\n", *([b"1\r\n \r\n"] * 10_000)],
    "informational answers for ever": lambda: itertools.repeat(b"HTTP/1.1 102 Processing\r\n\r\n"),
}


@pytest.mark.parametrize("kind", SLOW)
def test_a_trickle_ends_with_the_time_of_one_try(kind: str) -> None:
    with (
        misbehaving(sends(SLOW[kind], pause=0.02)) as server,
        pytest.raises(TransportError, match=r"gave no proper answer once.*(within 0\.5 s|timed out)"),
    ):
        asked(server, timeout=0.5)


@pytest.mark.parametrize("length", [b"", b"Content-Length: 999999999999\r\n"])
def test_an_endless_body_is_left(length: bytes) -> None:
    pieces = lambda: itertools.chain([HEAD + length + b"\r\n"], itertools.repeat(b" " * 2**20))  # noqa: E731
    with misbehaving(sends(pieces)) as server, pytest.raises(RequestRefused, match="longer than 33,554,432 bytes"):
        asked(server)
    assert len(server.asked) == 1


def test_endless_headers_are_left() -> None:
    with misbehaving(sends(endless_headers)) as server, pytest.raises(TransportError, match="gave no proper answer"):
        asked(server)


def packed(data: bytes, encoding: str, body_of: bytes | None = None) -> Move:
    return Move(body=data if body_of is None else body_of, headers={"Content-Encoding": encoding})


def in_members(plain: bytes) -> bytes:
    return b"".join(gzip.compress(plain[at : at + 20]) for at in range(0, len(plain), 20))


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [("gzip", gzip.compress), ("X-GZIP", gzip.compress), ("gzip", in_members), ("identity", bytes)],
)
def test_a_packed_answer_is_unpacked(encoding: str, pack: Callable[[bytes], bytes]) -> None:
    plain = json.dumps(says(GOOD).body).encode()
    with misbehaving(packed(pack(plain), encoding)) as server:
        assert asked(server).text == GOOD
        # "deflate" means two things, and servers send either.
        assert server.encodings == ["gzip"]


@pytest.mark.parametrize("pack", [gzip.compress, in_members])
@pytest.mark.parametrize("share", [0.01, 0.5, 0.99])
def test_a_packed_answer_that_ends_in_the_middle_is_none(pack: Callable[[bytes], bytes], share: float) -> None:
    whole = pack(json.dumps(says(GOOD).body).encode())  # the last bytes are a checksum: without it all text is there
    cut = packed(whole[: int(len(whole) * share)], "gzip")
    with misbehaving(cut) as server, pytest.raises(TransportError, match="the answer ends in the middle"):
        asked(server)


@pytest.mark.parametrize(("status", "words"), [(200, "the answer is no JSON"), (404, "has no model")])
def test_nothing_packed_is_nothing(status: int, words: str) -> None:
    nothing = Move(status, headers={"Content-Encoding": "gzip"})
    with misbehaving(nothing) as server, pytest.raises((TransportError, ModelUnavailable), match=words):
        asked(server)


@pytest.mark.parametrize("bomb", [gzip.compress(b" " * (MOST_BYTES + 2)), gzip.compress(b" " * 2**20) * 33])
def test_a_bomb_is_not_unpacked(bomb: bytes) -> None:
    assert len(bomb) < 50_000
    with misbehaving(packed(bomb, "gzip")) as server, pytest.raises(RequestRefused, match="when it is unpacked"):
        asked(server)


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("br", "packed as 'br'"),
        ("gzip, gzip", "packed as"),
        ("gzip", "cannot be unpacked"),
        ("deflate", "packed as 'deflate', which was not asked for"),
        ("x" * 300, "packed as 'xxx"),
    ],
)
def test_what_is_packed_oddly_is_a_fault(encoding: str, words: str) -> None:
    with misbehaving(packed(b"nonsense", encoding)) as server, pytest.raises(TransportError, match=words) as caught:
        asked(server)
    assert str(caught.value).count("gzipped") == (words == "cannot be unpacked")  # told once


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_an_article_follows_no_redirect(status: int) -> None:
    with misbehaving(says(GOOD)) as other:
        moved = Move(status, headers={"Location": f"{other.base_url}/chat/completions?who=me"})
        with (
            misbehaving(moved) as server,
            pytest.raises(RequestRefused, match=r"it redirects to 'http://127\.0\.0\.1'") as caught,
        ):
            asked(server)
        assert other.asked == []
        assert len(server.asked) == 1
    assert "who" not in str(caught.value)


def test_a_redirect_within_the_server_is_not_followed_either() -> None:
    with misbehaving(Move(307, headers={"Location": "/v2/chat"})) as server:
        with pytest.raises(RequestRefused, match="it redirects to another path"):
            asked(server)
        assert server.paths == ["/v1/chat/completions"]


def test_a_body_that_is_no_utf_8_is_no_crash() -> None:
    body = json.dumps(says(GOOD).body).encode().replace(b'"m"', b'"\xe9\xff"')
    with misbehaving(Move(body=body)) as server:
        assert asked(server).text == GOOD
