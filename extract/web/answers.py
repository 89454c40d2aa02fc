"""What of an answer is taken: kinds that can be articles or lists of them, unpacked, up to a bound."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from extract.errors import ArticleError

MOST_BYTES = 20_000_000
_KINDS = re.compile(
    r"text/(?:html|plain|markdown|xml)|application/(?:xhtml\+xml|xml|[\w.]+\+xml|pdf|octet-stream|gzip|x-gzip"
    r"|vnd\.openxmlformats-officedocument\.wordprocessingml\.document)"
)
_PIECE = 65_536
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with what was read of it.

    Attributes:
        headers: by name in small letters; of those that stand twice the last.
    """

    status: int
    headers: dict[str, str]
    body: bytes = b""

    @property
    def charset(self) -> str | None:
        """The encoding that the header gives."""
        found = re.search(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", self.headers.get("content-type", ""), re.IGNORECASE)
        return found[1].lower() if found else None


def check_kind(headers: dict[str, str]) -> str:
    """The kind of an answer; "" where it does not say.

    Raises:
        ArticleError: it is one that holds no article.
    """
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind and not _KINDS.fullmatch(kind):
        raise ArticleError(f"what is there is {kind!r}, neither a page, a feed, a sitemap nor a document")
    return kind


def read_body(
    pieces: Iterable[bytes], headers: dict[str, str], most: int = MOST_BYTES, *, begin: bool = False
) -> bytes:
    """The body of an answer, unpacked.

    Args:
        most: bytes.
        begin: of a longer one the beginning is enough.

    Raises:
        ArticleError: it is longer than the bound, cut off, or packed in a way that was not asked for.
    """
    packing = headers.get("content-encoding", "").strip().lower()
    if packing not in ("", "identity", "gzip", "x-gzip"):
        raise ArticleError(f"an answer packed as {packing!r}, which nobody asked for")
    body = bytearray()
    for piece in _gunzipped(pieces, most + 1) if packing.endswith("gzip") else pieces:
        body += piece
        if len(body) > most:
            if begin:
                return bytes(body[:most])
            raise ArticleError(f"an answer of over {most // 1_000_000} MB, which is no article")
    return bytes(body)


def _gunzipped(pieces: Iterable[bytes], most: int) -> Iterator[bytes]:
    """What is in gzip members, one after the other, in pieces of at most so many bytes; what follows them is left."""
    unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
    begun = False
    try:
        for piece in pieces:
            left = unpacker.unused_data + piece if unpacker.eof else piece
            while left:
                if unpacker.eof:
                    if not _GZIP.startswith(left[:2]):
                        return
                    if len(left) < len(_GZIP):
                        break
                    unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
                begun = True
                yield unpacker.decompress(left, most)
                left = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
    except zlib.error as error:
        raise ArticleError("an answer whose gzip is broken") from error
    if begun and not unpacker.eof:
        raise ArticleError("an answer whose gzip is cut off")


def unpacked(body: bytes) -> bytes:
    """A body that is a gzip file itself, as sitemaps are, without it."""
    if not body.startswith(_GZIP):
        return body
    pieces = (body[at : at + _PIECE] for at in range(0, len(body), _PIECE))
    return read_body(pieces, {"content-encoding": "gzip"}, MOST_BYTES)


def seconds_to_wait(headers: dict[str, str]) -> float | None:
    """What Retry-After says, as seconds from now."""
    said = headers.get("retry-after", "").strip()
    if said.isdecimal():
        return float(said[:9])
    try:
        when = parsedate_to_datetime(said)
        zoned = when if when.tzinfo else when.replace(tzinfo=UTC)
        return max(0.0, zoned.timestamp() - datetime.now(UTC).timestamp())
    except (ValueError, OverflowError):  # no day, or a zone of twenty digits
        return None
