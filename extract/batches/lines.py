"""Lines of batch files, in the form of OpenAI's batches that others have taken over: a request, and what came of it.

    {"custom_id":"<key>","method":"POST","url":"/v1/chat/completions","body":{…}}           sent
    {"custom_id":"<key>","response":{"status_code":200,"body":{…}},"error":null}            received
    {"custom_id":"<key>","sent":"<digest>","status":200,"day":"2026-11-26","body":{…}}      kept

The custom id is the key of the request in the store. The digest is that of the body that was sent: a question that is
asked once more has the same key and another body.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from extract.errors import UsageError
from extract.models.attempts import read_answer
from extract.models.parsing import one_line, read_json
from extract.models.taped import Played, digest_of
from extract.models.transport import NoAnswer

ENDPOINT: Literal["/v1/chat/completions"] = "/v1/chat/completions"

_SENT = re.compile(rb'\{"custom_id":"([0-9a-f]{64})","method":"POST","url":"/v1/chat/completions","body":')
_KEPT = re.compile(
    rb'\{"custom_id":"([0-9a-f]{64})","sent":"([0-9a-f]{32})","status":(\d{3}),"day":"(\d{4}-\d{2}-\d{2})","body":'
)
_ABOUT_THE_REQUEST = frozenset({400, 413, 415, 422})
"""What the server says with these it would say again; after all others the question is worth asking again."""
_LONGEST_WORDS = 200


def request_line(key: str, body: bytes) -> bytes:
    """The line of a request, without a line end."""
    return b'{"custom_id":"%s","method":"POST","url":"%s","body":%s}' % (key.encode(), ENDPOINT.encode(), body)


def read_request(line: bytes) -> tuple[str, str]:
    """The key of a request's line, and the digest of its body.

    Raises:
        UsageError: it is no line that we wrote.
    """
    found = _SENT.match(line)
    if found is None:
        raise UsageError(f"no request of a batch file of ours: {line[:60].decode(errors='replace')!r}")
    return found[1].decode(), digest_of(line.rstrip()[found.end() : -1])


@dataclass(frozen=True, slots=True)
class Received:
    """What came of one request.

    Attributes:
        key: the custom id.
        status: of HTTP; 0 where there was no answer at all.
        body: of the answer, as JSON.
        model: that the answer names, or "".
        why: in words, why there is no answer, or "".
    """

    key: str
    status: int
    body: bytes
    model: str = ""
    why: str = ""

    @property
    def final(self) -> bool:
        """Whether it is an answer, or a refusal of this very request: asked again, it would be told again."""
        return not self.why or self.status in _ABOUT_THE_REQUEST


def read_received(line: bytes) -> Received | None:
    """What a line of an output or error file says; None for one that says nothing."""
    try:
        data = read_json(line.decode("utf-8-sig", "replace"))
    except ValueError:
        return None
    key = data.get("custom_id") if isinstance(data, dict) else None
    if not isinstance(key, str) or not key:
        return None
    response = part(data, "response")
    body = response.get("body")
    status = response.get("status_code", 200 if body else 0)
    if not isinstance(body, dict) or not isinstance(status, int) or isinstance(status, bool):
        return Received(key, 0, b"", why=_words(part(data, "error")) or "no answer")
    raw = json.dumps(body).encode()
    if not 200 <= status < 300:
        return Received(key, status, raw, why=f"{status}: {_words(part(body, 'error') or body) or 'no answer'}")
    try:
        read_answer(raw.decode())
    except NoAnswer as error:
        return Received(key, 0, b"", why=str(error))
    model = body.get("model")
    return Received(key, status, raw, model if isinstance(model, str) else "")


def part(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """An object in an object; an empty one where there is none."""
    value = data.get(name)
    return value if isinstance(value, dict) else {}


def _words(error: Mapping[str, Any]) -> str:
    """What an error says; its code where it says nothing."""
    said = [error[name] for name in ("code", "message") if isinstance(error.get(name), str) and error[name]]
    return one_line(": ".join(said))[:_LONGEST_WORDS]


def kept_line(received: Received, digest: str, day: str) -> bytes:
    """The line under which an answer is kept, without a line end."""
    head = b'{"custom_id":"%s","sent":"%s","status":%d,"day":"%s","body":'
    return head % (received.key.encode(), digest.encode(), received.status, day.encode()) + received.body + b"}"


def read_kept(line: bytes) -> tuple[str, str, Played] | None:
    """Key, digest and answer of a line that is kept; None for half a line."""
    found = _KEPT.match(line)
    if found is None or not line.endswith(b"}\n"):
        return None
    body = line[found.end() : -2]
    return found[1].decode(), found[2].decode(), Played(int(found[3]), body, found[4].decode())
