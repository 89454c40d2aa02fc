"""Bad habits of a server, each a list of moves: odd words, parts, statuses and heads, halves, trickles, floods and bombs."""

from __future__ import annotations

import gzip
import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from itertools import product

from eval.benchmarks.misbehaving import Move, calls, fails, says, sends

KEY = "sk-secret-of-the-benchmark-0123456789"
TEXT = "A bomb killed nine people in Garowe on Monday, police chief Ann Lee said."
EVENT = {
    "evidence": TEXT, "kind": "bombing", "context": "main", "attacker": None, "date_text": "on Monday", "date": None, "places": ["Garowe"],
    "weapons": [], "damage": [],
    "casualties": [{"evidence": TEXT, "outcome": "killed", "who": "people", "place": None, "source": "Ann Lee",
                    "quantity": {"text": "nine people", "value": 9, "bound": "exact"}}],
}  # fmt: skip
RIGHT = json.dumps({"events": [EVENT], "quotes": []})
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

MESSAGES: tuple[object, ...] = (
    None, "", 3, True, [], {}, [{"type": "text", "text": RIGHT}], {"text": RIGHT}, "\x00", "\ud800", "{", RIGHT[:200], RIGHT * 2, f"```json\n{RIGHT}\n```",
    f"<think>{{</think>{RIGHT}", "[" * 50_000, '{"events":' * 20_000, "9" * 100_000, RIGHT + " " * 1_000_000, f'{{"events": [], "quotes": [], "key": "{KEY}"}}',
    RIGHT.replace("9,", "1e999,"), RIGHT.replace('"exact"', "NaN"), RIGHT.replace("Garowe", "\\ud83d"), "I cannot help with that.",
)  # fmt: skip
"""What may stand where the words of an answer should."""
ODD_PARTS: tuple[object, ...] = (None, [], {}, "x", -1, [None], 1e308)
PARTS: tuple[tuple[str, object], ...] = (
    *product(("choices", "usage", "id", "model", "created", "object"), ODD_PARTS),
    ("usage", {"prompt_tokens": -5, "completion_tokens": 10**400, "total_tokens": "many"}),
    ("usage", {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2, "prompt_tokens_details": {"cached_tokens": -1}}),
    ("choices", [{}] * 1_000), ("choices", [{"index": 0, "finish_reason": 7, "message": {"role": 5, "content": RIGHT}}]),
    ("choices", [{"index": 0, "finish_reason": "length", "message": {"role": "assistant", "content": RIGHT[:150]}}]),
    ("choices", [{"index": 0, "finish_reason": "content_filter", "message": {"role": "assistant", "content": None, "refusal": ["no"]}}]),
    ("choices", [{"index": 0, "finish_reason": "stop", "logprobs": {"content": "x"}, "message": {"role": "assistant", "content": RIGHT}}]),
    ("error", {"message": f"wrong key {KEY}", "code": 401}),
)  # fmt: skip
"""Parts of a completion, and what stands there instead."""
RETRY_AFTER = (
    "0",
    "-1",
    "1e9",
    "nan",
    "inf",
    "soon",
    "",
    "Fri, 31 Dec 9999 23:59:59 GMT",
    "Thu, 01 Jan 1970 00:00:00 GMT",
    "1" * 400,
    "0x10",
    "٣",
    "5; 6",
)
STATUSES = (100, 201, 204, 206, 300, 301, 302, 303, 304, 307, 308, 400, 401, 402, 403, 404, 405, 406, 408, 409, 410, 413, 415, 418, 422, 425, 429, 451, 500, 501, 502, 503, 504, 520, 529, 599, 999)  # fmt: skip


Habit = tuple[str, str, Sequence[Move]]
"""Kind, name and moves; the last move is repeated for ever."""


def habits() -> Iterator[Habit]:
    """All of them."""
    for number, said in enumerate(MESSAGES):
        move = says("x")
        assert isinstance(move.body, dict)
        move.body["choices"][0]["message"]["content"] = said
        yield "odd words", f"MESSAGES[{number}]", [move]
        yield "odd words, then a right answer", f"MESSAGES[{number}]", [move, says(RIGHT)]
    for number, (name, value) in enumerate(PARTS):
        yield "odd completions", f"PARTS[{number}]", [_with(name, value)]
    for status in STATUSES:
        yield "statuses", f"{status}", [fails(status, f"no \x1b[31m{KEY}\nno")]
        yield "statuses", f"{status} with a page", [Move(status, b"<html>" + b"x" * 5_000, content_type="text/html")]
        yield "statuses", f"{status} with nothing", [Move(status)]
        yield "statuses, then a right answer", f"{status}", [fails(status), says(RIGHT)]
    for given in RETRY_AFTER:
        yield "odd Retry-After", repr(given), [fails(429, retry_after=given.encode().decode("latin-1")), says(RIGHT)]
    yield from _halves()
    yield from _slow()
    yield from _packed()


def _with(name: str, value: object) -> Move:
    move = says(RIGHT)
    assert isinstance(move.body, dict)
    return replace(move, body={**move.body, name: value})


@cache
def good() -> bytes:
    """The body of a right answer."""
    return json.dumps(says(RIGHT).body).encode()


def _halves() -> Iterator[Habit]:
    """Bodies that end in the middle, or are none."""
    for share in range(10):
        yield "half answers", f"cut at {share} tenths", [Move(body=good(), cut_at=len(good()) * share // 10)]
        yield "half answers", f"{share} tenths of the JSON", [Move(body=good()[: len(good()) * share // 10])]
    for kind in (
        "text/html",
        "text/event-stream",
        "application/octet-stream",
        "image/png",
        "",
        "x" * 2_000,
        "application/json; charset=utf-16",
    ):
        yield "odd content types", kind[:40] or "none", [Move(body=good(), content_type=kind)]
    for body in (
        b"",
        b"null",
        b"[]",
        b"3",
        b'"x"',
        b"data: {}\n\ndata: [DONE]\n\n",
        b"\xff\xfe\x00",
        b"{" * 100_000,
        b'{"a":1}{"b":2}',
        good().decode().encode("utf-16"),
    ):
        yield "wrong JSON", repr(body[:20]), [Move(body=body)]
    yield "wrong JSON", "tool calls", [calls("Records", '{"events": ')]
    yield "wrong JSON", "calls of another tool", [calls("delete_everything", "{}")]
    for place in ("http://127.0.0.1:9/v1", "//[", "/v1/other", "file:///etc/passwd", "x" * 5_000, ""):
        for status in (301, 307):
            yield "redirects", f"{status} {place[:30]}", [Move(status, headers={"Location": place})]


CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
ENDLESS: Mapping[str, tuple[bytes, bytes, float]] = {
    "spaces for ever": (HEAD + b"\r\n", b" " * 2**16, 0.0),
    "a byte now and then": (HEAD + b"Content-Length: 9999999\r\n\r\n", b" ", 0.05),
    "a long answer that is promised": (HEAD + b"Content-Length: 999999999999\r\n\r\n", b" " * 2**20, 0.0),
    "chunks for ever": (CHUNKED, b"1\r\n \r\n", 0.02),
    "a chunk of an odd size": (CHUNKED, b"-5\r\n", 0.0),
    "events for ever": (b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n", b"data: {}\n\n", 0.01),
    "heads for ever": (HEAD, b"x-y: z\r\n", 0.0),
    "102 for ever": (b"", b"HTTP/1.1 102 Processing\r\n\r\n", 0.02),
}
"""Name → how it begins, what is repeated, and how many seconds lie between."""
NO_HTTP = (
    b"", b"HTTP/9.9 200 OK\r\n\r\n", b"SSH-2.0-x\r\n", b"HTTP/1.1 abc\r\n\r\n", b"\x16\x03\x01\x00\x00", HEAD + b"Content-Length: -1\r\n\r\n",
    HEAD + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nxxxxxx", HEAD + b"bad header\r\n\r\n",
)  # fmt: skip


def _slow() -> Iterator[Habit]:
    """Bodies that do not end, or come a byte at a time; a connection that is closed."""
    kind = "slow and endless"
    yield kind, "nothing at all", [Move(hang=True)]
    yield kind, "closed at once", [Move(cut_at=0)]
    yield kind, "nothing, then a right answer", [Move(hang=True), says(RIGHT)]
    for name, (head, piece, pause) in ENDLESS.items():
        yield kind, name, [sends(partial(itertools.chain, [head], itertools.repeat(piece)), pause)]
    for said in NO_HTTP:
        yield "no HTTP", repr(said[-30:]), [sends(partial(iter, [said]))]


def _packed() -> Iterator[Habit]:
    """Compressed bodies: odd, cut, bombs."""
    packed = gzip.compress(good())
    bomb = gzip.compress(b" " * 2**20) * 40
    for name, encoding, body in (
        ("a right one", "gzip", packed), ("cut", "gzip", packed[:-9]), ("not packed", "gzip", good()), ("a bomb", "gzip", bomb), ("twice", "gzip, gzip", packed),
        ("unknown", "zstd", packed), ("deflate", "deflate", packed), ("flipped", "gzip", packed[:50] + b"\x00" + packed[51:]),
    ):  # fmt: skip
        yield "compressed", name, [Move(body=body, headers={"Content-Encoding": encoding})]
